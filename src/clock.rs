//! Which day it is where this machine stands, and a moment as the journal writes it.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// No rules of a time zone are longer; what is longer is something else.
const LONGEST_RULES: u64 = 1 << 16;

/// Where the rules of this machine's own zone, and those of all others, are kept.
const OWN: &str = "/etc/localtime";
const ALL: &str = "/usr/share/zoneinfo";

/// The day and the moment, with its offset from UTC: `2026-11-22T09:00:00+00:00`.
pub fn reading(now: Timestamp, zone: &TimeZone) -> (Date, String) {
    let here = now.to_zoned(zone.clone());
    (here.date(), here.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// Where the clock hangs, as `TZ` says, or where this machine stands if it says nothing. What is no time zone is UTC, as it
/// is to every other program.
///
/// To find a zone by its name, jiff would first list every zone there is, which costs more than most commands; so the one
/// file is read here, and jiff asked only if it is not where it always is.
pub fn time_zone(named: Option<OsString>) -> TimeZone {
    let Some(named) = named.filter(|name| !name.is_empty()) else {
        return rules_in(Path::new(OWN)).unwrap_or_else(TimeZone::system);
    };
    let bytes = named.as_bytes();
    let name = OsStr::from_bytes(bytes.strip_prefix(b":").unwrap_or(bytes));
    // A path stays as it is; `join` takes it whole.
    let kept = rules_in(&PathBuf::from(ALL).join(name));
    let by_name = || name.to_str().and_then(by_name);
    kept.or_else(by_name).unwrap_or(TimeZone::UTC)
}

/// By a rule in the name itself, `GMT0BST,M3.5.0/1,M10.5.0`; or a zone that is kept somewhere else on this machine.
fn by_name(name: &str) -> Option<TimeZone> {
    const LONGEST_NAME: usize = 100;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte))
    };
    let elsewhere = || TimeZone::get(name).ok().filter(|_| name.split('/').all(is_name));
    TimeZone::posix(name).ok().or_else(elsewhere)
}

/// The rules in a file. A device or a pipe is not read: it might never end.
fn rules_in(path: &Path) -> Option<TimeZone> {
    if !path.metadata().is_ok_and(|found| found.is_file() && found.len() <= LONGEST_RULES) {
        return None;
    }
    let mut rules = Vec::new();
    File::open(path).ok()?.take(LONGEST_RULES).read_to_end(&mut rules).ok()?;
    TimeZone::tzif("local", &rules).ok()
}
