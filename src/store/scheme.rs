//! The schemes loans are made on: the hub's own policy.

use anyhow::{Context, Result};

use super::db::{Tx, word};
use super::remember::Table;
use crate::domain::due::Length;
use crate::domain::words::{Scheme, Word};

pub fn set_length(tx: &Tx, scheme: Scheme, length: Length) -> Result<()> {
    let length = length.to_string();
    tx.change(
        Table::Scheme,
        scheme.as_str(),
        "INSERT INTO scheme (code, length) VALUES (?1, ?2) ON CONFLICT (code) DO UPDATE SET length = excluded.length",
        &[word(scheme), (&length).into()],
    )?;
    Ok(())
}

pub fn length(tx: &Tx, scheme: Scheme) -> Result<Length> {
    let text = tx.one("SELECT length FROM scheme WHERE code = ?1", &[word(scheme)], |row| row.string(0))?;
    text.unwrap_or_default().parse().with_context(|| format!("the length of the scheme {scheme}"))
}
