//! What each fund bears of a line's instruments, where several bear the line.

use crate::domain::money::Pence;
use crate::domain::shares::Shares;
use crate::domain::spend::{Life, Part, parts};

/// A line that several funds bear. Its instruments are met one after another, and each fund bears of them what it bears of
/// the line: of those that are billed what it bears of the bills, and of the others what it bears of the order.
#[derive(Clone, Debug)]
pub struct Burden {
    shares: Shares,
    /// What is billed, then what is not: how much it comes to, and what of that each fund bears.
    stretches: Vec<(Pence, Shares)>,
}

impl Burden {
    /// Of a line with this life, as these funds bear it.
    pub fn of(life: &Life, shares: &Shares) -> Burden {
        let mut all = Vec::new();
        parts(&life.ordered, &life.bills, Some(shares), &mut all);
        let cost = |takes: &dyn Fn(&&Part) -> bool| -> Pence { all.iter().filter(takes).map(|part| part.cost).sum() };
        let stretch = |is_billed: bool| {
            let of_fund = |place: usize| cost(&|part: &&Part| part.bill.is_some() == is_billed && part.share == place);
            let borne: Vec<Pence> = (0..shares.iter().count()).map(of_fund).collect();
            Some((borne.iter().copied().sum(), shares.weighed(&borne)?))
        };
        Burden { shares: shares.clone(), stretches: [true, false].into_iter().filter_map(stretch).collect() }
    }

    /// What a fund, by its place among those that bear the line, bears of instruments that cost so much together. What one
    /// of them adds to it is what the fund bears of that one: so no penny is lost between them, nor between funds.
    pub fn borne(&self, place: usize, cost: Pence) -> Pence {
        let of = |shares: &Shares, amount: Pence| shares.apportion(amount).nth(place).unwrap_or_default();
        let (mut rest, mut borne) = (cost, Pence::ZERO);
        for (whole, shares) in &self.stretches {
            let here = rest.min(*whole);
            (rest, borne) = (rest - here, borne + of(shares, here));
        }
        // Instruments may cost more than their line: what was sent back for credit keeps what it cost.
        borne + of(&self.shares, rest)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::fund::FundCode;
    use crate::domain::shares::Share;
    use crate::domain::spend::{Bill, Ordered};

    fn thirds() -> Shares {
        let share = |(fund, weight)| Share { fund: FundCode::from_record(fund), weight };
        Shares::from_record([("CIP", 6_667), ("OWN", 3_333)].map(share).to_vec()).expect("some")
    }

    /// Three of £100.01 with VAT that is not recovered, of which so many are billed at another price.
    fn life(billed: i64) -> Life {
        let ordered = Ordered {
            qty: 3,
            net: Pence::new(30_003),
            vat: Pence::new(6_001),
            vat_recoverable: false,
            ..Ordered::default()
        };
        let bill = Bill {
            invoice_id: 1,
            number: String::new(),
            on: date(2026, 1, 1),
            paid_on: None,
            qty: billed,
            net: Pence::new(9_999 * billed),
            vat: Pence::new(2_001 * billed),
            judged: None,
        };
        Life { ordered, bills: if billed == 0 { Vec::new() } else { vec![bill] }, ..Life::default() }
    }

    #[test]
    fn instruments_together_bear_what_the_fund_bears_of_the_line() {
        for billed in 0..=3 {
            let (life, shares) = (life(billed), thirds());
            let burden = Burden::of(&life, &shares);
            let mut all = Vec::new();
            parts(&life.ordered, &life.bills, Some(&shares), &mut all);
            for place in 0..2 {
                let own = |billed_only: bool| -> Pence {
                    let own = all.iter().filter(|part| part.share == place && (part.bill.is_some() || !billed_only));
                    own.map(|part| part.cost).sum()
                };
                let spent: Pence = life.bills.iter().map(|bill| bill.net + bill.vat).sum();
                assert_eq!(burden.borne(place, life.cost()), own(false), "{billed} billed, all");
                assert_eq!(burden.borne(place, spent), own(true), "{billed} billed, those");
            }
            for cost in (0..40_000).step_by(7).map(Pence::new) {
                assert_eq!(burden.borne(0, cost) + burden.borne(1, cost), cost, "{billed} billed");
            }
        }
    }
}
