//! What people call a record: its reference, tag or line, or whatever it belongs to.

use anyhow::Result;

use crate::args;
use crate::store::db::{Row, Tx};

const OF_LINE: &str = "(SELECT 'O' || l.purchase_id || '/' || l.line FROM purchase_line l WHERE l.id = t.line_id)";

/// What a record of a table is called, as an expression over the table as `t`; nothing where its table is not ours.
pub(super) fn expression(table: &str) -> Option<&'static str> {
    Some(match table {
        "person" | "merged_person" => "'P' || t.id",
        "organisation" => "'G' || t.id",
        "loan" => "'L' || t.id",
        "hold" | "reminder" => "'L' || t.loan_id",
        "purchase" => "'O' || t.id",
        "request" => "'R' || t.id",
        "repair" => "'J' || t.id",
        "charge" => "'C' || t.id",
        "message" => "'M' || t.id",
        "event" => "'E' || t.id",
        "event_text" | "event_subject" | "change" | "arming" => "'E' || t.event_id",
        "instrument" => "t.tag",
        "accessory" => "(SELECT i.tag FROM instrument i WHERE i.id = t.instrument_id)",
        "purchase_line" => "'O' || t.purchase_id || '/' || t.line",
        "cancellation" | "coding" | "pool_line" | "receipt" | "invoice_line" => OF_LINE,
        "coding_fund" => {
            "(SELECT 'O' || l.purchase_id || '/' || l.line FROM coding c JOIN purchase_line l ON l.id = c.line_id WHERE c.id = t.coding_id)"
        }
        "override" => "t.subject",
        "invoice" => "'invoice ' || t.number",
        "remission" => "'P' || t.person_id || ' for ' || t.academic_year",
        "school" => "'' || t.urn",
        "term" => "'term ' || t.academic_year || ' ' || t.name",
        "supplier" => "'supplier ' || t.id",
        "supplier_alias" => "'supplier ' || t.supplier_id",
        "type" | "category" | "fund" | "scheme" => "t.code",
        "type_size" => "t.type",
        "extension" | "fund_payment" | "fund_share" | "plan" => "t.fund",
        "policy" => "'policy of ' || t.effective_on",
        "pool" => "'pool ' || t.id",
        "pooling" => "'pool ' || t.pool_id",
        "rate" => "'rate of ' || t.scheme",
        "instrument_set" => "'set ' || t.id",
        "set_member" => "'set ' || t.set_id",
        "stocktake" => "'stocktake ' || t.id",
        "stocktake_expected" | "stocktake_scan" => "'stocktake ' || t.stocktake_id",
        "setting" => "'setting ' || t.key",
        "numbering" => "'numbering of ' || t.noun",
        "ladder" => "'stage ' || t.stage",
        "backup" => "'backup ' || t.name",
        _ => return None,
    })
}

/// What people call the record of a row of a table.
pub(super) fn of_row(tx: &Tx, table: &str, row: i64) -> Result<String> {
    let by_number = || format!("row {row} of {table}");
    let Some(name) = expression(table) else {
        return Ok(by_number());
    };
    let sql = format!("SELECT {name} FROM \"{table}\" t WHERE t.rowid = ?1");
    let called = tx.one(&sql, args![row], |row| Ok(row.opt_text(0).ok().flatten().map(str::to_string)))?;
    Ok(called.flatten().unwrap_or_else(by_number))
}

/// What stands in a row's column, or what to call it where that cannot be read or is not there.
pub(super) fn said(row: &Row<'_>, column: usize, otherwise: &str) -> String {
    match row.opt_text(column) {
        Ok(Some(text)) => text.to_string(),
        Ok(None) | Err(_) => row.int(column).map_or_else(|_| otherwise.to_string(), |number| number.to_string()),
    }
}

/// With the article that its first letter asks for.
pub(super) fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {}", noun.replace('_', " "))
}

/// Which part of the record that it is named after a row is; empty where it is that record itself.
pub(super) fn whose(table: &str) -> String {
    match expression(table) {
        Some(name) if name.ends_with("t.id") || ["instrument", "purchase_line", "school"].contains(&table) => {
            String::new()
        }
        _ => format!("its {} ", table.replace('_', " ")),
    }
}
