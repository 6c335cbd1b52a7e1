//! What messages say: the hub's own texts or the program's, filled in.

use anyhow::Result;

use crate::domain::date::Date;
use crate::domain::reminder::{Contact, Ladder, Message, Notice, compose};
use crate::store::{Tx, setting};

/// All that a message's text depends on beside the loans it is about.
#[derive(Clone, Debug)]
pub struct Wording {
    hub: String,
    ladder: Ladder,
}

impl Wording {
    pub fn load(tx: &Tx, ladder: &Ladder) -> Result<Wording> {
        Ok(Wording { hub: setting::hub(tx)?, ladder: ladder.clone() })
    }

    /// The one message to a contact about all these loans, in the words of the highest stage among them.
    pub fn message(&self, contact: &Contact, notices: &[Notice], today: Date) -> Result<Message> {
        let highest = notices.iter().map(|notice| notice.stage).max();
        let copy_to = highest.and_then(|stage| self.ladder.rung(stage)).and_then(|rung| rung.copy_to.clone());
        let notices: Vec<&Notice> = notices.iter().collect();
        Ok(Message { copy_to, ..compose(&self.hub, contact, &notices, today) })
    }
}
