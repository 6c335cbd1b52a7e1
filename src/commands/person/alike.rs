//! People who look like somebody new: they are offered before the same person is entered twice.

use anyhow::Result;

use crate::domain::alike::{is_certain, may_be, same_address};
use crate::domain::person::Person;
use crate::domain::reference::PersonRef;
use crate::domain::words::Role;
use crate::store::{Tx, person as people, school};

/// Somebody on record, and the line that tells them from namesakes: `P7 Mia Shah (pupil, St Thomas, year 5)`.
#[derive(Debug)]
pub struct Alike {
    pub id: PersonRef,
    pub line: String,
    pub role: Role,
    /// The very same name and email.
    pub is_certain: bool,
}

/// Everybody on record who may be this person.
pub fn on_record(tx: &Tx, new: &Person) -> Result<Vec<Alike>> {
    let known = people::near(tx, new)?;
    known.iter().filter(|known| known.id != new.id && may_be(new, known)).map(|known| line(tx, new, known)).collect()
}

fn line(tx: &Tx, new: &Person, known: &Person) -> Result<Alike> {
    let mut about = known.role.to_string();
    if let Some(school) = known.school.map(|urn| school::find(tx, urn)).transpose()?.flatten() {
        about.push_str(&format!(", {}", school.name));
    }
    if let Some(year) = known.year_group {
        about.push_str(&format!(", year {year}"));
    }
    if same_address(new, known) {
        about.push_str(", with the same email");
    }
    let line = format!("{} {} ({about})", known.id, known.name);
    Ok(Alike { id: known.id, line, role: known.role, is_certain: is_certain(new, known) })
}
