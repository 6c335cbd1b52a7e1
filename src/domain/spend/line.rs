//! The money of one line: which fund bears which part of it, when, and what policy says of it.

use std::ops::Range;

use super::{Bill, Life, Part};
use crate::domain::date::Date;
use crate::domain::policy::CapitalResult;
use crate::domain::words::LineState;

/// A line's money, borrowed from its record and its life.
#[derive(Clone, Copy, Debug)]
pub struct LineMoney<'a> {
    /// The line's number in the file.
    pub id: i64,
    pub ordered_on: Option<Date>,
    /// The fund as first recorded.
    pub first_fund: &'a str,
    /// As first recorded, or as the latest coding has it; empty where there is none.
    pub category: &'a str,
    pub life: &'a Life,
}

impl<'a> LineMoney<'a> {
    /// The fund that bears a part.
    pub fn fund_of(&self, part: &Part) -> &'a str {
        let named = self.life.shares().and_then(|shares| shares.iter().nth(part.share));
        named.map_or(self.first_fund, |share| share.fund.as_str())
    }

    pub fn bill_of(&self, part: &Part) -> Option<&'a Bill> {
        part.bill.and_then(|place| self.life.bills.get(place))
    }

    /// The day by which a part falls in a year: its invoice's, else its order's.
    pub fn falls_on(&self, part: &Part) -> Option<Date> {
        self.bill_of(part).map(|bill| bill.on).or(self.ordered_on)
    }

    /// What a billed part is by policy, and the day from which that policy was in force: as a part of its pool, where it is
    /// in one. None until it was judged.
    pub fn capital_result(&self, part: &Part) -> Option<(CapitalResult<'a>, Date)> {
        let own = self.bill_of(part)?.judged;
        match &self.life.pool {
            Some(pool) if pool.judged.is_capital => Some((CapitalResult::Pooled(&pool.name), pool.judged.policy_on)),
            Some(pool) => Some((CapitalResult::Revenue, pool.judged.policy_on)),
            None => own.map(|judged| {
                let result = if judged.is_capital { CapitalResult::Capital } else { CapitalResult::Revenue };
                (result, judged.policy_on)
            }),
        }
    }

    /// Which of its instruments a part brought: bills take them in the order of their days, what is not billed takes the
    /// rest, and the last bill of a line that is billed whole takes what there is.
    pub fn brought_by(&self, part: &Part) -> Range<usize> {
        let count = |qty: i64| usize::try_from(qty).unwrap_or(0);
        let bills = &self.life.bills;
        let all = count(self.life.tagged);
        let before = |place: usize| bills.iter().take(place).map(|bill| count(bill.qty)).sum::<usize>().min(all);
        let begins = match part.bill {
            Some(place) => before(place),
            // What waits comes after what has arrived.
            None if part.state == LineState::Committed => all,
            None => before(bills.len()),
        };
        let last = bills.iter().rposition(|bill| bill.qty > 0);
        let takes_rest = part.bill == last && last.is_some() && self.life.ordered.unbilled(bills) == 0;
        let takes_rest = takes_rest || part.state == LineState::Delivered;
        begins..if takes_rest { all } else { (begins + count(part.qty)).min(all) }
    }

    pub fn tags_of(&self, part: &Part) -> &'a [String] {
        self.life.tags.get(self.brought_by(part)).unwrap_or(&[])
    }
}
