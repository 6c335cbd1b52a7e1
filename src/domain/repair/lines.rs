//! The listings of repairs.

use crate::domain::date::{Date, whole_months};
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, RepairRef};
use crate::domain::words::{Payer, RepairOutcome};
use crate::listing;

listing! {
    /// One line of `repair list`.
    pub struct RepairLine<'a> {
        repair: RepairRef,
        tag: &'a str,
        type_code as "type": &'a str,
        make: &'a str,
        model: &'a str,
        repairer: &'a str,
        sent_on: Date,
        back_by: Option<Date>,
        back_on: Option<Date>,
        /// Away so far, or in all.
        days: i64,
        fault: &'a str,
        cost: Option<Pence>,
        outcome: Option<RepairOutcome>,
        payer: Option<Payer>,
        /// The loan that went on behind it.
        loan: Option<LoanRef>,
    }
}

listing! {
    /// One line of `report repairs`: a make and model.
    pub struct MakeLine {
        type_code as "type": String,
        make: String,
        model: String,
        /// All that ever were, the retired among them.
        instruments: i64,
        average_age_months: Option<i64>,
        repairs: i64,
        repair_cost: Pence,
        cost_per_instrument: Pence,
        beyond_repair: i64,
        retired: i64,
    }
}

/// What is counted of one make and model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MakeTally {
    instruments: i64,
    /// Of those whose age is known: how many, and their months together.
    aged: i64,
    months: i64,
    repairs: i64,
    cost: Pence,
    beyond_repair: i64,
    retired: i64,
}

/// What one instrument brings to its make's tally.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfMake {
    pub acquired_on: Option<Date>,
    pub retired_on: Option<Date>,
    /// Whether it was retired in the time that is asked about.
    pub retired_then: bool,
    pub repairs: i64,
    pub cost: Pence,
    pub beyond_repair: i64,
}

impl MakeTally {
    /// Counts an instrument. It ages until it is retired, or until today.
    pub fn count(&mut self, one: &OfMake, today: Date) {
        self.instruments += 1;
        if let Some(acquired_on) = one.acquired_on {
            self.aged += 1;
            self.months += whole_months(acquired_on, one.retired_on.unwrap_or(today));
        }
        self.repairs += one.repairs;
        self.cost = self.cost + one.cost;
        self.beyond_repair += one.beyond_repair;
        self.retired += i64::from(one.retired_then);
    }

    pub fn line(&self, type_code: String, make: String, model: String) -> MakeLine {
        MakeLine {
            type_code,
            make,
            model,
            instruments: self.instruments,
            average_age_months: self.months.checked_div(self.aged),
            repairs: self.repairs,
            repair_cost: self.cost,
            cost_per_instrument: self.cost.shared_by(self.instruments),
            beyond_repair: self.beyond_repair,
            retired: self.retired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_make_is_judged_by_all_its_instruments() {
        let today = Date::constant(2026, 11, 22);
        let mut tally = MakeTally::default();
        let acquired_on = Some(Date::constant(2024, 11, 22));
        tally.count(&OfMake { acquired_on, repairs: 2, cost: Pence::new(5_000), ..OfMake::default() }, today);
        let retired_on = Some(Date::constant(2025, 11, 21));
        tally.count(
            &OfMake { acquired_on, retired_on, retired_then: true, beyond_repair: 1, ..OfMake::default() },
            today,
        );
        tally.count(&OfMake::default(), today);
        let line = tally.line("VN".into(), "Stentor".into(), String::new());
        assert_eq!((line.instruments, line.repairs, line.beyond_repair, line.retired), (3, 2, 1, 1));
        assert_eq!(line.average_age_months, Some((24 + 11) / 2));
        assert_eq!(line.cost_per_instrument, Pence::new(1_667));
        let unknown = MakeTally::default().line(String::new(), String::new(), String::new());
        assert_eq!((unknown.average_age_months, unknown.cost_per_instrument), (None, Pence::ZERO));
    }
}
