//! `init`: a hub's file.

use std::path::Path;

use anyhow::Result;
use clap::Args;

use super::Desk;
use super::sample;
use crate::domain::setting::Setting;
use crate::domain::sharing::GroupName;
use crate::domain::text::Name;
use crate::place::folder_of;
use crate::store::journal::{self, Event};
use crate::store::{self, access};

/// Make a hub's file, readable by you alone, with the types and categories to start from.
///
/// With --shared-group an office's logins on one machine use it together: everybody in that group of logins, and nobody else.
/// The folder must hand its group on: install --directory --mode 2770 --group music /srv/hub
///
/// Example: ledgerline init --hub "Northshire Music Hub"
#[derive(Debug, Args)]
pub struct Init {
    /// The hub's name, as letters and reports print it
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    hub: Option<Name>,
    /// Fill it with a made-up hub to practise on
    #[arg(long)]
    sample: bool,
    /// Let this group of the machine's logins use it too
    #[arg(long, value_name = "GROUP")]
    shared_group: Option<GroupName>,
}

impl Init {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        let path = desk.path()?;
        let usual = if self.sample { sample::HUB } else { Setting::Hub.default_value() };
        let hub = self.hub.as_ref().map_or(usual, Name::as_str);
        let group = self.shared_group.as_ref();
        group.map_or(Ok(()), |group| access::judge(group, folder_of(&path)))?;
        store::create(&path, |path| {
            make(desk, path, hub, self.sample)?;
            group.map_or(Ok(()), |group| store::open(path)?.db.write(|tx| access::share(tx, group)))
        })?;
        desk.say(format!("Made {} for {hub}.", path.display()))?;
        if let Some(group) = group {
            tell_of_sharing(desk, group, &path)?;
        }
        desk.say(if self.sample {
            "Next: ledgerline status"
        } else {
            "Next: ledgerline instrument add --type VN --size 3/4"
        })
    }
}

fn tell_of_sharing(desk: &mut Desk<'_, '_>, group: &GroupName, path: &Path) -> Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    desk.say(format!("Everybody in the group {group} uses it with LEDGERLINE_DB={}", path.display()))?;
    match access::closed_above(group, folder_of(&path))? {
        Some(folder) => desk.warn(format!("the group {group} cannot get into {}", folder.display())),
        None => Ok(()),
    }
}

/// Lays out a new file for a hub, and plays the sample on it if that was asked for.
pub fn make(desk: &Desk<'_, '_>, path: &Path, hub: &str, with_sample: bool) -> Result<()> {
    let today = desk.today();
    let mut db = store::lay_out(path, hub)?;
    let summary = format!("File made for {hub}{}", if with_sample { ", with the sample hub" } else { "" });
    let event = Event { on: today, command: "init", subject: "file".into(), summary, about: vec![] };
    // Not by `Desk::change`: the demo, whose page may go into --output, makes a file of its own.
    db.write(|tx| journal::record(tx, &desk.stamp(), &event, None))?;
    drop(db);
    if with_sample { sample::play(desk, path) } else { Ok(()) }
}
