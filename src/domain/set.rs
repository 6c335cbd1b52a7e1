//! Sets: named lists of instruments that go out together, and how the last hand-over of one stands.

mod hand_over;

use std::collections::BTreeMap;

pub use hand_over::{ComingBack, SetLoan, SetStands, coming_back, stands};

use super::borrower::BorrowerRef;
use super::date::Date;
use super::due::days_late;
use super::instrument::{Standing, TypeCode};
use super::loan::OpenLoans;
use super::reference::LoanRef;
use super::refusal::Refusal;
use super::tag::Tag;
use super::text::{Name, escape};
use super::words::{Availability, Condition};
use crate::listing;

/// A named list of instruments: thirty trumpets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentSet {
    pub id: i64,
    pub name: Name,
}

/// An instrument of a set, with whoever has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub tag: Tag,
    pub type_code: TypeCode,
    pub size: Option<String>,
    pub condition: Condition,
    pub standing: Standing,
    pub open: OpenLoans,
}

/// Why a set was not found, made, changed, lent or taken back.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetRefusal {
    #[error("there is no set '{}'", escape(.typed))]
    Unknown { typed: String, nearest: Option<Name> },
    #[error("'{}' could be any of:{}", escape(.typed), listed(.candidates))]
    Ambiguous { typed: String, candidates: Vec<Name> },
    #[error("there is a set '{0}' already")]
    Taken(Name),
    #[error("{tag} is in '{set}' already")]
    InAlready { tag: Tag, set: Name },
    #[error("{tag} is not in '{set}'")]
    NotIn { tag: Tag, set: Name },
    #[error("{0} cannot be added and removed at once")]
    BothWays(Tag),
    #[error("nothing to change was given for '{0}'")]
    NothingToChange(Name),
    #[error("'{0}' has no instruments")]
    Empty(Name),
    #[error("nothing of '{0}' is left over")]
    AllExcepted(Name),
    #[error("nothing of '{0}' is on loan")]
    NothingOut(Name),
    #[error("no pupil has anything of '{0}' on a loan inside a school's")]
    NothingAtHome(Name),
}

/// Candidates one a line, and how many more there are.
fn listed(candidates: &[Name]) -> String {
    let shown: String = candidates.iter().take(MOST_NAMED).map(|name| format!("\n  {name}")).collect();
    let more = candidates.len().saturating_sub(MOST_NAMED);
    if more > 0 { format!("{shown}\n  and {more} more") } else { shown }
}

impl Refusal for SetRefusal {
    fn hint(&self) -> Option<String> {
        use SetRefusal as No;
        Some(match self {
            No::Unknown { nearest: Some(near), .. } => format!("did you mean {near}?"),
            No::Unknown { nearest: None, .. } => "'ledgerline set list' names them all; 'set add' makes one".into(),
            No::Ambiguous { .. } => "give the whole name".into(),
            No::Taken(name) => format!("to add to it: ledgerline set edit \"{name}\" --add TAG,TAG"),
            No::InAlready { .. } | No::BothWays(_) => "leave it out".into(),
            No::NotIn { set, .. } => format!("what is in it: ledgerline set show \"{set}\""),
            No::NothingToChange(_) => "--add, --remove and --name change a set".into(),
            No::Empty(name) => format!("add some: ledgerline set edit \"{name}\" --add TAG,TAG"),
            No::AllExcepted(_) => "--except leaves out all there was; leave fewer out".into(),
            No::NothingOut(name) | No::NothingAtHome(name) => {
                format!("where each one is: ledgerline set show \"{name}\"")
            }
        })
    }
}

listing! {
    /// One line of `set list`.
    pub struct SetLine {
        set: String,
        instruments: i64,
        available: i64,
        out: i64,
        /// Whoever has what is out of it, if that is one.
        borrower: Option<BorrowerRef>,
        borrower_name: String,
        /// The first day on which something of it is due.
        due_on: Option<Date>,
    }
}

listing! {
    /// One line of `set show`: inside a school's loan, the pupil who has it.
    pub struct MemberLine<'a> {
        tag: &'a str,
        type_code as "type": &'a str,
        size: &'a str,
        condition: Condition,
        availability: Availability,
        loan: Option<LoanRef>,
        borrower: Option<BorrowerRef>,
        borrower_name: &'a str,
        due_on: Option<Date>,
        days_late: Option<i64>,
    }
}

impl Member {
    pub fn line(&self, today: Date) -> MemberLine<'_> {
        let holder = self.open.holder();
        MemberLine {
            tag: self.tag.as_str(),
            type_code: self.type_code.as_str(),
            size: self.size.as_deref().unwrap_or_default(),
            condition: self.condition,
            availability: self.standing.availability(today),
            loan: holder.map(|loan| loan.loan),
            borrower: holder.map(|loan| loan.borrower),
            borrower_name: holder.map_or("", |loan| loan.borrower_name.as_str()),
            due_on: holder.map(|loan| loan.due_on),
            days_late: holder.map(|loan| days_late(loan.due_on, today)),
        }
    }
}

/// `TPT-0003 (Ana Ruiz)`, or the tag alone where nobody has it.
pub fn with_holder(tag: &Tag, open: &OpenLoans) -> String {
    match open.holder() {
        Some(loan) => format!("{tag} ({})", loan.borrower_name),
        None => tag.to_string(),
    }
}

/// The line of a set in a list of sets.
pub fn set_line(set: &InstrumentSet, members: &[Member], today: Date) -> SetLine {
    let out: Vec<_> = members.iter().filter_map(|member| member.open.outer.as_ref()).collect();
    let available = members.iter().filter(|member| member.standing.availability(today) == Availability::Available);
    let borrowers: BTreeMap<BorrowerRef, &str> =
        out.iter().map(|loan| (loan.borrower, loan.borrower_name.as_str())).collect();
    let due_on = members.iter().filter_map(|member| member.open.holder()).map(|loan| loan.due_on).min();
    SetLine {
        set: set.name.to_string(),
        instruments: members.len() as i64,
        available: available.count() as i64,
        out: out.len() as i64,
        borrower: borrowers.keys().next().copied().filter(|_| borrowers.len() == 1),
        borrower_name: borrowers.values().copied().collect::<Vec<_>>().join("; "),
        due_on,
    }
}

/// Where the instruments of a set are: `27 of 30 are home. Out: TPT-0003 (Ana Ruiz).` Many are counted and not named.
pub fn whereabouts(members: &[Member], today: Date) -> String {
    let at = |wanted: &str| members.iter().filter(|member| place(member, today) == wanted).collect::<Vec<_>>();
    if members.is_empty() {
        return "It has no instruments.".to_string();
    }
    let home = at(HOME).len();
    let are = if home == 1 { "is" } else { "are" };
    let mut told = format!("{home} of {} {are} home.", members.len());
    for elsewhere in [OUT, MENDING, MISSING, RETIRED] {
        let there = at(elsewhere);
        match there.len() {
            0 => {}
            many if many > MOST_NAMED => told.push_str(&format!(" {elsewhere}: {many}.")),
            _ => {
                let names: Vec<String> =
                    there.into_iter().map(|member| with_holder(&member.tag, &member.open)).collect();
                told.push_str(&format!(" {elsewhere}: {}.", names.join(", ")));
            }
        }
    }
    told
}

/// More than these are better read in a table.
const MOST_NAMED: usize = 8;
const OUT: &str = "Out";
const MENDING: &str = "Away to be mended";
const MISSING: &str = "Missing";
const RETIRED: &str = "Retired";
const HOME: &str = "Home";

/// Where an instrument of a set is, in a word or two.
fn place(member: &Member, today: Date) -> &'static str {
    match member.standing.availability(today) {
        _ if member.open.outer.is_some() => OUT,
        Availability::InRepair => MENDING,
        Availability::Missing => MISSING,
        Availability::Retired => RETIRED,
        Availability::Available | Availability::Reserved | Availability::OnLoan => HOME,
    }
}

#[cfg(test)]
mod tests {
    use super::super::loan::OpenLoan;
    use super::super::reference::{RepairRef, Urn};
    use super::*;

    fn day(day: i8) -> Date {
        Date::constant(2026, 11, day)
    }

    fn tag(number: i64) -> Tag {
        format!("TPT-{number:04}").parse().expect("a tag")
    }

    #[test]
    fn few_are_named_and_many_are_counted() {
        let member = |number: i64, standing: Standing, holder: Option<&str>| Member {
            tag: tag(number),
            type_code: TypeCode::from_record("TPT"),
            size: None,
            condition: Condition::Good,
            open: OpenLoans {
                outer: holder.map(|name| OpenLoan {
                    loan: LoanRef::new(number),
                    borrower: BorrowerRef::School(Urn::new(100_001)),
                    borrower_name: name.into(),
                    out_on: day(1),
                    due_on: day(20),
                }),
                inner: None,
            },
            standing: Standing { on_loan: holder.is_some(), ..standing },
        };
        let missing = Standing { missing_on: Some(day(2)), ..Standing::default() };
        // Away to be mended with a loan behind it: the borrower has it still.
        let mending = Standing { in_repair: Some((RepairRef::new(1), day(2))), ..Standing::default() };
        let mut members = vec![
            member(1, Standing::default(), None),
            member(2, missing, None),
            member(3, mending.clone(), Some("Ana Ruiz")),
            member(4, mending, None),
        ];
        let told = "1 of 4 is home. Out: TPT-0003 (Ana Ruiz). Away to be mended: TPT-0004. Missing: TPT-0002.";
        assert_eq!(whereabouts(&members, day(22)), told);
        members.extend((5..=12).map(|number| member(number, Standing::default(), Some("St Thomas"))));
        assert!(whereabouts(&members, day(22)).starts_with("1 of 12 is home. Out: 9. "));
        assert_eq!(whereabouts(&[], day(22)), "It has no instruments.");
        let set = InstrumentSet { id: 1, name: Name::from_record("A") };
        let line = set_line(&set, &members, day(22));
        assert_eq!(
            (line.instruments, line.available, line.out, line.borrower),
            (12, 1, 9, Some(BorrowerRef::School(Urn::new(100_001))))
        );
    }
}
