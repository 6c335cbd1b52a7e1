//! Whether records are still what the last event that touched them left.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value as Json;

use super::{Table, Touched, image, read};
use crate::domain::reference::EventRef;
use crate::store::db::{Object, Tx};

/// Tables of which the journal does not keep every change: what became of a message is no change that can be taken back, and
/// of what only belongs to a record the whole list is kept, or parts of it.
const NOT_KEPT: [Table; 6] =
    [Table::Message, Table::Accessory, Table::CodingFund, Table::SetMember, Table::StocktakeExpected, Table::TypeSize];

/// What the journal says of one record: its columns, each with the event that wrote it last.
struct Left {
    touched: Touched,
    columns: BTreeMap<String, (Json, i64)>,
    /// Whether it was there after the last event that touched it, and which that was.
    stands: (bool, i64),
}

impl Left {
    fn of(touched: Touched) -> Left {
        Left { touched, columns: BTreeMap::new(), stands: (true, 0) }
    }

    fn take(&mut self, event: i64, after: Option<Object>) {
        self.stands = (after.is_some(), event);
        match after {
            Some(after) => self.columns.extend(after.into_iter().map(|(name, value)| (name, (value, event)))),
            None => self.columns.clear(),
        }
    }

    /// What of the record is not as it was left, by events after `since`.
    fn disagreement(&self, tx: &Tx, since: i64) -> Result<Option<(String, String)>> {
        let (stood, event) = self.stands;
        if event <= since {
            return Ok(None);
        }
        let now = image(tx, &self.touched)?.pop();
        let by = EventRef::new(event);
        let fault = match (stood, &now) {
            (true, None) => Some(format!("is gone, though {by} left it on record")),
            (false, Some(_)) => Some(format!("is on record, though {by} took it off")),
            (false, None) => None,
            (true, Some(now)) => self.other_values(now, since),
        };
        Ok(fault.map(|fault| (self.named(now.as_ref()), fault)))
    }

    /// The record as people name it.
    fn named(&self, now: Option<&Object>) -> String {
        let cell = |column: &str| {
            let left = || self.columns.get(column).map(|(value, _)| value);
            now.and_then(|now| now.get(column)).or_else(left).map_or_else(|| "?".to_string(), shown)
        };
        let (table, key) = (self.touched.table, self.touched.key.text());
        let letter = match table {
            Table::Person => "P",
            Table::Organisation => "G",
            Table::Loan => "L",
            Table::Purchase => "O",
            Table::Request => "R",
            Table::Repair => "J",
            Table::Charge => "C",
            Table::Instrument => return cell("tag"),
            Table::PurchaseLine => return format!("O{}/{}", cell("purchase_id"), cell("line")),
            table => return format!("{} {key}", table.name().replace('_', " ")),
        };
        format!("{letter}{key}")
    }

    fn other_values(&self, now: &Object, since: i64) -> Option<String> {
        let differs = |(name, (left, event)): &(&String, &(Json, i64))| {
            *event > since && now.get(name.as_str()).is_some_and(|value| value != left)
        };
        let told = |(name, (left, event)): (&String, &(Json, i64))| {
            let by = EventRef::new(*event);
            // Days and amounts are told; a text may be a name.
            match (now.get(name), left) {
                (Some(value), left) if is_plain(name) => {
                    format!("{name} is {}, and {by} left {}", shown(value), shown(left))
                }
                _ => format!("{name} is not what {by} left"),
            }
        };
        let faults: Vec<String> = self.columns.iter().filter(differs).map(told).collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }
}

fn is_plain(column: &str) -> bool {
    ["_on", "_pence", "_id", "qty"].iter().any(|ending| column.ends_with(ending))
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
    let sql = "SELECT record, key, event_id, after FROM change ORDER BY record, key, event_id, position";
    tx.each(sql, &[], |row| {
        let Some(touched) = touched(row.text(0)?, row.text(1)?) else {
            return Ok(());
        };
        // What cannot be read is another rule's to tell.
        let Ok(mut after) = read(row.opt_text(3)?) else {
            return Ok(());
        };
        if current.as_ref().is_none_or(|left| left.touched != touched) {
            finish(current.take())?;
        }
        current.get_or_insert_with(|| Left::of(touched)).take(row.int(2)?, after.pop());
        Ok(())
    })?;
    finish(current)
}

fn touched(table: &str, key: &str) -> Option<Touched> {
    let table = *Table::ALL.iter().find(|known| known.name() == table)?;
    let key = table.key_from(key).ok()?;
    (!NOT_KEPT.contains(&table)).then_some(Touched { table, key })
}
