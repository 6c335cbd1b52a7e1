//! Rows, borrowed for the length of a callback.

use std::str::FromStr;

use anyhow::{Context, Result};
use rusqlite::types::ValueRef;

use super::told;
use crate::domain::date::{Date, from_iso};
use crate::domain::money::Pence;
use crate::domain::tag::Tag;
use crate::domain::text::Name;
use crate::domain::words::Word;
use crate::store::trouble::FileTrouble;

/// A row, borrowed from the statement that found it.
pub struct Row<'a>(pub(super) &'a rusqlite::Row<'a>);

/// A row by column name, as JSON: whole numbers, texts and nothing.
pub type Object = serde_json::Map<String, serde_json::Value>;

impl Row<'_> {
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        match self.0.get_ref(column).map_err(told)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => Ok(Some(std::str::from_utf8(bytes).map_err(|_| FileTrouble::Damaged)?)),
            _ => Err(FileTrouble::Damaged).with_context(|| format!("column {column} holds no text")),
        }
    }

    /// Text, with an absent one as the empty text.
    pub fn text(&self, column: usize) -> Result<&str> {
        Ok(self.opt_text(column)?.unwrap_or(""))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get_ref(column).map_err(told)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            _ => Err(FileTrouble::Damaged).with_context(|| format!("column {column} holds no whole number")),
        }
    }

    pub fn int(&self, column: usize) -> Result<i64> {
        self.opt_int(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} is empty"))
    }

    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub fn string(&self, column: usize) -> Result<String> {
        Ok(self.text(column)?.to_string())
    }

    pub fn opt_string(&self, column: usize) -> Result<Option<String>> {
        Ok(self.opt_text(column)?.map(str::to_string))
    }

    pub fn opt_pence(&self, column: usize) -> Result<Option<Pence>> {
        self.opt_int(column)?.map(recorded).transpose()
    }

    pub fn pence(&self, column: usize) -> Result<Pence> {
        recorded(self.int(column)?)
    }

    pub fn opt_day(&self, column: usize) -> Result<Option<Date>> {
        let read = |text| from_iso(text).ok_or(FileTrouble::Damaged).with_context(|| format!("'{text}' is no day"));
        self.opt_text(column)?.map(read).transpose()
    }

    pub fn day(&self, column: usize) -> Result<Date> {
        self.opt_day(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} has no day"))
    }

    /// A word of a closed list.
    pub fn opt_word<W: Word>(&self, column: usize) -> Result<Option<W>> {
        self.opt_parsed(column)
    }

    /// A text that is read again as what it was written from. One that cannot be is no mistake of whoever gave the command.
    pub fn opt_parsed<T: FromStr>(&self, column: usize) -> Result<Option<T>> {
        let read = |text: &str| {
            text.parse()
                .map_err(|_| FileTrouble::Damaged)
                .with_context(|| format!("a record holds '{text}', which it cannot"))
        };
        self.opt_text(column)?.map(read).transpose()
    }

    pub fn parsed<T: FromStr>(&self, column: usize) -> Result<T> {
        self.opt_parsed(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} is empty"))
    }

    pub fn word<W: Word>(&self, column: usize) -> Result<W> {
        self.opt_word(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} has no word"))
    }

    pub fn tag(&self, column: usize) -> Result<Tag> {
        Ok(Tag::from_record(self.text(column)?))
    }

    pub fn name(&self, column: usize) -> Result<Name> {
        Ok(Name::from_record(self.text(column)?))
    }

    pub(super) fn object(&self, names: &[String]) -> Result<Object> {
        let cells = names.iter().enumerate().map(|(column, name)| {
            let cell = match self.0.get_ref(column).map_err(told)? {
                ValueRef::Null => serde_json::Value::Null,
                ValueRef::Integer(number) => number.into(),
                ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_err(|_| FileTrouble::Damaged)?.into(),
                _ => return Err(FileTrouble::Damaged).with_context(|| format!("column {column} holds neither")),
            };
            Ok((name.clone(), cell))
        });
        cells.collect()
    }
}

/// An amount or a sum of amounts. What no records can come to is damage, and would add up to more than a number holds.
fn recorded(pence: i64) -> Result<Pence> {
    const MOST: u64 = 100_000_000_000_000_000;
    if pence.unsigned_abs() > MOST {
        return Err(FileTrouble::Damaged).with_context(|| format!("{pence} pence are more than can be recorded"));
    }
    Ok(Pence::new(pence))
}
