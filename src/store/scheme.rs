//! The schemes loans are made on: the hub's own policy.

use anyhow::{Context, Result};

use super::db::{Tx, word};
use super::remember::Table;
use super::trouble::FileTrouble;
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
    text.unwrap_or_default()
        .parse()
        .map_err(|_| FileTrouble::Damaged)
        .with_context(|| format!("the length of the scheme {scheme}"))
}

/// The text of a scheme's agreements, where the hub has its own.
pub fn agreement(tx: &Tx, scheme: Scheme) -> Result<Option<String>> {
    let sql = "SELECT agreement FROM scheme WHERE code = ?1";
    Ok(tx.one(sql, &[word(scheme)], |row| row.opt_string(0))?.flatten())
}

/// Keeps a text for a scheme's agreements; without one, the program's own is used again.
pub fn set_agreement(tx: &Tx, scheme: Scheme, text: Option<&str>) -> Result<()> {
    let sql = "UPDATE scheme SET agreement = ?2 WHERE code = ?1";
    tx.change(Table::Scheme, scheme.as_str(), sql, &[word(scheme), text.into()])?;
    Ok(())
}
