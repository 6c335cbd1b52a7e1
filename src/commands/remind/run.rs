//! A run of reminders.

use anyhow::Result;

use super::Remind;
use crate::commands::Desk;

pub struct Run {}

impl Run {
    pub fn of(_remind: Remind) -> Run {
        Run {}
    }

    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}
