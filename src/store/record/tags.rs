//! Every instrument's tag at hand, a dozen bytes each: a million loans need not look theirs up one by one.

use anyhow::Result;

use super::Tx;
use crate::store::FileTrouble;

/// Tags by the number of their instrument.
pub(super) struct Tags {
    /// The numbers in order, as runs: the first of each, and its place among the tags.
    runs: Vec<(i64, usize)>,
    /// Where each tag ends in the text.
    ends: Vec<u32>,
    text: String,
}

impl Tags {
    pub fn load(tx: &Tx) -> Result<Tags> {
        let mut tags = Tags { runs: Vec::new(), ends: Vec::new(), text: String::new() };
        let mut next = 0;
        tx.each("SELECT id, tag FROM instrument ORDER BY id", &[], |row| {
            let id = row.int(0)?;
            if id != next {
                tags.runs.push((id, tags.ends.len()));
            }
            next = id + 1;
            tags.text.push_str(row.text(1)?);
            tags.ends.push(u32::try_from(tags.text.len())?);
            Ok(())
        })?;
        Ok(tags)
    }

    pub fn of(&self, instrument_id: i64) -> Result<&str> {
        let run = self.runs.partition_point(|(first, _)| *first <= instrument_id).checked_sub(1);
        let place = run.and_then(|run| {
            let (first, begins) = self.runs[run];
            let place = begins + usize::try_from(instrument_id - first).ok()?;
            let ends = self.runs.get(run + 1).map_or(self.ends.len(), |(_, begins)| *begins);
            (place < ends).then_some(place)
        });
        let place = place.ok_or(FileTrouble::Damaged)?;
        let begin = if place == 0 { 0 } else { self.ends[place - 1] };
        Ok(&self.text[begin as usize..self.ends[place] as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_numbers_with_gaps() {
        let tags = Tags { runs: vec![(3, 0), (9, 2)], ends: vec![1, 3, 6], text: "abbccc".into() };
        let found: Vec<Option<&str>> = (2..=10).map(|id| tags.of(id).ok()).collect();
        assert_eq!(found, [None, Some("a"), Some("bb"), None, None, None, None, Some("ccc"), None]);
    }
}
