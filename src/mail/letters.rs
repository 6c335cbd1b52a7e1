//! Letters: a text file for each household or school, and one page to print them all from.

use std::path::Path;

use anyhow::Result;

use crate::domain::date::Date;
use crate::domain::reference::MessageRef;
use crate::domain::reminder::Message;

/// The letters of one run.
pub struct Letters {}

impl Letters {
    /// Begins with the folder, which is made where it is not there.
    pub fn begin(_folder: &Path, _hub: &str, _today: Date) -> Result<Letters> {
        todo!()
    }

    /// Writes one letter under a free name, whole or not at all; says the file's name.
    pub fn write(&mut self, _reference: MessageRef, _message: &Message) -> Result<String> {
        todo!()
    }

    /// Puts the page with all of them in its place; says its name, where there was a letter.
    pub fn finish(self) -> Result<Option<String>> {
        todo!()
    }
}
