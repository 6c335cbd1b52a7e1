//! Hire that was raised in advance and is owed still, although the loan ended before its term began.

use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::ChargeRef;

/// A hire that is owed for a loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedHire {
    pub charge: ChargeRef,
    pub owed: Pence,
    /// What it is for: a term, a year, or the whole project.
    pub period: String,
    /// The term of the run that raised it, and its first day for whoever has the loan.
    pub term: String,
    pub first_on: Date,
}

impl OwedHire {
    /// Whether its term had yet to begin on the day the loan ended.
    pub fn is_ahead_of(&self, ended_on: Date) -> bool {
        self.first_on > ended_on
    }

    /// `2026/27-spring, which has not begun`
    fn for_what(&self, today: Date) -> String {
        let what = match self.period.as_str() {
            period if period == self.term => self.term.clone(),
            "project" => format!("the whole project from {}", self.term),
            year => format!("{year} from {}", self.term),
        };
        let begun = if self.first_on > today { "has not begun" } else { "had not begun by then" };
        format!("{what}, which {begun}")
    }
}

/// Says which charges those are and how each is let go, those for one and the same term together.
pub fn ahead_in_words(hires: &[OwedHire], today: Date) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&OwedHire>)> = Vec::new();
    for hire in hires {
        let for_what = hire.for_what(today);
        match groups.iter_mut().find(|(other, _)| *other == for_what) {
            Some((_, group)) => group.push(hire),
            None => groups.push((for_what, vec![hire])),
        }
    }
    groups.iter().map(|(for_what, group)| sentence(for_what, group)).collect()
}

fn sentence(for_what: &str, group: &[&OwedHire]) -> String {
    let owed = group.iter().fold(Pence::ZERO, |sum, hire| sum + hire.owed).in_words();
    let charges: Vec<String> = group.iter().map(|hire| hire.charge.to_string()).collect();
    match charges.as_slice() {
        [only] => format!("{only} ({owed}) is for {for_what}: ledgerline charge waive {only} --reason …"),
        many => {
            let (listed, first) = (many.join(", "), many.first().map_or("", String::as_str));
            format!(
                "{listed} ({owed} together) are for {for_what}; one by one: ledgerline charge waive {first} --reason …"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn hire(charge: i64, period: &str) -> OwedHire {
        OwedHire {
            charge: ChargeRef::new(charge),
            owed: Pence::new(3000),
            period: period.into(),
            term: "2026/27-spring".into(),
            first_on: date(2027, 1, 5),
        }
    }

    #[test]
    fn a_term_is_ahead_until_the_day_it_begins() {
        for (ended_on, ahead) in [(date(2026, 11, 22), true), (date(2027, 1, 4), true), (date(2027, 1, 5), false)] {
            assert_eq!(hire(7, "2026/27-spring").is_ahead_of(ended_on), ahead, "ended on {ended_on}");
        }
    }

    #[test]
    fn what_is_for_one_term_is_told_together() {
        let today = date(2026, 11, 22);
        let one = hire(7, "2026/27-spring");
        assert_eq!(
            ahead_in_words(std::slice::from_ref(&one), today),
            ["C7 (£30.00) is for 2026/27-spring, which has not begun: ledgerline charge waive C7 --reason …"]
        );
        assert_eq!(
            ahead_in_words(&[one.clone(), hire(8, "2026/27"), hire(9, "2026/27-spring"), hire(10, "project")], today),
            [
                "C7, C9 (£60.00 together) are for 2026/27-spring, which has not begun; one by one: \
                 ledgerline charge waive C7 --reason …",
                "C8 (£30.00) is for 2026/27 from 2026/27-spring, which has not begun: ledgerline charge waive C8 --reason …",
                "C10 (£30.00) is for the whole project from 2026/27-spring, which has not begun: \
                 ledgerline charge waive C10 --reason …",
            ]
        );
        let later = ahead_in_words(&[one], date(2027, 1, 5));
        assert!(later[0].contains("2026/27-spring, which had not begun by then: "), "{later:?}");
        assert!(ahead_in_words(&[], today).is_empty());
    }
}
