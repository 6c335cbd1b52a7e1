//! Values on their way into a statement.

use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::domain::date::{Date, iso};
use crate::domain::money::Pence;
use crate::domain::reference::{
    ChargeRef, EventRef, LoanRef, MessageRef, OrderRef, OrganisationRef, PersonRef, RepairRef, RequestRef, Urn,
};
use crate::domain::tag::Tag;
use crate::domain::text::{Email, Name};
use crate::domain::words::Word;

/// A value on its way into a statement.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    /// A day, as its ISO text.
    Day([u8; 10]),
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(number) => ToSqlOutput::from(*number),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Day(day) => ToSqlOutput::Borrowed(ValueRef::Text(day)),
        })
    }
}

macro_rules! value_from {
    ($($type:ty: $given:ident => $value:expr;)*) => {
        $(impl<'a> From<$type> for Value<'a> {
            fn from($given: $type) -> Value<'a> {
                $value
            }
        })*
    };
}

value_from! {
    i64: number => Value::Int(number);
    bool: flag => Value::Int(i64::from(flag));
    &'a str: text => Value::Text(text);
    &'a String: text => Value::Text(text);
    &'a Tag: tag => Value::Text(tag.as_str());
    &'a Name: name => Value::Text(name.as_str());
    &'a Email: email => Value::Text(email.as_str());
    Date: day => Value::Day(iso(day));
    Pence: amount => Value::Int(amount.pence());
    PersonRef: person => Value::Int(person.number());
    OrganisationRef: organisation => Value::Int(organisation.number());
    LoanRef: loan => Value::Int(loan.number());
    EventRef: event => Value::Int(event.number());
    RequestRef: request => Value::Int(request.number());
    RepairRef: repair => Value::Int(repair.number());
    ChargeRef: charge => Value::Int(charge.number());
    MessageRef: message => Value::Int(message.number());
    OrderRef: order => Value::Int(order.number());
    Urn: urn => Value::Int(urn.number());
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(given: Option<T>) -> Value<'a> {
        given.map_or(Value::Null, Into::into)
    }
}

/// A closed word goes in as its text.
pub fn word<'a, W: Word>(word: W) -> Value<'a> {
    Value::Text(word.as_str())
}

/// Values for a statement's markers, in order: `args![tag, due_on]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::db::Value::from($value)),*] as &[$crate::store::db::Value<'_>]
    };
}
