//! People: known by their reference, else by name, role, school and year group together.

mod erased;
mod merged;

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use merged::Merged;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::instrument::line_text;
use crate::domain::person::{Person, PersonRefusal, check};
use crate::domain::record::hub::PersonRecord;
use crate::domain::reference::{PersonRef, Urn};
use crate::domain::spoilt::phone;
use crate::domain::text::Name;
use crate::domain::words::Role;
use crate::import::track::{ByNumber, Numbers, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, merge, person, record, school};

columns! {
    Person = "person", Name = "name", Role = "role", SchoolUrn = "school_urn", YearGroup = "year_group", Hirer = "hirer",
    Email = "email", Phone = "phone", Address = "address",
    Merged = "merged",
    ErasedOn = "erased_on",
}

pub const KEY: Option<&str> = None;

struct People {
    terms: Terms,
    seen: Numbers,
    touched: Runs,
    merged: Merged,
    /// The highest reference on record before the import: none above it need be looked up.
    highest_before: i64,
    /// The highest that came with a row.
    highest: i64,
    /// The role of everybody whom a row has made or changed: mostly it is they who sign.
    roles: ByNumber<Role>,
    /// Schools that were looked up and are on record.
    schools: HashSet<Urn>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let highest_before = record::highest_person(tx)?;
    let (seen, touched) = (Numbers::default(), Runs::default());
    let (merged, roles, schools) = (Merged::load(tx)?, ByNumber::default(), HashSet::new());
    Ok(People { terms, seen, touched, merged, highest_before, highest: 0, roles, schools })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    let mut merged: HashMap<PersonRef, Vec<PersonRef>> = HashMap::new();
    for (gone, into) in merge::all(tx)? {
        merged.entry(into).or_default().push(gone);
    }
    person::each_by_reference(tx, |line, erased_on| {
        let led_here = merged.get(&line.person).map(Vec::as_slice).unwrap_or_default();
        out.row(&PersonRecord::of(line, led_here, erased_on))
    })
}

/// Whoever a row names as hirer.
enum Named {
    Nobody,
    /// With the name if it matters, which it does of a pupil, who cannot sign.
    Found(PersonRef, Role, Name),
    /// Perhaps further down.
    NotYet,
}

impl Intake for People {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let given: Option<PersonRef> = row.parse(Column::Person);
        if given.is_none() && row.has(Column::Person) && row.is_sound() && round.first {
            // The references that are given come first, so that none is given out that a later row bears.
            return Ok(Outcome::Waits);
        }
        if let Some(into) = given.and_then(|given| self.merged.led_to(given)) {
            row.fault(Column::Person, format!("was merged into {into}"));
            return Ok(Outcome::Rejected);
        }
        let before = match given {
            Some(given) if given.number() > self.highest_before => None,
            Some(given) => person::find(tx, given)?,
            None => same_person(tx, row)?,
        };
        let known = given.or(before.as_ref().map(|before| before.id));
        let first = known.and_then(|id| self.seen.first(id.number(), row.line()));
        if given.is_none() && first.is_some() && says_the_same(row, before.as_ref()) {
            return Ok(Outcome::Unchanged);
        }
        let column = if given.is_some() { Column::Person } else { Column::Name };
        if row.repeats(column, first) {
            return Ok(Outcome::Rejected);
        }
        let hirer = self.hirer(tx, row, round)?;
        let Some(mut after) = read(row, known, before.as_ref()) else {
            return Ok(Outcome::Rejected);
        };
        match hirer {
            Named::NotYet => return Ok(Outcome::Waits),
            Named::Found(id, role, name) => {
                after.hirer = Some(id);
                judge(row, &after, Some((role, &name)));
            }
            Named::Nobody => {
                after.hirer = after.hirer.filter(|_| !row.has(Column::Hirer));
                judge(row, &after, None);
            }
        }
        erased::judge(row, before.as_ref(), &after, self.terms.today);
        self.check_school(tx, row, after.school)?;
        let gone = self.merged.new_of(tx, row, known)?;
        if !gone.is_empty() && before.as_ref().is_some_and(|before| before.erased_on.is_some()) {
            row.fault(Column::Merged, "leads to somebody who was erased, of whom nothing more is written");
        }
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        self.settle(tx, row, before, after, &gone)
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        if self.highest > 0 {
            person::reserve(tx, PersonRef::new(self.highest))?;
        }
        let runs = std::mem::take(&mut self.touched).joined();
        let about = runs.into_iter().map(|(first, last)| About::People(first, last)).collect();
        Ok(Finish { about, ..Finish::default() })
    }
}

impl People {
    fn settle(
        &mut self,
        tx: &Tx,
        row: &Row<'_>,
        before: Option<Person>,
        mut after: Person,
        gone: &[PersonRef],
    ) -> Result<Outcome> {
        let unnumbered = after.id.number() == 0;
        let outcome = match before {
            None => {
                if unnumbered {
                    person::reserve(tx, PersonRef::new(self.highest))?;
                    after.id = person::next_reference(tx)?;
                    self.seen.first(after.id.number(), row.line());
                }
                person::write_new(tx, &after)?;
                self.merged.lead(tx, gone, after.id)?;
                Outcome::Created
            }
            Some(before) => {
                let mut fields = differing!(before, after; name, role, school as "school_urn", year_group, hirer, email, phone, address);
                if !gone.is_empty() {
                    fields.push("merged");
                }
                if before.role != after.role && after.role == Role::Pupil && cannot_be_pupil(tx, after.id)? {
                    return Ok(Outcome::Differs { subject: after.id.to_string(), fields: vec!["role"] });
                }
                self.terms.settle(after.id, fields, || {
                    person::write(tx, &after)?;
                    self.merged.lead(tx, gone, after.id)
                })?
            }
        };
        if matches!(outcome, Outcome::Created | Outcome::Updated { .. }) {
            self.touched.add(after.id.number());
            self.roles.set(after.id.number(), after.role);
        }
        let highest_gone = gone.iter().map(|gone| gone.number()).max().unwrap_or(0);
        self.highest = self.highest.max(after.id.number()).max(highest_gone);
        Ok(outcome)
    }

    /// Whoever signs: a reference or an exact name, on record or in a row above.
    fn hirer(&self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Named> {
        let text = row.text(Column::Hirer);
        if text.is_empty() {
            return Ok(Named::Nobody);
        }
        let reference = text.parse::<PersonRef>().ok();
        let role = reference.and_then(|id| self.roles.get(id.number()));
        if let Some((id, role)) = reference.zip(role.filter(|role| *role != Role::Pupil)) {
            return Ok(Named::Found(id, role, Name::from_record("")));
        }
        let mut found = match reference {
            Some(reference) => person::find(tx, reference)?.into_iter().collect(),
            None => person::with_name(tx, &text)?,
        };
        if found.len() > 1 {
            found.retain(|person| person.role != Role::Pupil);
        }
        match (found.len(), found.pop()) {
            (1, Some(hirer)) if hirer.erased_on.is_some() => {
                row.fault(Column::Hirer, "was erased, and signs for nobody");
                Ok(Named::Nobody)
            }
            (1, Some(hirer)) => Ok(Named::Found(hirer.id, hirer.role, hirer.name)),
            (0, _) if !round.last => Ok(Named::NotYet),
            (0, _) => {
                row.fault(Column::Hirer, "is nobody on record or in this file");
                Ok(Named::Nobody)
            }
            _ => {
                row.fault(Column::Hirer, "is the name of several people; give the reference");
                Ok(Named::Nobody)
            }
        }
    }

    fn check_school(&mut self, tx: &Tx, row: &mut Row<'_>, urn: Option<Urn>) -> Result<()> {
        let Some(urn) = urn.filter(|urn| !self.schools.contains(urn)) else {
            return Ok(());
        };
        match school::exists(tx, urn)? {
            true => {
                self.schools.insert(urn);
            }
            false => row.fault(Column::SchoolUrn, "is no school on record; import the register first"),
        }
        Ok(())
    }
}

/// Whether they have signed for somebody, or have had something that nobody else signed for.
fn cannot_be_pupil(tx: &Tx, id: PersonRef) -> Result<bool> {
    Ok(person::signs(tx, id)? || person::unsigned_loan(tx, id)?.is_some())
}

/// Whether a row says of somebody what an earlier one said: a parent of two children stands in the rows of both.
fn says_the_same(row: &mut Row<'_>, before: Option<&Person>) -> bool {
    let same = row.text(Column::Hirer).is_empty() && read(row, None, before).as_ref() == before;
    // What could not be read is told by whoever reads it next.
    row.faults.clear();
    same
}

/// Asks the rules of who may sign and who may be written to.
fn judge(row: &mut Row<'_>, person: &Person, hirer: Option<(Role, &Name)>) {
    let Err(refusal) = check(person, hirer) else {
        return;
    };
    let column = match &refusal {
        PersonRefusal::HirerIsPupil { .. } | PersonRefusal::OwnHirer => Column::Hirer,
        PersonRefusal::NotAPupil { what: "hirer", .. } => Column::Hirer,
        PersonRefusal::NotAPupil { .. } => Column::YearGroup,
        PersonRefusal::PupilIsNotWrittenTo("phone") => Column::Phone,
        PersonRefusal::PupilIsNotWrittenTo("address") => Column::Address,
        PersonRefusal::PupilIsNotWrittenTo(_) => Column::Email,
        _ => Column::Role,
    };
    row.fault(column, refusal);
}

/// The person of the same name, role, school and year group as the row.
fn same_person(tx: &Tx, row: &mut Row<'_>) -> Result<Option<Person>> {
    let (name, role) = (row.text(Column::Name), row.text(Column::Role).parse::<Role>());
    let school = row.text(Column::SchoolUrn).parse::<Urn>().ok();
    let year_group = row.text(Column::YearGroup).parse().ok();
    let same = |person: &Person| {
        person.name.as_str() == name.trim()
            && role.as_ref() == Ok(&person.role)
            && person.school == school
            && person.year_group == year_group
    };
    Ok(person::with_name(tx, &name)?.into_iter().find(same))
}

/// The person a row describes, the hirer aside, on top of what is on record.
fn read(row: &mut Row<'_>, id: Option<PersonRef>, before: Option<&Person>) -> Option<Person> {
    let mut person = match before {
        Some(before) => before.clone(),
        None => {
            let (name, role) = (row.needed::<Name>(Column::Name), row.needed::<Role>(Column::Role));
            Person::new(id.unwrap_or(PersonRef::new(0)), name?, role?)
        }
    };
    if before.is_some() {
        row.over_filled(Column::Name, &mut person.name);
        row.over_filled(Column::Role, &mut person.role);
    }
    row.over(Column::SchoolUrn, &mut person.school);
    row.over(Column::YearGroup, &mut person.year_group);
    row.over(Column::Email, &mut person.email);
    row.over_day(Column::ErasedOn, &mut person.erased_on);
    row.over_text(Column::Phone, &mut person.phone, phone);
    row.over_text(Column::Address, &mut person.address, |text| line_text("the address", text));
    row.is_sound().then_some(person)
}
