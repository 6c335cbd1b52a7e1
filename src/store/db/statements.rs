//! Statements at hand: found again by where their text lies, since to hash a long text costs as much as to look a row up.

use std::cell::RefCell;

use anyhow::Result;
use rusqlite::{CachedStatement, Connection, Error};

use super::value::Value;
use super::{Row, told};

/// As many as one transaction runs again and again, with room to spare.
const PLACES: usize = 128;

/// The statements that a transaction has run so far; at its end they go back to the connection.
pub(super) struct Statements<'c> {
    connection: &'c Connection,
    places: RefCell<Vec<Option<Held<'c>>>>,
}

impl<'c> Statements<'c> {
    pub fn of(connection: &'c Connection) -> Statements<'c> {
        Statements { connection, places: RefCell::default() }
    }

    /// Lends a statement to `work`. One that is lent already, to a caller further out, is prepared a second time.
    pub fn with<T>(&self, sql: &str, work: impl FnOnce(&mut Held<'c>) -> Result<T>) -> Result<T> {
        let place = place_of(sql);
        let at_hand = self.places.borrow_mut().get_mut(place).and_then(Option::take);
        let mut held = match at_hand.filter(|held| *held.sql == *sql) {
            Some(held) => held,
            None => {
                let statement = self.connection.prepare_cached(sql).map_err(told)?;
                Held { sql: sql.into(), statement, filled: 0 }
            }
        };
        let done = work(&mut held);
        let mut places = self.places.borrow_mut();
        if places.is_empty() {
            places.resize_with(PLACES, || None);
        }
        places[place] = Some(held);
        done
    }
}

/// Two texts may share a place; then they take turns.
fn place_of(sql: &str) -> usize {
    let mixed = (sql.as_ptr() as usize ^ sql.len()).wrapping_mul(0x9e37_79b9);
    (mixed >> 12) % PLACES
}

/// A statement with its text, and which of its markers hold a value from the run before.
pub(super) struct Held<'c> {
    sql: Box<str>,
    statement: CachedStatement<'c>,
    filled: u64,
}

impl Held<'_> {
    /// Calls `take` with each row.
    pub fn each(&mut self, args: &[Value<'_>], mut take: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        self.fill(args)?;
        let mut rows = self.statement.raw_query();
        while let Some(row) = rows.next().map_err(told)? {
            take(&Row(row))?;
        }
        Ok(())
    }

    /// The first row, or none.
    pub fn one<T>(&mut self, args: &[Value<'_>], read: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        self.fill(args)?;
        let mut rows = self.statement.raw_query();
        rows.next().map_err(told)?.map(|row| read(&Row(row))).transpose()
    }

    /// How many rows it changed.
    pub fn execute(&mut self, args: &[Value<'_>]) -> Result<usize> {
        self.fill(args)?;
        self.statement.raw_execute().map_err(told)
    }

    /// Fills the markers. One that is empty and has been is passed over: most columns of most rows are.
    fn fill(&mut self, args: &[Value<'_>]) -> Result<()> {
        let wanted = self.statement.parameter_count();
        if wanted != args.len() {
            return Err(told(Error::InvalidParameterCount(args.len(), wanted)));
        }
        let mut bit: u64 = 1;
        for (index, value) in args.iter().enumerate() {
            let is_null = matches!(value, Value::Null);
            // Beyond the last bit nothing is known, and all is filled.
            if !is_null || bit == 0 || self.filled & bit != 0 {
                self.statement.raw_bind_parameter(index + 1, value).map_err(told)?;
            }
            self.filled = if is_null { self.filled & !bit } else { self.filled | bit };
            bit <<= 1;
        }
        Ok(())
    }
}
