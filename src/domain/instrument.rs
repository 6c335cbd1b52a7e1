//! Instruments: what one is, whether it can be lent, and what may not be written of it.

use super::borrower::BorrowerRef;
use super::code::code;
use super::date::Date;
use super::money::Pence;
use super::reference::{RepairRef, RequestRef};
use super::refusal::Refusal;
use super::spoilt::is_power_of_ten;
use super::tag::Tag;
use super::text::{Name, escape, fold_into, is_unsafe};
use super::words::{Availability, Condition, Disposal, Family, Group, Kind, Source};
use crate::listing;

code!(
    /// A type's code: `VN`.
    TypeCode
);
code!(
    /// A category's code: `WCET`.
    CategoryCode
);

/// What an instrument can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    pub code: TypeCode,
    pub name: Name,
    pub family: Family,
    pub life_months: i64,
    /// In order of size; empty where any text will do.
    pub sizes: Vec<String>,
}

/// A need of the National Plan that an instrument serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    pub code: CategoryCode,
    pub name: Name,
    pub retired_on: Option<Date>,
}

/// What is recorded of an instrument, its tag aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub type_code: TypeCode,
    pub size: Option<String>,
    pub kind: Option<Kind>,
    pub category: Option<CategoryCode>,
    pub group: Option<Group>,
    pub adapted: bool,
    pub make: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub condition: Condition,
    pub location: Option<String>,
    pub owner: Option<super::reference::OrganisationRef>,
    pub area: Option<String>,
    pub source: Source,
    pub acquired_on: Option<Date>,
    pub cost: Option<Pence>,
    pub replacement_value: Option<Pence>,
    pub life_months: Option<i64>,
    pub accessories: Vec<String>,
    pub note: Option<String>,
}

impl Details {
    /// An instrument of a type, of which nothing else is known yet.
    pub fn of_type(type_code: TypeCode) -> Details {
        Details {
            type_code,
            size: None,
            kind: None,
            category: None,
            group: None,
            adapted: false,
            make: None,
            model: None,
            serial: None,
            condition: Condition::Good,
            location: None,
            owner: None,
            area: None,
            source: Source::Unknown,
            acquired_on: None,
            cost: None,
            replacement_value: None,
            life_months: None,
            accessories: Vec::new(),
            note: None,
        }
    }

    /// Tag, serial, make, model, type and note, folded into one text that `find` looks in.
    pub fn search_key(&self, tag: &Tag, type_name: &Name) -> String {
        let mut key = String::with_capacity(96);
        let first = [tag.as_str(), self.type_code.as_str(), type_name.as_str()].into_iter();
        let others = [&self.serial, &self.make, &self.model, &self.note].into_iter().flatten().map(String::as_str);
        for text in first.chain(others) {
            if !key.is_empty() {
                key.push(' ');
            }
            fold_into(&mut key, text);
        }
        key
    }
}

/// An instrument on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    pub id: i64,
    pub tag: Tag,
    pub details: Details,
    pub standing: Standing,
}

/// The facts that decide whether an instrument can be lent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub retired: Option<(Date, Disposal)>,
    pub missing_on: Option<Date>,
    /// The repair it is away for, and since when. A loan may go on behind it.
    pub in_repair: Option<(RepairRef, Date)>,
    pub on_loan: bool,
    pub reserved: Option<Box<Reservation>>,
}

/// An instrument offered to whoever asked for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub request: RequestRef,
    pub borrower: BorrowerRef,
    pub borrower_name: String,
    /// The last day of the offer.
    pub lapses_on: Date,
}

impl Standing {
    /// The one place where availability is derived.
    pub fn availability(&self, today: Date) -> Availability {
        match self {
            Standing { retired: Some(_), .. } => Availability::Retired,
            Standing { missing_on: Some(_), .. } => Availability::Missing,
            Standing { in_repair: Some(_), .. } => Availability::InRepair,
            Standing { on_loan: true, .. } => Availability::OnLoan,
            _ if self.reservation(today).is_some() => Availability::Reserved,
            _ => Availability::Available,
        }
    }

    /// The offer that stands on a day, the last one included.
    pub fn reservation(&self, today: Date) -> Option<&Reservation> {
        self.reserved.as_deref().filter(|reserved| reserved.lapses_on >= today)
    }
}

/// How an instrument leaves the stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    pub on: Date,
    pub disposal: Disposal,
    pub proceeds: Option<Pence>,
    pub authorised_by: Option<Name>,
    pub crime_ref: Option<String>,
}

/// Why an instrument was not added or changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstrumentRefusal {
    #[error("there is no instrument {}", escape(.typed))]
    Unknown { typed: String, nearest: Option<Tag> },
    #[error("there is no type {}", escape(.typed))]
    UnknownType { typed: String, nearest: Option<String> },
    #[error("there is no category {}", escape(.typed))]
    UnknownCategory { typed: String, nearest: Option<String> },
    #[error("category {} was retired on {}", .0, super::date::in_words(*.1))]
    RetiredCategory(CategoryCode, Date),
    #[error("the tag {0} is taken, and a tag is never used twice")]
    TagTaken(Tag),
    #[error("the serial '{0}' was destroyed by a spreadsheet, which kept only its first digits")]
    DestroyedSerial(String),
    #[error("a life of {0} months is not a whole number above nought")]
    NoLife(i64),
    #[error("{} cannot be kept: it has a NUL character or is longer than {LONGEST_TEXT} characters", .0)]
    UnfitText(&'static str),
    #[error("{0} has a line break, a control character or a right-to-left mark")]
    UnprintableText(&'static str),
    #[error("'{}' has a semicolon, which parts one accessory from the next in files", escape(.0))]
    Semicolon(String),
    #[error("{tag} was retired on {} ({disposal})", super::date::in_words(*.on))]
    Retired { tag: Tag, on: Date, disposal: Disposal },
    #[error("{tag} is on loan to {borrower} ({loan})")]
    OnLoan { tag: Tag, borrower: String, loan: super::reference::LoanRef },
    #[error("{0} is not missing")]
    NotMissing(Tag),
    #[error("{} is missing since {}", .0, super::date::in_words(*.1))]
    Missing(Tag, Date),
    #[error("{tag} is missing since {}, and cannot have been found on {}", super::date::in_words(*.since), super::date::in_words(*.on))]
    FoundBeforeLost { tag: Tag, since: Date, on: Date },
    #[error("{tag} cannot be {what} on {}, which has not come yet", super::date::in_words(*.on))]
    InFuture { tag: Tag, what: &'static str, on: Date },
    #[error("nothing to change was given for {0}")]
    NothingToChange(Tag),
}

impl Refusal for InstrumentRefusal {
    fn hint(&self) -> Option<String> {
        use InstrumentRefusal as No;
        match self {
            No::Unknown { nearest: Some(tag), .. } => Some(format!("did you mean {tag}?")),
            No::Unknown { nearest: None, typed } => {
                Some(format!("'ledgerline find {}' looks in tags, serials, makes and names", escape(typed)))
            }
            No::UnknownType { nearest: Some(near), .. } | No::UnknownCategory { nearest: Some(near), .. } => {
                Some(format!("did you mean {near}?"))
            }
            No::UnknownType { .. } => Some("'ledgerline type list' names them all; 'type add' makes one".into()),
            No::UnknownCategory { .. } => {
                Some("'ledgerline category list' names them all; 'category add' makes one".into())
            }
            No::RetiredCategory(..) => Some("choose another from 'ledgerline category list'".into()),
            No::TagTaken(_) => Some("leave --tag out to get the next free one".into()),
            No::DestroyedSerial(_) => Some("read it off the instrument, and format that column as text".into()),
            No::OnLoan { tag, .. } => Some(format!("take it back first: ledgerline return {tag}")),
            No::Missing(tag, _) => Some(format!("if it turned up: ledgerline instrument found {tag}")),
            No::NotMissing(tag) => Some(format!("where it is: ledgerline instrument show {tag}")),
            No::InFuture { .. } => Some("--on takes today or a day before".into()),
            No::FoundBeforeLost { .. } => Some("give the day it was really found with --on".into()),
            No::Retired { tag, .. } => Some(format!("what happened to it: ledgerline instrument history {tag}")),
            No::UnprintableText(_) => Some("write it on one line; commas part what stood on several".into()),
            No::NothingToChange(_) => Some("'ledgerline instrument edit --help' lists what can be changed".into()),
            _ => None,
        }
    }
}

/// Longest free text, in characters.
const LONGEST_TEXT: usize = 10_000;

/// Free text as it is kept: as given but for spaces around it, and a blank one absent.
/// Refused with [`InstrumentRefusal::UnfitText`] where it has a NUL, which cuts texts short, or is absurdly long.
pub fn free_text(what: &'static str, text: &str) -> Result<Option<String>, InstrumentRefusal> {
    let text = text.trim_matches(' ');
    if text.contains('\0') || text.chars().count() > LONGEST_TEXT {
        return Err(InstrumentRefusal::UnfitText(what));
    }
    Ok((!text.trim().is_empty()).then(|| text.to_string()))
}

/// Writes a flag's text over what is held, if the flag was given; an empty one takes the value away.
pub fn text_over(
    what: &'static str,
    flag: Option<&String>,
    held: &mut Option<String>,
) -> Result<(), InstrumentRefusal> {
    if let Some(text) = flag {
        *held = free_text(what, text)?;
    }
    Ok(())
}

/// The name of an accessory; refuses the semicolon that parts one from the next in files.
pub fn accessory(text: &str) -> Result<Option<String>, InstrumentRefusal> {
    if text.contains(';') {
        Err(InstrumentRefusal::Semicolon(text.to_string()))
    } else {
        free_text("an accessory", text)
    }
}

/// One printable line, as an address or a telephone number is.
pub fn line_text(what: &'static str, text: &str) -> Result<Option<String>, InstrumentRefusal> {
    let line = free_text(what, text)?;
    if line.as_deref().is_some_and(|line| line.chars().any(is_unsafe)) {
        return Err(InstrumentRefusal::UnprintableText(what));
    }
    Ok(line)
}

/// A serial number as the maker stamped it; refuses `1.23E+11`, which a spreadsheet made of one.
pub fn serial(text: &str) -> Result<Option<String>, InstrumentRefusal> {
    let Some(serial) = free_text("the serial", text)? else {
        return Ok(None);
    };
    if is_power_of_ten(&serial) {
        return Err(InstrumentRefusal::DestroyedSerial(serial));
    }
    Ok(Some(serial))
}

listing! {
    /// One line of `instrument list` and `find`.
    pub struct InstrumentLine<'a> {
        tag: &'a str,
        type_code as "type": &'a str,
        type_name: &'a str,
        size: &'a str,
        kind: Option<Kind>,
        category: &'a str,
        group: Option<Group>,
        adapted: bool,
        make: &'a str,
        model: &'a str,
        serial: &'a str,
        condition: Condition,
        availability: Availability,
        location: &'a str,
        owner: &'a str,
        area: &'a str,
        source: Source,
        acquired_on: Option<Date>,
        cost: Option<Pence>,
        replacement_value: Option<Pence>,
        borrower: Option<super::borrower::BorrowerRef>,
        due_on: Option<Date>,
        note: &'a str,
    }
}

listing! {
    /// One line of `type list`.
    pub struct TypeLine {
        code: TypeCode,
        name: Name,
        family: Family,
        life_months: i64,
        sizes: String,
    }
}

listing! {
    /// One line of `category list`.
    pub struct CategoryLine {
        code: CategoryCode,
        name: Name,
        retired_on: Option<Date>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_that_a_spreadsheet_destroyed_are_refused() {
        for text in ["1.23E+11", "1E+11", "1,23457e+11"] {
            assert!(serial(text).is_err(), "{text}");
        }
        for text in ["00123", "E+11", "YE+1", "1.23", "A1.2E+3"] {
            assert_eq!(serial(text), Ok(Some(text.to_string())), "{text}");
        }
        assert_eq!(serial("  "), Ok(None));
    }

    #[test]
    fn what_is_gone_is_not_available() {
        let gone = Standing {
            retired: Some((Date::constant(2026, 1, 1), Disposal::Sold)),
            on_loan: true,
            ..Standing::default()
        };
        let today = Date::constant(2026, 11, 22);
        assert_eq!(gone.availability(today), Availability::Retired);
        assert_eq!(Standing { on_loan: true, ..Standing::default() }.availability(today), Availability::OnLoan);
        assert_eq!(Standing::default().availability(today), Availability::Available);
    }

    #[test]
    fn a_repair_hides_the_loan_behind_it() {
        let today = Date::constant(2026, 11, 22);
        let in_repair = Some((RepairRef::new(4), today));
        let standing = Standing { in_repair, on_loan: true, ..Standing::default() };
        assert_eq!(standing.availability(today), Availability::InRepair);
    }

    #[test]
    fn an_offer_holds_through_its_last_day() {
        let lapses_on = Date::constant(2026, 11, 27);
        let reservation = Reservation {
            request: RequestRef::new(5),
            borrower: BorrowerRef::School(super::super::reference::Urn::new(100_001)),
            borrower_name: "St Thomas".into(),
            lapses_on,
        };
        let standing = Standing { reserved: Some(Box::new(reservation)), ..Standing::default() };
        assert_eq!(standing.availability(lapses_on), Availability::Reserved);
        assert_eq!(standing.availability(Date::constant(2026, 11, 28)), Availability::Available);
    }
}
