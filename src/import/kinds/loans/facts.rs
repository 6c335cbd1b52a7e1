//! What judging a million loans needs to know, held in memory: a few words for each instrument, person and school.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::read::Entry;
use crate::domain::date::Date;
use crate::domain::instrument::Standing;
use crate::domain::reference::{OrganisationRef, PersonRef, Urn};
use crate::domain::tag::Tag;
use crate::domain::text::fold;
use crate::domain::words::{LoanState, Role, SchoolStatus};
use crate::import::track::ByNumber;
use crate::store::{Tx, record, set};

/// Kept small, so that as many as can be lie in the processor's own cache.
pub(super) struct InstrumentFacts {
    pub id: i64,
    /// Retired or missing, where it is either; whether it is on loan stands below.
    pub standing: Option<Box<Standing>>,
    pub has_loans: bool,
    /// Whether a loan of it is open that stands in no other.
    pub is_out: bool,
    /// The latest last day of an ended loan that stood in no other.
    pub latest_end: Option<Date>,
}

/// The same: a large hub has hundreds of thousands.
#[derive(Clone, Copy, Debug)]
pub(super) struct PersonFacts {
    /// Nought for none, as no reference and no URN is.
    hirer: i64,
    school: u32,
    pub role: Role,
}

impl PersonFacts {
    pub fn school(&self) -> Option<Urn> {
        Some(self.school).filter(|urn| *urn > 0).map(|urn| Urn::new(i64::from(urn)))
    }

    pub fn hirer(&self) -> Option<PersonRef> {
        Some(self.hirer).filter(|id| *id > 0).map(PersonRef::new)
    }
}

/// Places among the instruments by tag, in capitals. A tag of usual length lies in the table itself, not somewhere else in
/// memory.
#[derive(Default)]
struct Places {
    short: HashMap<[u8; SHORT], u32>,
    long: HashMap<Box<str>, u32>,
}

const SHORT: usize = 16;

impl Places {
    fn set(&mut self, key: &str, place: u32) {
        match short(key) {
            Some(key) => self.short.insert(key, place),
            None => self.long.insert(key.into(), place),
        };
    }

    fn get(&self, key: &str) -> Option<u32> {
        match short(key) {
            Some(key) => self.short.get(&key).copied(),
            None => self.long.get(key).copied(),
        }
    }
}

/// A short tag, filled up with what no tag has.
fn short(key: &str) -> Option<[u8; SHORT]> {
    let mut short = [0; SHORT];
    short.get_mut(..key.len())?.copy_from_slice(key.as_bytes());
    Some(short)
}

pub(super) struct Facts {
    places: Places,
    instruments: Vec<InstrumentFacts>,
    people: ByNumber<PersonFacts>,
    schools: HashMap<Urn, SchoolStatus>,
    organisations: HashSet<OrganisationRef>,
    /// Sets by their folded name.
    sets: HashMap<String, i64>,
}

impl Facts {
    pub fn load(tx: &Tx) -> Result<Facts> {
        let mut facts = Facts {
            places: Places::default(),
            instruments: Vec::new(),
            people: ByNumber::default(),
            schools: HashMap::new(),
            organisations: HashSet::new(),
            sets: set::by_key(tx)?,
        };
        let mut by_id = HashMap::new();
        record::each_instrument_fact(tx, |id, tag_key, standing| {
            let place = u32::try_from(facts.instruments.len())?;
            by_id.insert(id, place);
            facts.places.set(tag_key, place);
            let (has_loans, is_out, latest_end) = (false, false, None);
            let standing = (standing != Standing::default()).then(|| Box::new(standing));
            facts.instruments.push(InstrumentFacts { id, standing, has_loans, is_out, latest_end });
            Ok(())
        })?;
        record::each_person_fact(tx, |id, role, school, hirer| {
            let school = u32::try_from(school.map_or(0, Urn::number))?;
            facts.people.set(id, PersonFacts { hirer: hirer.map_or(0, PersonRef::number), school, role });
            Ok(())
        })?;
        record::each_school_fact(tx, |urn, status| {
            facts.schools.insert(urn, status);
            Ok(())
        })?;
        record::each_organisation_fact(tx, |id| {
            facts.organisations.insert(id);
            Ok(())
        })?;
        record::each_loan_fact(tx, |instrument_id, inside, is_open, last_day| {
            if let Some(&place) = by_id.get(&instrument_id) {
                facts.note(place as usize, inside, is_open, last_day);
            }
            Ok(())
        })?;
        Ok(facts)
    }

    /// The place of the instrument with a tag.
    pub fn place_of(&self, tag: &Tag) -> Option<usize> {
        self.places.get(&tag.borrowed_key()).map(|place| place as usize)
    }

    pub fn instrument(&self, place: usize) -> &InstrumentFacts {
        &self.instruments[place]
    }

    pub fn person(&self, id: PersonRef) -> Option<PersonFacts> {
        self.people.get(id.number())
    }

    pub fn school(&self, urn: Urn) -> Option<SchoolStatus> {
        self.schools.get(&urn).copied()
    }

    pub fn has_organisation(&self, id: OrganisationRef) -> bool {
        self.organisations.contains(&id)
    }

    /// The number of the set of this name.
    pub fn set(&self, name: &str) -> Option<i64> {
        self.sets.get(&fold(name)).copied()
    }

    /// Remembers a loan that was just written.
    pub fn lent(&mut self, entry: &Entry, inside: bool) {
        self.note(entry.instrument, inside, entry.state() == LoanState::Open, entry.last_day());
    }

    fn note(&mut self, place: usize, inside: bool, is_open: bool, last_day: Option<Date>) {
        let instrument = &mut self.instruments[place];
        instrument.has_loans = true;
        if !inside {
            instrument.is_out |= is_open;
            instrument.latest_end = instrument.latest_end.max(last_day);
        }
    }
}
