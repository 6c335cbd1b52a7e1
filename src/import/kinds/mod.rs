//! What can be imported and exported: one file a kind, one line for it below.
//!
//! A kind's file has the columns (`columns!`), the column that is its `KEY`, `begin`, which makes the [`Intake`] that
//! judges and writes its rows, and `export`, which lists them. What `export` writes, its `Intake` takes back unchanged.

use std::fmt::Display;

use anyhow::Result;
use clap::ValueEnum;

use super::mapping::Wanted;
pub use super::row::Row;
use crate::domain::date::Date;
use crate::domain::refusal::Refused;
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, record};

/// What an import was told, and the day it reasons about.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub today: Date,
    /// Whether rows on record are changed to what the file says.
    pub update: bool,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Unchanged,
    Updated {
        subject: String,
        fields: Vec<&'static str>,
    },
    /// On record with other values, and left as it is.
    Differs {
        subject: String,
        fields: Vec<&'static str>,
    },
    /// The row's faults say why.
    Rejected,
    /// It rests on a row further down: it is offered again when the others are in.
    Waits,
}

/// How often the rows that wait were offered.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Every row is offered for the first time.
    pub first: bool,
    /// To wait again would be in vain: in the round before, nobody's waiting ended.
    pub last: bool,
}

/// Judges and writes the rows of one kind, in one transaction.
pub trait Intake {
    /// Takes one row.
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome>;

    /// Writes what is written once.
    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        Ok(Finish::default())
    }
}

/// What is to be told and remembered of an import as a whole.
#[derive(Debug, Default)]
pub struct Finish {
    /// The records that the journal's event is about.
    pub about: Vec<About>,
    /// Sentences about many rows at once.
    pub remarks: Vec<String>,
    /// The same, where the person should look again.
    pub warnings: Vec<String>,
}

impl Terms {
    /// What becomes of a row whose record exists and differs in `fields`.
    pub(super) fn settle(
        &self,
        subject: impl Display,
        fields: Vec<&'static str>,
        write: impl FnOnce() -> Result<()>,
    ) -> Result<Outcome> {
        let subject = subject.to_string();
        if fields.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        if !self.update {
            return Ok(Outcome::Differs { subject, fields });
        }
        write()?;
        Ok(Outcome::Updated { subject, fields })
    }
}

impl Row<'_> {
    /// What a search found, or its refusal as a fault of the column.
    fn found<T>(&mut self, column: impl Into<usize>, found: Result<T>) -> Result<Option<T>> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is::<Refused>() => {
                self.fault(column, error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What a judgement let through, or its refusal as a fault of the row as a whole.
    fn judged<T>(&mut self, judged: Result<T>) -> Result<Option<T>> {
        match judged {
            Err(error) if error.is::<Refused>() => {
                self.fault_of_row(error);
                Ok(None)
            }
            judged => judged.map(Some),
        }
    }

    /// Notes why none of the named columns can be what the row says.
    fn fault_each(&mut self, columns: &[&str], fields: &[&str], reason: &str) {
        for field in fields {
            let column = columns.iter().position(|name| name == field);
            self.fault(column.unwrap_or_default(), reason);
        }
    }

    /// Notes that a row has the key of an earlier one, which stands.
    fn repeats(&mut self, column: impl Into<usize>, first: Option<u64>) -> bool {
        if let Some(line) = first {
            self.fault(column, format!("is on line {line} already, and the first stands"));
        }
        first.is_some()
    }
}

/// Declares a kind's columns: `Tag = "tag"` makes `Column::Tag` its place in `COLUMNS`.
macro_rules! columns {
    ($($column:ident = $name:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug)]
        pub(super) enum Column { $($column),* }

        pub const COLUMNS: &[&str] = &[$($name),*];

        impl From<Column> for usize {
            fn from(column: Column) -> usize {
                column as usize
            }
        }
    };
}

/// The columns in which two records differ.
macro_rules! differing {
    ($before:expr, $after:expr; $($field:ident $(as $column:literal)?),* $(,)?) => {{
        let mut fields: Vec<&'static str> = Vec::new();
        $(if $before.$field != $after.$field {
            fields.push($crate::column_name!($field $($column)?));
        })*
        fields
    }};
}

mod cells;
mod line;
mod money;
mod numbered;
pub mod order;
mod parties;

/// Several of a kind in a sentence: its name, or what is given.
macro_rules! many_of {
    ($name:literal) => {
        $name
    };
    ($name:literal $many:literal) => {
        $many
    };
}

macro_rules! kinds {
    ($($kind:ident in $module:ident = $name:literal, one $one:literal $(, many $many:literal)?;)*) => {
        $(mod $module;)*

        /// A kind of record that files hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum Kind { $(#[value(name = $name)] $kind),* }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// Its name on the command line and in sentences: `instruments`.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name),* }
            }

            /// One of them: `instrument`.
            pub fn one(self) -> &'static str {
                match self { $(Kind::$kind => $one),* }
            }

            /// Several of them in a sentence: `instruments`.
            pub fn many(self) -> &'static str {
                match self { $(Kind::$kind => many_of!($name $($many)?)),* }
            }

            /// The command that the journal names.
            pub fn command(self) -> &'static str {
                match self { $(Kind::$kind => concat!("import ", $name)),* }
            }

            pub fn columns(self) -> &'static [&'static str] {
                match self { $(Kind::$kind => $module::COLUMNS),* }
            }

            /// What a map needs to know of it.
            pub fn wanted(self) -> Wanted {
                let key = match self { $(Kind::$kind => $module::KEY),* };
                Wanted { kind: self.name(), columns: self.columns(), key }
            }

            pub fn begin(self, tx: &Tx, terms: Terms) -> Result<Box<dyn Intake>> {
                match self { $(Kind::$kind => Ok(Box::new($module::begin(tx, terms)?))),* }
            }

            /// Lists every record of the kind.
            pub fn export(self, tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
                match self { $(Kind::$kind => $module::export(tx, out)),* }
            }
        }
    };
}

/// Also those that few loans stand in: whether one does costs as much to ask, a million times, as an entry.
const LOAN_INDEXES: &[&str] = &[
    "loan_instrument",
    "loan_open",
    "loan_open_inner",
    "loan_due",
    "loan_person",
    "loan_school",
    "loan_organisation",
    "loan_hirer",
    "loan_set",
];

impl Kind {
    /// Whether its rows are written only once every record they refer to has been looked up.
    pub fn judges_references(self) -> bool {
        matches!(self, Kind::People | Kind::Instruments | Kind::Loans | Kind::Purchases)
    }

    /// How many there are of the kinds of which there may be very many.
    pub fn count(self, tx: &Tx) -> Result<Option<u64>> {
        let count = match self {
            Kind::Loans => record::count_loans(tx)?,
            Kind::People => record::count_people(tx)?,
            Kind::Instruments => record::count_instruments(tx)?,
            Kind::Purchases => record::count_purchase_lines(tx)?,
            _ => return Ok(None),
        };
        Ok(u64::try_from(count).ok())
    }

    /// Whether rows that say the same are told apart by their place among one another.
    pub fn counts_equals(self) -> bool {
        use Kind::{Cancellations, Deliveries, FundExtensions, FundPayments, Overrides, Purchases, Recodings};
        matches!(self, Purchases | FundPayments | FundExtensions | Deliveries | Cancellations | Recodings | Overrides)
    }

    /// The indexes that are better built again at the end when a file of so many bytes comes in.
    pub fn rebuilds(self, tx: &Tx, bytes: u64) -> Result<&'static [&'static str]> {
        let (indexes, known): (&[&str], i64) = match self {
            Kind::Loans => (LOAN_INDEXES, record::highest_loan(tx)?),
            Kind::People => (&["person_name", "person_hirer"], record::highest_person(tx)?),
            Kind::Instruments => (&["instrument_serial"], record::highest_instrument(tx)?),
            _ => return Ok(&[]),
        };
        // A row takes some sixty bytes in a file.
        let many = bytes > (1 << 20) && bytes / 60 > u64::try_from(known).unwrap_or(u64::MAX);
        Ok(if many { indexes } else { &[] })
    }
}

// In the order of `import all`: a kind stands after all that it refers to.
kinds! {
    Types in types = "types", one "type";
    Categories in categories = "categories", one "category";
    Schemes in schemes = "schemes", one "scheme";
    Schools in schools = "schools", one "school";
    Organisations in organisations = "organisations", one "organisation";
    People in people = "people", one "person";
    Calendar in terms = "terms", one "term";
    Rates in rates = "rates", one "rate";
    Remissions in remissions = "remissions", one "remission";
    Suppliers in suppliers = "suppliers", one "supplier";
    Funds in funds = "funds", one "fund";
    FundPayments in fund_payments = "fund-payments", one "fund payment", many "fund payments";
    FundShares in fund_shares = "fund-shares", one "fund share", many "fund shares";
    FundExtensions in fund_extensions = "fund-extensions", one "fund extension", many "fund extensions";
    Policies in policies = "policies", one "policy";
    Plans in plans = "plans", one "line of a plan", many "lines of plans";
    Purchases in purchases = "purchases", one "purchase";
    Deliveries in deliveries = "deliveries", one "delivery";
    Invoices in invoices = "invoices", one "line of an invoice", many "lines of invoices";
    Cancellations in cancellations = "cancellations", one "cancellation";
    Recodings in recodings = "recodings", one "recoding";
    Pools in pools = "pools", one "line of a pool", many "lines of pools";
    Instruments in instruments = "instruments", one "instrument";
    Overrides in overrides = "overrides", one "override";
    Sets in sets = "sets", one "line of a set", many "lines of sets";
    Loans in loans = "loans", one "loan";
    Requests in requests = "requests", one "request";
    Repairs in repairs = "repairs", one "repair";
    Charges in charges = "charges", one "charge";
    Stocktakes in stocktakes = "stocktakes", one "stocktake";
    StocktakeScans in scans = "stocktake-scans", one "tag of a stocktake", many "tags of stocktakes";
    Holds in holds = "holds", one "hold";
    Messages in messages = "messages", one "message";
    Reminders in reminders = "reminders", one "reminder";
    // A closed period must not refuse the past that comes in with it.
    Settings in settings = "settings", one "setting";
    // How far reminders look back is a setting, and the ladder keeps within it.
    Ladder in ladder = "ladder", one "stage of the ladder", many "stages of the ladder";
    Numbers in numbers = "numbers", one "number given out", many "numbers given out";
}
