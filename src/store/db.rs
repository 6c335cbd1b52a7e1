//! The one file that names the driver: opening, transactions, statements, and rows borrowed for the length of a callback.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::trouble::FileTrouble;
use crate::domain::date::{Date, from_iso};
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, OrderRef, OrganisationRef, PersonRef, Urn};
use crate::domain::tag::Tag;
use crate::domain::text::{Email, Name};
use crate::domain::words::Word;

/// How long a command waits for another to finish writing.
const BUSY: Duration = Duration::from_secs(5);

/// Marks a file as ledgerline's own: "LdgL" in SQLite's application id.
const APPLICATION_ID: i64 = 0x4c64_674c;

/// An open file.
pub struct Db {
    connection: Connection,
}

impl Db {
    /// Opens a file that exists, for reading and writing.
    pub fn open(path: &Path) -> Result<Db> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Db { connection: Connection::open_with_flags(path, flags).map_err(told)? };
        db.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false).map_err(told)?;
        db.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false).map_err(told)?;
        // A statement's plan does not hang on the values it is run with: without this, one that reads a partial index is
        // prepared anew on every run.
        db.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(told)?;
        db.connection.busy_timeout(BUSY).map_err(told)?;
        db.connection.set_prepared_statement_cache_capacity(128);
        db.pragmas("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -32768;")?;
        Ok(db)
    }

    /// Fills a new, empty file with the schema and marks it as ours.
    pub fn lay_out(&self, schema: &str) -> Result<()> {
        self.pragmas(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL;"))?;
        self.connection.execute_batch(&format!("BEGIN IMMEDIATE; {schema} COMMIT;")).map_err(told)
    }

    /// Whether the file bears our mark.
    pub fn is_ours(&self) -> Result<bool> {
        let id: i64 = self.connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(told)?;
        Ok(id == APPLICATION_ID)
    }

    /// What SQLite finds wrong with the file's pages, indexes and references; empty where nothing is.
    pub fn integrity_faults(&self) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        let mut pages = self.connection.prepare("PRAGMA integrity_check(100)").map_err(told)?;
        let mut rows = pages.query([]).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            let line: String = row.get(0).map_err(told)?;
            faults.extend((line != "ok").then_some(line));
        }
        let mut references = self.connection.prepare("PRAGMA foreign_key_check").map_err(told)?;
        let mut rows = references.query([]).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            let (table, number, target): (String, Option<i64>, String) =
                (row.get(0).map_err(told)?, row.get(1).map_err(told)?, row.get(2).map_err(told)?);
            faults.push(format!("row {} of {table} refers to a {target} that is not there", number.unwrap_or(0)));
        }
        Ok(faults)
    }

    /// A larger page cache, for commands that read or write most of the file.
    pub fn expect_bulk(&self) -> Result<()> {
        self.pragmas("PRAGMA cache_size = -65536;")
    }

    /// A larger page cache for an import, which also keeps facts of its own in memory. With `references_are_judged`, the
    /// importer has looked up every record that a row refers to, and the engine does not do so again: half the time of a
    /// million loans.
    pub fn expect_import(&self, references_are_judged: bool) -> Result<()> {
        self.pragmas("PRAGMA cache_size = -24576;")?;
        if references_are_judged { self.pragmas("PRAGMA foreign_keys = OFF;") } else { Ok(()) }
    }

    /// Writes without waiting for the disk: for a throw-away copy alone.
    pub fn care_for_nothing(&self) -> Result<()> {
        self.pragmas("PRAGMA synchronous = OFF;")
    }

    fn pragmas(&self, statements: &str) -> Result<()> {
        self.connection.execute_batch(statements).map_err(told)
    }

    /// Runs a closure that only reads, on one unchanging picture of the file.
    pub fn read<T>(&self, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        let transaction = self.connection.unchecked_transaction().map_err(told)?;
        work(&Tx { connection: &transaction })
    }

    /// Runs a closure that writes, alone, and keeps all it did or, on any error, nothing.
    pub fn write<T>(&mut self, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.attempt(|tx| Ok((work(tx)?, true)))
    }

    /// Runs a closure that writes, alone, and keeps what it did only if it says so at the end.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&Tx) -> Result<(T, bool)>) -> Result<T> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(told)?;
        let (done, keep) = work(&Tx { connection: &transaction })?;
        if keep { transaction.commit() } else { transaction.rollback() }.map_err(told)?;
        Ok(done)
    }

    /// Writes a compact copy of the file as it is now, while others read and write.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        let path = path.to_str().context("the backup's path is not UTF-8")?;
        self.connection.execute("VACUUM INTO ?1", [path]).map_err(told)?;
        Ok(())
    }
}

/// A transaction: the only handle through which records are read or written.
pub struct Tx<'a> {
    connection: &'a Connection,
}

/// A value on its way into a statement.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    /// A day, kept as its ISO text.
    Day(Date),
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(number) => ToSqlOutput::from(*number),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Day(day) => ToSqlOutput::from(day.to_string()),
        })
    }
}

macro_rules! value_from {
    ($($type:ty: $given:ident => $value:expr;)*) => {
        $(impl<'a> From<$type> for Value<'a> {
            fn from($given: $type) -> Value<'a> {
                $value
            }
        })*
    };
}

value_from! {
    i64: number => Value::Int(number);
    bool: flag => Value::Int(i64::from(flag));
    &'a str: text => Value::Text(text);
    &'a String: text => Value::Text(text);
    &'a Tag: tag => Value::Text(tag.as_str());
    &'a Name: name => Value::Text(name.as_str());
    &'a Email: email => Value::Text(email.as_str());
    Date: day => Value::Day(day);
    Pence: amount => Value::Int(amount.pence());
    PersonRef: person => Value::Int(person.number());
    OrganisationRef: organisation => Value::Int(organisation.number());
    LoanRef: loan => Value::Int(loan.number());
    OrderRef: order => Value::Int(order.number());
    Urn: urn => Value::Int(urn.number());
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(given: Option<T>) -> Value<'a> {
        given.map_or(Value::Null, Into::into)
    }
}

/// A closed word goes in as its text.
pub fn word<'a, W: Word>(word: W) -> Value<'a> {
    Value::Text(word.as_str())
}

/// Values for a statement's markers, in order: `args![tag, due_on]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::db::Value::from($value)),*] as &[$crate::store::db::Value<'_>]
    };
}

impl Tx<'_> {
    /// Calls `take` with each row. The row is borrowed: what must outlive the call is copied by the caller.
    pub fn each(&self, sql: &str, args: &[Value<'_>], mut take: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(told)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args)).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            take(&Row(row))?;
        }
        Ok(())
    }

    /// The first row, or none.
    pub fn one<T>(&self, sql: &str, args: &[Value<'_>], read: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(told)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args)).map_err(told)?;
        rows.next().map_err(told)?.map(|row| read(&Row(row))).transpose()
    }

    /// Every row. For lists a person reads; a million rows go through [`Tx::each`].
    pub fn all<T>(&self, sql: &str, args: &[Value<'_>], mut read: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, args, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// One whole number that a statement always yields: a count, a sum, a number given out.
    pub fn number(&self, sql: &str, args: &[Value<'_>]) -> Result<i64> {
        self.one(sql, args, |row| row.int(0))?.ok_or_else(|| anyhow!("a statement gave no row: {sql}"))
    }

    /// Whether there is any such row.
    pub fn exists(&self, sql: &str, args: &[Value<'_>]) -> Result<bool> {
        Ok(self.one(sql, args, |_| Ok(()))?.is_some())
    }

    /// Runs a statement and says how many rows it changed.
    pub fn execute(&self, sql: &str, args: &[Value<'_>]) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(sql).map_err(told)?;
        statement.execute(rusqlite::params_from_iter(args)).map_err(told)
    }

    /// Takes a table's indexes away, works, and builds them again in one go, which is far quicker for a great many rows.
    /// What an index forbids is found when it is built again.
    pub fn without_indexes<T>(&self, table: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY rowid";
        let indexes = self.all(sql, &[table.into()], |row| Ok((row.string(0)?, row.string(1)?)))?;
        for (name, _) in &indexes {
            self.execute(&format!("DROP INDEX {name}"), &[])?;
        }
        let done = work()?;
        for (_, sql) in &indexes {
            self.execute(sql, &[])?;
        }
        Ok(done)
    }

    /// Adds a row to a table that numbers its own rows and says which number it got.
    pub fn insert(&self, sql: &str, args: &[Value<'_>]) -> Result<i64> {
        self.execute(sql, args)?;
        Ok(self.connection.last_insert_rowid())
    }
}

/// A row, borrowed from the statement that found it.
pub struct Row<'a>(&'a rusqlite::Row<'a>);

impl Row<'_> {
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        match self.0.get_ref(column).map_err(told)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => Ok(Some(std::str::from_utf8(bytes).map_err(|_| FileTrouble::Damaged)?)),
            _ => Err(FileTrouble::Damaged).with_context(|| format!("column {column} holds no text")),
        }
    }

    /// Text, with an absent one as the empty text.
    pub fn text(&self, column: usize) -> Result<&str> {
        Ok(self.opt_text(column)?.unwrap_or(""))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get_ref(column).map_err(told)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            _ => Err(FileTrouble::Damaged).with_context(|| format!("column {column} holds no whole number")),
        }
    }

    pub fn int(&self, column: usize) -> Result<i64> {
        self.opt_int(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} is empty"))
    }

    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub fn string(&self, column: usize) -> Result<String> {
        Ok(self.text(column)?.to_string())
    }

    pub fn opt_string(&self, column: usize) -> Result<Option<String>> {
        Ok(self.opt_text(column)?.map(str::to_string))
    }

    pub fn opt_pence(&self, column: usize) -> Result<Option<Pence>> {
        Ok(self.opt_int(column)?.map(Pence::new))
    }

    pub fn pence(&self, column: usize) -> Result<Pence> {
        Ok(Pence::new(self.int(column)?))
    }

    pub fn opt_day(&self, column: usize) -> Result<Option<Date>> {
        let read = |text| from_iso(text).ok_or(FileTrouble::Damaged).with_context(|| format!("'{text}' is no day"));
        self.opt_text(column)?.map(read).transpose()
    }

    pub fn day(&self, column: usize) -> Result<Date> {
        self.opt_day(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} has no day"))
    }

    /// A word of a closed list, or an error that the record holds another.
    pub fn opt_word<W: Word>(&self, column: usize) -> Result<Option<W>> {
        self.opt_text(column)?.map(|text| W::from_str(text).map_err(|error| anyhow!(error))).transpose()
    }

    pub fn word<W: Word>(&self, column: usize) -> Result<W> {
        self.opt_word(column)?.ok_or(FileTrouble::Damaged).with_context(|| format!("column {column} has no word"))
    }

    pub fn tag(&self, column: usize) -> Result<Tag> {
        Ok(Tag::from_record(self.text(column)?))
    }

    pub fn name(&self, column: usize) -> Result<Name> {
        Ok(Name::from_record(self.text(column)?))
    }
}

/// The driver's error as one of ours where the file is to blame; anything else keeps the driver's words.
fn told(error: rusqlite::Error) -> anyhow::Error {
    let Some(code) = error.sqlite_error_code() else {
        return anyhow!(error);
    };
    // The file of shared memory could not grow: the disk is full, in other words.
    const NO_ROOM_TO_SHARE: i32 = 4874;
    let no_room = error.sqlite_error().is_some_and(|told| told.extended_code == NO_ROOM_TO_SHARE);
    let trouble = match code {
        _ if no_room => FileTrouble::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => FileTrouble::Busy,
        ErrorCode::DiskFull => FileTrouble::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => FileTrouble::ReadOnly,
        ErrorCode::CannotOpen => FileTrouble::CannotOpen,
        ErrorCode::DatabaseCorrupt => FileTrouble::Damaged,
        ErrorCode::NotADatabase => FileTrouble::NotADatabase,
        ErrorCode::SystemIoFailure => FileTrouble::InputOutput,
        _ => return anyhow!(error),
    };
    anyhow!(error).context(trouble)
}
