//! The one room that names the driver: opening, transactions, statements, and rows borrowed for the length of a callback.

mod aside;
mod copying;
mod fault;
mod row;
mod statements;
mod value;

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, OpenFlags, Rows, TransactionBehavior};

use super::remember::{Memory, Table, Touched};
use super::trouble::FileTrouble;
use aside::Aside;
use fault::{told, unsure};
use statements::Statements;

pub use fault::breaks_a_constraint;
pub use row::{Object, Row};
pub use value::{Value, word};

/// How long a command waits for another to finish writing.
const BUSY: Duration = Duration::from_secs(5);

/// The page cache of an import: 24 MB, since the importer keeps facts of its own in memory.
const IMPORT_CACHE: &str = "PRAGMA cache_size = -24576";

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

    /// A file that is nowhere but in memory, with nothing in it but the schema.
    pub fn in_memory(schema: &str) -> Result<Db> {
        let db = Db { connection: Connection::open_in_memory().map_err(told)? };
        db.pragmas(schema)?;
        Ok(db)
    }

    /// Fills a new, empty file with the schema and marks it as ours.
    pub fn lay_out(&self, schema: &str) -> Result<()> {
        self.pragmas(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL;"))?;
        self.connection.execute_batch(&format!("BEGIN IMMEDIATE; {schema} COMMIT;")).map_err(told)
    }

    /// Keeps the log beside the file, by which readers and a writer do not wait for each other: a copy comes without. Where
    /// somebody has it open just now, the next command does so.
    pub fn keep_a_log(&self) -> Result<()> {
        match self.connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(told) {
            Err(error) if matches!(error.downcast_ref(), Some(FileTrouble::Busy)) => Ok(()),
            kept => kept,
        }
    }

    /// Whether the file bears our mark.
    pub fn is_ours(&self) -> Result<bool> {
        let id: i64 = self.connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(told)?;
        Ok(id == APPLICATION_ID)
    }

    /// What SQLite finds wrong with the file's pages, indexes and references; empty where nothing is.
    pub fn integrity_faults(&self) -> Result<Vec<String>> {
        let mut faults = self.page_faults()?;
        let mut references = self.connection.prepare("PRAGMA foreign_key_check").map_err(told)?;
        let mut rows = references.query([]).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            let (table, number, target): (String, Option<i64>, String) =
                (row.get(0).map_err(told)?, row.get(1).map_err(told)?, row.get(2).map_err(told)?);
            faults.push(format!("row {} of {table} refers to a {target} that is not there", number.unwrap_or(0)));
        }
        Ok(faults)
    }

    /// What SQLite finds wrong with the file's pages and indexes.
    pub fn page_faults(&self) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        let mut pages = self.connection.prepare("PRAGMA integrity_check(100)").map_err(told)?;
        let mut rows = pages.query([]).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            // It names what is damaged, also where that is no text any more.
            let line = row.get_ref(0).and_then(|line| Ok(line.as_bytes()?)).map_err(told)?;
            let line = String::from_utf8_lossy(line).into_owned();
            faults.extend((line != "ok").then_some(line));
        }
        Ok(faults)
    }

    /// A larger page cache, for commands that read or write most of the file.
    pub fn expect_bulk(&self) -> Result<()> {
        self.pragmas("PRAGMA cache_size = -65536;")
    }

    /// A smaller page cache, for a list that goes once through one table.
    pub fn expect_stream(&self) -> Result<()> {
        self.pragmas("PRAGMA cache_size = -8192;")
    }

    /// Runs [`Db::attempt`] while no reference between tables is looked after, so that a table others refer to can be
    /// made anew. Whoever does so looks at the references before the end.
    pub fn attempt_unreferenced<T>(&mut self, work: impl FnOnce(&Tx) -> Result<(T, bool)>) -> Result<T> {
        self.pragmas("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON;")?;
        let done = self.attempt(work);
        self.pragmas("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON;")?;
        done
    }

    /// Runs [`Db::attempt`] with another file's tables at hand as `other.…`, while references between tables are not looked
    /// after: all records are replaced by another file's, whose references hold.
    pub fn attempt_beside<T>(&mut self, other: &Path, work: impl FnOnce(&Tx) -> Result<(T, bool)>) -> Result<T> {
        let other = other.to_str().context("the file's path is not UTF-8")?;
        self.connection.execute("ATTACH ?1 AS other", [other]).map_err(told)?;
        let done = self.attempt_unreferenced(work);
        let detached = self.pragmas("DETACH other");
        let done = done?;
        detached.map(|()| done)
    }

    /// A larger page cache for an import, which also keeps facts of its own in memory. With `references_are_judged`, the
    /// importer has looked up every record that a row refers to, and the engine does not do so again: half the time of a
    /// million loans.
    pub fn expect_import(&self, references_are_judged: bool) -> Result<()> {
        self.pragmas(IMPORT_CACHE)?;
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
        work(&Tx::of(&transaction, None))
    }

    /// Runs a closure that writes, alone, and keeps all it did or, on any error, nothing. What the records were before is
    /// remembered, so that the change can be undone.
    pub fn write<T>(&mut self, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        self.run(Some(RefCell::default()), |tx| Ok((work(tx)?, true)))
    }

    /// Runs a closure that writes in bulk, alone, and keeps what it did only if it says so at the end. Nothing is
    /// remembered of what was before.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&Tx) -> Result<(T, bool)>) -> Result<T> {
        self.run(None, work)
    }

    fn run<T>(&mut self, memory: Option<RefCell<Memory>>, work: impl FnOnce(&Tx) -> Result<(T, bool)>) -> Result<T> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(told)?;
        let (done, keep) = work(&Tx::of(&transaction, memory))?;
        if !keep {
            transaction.rollback().map_err(told)?;
            return Ok(done);
        }
        match transaction.commit().map_err(unsure) {
            Ok(()) => Ok(done),
            Err(error) => {
                if matches!(error.downcast_ref(), Some(FileTrouble::Unsure)) {
                    // What it would take back on failing, such as a copy from before, stays: the change may stand.
                    std::mem::forget(done);
                }
                Err(error)
            }
        }
    }
}

/// A transaction: the only handle through which records are read or written.
pub struct Tx<'a> {
    connection: &'a Connection,
    statements: Statements<'a>,
    /// Indexes that were taken away for the length of an import.
    aside: Aside,
    /// In bulk, the highest number in each table that any change on record speaks of.
    highest_changed: RefCell<Vec<(Table, i64)>>,
    /// What a change has touched so far, and what it was before; none where nothing is to be undone.
    memory: Option<RefCell<Memory>>,
}

impl<'a> Tx<'a> {
    fn of(connection: &'a Connection, memory: Option<RefCell<Memory>>) -> Tx<'a> {
        Tx {
            connection,
            statements: Statements::of(connection),
            aside: Aside::default(),
            highest_changed: RefCell::default(),
            memory,
        }
    }

    /// Calls `take` with each row. The row is borrowed: what must outlive the call is copied by the caller.
    pub fn each(&self, sql: &str, args: &[Value<'_>], take: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        self.statements.with(sql, |statement| statement.each(args, take))
    }

    /// A statement to be run again and again within another's rows.
    pub fn prepare(&self, sql: &str) -> Result<Prepared<'_>> {
        Ok(Prepared(self.connection.prepare_cached(sql).map_err(told)?))
    }

    /// The first row, or none.
    pub fn one<T>(&self, sql: &str, args: &[Value<'_>], read: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        self.statements.with(sql, |statement| statement.one(args, read))
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

    /// Runs a statement and says how many rows it changed. Nothing is remembered of it: for what no undo brings back.
    pub fn execute(&self, sql: &str, args: &[Value<'_>]) -> Result<usize> {
        self.statements.with(sql, |statement| statement.execute(args))
    }

    /// Changes, makes or removes the record with this key, and remembers what it was.
    pub fn change<'v>(&self, table: Table, key: impl Into<Value<'v>>, sql: &str, args: &[Value<'_>]) -> Result<usize> {
        if let Some(memory) = &self.memory {
            let touched = Touched::new(table, &key.into());
            if !memory.borrow().knows(&touched) {
                let before = super::remember::image_as_text(self, &touched)?;
                memory.borrow_mut().add(touched, before);
            }
        }
        self.execute(sql, args)
    }

    /// Makes a record under a key that is known to be new.
    pub fn make<'v>(&self, table: Table, key: impl Into<Value<'v>>, sql: &str, args: &[Value<'_>]) -> Result<()> {
        self.execute(sql, args)?;
        self.made(table, &key.into());
        Ok(())
    }

    /// Makes a record in a table that numbers its own rows and says which number it got: never one that was taken back.
    pub fn insert(&self, table: Table, sql: &str, args: &[Value<'_>]) -> Result<i64> {
        self.execute(sql, args)?;
        let given = self.connection.last_insert_rowid();
        let id =
            if given > self.highest_changed(table)? { given } else { super::remember::unused(self, table, given)? };
        if id != given {
            self.execute(&format!("UPDATE {} SET id = ?2 WHERE id = ?1", table.name()), &[given.into(), id.into()])?;
        }
        self.made(table, &Value::Int(id));
        Ok(id)
    }

    /// The highest number that a change on record speaks of, asked once for very many rows; at the desk, where one row is
    /// made, to look for its own number costs less.
    fn highest_changed(&self, table: Table) -> Result<i64> {
        if self.memory.is_some() {
            return Ok(i64::MAX);
        }
        let known = self.highest_changed.borrow().iter().find(|(of, _)| *of == table).map(|(_, highest)| *highest);
        if let Some(highest) = known {
            return Ok(highest);
        }
        let highest = super::remember::highest(self, table)?;
        self.highest_changed.borrow_mut().push((table, highest));
        Ok(highest)
    }

    fn made(&self, table: Table, key: &Value<'_>) {
        if let Some(memory) = &self.memory {
            memory.borrow_mut().add(Touched::new(table, key), None);
        }
    }

    /// What was touched so far and what it was before, in the order of the first touch; forgotten by asking.
    pub(super) fn remembered(&self) -> Memory {
        self.memory.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Rows as objects by column name: how a record's image is kept.
    pub(super) fn objects(&self, sql: &str, args: &[Value<'_>]) -> Result<Vec<Object>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(told)?;
        let names: Vec<String> = statement.column_names().map(str::to_string).collect();
        let mut rows = statement.query(rusqlite::params_from_iter(args)).map_err(told)?;
        let mut objects = Vec::new();
        while let Some(row) = rows.next().map_err(told)? {
            objects.push(Row(row).object(&names)?);
        }
        Ok(objects)
    }

    /// The first record that refers to one that is not there, in words: of use where the engine was told not to look.
    pub fn dangling(&self) -> Result<Option<String>> {
        self.one("PRAGMA foreign_key_check", &[], |row| {
            let (table, number, target) = (row.text(0)?, row.opt_int(1)?.unwrap_or(0), row.text(2)?);
            Ok(format!("row {number} of {table} refers to a {target} that is not there"))
        })
    }
}

/// A statement at hand: a look-up that a million rows make each.
pub struct Prepared<'c>(CachedStatement<'c>);

impl Prepared<'_> {
    /// Calls `take` with each row.
    pub fn each(&mut self, args: &[Value<'_>], mut take: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut rows = self.0.query(rusqlite::params_from_iter(args)).map_err(told)?;
        while let Some(row) = rows.next().map_err(told)? {
            take(&Row(row))?;
        }
        Ok(())
    }

    /// Its rows, to be asked for one by one: to be read beside those of another statement.
    pub fn rows(&mut self, args: &[Value<'_>]) -> Result<Cursor<'_>> {
        Ok(Cursor(self.0.query(rusqlite::params_from_iter(args)).map_err(told)?))
    }
}

/// The rows of a statement, one by one.
pub struct Cursor<'s>(Rows<'s>);

impl Cursor<'_> {
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        Ok(self.0.next().map_err(told)?.map(Row))
    }
}
