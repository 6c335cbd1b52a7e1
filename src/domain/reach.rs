//! Whom the stock reaches in an academic year: which loans count, and how children and instruments are counted once.

use std::collections::HashMap;
use std::hash::Hash;

use super::date::{AcademicYear, Date, in_words};
use super::disclosure;
use super::reference::{PersonRef, Urn};
use super::refusal::Refusal;
use super::words::{Group, Role, Scheme};
use crate::listing;

/// An academic year, as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearSoFar {
    pub year: AcademicYear,
    pub first: Date,
    /// The year's last day, or today.
    pub last: Date,
}

/// Why a year has no figures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum YearRefusal {
    #[error("the academic year {year} begins on {}, which has not come yet", in_words(.year.first_day()))]
    NotBegun { year: AcademicYear, current: AcademicYear },
}

impl Refusal for YearRefusal {
    fn hint(&self) -> Option<String> {
        let YearRefusal::NotBegun { current, .. } = self;
        Some(format!("without --year it is {current}, the one that is running"))
    }
}

impl YearSoFar {
    /// The year asked for, or today's.
    pub fn of(asked: Option<AcademicYear>, today: Date) -> Result<YearSoFar, YearRefusal> {
        let current = AcademicYear::of(today);
        let year = asked.unwrap_or(current);
        if year > current {
            return Err(YearRefusal::NotBegun { year, current });
        }
        Ok(YearSoFar { year, first: year.first_day(), last: year.last_day().min(today) })
    }

    /// Whether more is to come.
    pub fn is_running(&self) -> bool {
        self.last < self.year.last_day()
    }

    /// Whether a loan was open on any day of it. The day it ended, by return or loss, still counts.
    pub fn takes(&self, out_on: Date, ended_on: Option<Date>) -> bool {
        out_on <= self.last && ended_on.is_none_or(|ended_on| ended_on >= self.first)
    }
}

/// A loan that was open in the year.
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
    fn pupil(&self) -> Option<PersonRef> {
        self.person.filter(|(_, role)| *role == Role::Pupil).map(|(person, _)| person)
    }

    /// The band by which a year's hire is remitted: the borrower's own, else the hirer's.
    pub fn band<'b>(&self, bands: &'b HashMap<PersonRef, String>) -> &'b str {
        let own = self.person.and_then(|(person, _)| bands.get(&person));
        own.or_else(|| bands.get(&self.hirer?)).map_or("", String::as_str)
    }
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

/// What one school was lent in the year.
#[derive(Clone, Debug, Default)]
pub struct SchoolReach {
    school_loans: i64,
    pupil_loans: i64,
    reached: Reached,
}

/// The figures of one school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolFigures {
    pub school_loans: i64,
    pub pupil_loans: i64,
    pub instruments: i64,
    pub named_pupils: i64,
    pub class_pupils: i64,
}

impl SchoolReach {
    pub fn figures(mut self) -> SchoolFigures {
        SchoolFigures {
            school_loans: self.school_loans,
            pupil_loans: self.pupil_loans,
            instruments: distinct(&mut self.reached.instruments),
            named_pupils: distinct(&mut self.reached.pupils),
            class_pupils: self.reached.class_pupils(),
        }
    }
}

/// The schools that a year's loans reach: by loans of their own and, unless only those are asked for, by their pupils'.
/// A teacher's own loan is neither.
#[derive(Clone, Debug, Default)]
pub struct Schools {
    own_loans_only: bool,
    by_urn: HashMap<Urn, SchoolReach>,
}

impl Schools {
    pub fn new(own_loans_only: bool) -> Schools {
        Schools { own_loans_only, by_urn: HashMap::new() }
    }

    pub fn add(&mut self, loan: &ReachLoan) {
        let is_pupils = loan.pupil().is_some();
        let counts = if is_pupils { !self.own_loans_only } else { loan.person.is_none() };
        if let Some(urn) = loan.school.filter(|_| counts) {
            let school = self.by_urn.entry(urn).or_default();
            *(if is_pupils { &mut school.pupil_loans } else { &mut school.school_loans }) += 1;
            school.reached.add(loan);
        }
    }

    pub fn take(&mut self, urn: Urn) -> Option<SchoolFigures> {
        self.by_urn.remove(&urn).map(SchoolReach::figures)
    }
}

/// By what the loans of a year are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut<'a> {
    pub phase: &'a str,
    pub group: Option<Group>,
    pub adapted: bool,
    pub band: &'a str,
    pub scheme: Scheme,
}

/// The loans of a year, cut by cut.
#[derive(Clone, Debug, Default)]
pub struct Cuts<'a> {
    by_cut: HashMap<Cut<'a>, (i64, Reached)>,
}

impl<'a> Cuts<'a> {
    pub fn add(&mut self, cut: Cut<'a>, loan: &ReachLoan) {
        let (loans, reached) = self.by_cut.entry(cut).or_default();
        *loans += 1;
        reached.add(loan);
    }

    /// Every count as it is, in order.
    pub fn lines(self) -> Vec<ReachLine<'a>> {
        let mut cuts: Vec<_> = self.by_cut.into_iter().collect();
        cuts.sort_unstable_by_key(|(cut, _)| *cut);
        let line = |(cut, (loans, mut reached)): (Cut<'a>, (i64, Reached))| ReachLine {
            phase: cut.phase,
            group: cut.group,
            adapted: cut.adapted,
            remission_band: cut.band,
            scheme: cut.scheme,
            loans: Some(loans),
            named_pupils: Some(distinct(&mut reached.pupils)),
            class_pupils: Some(reached.class_pupils()),
        };
        cuts.into_iter().map(line).collect()
    }
}

/// One column of counts.
type Column = for<'l, 'a> fn(&'l mut ReachLine<'a>) -> &'l mut Option<i64>;

/// Takes out of each column what may not be published; how many counts that were. A phase's totals are known from
/// `report schools`.
pub fn hide_small(lines: &mut [ReachLine<'_>]) -> usize {
    let columns: [Column; 3] = [|line| &mut line.loans, |line| &mut line.named_pupils, |line| &mut line.class_pupils];
    let phases: Vec<String> = lines.iter().map(|line| line.phase.to_string()).collect();
    let mut number = 0;
    for column in columns {
        let counts: Vec<i64> = lines.iter_mut().map(|line| column(line).unwrap_or(0)).collect();
        let hidden = disclosure::hidden(&counts, &phases);
        for line in lines.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden).map(|(line, _)| line) {
            *column(line) = None;
            number += 1;
        }
    }
    number
}

listing! {
    /// One line of `report schools`.
    pub struct SchoolReachLine<'a> {
        school_urn: Urn,
        school: &'a str,
        phase: &'a str,
        school_type as "type": &'a str,
        /// Absent where the school's type does not tell.
        state_funded: Option<bool>,
        trust: &'a str,
        school_loans: i64,
        pupil_loans: i64,
        instruments: i64,
        named_pupils: i64,
        class_pupils: i64,
    }
}

listing! {
    /// One line of `report reach`; a count is absent where it may not be published.
    pub struct ReachLine<'a> {
        phase: &'a str,
        group: Option<Group>,
        adapted: bool,
        remission_band: &'a str,
        scheme: Scheme,
        loans: Option<i64>,
        named_pupils: Option<i64>,
        class_pupils: Option<i64>,
    }
}

#[cfg(test)]
mod tests;
