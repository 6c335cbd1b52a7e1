//! Trying a message again: when that makes no sense.

use crate::domain::reference::MessageRef;
use crate::domain::refusal::Refusal;
use crate::domain::words::ReminderState;

/// Why a message was not tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetryRefusal {
    #[error("there is no message {0}")]
    Unknown(MessageRef),
    #[error("{message} is {state}: there is nothing to try again")]
    Settled { message: MessageRef, state: ReminderState },
}

impl Refusal for RetryRefusal {
    fn hint(&self) -> Option<String> {
        Some("'ledgerline remind log' lists every message and what became of it".to_string())
    }
}
