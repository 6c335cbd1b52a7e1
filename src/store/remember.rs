//! What each event changed, row by row, so that it can be undone: the image of a record before and after.

mod agreement;
mod unreadable;

use std::collections::HashSet;

use anyhow::{Context, Result};
use serde_json::Value as Json;

use super::db::{Object, Row, Tx, Value};
use super::trouble::FileTrouble;
use crate::args;
use crate::domain::date::{Date, from_iso};
use crate::domain::reference::EventRef;

pub use agreement::each_disagreement;
pub use unreadable::unreadable;

macro_rules! tables {
    ($($variant:ident = $name:literal by $kind:ident $key:literal,)*) => {
        /// A table whose records a change at the desk touches, with the column that names a record in it; in a table that
        /// lists what belongs to a record, the column that names that record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Table { $($variant,)* }

        impl Table {
            const ALL: &'static [Table] = &[$(Table::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(Table::$variant => $name,)* }
            }

            fn key(self) -> &'static str {
                match self { $(Table::$variant => $key,)* }
            }

            /// A key of this table, from its text.
            fn key_from(self, text: &str) -> Result<Key> {
                Ok(match self { $(Table::$variant => Key::$kind(text.parse()?),)* })
            }
        }
    };
}

tables! {
    Accessory = "accessory" by Number "instrument_id",
    Cancellation = "cancellation" by Number "id",
    Category = "category" by Text "code",
    Charge = "charge" by Number "id",
    Coding = "coding" by Number "id",
    CodingFund = "coding_fund" by Number "coding_id",
    Extension = "extension" by Number "id",
    Fund = "fund" by Text "code",
    FundPayment = "fund_payment" by Number "id",
    FundShare = "fund_share" by Number "id",
    Hold = "hold" by Number "loan_id",
    Instrument = "instrument" by Number "id",
    InstrumentSet = "instrument_set" by Number "id",
    Invoice = "invoice" by Number "id",
    InvoiceLine = "invoice_line" by Number "id",
    Ladder = "ladder" by Text "stage",
    Loan = "loan" by Number "id",
    MergedPerson = "merged_person" by Number "id",
    Message = "message" by Number "id",
    Organisation = "organisation" by Number "id",
    Override = "override" by Number "id",
    Person = "person" by Number "id",
    Plan = "plan" by Number "id",
    Policy = "policy" by Number "id",
    Pool = "pool" by Number "id",
    PoolLine = "pool_line" by Number "line_id",
    Pooling = "pooling" by Number "id",
    Purchase = "purchase" by Number "id",
    PurchaseLine = "purchase_line" by Number "id",
    Rate = "rate" by Number "id",
    Receipt = "receipt" by Number "id",
    Remission = "remission" by Number "id",
    Repair = "repair" by Number "id",
    Request = "request" by Number "id",
    Scheme = "scheme" by Text "code",
    School = "school" by Number "urn",
    SetMember = "set_member" by Number "set_id",
    Setting = "setting" by Text "key",
    Stocktake = "stocktake" by Number "id",
    StocktakeExpected = "stocktake_expected" by Number "stocktake_id",
    StocktakeScan = "stocktake_scan" by Number "id",
    Supplier = "supplier" by Number "id",
    SupplierAlias = "supplier_alias" by Text "name_key",
    Term = "term" by Number "id",
    Type = "type" by Text "code",
    TypeSize = "type_size" by Text "type",
}

/// A column that the engine computes, and that therefore is not written back.
const COMPUTED: &str = "grant_cost_pence";

/// Columns that images of an older schema still hold.
const GONE: &[(Table, &str)] = &[(Table::PurchaseLine, "override_reason")];

/// A key as it stands in the file: a number or a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    fn value(&self) -> Value<'_> {
        match self {
            Key::Number(number) => (*number).into(),
            Key::Text(text) => text.into(),
        }
    }

    /// As the changes of an event name it.
    fn text(&self) -> String {
        match self {
            Key::Number(number) => number.to_string(),
            Key::Text(text) => text.clone(),
        }
    }
}

/// A record that a change touches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Touched {
    table: Table,
    key: Key,
}

impl Touched {
    pub fn new(table: Table, key: &Value<'_>) -> Touched {
        let key = match key {
            Value::Int(number) => Key::Number(*number),
            Value::Text(text) => Key::Text((*text).to_string()),
            Value::Day(day) => Key::Text(String::from_utf8_lossy(day).into_owned()),
            Value::Null => Key::Text(String::new()),
        };
        Touched { table, key }
    }
}

/// The rows of one record: none, one, or what belongs to it.
type Image = Vec<Object>;

/// What one transaction has touched, in order, and what it was before.
#[derive(Debug, Default)]
pub struct Memory {
    known: HashSet<Touched>,
    /// Each with its image before, as the text that is kept: a run may touch a hundred thousand records.
    in_order: Vec<(Touched, Option<String>)>,
}

impl Memory {
    pub fn knows(&self, touched: &Touched) -> bool {
        self.known.contains(touched)
    }

    pub fn add(&mut self, touched: Touched, before: Option<String>) {
        if self.known.insert(touched.clone()) {
            self.in_order.push((touched, before));
        }
    }
}

/// The rows of a record as they are now, as text.
pub fn image_as_text(tx: &Tx, touched: &Touched) -> Result<Option<String>> {
    text(&image(tx, touched)?)
}

/// The rows of a record as they are now.
fn image(tx: &Tx, touched: &Touched) -> Result<Image> {
    let (table, key) = (touched.table.name(), touched.table.key());
    let sql = format!("SELECT * FROM {table} WHERE \"{key}\" = ?1");
    let mut rows = tx.objects(&sql, &[touched.key.value()])?;
    for row in &mut rows {
        row.remove(COMPUTED);
    }
    // What belongs to a record has no order of its own; one image must equal another.
    rows.sort_by_cached_key(|row| Json::Object(row.clone()).to_string());
    Ok(rows)
}

/// The number given to a new row, or, where a row that was taken back had it, the next that none ever had: what is on record
/// of the one must never be taken for the other's.
pub fn unused(tx: &Tx, table: Table, given: i64) -> Result<i64> {
    let was_used = "SELECT 1 FROM change WHERE record = ?1 AND key = ?2 LIMIT 1";
    if !tx.exists(was_used, args![table.name(), &given.to_string()])? {
        return Ok(given);
    }
    Ok(highest(tx, table)?.max(given) + 1)
}

/// The highest number of a table that any change on record speaks of; nought without one.
pub fn highest(tx: &Tx, table: Table) -> Result<i64> {
    let sql = "SELECT coalesce(max(CAST(key AS INTEGER)), 0) FROM change WHERE record = ?1";
    tx.number(sql, args![table.name()])
}

/// Keeps what the transaction has changed as the changes of an event.
pub fn keep(tx: &Tx, event: EventRef) -> Result<()> {
    let mut position = 0;
    for (touched, before) in tx.remembered().in_order {
        let (mut before, mut after) = (read(before.as_deref())?, image(tx, &touched)?);
        if before == after {
            continue;
        }
        if let ([one], [other]) = (before.as_mut_slice(), after.as_mut_slice()) {
            keep_differences(one, other);
        }
        position += 1;
        let (before, after) = (text(&before)?, text(&after)?);
        tx.execute(
            "INSERT INTO change (event_id, position, record, key, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            &[
                event.into(),
                Value::Int(position),
                touched.table.name().into(),
                (&touched.key.text()).into(),
                before.as_ref().into(),
                after.as_ref().into(),
            ],
        )?;
    }
    Ok(())
}

/// Of a record that was there before and after, only the columns that differ.
fn keep_differences(one: &mut Object, other: &mut Object) {
    let same: Vec<String> =
        one.iter().filter(|(name, cell)| other.get(*name) == Some(cell)).map(|(name, _)| name.clone()).collect();
    for name in same {
        one.remove(&name);
        other.remove(&name);
    }
}

fn text(image: &Image) -> Result<Option<String>> {
    let text = || serde_json::to_string(image).context("keeping what a record was");
    (!image.is_empty()).then(text).transpose()
}

fn read(text: Option<&str>) -> Result<Image> {
    let image =
        |text| serde_json::from_str(text).map_err(|_| FileTrouble::Damaged).context("reading what a record was");
    text.map_or_else(|| Ok(Vec::new()), image)
}

fn without_gone(table: Table, mut image: Image) -> Image {
    for (_, column) in GONE.iter().filter(|(of, _)| *of == table) {
        image.iter_mut().for_each(|row| drop(row.remove(*column)));
    }
    image
}

/// One record's change by an event.
#[derive(Clone, Debug)]
pub struct Change {
    touched: Touched,
    before: Image,
    after: Image,
}

impl Change {
    /// The table and, where the record has one, its number.
    pub fn record(&self) -> (Table, Option<i64>) {
        let number = match self.touched.key {
            Key::Number(number) => Some(number),
            Key::Text(_) => None,
        };
        (self.touched.table, number)
    }

    /// Whether the record was there before and after, and the change was in one of these columns.
    pub fn touches(&self, columns: &[&str]) -> bool {
        match (self.before.as_slice(), self.after.as_slice()) {
            ([before], [_]) => columns.iter().any(|column| before.contains_key(*column)),
            _ => false,
        }
    }

    /// Whether the record was not there before.
    pub fn made(&self) -> bool {
        self.before.is_empty() && !self.after.is_empty()
    }

    /// Whether the record was made or removed, or the change was in one of these columns.
    pub fn alters(&self, columns: &[&str]) -> bool {
        self.before.len() != self.after.len() || self.touches(columns)
    }

    /// The days in these columns before and after, as far as the change keeps them.
    pub fn days_of(&self, days: &[&str]) -> Vec<Date> {
        let rows = self.before.iter().chain(&self.after);
        let cells = rows.flat_map(|row| days.iter().filter_map(|day| row.get(*day)));
        cells.filter_map(|cell| cell.as_str().and_then(from_iso)).collect()
    }

    /// Whether the record is still what the change left.
    fn stands(&self, now: &Image) -> bool {
        let as_left = |(now, after): (&Object, &Object)| after.iter().all(|(name, cell)| now.get(name) == Some(cell));
        now.len() == self.after.len() && now.iter().zip(&self.after).all(as_left)
    }
}

/// How many records an event changed; none where nothing was kept of it. Their places run from one without a gap.
pub fn count(tx: &Tx, event: EventRef) -> Result<i64> {
    let sql = "SELECT count(*), coalesce(min(position), 1), coalesce(max(position), 0) FROM change WHERE event_id = ?1";
    let places = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?, row.int(2)?));
    let (count, first, last) = tx.one(sql, args![event], places)?.unwrap_or_default();
    if first != 1 || last != count {
        return Err(FileTrouble::Damaged).with_context(|| format!("what {event} changed is not kept in order"));
    }
    Ok(count)
}

/// The tables whose records an event changed.
pub fn tables(tx: &Tx, event: EventRef) -> Result<HashSet<Table>> {
    let names = tx.all("SELECT DISTINCT record FROM change WHERE event_id = ?1", args![event], |row| row.string(0))?;
    Ok(Table::ALL.iter().copied().filter(|table| names.iter().any(|name| name == table.name())).collect())
}

/// One of the changes of an event, by its place among them.
pub fn change(tx: &Tx, event: EventRef, position: i64) -> Result<Option<Change>> {
    let sql = "SELECT record, key, before, after FROM change WHERE event_id = ?1 AND position = ?2";
    tx.one(sql, args![event, position], |row| {
        let name = row.text(0)?;
        let table = Table::ALL.iter().find(|table| table.name() == name);
        let unknown = || format!("a change of an unknown record, {name}");
        let table = *table.ok_or(FileTrouble::Damaged).with_context(unknown)?;
        let key = table.key_from(row.text(1)?).map_err(|_| FileTrouble::Damaged).with_context(unknown)?;
        let read = |column| Ok::<Image, anyhow::Error>(without_gone(table, read(row.opt_text(column)?)?));
        Ok(Change { touched: Touched { table, key }, before: read(2)?, after: read(3)? })
    })
}

/// Puts a record back to what it was before a change; `false`, and nothing done, where it is no longer what the change left.
pub fn put_back(tx: &Tx, change: &Change) -> Result<bool> {
    if !change.stands(&image(tx, &change.touched)?) {
        return Ok(false);
    }
    match (change.before.as_slice(), change.after.as_slice()) {
        ([before], [_]) => rewrite(tx, &change.touched, before)?,
        (before, _) => replace(tx, &change.touched, before)?,
    }
    Ok(true)
}

fn rewrite(tx: &Tx, touched: &Touched, columns: &Object) -> Result<()> {
    let (table, key) = (touched.table.name(), touched.table.key());
    let set: Vec<String> = columns.keys().zip(2..).map(|(name, number)| format!("\"{name}\" = ?{number}")).collect();
    let sql = format!("UPDATE {table} SET {} WHERE \"{key}\" = ?1", set.join(", "));
    let mut values = vec![touched.key.value()];
    values.extend(columns.values().map(value));
    tx.change(touched.table, touched.key.value(), &sql, &values)?;
    Ok(())
}

fn replace(tx: &Tx, touched: &Touched, rows: &[Object]) -> Result<()> {
    let (table, key) = (touched.table.name(), touched.table.key());
    let sql = format!("DELETE FROM {table} WHERE \"{key}\" = ?1");
    tx.change(touched.table, touched.key.value(), &sql, &[touched.key.value()])?;
    for row in rows {
        let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
        let markers: Vec<String> = (1..=row.len()).map(|number| format!("?{number}")).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), markers.join(", "));
        let values: Vec<Value<'_>> = row.values().map(value).collect();
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

fn value(cell: &Json) -> Value<'_> {
    match cell {
        Json::String(text) => text.into(),
        Json::Number(number) => number.as_i64().into(),
        _ => Value::Null,
    }
}

/// The latest event after this one that changed the same record.
pub fn changed_since(tx: &Tx, change: &Change, event: EventRef) -> Result<Option<EventRef>> {
    let sql =
        "SELECT event_id FROM change WHERE record = ?1 AND key = ?2 AND event_id > ?3 ORDER BY event_id DESC LIMIT 1";
    let key = change.touched.key.text();
    tx.one(sql, args![change.touched.table.name(), &key, event], |row| Ok(EventRef::new(row.int(0)?)))
}
