//! `lend --new-pupil`: a family that is not on record yet, put there with the loan and in the same event.

use anyhow::Result;
use clap::Args;

use super::known::Known;
use crate::commands::lookup;
use crate::domain::instrument::line_text;
use crate::domain::loan::{LoanRefusal, Party};
use crate::domain::person::{Person, YearGroup, check};
use crate::domain::reference::PersonRef;
use crate::domain::refusal::{Refusal, refuse};
use crate::domain::spoilt::phone;
use crate::domain::text::{Email, Name, escape};
use crate::domain::words::{Role, SchoolStatus};
use crate::store::journal::About;
use crate::store::{Tx, person as people};

/// A family that comes for the first time. The parser forgets what a flag requires where a third forbids that, so each
/// says of itself what it does not go with.
#[derive(Debug, Args)]
#[command(next_help_heading = "A family not yet on record")]
pub struct FamilyFlags {
    /// A pupil to put on record and lend to, in place of --to
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with = "to")]
    new_pupil: Option<Name>,
    /// The pupil's school: a URN, a name, or a part of a name; a pupil taught at home has none
    #[arg(long, value_name = "URN", allow_hyphen_values = true, requires = "new_pupil", conflicts_with = "to")]
    school: Option<String>,
    /// The adult who signs, to be put on record too
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, requires = "new_pupil", conflicts_with_all = ["to", "hirer"])]
    new_hirer: Option<Name>,
    /// The adult's email address
    #[arg(long, requires = "new_hirer", conflicts_with_all = ["to", "hirer"])]
    email: Option<Email>,
    /// The adult's telephone number
    #[arg(long, allow_hyphen_values = true, requires = "new_hirer", conflicts_with_all = ["to", "hirer"])]
    phone: Option<String>,
    /// The adult's address
    #[arg(long, allow_hyphen_values = true, requires = "new_hirer", conflicts_with_all = ["to", "hirer"])]
    address: Option<String>,
}

/// Who is to be put on record.
#[derive(Debug)]
pub struct Family {
    pub pupil: Person,
    /// The pupil turned out to be on record, and only the adult is new.
    pub pupil_is_known: bool,
    pub hirer: Option<Person>,
}

/// What stands for a reference until one is given out.
const PUPIL_TO_BE: PersonRef = PersonRef::new(0);
const HIRER_TO_BE: PersonRef = PersonRef::new(-1);

/// Why a family was not put on record.
#[derive(Debug, thiserror::Error)]
enum FamilyRefusal {
    #[error("{} is closed, and a new pupil cannot be at it", escape(.0))]
    SchoolClosed(String),
    #[error("a pupil's loan needs an adult who signs, and none is named for {}", escape(.0))]
    NoHirer(String),
}

impl Refusal for FamilyRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            FamilyRefusal::SchoolClosed(_) => {
                "find the school that took its place: ledgerline school list --status open".into()
            }
            FamilyRefusal::NoHirer(_) => {
                "add --new-hirer NAME --email ADDRESS, or --hirer with somebody on record".into()
            }
        })
    }
}

impl FamilyFlags {
    /// The family that the flags describe, judged by the rules of who may sign; nothing is written yet. `to` names the
    /// pupil where they turned out to be on record and only the adult is new.
    pub fn read(
        &self,
        tx: &Tx,
        year_group: Option<YearGroup>,
        hirer: Option<&str>,
        to: Option<&str>,
    ) -> Result<Option<Family>> {
        let Some(name) = &self.new_pupil else {
            return Ok(None);
        };
        let adult = self.adult()?;
        if let Some(typed) = to {
            let mut pupil = lookup::person_at_hand(tx, typed)?;
            pupil.hirer = adult.as_ref().map(|adult| adult.id).or(pupil.hirer);
            return Ok(Some(Family { pupil, pupil_is_known: true, hirer: adult }));
        }
        let school = self.school.as_deref().map(|typed| lookup::school(tx, typed)).transpose()?;
        if let Some(closed) = school.as_ref().filter(|school| school.status == SchoolStatus::Closed) {
            return Err(refuse(FamilyRefusal::SchoolClosed(closed.name.to_string())));
        }
        let mut pupil = Person::new(PUPIL_TO_BE, name.clone(), Role::Pupil);
        pupil.school = school.map(|school| school.urn);
        pupil.year_group = year_group;
        let known = hirer.map(|typed| lookup::person_at_hand(tx, typed)).transpose()?;
        let signs = adult.as_ref().or(known.as_ref());
        pupil.hirer = signs.map(|adult| adult.id);
        check(&pupil, signs.map(|adult| (adult.role, &adult.name))).map_err(refuse)?;
        Ok(Some(Family { pupil, pupil_is_known: false, hirer: adult }))
    }

    fn adult(&self) -> Result<Option<Person>> {
        let line = |what, given: &Option<String>| -> Result<Option<String>> {
            Ok(given.as_deref().map(|text| line_text(what, text)).transpose().map_err(refuse)?.flatten())
        };
        let Some(name) = &self.new_hirer else {
            return Ok(None);
        };
        let mut adult = Person::new(HIRER_TO_BE, name.clone(), Role::Adult);
        adult.email = self.email.clone();
        adult.phone = self.phone.as_deref().map(phone).transpose().map_err(refuse)?.flatten();
        adult.address = line("the address", &self.address)?;
        Ok(Some(adult))
    }

    /// Leaves out whoever is on record already.
    pub fn leave_out(&mut self, known: &Known) {
        if known.hirer.is_some() {
            (self.new_hirer, self.email, self.phone, self.address) = (None, None, None, None);
        }
        if known.pupil.is_some() && self.new_hirer.is_none() {
            self.new_pupil = None;
        }
    }
}

impl Family {
    /// Writes the family under the next references.
    pub fn enter(mut self, tx: &Tx) -> Result<Family> {
        if let Some(hirer) = &mut self.hirer {
            hirer.id = people::next_reference(tx)?;
            people::put(tx, hirer)?;
            self.pupil.hirer = Some(hirer.id);
        }
        if !self.pupil_is_known {
            self.pupil.id = people::next_reference(tx)?;
            people::put(tx, &self.pupil)?;
        }
        Ok(self)
    }

    /// The pupil, as the rules of lending see a borrower.
    pub fn party(&self) -> Party {
        let pupil = &self.pupil;
        Party::Person {
            reference: pupil.id,
            name: pupil.name.to_string(),
            role: pupil.role,
            school: pupil.school,
            hirer: pupil.hirer,
        }
    }

    /// Who is new: `P7 Sam Shah, adult, and P8 Mia Shah, pupil`.
    pub fn in_words(&self) -> String {
        let told = |person: &Person| format!("{} {}, {}", person.id, person.name, person.role);
        let pupil = (!self.pupil_is_known).then_some(&self.pupil);
        self.hirer.iter().chain(pupil).map(told).collect::<Vec<_>>().join(", and ")
    }

    /// The people an event concerns, the borrower aside.
    pub fn about(&self) -> Option<About> {
        self.pupil.hirer.map(About::Person)
    }
}

/// A refusal that would tell the officer to mend a record that was not made.
pub fn in_its_words(refusal: LoanRefusal) -> anyhow::Error {
    match refusal {
        LoanRefusal::NoHirer { name, .. } => refuse(FamilyRefusal::NoHirer(name)),
        other => refuse(other),
    }
}
