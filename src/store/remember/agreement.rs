//! Whether records are still what the last event that touched them left.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value as Json;

use super::{Image, Table, Touched, image, read};
use crate::args;
use crate::domain::money::Pence;
use crate::domain::reference::EventRef;
use crate::store::FileTrouble;
use crate::store::db::{Object, Tx};

/// What became of a message is no change that can be taken back, and so not kept.
const NOT_KEPT: [Table; 1] = [Table::Message];

/// Tables that list what belongs to a record, with what the list says of it.
const LISTS: [(Table, &str); 5] = [
    (Table::Accessory, "has other accessories than"),
    (Table::CodingFund, "is borne by other funds or weights than"),
    (Table::SetMember, "has other instruments than"),
    (Table::StocktakeExpected, "expects other instruments than"),
    (Table::TypeSize, "comes in other sizes than"),
];

/// What the journal says of one record: its columns, each with the event that wrote it last.
struct Left {
    touched: Touched,
    columns: BTreeMap<String, (Json, i64)>,
    /// Of a list, its rows after the last event, with as many of their columns as that kept.
    rows: Image,
    /// Whether it was there after the last event that touched it, and which that was.
    stands: (bool, i64),
}

impl Left {
    fn of(touched: Touched) -> Left {
        Left { touched, columns: BTreeMap::new(), rows: Vec::new(), stands: (true, 0) }
    }

    fn take(&mut self, event: i64, before: &Image, mut after: Image) {
        self.stands = (!after.is_empty(), event);
        if self.listed().is_some() {
            self.take_rows(before, after);
            return;
        }
        match after.pop() {
            Some(after) => self.columns.extend(after.into_iter().map(|(name, value)| (name, (value, event)))),
            None => self.columns.clear(),
        }
    }

    /// Where there was one row and is one, only the columns that differ are kept.
    fn take_rows(&mut self, before: &Image, mut after: Image) {
        match (before.len(), after.as_mut_slice(), self.rows.as_mut_slice()) {
            (1, [changed], [row]) => row.append(changed),
            _ => self.rows = after,
        }
    }

    /// What to say of a list that is other than it was left; nothing of any other record.
    fn listed(&self) -> Option<&'static str> {
        LISTS.iter().find(|(table, _)| *table == self.touched.table).map(|(_, told)| *told)
    }

    /// What of the record is not as it was left, by events after `since`.
    fn disagreement(&self, tx: &Tx, since: i64) -> Result<Option<(String, String)>> {
        let (stood, event) = self.stands;
        if event <= since {
            return Ok(None);
        }
        let mut now = match image(tx, &self.touched) {
            // What cannot be read is another rule's to tell.
            Err(error) if matches!(error.downcast_ref(), Some(FileTrouble::Damaged)) => return Ok(None),
            now => now?,
        };
        let by = EventRef::new(event);
        if let Some(other) = self.listed() {
            let fault = (!is_left(&now, &self.rows)).then(|| format!("{other} {by} left"));
            return fault.map(|fault| Ok((self.named(tx, None)?, fault))).transpose();
        }
        let now = now.pop();
        let part = self.part();
        let fault = match (stood, &now) {
            (true, None) => Some(format!("{part}is gone, though {by} left it on record")),
            (false, Some(_)) => Some(format!("{part}is on record, though {by} took it off")),
            (false, None) => None,
            (true, Some(now)) => self.other_values(now, since).map(|told| format!("{part}{told}")),
        };
        fault.map(|fault| Ok((self.named(tx, now.as_ref())?, fault))).transpose()
    }

    /// Which part of what it is named after the record is: `its hold: `; empty where it has a name of its own.
    fn part(&self) -> String {
        match self.touched.table {
            Table::Cancellation | Table::Coding | Table::Extension | Table::FundPayment | Table::FundShare => {}
            Table::Hold | Table::InvoiceLine | Table::Plan | Table::PoolLine | Table::Receipt => {}
            _ => return String::new(),
        }
        format!("its {}: ", self.touched.table.name().replace('_', " "))
    }

    /// The record as people name it, or what it belongs to.
    fn named(&self, tx: &Tx, now: Option<&Object>) -> Result<String> {
        let cell = |column: &str| {
            let left = || self.columns.get(column).map(|(value, _)| value);
            now.and_then(|now| now.get(column)).or_else(left).map_or_else(|| "?".to_string(), shown)
        };
        let (table, key) = (self.touched.table, self.touched.key.text());
        let by_number = || format!("{} {key}", table.name().replace('_', " "));
        let found = |sql: &str, key: &str| {
            let name = tx.one(sql, args![key], |row| row.opt_string(0))?.flatten();
            Ok(name.unwrap_or_else(by_number))
        };
        let letter = match table {
            Table::Person | Table::MergedPerson => "P",
            Table::Organisation => "G",
            Table::Loan | Table::Hold => "L",
            Table::Purchase => "O",
            Table::Request => "R",
            Table::Repair => "J",
            Table::Charge => "C",
            Table::Instrument => return Ok(cell("tag")),
            Table::PurchaseLine => return Ok(format!("O{}/{}", cell("purchase_id"), cell("line"))),
            Table::Cancellation | Table::Coding | Table::InvoiceLine | Table::Receipt => {
                return found(LINE, &cell("line_id"));
            }
            Table::PoolLine => return found(LINE, &key),
            Table::CodingFund => return found(LINE_OF_CODING, &key),
            Table::Accessory => return found("SELECT tag FROM instrument WHERE id = CAST(?1 AS INTEGER)", &key),
            Table::Extension | Table::FundPayment | Table::FundShare | Table::Plan => return Ok(cell("fund")),
            Table::Remission => {
                return Ok(format!("remission of P{} for {}", cell("person_id"), cell("academic_year")));
            }
            Table::Invoice => return Ok(format!("invoice {}", cell("number"))),
            Table::InstrumentSet | Table::SetMember => return Ok(format!("set {key}")),
            Table::StocktakeExpected => return Ok(format!("stocktake {key}")),
            Table::TypeSize => return Ok(format!("type {key}")),
            _ => return Ok(by_number()),
        };
        Ok(format!("{letter}{key}"))
    }

    fn other_values(&self, now: &Object, since: i64) -> Option<String> {
        let differs = |(name, (left, event)): &(&String, &(Json, i64))| {
            *event > since && now.get(name.as_str()).is_some_and(|value| value != left)
        };
        let told = |(name, (left, event)): (&String, &(Json, i64))| {
            let by = EventRef::new(*event);
            // Days, numbers and amounts are told; a text may be a name.
            match (now.get(name), left) {
                (Some(value), left) if is_plain(name, value) && is_plain(name, left) => {
                    format!("{name} is {}, and {by} left {}", amount(name, value), amount(name, left))
                }
                _ => format!("{name} is not what {by} left"),
            }
        };
        let faults: Vec<String> = self.columns.iter().filter(differs).map(told).collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}

/// The line with a number, and the line of a coding.
const LINE: &str = "SELECT 'O' || purchase_id || '/' || line FROM purchase_line WHERE id = CAST(?1 AS INTEGER)";
const LINE_OF_CODING: &str = "SELECT 'O' || l.purchase_id || '/' || l.line FROM coding c JOIN purchase_line l ON l.id = c.line_id WHERE c.id = CAST(?1 AS INTEGER)";

/// Whether each row that was left is there, and no other.
fn is_left(now: &Image, left: &Image) -> bool {
    let is_there = |left: &Object| {
        now.iter().any(|row| left.iter().all(|(name, cell)| row.get(name).is_none_or(|value| value == cell)))
    };
    now.len() == left.len() && left.iter().all(is_there)
}

/// No number is a name.
fn is_plain(column: &str, value: &Json) -> bool {
    column.ends_with("_on") || !value.is_string()
}

/// An amount in pounds, anything else as it stands.
fn amount(column: &str, value: &Json) -> String {
    match value.as_i64() {
        Some(pence) if column.ends_with("_pence") => Pence::new(pence).in_words(),
        _ => shown(value),
    }
}

fn shown(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_string(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Calls `take` with each record that is not what the journal left, and what is other. What a file has brought in or changed, or
/// an erasure, is kept without values: of records that may have been touched since by those nothing is said.
pub fn each_disagreement(tx: &Tx, mut take: impl FnMut(String, String)) -> Result<()> {
    let silent = "SELECT coalesce(max(id), 0) FROM event WHERE command LIKE 'import %' OR command LIKE 'privacy %'";
    let since = tx.number(silent, &[])?;
    let mut current: Option<Left> = None;
    let mut finish = |left: Option<Left>| -> Result<()> {
        let fault = left.map(|left| left.disagreement(tx, since)).transpose()?.flatten();
        fault.into_iter().for_each(|(record, fault)| take(record, fault));
        Ok(())
    };
    let sql = "SELECT record, key, event_id, before, after FROM change ORDER BY record, key, event_id, position";
    tx.each(sql, &[], |row| {
        let (Ok(record), Ok(key)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let Some(touched) = touched(record, key) else { return Ok(()) };
        // What cannot be read is another rule's to tell.
        let (Ok(before), Ok(after)) = (row.opt_text(3).and_then(read), row.opt_text(4).and_then(read)) else {
            return Ok(());
        };
        if current.as_ref().is_none_or(|left| left.touched != touched) {
            finish(current.take())?;
        }
        current.get_or_insert_with(|| Left::of(touched)).take(row.int(2)?, &before, after);
        Ok(())
    })?;
    finish(current)
}

fn touched(table: &str, key: &str) -> Option<Touched> {
    let table = *Table::ALL.iter().find(|known| known.name() == table)?;
    let key = table.key_from(key).ok()?;
    (!NOT_KEPT.contains(&table)).then_some(Touched { table, key })
}
