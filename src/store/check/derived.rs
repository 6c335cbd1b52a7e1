//! What follows from other words of a record: the forms that searches compare, words that are read again, what events keep.
//!
//! The engine's own check sees neither a mistyped letter nor a flipped bit inside a value. Of what is written twice, these
//! rules see when the one no longer follows from the other.

use anyhow::Result;

use super::{Fault, Rule, naming};
use crate::args;
use crate::domain::date::{AcademicYear, DateOrder, parse_fixed};
use crate::domain::due::Length;
use crate::domain::person::YearGroup;
use crate::domain::setting::Setting;
use crate::domain::supplier;
use crate::domain::tag::Tag;
use crate::domain::text::{Email, Name, fold, fold_into};
use crate::domain::words::{Scheme, Word};
use crate::store::db::Tx;
use crate::store::{FileTrouble, remember};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "what the fund bears follows from net and VAT",
        undone: &[],
        sql: "SELECT 'O' || purchase_id || '/' || line, 'bears another cost than its net and VAT come to' FROM purchase_line
              WHERE grant_cost_pence <> net_pence + CASE vat_recoverable WHEN 1 THEN 0 ELSE vat_pence END",
    },
    Rule {
        name: "no amount is beyond what can be recorded",
        undone: &[],
        // Sums of amounts must never pass what a number holds.
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'has an amount that is beyond what can be recorded'
              FROM (SELECT purchase_id, line, max(abs(net_pence), abs(vat_pence)) AS pence FROM purchase_line) AS l WHERE l.pence > 10000000000000
              UNION ALL
              SELECT 'O' || l.purchase_id || '/' || l.line, 'has a bill of an amount that is beyond what can be recorded'
              FROM invoice_line b JOIN purchase_line l ON l.id = b.line_id WHERE max(abs(b.net_pence), abs(b.vat_pence)) > 10000000000000
              UNION ALL
              SELECT tag, 'has an amount that is beyond what can be recorded' FROM instrument
              WHERE max(coalesce(cost_pence, 0), coalesce(replacement_value_pence, 0), coalesce(proceeds_pence, 0)) > 10000000000000
              UNION ALL
              SELECT 'C' || id, 'has an amount that is beyond what can be recorded' FROM charge WHERE amount_pence > 10000000000000
              UNION ALL
              SELECT code, 'has an amount that is beyond what can be recorded' FROM fund WHERE award_pence > 10000000000000",
    },
    Rule {
        name: "scanned tags are looked up in capitals",
        undone: &[],
        sql: "SELECT 'stocktake ' || stocktake_id, 'has ' || tag || ' scanned, looked up as ' || tag_key FROM stocktake_scan
              WHERE upper(tag) <> tag_key",
    },
    Rule {
        name: "an event takes back one before it",
        undone: &[],
        sql: "SELECT 'E' || id, 'takes back E' || undoes || ', which came no earlier' FROM event WHERE undoes >= id",
    },
    Rule {
        name: "an event tells what it was",
        undone: &[],
        sql: "SELECT 'E' || e.id, 'has no sentence' FROM event e LEFT JOIN event_text t ON t.event_id = e.id WHERE t.event_id IS NULL",
    },
    Rule {
        name: "an event concerns what was on record",
        undone: &[],
        // What was taken back is gone from its table; its number was given out all the same.
        sql: "SELECT 'E' || s.event_id, 'concerns ' || s.noun || ' ' || s.first || ' to ' || s.last || ', which no record ever was'
              FROM event_subject s
              LEFT JOIN (
                  SELECT noun, max(last) AS last FROM (
                      SELECT noun, last FROM numbering
                      -- Where a count was set back, what is on record was given a number all the same.
                      UNION ALL SELECT 'loan', max(id) FROM loan UNION ALL SELECT 'order', max(id) FROM purchase
                      UNION ALL SELECT 'person', max(id) FROM person UNION ALL SELECT 'charge', max(id) FROM charge
                      UNION ALL SELECT 'repair', max(id) FROM repair UNION ALL SELECT 'request', max(id) FROM request
                      UNION ALL SELECT 'organisation', max(id) FROM organisation) AS known
                  GROUP BY noun) AS n ON n.noun = s.noun
              WHERE s.noun NOT IN ('instrument', 'loan', 'order', 'person', 'charge', 'repair', 'request', 'school', 'organisation')
                 OR s.first < 1
                 OR (s.noun IN ('loan', 'order', 'person', 'charge', 'repair', 'request', 'organisation') AND s.last > coalesce(n.last, 0))
                 OR (s.noun = 'school' AND s.last > 999999)
                 OR (s.noun = 'instrument' AND s.last > (SELECT coalesce(max(id), 0) FROM instrument)
                     AND s.last > (SELECT coalesce(max(CAST(key AS INTEGER)), 0) FROM change WHERE record = 'instrument'))",
    },
    Rule {
        name: "what an event changed is kept in order",
        undone: &[],
        sql: "SELECT 'E' || event_id, 'keeps ' || count(*) || ' changes, numbered ' || min(position) || ' to ' || max(position)
              FROM change GROUP BY event_id HAVING min(position) <> 1 OR max(position) <> count(*)",
    },
    Rule {
        name: "numbers given out are of something, and never given again",
        undone: &[],
        sql: "SELECT 'numbering', 'counts ' || noun || ', which has no numbers' FROM numbering
              WHERE noun NOT IN ('person', 'organisation', 'loan', 'order', 'request', 'repair', 'charge', 'message', 'event')
                AND noun NOT LIKE 'tag %'
              UNION ALL
              SELECT 'numbering', 'has given out ' || last || ' numbers of ' || noun FROM numbering WHERE last > 1000000000000
              UNION ALL
              SELECT 'G' || max(id), 'is beyond the last number given out' FROM organisation
              HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'organisation'), 0)",
    },
];

/// Columns that hold a day and stand in no other list.
pub(super) const DAYS: &[(&str, &str)] = &[("backup", "\"on\""), ("category", "retired_on"), ("arming", "last_run_on")];

/// Each text with the folded form beside it: the record's name, the table, the text, its key, and how it is folded.
const FOLDED: &[(&str, &str, &str, &str, Folded)] = &[
    ("'type ' || code", "type", "name", "name_key", fold),
    ("urn", "school", "name", "name_key", fold),
    ("'G' || id", "organisation", "name", "name_key", fold),
    ("'P' || id", "person", "name", "name_key", fold),
    ("'term ' || academic_year", "term", "name", "name_key", fold),
    ("'supplier ' || id", "supplier", "name", "name_key", supplier::key),
    ("'supplier ' || supplier_id", "supplier_alias", "name", "name_key", supplier::key),
    ("'pool ' || id", "pool", "name", "name_key", fold),
    ("'set ' || id", "instrument_set", "name", "name_key", fold),
    ("fund", "fund_share", "area", "area_key", fold),
    ("'stocktake ' || id", "stocktake", "location", "location_key", fold),
    ("tag", "instrument", "serial", "serial_key", fold),
];

type Folded = fn(&str) -> String;

/// Columns whose words the program reads again, with what they must be.
const READ_AGAIN: &[(&str, &str, Judge)] = &[
    ("school", "name", is_name),
    ("organisation", "name", is_name),
    ("person", "name", is_name),
    ("type", "name", is_name),
    ("category", "name", is_name),
    ("supplier", "name", is_name),
    ("fund", "name", is_name),
    ("instrument", "tag", |text| text.parse::<Tag>().is_ok()),
    ("person", "year_group", |text| text.parse::<YearGroup>().is_ok()),
    ("loan", "year_group", |text| text.parse::<YearGroup>().is_ok()),
    ("term", "academic_year", is_academic_year),
    ("remission", "academic_year", is_academic_year),
    ("charge", "academic_year", is_academic_year),
    ("scheme", "length", |text| text.parse::<Length>().is_ok()),
    ("event", "at", is_moment),
    ("person", "email", is_address),
    ("school", "email", is_address),
    ("organisation", "email", is_address),
    ("ladder", "copy_to", is_address),
    ("charge", "period", is_period),
    ("backup", "at", is_moment),
    ("message", "claimed_at", is_moment),
    ("message", "settled_at", is_moment),
];

type Judge = fn(&str) -> bool;

fn is_name(text: &str) -> bool {
    text.parse::<Name>().is_ok()
}

fn is_academic_year(text: &str) -> bool {
    text.parse::<AcademicYear>().is_ok()
}

fn is_address(text: &str) -> bool {
    text.parse::<Email>().is_ok()
}

/// A term `2026/27-autumn`, a year `2026/27`, or `project`.
fn is_period(text: &str) -> bool {
    match text.split_once('-') {
        Some((year, term)) => is_academic_year(year) && !term.is_empty(),
        None => text == "project" || is_academic_year(text),
    }
}

/// A day and a time with its offset: `2026-11-22T09:00:00+00:00`.
fn is_moment(text: &str) -> bool {
    let day = text.get(..10).is_some_and(|day| parse_fixed(day, DateOrder::Ymd).is_ok());
    day && text.parse::<jiff::Timestamp>().is_ok()
}

/// The faults that are found by reading each record rather than by asking the engine.
pub(super) fn faults(tx: &Tx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (record, table, text, key, folded) in FOLDED {
        let sql = format!("SELECT {record}, {text}, {key} FROM {table} WHERE {text} IS NOT NULL OR {key} IS NOT NULL");
        tx.each(&sql, &[], |row| {
            // What cannot be read is another rule's to tell, here as below.
            let (Ok(text), Ok(key)) = (row.text(1), row.text(2)) else { return Ok(()) };
            if folded(text) != key {
                faults.push(fault(
                    "names are looked up by their own letters",
                    naming::said(row, 0, table),
                    format!("'{text}' is looked up as '{key}'"),
                ));
            }
            Ok(())
        })?;
    }
    for (table, column, judge) in READ_AGAIN {
        each_value(tx, table, column, *judge, |record, text| {
            let told = format!("{column} holds '{text}', which it cannot");
            faults.push(fault("words can be read again", record, told));
        })?;
    }
    settings(tx, &mut faults)?;
    schemes(tx, &mut faults)?;
    search_keys(tx, &mut faults)?;
    for (event, told) in remember::unreadable(tx)? {
        faults.push(fault("what an event changed can be read again", event.to_string(), told));
    }
    Ok(faults)
}

fn fault(rule: &str, record: String, fault: String) -> Fault {
    Fault { rule: rule.to_string(), record, fault }
}

/// Judges each different value of a column once, and tells of each record that holds one that cannot be.
pub(super) fn each_value(
    tx: &Tx,
    table: &str,
    column: &str,
    judge: impl Fn(&str) -> bool,
    mut tell: impl FnMut(String, &str),
) -> Result<()> {
    let name = naming::expression(table).unwrap_or("NULL");
    let holders = format!("SELECT {name} FROM \"{table}\" t WHERE t.{column} = ?1 ORDER BY t.rowid");
    let sql = format!("SELECT DISTINCT {column} FROM \"{table}\" WHERE {column} IS NOT NULL");
    tx.each(&sql, &[], |row| {
        let Ok(text) = row.text(0) else { return Ok(()) };
        if judge(text) {
            return Ok(());
        }
        tx.each(&holders, args![text], |row| {
            tell(naming::said(row, 0, table), text);
            Ok(())
        })
    })
}

fn settings(tx: &Tx, faults: &mut Vec<Fault>) -> Result<()> {
    tx.each("SELECT key, value FROM setting ORDER BY key", &[], |row| {
        let (Ok(key), Ok(value)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let kept = key.parse::<Setting>().ok().and_then(|setting| setting.check(value).ok());
        if kept.as_deref() != Some(value) {
            let told = format!("holds '{value}', which it cannot");
            faults.push(fault("settings are what they can be", format!("setting {key}"), told));
        }
        Ok(())
    })
}

/// The schemes are the program's own: a loan can be made on each.
fn schemes(tx: &Tx, faults: &mut Vec<Fault>) -> Result<()> {
    for scheme in Scheme::ALL {
        if !tx.exists("SELECT 1 FROM scheme WHERE code = ?1", args![scheme.as_str()])? {
            faults.push(fault(
                "every scheme has its length",
                scheme.as_str().to_string(),
                "is not on record".to_string(),
            ));
        }
    }
    Ok(())
}

/// What `find` looks in. The type's name in it may be one of before, so it is passed over.
fn search_keys(tx: &Tx, faults: &mut Vec<Fault>) -> Result<()> {
    let sql = "SELECT tag, type, serial, make, model, note, search_key FROM instrument ORDER BY id";
    let (mut begins, mut ends) = (String::new(), String::new());
    tx.each(sql, &[], |row| {
        if (0..7).any(|column| row.opt_text(column).is_err()) {
            return Ok(());
        }
        begins.clear();
        ends.clear();
        for column in [0, 1] {
            fold_into(&mut begins, row.text(column)?);
            begins.push(' ');
        }
        for column in 2..6 {
            if let Some(text) = row.opt_text(column)? {
                ends.push(' ');
                fold_into(&mut ends, text);
            }
        }
        let key = row.text(6)?;
        if !key.starts_with(&begins) || !key.ends_with(&ends) {
            let told = format!("is found by '{key}', which is not what it says of itself");
            faults.push(fault("instruments are found by their own words", row.string(0)?, told));
        }
        Ok(())
    })
}

/// What a rule found. One that damage keeps from being judged is a fault itself, and hides none of the others.
pub(super) fn judged(rule: &str, found: Result<Vec<Fault>>) -> Result<Vec<Fault>> {
    match found {
        Err(error) if matches!(error.downcast_ref(), None | Some(FileTrouble::Damaged)) => {
            let fault = format!("cannot be judged: {error:#}");
            Ok(vec![Fault { rule: rule.to_string(), record: "file".to_string(), fault }])
        }
        found => found,
    }
}
