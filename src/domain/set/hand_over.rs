//! How a set stands that went out: what of it is home, still out, or lost.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::MOST_NAMED;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::loan::OpenLoans;
use crate::domain::reference::LoanRef;
use crate::domain::tag::Tag;
use crate::domain::text::Name;
use crate::domain::words::LoanState;

/// What comes back when a set does, and what of it is out elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComingBack {
    /// Each with its open loans.
    pub back: Vec<(Tag, OpenLoans)>,
    /// With somebody who has not got the set.
    pub elsewhere: Vec<(Tag, OpenLoans)>,
}

/// Which instruments come back with a set: what went out with it, whatever has become of its list since, and what else of
/// it the same borrowers have. Where nothing went out as the set, all of it that is out.
pub fn coming_back(out_with: Vec<(Tag, OpenLoans)>, members: Vec<(Tag, OpenLoans)>) -> ComingBack {
    let of = |open: &OpenLoans| open.outer.as_ref().map(|loan| loan.borrower);
    let borrowers: BTreeSet<BorrowerRef> = out_with.iter().filter_map(|(_, open)| of(open)).collect();
    let went: BTreeSet<Tag> = out_with.iter().map(|(tag, _)| tag.clone()).collect();
    let others = members.into_iter().filter(|(tag, open)| open.outer.is_some() && !went.contains(tag));
    let with_them = |open: &OpenLoans| of(open).is_some_and(|borrower| borrowers.contains(&borrower));
    let (same, elsewhere) = others.partition(|(_, open)| borrowers.is_empty() || with_them(open));
    let mut back: Vec<(Tag, OpenLoans)> = out_with;
    back.extend::<Vec<_>>(same);
    back.sort_by_key(|(tag, _)| tag.key());
    ComingBack { back, elsewhere }
}

/// A loan that went out with a set; a voided one never did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetLoan {
    pub loan: LoanRef,
    /// The first loan of its hand-over.
    pub hand_over: LoanRef,
    pub tag: Tag,
    /// Whoever has the instrument now: inside a school's loan, the pupil.
    pub holder: String,
    pub out_on: Date,
    pub ended: Option<(LoanState, Date)>,
}

/// How a set's hand-over stands: what of it is out, and what was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetStands {
    pub of: usize,
    pub out: Vec<(Tag, String)>,
    pub lost: Vec<Tag>,
}

/// How a set stands after some of its loans ended: of all that went out in those hand-overs and in the ones still open,
/// what is out yet. An instrument counts by its latest loan, since a transfer gives it another.
pub fn stands(loans: &[SetLoan], ended: &BTreeSet<LoanRef>) -> SetStands {
    let open = loans.iter().filter(|loan| loan.ended.is_none()).map(|loan| loan.hand_over);
    let current: BTreeSet<LoanRef> = open.chain(ended.iter().copied()).collect();
    let mut latest: BTreeMap<&Tag, &SetLoan> = BTreeMap::new();
    for loan in loans.iter().filter(|loan| current.contains(&loan.hand_over)) {
        let held = latest.entry(&loan.tag).or_insert(loan);
        if loan.loan > held.loan {
            *held = loan;
        }
    }
    let places: Vec<&SetLoan> = latest.into_values().collect();
    let lost = places.iter().filter(|loan| matches!(loan.ended, Some((LoanState::Lost, _))));
    let out = places.iter().filter(|loan| loan.ended.is_none());
    SetStands {
        of: places.len() - swapped_in(&places),
        out: out.map(|loan| (loan.tag.clone(), loan.holder.clone())).collect(),
        lost: lost.map(|loan| loan.tag.clone()).collect(),
    }
}

/// How many came later in the place of another: they joined a hand-over on a day when one of it went back.
fn swapped_in(places: &[&SetLoan]) -> usize {
    let mut began: HashMap<LoanRef, Date> = HashMap::new();
    for loan in places {
        let first = began.entry(loan.hand_over).or_insert(loan.out_on);
        *first = (*first).min(loan.out_on);
    }
    let went_back = |one: &SetLoan| {
        places
            .iter()
            .any(|other| other.hand_over == one.hand_over && other.ended.is_some_and(|(_, on)| on == one.out_on))
    };
    places
        .iter()
        .filter(|one| began.get(&one.hand_over).is_some_and(|&first| one.out_on > first) && went_back(one))
        .count()
}

impl SetStands {
    /// The sentence about a set of this name.
    pub fn sentence(&self, set: &Name) -> String {
        let home = self.of.saturating_sub(self.out.len() + self.lost.len());
        let lost: Vec<String> = self.lost.iter().map(Tag::to_string).collect();
        let were = if lost.len() == 1 { "was" } else { "were" };
        let lost = lost.join(", ");
        if self.out.is_empty() {
            return match self.lost.is_empty() {
                true => format!("The set '{set}' is home."),
                false => format!("The set '{set}' is home, but for {lost}, which {were} lost."),
            };
        }
        let lost = if self.lost.is_empty() { String::new() } else { format!(" and {lost} {were} lost") };
        let still: Vec<String> =
            self.out.iter().take(MOST_NAMED).map(|(tag, name)| format!("{tag} ({name})")).collect();
        let more = self.out.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let is = if home == 1 { "is" } else { "are" };
        format!("{home} of {} of '{set}' {is} home{lost}; still out: {}{more}.", self.of, still.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::loan::OpenLoan;
    use crate::domain::reference::Urn;

    fn day(day: i8) -> Date {
        Date::constant(2026, 11, day)
    }

    fn tag(number: i64) -> Tag {
        format!("TPT-{number:04}").parse().expect("a tag")
    }

    /// A loan of the trumpet of that number, in a hand-over that began with another.
    fn loan(number: i64, hand_over: i64, trumpet: i64, out_on: i8, ended: Option<(LoanState, i8)>) -> SetLoan {
        SetLoan {
            loan: LoanRef::new(number),
            hand_over: LoanRef::new(hand_over),
            tag: tag(trumpet),
            holder: "St Thomas".into(),
            out_on: day(out_on),
            ended: ended.map(|(how, on)| (how, day(on))),
        }
    }

    const BACK: Option<(LoanState, i8)> = Some((LoanState::Returned, 20));
    const LOST: Option<(LoanState, i8)> = Some((LoanState::Lost, 20));

    /// `(how many went out, how many are out, how many were lost)` once loans of these hand-overs ended.
    fn figures(loans: &[SetLoan], ended: &[i64]) -> (usize, usize, usize) {
        let ended = ended.iter().map(|number| LoanRef::new(*number)).collect();
        let stands = stands(loans, &ended);
        (stands.of, stands.out.len(), stands.lost.len())
    }

    #[test]
    fn a_set_is_home_when_the_last_is_settled() {
        let first_back = [loan(1, 1, 1, 1, BACK), loan(2, 1, 2, 1, None), loan(3, 1, 3, 1, LOST)];
        assert_eq!(figures(&first_back, &[1]), (3, 1, 1));
        let all_back = [loan(1, 1, 1, 1, BACK), loan(2, 1, 2, 1, BACK), loan(3, 1, 3, 1, LOST)];
        assert_eq!(figures(&all_back, &[1]), (3, 0, 1));
    }

    #[test]
    fn what_the_same_borrower_has_comes_back_with_the_set() {
        let with = |number: i64, urn: i64| {
            let borrower = BorrowerRef::School(Urn::new(urn));
            let (loan, borrower_name) = (LoanRef::new(number), "Somebody".to_string());
            let outer = Some(OpenLoan { loan, borrower, borrower_name, out_on: day(1), due_on: day(20) });
            (tag(number), OpenLoans { outer, inner: None })
        };
        let tags = |loans: Vec<(Tag, OpenLoans)>| loans.into_iter().map(|(tag, _)| tag).collect::<Vec<_>>();
        let home = (tag(9), OpenLoans::default());
        let members = vec![with(1, 100_001), with(2, 100_001), with(3, 100_003), home.clone()];
        // The fourth was taken off the list since.
        let done = coming_back(vec![with(4, 100_001), with(1, 100_001)], members.clone());
        assert_eq!((tags(done.back), tags(done.elsewhere)), (vec![tag(1), tag(2), tag(4)], vec![tag(3)]));
        let by_tags = coming_back(vec![], members);
        assert_eq!((tags(by_tags.back), tags(by_tags.elsewhere)), (vec![tag(1), tag(2), tag(3)], vec![]));
        assert_eq!(coming_back(vec![], vec![home]), ComingBack::default());
    }

    #[test]
    fn last_years_hand_over_is_not_counted() {
        let loans = [loan(1, 1, 1, 1, BACK), loan(2, 1, 2, 1, BACK), loan(5, 5, 1, 21, BACK), loan(6, 5, 2, 21, None)];
        assert_eq!(figures(&loans, &[5]), (2, 1, 0));
    }

    #[test]
    fn what_was_transferred_is_still_out_and_counts_once() {
        let loans = [loan(1, 1, 1, 1, BACK), loan(2, 1, 2, 1, BACK), loan(5, 5, 2, 20, None)];
        assert_eq!(figures(&loans, &[1]), (2, 1, 0));
    }

    #[test]
    fn what_was_swapped_in_takes_the_place_of_another() {
        let loans = [loan(1, 1, 1, 1, BACK), loan(2, 1, 2, 1, None), loan(9, 1, 9, 20, None)];
        assert_eq!(figures(&loans, &[]), (2, 2, 0));
        // A day that was corrected is no swap, since nothing went back on it.
        let loans = [loan(1, 1, 1, 1, BACK), loan(2, 1, 2, 3, None)];
        assert_eq!(figures(&loans, &[1]), (2, 1, 0));
    }

    #[test]
    fn it_is_said_in_a_sentence() {
        let name: Name = "Trumpets A".parse().expect("a name");
        let mut set = SetStands { of: 30, out: vec![(tag(3), "Ana Ruiz".into())], lost: vec![] };
        assert_eq!(set.sentence(&name), "29 of 30 of 'Trumpets A' are home; still out: TPT-0003 (Ana Ruiz).");
        set.lost = vec![tag(4), tag(5)];
        let lost =
            "27 of 30 of 'Trumpets A' are home and TPT-0004, TPT-0005 were lost; still out: TPT-0003 (Ana Ruiz).";
        assert_eq!(set.sentence(&name), lost);
        set.out = (1..=10).map(|number| (tag(number), "Ana".into())).collect();
        assert!(set.sentence(&name).ends_with("TPT-0008 (Ana) and 2 more."));
        set.out.clear();
        assert_eq!(set.sentence(&name), "The set 'Trumpets A' is home, but for TPT-0004, TPT-0005, which were lost.");
        set.lost.clear();
        assert_eq!(set.sentence(&name), "The set 'Trumpets A' is home.");
    }
}
