//! Stocktakes: what should be at a place, what was seen there, and what that says.

use std::fmt;

use super::date::{Date, in_words};
use super::instrument::Standing;
use super::refusal::Refusal;
use super::text::{escape, fold};
use super::words::{Availability, StocktakeResult};
use crate::listing;

/// A count of what is at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stocktake {
    pub id: i64,
    pub location: String,
    pub started_on: Date,
    pub closed_on: Option<Date>,
}

/// Whether an instrument should be at its place: it is in the stock, and neither out nor away.
pub fn is_expected(standing: &Standing, today: Date) -> bool {
    matches!(standing.availability(today), Availability::Available | Availability::Reserved)
}

/// Whether the desk knows why an instrument that was expected is not there: it was lent, sent to be mended, retired,
/// or has another place now. One that is marked missing is not there for no reason the desk knows.
pub fn has_left(standing: &Standing, location: &str, counted: &str, today: Date) -> bool {
    match standing.availability(today) {
        Availability::OnLoan | Availability::InRepair | Availability::Retired => true,
        Availability::Missing => false,
        Availability::Available | Availability::Reserved => fold(location) != fold(counted),
    }
}

/// What is known of one tag in a stocktake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub is_on_record: bool,
    pub was_expected: bool,
    pub was_scanned: bool,
    pub has_left: bool,
}

impl Sighting {
    pub fn result(self) -> StocktakeResult {
        match self {
            Sighting { was_scanned: true, was_expected: true, .. } => StocktakeResult::Present,
            Sighting { was_scanned: true, is_on_record: true, .. } => StocktakeResult::Unexpected,
            Sighting { was_scanned: true, .. } => StocktakeResult::Unknown,
            Sighting { has_left: true, .. } => StocktakeResult::Left,
            _ => StocktakeResult::Missing,
        }
    }
}

/// How many of each result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub present: i64,
    pub left: i64,
    pub missing: i64,
    pub unexpected: i64,
    pub unknown: i64,
}

impl Tally {
    pub fn count(&mut self, result: StocktakeResult) {
        let counted = match result {
            StocktakeResult::Present => &mut self.present,
            StocktakeResult::Left => &mut self.left,
            StocktakeResult::Missing => &mut self.missing,
            StocktakeResult::Unexpected => &mut self.unexpected,
            StocktakeResult::Unknown => &mut self.unknown,
        };
        *counted += 1;
    }

    pub fn expected(&self) -> i64 {
        self.present + self.left + self.missing
    }
}

/// "Of 212 expected, 205 are present, 1 has left since, 6 are missing; 3 unexpected, 1 unknown."
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |number: i64, one: &str, many: &str| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {many}"),
        };
        write!(f, "Of {} expected, {}", self.expected(), counted(self.present, "is present", "are present"))?;
        write!(f, ", {} since", counted(self.left, "has left", "have left"))?;
        write!(f, ", {}", counted(self.missing, "is missing", "are missing"))?;
        write!(f, "; {} unexpected, {} unknown.", self.unexpected, self.unknown)
    }
}

/// The open stocktake that is meant: of the place asked for, or the only one.
pub fn choose(open: Vec<Stocktake>, asked: Option<&str>) -> Result<Stocktake, StocktakeRefusal> {
    let places: Vec<String> = open.iter().map(|one| one.location.clone()).collect();
    let mut meant = open.into_iter().filter(|one| asked.is_none_or(|asked| fold(asked) == fold(&one.location)));
    match (meant.next(), meant.next(), asked) {
        (Some(_), Some(_), _) => Err(StocktakeRefusal::Several(places)),
        (Some(only), None, _) => Ok(only),
        (None, _, Some(asked)) if !places.is_empty() => {
            Err(StocktakeRefusal::NotOpenAt { asked: asked.to_string(), open: places })
        }
        (None, ..) => Err(StocktakeRefusal::NoneOpen),
    }
}

/// Refuses to go on with a stocktake on a day before it began.
pub fn begun(stocktake: &Stocktake, today: Date) -> Result<(), StocktakeRefusal> {
    if stocktake.started_on > today {
        let (location, on) = (stocktake.location.clone(), stocktake.started_on);
        return Err(StocktakeRefusal::NotBegun { location, on });
    }
    Ok(())
}

/// Why a stocktake was not begun, gone on with or closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StocktakeRefusal {
    #[error("a place to count is needed")]
    NoPlace,
    #[error("a stocktake of {} is open since {}", escape(.location), in_words(*.since))]
    Open { location: String, since: Date },
    #[error("no stocktake is open")]
    NoneOpen,
    #[error("no stocktake of {} is open; there is one of {}", escape(.asked), places(.open))]
    NotOpenAt { asked: String, open: Vec<String> },
    #[error("several stocktakes are open: {}", places(.0))]
    Several(Vec<String>),
    #[error("there was no stocktake of {}", escape(.0))]
    NeverAt(String),
    #[error("there was no stocktake yet")]
    Never,
    #[error("the stocktake of {} began on {}, which has not come yet", escape(.location), in_words(*.on))]
    NotBegun { location: String, on: Date },
}

fn places(places: &[String]) -> String {
    places.iter().map(|place| escape(place)).collect::<Vec<String>>().join(", ")
}

impl Refusal for StocktakeRefusal {
    fn hint(&self) -> Option<String> {
        use StocktakeRefusal as No;
        Some(match self {
            No::NoPlace => "name it as the instruments have it: ledgerline instrument list --format csv".into(),
            No::Open { location, .. } => format!(
                "go on with it: ledgerline stocktake scan - --location \"{0}\"; or end it: ledgerline stocktake close --location \"{0}\"",
                escape(location)
            ),
            No::NoneOpen | No::Never => "begin one: ledgerline stocktake start --location PLACE".into(),
            No::NeverAt(place) => format!("begin one: ledgerline stocktake start --location \"{}\"", escape(place)),
            No::NotOpenAt { asked, .. } => {
                format!("begin one: ledgerline stocktake start --location \"{}\"", escape(asked))
            }
            No::Several(_) => "say which with --location".into(),
            No::NotBegun { .. } => "leave --today out, or give a later day".into(),
        })
    }
}

listing! {
    /// One line of `stocktake report`.
    pub struct SightingLine {
        tag: String,
        type_code as "type": String,
        size: String,
        result: StocktakeResult,
        location: String,
        availability: Option<Availability>,
        borrower_name: String,
        scanned_on: Option<Date>,
    }
}

listing! {
    /// One line of `stocktake list`.
    pub struct StocktakeLine {
        stocktake: i64,
        location: String,
        started_on: Date,
        closed_on: Option<Date>,
        expected: i64,
        present: i64,
        missing: i64,
        unexpected: i64,
        unknown: i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::RepairRef;
    use crate::domain::words::Disposal;

    const TODAY: Date = Date::constant(2026, 11, 22);

    #[test]
    fn what_is_out_or_away_is_not_expected_and_has_left_by_the_desk() {
        let here = Standing::default();
        let lent = Standing { on_loan: true, ..Standing::default() };
        let mending = Standing { in_repair: Some((RepairRef::new(1), TODAY)), ..Standing::default() };
        let sold = Standing { retired: Some((TODAY, Disposal::Sold)), ..Standing::default() };
        let lost = Standing { missing_on: Some(TODAY), ..Standing::default() };
        for (standing, expected, left) in [
            (&here, true, false),
            (&lent, false, true),
            (&mending, false, true),
            (&sold, false, true),
            (&lost, false, false),
        ] {
            assert_eq!(is_expected(standing, TODAY), expected, "{standing:?}");
            assert_eq!(has_left(standing, "main  STORE", "Main store", TODAY), left, "{standing:?}");
        }
        assert!(has_left(&here, "Band room", "Main store", TODAY));
    }

    #[test]
    fn each_tag_has_one_result() {
        use StocktakeResult::{Left, Missing, Present, Unexpected, Unknown};
        for ((is_on_record, was_expected, was_scanned, has_left), result) in [
            ((true, true, true, false), Present),
            ((true, true, true, true), Present),
            ((true, true, false, false), Missing),
            ((true, true, false, true), Left),
            ((true, false, true, true), Unexpected),
            ((false, false, true, false), Unknown),
        ] {
            let sighting = Sighting { is_on_record, was_expected, was_scanned, has_left };
            assert_eq!(sighting.result(), result, "{sighting:?}");
        }
    }

    #[test]
    fn the_only_open_stocktake_is_meant_or_the_one_of_the_place() {
        let of = |location: &str| Stocktake { id: 1, location: location.into(), started_on: TODAY, closed_on: None };
        let (store, room) = (of("Main store"), of("Band room"));
        let both = || vec![store.clone(), room.clone()];
        assert_eq!(choose(vec![store.clone()], None), Ok(store.clone()));
        assert_eq!(choose(both(), Some("band ROOM")), Ok(room.clone()));
        assert_eq!(choose(both(), None), Err(StocktakeRefusal::Several(vec!["Main store".into(), "Band room".into()])));
        assert_eq!(choose(Vec::new(), Some("Attic")), Err(StocktakeRefusal::NoneOpen));
        let refusal = choose(vec![store.clone()], Some("Attic")).map_err(|refusal| refusal.to_string());
        assert_eq!(refusal, Err("no stocktake of Attic is open; there is one of Main store".into()));
        assert_eq!(begun(&store, TODAY), Ok(()));
        assert!(begun(&store, Date::constant(2026, 11, 21)).is_err());
    }

    #[test]
    fn a_tally_reads_as_a_sentence() {
        let tally = Tally { present: 205, left: 1, missing: 6, unexpected: 3, unknown: 1 };
        let told = "Of 212 expected, 205 are present, 1 has left since, 6 are missing; 3 unexpected, 1 unknown.";
        assert_eq!(tally.to_string(), told);
        let nothing = "Of 0 expected, 0 are present, 0 have left since, 0 are missing; 0 unexpected, 0 unknown.";
        assert_eq!(Tally::default().to_string(), nothing);
    }
}
