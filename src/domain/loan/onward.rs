//! What a loan hands on to the one that takes its place, in a swap or a transfer, and why one may not.

use super::{Hirer, LoanRefusal, OpenLoan};
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::person::YearGroup;
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::domain::refusal::Refusal;
use crate::domain::tag::Tag;
use crate::domain::text::escape;
use crate::domain::words::Scheme;

/// The terms that an open loan is held on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldTerms {
    pub scheme: Scheme,
    /// The school it counts for.
    pub school: Option<Urn>,
    pub hirer: Option<Hirer>,
    pub pupils: Option<i64>,
    pub year_group: Option<YearGroup>,
    pub note: Option<String>,
    /// The number of the set it went out with.
    pub set: Option<i64>,
    /// The first loan of the same hand-over, which may be the loan itself.
    pub hand_over: LoanRef,
}

/// Why one loan did not take the place of another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OnwardRefusal {
    #[error("{0} cannot be swapped for itself")]
    Same(Tag),
    #[error("the {what} would be on {}, which has not come yet", in_words(*.on))]
    InFuture { what: &'static str, on: Date },
    #[error("{tag} went out on {}, after the {what} on {}", in_words(*.out_on), in_words(*.on))]
    BeforeLoan { what: &'static str, tag: Tag, out_on: Date, on: Date },
    #[error("outside the school's loan somebody has to sign, and for {} nobody has", escape(.name))]
    NobodySigned { name: String, reference: PersonRef, new: Tag, school: Urn },
    #[error("a pupil had {tag} until {} ({loan})", in_words(*.until))]
    InnerUntil { tag: Tag, loan: LoanRef, until: Date },
    #[error("{tag} is with {} inside the school's loan ({loan})", escape(.name))]
    InnerOpen { tag: Tag, name: String, loan: LoanRef },
    #[error("{tag} is on loan to {} already", escape(.name))]
    SameBorrower { tag: Tag, name: String },
    #[error(transparent)]
    Loan(#[from] LoanRefusal),
}

impl Refusal for OnwardRefusal {
    fn hint(&self) -> Option<String> {
        use OnwardRefusal as No;
        Some(match self {
            No::Same(tag) => format!("name the one that is handed over second: ledgerline swap {tag} NEW"),
            No::InFuture { .. } => "--on takes today or a day before".into(),
            No::BeforeLoan { .. } => "give the day it really was with --on".into(),
            No::NobodySigned { reference, new, school, .. } => format!(
                "lend it to the school first (ledgerline lend {new} --to {school}), \
                 or name the adult: ledgerline person edit {reference} --hirer …"
            ),
            No::InnerUntil { .. } => "give that day or a later one with --on".into(),
            No::InnerOpen { tag, .. } => {
                format!("take it back to the school first: ledgerline return {tag} --to-school")
            }
            No::SameBorrower { tag, .. } => format!("for a later day: ledgerline renew {tag} --due …"),
            No::Loan(refusal) => return refusal.hint(),
        })
    }
}

/// Judges the day on which a loan ends so that another can take its place.
pub(super) fn check_day(
    what: &'static str,
    tag: &Tag,
    ending: &OpenLoan,
    on: Date,
    today: Date,
) -> Result<(), OnwardRefusal> {
    if on > today {
        return Err(OnwardRefusal::InFuture { what, on });
    }
    if on < ending.out_on {
        return Err(OnwardRefusal::BeforeLoan { what, tag: tag.clone(), out_on: ending.out_on, on });
    }
    Ok(())
}

/// The due day that goes on from the old loan to the new one; `None` where it has passed by the day of the hand-over.
pub fn kept_due(old: &OpenLoan, on: Date) -> Option<Due> {
    (old.due_on >= on).then_some(Due { on: old.due_on, moved_from: None, no_school_day: false })
}
