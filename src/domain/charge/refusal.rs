//! Why a rate, a remission or a charge was not taken: each reason with its sentence and its next step.

use super::{Rate, Remission, rate_of};
use crate::domain::date::{AcademicYear, Date, in_words};
use crate::domain::reference::{ChargeRef, LoanRef, PersonRef};
use crate::domain::refusal::Refusal;
use crate::domain::tag::Tag;
use crate::domain::text::escape;
use crate::domain::words::{Family, Scheme};

/// ` --family strings`, or nothing.
fn flag(family: &Option<Family>) -> String {
    family.map(|family| format!(" --family {family}")).unwrap_or_default()
}

/// Why a rate was not set or taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateRefusal {
    #[error("the rate for {} is {} already", rate_of(.0.scheme, .0.family), .0.in_words())]
    Same(Rate),
    #[error("a rate of nothing is no rate")]
    Nought { scheme: Scheme, family: Option<Family> },
    #[error("the scheme free has no rate")]
    Free,
    #[error("there is no rate for {}", rate_of(*.scheme, *.family))]
    None { scheme: Scheme, family: Option<Family> },
}

impl Refusal for RateRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            RateRefusal::Same(_) => "'ledgerline rate list' shows them all".into(),
            RateRefusal::Nought { scheme, family } => format!(
                "lend what costs nothing with --scheme free, or take the rate away: ledgerline rate remove --scheme {scheme}{}",
                flag(family)
            ),
            RateRefusal::Free => {
                "lend what is to cost something on another scheme: hire, school, class-set, hub".into()
            }
            RateRefusal::None { .. } => "'ledgerline rate list' shows those there are".into(),
        };
        Some(hint)
    }
}

/// Why a remission was not recorded or taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemissionRefusal {
    #[error("{0} is no percentage; it is a whole number from 0 to 100")]
    NoPercentage(i64),
    #[error("the band is empty")]
    NoBand,
    #[error("the evidence would have been seen on {}, which has not come yet", in_words(*.0))]
    SeenInFuture(Date),
    #[error("{} has a remission of {}% for {} already ({})", .0.person, .0.percent, .0.year, escape(.0.band.as_str()))]
    Stands(Remission),
    #[error("{person} has no remission for {year}")]
    None { person: PersonRef, year: AcademicYear },
}

impl Refusal for RemissionRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            RemissionRefusal::NoPercentage(_) => "give --percent 100 to let them off the whole hire".into(),
            RemissionRefusal::NoBand => "give the hub's word for why they are let off, such as --band FSM".into(),
            RemissionRefusal::SeenInFuture(_) => {
                "--seen-on takes today or a day before; leave it out until then".into()
            }
            RemissionRefusal::Stands(stands) => {
                format!(
                    "take that one away first: ledgerline remission remove {} --year {}",
                    stands.person, stands.year
                )
            }
            RemissionRefusal::None { .. } => "'ledgerline remission list' shows those there are".into(),
        };
        Some(hint)
    }
}

/// Why a charge was not raised, paid or waived.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChargeRefusal {
    #[error("there is no charge {0}")]
    Unknown(ChargeRef),
    #[error("{0} is void, and nothing is charged for a loan that never was")]
    VoidLoan(LoanRef),
    #[error("{loan} is charged for the loss already ({charge})")]
    LossTwice { loan: LoanRef, charge: ChargeRef },
    #[error("the replacement value of {tag} is not on record")]
    NoReplacementValue { loan: LoanRef, tag: Tag },
    #[error("a charge of nothing is no charge")]
    Nought,
    #[error("the hire of {0} comes to more than can be recorded")]
    TooMuch(LoanRef),
    #[error("{charge} was paid on {}", in_words(*.on))]
    Paid { charge: ChargeRef, on: Date },
    #[error("{charge} was waived on {}", in_words(*.on))]
    Waived { charge: ChargeRef, on: Date },
    #[error("nothing is owed for {0}: all of it is remitted")]
    NothingOwed(ChargeRef),
    #[error("the payment would be on {}, which has not come yet", in_words(*.0))]
    PaidInFuture(Date),
    #[error("the reason is empty")]
    NoReason,
}

impl Refusal for ChargeRefusal {
    fn hint(&self) -> Option<String> {
        use ChargeRefusal as No;
        let hint = match self {
            No::Unknown(_) | No::NothingOwed(_) => "what is owed: ledgerline charge list --owed".into(),
            No::VoidLoan(_) => "find the loan that took its place: ledgerline loan list --tag …".into(),
            No::LossTwice { charge, .. } => {
                format!("if the amount is wrong, waive that one first: ledgerline charge waive {charge} --reason …")
            }
            No::NoReplacementValue { loan, .. } => {
                format!("say what is owed: ledgerline charge add {loan} --for loss £…")
            }
            No::Nought => "give an amount above nought".into(),
            No::TooMuch(_) => "look at the rates: ledgerline rate list".into(),
            No::Paid { charge, .. } | No::Waived { charge, .. } => format!("see it: ledgerline charge show {charge}"),
            No::PaidInFuture(_) => "--on takes today or a day before".into(),
            No::NoReason => "say in a few words why".into(),
        };
        Some(hint)
    }
}
