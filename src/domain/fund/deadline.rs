//! Deadlines, and the money that they put at risk.

use crate::domain::date::{Date, days_between, in_words};
use crate::domain::fund::payment::{Paid, Payment};
use crate::domain::fund::{Fund, FundCode};
use crate::domain::money::Pence;
use crate::domain::reference::LineRef;
use crate::domain::spend::{LineFacts, Part, Sums};
use crate::domain::words::{DeadlineKind, LineState};
use crate::listing;

listing! {
    /// One line of `report deadlines`.
    pub struct DeadlineLine {
        fund: FundCode,
        what: DeadlineKind,
        on: Date,
        days_left: Option<i64>,
        line: Option<LineRef>,
        supplier: String,
        invoice_no: String,
        amount: Pence,
        note: String,
    }
}

/// One fund under watch: its lines and payments are handed over one by one, and its rows gathered.
#[derive(Debug)]
pub struct Watch {
    fund: Fund,
    first_spend_by: Option<Date>,
    today: Date,
    sums: Sums,
    invoiced_late: Pence,
    paid_late: Pence,
    payments: Vec<Payment>,
    rows: Vec<DeadlineLine>,
}

impl Watch {
    /// `today` is the day to reason about; `first_spend_by` the deadline before anything moved it.
    pub fn new(fund: Fund, first_spend_by: Option<Date>, today: Date) -> Watch {
        let (payments, rows) = (Vec::new(), Vec::new());
        let (sums, invoiced_late, paid_late) = (Sums::default(), Pence::ZERO, Pence::ZERO);
        Watch { fund, first_spend_by, today, sums, invoiced_late, paid_late, payments, rows }
    }

    pub fn code(&self) -> &FundCode {
        &self.fund.code
    }

    /// Takes in what this fund bears of a line.
    pub fn line(&mut self, facts: &LineFacts<'_>, parts: &[Part]) {
        let code = self.fund.code.clone();
        let own = || parts.iter().filter(|part| facts.money.fund_of(part) == code.as_str());
        own().for_each(|part| self.sums.add(part));
        let Some(last) = self.fund.spend_by else {
            return;
        };
        self.open_order(facts, own(), last);
        for part in own() {
            self.late_bill(facts, part, last);
        }
    }

    /// What of a line is neither billed nor cancelled: it must be invoiced by the deadline.
    fn open_order<'p>(&mut self, facts: &LineFacts<'_>, own: impl Iterator<Item = &'p Part>, last: Date) {
        let (mut arrived, mut to_come, mut amount) = (0, 0, Pence::ZERO);
        for part in own.filter(|part| part.bill.is_none()) {
            amount = amount + part.cost;
            let count = if part.state == LineState::Delivered { &mut arrived } else { &mut to_come };
            *count += part.qty;
        }
        let stands = match (arrived, to_come) {
            (0, 0) => return,
            (arrived, 0) => format!("{arrived} arrived, not invoiced"),
            (0, to_come) => format!("{to_come} to come"),
            (arrived, to_come) => format!("{arrived} arrived, not invoiced; {to_come} to come"),
        };
        let note = format!("{}: {stands}", facts.description);
        let row = DeadlineLine { note, ..self.row(DeadlineKind::OpenOrder, last, amount) };
        self.rows.push(DeadlineLine { line: Some(facts.reference()), supplier: facts.supplier.to_string(), ..row });
    }

    /// A bill that came, or was paid, after the last day.
    fn late_bill(&mut self, facts: &LineFacts<'_>, part: &Part, last: Date) {
        let Some(bill) = facts.money.bill_of(part) else {
            return;
        };
        let days = [(DeadlineKind::InvoicedLate, Some(bill.on)), (DeadlineKind::PaidLate, bill.paid_on)];
        for (what, on) in days {
            let Some(on) = on.filter(|day| *day > last) else {
                continue;
            };
            let sum = if what == DeadlineKind::PaidLate { &mut self.paid_late } else { &mut self.invoiced_late };
            *sum = *sum + part.cost;
            let days = match days_between(last, on) {
                1 => "1 day".to_string(),
                days => format!("{days} days"),
            };
            let note = format!("{}: {days} late", facts.description);
            // What is done has no days left.
            let row = DeadlineLine { days_left: None, note, ..self.row(what, on, part.cost) };
            self.rows.push(DeadlineLine {
                line: Some(facts.reference()),
                supplier: facts.supplier.to_string(),
                invoice_no: bill.number.clone(),
                ..row
            });
        }
    }

    /// Takes in a payment of this fund, the oldest first.
    pub fn payment(&mut self, payment: Payment) {
        if let Some(on) = payment.promised_on.filter(|_| payment.is_open()) {
            let note = if payment.is_overdue(self.today) { "overdue" } else { "not received yet" }.to_string();
            let row = DeadlineLine { note, ..self.row(DeadlineKind::Promise, on, payment.amount) };
            self.rows.push(row);
        }
        self.payments.push(payment);
    }

    fn row(&self, what: DeadlineKind, on: Date, amount: Pence) -> DeadlineLine {
        DeadlineLine {
            fund: self.fund.code.clone(),
            what,
            on,
            days_left: Some(days_between(self.today, on)),
            line: None,
            supplier: String::new(),
            invoice_no: String::new(),
            amount,
            note: String::new(),
        }
    }

    /// The fund's rows in order, and its money at risk in a sentence; none where there is nothing to watch.
    pub fn finish(mut self) -> (Vec<DeadlineLine>, Option<String>) {
        if let Some(last) = self.fund.spend_by {
            let row = self.row(DeadlineKind::LastDay, last, self.unspent());
            self.rows.push(DeadlineLine { note: self.of_the_last_day(last), ..row });
        }
        let sentence = self.sentence();
        // What is told of one line on one day keeps its order, that of its invoices.
        self.rows.sort_by_key(|row| (row.on, row.line, row.what));
        (self.rows, sentence)
    }

    fn unspent(&self) -> Pence {
        self.fund.award - self.sums.spent
    }

    /// In few words, since a table has little room.
    fn of_the_last_day(&self, last: Date) -> String {
        let on_order = match self.sums.committed {
            Pence::ZERO => "nothing on order".to_string(),
            committed => format!("{} on order", committed.in_words()),
        };
        match self.first_spend_by.filter(|first| *first != last) {
            Some(first) => format!("{on_order}; at first {}", in_words(first)),
            None => on_order,
        }
    }

    fn sentence(&self) -> Option<String> {
        let mut said = Vec::new();
        if self.fund.spend_by.is_some() {
            let unspent = self.unspent();
            let money = match unspent.is_negative() {
                true => format!("overspent by {}", unspent.size().in_words()),
                false => format!("{} is not spent, and {}", unspent.in_words(), on_order(self.sums.committed, unspent)),
            };
            said.push(format!("{money}{}", self.fund.deadline(self.today)));
        }
        for (late, what) in [(self.invoiced_late, "invoiced"), (self.paid_late, "paid")] {
            if late != Pence::ZERO {
                said.push(format!("{} was {what} after it", late.in_words()));
            }
        }
        let paid = Paid::of(&self.payments, self.today);
        if paid.open > Pence::ZERO {
            let overdue = match paid.overdue {
                Pence::ZERO => String::new(),
                overdue if overdue == paid.open => ", all of it overdue".to_string(),
                overdue => format!(", {} of it overdue", overdue.in_words()),
            };
            said.push(format!("{} is promised and not received{overdue}", paid.open.in_words()));
        }
        (!said.is_empty()).then(|| format!("{}: {}.", self.fund.code, said.join("; ")))
    }
}

/// What is on order, beside what is not spent.
fn on_order(committed: Pence, unspent: Pence) -> String {
    match committed {
        Pence::ZERO => "nothing of it is on order".to_string(),
        _ if committed > unspent => {
            format!("{} is on order, {} more than that", committed.in_words(), (committed - unspent).in_words())
        }
        _ => format!("{} of it is on order", committed.in_words()),
    }
}

#[cfg(test)]
mod tests;
