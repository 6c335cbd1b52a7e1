//! Older files: brought to the newest schema in one transaction, after a copy was put beside them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::backup;
use super::db::{Db, Tx};
use super::{FileTrouble, SCHEMA, SCHEMA_VERSION};
use crate::{args, place};

/// Columns that tables of an older schema have got since, with the version that brought them.
const COLUMNS: &[(i64, &str, &str, &str)] = &[
    (2, "scheme", "agreement", "TEXT"),
    (2, "event", "undoes", "INTEGER REFERENCES event (id)"),
    (2, "loan", "set_id", "INTEGER REFERENCES instrument_set (id)"),
    (2, "loan", "batch_id", "INTEGER"),
    (3, "plan", "planned_on", "TEXT CHECK (planned_on LIKE '____-__-__')"),
    (3, "purchase_line", "added_on", "TEXT CHECK (added_on LIKE '____-__-__')"),
    (3, "invoice", "reason", "TEXT"),
    (6, "person", "erased_on", ERASED_ON),
    (6, "backup", "sum", "TEXT"),
];

const ERASED_ON: &str = "TEXT CHECK (erased_on IS NULL OR (erased_on LIKE '____-__-__' AND email IS NULL AND phone IS NULL AND address IS NULL))";

/// Tables whose rules have changed: put aside under another name, made anew, and filled from it.
const REMADE: &[(i64, &str)] =
    &[(3, "invoice_line"), (5, "person"), (5, "purchase_line"), (5, "instrument"), (5, "loan"), (5, "charge")];

/// Indexes whose place others have taken.
const DROPPED: &[(i64, &str)] = &[(3, "plan_of_category"), (3, "plan_of_type")];

/// What is worked out anew of older records, with the version that needs it.
const REWORKED: &[(i64, &str)] = &[
    // Loans that one command made tell how many children play once each; they are counted once together.
    (
        2,
        "UPDATE loan SET batch_id = (
             SELECT min(other.first) FROM event_subject own
             JOIN event e ON e.id = own.event_id AND e.command = 'lend'
             JOIN event_subject other ON other.event_id = own.event_id AND other.noun = 'loan'
             WHERE own.noun = 'loan' AND own.first = loan.id AND own.last = loan.id)
         WHERE pupils IS NOT NULL",
    ),
    // Reasons for going against a rule have a table of their own.
    (
        3,
        "INSERT INTO override (subject, line_id, overridden_on, reason)
         SELECT 'O' || l.purchase_id || '/' || l.line, l.id,
                coalesce((SELECT min(n.invoiced_on) FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id WHERE b.line_id = l.id),
                         p.ordered_on, '2000-01-01'),
                l.override_reason
         FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id WHERE l.override_reason IS NOT NULL",
    ),
    (3, "ALTER TABLE purchase_line DROP COLUMN override_reason"),
];

/// Brings a file from an older schema to the newest, or leaves it as it was. Says where the copy of the old one is; nowhere,
/// where another command has upgraded the file meanwhile.
pub fn run(db: &mut Db, path: &Path, found: i64) -> Result<Option<PathBuf>> {
    db.read(refuse_what_is_newer)?;
    let Some(kept) = keep(db, path, found)? else {
        return Ok(None);
    };
    let upgraded = db.attempt_unreferenced(|tx| {
        // Another may have upgraded it while this one waited for the lock.
        let found = version(tx)?;
        if found < SCHEMA_VERSION {
            raise(tx, found).with_context(|| format!("upgrading the file from version {found} to {SCHEMA_VERSION}"))?;
        }
        Ok((found < SCHEMA_VERSION, true))
    });
    let may_be_needed = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(FileTrouble::Unsure));
    if !matches!(upgraded, Ok(true)) && !upgraded.as_ref().is_err_and(may_be_needed) {
        // Another has its own copy; and one of what is still there would be made anew at every try.
        std::fs::remove_file(&kept).with_context(|| format!("removing {}", kept.display()))?;
    }
    Ok(upgraded?.then_some(kept))
}

/// Copies the file to a free name; `None` where another command has upgraded it before this one had its copy.
fn keep(db: &Db, path: &Path, found: i64) -> Result<Option<PathBuf>> {
    loop {
        if db.read(version)? >= SCHEMA_VERSION {
            return Ok(None);
        }
        let kept = backup::free_name(&place::real(path), &format!(".version-{found}"));
        match backup::copy(db, &kept) {
            Ok(_) => return Ok(Some(kept)),
            // Another command took the name first.
            Err(error) if matches!(error.downcast_ref(), Some(FileTrouble::Exists(_))) => {}
            Err(error) => return Err(error).context("keeping a copy of the file before it is upgraded"),
        }
    }
}

/// The schema of a file; one that tells none, or several, or one that never was, is damaged.
pub fn version(tx: &Tx) -> Result<i64> {
    let damaged = |told: String| Err(FileTrouble::Damaged).context(told);
    match tx.all("SELECT version FROM schema_version", &[], |row| row.int(0))?[..] {
        [version] if version > 0 => Ok(version),
        [version] => damaged(format!("the file says that it is of version {version}, which never was")),
        [] => damaged("the file does not say of which version it is".to_string()),
        [..] => damaged("the file says that it is of several versions".to_string()),
    }
}

/// Refuses to upgrade a file that has what came with a later version than the one it says it is of: somebody has written
/// over that, and what its records are no upgrade can tell.
fn refuse_what_is_newer(tx: &Tx) -> Result<()> {
    let found = version(tx)?;
    for (since, table, column, _) in COLUMNS.iter().filter(|(since, ..)| *since > found) {
        if tx.exists("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", args![*table, *column])? {
            let told =
                format!("the file says that it is of version {found}, but it has what came with version {since}");
            return Err(FileTrouble::Damaged).context(told);
        }
    }
    Ok(())
}

/// New tables and new columns, then the indexes over both, then what is worked out anew; last the tables that are made anew,
/// by when they have every column they are to have.
fn raise(tx: &Tx, found: i64) -> Result<()> {
    let loose_before = loose_ends(tx)?;
    for (_, index) in DROPPED.iter().filter(|(since, _)| *since > found) {
        tx.execute(&format!("DROP INDEX {index}"), &[])?;
    }
    make_what_is_not_there(tx, "TABLE")?;
    for (_, table, column, declaration) in COLUMNS.iter().filter(|(since, ..)| *since > found) {
        tx.execute(&format!("ALTER TABLE {table} ADD COLUMN {column} {declaration}"), &[])?;
    }
    for (_, sql) in REWORKED.iter().filter(|(since, _)| *since > found) {
        tx.execute(sql, &[])?;
    }
    for (_, table) in REMADE.iter().filter(|(since, _)| *since > found) {
        remake(tx, table).with_context(|| format!("making the table {table} anew"))?;
    }
    make_what_is_not_there(tx, "INDEX")?;
    anyhow::ensure!(loose_ends(tx)? <= loose_before, "records would refer to others that are not there");
    tx.execute("UPDATE schema_version SET version = ?1", args![SCHEMA_VERSION])?;
    Ok(())
}

/// Makes a table as the newest schema has it, with the columns of the old one that the new one has too. Its indexes go with
/// the old one.
fn remake(tx: &Tx, table: &str) -> Result<()> {
    let old = format!("{table}_before");
    tx.execute(&format!("ALTER TABLE {table} RENAME TO {old}"), &[])?;
    make_what_is_not_there(tx, "TABLE")?;
    let both = "SELECT '\"' || o.name || '\"' FROM pragma_table_info(?1) o JOIN pragma_table_info(?2) n ON n.name = o.name ORDER BY o.cid";
    let columns = tx.all(both, args![&old, table], |row| row.string(0))?.join(", ");
    tx.execute(&format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM {old} ORDER BY rowid"), &[])?;
    tx.execute(&format!("DROP TABLE {old}"), &[])?;
    Ok(())
}

/// How many records refer to others that are not there: while tables are made anew, nothing else looks after that.
fn loose_ends(tx: &Tx) -> Result<i64> {
    tx.number("SELECT count(*) FROM pragma_foreign_key_check", &[])
}

fn make_what_is_not_there(tx: &Tx, what: &str) -> Result<()> {
    for statement in statements() {
        let mut words = statement.split_whitespace().filter(|word| *word != "UNIQUE");
        let is_wanted = words.next() == Some("CREATE") && words.next() == Some(what);
        let name = words.next().unwrap_or_default();
        if is_wanted && !tx.exists("SELECT 1 FROM sqlite_schema WHERE name = ?1", args![name])? {
            tx.execute(&statement, &[])?;
        }
    }
    Ok(())
}

/// The statements of the newest schema, without its remarks and the spaces that put its columns below each other: all that is
/// stored is read again at every opening.
pub fn statements() -> Vec<String> {
    let lines = SCHEMA.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--"));
    let bare: Vec<String> = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    bare.join("\n").split_inclusive(";\n").map(str::to_string).collect()
}
