//! Whom the stock reaches in a period: which loans count, and how children and instruments are counted once.

mod cuts;
mod schools;
mod span;

use std::collections::HashMap;

use super::reference::{PersonRef, Urn};
use super::words::{Group, Role, Scheme};

pub use cuts::{Cut, CutFigures, Cuts, ReachLine, hide_small};
pub use schools::{SchoolFigures, SchoolReachLine, Schools, hide_small_of_schools};
pub use span::{Period, Span, SpanRefusal};

/// A loan that was open in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachLoan {
    /// The hand-over it belongs to, by the number of its first loan.
    pub hand_over: i64,
    pub instrument: i64,
    /// The school of that day: the borrower, or the pupil's.
    pub school: Option<Urn>,
    /// The person who borrows, and in which role.
    pub person: Option<(PersonRef, Role)>,
    pub hirer: Option<PersonRef>,
    /// How many children a class is said to have.
    pub class_pupils: Option<i64>,
    pub scheme: Scheme,
    pub group: Option<Group>,
    pub adapted: bool,
}

impl ReachLoan {
    fn sort(&self) -> Sort {
        match (self.school, self.person) {
            (Some(_), None) => Sort::Own,
            (Some(_), Some((_, Role::Pupil))) => Sort::Pupils,
            _ => Sort::Other,
        }
    }

    fn pupil(&self) -> Option<PersonRef> {
        self.person.filter(|(_, role)| *role == Role::Pupil).map(|(person, _)| person)
    }

    /// The band by which a year's hire is remitted: the borrower's own, else the hirer's.
    pub fn band<'b>(&self, bands: &'b HashMap<PersonRef, String>) -> &'b str {
        let own = self.person.and_then(|(person, _)| bands.get(&person));
        own.or_else(|| bands.get(&self.hirer?)).map_or("", String::as_str)
    }
}

/// What `report schools` counts apart: a school's own loans, its pupils' loans, and those it leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Own,
    Pupils,
    Other,
}

impl Sort {
    const ALL: [Sort; 3] = [Sort::Own, Sort::Pupils, Sort::Other];
}

/// What a number of loans reach. Children and instruments are counted once, however often they come.
#[derive(Clone, Debug, Default)]
struct Reached {
    instruments: Vec<i64>,
    pupils: Vec<PersonRef>,
    /// Each hand-over to a class, with how many children the class has.
    classes: Vec<(i64, i64)>,
}

impl Reached {
    fn add(&mut self, loan: &ReachLoan) {
        self.instruments.push(loan.instrument);
        self.pupils.extend(loan.pupil());
        self.classes.extend(loan.class_pupils.map(|pupils| (loan.hand_over, pupils)));
    }

    fn class_pupils(mut self) -> i64 {
        // The most that any loan of a hand-over says stands first, and is kept.
        self.classes.sort_unstable_by_key(|&(hand_over, pupils)| (hand_over, -pupils));
        self.classes.dedup_by_key(|(hand_over, _)| *hand_over);
        self.classes.iter().map(|(_, pupils)| pupils).sum()
    }
}

fn distinct<T: Ord>(values: &mut Vec<T>) -> i64 {
    values.sort_unstable();
    values.dedup();
    i64::try_from(values.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
