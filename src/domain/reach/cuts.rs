//! The loans of a period cut by cut, and which of the counts may be published.

use std::collections::{BTreeMap, HashMap};

use super::{ReachLoan, Reached, Sort, distinct};
use crate::domain::disclosure::{Sum, complete, is_small};
use crate::domain::words::{Group, Scheme};
use crate::listing;

/// By what the loans of a period are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut<'a> {
    pub phase: &'a str,
    pub group: Option<Group>,
    pub adapted: bool,
    pub band: &'a str,
    pub scheme: Scheme,
}

/// The loans of a period, cut by cut, and in each by what `report schools` counts apart.
#[derive(Clone, Debug, Default)]
pub struct Cuts<'a> {
    by_cut: HashMap<Cut<'a>, [(i64, Reached); Sort::ALL.len()]>,
}

/// Counts of loans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    loans: i64,
    named_pupils: i64,
    class_pupils: i64,
}

/// One cut with its counts, and what of them other lists may tell apart.
#[derive(Clone, Debug)]
pub struct CutFigures<'a> {
    pub line: ReachLine<'a>,
    all: Counts,
    by_sort: [Counts; Sort::ALL.len()],
}

impl<'a> Cuts<'a> {
    pub fn add(&mut self, cut: Cut<'a>, loan: &ReachLoan) {
        let (loans, reached) = &mut self.by_cut.entry(cut).or_default()[loan.sort() as usize];
        *loans += 1;
        reached.add(loan);
    }

    /// Every count as it is, in order.
    pub fn figures(self) -> Vec<CutFigures<'a>> {
        let mut cuts: Vec<_> = self.by_cut.into_iter().collect();
        cuts.sort_unstable_by_key(|(cut, _)| *cut);
        cuts.into_iter().map(|(cut, parts)| CutFigures::of(cut, parts)).collect()
    }
}

impl<'a> CutFigures<'a> {
    fn of(cut: Cut<'a>, parts: [(i64, Reached); Sort::ALL.len()]) -> CutFigures<'a> {
        // A child that borrowed with a school and without one is one child.
        let mut pupils: Vec<_> = parts.iter().flat_map(|(_, reached)| reached.pupils.iter().copied()).collect();
        let by_sort = parts.map(|(loans, mut reached)| Counts {
            loans,
            named_pupils: distinct(&mut reached.pupils),
            class_pupils: reached.class_pupils(),
        });
        let all = Counts {
            loans: by_sort.iter().map(|counts| counts.loans).sum(),
            named_pupils: distinct(&mut pupils),
            class_pupils: by_sort.iter().map(|counts| counts.class_pupils).sum(),
        };
        let line = ReachLine {
            phase: cut.phase,
            group: cut.group,
            adapted: cut.adapted,
            remission_band: cut.band,
            scheme: cut.scheme,
            loans: Some(all.loans),
            named_pupils: Some(all.named_pupils),
            class_pupils: Some(all.class_pupils),
        };
        CutFigures { line, all, by_sort }
    }
}

/// Takes out what may not be published; how many counts that were.
///
/// `report schools` tells phases, groups, and the schools' own loans from their pupils'. So all those totals, and each
/// combination of them, are taken to be known.
pub fn hide_small(cuts: &mut [CutFigures<'_>]) -> usize {
    // Each child has mostly one loan, so a cut's loans and named pupils are hidden together.
    let mut people: Vec<bool> =
        cuts.iter().map(|cut| is_small(cut.all.loans) || is_small(cut.all.named_pupils)).collect();
    complete(&mut people, &sums(cuts, &[|counts| counts.loans, |counts| counts.named_pupils]));
    let mut classes: Vec<bool> = cuts.iter().map(|cut| is_small(cut.all.class_pupils)).collect();
    complete(&mut classes, &sums(cuts, &[|counts| counts.class_pupils]));
    let mut number = 0;
    let mut hide = |count: &mut Option<i64>, is_hidden: bool| {
        number += usize::from(is_hidden && count.take_if(|count| *count > 0).is_some());
    };
    for ((cut, of_people), of_class) in cuts.iter_mut().zip(people).zip(classes) {
        hide(&mut cut.line.loans, of_people);
        hide(&mut cut.line.named_pupils, of_people);
        hide(&mut cut.line.class_pupils, of_class);
    }
    number
}

/// One kind of count.
type Kind = fn(&Counts) -> i64;

/// What a sum is of: the number of its kind, and the phase, group and sort, or all of them.
type Known<'a> = (usize, Option<&'a str>, Option<Option<Group>>, Option<Sort>);

/// Every sum of each kind that can be had elsewhere: of all cuts or of a phase's, of each group or all, of each sort of
/// loan or all.
fn sums(cuts: &[CutFigures<'_>], kinds: &[Kind]) -> Vec<Sum> {
    let mut sums: BTreeMap<Known<'_>, Sum> = BTreeMap::new();
    for (place, cut) in cuts.iter().enumerate() {
        let of_sort = Sort::ALL.into_iter().zip(&cut.by_sort).map(|(sort, counts)| (Some(sort), counts));
        for (sort, counts) in of_sort.chain([(None, &cut.all)]) {
            for (number, count) in kinds.iter().map(|kind| kind(counts)).enumerate().filter(|(_, count)| *count > 0) {
                for phase in [None, Some(cut.line.phase)] {
                    for group in [None, Some(cut.line.group)] {
                        sums.entry((number, phase, group, sort)).or_default().push((place, count));
                    }
                }
            }
        }
    }
    sums.into_values().collect()
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
