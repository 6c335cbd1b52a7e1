//! What a purchase line says of the instruments it brought: which funds bear them, and what policy says of each.

use crate::domain::fund::FundCode;
use crate::domain::policy::CapitalResult;
use crate::domain::shares::Shares;
use crate::domain::spend::LineMoney;

/// A line as it stood on a day, in no more than its instruments need of it: one is kept for each line of the register.
#[derive(Clone, Debug)]
pub struct Bearing {
    pub shares: Shares,
    /// Empty where it has none.
    pub category: String,
    /// That of today, where the day is past; the same otherwise.
    pub category_now: String,
    results: Results,
}

/// What policy says of a line's instruments: nearly always the same of all.
#[derive(Clone, Debug)]
enum Results {
    All(Option<Judged>),
    ByTag(Vec<(String, Option<Judged>)>),
}

/// A [`CapitalResult`] that holds its own text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Judged {
    Capital,
    Revenue,
    Pooled(String),
}

impl Judged {
    fn of(result: CapitalResult<'_>) -> Judged {
        match result {
            CapitalResult::Capital => Judged::Capital,
            CapitalResult::Revenue => Judged::Revenue,
            CapitalResult::Pooled(pool) => Judged::Pooled(pool.to_string()),
        }
    }

    fn shown(&self) -> CapitalResult<'_> {
        match self {
            Judged::Capital => CapitalResult::Capital,
            Judged::Revenue => CapitalResult::Revenue,
            Judged::Pooled(pool) => CapitalResult::Pooled(pool),
        }
    }
}

impl Bearing {
    /// Reads it off a line whose tags were asked for.
    pub fn of(money: &LineMoney<'_>) -> Bearing {
        let life = money.life;
        let one_fund = || Shares::one(FundCode::from_record(money.first_fund));
        let shares = life.shares().cloned().unwrap_or_else(one_fund);
        // Each part stands once for each fund; one of them will do.
        let parts = life.parts.iter().filter(|part| part.share == 0);
        let judged = |part| (money.tags_of(part), money.capital_result(part).map(|(result, _)| Judged::of(result)));
        let runs: Vec<_> = parts.map(judged).filter(|(tags, _)| !tags.is_empty()).collect();
        let first = runs.first().and_then(|(_, result)| result.clone());
        let results = if runs.iter().all(|(_, result)| *result == first) {
            Results::All(first)
        } else {
            let each = runs.iter().flat_map(|(tags, result)| tags.iter().map(|tag| (tag.clone(), result.clone())));
            let mut by_tag: Vec<_> = each.collect();
            by_tag.sort_by(|(one, _), (other, _)| one.cmp(other));
            Results::ByTag(by_tag)
        };
        let category = money.category.to_string();
        Bearing { shares, category_now: category.clone(), category, results }
    }

    /// The place of a fund among those that bear the line.
    pub fn place_of(&self, fund: &FundCode) -> Option<usize> {
        self.shares.iter().position(|share| share.fund == *fund)
    }

    /// What an instrument of the line served then, that serves this now: it goes with its line, unless it has its own.
    pub fn category_then<'a>(&'a self, now: &'a str) -> &'a str {
        if now == self.category_now { &self.category } else { now }
    }

    /// What policy says of one of its instruments; none where its part is not billed, or was not judged yet.
    pub fn capital_result(&self, tag: &str) -> Option<CapitalResult<'_>> {
        let judged = match &self.results {
            Results::All(judged) => judged.as_ref(),
            Results::ByTag(by_tag) => {
                let place = by_tag.binary_search_by(|(held, _)| held.as_str().cmp(tag)).ok()?;
                by_tag[place].1.as_ref()
            }
        };
        judged.map(Judged::shown)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::money::Pence;
    use crate::domain::policy::Judgement;
    use crate::domain::spend::{Bill, Life, Ordered, Pooled, parts};

    fn bill(day: i8, qty: i64, is_capital: Option<bool>) -> Bill {
        let policy_on = date(2024, 4, 1);
        Bill {
            invoice_id: day.into(),
            number: String::new(),
            on: date(2025, 1, day),
            paid_on: None,
            qty,
            net: Pence::new(1_000 * qty),
            vat: Pence::ZERO,
            judged: is_capital.map(|is_capital| Judgement { policy_on, is_capital }),
        }
    }

    /// Four were ordered and came.
    fn life(bills: Vec<Bill>, pool: Option<bool>) -> Life {
        let ordered = Ordered { qty: 4, net: Pence::new(4_000), received: 4, ..Ordered::default() };
        let judged = |is_capital| Judgement { policy_on: date(2024, 4, 1), is_capital };
        let pool = pool.map(|is_capital| Pooled { name: "Strings".into(), judged: judged(is_capital) });
        let tags = ["D", "C", "B", "A"].map(str::to_string).to_vec();
        let mut life = Life { ordered, bills, pool, tags, tagged: 4, ..Life::default() };
        let mut fallen = Vec::new();
        parts(&life.ordered, &life.bills, None, &mut fallen);
        life.parts = fallen;
        life
    }

    fn results(life: &Life) -> [Option<String>; 4] {
        let money = LineMoney { id: 1, ordered_on: None, first_fund: "CIP", category: "", life };
        let bearing = Bearing::of(&money);
        assert_eq!(bearing.shares.to_string(), "CIP");
        ["A", "B", "C", "D"].map(|tag| bearing.capital_result(tag).map(|result| result.to_string()))
    }

    #[test]
    fn each_instrument_is_what_its_own_bill_was_judged() {
        let (capital, revenue, pooled) = (Some("capital"), Some("revenue"), Some("capital (pool Strings)"));
        for (what, life, of_tags) in [
            ("not billed", life(vec![], None), [None; 4]),
            ("not judged", life(vec![bill(1, 4, None)], None), [None; 4]),
            ("all at once", life(vec![bill(1, 4, Some(true))], None), [capital; 4]),
            // The first bill takes the first tags recorded, and what is not billed the last.
            (
                "bill by bill",
                life(vec![bill(1, 2, Some(true)), bill(2, 1, Some(false))], None),
                [None, revenue, capital, capital],
            ),
            ("a credit for the price", life(vec![bill(1, 4, Some(true)), bill(2, 0, Some(true))], None), [capital; 4]),
            ("a pool", life(vec![bill(1, 4, Some(false))], Some(true)), [pooled; 4]),
            ("a pool below the threshold", life(vec![bill(1, 4, Some(true))], Some(false)), [revenue; 4]),
        ] {
            assert_eq!(results(&life), of_tags.map(|of_tag| of_tag.map(str::to_string)), "{what}");
        }
    }
}
