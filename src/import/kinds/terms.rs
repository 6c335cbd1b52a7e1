//! Terms: known by academic year, name, and whose they are.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::AcademicYear;
use crate::domain::instrument::free_text;
use crate::domain::reference::Urn;
use crate::domain::term::{Scope, Term, TermLine, check};
use crate::domain::text::Name;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, school, term};

columns! {
    AcademicYear = "academic_year", Name = "name", FirstOn = "first_on", LastOn = "last_on", La = "la", SchoolUrn = "school_urn",
}

pub const KEY: Option<&str> = Some("name");

struct Calendar {
    terms: Terms,
    seen: Keys<String>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Calendar { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    term::all(tx)?.into_iter().try_for_each(|term| out.row(&TermLine::from(term)))
}

impl Intake for Calendar {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(new) = read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let subject = format!("{} {:?}", new.label(), new.scope);
        if row.repeats(Column::Name, self.seen.first(subject, row.line())) {
            return Ok(Outcome::Rejected);
        }
        let all = term::all(tx)?;
        let is_same = |other: &&Term| other.scope == new.scope && other.label() == new.label();
        let before = all.iter().find(is_same).cloned();
        let others: Vec<Term> = all.into_iter().filter(|other| !is_same(&other)).collect();
        if let Err(refusal) = check(&new, &others) {
            row.fault_of_row(refusal);
            return Ok(Outcome::Rejected);
        }
        let Some(before) = before else {
            term::add(tx, &new)?;
            return Ok(Outcome::Created);
        };
        let fields = differing!(before, new; first_on, last_on);
        self.terms.settle(new.label(), fields, || term::set_days(tx, &new))
    }
}

/// The term a row describes.
fn read(tx: &Tx, row: &mut Row<'_>) -> Result<Option<Term>> {
    let year = row.needed::<AcademicYear>(Column::AcademicYear);
    let name = row.needed::<Name>(Column::Name);
    for column in [Column::FirstOn, Column::LastOn] {
        if row.text(column).is_empty() {
            row.fault(column, "is missing");
        }
    }
    let (first_on, last_on) = (row.day(Column::FirstOn), row.day(Column::LastOn));
    let la = row.read(Column::La, |text| free_text("the authority", text)).flatten();
    let urn = row.parse::<Urn>(Column::SchoolUrn);
    if let Some(urn) = urn.filter(|_| row.is_sound())
        && school::find(tx, urn)?.is_none()
    {
        row.fault(Column::SchoolUrn, "is no school on record");
    }
    let scope = match (la, urn) {
        (Some(_), Some(_)) => {
            row.fault_of_row("a term is an authority's or a school's, not both");
            Scope::Hub
        }
        (Some(la), None) => Scope::Authority(la),
        (None, Some(urn)) => Scope::School(urn),
        (None, None) => Scope::Hub,
    };
    if !row.is_sound() {
        return Ok(None);
    }
    let days = first_on.zip(last_on);
    Ok(year.zip(name).zip(days).map(|((year, name), (first_on, last_on))| Term { year, name, first_on, last_on, scope }))
}
