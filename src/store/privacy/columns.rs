//! Every column of text in the file, by what it may hold of people.

use anyhow::{Context, Result};
use serde_json::Value as Json;

use crate::store::db::Object;

/// What is written of somebody by itself: table, column, and what stands there once they are erased. Of a person's own row,
/// their reference follows the word.
pub const OWN: &[(&str, &str, Option<&str>)] = &[
    ("person", "name", Some("Erased ")),
    ("person", "name_key", Some("erased ")),
    ("person", "email", None),
    ("person", "phone", None),
    ("person", "address", None),
    ("loan", "note", None),
    ("charge", "note", None),
    ("request", "note", None),
    ("hold", "reason", Some(crate::domain::privacy::ERASED)),
    ("message", "address", None),
    ("message", "answer", None),
];

/// A table in which a name may stand by the way.
pub struct Elsewhere {
    pub table: &'static str,
    /// The record as a command names it, in SQL.
    pub record: &'static str,
    pub columns: &'static [&'static str],
    /// How it is taken out by hand.
    pub mend: &'static str,
    /// Whether people write freely there, so that erasing strikes a name out itself. Elsewhere it may be what something is
    /// called, or the reason of money that an auditor is to read.
    pub is_free: bool,
}

const fn elsewhere(
    table: &'static str,
    record: &'static str,
    columns: &'static [&'static str],
    mend: &'static str,
) -> Elsewhere {
    Elsewhere { table, record, columns, mend, is_free: false }
}

impl Elsewhere {
    const fn written_freely(self) -> Elsewhere {
        Elsewhere { is_free: true, ..self }
    }
}

/// The number by which a table in which people write freely knows its rows.
pub(super) fn number_of(table: &str) -> &'static str {
    if table == "hold" { "loan_id" } else { "id" }
}

/// Where the name of anybody may stand by the way. Of records that are somebody's own, these columns count for others.
pub const ELSEWHERE: &[Elsewhere] = &[
    elsewhere("setting", "'the setting ' || key", &["value"], "ledgerline setting set"),
    elsewhere("type", "'the type ' || code", &["name"], "ledgerline import types … --update"),
    elsewhere("type_size", "'the type ' || type", &["size"], "ledgerline import types … --update"),
    elsewhere("category", "'the category ' || code", &["name"], "ledgerline category rename"),
    elsewhere(
        "school",
        "'the school ' || urn",
        &["name", "la", "type", "phase", "email", "trust"],
        "ledgerline school edit",
    ),
    elsewhere("organisation", "'G' || id", &["name", "email", "phone", "address"], "ledgerline organisation edit"),
    elsewhere("term", "'the term ' || academic_year", &["name", "la"], "ledgerline import terms … --update"),
    elsewhere("scheme", "'the scheme ' || code", &["agreement"], "ledgerline scheme set … --agreement"),
    elsewhere("remission", "'the remission of P' || person_id", &["band"], "ledgerline remission remove"),
    elsewhere("supplier", "'supplier ' || id", &["name", "framework_lot"], "ledgerline import suppliers … --update"),
    elsewhere("supplier_alias", "'supplier ' || supplier_id", &["name"], "ledgerline import suppliers … --update"),
    elsewhere("fund", "'the fund ' || code", &["name"], "ledgerline import funds … --update"),
    elsewhere("extension", "'the fund ' || fund", &["reason"], "a reason of a fund stays; ask who keeps the file"),
    elsewhere("fund_share", "'the fund ' || fund", &["area"], "ledgerline import fund-shares … --update"),
    elsewhere(
        "purchase",
        "'O' || id",
        &["reference", "off_framework_reason"],
        "ledgerline import purchases … --update",
    ),
    elsewhere(
        "purchase_line",
        "'O' || purchase_id || '/' || line",
        &["description", "size", "area"],
        "ledgerline import purchases … --update",
    ),
    elsewhere("coding", "'line ' || line_id", &["reason"], "a reason of money stays; ask who keeps the file"),
    elsewhere("cancellation", "'line ' || line_id", &["reason"], "a reason of money stays; ask who keeps the file"),
    elsewhere("override", "subject", &["reason"], "a reason of money stays; ask who keeps the file"),
    elsewhere("pool", "'pool ' || id", &["name"], "ledgerline import pools … --update"),
    elsewhere("invoice", "'invoice ' || id", &["number", "reason"], "ledgerline import invoices … --update"),
    elsewhere(
        "instrument",
        "tag",
        &["size", "make", "model", "serial", "location", "area", "authorised_by", "crime_ref"],
        "ledgerline instrument edit",
    ),
    elsewhere("instrument", "tag", &["note"], "ledgerline instrument edit").written_freely(),
    elsewhere(
        "accessory",
        "(SELECT tag FROM instrument i WHERE i.id = instrument_id)",
        &["name"],
        "ledgerline instrument edit",
    ),
    elsewhere("instrument_set", "'set ' || id", &["name"], "ledgerline set edit"),
    elsewhere("loan", "'L' || id", &["returned_at", "missing"], "ledgerline import loans … --update"),
    elsewhere("loan", "'L' || id", &["note"], "ledgerline import loans … --update").written_freely(),
    elsewhere("repair", "'J' || id", &["fault"], "ledgerline repair edit").written_freely(),
    elsewhere("request", "'R' || id", &["size"], "ledgerline import requests … --update"),
    elsewhere("request", "'R' || id", &["note"], "ledgerline import requests … --update").written_freely(),
    elsewhere("charge", "'C' || id", &["note"], "ledgerline import charges … --update").written_freely(),
    elsewhere("hold", "'L' || loan_id", &["reason"], "ledgerline remind hold").written_freely(),
    elsewhere("message", "'M' || id", &["answer"], "what was said stays; it goes with whom it was said to")
        .written_freely(),
    elsewhere("stocktake", "'stocktake ' || id", &["location"], "a count stays; ask who keeps the file"),
    elsewhere("stocktake_scan", "'stocktake ' || stocktake_id", &["tag"], "a count stays; ask who keeps the file"),
    elsewhere("ladder", "'the stage ' || stage", &["template", "copy_to"], "ledgerline remind ladder set"),
];

/// What holds no name of those whom records are about, and why.
pub const NAMELESS: &[(&str, &[&str], &str)] = &[
    ("setting", &["key"], "a word of the program's"),
    ("sharing", &["group"], "a group of this machine's logins"),
    ("numbering", &["noun"], "a word of the program's, or a type's code"),
    ("type", &["code", "name_key", "family"], "a code; derived from the name"),
    ("type_size", &["type"], "a code"),
    ("category", &["code"], "a code"),
    ("school", &["name_key", "laestab", "status", "postcode"], "derived from the name, or codes"),
    ("organisation", &["name_key", "role"], "derived from the name, or a word of the program's"),
    ("person", &["role", "year_group"], "words of the program's"),
    ("term", &["academic_year", "name_key"], "derived from the name, or a year"),
    ("scheme", &["code", "length"], "words of the program's"),
    ("rate", &["scheme", "family", "per"], "words of the program's"),
    ("remission", &["academic_year"], "a year"),
    ("supplier", &["name_key"], "derived from the name"),
    ("supplier_alias", &["name_key"], "derived from the name"),
    ("fund", &["code", "nature"], "codes"),
    ("extension", &["fund"], "a code"),
    ("fund_payment", &["fund"], "a code"),
    ("fund_share", &["fund", "area_key"], "a code, or derived from the area"),
    ("policy", &["basis"], "a word of the program's"),
    ("plan", &["fund", "category", "type"], "codes"),
    (
        "purchase_line",
        &["fund", "category", "nature", "type", "kind", "group", "import_key"],
        "codes, words of the program's, or derived from the rest",
    ),
    ("coding", &["category"], "a code"),
    ("coding_fund", &["fund"], "a code"),
    ("override", &["subject", "rule"], "a reference, or a word of the program's"),
    ("pool", &["name_key"], "derived from the name"),
    ("invoice", &["number_key"], "derived from the number"),
    (
        "instrument",
        &[
            "tag",
            "tag_key",
            "type",
            "kind",
            "category",
            "group",
            "condition",
            "serial_key",
            "source",
            "search_key",
            "disposal",
        ],
        "codes, words of the program's, or derived from the rest",
    ),
    ("instrument_set", &["name_key"], "derived from the name"),
    ("loan", &["scheme", "year_group", "returned_condition"], "words of the program's"),
    ("repair", &["outcome", "payer"], "words of the program's"),
    ("request", &["type"], "a code"),
    ("charge", &["charge_type", "period", "term", "academic_year"], "words of the program's, years and terms"),
    ("stocktake", &["location_key"], "derived from the location"),
    ("stocktake_scan", &["tag_key"], "derived from the tag"),
    ("event", &["at", "who", "command", "subject"], "a moment, a login, words of the program's and references"),
    ("event_text", &["summary"], "read by itself: what is told of an event"),
    ("event_subject", &["noun"], "a word of the program's"),
    ("change", &["record", "key", "before", "after"], "read by itself: what a record was"),
    ("backup", &["at", "name", "sum"], "a moment, a file's name, and its sum"),
    ("ladder", &["stage"], "a word of the program's"),
    ("message", &["route", "claimed_at", "settled_at"], "words of the program's and moments"),
    ("reminder", &["stage", "state"], "words of the program's"),
    ("arming", &["token", "place", "machine", "last_run_at"], "a place and a machine"),
];

/// What a column's name ends in that is made from others: what is struck out of those is struck out of it.
pub(super) const DERIVED: &str = "_key";

/// Whether erasing a person blanks this column of what is theirs.
pub(super) fn is_blanked(table: &str, column: &str) -> bool {
    OWN.iter().any(|(own, name, _)| *own == table && *name == column)
}

/// Whether a name may stand here by the way.
pub(super) fn may_mention(table: &str, column: &str) -> bool {
    let listed = ELSEWHERE.iter().any(|each| each.table == table && each.columns.contains(&column));
    listed || (column.ends_with(DERIVED) && !is_blanked(table, column))
}

/// The rows of a record as they are kept with an event.
pub(super) fn rows_of(image: &str) -> Result<Vec<Object>> {
    if image.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(image).context("reading what a record was")
}

/// The texts in the rows of a record, each with its column.
pub(super) fn texts_of(image: &str) -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for row in rows_of(image)? {
        for (column, value) in row {
            if let Json::String(value) = value {
                texts.push((column, value));
            }
        }
    }
    Ok(texts)
}
