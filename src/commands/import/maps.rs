//! Maps at the command line: how one is written, which one is meant, and one to start from.

use std::path::Path;

use anyhow::Result;

use super::How;
use crate::commands::Desk;
use crate::domain::date::DateOrder;
use crate::domain::text::{closest, escape};
use crate::error::Usage;
use crate::import::kinds::Kind;
use crate::import::mapping::{Map, MapFile, Mapping};
use crate::import::{again, draft, fit};

/// How a map is written, below the help.
pub const HELP: &str = include_str!("maps.txt");

pub fn date_order(text: &str) -> Result<DateOrder, String> {
    match text {
        "dmy" => Ok(DateOrder::Dmy),
        "mdy" => Ok(DateOrder::Mdy),
        "ymd" => Ok(DateOrder::Ymd),
        _ => Err("it is dmy, mdy or ymd".to_string()),
    }
}

impl How {
    /// The map that was named, with its text.
    pub(super) fn map(&self, kind: Kind) -> Result<(Map, String)> {
        let (maps, text) = match (self.profile, &self.map) {
            (Some(profile), _) => (profile.file()?, profile.text().to_string()),
            (None, Some(path)) => MapFile::open(path)?,
            (None, None) => (MapFile::One(Box::default()), String::new()),
        };
        let kinds = maps.kinds();
        let of = match kinds.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
            _ => kinds.concat(),
        };
        let Some(mut map) = maps.of(kind.name()) else {
            return Err(Usage(format!("that map is for {of}, not for {}", kind.name())).into());
        };
        map.shipped = self.profile.is_some();
        if let Some(order) = self.dates {
            map.set_dates(order);
        }
        for (field, _) in &self.set {
            if !kind.columns().contains(&field.as_str()) {
                let nearest = closest(field, kind.columns().iter().copied());
                let meant = nearest.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                return Err(Usage(format!("--set: {} have no column '{field}'{meant}", kind.name())).into());
            }
        }
        Ok((map, text))
    }

    /// A map for this file: drawn up from its headings, or the one that was named and what it leaves.
    pub(super) fn map_to_start_from(&self, desk: &mut Desk<'_, '_>, kind: Kind, file: &Path) -> Result<String> {
        let (map, text) = self.map(kind)?;
        let source = self.open(desk, file)?;
        let rows = source.rows()?;
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
        if text.is_empty() {
            return Ok(draft::draft(kind, &name, rows.headings()));
        }
        let mapping = Mapping::resolve(kind.wanted(), &map, &[], rows.headings())?;
        // A map of one's own must find every heading that it names, so a shipped one is printed with those that are there.
        let text = if map.shipped { fit::fitted(&text, kind, rows.headings()) } else { text };
        let unfilled = kind.columns().iter().enumerate().filter(|(place, _)| !mapping.fills(*place));
        let unfilled: Vec<&str> = unfilled.map(|(_, column)| *column).collect();
        let unused: Vec<String> = mapping.left_out.iter().chain(&mapping.unused).cloned().collect();
        Ok(format!("{}\n{}", text.trim_end(), draft::remains(kind, &name, &unused, &unfilled)))
    }
}

/// Says which headings no column is taken from; of very many only the first.
pub fn tell_unused(desk: &mut Desk<'_, '_>, mapping: &Mapping) -> Result<()> {
    const NAMED: usize = 12;
    let listed = |headings: &[String]| headings.iter().map(|heading| escape(heading)).collect::<Vec<_>>().join(", ");
    if !mapping.left_out.is_empty() {
        desk.say(format!("Never read, as the map has it: {}.", listed(&mapping.left_out)))?;
    }
    let unused = again::without_what_was_said(&mapping.unused);
    if unused.is_empty() {
        return Ok(());
    }
    let shown = if unused.len() > NAMED + 3 { NAMED } else { unused.len() };
    let more = match unused.len() - shown {
        0 => String::new(),
        more => format!(" and {more} more, which --show-map lists"),
    };
    desk.say(format!("Left out, since no column is taken from them: {}{more}.", listed(&unused[..shown])))
}
