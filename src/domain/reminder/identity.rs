//! What a message is known by on its way.

use sha2::{Digest, Sha256};

use super::Notice;

/// The left part of a message's Message-ID: the same for the same contact, loans, due days and stages, so that a message which
/// is handed over again after a crash can be told for the same one.
pub fn identity(hub: &str, notices: &[Notice]) -> String {
    let mut sum = Sha256::new();
    sum.update(hub);
    for notice in notices {
        let Notice { contact, loan, due_on, stage, .. } = notice;
        sum.update(format!("\n{} {loan} {due_on} {stage}", contact.reference));
    }
    sum.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
