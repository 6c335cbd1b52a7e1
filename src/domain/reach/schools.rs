//! The schools that a period's loans reach, and which of their counts may be published.

use std::collections::{BTreeMap, HashMap};

use super::{ReachLoan, Reached, Sort, distinct};
use crate::domain::disclosure::{Sum, complete, is_small};
use crate::domain::reference::Urn;
use crate::listing;

/// What one school was lent in the period.
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

/// The schools that a period's loans reach: by loans of their own and, unless only those are asked for, by their pupils'.
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

listing! {
    /// One line of `report schools`; a count is absent where it may not be published.
    pub struct SchoolReachLine {
        school_urn: Urn,
        school: String,
        phase: String,
        school_type as "type": String,
        /// Absent where the school's type does not tell.
        state_funded: Option<bool>,
        trust: String,
        school_loans: Option<i64>,
        pupil_loans: Option<i64>,
        instruments: Option<i64>,
        named_pupils: Option<i64>,
        class_pupils: Option<i64>,
    }
}

/// Takes out what may not be published of children; how many counts that were.
///
/// The totals of each phase and of the whole list are taken to be known, of the pupils' loans, of the schools' own and of
/// both together. A school's own loans are no secret, but are hidden where only they can keep one.
pub fn hide_small_of_schools(lines: &mut [SchoolReachLine]) -> usize {
    // Each child has mostly one loan, so the two columns about named pupils are hidden together.
    let mut hidden: Vec<bool> = Vec::with_capacity(2 * lines.len());
    for line in lines.iter() {
        hidden.extend([is_some_small(line.pupil_loans) || is_some_small(line.named_pupils), false]);
    }
    complete(&mut hidden, &sums_of_loans(lines));
    let mut classes: Vec<bool> = lines.iter().map(|line| is_some_small(line.class_pupils)).collect();
    complete(&mut classes, &sums_of_classes(lines));
    let mut number = 0;
    let mut hide = |count: &mut Option<i64>, is_hidden: bool| {
        number += usize::from(is_hidden && count.take_if(|count| *count > 0).is_some());
    };
    for ((line, of_loans), of_class) in lines.iter_mut().zip(hidden.chunks_exact(2)).zip(classes) {
        let (pupils, own) = (of_loans[0], of_loans[1]);
        hide(&mut line.pupil_loans, pupils);
        hide(&mut line.named_pupils, pupils);
        hide(&mut line.school_loans, own);
        // Less the loans that are shown, the instruments would tell of those that are not.
        hide(&mut line.instruments, pupils || own);
        hide(&mut line.class_pupils, of_class);
    }
    number
}

fn is_some_small(count: Option<i64>) -> bool {
    count.is_some_and(is_small)
}

/// What is known of loans and named pupils. The place of a school's pupils is even, that of its own loans follows it.
fn sums_of_loans(lines: &[SchoolReachLine]) -> Vec<Sum> {
    let mut loans: BTreeMap<(Option<&str>, Option<Sort>), Sum> = BTreeMap::new();
    let mut named: BTreeMap<Option<&str>, Sum> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let (pupils, own) = (2 * index, 2 * index + 1);
        for phase in [None, Some(line.phase.as_str())] {
            for (sort, place, count) in [(Sort::Pupils, pupils, line.pupil_loans), (Sort::Own, own, line.school_loans)]
            {
                if let Some(count) = count.filter(|count| *count > 0) {
                    loans.entry((phase, None)).or_default().push((place, count));
                    loans.entry((phase, Some(sort))).or_default().push((place, count));
                }
            }
            named
                .entry(phase)
                .or_default()
                .extend(line.named_pupils.filter(|count| *count > 0).map(|count| (pupils, count)));
        }
    }
    loans.into_values().chain(named.into_values()).collect()
}

fn sums_of_classes(lines: &[SchoolReachLine]) -> Vec<Sum> {
    let mut classes: BTreeMap<Option<&str>, Sum> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        for phase in [None, Some(line.phase.as_str())] {
            let count = line.class_pupils.filter(|count| *count > 0);
            classes.entry(phase).or_default().extend(count.map(|count| (index, count)));
        }
    }
    classes.into_values().collect()
}

#[cfg(test)]
mod tests;
