//! A programme of spending, worked out anew with plain sums: what the reports must say after every step.

use std::collections::BTreeMap;

/// One line, with whole pence and all that has happened to it.
#[derive(Clone, Debug)]
pub struct Line {
    pub order: usize,
    pub number: usize,
    pub qty: i64,
    pub net: i64,
    pub vat: i64,
    pub recovered: bool,
    pub typed: bool,
    pub received: i64,
    pub cancelled: i64,
    pub bills: Vec<Bill>,
    /// How many hundredths of it CIP bears; OWN bears the rest.
    pub cip_percent: i64,
    pub category: &'static str,
    pub pooled: bool,
    /// Delivery that nobody ordered brings no instruments.
    pub brings: bool,
}

#[derive(Clone, Debug)]
pub struct Bill {
    pub qty: i64,
    pub net: i64,
    pub vat: i64,
    /// By its day and then by its entry, as invoices are numbered.
    pub day: i64,
    pub entered: usize,
    pub paid: bool,
}

/// Committed, delivered, spent, paid.
pub type Money = [i64; 4];

pub fn half_up(net: i64, rate: i64) -> i64 {
    (net.abs() * rate * 2 + 100) / 200 * net.signum()
}

impl Line {
    pub fn wanted(&self) -> i64 {
        self.qty - self.cancelled
    }

    pub fn billed(&self) -> i64 {
        self.bills.iter().map(|bill| bill.qty.max(0)).sum()
    }

    pub fn left_to_bill(&self) -> i64 {
        self.wanted() - self.billed()
    }

    /// What was credited before it came will not come.
    pub fn left_to_arrive(&self) -> i64 {
        self.wanted() - (self.billed() - self.billed_kept()) - self.received
    }

    /// What neither came nor was billed, and so can be cancelled.
    pub fn left_to_cancel(&self) -> i64 {
        self.wanted() - self.billed().max(self.received)
    }

    /// Net and VAT of the first so many, at the price ordered.
    pub fn price(&self, count: i64) -> (i64, i64) {
        (self.net * count / self.qty, self.vat * count / self.qty)
    }

    pub fn billed_money(&self) -> (i64, i64) {
        (self.bills.iter().map(|bill| bill.net).sum(), self.bills.iter().map(|bill| bill.vat).sum())
    }

    pub fn billed_kept(&self) -> i64 {
        self.bills.iter().map(|bill| bill.qty).sum()
    }

    fn cost(&self, (net, vat): (i64, i64)) -> i64 {
        if self.recovered { net } else { net + vat }
    }

    /// What CIP, or else OWN, bears of an amount that the line has come to.
    fn borne(&self, cip: bool, (net, vat): (i64, i64)) -> i64 {
        let part = |amount: i64| {
            let of_cip = amount.abs() * self.cip_percent / 100 * amount.signum();
            if cip { of_cip } else { amount - of_cip }
        };
        self.cost((part(net), part(vat)))
    }

    pub fn money(&self, cip: bool) -> Money {
        let mut bills = self.bills.clone();
        bills.sort_by_key(|bill| (bill.day, bill.entered));
        let (mut run, mut spent, mut paid) = ((0, 0), 0, 0);
        for bill in &bills {
            let after = (run.0 + bill.net, run.1 + bill.vat);
            let borne = self.borne(cip, after) - self.borne(cip, run);
            spent += borne;
            paid += if bill.paid { borne } else { 0 };
            run = after;
        }
        let billed = self.borne(cip, self.price(self.billed()));
        let arrived = self.received.clamp(self.billed(), self.wanted().max(self.billed()));
        let committed = self.borne(cip, self.price(self.wanted())) - billed;
        [committed, self.borne(cip, self.price(arrived)) - billed, spent, paid]
    }
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub lines: Vec<Line>,
    pub orders: usize,
    pub invoices: usize,
}

impl Model {
    /// By fund and category; only where something is.
    pub fn spend(&self) -> BTreeMap<(String, String), Money> {
        let mut rows: BTreeMap<(String, String), Money> = BTreeMap::new();
        for line in &self.lines {
            for (cip, fund) in [(true, "CIP"), (false, "OWN")] {
                let money = line.money(cip);
                let row = rows.entry((fund.to_string(), line.category.to_string())).or_default();
                (0..4).for_each(|place| row[place] += money[place]);
            }
        }
        rows.retain(|_, money| money.iter().any(|amount| *amount != 0));
        rows
    }

    /// What CIP may still be asked to bear.
    pub fn left(&self, cip: bool, award: i64) -> i64 {
        let used = |line: &Line| {
            let [committed, _, spent, _] = line.money(cip);
            committed + spent
        };
        award - self.lines.iter().map(used).sum::<i64>()
    }
}
