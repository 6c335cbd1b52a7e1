//! Listings: one flat struct per list is the source of its table, its CSV and its JSON.

use std::borrow::Cow;
use std::fmt;

use super::date::{AcademicYear, Date, FinancialYear, in_words};
use super::money::Pence;
use super::reference::{
    ChargeRef, EventRef, LineRef, LoanRef, MessageRef, OrderRef, OrganisationRef, PersonRef, RepairRef, RequestRef, Urn,
};
use super::tag::Tag;
use super::text::{Email, Name, escape};

/// One value of a listing, as yet in no format.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Absent,
    /// Text a person typed: guarded in CSV, escaped in a table.
    Text(Cow<'a, str>),
    /// A reference or a code of ours: never guarded.
    Code(Cow<'a, str>),
    /// A letter and a number, `L231`.
    Numbered(char, i64),
    Urn(Urn),
    Number(i64),
    Money(Pence),
    Day(Date),
    Flag(bool),
}

impl Cell<'_> {
    /// The same value, holding its own text.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Absent => Cell::Absent,
            Cell::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Cell::Code(code) => Cell::Code(Cow::Owned(code.into_owned())),
            Cell::Numbered(letter, number) => Cell::Numbered(letter, number),
            Cell::Urn(urn) => Cell::Urn(urn),
            Cell::Number(number) => Cell::Number(number),
            Cell::Money(amount) => Cell::Money(amount),
            Cell::Day(day) => Cell::Day(day),
            Cell::Flag(flag) => Cell::Flag(flag),
        }
    }
}

/// As a person reads it, with nothing escaped.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Absent => Ok(()),
            Cell::Text(text) | Cell::Code(text) => f.write_str(text),
            Cell::Numbered(letter, number) => write!(f, "{letter}{number}"),
            Cell::Urn(urn) => urn.fmt(f),
            Cell::Number(number) => number.fmt(f),
            Cell::Money(amount) => amount.fmt(f),
            Cell::Day(day) => f.write_str(&in_words(*day)),
            Cell::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
        }
    }
}

/// What differs between two states of a record, column by column: `email nothing → ana@example.org`.
pub fn changes<L: Listing>(before: &L, after: &L) -> Vec<String> {
    let values = |record: &L| {
        let mut values = Vec::with_capacity(L::COLUMNS.len());
        record.each_cell(&mut |cell| values.push(escape(&cell.to_string())));
        values
    };
    let shown = |value: String| if value.is_empty() { "nothing".to_string() } else { value };
    let pairs = values(before).into_iter().zip(values(after));
    let changed = L::COLUMNS.iter().zip(pairs).filter(|(_, (old, new))| old != new);
    changed.map(|(column, (old, new))| format!("{column} {} → {}", shown(old), shown(new))).collect()
}

/// A flat record that can be listed.
pub trait Listing {
    /// The column names, in order, the same in every format.
    const COLUMNS: &'static [&'static str];

    /// Hands over each value in the order of the columns.
    fn each_cell(&self, take: &mut dyn FnMut(Cell<'_>));
}

/// What can stand in a listing's column.
pub trait ToCell {
    fn to_cell(&self) -> Cell<'_>;
}

impl<T: ToCell> ToCell for Option<T> {
    fn to_cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Absent, ToCell::to_cell)
    }
}

/// An empty text is an absent one.
impl ToCell for str {
    fn to_cell(&self) -> Cell<'_> {
        if self.is_empty() { Cell::Absent } else { Cell::Text(Cow::Borrowed(self)) }
    }
}

impl ToCell for &str {
    fn to_cell(&self) -> Cell<'_> {
        (**self).to_cell()
    }
}

impl ToCell for String {
    fn to_cell(&self) -> Cell<'_> {
        self.as_str().to_cell()
    }
}

macro_rules! to_cell {
    ($($type:ty: $value:ident => $cell:expr;)*) => {
        $(impl ToCell for $type {
            fn to_cell(&self) -> Cell<'_> {
                let $value = self;
                $cell
            }
        })*
    };
}

to_cell! {
    bool: flag => Cell::Flag(*flag);
    i64: number => Cell::Number(*number);
    Pence: amount => Cell::Money(*amount);
    Date: day => Cell::Day(*day);
    Tag: tag => Cell::Text(Cow::Borrowed(tag.as_str()));
    Name: name => Cell::Text(Cow::Borrowed(name.as_str()));
    Email: email => Cell::Text(Cow::Borrowed(email.as_str()));
    PersonRef: person => Cell::Numbered('P', person.number());
    OrganisationRef: organisation => Cell::Numbered('G', organisation.number());
    LoanRef: loan => Cell::Numbered('L', loan.number());
    OrderRef: order => Cell::Numbered('O', order.number());
    RequestRef: request => Cell::Numbered('R', request.number());
    RepairRef: repair => Cell::Numbered('J', repair.number());
    ChargeRef: charge => Cell::Numbered('C', charge.number());
    MessageRef: message => Cell::Numbered('M', message.number());
    EventRef: event => Cell::Numbered('E', event.number());
    LineRef: line => Cell::Code(line.to_string().into());
    Urn: urn => Cell::Urn(*urn);
    AcademicYear: year => Cell::Code(year.to_string().into());
    FinancialYear: year => Cell::Code(year.to_string().into());
}

/// Declares a listing's struct, its columns and its cells in one place.
///
/// A field bears its column's name; where that is a word of Rust's, or reads badly in code, `as "column"` follows it.
#[macro_export]
macro_rules! listing {
    (
        $(#[$doc:meta])*
        pub struct $name:ident $(<$life:lifetime>)? {
            $($(#[$field_doc:meta])* $field:ident $(as $column:literal)? : $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name $(<$life>)? {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $(<$life>)? $crate::domain::listing::Listing for $name $(<$life>)? {
            const COLUMNS: &'static [&'static str] = &[$($crate::column_name!($field $($column)?)),*];

            fn each_cell(&self, take: &mut dyn FnMut($crate::domain::listing::Cell<'_>)) {
                use $crate::domain::listing::ToCell;
                $(take(self.$field.to_cell());)*
            }
        }
    };
}

/// A column's name: the field's own, or the one given.
#[macro_export]
macro_rules! column_name {
    ($field:ident $column:literal) => {
        $column
    };
    ($field:ident) => {
        stringify!($field)
    };
}
