//! A new family of whom somebody may be on record already: offered before the same person is entered twice.

use std::fmt;

use anyhow::Result;

use super::family::Family;
use crate::commands::Desk;
use crate::commands::person::alike::{self, Alike};
use crate::domain::person::Person;
use crate::domain::reference::PersonRef;
use crate::domain::refusal::{Refusal, refuse};
use crate::domain::text::escape;
use crate::domain::words::Role;
use crate::store::Db;

/// How many are told, one a line.
const MOST: usize = 8;

/// Who of a family is on record, and is taken in place of a new record.
#[derive(Debug, Default)]
pub struct Known {
    pub pupil: Option<PersonRef>,
    pub hirer: Option<PersonRef>,
}

/// Who on record looks like whom of a family.
#[derive(Debug)]
struct Candidates {
    pupils: Vec<Alike>,
    hirers: Vec<Alike>,
}

/// Why a family was not put on record.
#[derive(Debug, thiserror::Error)]
enum AlikeRefusal {
    #[error("{} may be on record already:{}", escape(.name), Lines(.candidates))]
    Alike { name: String, candidates: Candidates },
    #[error("not confirmed, so nothing was lent and nobody put on record")]
    Stopped(Candidates),
}

/// Candidates one a line, and how many more there are.
struct Lines<'a>(&'a Candidates);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Candidates { pupils, hirers } = self.0;
        let all = pupils.len() + hirers.len();
        // The likeliest parent is told, however many children are alike.
        let of_hirers = hirers.len().min(MOST / 2);
        let of_pupils = pupils.len().min(MOST - of_hirers);
        for candidate in pupils.iter().take(of_pupils).chain(hirers.iter().take(MOST - of_pupils)) {
            write!(f, "\n  {}", escape(&candidate.line))?;
        }
        if all > MOST { write!(f, "\n  and {} more", all - MOST) } else { Ok(()) }
    }
}

impl Refusal for AlikeRefusal {
    fn hint(&self) -> Option<String> {
        let (AlikeRefusal::Alike { candidates, .. } | AlikeRefusal::Stopped(candidates)) = self;
        let mut ways = Vec::new();
        let (pupil, hirer) = (candidates.pupils.first(), candidates.hirers.first());
        if let Some(pupil) = pupil {
            let who = if pupil.role == Role::Pupil { "child" } else { "person" };
            ways.push(format!("the same {who}: --to {} in place of --new-pupil", pupil.id));
        }
        if let Some(hirer) = hirer {
            let with = if pupil.is_some() { ", with --yes" } else { "" };
            ways.push(format!("the same parent: --hirer {} in place of --new-hirer{with}", hirer.id));
        }
        ways.push("otherwise --yes".into());
        Some(ways.join("; "))
    }
}

/// What was answered of somebody new who looks like somebody known.
enum Answer {
    New,
    Known(PersonRef),
    Stop,
}

/// Asks of whoever is to be put on record and looks like somebody there; off a terminal it is refused.
pub fn settle(desk: &mut Desk<'_, '_>, db: &Db, family: &Family) -> Result<Known> {
    let candidates = db.read(|tx| {
        let hirers = family.hirer.as_ref().map(|hirer| alike::on_record(tx, hirer)).transpose()?;
        let mut hirers = hirers.unwrap_or_default();
        // A pupil never signs, whatever their name.
        hirers.retain(|known| known.role != Role::Pupil);
        Ok(Candidates { pupils: alike::on_record(tx, &family.pupil)?, hirers })
    })?;
    let Candidates { pupils, hirers } = &candidates;
    if desk.options().yes {
        let same = hirers.iter().find(|known| known.is_certain);
        if let Some(same) = same {
            desk.say(format!("On record already, and signs: {}.", same.line))?;
        }
        return Ok(Known { pupil: None, hirer: same.map(|same| same.id) });
    }
    if pupils.is_empty() && hirers.is_empty() {
        return Ok(Known::default());
    }
    let hirer = family.hirer.as_ref().filter(|_| !hirers.is_empty()).map(|hirer| hirer.name.as_str());
    let pupil = (!pupils.is_empty()).then(|| family.pupil.name.as_str());
    if !desk.world.terminal.stdin {
        let name = pupil.into_iter().chain(hirer).collect::<Vec<_>>().join(" and ");
        return Err(refuse(AlikeRefusal::Alike { name, candidates }));
    }
    let (mut known, mut stopped) = (Known::default(), false);
    let (new_pupil, new_hirer) = (Some(&family.pupil), family.hirer.as_ref());
    for (name, typed, alike, taken) in
        [(pupil, new_pupil, pupils, &mut known.pupil), (hirer, new_hirer, hirers, &mut known.hirer)]
    {
        let Some(name) = name.filter(|_| !stopped) else { continue };
        match choose(desk, name, alike)? {
            Answer::New => {}
            Answer::Known(id) => {
                tell_what_stays(desk, id, typed)?;
                *taken = Some(id);
            }
            Answer::Stop => stopped = true,
        }
    }
    if stopped { Err(refuse(AlikeRefusal::Stopped(candidates))) } else { Ok(known) }
}

/// What was typed of somebody new is not written over whoever is on record: says how to.
fn tell_what_stays(desk: &mut Desk<'_, '_>, id: PersonRef, typed: Option<&Person>) -> Result<()> {
    let Some(typed) = typed else { return Ok(()) };
    let flags = [
        ("--school", typed.school.map(|urn| urn.to_string())),
        ("--year-group", typed.year_group.map(|year| year.to_string())),
        ("--email", typed.email.as_ref().map(|email| email.as_str().to_string())),
        ("--phone", typed.phone.as_ref().map(|phone| format!("\"{phone}\""))),
        ("--address", typed.address.as_ref().map(|address| format!("\"{address}\""))),
    ];
    let given: String = flags.into_iter().filter_map(|(flag, value)| Some(format!(" {flag} {}", value?))).collect();
    if given.is_empty() {
        return Ok(());
    }
    desk.say(format!("What is on record of {id} stays; to write what you typed: ledgerline person edit {id}{given}"))
}

/// Offers the candidates for one person, until an answer is one.
fn choose(desk: &mut Desk<'_, '_>, name: &str, alike: &[Alike]) -> Result<Answer> {
    desk.state(format!("{name} may be on record already:"))?;
    for (number, known) in (1..).zip(alike) {
        desk.state(format!("  {number}  {}", known.line))?;
    }
    loop {
        let answer = desk.ask("A number takes that one, new makes a new person, Enter stops:")?;
        let by_number = answer.parse::<usize>().ok().and_then(|number| alike.get(number.checked_sub(1)?));
        let by_reference = || answer.parse().ok().and_then(|id: PersonRef| alike.iter().find(|known| known.id == id));
        match answer.as_str() {
            "" | "n" | "no" => return Ok(Answer::Stop),
            "new" | "y" | "yes" => return Ok(Answer::New),
            _ => {}
        }
        match by_number.or_else(by_reference) {
            Some(known) => return Ok(Answer::Known(known.id)),
            None => desk.state(format!("'{answer}' is none of these."))?,
        }
    }
}
