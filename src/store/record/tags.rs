//! Every instrument's tag at hand, a dozen bytes each: a million loans need not look theirs up one by one.

use anyhow::Result;

use super::Tx;
use crate::store::FileTrouble;

/// Tags by the number of their instrument.
pub(super) struct Tags {
    /// Each number in order, and where its tag ends in the text.
    ends: Vec<(i64, usize)>,
    text: String,
}

impl Tags {
    pub fn load(tx: &Tx) -> Result<Tags> {
        let mut tags = Tags { ends: Vec::new(), text: String::new() };
        tx.each("SELECT id, tag FROM instrument ORDER BY id", &[], |row| {
            tags.text.push_str(row.text(1)?);
            tags.ends.push((row.int(0)?, tags.text.len()));
            Ok(())
        })?;
        Ok(tags)
    }

    pub fn of(&self, instrument_id: i64) -> Result<&str> {
        // Numbers mostly run without a gap, so a tag's place is known.
        let likely = usize::try_from(instrument_id - 1).ok();
        let likely = likely.filter(|place| self.ends.get(*place).is_some_and(|(id, _)| *id == instrument_id));
        let search = || self.ends.binary_search_by_key(&instrument_id, |(id, _)| *id).ok();
        let place = likely.or_else(search).ok_or(FileTrouble::Damaged)?;
        let begin = if place == 0 { 0 } else { self.ends[place - 1].1 };
        Ok(&self.text[begin..self.ends[place].1])
    }
}
