//! What `purchase invoice` says of what it recorded.

use anyhow::Result;

use crate::commands::Desk;
use crate::commands::purchase::billing::lines_in_words;
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::policy::RevenueInCapital;
use crate::domain::purchase::{Funds, OrderLine, Warning};
use crate::domain::reference::{LineRef, OrderRef};

/// How many lines a warning is given for one by one.
const MOST_TOLD: usize = 5;

/// What was recorded, and what the person should know of it.
pub struct Recorded {
    pub number: String,
    pub on: Date,
    /// The lines it bills now, as they stand after it, and its number in the file.
    pub billed: Vec<OrderLine>,
    pub invoice_id: i64,
    pub extras: Vec<LineRef>,
    /// What it costs over the price ordered.
    pub increase: Pence,
    pub paid_on: Option<Date>,
    pub order: Vec<OrderLine>,
    pub warnings: Vec<Warning>,
    /// Lines that are revenue by the policy of the day, and that a capital fund bears.
    pub revenue: Vec<RevenueInCapital>,
    pub funds: Funds,
}

impl Recorded {
    /// `Invoice N1 (3 Mar 2026) bills 2 lines of O12: £300.00 net, £60.00 VAT`
    pub fn summary(&self, order: OrderRef) -> String {
        let bills =
            self.billed.iter().flat_map(|line| &line.life.bills).filter(|bill| bill.invoice_id == self.invoice_id);
        let (net, vat) = bills.fold((Pence::ZERO, Pence::ZERO), |(net, vat), bill| (net + bill.net, vat + bill.vat));
        format!(
            "Invoice {} ({}) bills {} of {order}: {} net, {} VAT",
            self.number,
            in_words(self.on),
            lines_in_words(self.billed.len()),
            net.in_words(),
            vat.in_words()
        )
    }

    pub fn tell(&self, desk: &mut Desk<'_, '_>, order: OrderRef) -> Result<()> {
        let mut told: Vec<&Warning> = Vec::new();
        for warning in &self.warnings {
            if !told.contains(&warning) {
                desk.warn(warning)?;
                told.push(warning);
            }
        }
        self.revenue.iter().take(MOST_TOLD).try_for_each(|revenue| desk.warn(revenue))?;
        if let Some(more) = self.revenue.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            desk.warn(format!("and {more} more lines like these; 'ledgerline report lines' shows what each is"))?;
        }
        desk.say(format!("{}.", self.summary(order)))?;
        if self.increase > Pence::ZERO {
            desk.say(format!("That is {} more than was ordered.", self.increase.in_words()))?;
        } else if self.increase.is_negative() {
            desk.say(format!("That is {} less than was ordered.", (-self.increase).in_words()))?;
        }
        for (fund, cost) in self.costs() {
            desk.say(format!("{fund} bears {} of it, and {}.", cost.in_words(), self.left_of(fund)))?;
        }
        for extra in self.billed.iter().filter(|line| self.extras.contains(&line.reference)) {
            let (reference, line) = (extra.reference, &extra.line);
            desk.say(format!(
                "{reference} ({}) was not ordered; {} bears it. To move it: ledgerline purchase recode {reference} --fund …",
                line.description, line.shares
            ))?;
        }
        if let Some(paid_on) = self.paid_on {
            desk.say(format!("The invoice was paid on {}, and so is this.", in_words(paid_on)))?;
        }
        desk.say(self.left(order))
    }

    /// `has £664.98 left`
    fn left_of(&self, fund: &FundCode) -> String {
        let left = self.funds.get(fund).map_or(Pence::ZERO, |facts| facts.fund.award - facts.used);
        match left.is_negative() {
            true => format!("is {} over its award", (-left).in_words()),
            false => format!("has {} left", left.in_words()),
        }
    }

    /// What each fund bears of it, in the order of the lines.
    fn costs(&self) -> Vec<(&FundCode, Pence)> {
        let mut costs: Vec<(&FundCode, Pence)> = Vec::new();
        for line in &self.billed {
            let funds: Vec<&FundCode> = line.line.shares.iter().map(|share| &share.fund).collect();
            let is_of_it = |bill: Option<usize>| {
                bill.and_then(|place| line.life.bills.get(place)).is_some_and(|bill| bill.invoice_id == self.invoice_id)
            };
            for part in line.life.parts.iter().filter(|part| is_of_it(part.bill)) {
                let Some(&fund) = funds.get(part.share) else { continue };
                match costs.iter_mut().find(|(held, _)| *held == fund) {
                    Some((_, cost)) => *cost = *cost + part.cost,
                    None => costs.push((fund, part.cost)),
                }
            }
        }
        costs
    }

    fn left(&self, order: OrderRef) -> String {
        let open: Vec<&OrderLine> =
            self.order.iter().filter(|line| line.life.ordered.unbilled(&line.life.bills) > 0).collect();
        let number: i64 = open.iter().map(|line| line.life.ordered.unbilled(&line.life.bills)).sum();
        let parts = open.iter().flat_map(|line| &line.life.parts).filter(|part| part.bill.is_none());
        let cost: Pence = parts.map(|part| part.cost).sum();
        match open.len() {
            0 => format!("All of {order} is invoiced."),
            lines => {
                format!("Still to be invoiced of {order}: {number} on {}, {}.", lines_in_words(lines), cost.in_words())
            }
        }
    }
}
