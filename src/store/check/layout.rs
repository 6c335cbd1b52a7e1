//! Whether the file has the tables, columns, references and indexes of the schema, and nothing beside them: a trigger that
//! somebody has added, or an index that is gone, would let records be what no rule allows.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Fault;
use crate::args;
use crate::store::db::{Db, Tx};
use crate::store::upgrade;

/// What the file lacks, then what it has beside the schema; whether the rules can be asked at all is for the caller to see.
pub(super) fn faults(tx: &Tx) -> Result<Vec<Fault>> {
    let schema = Db::in_memory(&upgrade::statements().concat())?;
    // A file that was never upgraded is the schema, word for word.
    if schema.read(words)? == words(tx)? {
        return Ok(Vec::new());
    }
    let (schema, file) = (schema.read(parts)?, parts(tx)?);
    let lacks = schema.difference(&file).map(|part| fault(part, "is missing"));
    let beside = file.difference(&schema).map(|part| fault(part, "is no part of a ledgerline file"));
    Ok(lacks.chain(beside).collect())
}

fn fault(part: &str, what: &str) -> Fault {
    Fault {
        rule: "the file has its layout".to_string(),
        record: "file".to_string(),
        fault: format!("the {part} {what}"),
    }
}

/// What makes each table, index, view and trigger.
fn words(tx: &Tx) -> Result<Vec<(String, String, Option<String>)>> {
    let sql =
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY type, name";
    tx.all(sql, &[], |row| Ok((row.string(0)?, row.string(1)?, row.opt_string(2)?)))
}

/// Every table, column, reference, index, view and trigger, each in words.
fn parts(tx: &Tx) -> Result<BTreeSet<String>> {
    let mut parts = BTreeSet::new();
    let named =
        "SELECT type, name, sql IS NULL FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
    let mut tables = Vec::new();
    tx.each(named, &[], |row| {
        let (what, name) = (row.text(0)?, row.text(1)?);
        parts.insert(format!("{what} {name}"));
        if what == "table" {
            tables.push(name.to_string());
        }
        Ok(())
    })?;
    let indexes = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
    tx.each(indexes, &[], |row| {
        parts.insert(format!("index {}, which reads {},", row.text(0)?, plain(row.text(1)?)));
        Ok(())
    })?;
    for table in tables {
        let made =
            tx.one("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1", args![&table], |row| {
                row.string(0)
            })?;
        for check in checks(&made.unwrap_or_default()) {
            parts.insert(format!("rule of {table} that {check}"));
        }
        tx.each("SELECT strict FROM pragma_table_list(?1) WHERE schema = 'main'", args![&table], |row| {
            let strict = if row.int(0)? == 1 { "" } else { "not " };
            parts.insert(format!("declaration of {table} as {strict}strict"));
            Ok(())
        })?;
        tx.each("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?1)", args![&table], |row| {
            let needed = if row.int(2)? == 1 { ", always filled," } else { "" };
            let key = if row.int(3)? > 0 { " of its key" } else { "" };
            parts.insert(format!("column{key} {table}.{} ({}){needed}", row.text(0)?, row.text(1)?.to_lowercase()));
            Ok(())
        })?;
        tx.each("SELECT \"from\", \"table\" FROM pragma_foreign_key_list(?1)", args![&table], |row| {
            parts.insert(format!("reference from {table}.{} to {}", row.text(0)?, row.text(1)?));
            Ok(())
        })?;
        tx.each("SELECT l.name, l.\"unique\", l.partial, group_concat(i.name) FROM pragma_index_list(?1) l, pragma_index_info(l.name) i GROUP BY 1, 2, 3", args![&table], |row| {
            let unique = if row.int(1)? == 1 { "unique " } else { "" };
            let partial = if row.int(2)? == 1 { ", partial," } else { "" };
            parts.insert(format!("{unique}index of {table} over {}{partial}", row.opt_text(3)?.unwrap_or("nothing")));
            Ok(())
        })?;
    }
    Ok(parts)
}

/// A statement in one writing: without remarks, quotation marks of names and needless spaces, and in small letters but for texts.
fn plain(sql: &str) -> String {
    let mut plain = String::new();
    let mut letters = sql.chars().peekable();
    let mut is_text = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => is_text = !is_text,
            _ if is_text => {}
            '-' if letters.peek() == Some(&'-') => {
                letters.by_ref().find(|letter| *letter == '\n');
                plain.push(' ');
                continue;
            }
            '"' | '`' | '[' | ']' => continue,
            letter if letter.is_whitespace() => {
                plain.push(' ');
                continue;
            }
            _ => {}
        }
        plain.push(if is_text { letter } else { letter.to_ascii_lowercase() });
    }
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.replace("( ", "(").replace(" )", ")").replace(" (", "(")
}

/// The rules that a table's statement sets, each in one writing, whichever column they stand beside.
fn checks(sql: &str) -> Vec<String> {
    let plain = plain(sql);
    let inside = |(start, sign): (usize, &str)| {
        let rule = &plain[start + sign.len()..];
        let (mut depth, mut is_text) = (1, false);
        let end = rule.find(|letter| {
            is_text ^= letter == '\'';
            match letter {
                '(' if !is_text => depth += 1,
                ')' if !is_text => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        rule[..end.unwrap_or(rule.len())].to_string()
    };
    plain.match_indices("check(").map(inside).collect()
}

/// What the engine finds wrong with pages and indexes, on one line. Of a constraint it names the table, and pages are whole.
pub(super) fn of_pages(told: &str) -> String {
    let line = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let of_values = ["CHECK constraint failed", "NULL value in", "NUMERIC value in", "TEXT value in", "non-"];
    if of_values.iter().any(|sign| line.starts_with(sign)) {
        line
    } else {
        format!("the file's pages are damaged: {line}")
    }
}
