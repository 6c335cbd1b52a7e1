//! What a purchase line says of the instruments it brought: which funds bear them, and what policy says of each.

use crate::domain::fund::FundCode;
use crate::domain::policy::CapitalResult;
use crate::domain::shares::Shares;
use crate::domain::spend::LineMoney;

/// A line as it stood on a day, in no more than its instruments need of it: one is kept for each line of the register.
#[derive(Clone, Debug)]
pub struct Bearing {
    pub shares: Shares,
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
        Bearing { shares, results }
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
