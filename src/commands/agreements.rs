//! The texts of agreements: read from a file, tried on loans that never were, and filled in.

use std::path::Path;

use anyhow::{Context, Result};

use crate::domain::agreement::{Agreement, STANDARD};
use crate::domain::date::Date;
use crate::domain::refusal::refuse;
use crate::domain::template::{self, LONGEST_TEMPLATE, TemplateRefusal};
use crate::domain::words::Scheme;
use crate::output::template::render;
use crate::store::{Tx, scheme as schemes};

/// Reads a text that the hub edited.
pub fn read(path: &Path) -> Result<Text> {
    let name = path.display().to_string();
    let about = std::fs::metadata(path).with_context(|| format!("reading {name}"))?;
    if about.len() > LONGEST_TEMPLATE as u64 {
        return Err(refuse(TemplateRefusal::TooLong { file: name }));
    }
    let bytes = std::fs::read(path).with_context(|| format!("reading {name}"))?;
    let text = template::read_text(&name, &bytes).map_err(refuse)?;
    Ok(Text { name, text })
}

/// The text in use for a scheme: the hub's own, else the program's.
pub fn in_use(tx: &Tx, scheme: Scheme) -> Result<Text> {
    let own = schemes::agreement(tx, scheme)?;
    let name = format!("the agreement of the scheme {scheme}");
    Ok(Text { name, text: own.unwrap_or_else(|| STANDARD.to_string()) })
}

/// The text of an agreement, with what it is called when something is wrong with it.
#[derive(Clone, Debug)]
pub struct Text {
    name: String,
    pub text: String,
}

impl Text {
    /// The page of one loan.
    pub fn page(&self, agreement: &Agreement) -> Result<String> {
        let faulty = |fault| refuse(TemplateRefusal::Faulty { file: self.name.clone(), fault });
        render(&self.text, agreement).map_err(faulty)
    }

    /// Fills it in for loans that never were, so that a slip is found before a family stands at the counter.
    pub fn try_out(&self, scheme: Scheme, today: Date) -> Result<()> {
        Agreement::specimens(scheme, today).iter().try_for_each(|specimen| self.page(specimen).map(|_| ()))
    }
}
