//! Sharing a file between the logins of an office.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::refusal::Refusal;
use super::text::{Name, TextError};

/// The name of a group of the machine's logins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName(Name);

impl GroupName {
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for GroupName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<GroupName, TextError> {
        text.parse().map(GroupName)
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a file is not shared.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharingRefusal {
    #[error("this machine knows no group '{0}'")]
    NoGroup(GroupName),
    #[error("you are not in the group '{0}'")]
    NotAMember(GroupName),
    #[error("{} is no folder of the group '{group}' that hands its group on to what is made in it", folder.display())]
    Folder { folder: PathBuf, group: GroupName },
}

impl Refusal for SharingRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            SharingRefusal::NoGroup(_) => "'getent group' lists them; whoever runs the machine can add one".to_string(),
            SharingRefusal::NotAMember(group) => {
                format!("ask whoever runs the machine: usermod --append --groups {group} YOU; then log in again")
            }
            SharingRefusal::Folder { folder, group } => {
                format!(
                    "ask whoever runs the machine: install --directory --mode 2770 --group {group} {}",
                    folder.display()
                )
            }
        })
    }
}
