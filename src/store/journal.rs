//! The journal: every change is one row, written in the change's own transaction.

use anyhow::Result;

use super::db::{Row, Tx, Value};
use super::numbering::{self, Noun};
use super::remember;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::reference::{
    ChargeRef, EventRef, LoanRef, OrderRef, OrganisationRef, PersonRef, RepairRef, RequestRef, Urn,
};
use crate::listing;

/// Who is changing something, and when.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The moment of entry, with its offset from UTC.
    pub at: String,
    pub today: Date,
    pub who: String,
}

/// What is remembered of a change.
#[derive(Clone, Debug)]
pub struct Event {
    /// The day it is about: a back-dated return's own day.
    pub on: Date,
    pub command: &'static str,
    /// A tag, a reference, or how many: never a name.
    pub subject: String,
    /// The change in a sentence; names may stand here, and erasing a person blanks it.
    pub summary: String,
    pub about: Vec<About>,
}

/// A record that an event concerns, or a run of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Instruments(i64, i64),
    Loans(i64, i64),
    Orders(i64, i64),
    People(i64, i64),
    Charges(i64, i64),
    Repair(RepairRef),
    Repairs(i64, i64),
    Request(RequestRef),
    Requests(i64, i64),
    Person(PersonRef),
    School(Urn),
    Organisation(OrganisationRef),
}

impl About {
    pub fn instrument(id: i64) -> About {
        About::Instruments(id, id)
    }

    pub fn loan(loan: LoanRef) -> About {
        About::Loans(loan.number(), loan.number())
    }

    pub fn order(order: OrderRef) -> About {
        About::Orders(order.number(), order.number())
    }

    pub fn charge(charge: ChargeRef) -> About {
        About::Charges(charge.number(), charge.number())
    }

    /// The borrower an event concerns.
    pub fn borrower(borrower: BorrowerRef) -> About {
        match borrower {
            BorrowerRef::Person(person) => About::Person(person),
            BorrowerRef::School(urn) => About::School(urn),
            BorrowerRef::Organisation(organisation) => About::Organisation(organisation),
        }
    }

    /// What a row of `event_subject` names.
    fn from_run(noun: &str, first: i64, last: i64) -> Option<About> {
        Some(match noun {
            "instrument" => About::Instruments(first, last),
            "loan" => About::Loans(first, last),
            "order" => About::Orders(first, last),
            "person" => About::People(first, last),
            "charge" => About::Charges(first, last),
            "repair" if first < last => About::Repairs(first, last),
            "repair" => About::Repair(RepairRef::new(first)),
            "request" if first < last => About::Requests(first, last),
            "request" => About::Request(RequestRef::new(first)),
            "school" => About::School(Urn::new(first)),
            "organisation" => About::Organisation(OrganisationRef::new(first)),
            _ => return None,
        })
    }

    fn run(self) -> (&'static str, i64, i64) {
        match self {
            About::Instruments(first, last) => ("instrument", first, last),
            About::Loans(first, last) => ("loan", first, last),
            About::Orders(first, last) => ("order", first, last),
            About::People(first, last) => ("person", first, last),
            About::Charges(first, last) => ("charge", first, last),
            About::Repair(repair) => ("repair", repair.number(), repair.number()),
            About::Repairs(first, last) => ("repair", first, last),
            About::Request(request) => ("request", request.number(), request.number()),
            About::Requests(first, last) => ("request", first, last),
            About::Person(person) => ("person", person.number(), person.number()),
            About::School(urn) => ("school", urn.number(), urn.number()),
            About::Organisation(organisation) => ("organisation", organisation.number(), organisation.number()),
        }
    }
}

/// Writes an event, with what it changed and the event it takes back if it is an undo; says its number.
pub fn record(tx: &Tx, stamp: &Stamp, event: &Event, undoes: Option<EventRef>) -> Result<EventRef> {
    let id = numbering::take(tx, Noun::Event)?;
    tx.execute(
        r#"INSERT INTO event (id, at, "on", who, command, subject, undoes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"#,
        args![id, &stamp.at, event.on, &stamp.who, event.command, &event.subject, undoes],
    )?;
    tx.execute("INSERT INTO event_text (event_id, summary) VALUES (?1, ?2)", args![id, &event.summary])?;
    for about in &event.about {
        let (noun, first, last) = about.run();
        tx.execute(
            "INSERT INTO event_subject (event_id, noun, first, last) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            args![id, noun, first, last],
        )?;
    }
    let event = EventRef::new(id);
    remember::keep(tx, event)?;
    Ok(event)
}

listing! {
    /// One line of `log`.
    pub struct LogLine {
        event: EventRef,
        at: String,
        on: Date,
        who: String,
        command: String,
        subject: String,
        summary: String,
    }
}

/// Which events `log` shows.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    pub about: Option<About>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Only the last so many.
    pub last: Option<i64>,
}

/// Events in the order they were entered.
pub fn each(tx: &Tx, filter: &LogFilter, mut take: impl FnMut(&LogLine) -> Result<()>) -> Result<()> {
    let (noun, first, last) = filter.about.map_or((Value::Null, 0, 0), |about| {
        let (noun, first, last) = about.run();
        (Value::Text(noun), first, last)
    });
    let sql = r#"
        SELECT * FROM (
            SELECT e.id, e.at, e."on", e.who, e.command, e.subject, t.summary
            FROM event e LEFT JOIN event_text t ON t.event_id = e.id
            WHERE (?1 IS NULL OR e.id IN (
                SELECT event_id FROM event_subject WHERE noun = ?1 AND first <= ?3 AND last >= ?2
                -- What concerned whoever was merged into a person concerns that person.
                UNION SELECT s.event_id FROM merged_person m JOIN event_subject s ON s.noun = 'person' AND s.first <= m.id AND s.last >= m.id
                      WHERE ?1 = 'person' AND m.into_id = ?2))
              AND (?4 IS NULL OR e."on" >= ?4) AND (?5 IS NULL OR e."on" <= ?5)
            ORDER BY e.id DESC LIMIT ?6
        ) AS latest ORDER BY id"#;
    let most = filter.last.unwrap_or(i64::MAX);
    let values =
        [noun, Value::Int(first), Value::Int(last), Value::from(filter.from), Value::from(filter.to), Value::Int(most)];
    tx.each(sql, &values, |row| take(&line(row)?))
}

/// The number of the last event; nought before the first.
pub fn last(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM event", &[])
}

/// One event.
pub fn find(tx: &Tx, event: EventRef) -> Result<Option<LogLine>> {
    let sql = r#"SELECT e.id, e.at, e."on", e.who, e.command, e.subject, t.summary
                 FROM event e LEFT JOIN event_text t ON t.event_id = e.id WHERE e.id = ?1"#;
    tx.one(sql, args![event], line)
}

/// What an event concerns.
pub fn about(tx: &Tx, event: EventRef) -> Result<Vec<About>> {
    let sql = "SELECT noun, first, last FROM event_subject WHERE event_id = ?1 ORDER BY noun, first, last";
    let runs = tx.all(sql, args![event], |row| Ok(About::from_run(row.text(0)?, row.int(1)?, row.int(2)?)))?;
    Ok(runs.into_iter().flatten().collect())
}

fn line(row: &Row<'_>) -> Result<LogLine> {
    Ok(LogLine {
        event: EventRef::new(row.int(0)?),
        at: row.string(1)?,
        on: row.day(2)?,
        who: row.string(3)?,
        command: row.string(4)?,
        subject: row.string(5)?,
        summary: row.string(6)?,
    })
}
