//! Terms: the calendar of a hub, of a local authority, or of one school.

use std::collections::HashMap;

use super::date::{AcademicYear, Date, in_words, is_weekend};
use super::reference::Urn;
use super::refusal::Refusal;
use super::text::{Name, fold};
use crate::listing;

/// Whose calendar a term belongs to. A school's stands before its authority's, an authority's before the hub's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Hub,
    Authority(String),
    School(Urn),
}

/// A term, from its first school day to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub year: AcademicYear,
    pub name: Name,
    pub first_on: Date,
    pub last_on: Date,
    pub scope: Scope,
}

impl Term {
    /// `2026/27-summer`: how a term is named in `--until`.
    pub fn label(&self) -> String {
        format!("{}-{}", self.year, self.name.key())
    }

    pub fn holds(&self, day: Date) -> bool {
        (self.first_on..=self.last_on).contains(&day)
    }
}

/// Why a term was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermRefusal {
    #[error("the term would end on {}, before it begins on {}", in_words(*.last_on), in_words(*.first_on))]
    EndsBeforeItBegins { first_on: Date, last_on: Date },
    #[error("{} is not in the academic year {year}, which runs from 1 Sep to 31 Aug", in_words(*.day))]
    OutsideYear { day: Date, year: AcademicYear },
    #[error("there is a term {0} already")]
    Exists(String),
    #[error("it would overlap {other}, which runs from {} to {}", in_words(*.first_on), in_words(*.last_on))]
    Overlaps { other: String, first_on: Date, last_on: Date },
    #[error("there is no term {typed}")]
    Unknown { typed: String, known: Vec<String> },
}

impl Refusal for TermRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            TermRefusal::Unknown { known, .. } if known.is_empty() => {
                Some("no terms are entered for this borrower: ledgerline term add 2026/27 autumn 2026-09-02 2026-12-18, with --la or --school if it is theirs alone".into())
            }
            TermRefusal::Unknown { known, .. } => Some(format!("the terms here are {}", known.join(", "))),
            _ => None,
        }
    }
}

/// Judges a new term against those of its own scope.
pub fn check(new: &Term, others: &[Term]) -> Result<(), TermRefusal> {
    if new.last_on < new.first_on {
        return Err(TermRefusal::EndsBeforeItBegins { first_on: new.first_on, last_on: new.last_on });
    }
    if let Some(day) = [new.first_on, new.last_on].into_iter().find(|&day| AcademicYear::of(day) != new.year) {
        return Err(TermRefusal::OutsideYear { day, year: new.year });
    }
    for other in others.iter().filter(|other| other.scope == new.scope) {
        if other.year == new.year && other.name.key() == new.name.key() {
            return Err(TermRefusal::Exists(new.label()));
        }
        if other.first_on <= new.last_on && new.first_on <= other.last_on {
            return Err(TermRefusal::Overlaps {
                other: other.label(),
                first_on: other.first_on,
                last_on: other.last_on,
            });
        }
    }
    Ok(())
}

/// The terms that hold for one borrower: each of the nearest scope that has it, in order of day.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    terms: Vec<Term>,
}

impl Calendar {
    /// Chooses among all terms that could concern a borrower.
    pub fn new(mut candidates: Vec<Term>) -> Calendar {
        candidates.sort_by(|a, b| b.scope.cmp(&a.scope));
        let mut terms: Vec<Term> = Vec::new();
        for term in candidates {
            let stands_back = |nearer: &Term| {
                let overlaps = nearer.first_on <= term.last_on && term.first_on <= nearer.last_on;
                nearer.label() == term.label() || overlaps
            };
            if !terms.iter().any(stands_back) {
                terms.push(term);
            }
        }
        terms.sort_by_key(|term| term.first_on);
        Calendar { terms }
    }

    pub fn of_year(&self, year: AcademicYear) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.year == year)
    }

    pub fn covers(&self, year: AcademicYear) -> bool {
        self.of_year(year).next().is_some()
    }

    /// The term named `2026/27-summer`.
    pub fn named(&self, label: &str) -> Result<&Term, TermRefusal> {
        let found = self.terms.iter().find(|term| fold(&term.label()) == fold(label));
        found.ok_or_else(|| TermRefusal::Unknown {
            typed: super::text::escape(label),
            known: self.terms.iter().map(Term::label).collect(),
        })
    }

    /// The first term that ends after a day.
    pub fn ending_after(&self, day: Date) -> Option<&Term> {
        self.terms.iter().find(|term| term.last_on > day)
    }

    /// The terms whose last day lies before a day, in order.
    pub fn ended_before(&self, day: Date) -> impl DoubleEndedIterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.last_on < day)
    }

    /// Whether a day is one on which there is school; `None` where that year's terms are not entered.
    pub fn is_school_day(&self, day: Date) -> Option<bool> {
        let year = AcademicYear::of(day);
        self.covers(year).then(|| !is_weekend(day) && self.of_year(year).any(|term| term.holds(day)))
    }

    /// The last school day on or before a day: in a term, and no weekend.
    pub fn last_school_day_by(&self, day: Date) -> Option<Date> {
        let term = self.terms.iter().rev().find(|term| term.first_on <= day)?;
        let mut candidate = day.min(term.last_on);
        while is_weekend(candidate) {
            candidate = candidate.yesterday().ok()?;
        }
        (candidate >= term.first_on).then_some(candidate)
    }
}

/// One term by its label, with its days for whomever it concerns. Where a school's or an authority's own terms take the
/// place of the hub's, theirs count.
#[derive(Clone, Debug)]
pub struct NamedTerm {
    pub label: String,
    /// The academic year it belongs to.
    pub year: AcademicYear,
    /// Every term of that year.
    terms: Vec<Term>,
    /// Its days by the hub's calendar, and by that of each authority with terms of its own, its name folded.
    hub: Option<Days>,
    authorities: HashMap<String, Option<Days>>,
}

/// A term's first and last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub first_on: Date,
    pub last_on: Date,
}

impl NamedTerm {
    /// Finds the term of this label among all there are.
    pub fn new(label: &str, all: Vec<Term>) -> Result<NamedTerm, TermRefusal> {
        let wanted = fold(label);
        let Some(year) = all.iter().find(|term| fold(&term.label()) == wanted).map(|term| term.year) else {
            let mut known: Vec<String> = all.iter().map(Term::label).collect();
            known.sort();
            known.dedup();
            return Err(TermRefusal::Unknown { typed: super::text::escape(label), known });
        };
        let terms: Vec<Term> = all.into_iter().filter(|term| term.year == year).collect();
        let mut named = NamedTerm { label: wanted, year, terms, hub: None, authorities: HashMap::new() };
        named.hub = named.days(None, None);
        named.authorities = named.terms.iter().filter_map(|term| named.of_authority(&term.scope)).collect();
        Ok(named)
    }

    fn of_authority(&self, scope: &Scope) -> Option<(String, Option<Days>)> {
        match scope {
            Scope::Authority(la) => Some((fold(la), self.days(None, Some(&fold(la))))),
            Scope::Hub | Scope::School(_) => None,
        }
    }

    /// Its days for a school in a local authority, or for nobody's school; `None` where their calendar has no such term.
    pub fn of(&self, school: Option<Urn>, la: Option<&str>) -> Option<Days> {
        let la = la.map(fold);
        let own = school.map(Scope::School);
        if self.terms.iter().any(|term| Some(&term.scope) == own.as_ref()) {
            return self.days(school, la.as_deref());
        }
        la.and_then(|la| self.authorities.get(&la).copied()).unwrap_or(self.hub)
    }

    fn days(&self, school: Option<Urn>, la: Option<&str>) -> Option<Days> {
        let concerns = |term: &&Term| match &term.scope {
            Scope::Hub => true,
            Scope::Authority(name) => la == Some(fold(name).as_str()),
            Scope::School(urn) => school == Some(*urn),
        };
        let calendar = Calendar::new(self.terms.iter().filter(concerns).cloned().collect());
        let term = calendar.named(&self.label).ok()?;
        Some(Days { first_on: term.first_on, last_on: term.last_on })
    }
}

listing! {
    /// One line of `term list`.
    pub struct TermLine {
        academic_year: AcademicYear,
        term as "name": Name,
        first_on: Date,
        last_on: Date,
        la: Option<String>,
        school_urn: Option<Urn>,
    }
}

impl From<Term> for TermLine {
    fn from(term: Term) -> TermLine {
        let (la, school_urn) = match term.scope {
            Scope::Hub => (None, None),
            Scope::Authority(la) => (Some(la), None),
            Scope::School(urn) => (None, Some(urn)),
        };
        TermLine {
            academic_year: term.year,
            term: term.name,
            first_on: term.first_on,
            last_on: term.last_on,
            la,
            school_urn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn term(name: &str, first_on: Date, last_on: Date, scope: Scope) -> Term {
        Term { year: "2026/27".parse().expect("a year"), name: name.parse().expect("a name"), first_on, last_on, scope }
    }

    #[test]
    fn a_nearer_term_stands_before_a_farther_one_and_leaves_the_others() {
        let leeds = Scope::Authority("Leeds".into());
        let calendar = Calendar::new(vec![
            term("autumn", date(2026, 9, 2), date(2026, 12, 18), Scope::Hub),
            term("spring", date(2027, 1, 4), date(2027, 3, 25), Scope::Hub),
            term("Autumn", date(2026, 9, 5), date(2026, 12, 17), leeds),
        ]);
        let last_days: Vec<Date> = calendar.terms.iter().map(|term| term.last_on).collect();
        assert_eq!(last_days, [date(2026, 12, 17), date(2027, 3, 25)]);
    }

    #[test]
    fn a_named_term_is_the_nearest_of_that_name() {
        let autumn = |first_on, scope| term("Autumn", first_on, date(2026, 12, 18), scope);
        let school = Urn::new(100_001);
        let all = vec![
            autumn(date(2026, 9, 2), Scope::Hub),
            autumn(date(2026, 9, 3), Scope::Authority("Leeds".into())),
            autumn(date(2026, 9, 4), Scope::School(school)),
            term("spring", date(2027, 1, 4), date(2027, 3, 25), Scope::Hub),
        ];
        let found = NamedTerm::new("2026/27-AUTUMN", all.clone()).expect("a term");
        let first = |school, la| found.of(school, la).map(|days| days.first_on);
        assert_eq!(first(None, None), Some(date(2026, 9, 2)));
        assert_eq!(first(Some(Urn::new(100_002)), Some("Hull")), Some(date(2026, 9, 2)));
        assert_eq!(first(Some(Urn::new(100_002)), Some("LEEDS")), Some(date(2026, 9, 3)));
        assert_eq!(first(Some(school), Some("Leeds")), Some(date(2026, 9, 4)));
        assert_eq!((found.label.as_str(), Ok(found.year)), ("2026/27-autumn", "2026/27".parse()));
        let other_name = term("michaelmas", date(2026, 9, 7), date(2026, 12, 11), Scope::School(Urn::new(100_003)));
        let found = NamedTerm::new("2026/27-autumn", [all.clone(), vec![other_name]].concat()).expect("a term");
        assert_eq!(found.of(Some(Urn::new(100_003)), None), None, "its own terms take the place of the hub's");
        let known = vec!["2026/27-autumn".to_string(), "2026/27-spring".to_string()];
        let unknown = NamedTerm::new("2026/27-summer", all).expect_err("no such term");
        assert_eq!(unknown, TermRefusal::Unknown { typed: "2026/27-summer".into(), known });
    }
}
