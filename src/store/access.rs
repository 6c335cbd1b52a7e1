//! Who may use the file and its copies: their owner alone, or a group of the machine's logins too. Nobody else, ever.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use anyhow::{Context, Result};
use nix::unistd::{Gid, Group, Uid, getegid, getgroups};

use super::db::Tx;
use crate::args;
use crate::domain::refusal::refuse;
use crate::domain::sharing::{GroupName, SharingRefusal};

/// Who may use a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its owner alone: 0600.
    Owner,
    /// A group too: 0660.
    Group(Gid),
    /// A group of which the machine knows nothing now: a directory of logins may be away for a while.
    UnknownGroup,
}

impl Access {
    /// What the file says of itself.
    pub fn of(tx: &Tx) -> Result<Access> {
        // A file of an older schema belongs to its owner.
        if !tx.exists("SELECT 1 FROM sqlite_schema WHERE name = 'sharing'", &[])? {
            return Ok(Access::Owner);
        }
        let name = tx.one(r#"SELECT "group" FROM sharing"#, &[], |row| row.string(0))?;
        let group =
            name.map(|name| Group::from_name(&name)).transpose().context("asking the machine for its groups")?;
        Ok(group.flatten().map_or(Access::Owner, |group| Access::Group(group.gid)))
    }

    /// Opens a new file to whom it is for, and closes it to all others.
    pub fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Access::Owner | Access::UnknownGroup => std::fs::set_permissions(path, Permissions::from_mode(0o600)),
            Access::Group(group) => {
                chown(path, None, Some(group.as_raw()))?;
                std::fs::set_permissions(path, Permissions::from_mode(0o660))
            }
        }
    }
}

/// The same for a file that is this login's own; another's is left to its owner.
pub fn give_own(tx: &Tx, path: &Path) -> Result<()> {
    let mine = std::fs::metadata(path).map(|about| about.uid() == Uid::effective().as_raw());
    let given = || format!("settling who may use {}", path.display());
    if !mine.with_context(given)? {
        return Ok(());
    }
    match Access::of(tx)? {
        // What the group has stays the group's.
        Access::UnknownGroup => close_to_the_world(path).with_context(given),
        known => known.give(path).with_context(given),
    }
}

fn close_to_the_world(path: &Path) -> io::Result<()> {
    let mode = std::fs::metadata(path)?.mode() & 0o660;
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Remembers in a new file that a group may use it.
pub fn share(tx: &Tx, group: &GroupName) -> Result<()> {
    tx.execute(r#"INSERT INTO sharing (id, "group") VALUES (1, ?1)"#, args![group.as_str()])?;
    Ok(())
}

/// Whether a group can share a file in a folder. SQLite makes files of its own beside the hub's, and they are the group's only
/// where the folder hands its group on. Refused with [`SharingRefusal`].
pub fn judge(group: &GroupName, folder: &Path) -> Result<()> {
    let found = Group::from_name(group.as_str()).context("asking the machine for its groups")?;
    let Some(found) = found else {
        return Err(refuse(SharingRefusal::NoGroup(group.clone())));
    };
    if !is_mine(found.gid)? {
        return Err(refuse(SharingRefusal::NotAMember(group.clone())));
    }
    const HANDS_ITS_GROUP_ON: u32 = 0o2070;
    let about = std::fs::metadata(folder);
    let is_for_group = about.is_ok_and(|about| {
        about.is_dir() && about.gid() == found.gid.as_raw() && about.mode() & HANDS_ITS_GROUP_ON == HANDS_ITS_GROUP_ON
    });
    if is_for_group {
        return Ok(());
    }
    Err(refuse(SharingRefusal::Folder { folder: folder.to_path_buf(), group: group.clone() }))
}

/// The folder above a shared file that nobody but its owner can pass through, if there is one.
pub fn closed_above(group: &GroupName, folder: &Path) -> Result<Option<std::path::PathBuf>> {
    let group = Group::from_name(group.as_str()).context("asking the machine for its groups")?;
    let gid = group.map(|group| group.gid.as_raw());
    let folder = folder.canonicalize().with_context(|| format!("finding {}", folder.display()))?;
    let lets_pass = |folder: &&Path| {
        std::fs::metadata(folder)
            .is_ok_and(|about| about.mode() & 0o001 != 0 || (Some(about.gid()) == gid && about.mode() & 0o010 != 0))
    };
    Ok(folder.ancestors().find(|folder| !lets_pass(folder)).map(Path::to_path_buf))
}

/// Whether this process may give files to a group.
fn is_mine(group: Gid) -> Result<bool> {
    let mine = getgroups().context("asking the machine for this login's groups")?;
    Ok(Uid::effective().is_root() || getegid() == group || mine.contains(&group))
}
