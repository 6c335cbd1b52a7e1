//! Which sheet of a workbook is read, and which others there are.

use anyhow::Result;

use super::refusal::{WorkbookRefusal, listed};
use crate::domain::refusal::refuse;
use crate::domain::text::escape;

/// The sheets as they are met with, and the one that was chosen.
pub struct Sheets<'n> {
    asked: Option<&'n str>,
    chosen: Option<String>,
    visible: Vec<String>,
    hidden: Vec<String>,
}

impl<'n> Sheets<'n> {
    pub fn new(asked: Option<&'n str>) -> Sheets<'n> {
        Sheets { asked, chosen: None, visible: Vec::new(), hidden: Vec::new() }
    }

    /// Notes a sheet; whether it is the one to read: that of the name asked for, or the first that can be seen.
    pub fn meet(&mut self, name: &str, is_hidden: bool) -> bool {
        let same = |asked: &str| asked.trim().to_lowercase() == name.trim().to_lowercase();
        let wanted = self.chosen.is_none() && self.asked.map_or(!is_hidden, same);
        if wanted {
            self.chosen = Some(name.to_string());
        } else if is_hidden {
            self.hidden.push(name.to_string());
        } else {
            self.visible.push(name.to_string());
        }
        wanted
    }

    /// The chosen sheet's name; refused where there is none.
    pub fn chosen(&self) -> Result<String> {
        if let Some(name) = &self.chosen {
            return Ok(name.clone());
        }
        let sheets = self.visible.iter().chain(&self.hidden).cloned().collect();
        Err(refuse(match self.asked {
            Some(asked) => WorkbookRefusal::NoSuchSheet { asked: asked.to_string(), sheets },
            None if self.hidden.is_empty() => WorkbookRefusal::NotAWorkbook,
            None => WorkbookRefusal::AllHidden { sheets },
        }))
    }

    /// The sheets that can be seen and were not chosen.
    pub fn others(self) -> Vec<String> {
        self.visible
    }

    /// What is said where nobody chose and there was a choice.
    pub fn remark(&self) -> Option<String> {
        let chosen = self.chosen.as_ref().filter(|_| self.asked.is_none() && !self.visible.is_empty())?;
        Some(format!("Read the sheet '{}'; --sheet NAME reads {}.", escape(chosen), listed(&self.visible)))
    }
}
