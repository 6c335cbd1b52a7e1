//! Remissions: known by person and academic year.

use anyhow::Result;

use super::parties::needed;
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::charge::{Remission, RemissionRefusal, check_remission, percent};
use crate::domain::date::AcademicYear;
use crate::domain::reference::PersonRef;
use crate::domain::text::Name;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, charge, party, remission};

columns! {
    Person = "person", AcademicYear = "academic_year", Percent = "percent", Band = "band", SeenOn = "seen_on",
}

pub const KEY: Option<&str> = Some("person");

struct Remissions {
    terms: Terms,
    seen: Keys<(PersonRef, String)>,
    people: Runs,
    /// Unpaid hire that was worked out anew.
    reworked: Runs,
    reworked_count: usize,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let (seen, people, reworked) = Default::default();
    Ok(Remissions { terms, seen, people, reworked, reworked_count: 0 })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    remission::each_record(tx, |record| out.row(record))
}

impl Intake for Remissions {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(told) = read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Person, self.seen.first((told.person, told.year.to_string()), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = remission::find(tx, told.person, told.year)?;
        let seen_on = if row.has(Column::SeenOn) { told.seen_on } else { before.as_ref().and_then(|it| it.seen_on) };
        let new = Remission { seen_on, ..told };
        // What stands is compared, and with --update replaced: taken away and recorded anew.
        if let Err(refusal) = check_remission(&new, None, self.terms.today) {
            row.fault(Column::SeenOn, refusal);
            return Ok(Outcome::Rejected);
        }
        let outcome = match before {
            None => {
                remission::add(tx, &new)?;
                Outcome::Created
            }
            Some(before) => {
                let fields = differing!(before, new; percent, band, seen_on);
                self.terms.settle(format!("the remission of {} for {}", new.person, new.year), fields, || {
                    remission::remove(tx, new.person, new.year)?;
                    remission::add(tx, &new)
                })?
            }
        };
        if matches!(outcome, Outcome::Created | Outcome::Updated { .. }) {
            self.people.add(new.person.number());
            for (hire, _) in charge::rework(tx, new.person, new.year)? {
                self.reworked.add(hire.charge.number());
                self.reworked_count += 1;
            }
        }
        Ok(outcome)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let people = std::mem::take(&mut self.people).joined();
        let charges = std::mem::take(&mut self.reworked).joined();
        let mut about: Vec<About> = people.into_iter().map(|(first, last)| About::People(first, last)).collect();
        about.extend(charges.into_iter().map(|(first, last)| About::Charges(first, last)));
        let remarks = match self.reworked_count {
            0 => vec![],
            1 => vec!["One unpaid charge for hire was worked out anew.".to_string()],
            many => vec![format!("{many} unpaid charges for hire were worked out anew.")],
        };
        Ok(Finish { about, remarks, ..Finish::default() })
    }
}

/// The remission a row describes.
fn read(tx: &Tx, row: &mut Row<'_>) -> Result<Option<Remission>> {
    needed(row, Column::Person);
    let typed = row.text(Column::Person);
    let person = if typed.is_empty() { None } else { row.found(Column::Person, party::person_named(tx, &typed, false))? };
    let year = row.needed::<AcademicYear>(Column::AcademicYear);
    needed(row, Column::Percent);
    let percent = row.read(Column::Percent, whole_percent);
    if row.text(Column::Band).trim().is_empty() {
        row.fault(Column::Band, RemissionRefusal::NoBand);
    }
    let band = row.parse::<Name>(Column::Band);
    let seen_on = row.day(Column::SeenOn);
    let parts = person.zip(year).zip(percent).zip(band).filter(|_| row.is_sound());
    Ok(parts.map(|(((person, year), percent), band)| Remission { person: person.id, year, percent, band, seen_on }))
}

/// A whole percentage from 0 to 100, with or without its sign.
fn whole_percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let whole = number.parse::<i64>().map_err(|_| "is no percentage; it is a whole number from 0 to 100".to_string())?;
    percent(whole).map_err(|refusal| refusal.to_string())
}
