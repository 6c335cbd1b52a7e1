//! Payments of a fund: what the funder promised for a day, and what came.

use crate::domain::date::{Date, in_words};
use crate::domain::fund::{Fund, FundCode};
use crate::domain::money::Pence;
use crate::domain::refusal::Refusal;
use crate::domain::words::PaymentState;
use crate::listing;

/// A payment on record: promised, received, or promised and then received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its number in the file.
    pub id: i64,
    pub fund: FundCode,
    pub amount: Pence,
    pub promised_on: Option<Date>,
    pub received_on: Option<Date>,
}

impl Payment {
    /// Promised, and not there yet.
    pub fn is_open(&self) -> bool {
        self.received_on.is_none()
    }

    /// Open past the day it was promised for; that day itself is not late.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.is_open() && self.promised_on.is_some_and(|day| day < today)
    }

    pub fn state(&self, today: Date) -> PaymentState {
        match (self.is_open(), self.is_overdue(today)) {
            (false, _) => PaymentState::Received,
            (true, true) => PaymentState::Overdue,
            (true, false) => PaymentState::Promised,
        }
    }
}

/// A fund's payments in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// All that was ever promised for a day, also where it has come since.
    pub promised: Pence,
    pub received: Pence,
    /// Promised and not received.
    pub open: Pence,
    pub overdue: Pence,
    /// How many promises are overdue.
    pub late: i64,
}

impl Paid {
    pub fn of<'a>(payments: impl IntoIterator<Item = &'a Payment>, today: Date) -> Paid {
        let mut paid = Paid::default();
        for payment in payments {
            let amount = payment.amount;
            let if_so = |so: bool| if so { amount } else { Pence::ZERO };
            paid.promised = paid.promised + if_so(payment.promised_on.is_some());
            paid.received = paid.received + if_so(!payment.is_open());
            paid.open = paid.open + if_so(payment.is_open());
            paid.overdue = paid.overdue + if_so(payment.is_overdue(today));
            paid.late += i64::from(payment.is_overdue(today));
        }
        paid
    }

    /// All that came or is to come, beyond the award; nothing where it is within it.
    pub fn beyond(&self, award: Pence) -> Option<Pence> {
        Some(self.received + self.open - award).filter(|beyond| *beyond > Pence::ZERO)
    }

    /// What came and what is to come of a fund's award, in a sentence.
    pub fn standing(&self, fund: &Fund) -> String {
        let (code, received, award) = (&fund.code, self.received.in_words(), fund.award.in_words());
        let open = match self.open {
            Pence::ZERO => String::new(),
            open => format!("; {} more is promised", open.in_words()),
        };
        format!("{code} has received {received} of its award of {award}{open}.")
    }
}

/// The promise that a receipt settles: the oldest that is open and of the same amount.
pub fn settled_by(payments: &[Payment], amount: Pence) -> Option<&Payment> {
    let alike = payments.iter().filter(|payment| payment.is_open() && payment.amount == amount);
    alike.min_by_key(|payment| (payment.promised_on, payment.id))
}

/// Why a payment was not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    #[error("a payment of nothing is no payment")]
    Nothing,
    #[error("{} has not come yet; what {fund} receives then cannot be recorded now", in_words(*.on))]
    InFuture { fund: FundCode, on: Date },
}

impl Refusal for PaymentRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            PaymentRefusal::Nothing => "give the amount that was promised or received".into(),
            PaymentRefusal::InFuture { on, .. } => format!("if it is promised for that day, say --promised {on}"),
        })
    }
}

/// Refuses a payment of nothing, and one that would have been received on a day that has not come.
pub fn check(fund: &FundCode, amount: Pence, received_on: Option<Date>, today: Date) -> Result<(), PaymentRefusal> {
    match received_on {
        _ if amount == Pence::ZERO => Err(PaymentRefusal::Nothing),
        Some(on) if on > today => Err(PaymentRefusal::InFuture { fund: fund.clone(), on }),
        _ => Ok(()),
    }
}

listing! {
    /// One payment of a fund.
    pub struct PaymentLine {
        amount: Pence,
        promised_on: Option<Date>,
        received_on: Option<Date>,
        state: PaymentState,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn payment(id: i64, pence: i64, promised_on: Option<Date>, received_on: Option<Date>) -> Payment {
        Payment { id, fund: FundCode::from_record("CIP"), amount: Pence::new(pence), promised_on, received_on }
    }

    #[test]
    fn a_receipt_settles_the_oldest_open_promise_of_its_amount() {
        let (first, second) = (Some(date(2025, 1, 31)), Some(date(2025, 6, 30)));
        let payments = [
            payment(1, 500, second, None),
            payment(2, 500, first, Some(date(2025, 2, 3))),
            payment(3, 700, first, None),
            payment(4, 500, second, None),
            payment(5, 500, Some(date(2025, 3, 31)), None),
        ];
        let settled = |pence| settled_by(&payments, Pence::new(pence)).map(|payment| payment.id);
        assert_eq!((settled(500), settled(700), settled(600)), (Some(5), Some(3), None));
        assert_eq!(settled_by(&payments[..2], Pence::new(500)).map(|payment| payment.id), Some(1));
    }

    #[test]
    fn the_promised_day_itself_is_not_late() {
        let promise = payment(1, 500, Some(date(2025, 1, 31)), None);
        for (today, state) in [
            (date(2025, 1, 30), PaymentState::Promised),
            (date(2025, 1, 31), PaymentState::Promised),
            (date(2025, 2, 1), PaymentState::Overdue),
        ] {
            assert_eq!(promise.state(today), state, "{today}");
        }
        let came = payment(1, 500, Some(date(2025, 1, 31)), Some(date(2025, 3, 1)));
        assert_eq!(came.state(date(2026, 1, 1)), PaymentState::Received);
    }

    #[test]
    fn payments_add_up() {
        let today = date(2025, 6, 30);
        let payments = [
            payment(1, 500, Some(date(2025, 1, 31)), Some(date(2025, 2, 3))),
            payment(2, 70, Some(date(2025, 6, 29)), None),
            payment(3, 9, Some(date(2025, 6, 30)), None),
            payment(4, 1, None, Some(date(2025, 2, 3))),
        ];
        let paid = Paid::of(&payments, today);
        let figures = [paid.promised, paid.received, paid.open, paid.overdue].map(Pence::pence);
        assert_eq!((figures, paid.late), ([579, 501, 79, 70], 1));
        assert_eq!(paid.beyond(Pence::new(580)), None);
        assert_eq!(paid.beyond(Pence::new(579)), Some(Pence::new(1)));
    }

    #[test]
    fn a_receipt_of_today_is_the_latest_there_can_be() {
        let (code, today) = (FundCode::from_record("CIP"), date(2025, 6, 30));
        let tomorrow = Some(date(2025, 7, 1));
        assert_eq!(check(&code, Pence::new(1), Some(today), today), Ok(()));
        assert_eq!(check(&code, Pence::new(1), None, today), Ok(()));
        let refused = check(&code, Pence::new(1), tomorrow, today).expect_err("not come yet");
        assert_eq!(refused.hint().as_deref(), Some("if it is promised for that day, say --promised 2025-07-01"));
        assert_eq!(check(&code, Pence::ZERO, None, today), Err(PaymentRefusal::Nothing));
    }
}
