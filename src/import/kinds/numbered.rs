//! Records that bear references of one letter: requests, repairs, charges. A row is known by its reference; one without,
//! by what it says and its place among rows that say the same.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::import::track::{Numbers, Runs};
use crate::store::Tx;
use crate::store::journal::About;

/// What a kind of such records adds: its columns, the first of which holds the reference, and its rules.
pub(super) trait Numbered {
    /// What is recorded under a reference.
    type Record;

    const COLUMNS: &'static [&'static str];

    /// The reference in the row's first column.
    fn given(row: &mut Row<'_>) -> Option<i64>;

    fn name(number: i64) -> String;

    fn find(&self, tx: &Tx, number: i64) -> Result<Option<Self::Record>>;

    /// The record a row describes, on top of what is on record; `None` where the row has a fault.
    fn read(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Self::Record>) -> Result<Option<Self::Record>>;

    /// The records that a row without reference could be, by reference.
    fn alike(&self, tx: &Tx, like: &Self::Record) -> Result<Vec<i64>>;

    fn differences(before: &Self::Record, after: &Self::Record) -> Vec<&'static str>;

    /// Whether anything at the desk changes this column of a record.
    fn may_change(before: &Self::Record, field: &str) -> bool;

    /// Judges what is to be written by the rules of the desk; what they refuse is noted with the row.
    fn judge(
        &mut self,
        tx: &Tx,
        row: &mut Row<'_>,
        before: Option<&Self::Record>,
        after: &mut Self::Record,
    ) -> Result<()>;

    fn write(&mut self, tx: &Tx, number: i64, before: Option<&Self::Record>, after: Self::Record) -> Result<()>;

    /// Remembers that numbers up to this one are taken.
    fn reserve(tx: &Tx, number: i64) -> Result<()>;

    fn next(tx: &Tx) -> Result<i64>;

    /// The highest number on record; nought without one.
    fn highest(tx: &Tx) -> Result<i64>;

    fn about(first: i64, last: i64) -> About;

    /// What is to be told of the rows as a whole.
    fn finish(&mut self) -> Finish {
        Finish::default()
    }
}

/// Takes the rows of such a kind.
pub(super) struct NumberedRows<K> {
    kind: K,
    terms: Terms,
    seen: Numbers,
    touched: Runs,
    /// The highest on record before the import: none above it need be looked up.
    highest_before: i64,
    /// The highest reference that any row bears: none of them is given to a row without.
    borne: i64,
    /// The highest that was written.
    written: i64,
}

impl<K: Numbered> NumberedRows<K> {
    pub fn new(tx: &Tx, kind: K, terms: Terms) -> Result<NumberedRows<K>> {
        let (seen, touched) = (Numbers::default(), Runs::default());
        Ok(NumberedRows { kind, terms, seen, touched, highest_before: K::highest(tx)?, borne: 0, written: 0 })
    }
}

impl<K: Numbered> Intake for NumberedRows<K> {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let given = K::given(row);
        self.borne = self.borne.max(given.unwrap_or(0));
        if given.is_none() && row.has(0_usize) && row.is_sound() && round.first {
            // The references that are given come first, so that none is given out that a later row bears.
            return Ok(Outcome::Waits);
        }
        if let Some(given) = given {
            row.repeats(0_usize, self.seen.first(given, row.line()));
        }
        let mut before = given
            .filter(|given| *given <= self.highest_before)
            .map(|given| self.kind.find(tx, given))
            .transpose()?
            .flatten();
        let Some(mut after) = self.kind.read(tx, row, before.as_ref())?.filter(|_| row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let mut known = given;
        if given.is_none() {
            let alike = self.kind.alike(tx, &after)?;
            known = alike.into_iter().find(|number| self.seen.first(*number, row.line()).is_none());
            before = known.map(|known| self.kind.find(tx, known)).transpose()?.flatten();
            if let Some(over) = self.kind.read(tx, row, before.as_ref())? {
                after = over;
            }
        }
        self.settle(tx, row, known, before.as_ref(), after)
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        if self.written > 0 {
            K::reserve(tx, self.written)?;
        }
        let mut finish = self.kind.finish();
        let runs = std::mem::take(&mut self.touched).joined();
        finish.about.extend(runs.into_iter().map(|(first, last)| K::about(first, last)));
        Ok(finish)
    }
}

impl<K: Numbered> NumberedRows<K> {
    fn settle(
        &mut self,
        tx: &Tx,
        row: &mut Row<'_>,
        known: Option<i64>,
        before: Option<&K::Record>,
        mut after: K::Record,
    ) -> Result<Outcome> {
        let fields = before.map(|before| K::differences(before, &after)).unwrap_or_default();
        let subject = known.map(K::name).unwrap_or_default();
        if let Some(before) = before {
            if fields.is_empty() || !self.terms.update {
                return self.terms.settle(subject, fields, || Ok(()));
            }
            for field in fields.iter().filter(|field| !K::may_change(before, field)) {
                let column = K::COLUMNS.iter().position(|name| name == field).unwrap_or_default();
                row.fault(column, format!("is not what is on record of {subject}, and an import cannot change that"));
            }
        }
        if row.is_sound() {
            self.kind.judge(tx, row, before, &mut after)?;
        }
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        let number = match known {
            Some(known) => known,
            None => {
                if self.borne > 0 {
                    K::reserve(tx, self.borne)?;
                }
                let next = K::next(tx)?;
                self.seen.first(next, row.line());
                next
            }
        };
        self.kind.write(tx, number, before, after)?;
        self.written = self.written.max(number);
        self.touched.add(number);
        Ok(if before.is_some() { Outcome::Updated { subject, fields } } else { Outcome::Created })
    }
}
