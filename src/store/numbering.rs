//! Numbers given out: references and tags. None is ever given twice, whatever is removed from its table.

use anyhow::Result;

use super::db::Tx;
use crate::args;

/// What is numbered by the program.
#[derive(Clone, Copy, Debug)]
pub enum Noun {
    Person,
    Organisation,
    Loan,
    Order,
    Request,
    Repair,
    Charge,
    Message,
    Event,
}

impl Noun {
    fn as_str(self) -> &'static str {
        match self {
            Noun::Person => "person",
            Noun::Organisation => "organisation",
            Noun::Loan => "loan",
            Noun::Order => "order",
            Noun::Request => "request",
            Noun::Repair => "repair",
            Noun::Charge => "charge",
            Noun::Message => "message",
            Noun::Event => "event",
        }
    }
}

/// The next number of a noun.
pub fn take(tx: &Tx, noun: Noun) -> Result<i64> {
    next_of(tx, noun.as_str())
}

/// Takes so many numbers of a noun at once; the first of them.
pub fn take_run(tx: &Tx, noun: Noun, count: i64) -> Result<i64> {
    let last = tx.number(
        "INSERT INTO numbering (noun, last) VALUES (?1, ?2) ON CONFLICT (noun) DO UPDATE SET last = numbering.last + ?2 RETURNING last",
        args![noun.as_str(), count],
    )?;
    Ok(last - count + 1)
}

/// The next number for a type's tags.
pub fn take_for_type(tx: &Tx, type_code: &str) -> Result<i64> {
    next_of(tx, &format!("tag {type_code}"))
}

fn next_of(tx: &Tx, noun: &str) -> Result<i64> {
    tx.number(
        "INSERT INTO numbering (noun, last) VALUES (?1, 1) ON CONFLICT (noun) DO UPDATE SET last = numbering.last + 1 RETURNING last",
        args![noun],
    )
}

/// Remembers a number that came from outside, so that it is not given again.
pub fn reserve(tx: &Tx, noun: Noun, number: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO numbering (noun, last) VALUES (?1, ?2)
         ON CONFLICT (noun) DO UPDATE SET last = CASE WHEN numbering.last < excluded.last THEN excluded.last ELSE numbering.last END",
        args![noun.as_str(), number],
    )?;
    Ok(())
}
