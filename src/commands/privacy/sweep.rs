//! `privacy sweep`: those whose loans all ended long ago.

use anyhow::Result;
use clap::Args;

use super::{clear, refuse_day_to_come, tell_of_copies, tell_of_mentions, tell_of_struck};
use crate::commands::Desk;
use crate::domain::date::Date;
use crate::domain::privacy::erased_name;
use crate::domain::reference::PersonRef;
use crate::store::Tx;
use crate::store::journal::{About, Event};
use crate::store::privacy::{self, Erased, Swept};
use crate::store::setting;

/// List those who had a loan and whose loans all ended longer ago than people are kept, and with --commit erase them.
///
/// For how long is the setting retention-years. Whoever has, owes or waits for anything stays, and so does whoever signs for
/// a pupil who stays. Those whose record was undone so long ago go with them. All are erased at once or nobody is; it cannot be
/// undone, and it is refused on a day after the clock's.
///
/// Example: ledgerline privacy sweep --commit
#[derive(Debug, Args)]
pub struct Sweep {
    /// Erase them; without it they are only listed
    #[arg(long)]
    commit: bool,
}

impl Sweep {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        db.hold_temporary_in_memory()?;
        let look = |tx: &Tx| {
            let years = setting::retention_years(tx)?;
            Ok((privacy::due(tx, years, today)?, privacy::undone_long_ago(tx, years, today)?))
        };
        if !self.commit {
            let (found, undone) = db.read(look)?;
            desk.list::<Swept>(|out| found.iter().try_for_each(|line| out.row(line)))?;
            tell_of_undone(desk, &undone)?;
            return match found.len() + undone.len() {
                0 => Ok(()),
                many => desk.say(format!("{} would be erased; add --commit to do so.", counted(many))),
            };
        }
        refuse_day_to_come(desk)?;
        let (found, people, undone, erased) = desk.change_for_good(&mut db, |tx| {
            let (mut found, undone) = look(tx)?;
            let mut people: Vec<PersonRef> =
                found.iter().map(|line| line.person).chain(undone.iter().copied()).collect();
            people.sort_unstable();
            let erased = if people.is_empty() { Erased::default() } else { privacy::erase(tx, &people, today)? };
            // What cron mails must not tell what was just erased.
            found.iter_mut().for_each(|line| line.name = erased_name(line.person).to_string());
            let event = (!people.is_empty()).then(|| event(&people, today));
            Ok(((found, people, undone, erased), event))
        })?;
        desk.list::<Swept>(|out| found.iter().try_for_each(|line| out.row(line)))?;
        let Some(first) = people.first().copied() else {
            return Ok(());
        };
        tell_of_undone(desk, &undone)?;
        let (people, are) = (counted(people.len()), if people.len() == 1 { "is" } else { "are" });
        desk.say(format!(
            "Erased {people}: names, contacts, notes and what the journal told; loans, dates and schools stay."
        ))?;
        tell_of_struck(desk, &erased.struck)?;
        tell_of_mentions(desk, &erased.mentions)?;
        tell_of_copies(desk, &db, erased.letters)?;
        clear(desk, &db, &format!("{people} {are}"), first)
    }
}

/// Those who are in no list: there is no record of them but in the journal.
fn tell_of_undone(desk: &mut Desk<'_, '_>, undone: &[PersonRef]) -> Result<()> {
    if undone.is_empty() {
        return Ok(());
    }
    let who: Vec<String> = undone.iter().map(PersonRef::to_string).collect();
    desk.say(format!("Among them, as only the journal still tells of them: {}.", who.join(", ")))
}

/// `1 person`, `12 people`.
fn counted(people: usize) -> String {
    if people == 1 { "1 person".to_string() } else { format!("{people} people") }
}

fn event(people: &[PersonRef], today: Date) -> Event {
    let (subject, summary) = (counted(people.len()), format!("Erased what was held about {}", counted(people.len())));
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for number in people.iter().map(|person| person.number()) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let about = runs.into_iter().map(|(first, last)| About::People(first, last)).collect();
    Event { on: today, command: "privacy sweep", subject, summary, about }
}
