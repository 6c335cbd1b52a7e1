//! Many tags at once: typed, piped, or scanned one by one.

use std::collections::HashSet;
use std::fmt;
use std::io::{BufRead, Read};

use anyhow::Result;

use super::Desk;
use crate::domain::refusal::{Plain, Refusal, Refused, refuse};
use crate::domain::text::escape;

/// More bytes than any tag, scanner prefix and all.
const LONGEST_LINE: u64 = 1_000;

/// The tags to work on. `-` reads them from stdin, one a line; on a terminal each scan is judged as it arrives,
/// a refused one is dropped with a bell, and an empty line ends the scanning.
pub fn tags(
    desk: &mut Desk<'_, '_>,
    given: &[String],
    mut judge: impl FnMut(&str) -> Result<String>,
) -> Result<Vec<String>> {
    tags_in_turn(desk, given, |_, tag| judge(tag))
}

/// The same, where whether a tag will do depends on those that were scanned before it.
pub fn tags_in_turn(
    desk: &mut Desk<'_, '_>,
    given: &[String],
    judge: impl FnMut(&[String], &str) -> Result<String>,
) -> Result<Vec<String>> {
    desk.refuse_output()?;
    let tags = if is_scanned(desk, given) { scanned(desk, judge)? } else { return at_once(desk, given) };
    each_once(desk, tags)
}

/// Whether tags arrive one by one from a scanner at a terminal.
pub fn is_scanned(desk: &Desk<'_, '_>, given: &[String]) -> bool {
    given == ["-"] && desk.world.terminal.stdin
}

/// Tags that are there all at once: typed, or piped.
pub fn at_once(desk: &mut Desk<'_, '_>, given: &[String]) -> Result<Vec<String>> {
    let tags = if given == ["-"] { piped(desk.world.stdin)? } else { given.to_vec() };
    each_once(desk, tags)
}

/// Hands over each tag as it is scanned, until an empty line; a refused one is told with a bell and left out.
pub fn each_scan(desk: &mut Desk<'_, '_>, mut take: impl FnMut(&mut Desk<'_, '_>, &str) -> Result<()>) -> Result<()> {
    desk.refuse_output()?;
    for number in 1.. {
        let done = match next_line(desk.world.stdin, number) {
            Ok(None) => break,
            Ok(Some(line)) if line.is_empty() => break,
            Ok(Some(line)) => take(desk, &line),
            Err(error) => Err(error),
        };
        match done {
            Err(error) if error.is::<Refused>() => {
                write!(desk.world.stderr, "\u{7}")?;
                desk.warn(format!("{error}; left out"))?;
            }
            done => done?,
        }
    }
    Ok(())
}

/// The next line, or `None` at the end; refused where no tag could be so long.
fn next_line(stdin: &mut dyn BufRead, number: usize) -> Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = (&mut *stdin).take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 == LONGEST_LINE && bytes.last() != Some(&b'\n') {
        stdin.skip_until(b'\n')?;
        let sentence = format!("line {number} of the input is too long to be a tag");
        return Err(refuse(Plain::new(sentence).hint("one tag a line is read; nothing was changed")));
    }
    // A file saved by a spreadsheet may begin with a mark that nobody sees.
    Ok(Some(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').trim().to_string()))
}

fn piped(stdin: &mut dyn BufRead) -> Result<Vec<String>> {
    let mut tags = Vec::new();
    for number in 1.. {
        match next_line(stdin, number)? {
            Some(line) if line.is_empty() => {}
            Some(line) => tags.push(line),
            None => break,
        }
    }
    Ok(tags)
}

fn scanned(desk: &mut Desk<'_, '_>, mut judge: impl FnMut(&[String], &str) -> Result<String>) -> Result<Vec<String>> {
    desk.say("Scan tags; an empty line or Ctrl-D writes them all, Ctrl-C none.")?;
    let mut tags: Vec<String> = Vec::new();
    for number in 1.. {
        let Some(tag) = next_line(desk.world.stdin, number)?.filter(|line| !line.is_empty()) else {
            break;
        };
        if tags.iter().any(|before| before.eq_ignore_ascii_case(&tag)) {
            desk.say(format!("  {tag} is on the list already."))?;
            continue;
        }
        match judge(&tags, &tag) {
            Ok(sentence) => {
                tags.push(tag);
                desk.say(format!("  {} {sentence}", tags.len()))?;
            }
            Err(error) if error.is::<Refused>() => {
                write!(desk.world.stderr, "\u{7}")?;
                desk.warn(format!("{error}; left out"))?;
            }
            Err(error) => return Err(error),
        }
    }
    still_good(desk, tags, judge)
}

/// What another desk has taken while the scanning went on is told and left out; the rest is not to be scanned again for it.
fn still_good(
    desk: &mut Desk<'_, '_>,
    tags: Vec<String>,
    mut judge: impl FnMut(&[String], &str) -> Result<String>,
) -> Result<Vec<String>> {
    let mut good = Vec::with_capacity(tags.len());
    for tag in tags {
        match judge(&good, &tag) {
            Ok(_) => good.push(tag),
            Err(error) if error.is::<Refused>() => desk.warn(format!("{error}; left out"))?,
            Err(error) => return Err(error),
        }
    }
    Ok(good)
}

/// Scanners stutter: a tag that comes twice counts once, and is said.
fn each_once(desk: &mut Desk<'_, '_>, tags: Vec<String>) -> Result<Vec<String>> {
    let (mut seen, mut repeated) = (HashSet::new(), Vec::new());
    let mut once = Vec::with_capacity(tags.len());
    for tag in tags {
        let key = tag.trim().to_ascii_uppercase();
        if seen.insert(key.clone()) {
            once.push(tag);
        } else if !key.is_empty() && !repeated.contains(&key) {
            repeated.push(key);
        }
    }
    for tag in &repeated {
        desk.say(format!("{tag} was given more than once; it counts once."))?;
    }
    Ok(once)
}

/// Does something to each tag of a batch and lists every refusal; with any, the whole batch is refused.
pub fn all_or_none<T>(done: &'static str, tags: &[String], work: impl FnMut(&str) -> Result<T>) -> Result<Vec<T>> {
    all_or_none_with(done, tags, |_| PUT_RIGHT.to_string(), work)
}

/// What to do about a batch of which some are refused.
pub const PUT_RIGHT: &str = "put those right or leave them out, and run it again";

/// The same, with a hint of its own, made from the tags at fault where they are not all.
pub fn all_or_none_with<T>(
    done: &'static str,
    tags: &[String],
    hint: impl FnOnce(&[String]) -> String,
    work: impl FnMut(&str) -> Result<T>,
) -> Result<Vec<T>> {
    judged_whole(done, tags, Vec::new(), hint, work)
}

/// The same, where the batch as a whole may be at fault too: what is told of it stands below the faults of its tags.
pub fn judged_whole<T>(
    done: &'static str,
    tags: &[String],
    of_all: Vec<Refused>,
    hint: impl FnOnce(&[String]) -> String,
    mut work: impl FnMut(&str) -> Result<T>,
) -> Result<Vec<T>> {
    let mut results = Vec::with_capacity(tags.len());
    let (mut faults, mut at_fault) = (Vec::new(), Vec::new());
    for tag in tags {
        match work(tag) {
            Ok(result) => results.push(result),
            Err(error) => match error.downcast::<Refused>() {
                Ok(refused) => {
                    faults.push(refused);
                    at_fault.push(tag.clone());
                }
                Err(other) => return Err(other),
            },
        }
    }
    if faults.is_empty() && of_all.is_empty() {
        return Ok(results);
    }
    let hint = if at_fault.len() < tags.len() { hint(&at_fault) } else { PUT_RIGHT.to_string() };
    let at_fault = faults.len();
    faults.extend(of_all);
    // Where there is but one thing to say, its own sentence says it best.
    match faults.pop() {
        Some(only) if faults.is_empty() && (at_fault == 0 || tags.len() == 1) => Err(only.into()),
        last => {
            faults.extend(last);
            Err(refuse(BatchRefusal { done, of: tags.len(), at_fault, faults, hint }))
        }
    }
}

/// Tags for a sentence on a screen: a few are named, many are counted.
pub fn few(tags: &[&str]) -> String {
    const MOST: usize = 3;
    if tags.len() > MOST { format!("{} instruments", tags.len()) } else { tags.join(", ") }
}

/// Every fault of a batch of which, therefore, nothing was done.
#[derive(Debug)]
struct BatchRefusal {
    done: &'static str,
    of: usize,
    /// So many of them are; further faults are of the batch as a whole.
    at_fault: usize,
    faults: Vec<Refused>,
    hint: String,
}

impl fmt::Display for BatchRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at_fault {
            at_fault if at_fault == 0 || self.of == 1 => write!(f, "nothing was {}:", self.done)?,
            at_fault => write!(f, "nothing was {}, because {at_fault} of the {} cannot be:", self.done, self.of)?,
        }
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
            if let Some(hint) = fault.hint() {
                write!(f, " ({})", escape(&hint))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for BatchRefusal {}

impl Refusal for BatchRefusal {
    fn hint(&self) -> Option<String> {
        Some(self.hint.clone())
    }
}
