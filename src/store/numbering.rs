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
    /// What numbers of its own a hub takes along: the journal's stay with the file.
    const MOVED: [Noun; 8] = [
        Noun::Person,
        Noun::Organisation,
        Noun::Loan,
        Noun::Order,
        Noun::Request,
        Noun::Repair,
        Noun::Charge,
        Noun::Message,
    ];

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
    next_of(tx, &format!("{TAGS}{type_code}"))
}

fn next_of(tx: &Tx, noun: &str) -> Result<i64> {
    tx.number(
        "INSERT INTO numbering (noun, last) VALUES (?1, 1) ON CONFLICT (noun) DO UPDATE SET last = numbering.last + 1 RETURNING last",
        args![noun],
    )
}

/// Remembers a number that came from outside, so that it is not given again.
pub fn reserve(tx: &Tx, noun: Noun, number: i64) -> Result<()> {
    raise(tx, noun.as_str(), number)
}

/// The same for a noun, or the tags of a type, by name.
pub fn raise(tx: &Tx, noun: &str, number: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO numbering (noun, last) VALUES (?1, ?2)
         ON CONFLICT (noun) DO UPDATE SET last = CASE WHEN numbering.last < excluded.last THEN excluded.last ELSE numbering.last END",
        args![noun, number],
    )?;
    Ok(())
}

/// What the row for a type's tags is called.
const TAGS: &str = "tag ";

/// The nouns whose numbers move with a hub.
pub fn moved() -> impl Iterator<Item = &'static str> {
    Noun::MOVED.into_iter().map(Noun::as_str)
}

/// The type whose tags a name of numbers is about, `tag VN`.
pub fn type_of(noun: &str) -> Option<&str> {
    noun.strip_prefix(TAGS)
}

/// The last number given out, by noun and type, of all that moves with a hub.
pub fn each(tx: &Tx, mut take: impl FnMut(&str, i64) -> Result<()>) -> Result<()> {
    tx.each("SELECT noun, last FROM numbering ORDER BY noun", &[], |row| match row.text(0)? {
        noun if moved().any(|moved| moved == noun) || type_of(noun).is_some() => take(noun, row.int(1)?),
        _ => Ok(()),
    })
}

/// The last number given out of one of them; none where there was none yet.
pub fn last(tx: &Tx, noun: &str) -> Result<Option<i64>> {
    tx.one("SELECT last FROM numbering WHERE noun = ?1", args![noun], |row| row.int(0))
}

/// Keeps the numbers given out here and, where it has given out more, those of the other file whose records come in their
/// stead: what stands on paper under a number never gets a second meaning.
pub fn take_over(tx: &Tx) -> Result<()> {
    let sql = "INSERT INTO main.numbering (noun, last) SELECT noun, last FROM other.numbering WHERE 1
               ON CONFLICT (noun) DO UPDATE SET last = excluded.last WHERE excluded.last > numbering.last";
    tx.execute(sql, &[])?;
    Ok(())
}
