//! The texts of agreements, tried on loans that never were.

use std::path::Path;

use anyhow::Result;

use super::HubText;
use crate::domain::agreement::{Agreement, STANDARD};
use crate::domain::date::Date;
use crate::domain::words::Scheme;
use crate::store::{Tx, scheme as schemes};

/// Reads a text that the hub edited.
pub fn read(path: &Path) -> Result<HubText> {
    HubText::read(path, shown_by(Scheme::Hire))
}

/// The text in use for a scheme: the hub's own, else the program's.
pub fn in_use(tx: &Tx, scheme: Scheme) -> Result<HubText> {
    let own = schemes::agreement(tx, scheme)?;
    let name = format!("the agreement of the scheme {scheme}");
    Ok(HubText::new(name, own.unwrap_or_else(|| STANDARD.to_string()), shown_by(scheme)))
}

/// A text that a file of schemes holds.
pub fn judged(text: &str, scheme: Scheme) -> Result<HubText> {
    HubText::judged("the text", text.as_bytes(), shown_by(scheme))
}

fn shown_by(scheme: Scheme) -> String {
    format!("ledgerline scheme show {scheme}")
}

/// Fills a text in for loans that never were, so that a slip is found before a family stands at the counter.
pub fn try_out(text: &HubText, scheme: Scheme, today: Date) -> Result<()> {
    let specimens = Agreement::specimens(scheme, today);
    let compiled = text.compile()?;
    specimens.iter().try_for_each(|specimen| compiled.fill(specimen, &[]).map(drop))?;
    // Also where none of them leads.
    specimens.first().map_or(Ok(()), |specimen| compiled.knows_its_fields(specimen, &[]))
}
