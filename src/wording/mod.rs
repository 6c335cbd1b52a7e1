//! Texts that the hub edits: read from a file or a cell, compiled, tried out and filled in, with what each is called when
//! something is wrong.

pub mod agreement;
pub mod reminder;

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::domain::refusal::refuse;
use crate::domain::template::{self, LONGEST_TEMPLATE, TemplateFault, TemplateRefusal};
use crate::output::template::{Template, wrapped};

/// The text and its name.
#[derive(Clone, Debug)]
pub struct HubText {
    pub name: String,
    pub text: String,
    /// The command that prints the text in use: `ledgerline scheme show hire`.
    shown_by: String,
}

impl HubText {
    pub fn new(name: impl Into<String>, text: impl Into<String>, shown_by: impl Into<String>) -> HubText {
        HubText { name: name.into(), text: text.into(), shown_by: shown_by.into() }
    }

    /// Reads a text that the hub edited.
    pub fn read(path: &Path, shown_by: impl Into<String>) -> Result<HubText> {
        let name = path.display().to_string();
        let about = std::fs::metadata(path).with_context(|| format!("reading {name}"))?;
        if about.len() > LONGEST_TEMPLATE as u64 {
            return Err(refuse(TemplateRefusal::TooLong { file: name }));
        }
        let bytes = std::fs::read(path).with_context(|| format!("reading {name}"))?;
        HubText::judged(name, &bytes, shown_by)
    }

    /// A text that is no file of its own, judged as one.
    pub fn judged(name: impl Into<String>, bytes: &[u8], shown_by: impl Into<String>) -> Result<HubText> {
        let name = name.into();
        let text = template::read_text(&name, bytes).map_err(refuse)?;
        Ok(HubText::new(name, text, shown_by))
    }

    pub fn compile(&self) -> Result<Compiled> {
        let template = Template::new(&self.text).map_err(|fault| self.faulty(fault))?;
        Ok(Compiled { text: self.clone(), template })
    }

    /// It as a page of its own.
    pub fn page(&self, fields: &impl Serialize) -> Result<String> {
        Ok(wrapped(&self.compile()?.fill(fields, &[])?, ""))
    }

    fn faulty(&self, fault: TemplateFault) -> anyhow::Error {
        refuse(TemplateRefusal::Faulty { file: self.name.clone(), fault, shown_by: self.shown_by.clone() })
    }
}

/// A text that is filled in many times.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub text: HubText,
    template: Template,
}

impl Compiled {
    /// Refused where it names a field that there is not, also where nothing has led it there yet.
    pub fn knows_its_fields(&self, fields: &impl Serialize, drawn: &[&str]) -> Result<()> {
        self.template.knows_its_fields(fields, drawn).map_err(|fault| self.text.faulty(fault))
    }

    /// Filled in with fields, and with further ones of several lines that this program drew.
    pub fn fill(&self, fields: &impl Serialize, drawn: &[(&str, &str)]) -> Result<String> {
        self.template.fill(fields, drawn).map_err(|fault| self.text.faulty(fault))
    }
}
