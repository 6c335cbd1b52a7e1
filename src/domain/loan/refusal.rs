//! Why a loan was not made, ended or renewed: each reason with its sentence and its next step.

use crate::domain::date::{Date, in_words};
use crate::domain::instrument::Reservation;
use crate::domain::reference::{LoanRef, PersonRef, RepairRef};
use crate::domain::refusal::Refusal;
use crate::domain::tag::Tag;
use crate::domain::text::escape;
use crate::domain::words::LoanState;

/// Why a loan was not made, ended or renewed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoanRefusal {
    #[error("{tag} is on loan to {} until {} ({loan})", escape(.to), in_words(*.until))]
    OnLoan { tag: Tag, to: String, until: Date, loan: LoanRef },
    #[error("{tag} is on loan to {} until {} ({loan}), inside the school's loan", escape(.to), in_words(*.until))]
    OnInnerLoan { tag: Tag, to: String, until: Date, loan: LoanRef },
    #[error("{} was retired on {}", .0, in_words(*.1))]
    Retired(Tag, Date),
    #[error("{} is missing since {}", .0, in_words(*.1))]
    Missing(Tag, Date),
    #[error("{tag} is away to be mended since {} ({repair})", in_words(*.since))]
    InRepair { tag: Tag, repair: RepairRef, since: Date },
    #[error("{tag} is reserved for {} until {} ({})", escape(&.reserved.borrower_name), in_words(.reserved.lapses_on), .reserved.request)]
    Reserved { tag: Tag, reserved: Box<Reservation> },
    #[error("{0} is unplayable")]
    Unplayable(Tag),
    #[error("{} is closed and cannot borrow", escape(.0))]
    SchoolClosed(String),
    #[error("a pupil's loan needs an adult who signs, and {} has none", escape(.name))]
    NoHirer { name: String, reference: PersonRef },
    #[error("{} is a pupil, and a pupil never signs", escape(.0))]
    HirerIsPupil(String),
    #[error("the hand-over would be on {}, which has not come yet", in_words(*.0))]
    HandOverInFuture(Date),
    #[error("the loan would be due on {}, before the hand-over on {}", in_words(*.due_on), in_words(*.out_on))]
    DueBeforeHandOver { due_on: Date, out_on: Date },
    #[error("{tag} is on record as out until {} ({loan}), and a loan that begins before that day would overlap it", in_words(*.until))]
    Overlaps { tag: Tag, loan: LoanRef, until: Date },
    #[error("{tag} went to the school on {} ({loan}), and a pupil's loan inside that cannot begin before", in_words(*.out_on))]
    BeforeOuter { tag: Tag, loan: LoanRef, out_on: Date },
    #[error("{tag} was away to be mended until {} ({repair})", in_words(*.until))]
    WasInRepair { tag: Tag, repair: RepairRef, until: Date },
    #[error("{tag} went out on {}, after it would have been lost on {}", in_words(*.out_on), in_words(*.on))]
    LostBeforeHandOver { tag: Tag, out_on: Date, on: Date },
    #[error("{loan} would begin on {}, which has not come yet", in_words(*.out_on))]
    BeginsInFuture { loan: LoanRef, out_on: Date },
    #[error("{loan} would be due on {}, before it began on {}", in_words(*.due_on), in_words(*.out_on))]
    DueBeforeItBegan { loan: LoanRef, due_on: Date, out_on: Date },
    #[error("{tag} was out until {} ({loan}), so it cannot have gone before", in_words(*.until))]
    OutUntil { tag: Tag, loan: LoanRef, until: Date },
    #[error("{} has {late} late already, and the hub lends no more until it is back", escape(.name))]
    HasLate { name: String, late: i64 },
    #[error("{0} is not on loan")]
    NotOnLoan(Tag),
    #[error("{tag} is with {}, and no pupil has it on a loan inside a school's", escape(.holder))]
    NoInnerLoan { tag: Tag, holder: String },
    #[error("{tag} went out on {}, after the return on {}", in_words(*.out_on), in_words(*.on))]
    ReturnBeforeHandOver { tag: Tag, out_on: Date, on: Date },
    #[error("the return would be on {}, which has not come yet", in_words(*.0))]
    ReturnInFuture(Date),
    #[error("{tag} is due on {} already, and {} is no later", in_words(*.due_on), in_words(*.asked))]
    NotLater { tag: Tag, due_on: Date, asked: Date },
    #[error("{tag} has no {name} on record")]
    NoSuchAccessory { tag: Tag, name: String, known: Vec<String> },
    #[error("there is no loan {0}")]
    Unknown(LoanRef),
    #[error("{0} is void")]
    IsVoid(LoanRef),
    #[error("{loan} is {state}, so there is no day of its return to correct")]
    NeverReturned { loan: LoanRef, state: LoanState },
    #[error("{loan} would end on {}, before the hand-over on {}", in_words(*.ended_on), in_words(*.out_on))]
    EndsBeforeHandOver { loan: LoanRef, ended_on: Date, out_on: Date },
    #[error("{loan} cannot be voided while it holds the pupil's loan {inner}")]
    HoldsAnother { loan: LoanRef, inner: LoanRef },
    #[error("{} is a person; how many children play is asked of a school or an organisation", escape(.0))]
    PupilsOfAPerson(String),
}

impl Refusal for LoanRefusal {
    fn hint(&self) -> Option<String> {
        use LoanRefusal as No;
        let hint = match self {
            No::OnLoan { tag, .. } => format!("if it is in your hands, take it back first: ledgerline return {tag}"),
            No::Missing(tag, _) => format!("if it turned up: ledgerline instrument found {tag}"),
            No::Unplayable(tag) => format!("once it is mended: ledgerline instrument edit {tag} --condition good"),
            No::SchoolClosed(_) => "find the school that took its place: ledgerline school list --status open".into(),
            No::NoHirer { reference, .. } => {
                format!("name the adult with --hirer, or for good: ledgerline person edit {reference} --hirer …")
            }
            No::HirerIsPupil(_) => "name a parent, a carer or a teacher with --hirer".into(),
            No::InRepair { tag, .. } => format!("when it is back: ledgerline repair back {tag}"),
            No::Reserved { reserved, .. } => {
                format!("lend them another, or free it: ledgerline request cancel {}", reserved.request)
            }
            No::HandOverInFuture(_) => "lend it on the day; --on takes today or a day before".into(),
            No::DueBeforeHandOver { .. } => "give a later --due, or leave it out for the scheme's own".into(),
            No::Overlaps { .. } => "a loan may start the day another ended, not before".into(),
            No::OnInnerLoan { tag, .. } => {
                format!("if it is back at the school: ledgerline return {tag} --to-school")
            }
            No::BeforeOuter { .. } => "give that day or a later one with --on".into(),
            No::WasInRepair { .. } => "it may go out the day it came back, not before".into(),
            No::LostBeforeHandOver { .. } => "give the day it was really lost with --on".into(),
            No::BeginsInFuture { .. } => "--out-on takes today or a day before".into(),
            No::DueBeforeItBegan { .. } => "give a later --due-on, or an earlier --out-on".into(),
            No::OutUntil { .. } => "give the day it really went with --on".into(),
            No::HasLate { name, .. } => {
                format!("see what is late: ledgerline loan list --overdue --borrower \"{}\"", escape(name))
            }
            No::NotOnLoan(tag) => format!("what happened to it: ledgerline instrument history {tag}"),
            No::NoInnerLoan { tag, .. } => format!("to take it back: ledgerline return {tag}"),
            No::ReturnBeforeHandOver { .. } => "give the day it really came back with --on".into(),
            No::ReturnInFuture(_) => "--on takes today or a day before".into(),
            No::NotLater { .. } => "a renewal moves the due day later".into(),
            No::NoSuchAccessory { known, .. } if known.is_empty() => {
                "add what belongs to it with 'instrument edit --accessory'".into()
            }
            No::NoSuchAccessory { known, .. } => format!("it has: {}", known.join(", ")),
            No::IsVoid(loan) => {
                format!("to bring it back, undo the event that voided it: ledgerline log --loan {loan}")
            }
            No::NeverReturned { state: LoanState::Lost, .. } => {
                "if it turned up: ledgerline instrument found; the loan stays lost".into()
            }
            No::NeverReturned { .. } => "to take it back: ledgerline return TAG --on DATE".into(),
            No::EndsBeforeHandOver { .. } => "give both days, --out-on and --returned-on, if both were wrong".into(),
            No::HoldsAnother { inner, .. } => format!("void that first: ledgerline loan void {inner} --reason …"),
            No::Unknown(_) => "'ledgerline loan list' shows them".into(),
            No::PupilsOfAPerson(_) => "leave --pupils and --year-group out".into(),
            No::Retired(..) => "find another: ledgerline instrument list --available --type …".into(),
        };
        Some(hint)
    }
}
