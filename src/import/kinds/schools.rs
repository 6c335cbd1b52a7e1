//! Schools: known by their URN.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::instrument::{free_text, line_text};
use crate::domain::reference::Urn;
use crate::domain::school::{School, SchoolRefusal, laestab};
use crate::domain::text::Name;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::school::{self, SchoolFilter};
use crate::store::Tx;

columns! {
    Urn = "urn", Name = "name", Laestab = "laestab", La = "la", Type = "type", Phase = "phase", Status = "status",
    Postcode = "postcode", Email = "email", Trust = "trust", Roll = "roll", FsmPercent = "fsm_percent",
    PredecessorUrn = "predecessor_urn",
}

pub const KEY: Option<&str> = Some("urn");

struct Schools {
    terms: Terms,
    seen: Keys<Urn>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Schools { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    school::each(tx, &SchoolFilter::default(), |line| out.row(line))
}

impl Intake for Schools {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(urn) = row.needed::<Urn>(Column::Urn) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Urn, self.seen.first(urn, row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = school::find(tx, urn)?;
        let Some(after) = read(row, urn, before.as_ref()) else {
            return Ok(Outcome::Rejected);
        };
        let Some(before) = before else {
            school::put(tx, &after)?;
            return Ok(Outcome::Created);
        };
        let fields = differing!(before, after; name, laestab, la, school_type as "type", phase, status, postcode, email,
            trust, roll, fsm_percent, predecessor as "predecessor_urn");
        self.terms.settle(urn, fields, || school::put(tx, &after))
    }
}

/// The school a row describes, on top of what is on record.
fn read(row: &mut Row<'_>, urn: Urn, before: Option<&School>) -> Option<School> {
    let mut school = match before {
        Some(before) => before.clone(),
        None => School::named(urn, row.needed::<Name>(Column::Name)?),
    };
    row.over_filled(Column::Name, &mut school.name);
    row.over_filled(Column::Status, &mut school.status);
    row.over_text(Column::Laestab, &mut school.laestab, laestab);
    row.over_text(Column::La, &mut school.la, |text| free_text("the local authority", text));
    row.over_text(Column::Type, &mut school.school_type, |text| free_text("the type", text));
    row.over_text(Column::Phase, &mut school.phase, |text| free_text("the phase", text));
    row.over_text(Column::Postcode, &mut school.postcode, |text| line_text("the postcode", text));
    row.over_text(Column::Trust, &mut school.trust, |text| free_text("the trust", text));
    row.over(Column::Email, &mut school.email);
    row.over(Column::Roll, &mut school.roll);
    row.over(Column::FsmPercent, &mut school.fsm_percent);
    row.over(Column::PredecessorUrn, &mut school.predecessor);
    if school.roll.is_some_and(|roll| roll < 0) {
        row.fault(Column::Roll, "is below nought");
    }
    if school.predecessor == Some(urn) {
        row.fault(Column::PredecessorUrn, SchoolRefusal::OwnPredecessor);
    }
    row.is_sound().then_some(school)
}
