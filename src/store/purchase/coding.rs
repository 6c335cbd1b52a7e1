//! What bears a line: several funds from the beginning, or others since.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::instrument::CategoryCode;
use crate::domain::purchase::Line;
use crate::domain::shares::{Share, Shares};
use crate::store::db::{Prepared, Tx};
use crate::store::remember::Table;

/// The funds that bear a line since it was coded anew, and the category that goes with them.
pub type Coding = (Shares, Option<String>);

/// The latest first: of one day, the one entered last.
const LATEST: &str =
    "SELECT id, category FROM coding WHERE line_id = ?1 AND (?2 IS NULL OR coded_on IS NULL OR coded_on <= ?2)
    ORDER BY coded_on DESC, id DESC LIMIT 1";

const FUNDS: &str = "SELECT fund, weight FROM coding_fund WHERE coding_id = ?1";

/// Whether a line was moved, and the coding it had from the beginning.
const FIRST: &str = "SELECT (SELECT id FROM coding WHERE line_id = ?1 AND coded_on IS NULL ORDER BY id LIMIT 1),
           (SELECT category FROM coding WHERE line_id = ?1 AND coded_on IS NULL ORDER BY id LIMIT 1)
    WHERE EXISTS (SELECT 1 FROM coding WHERE line_id = ?1 AND coded_on IS NOT NULL)";

/// What bore a line at first, where it was moved since.
pub enum First {
    /// The fund and the category of its own row.
    AsRecorded,
    /// Several funds.
    Coded(Coding),
}

/// What bore each line at first, looked up line by line; nothing is looked up where no line was moved.
pub struct Firsts<'t>(Option<(Prepared<'t>, Prepared<'t>)>);

impl<'t> Firsts<'t> {
    pub fn of(tx: &'t Tx<'_>) -> Result<Firsts<'t>> {
        let any = tx.exists("SELECT 1 FROM coding WHERE coded_on IS NOT NULL LIMIT 1", &[])?;
        Ok(Firsts(any.then(|| Ok::<_, anyhow::Error>((tx.prepare(FIRST)?, tx.prepare(FUNDS)?))).transpose()?))
    }

    /// None where the line was never moved.
    pub fn read(&mut self, line_id: i64) -> Result<Option<First>> {
        let Some((first, funds)) = &mut self.0 else {
            return Ok(None);
        };
        let mut found = None;
        first.each(args![line_id], |row| {
            found = Some((row.opt_int(0)?, row.opt_string(1)?));
            Ok(())
        })?;
        let Some((coding, category)) = found else {
            return Ok(None);
        };
        let coded = coding.map(|id| shares(funds, id)).transpose()?.flatten();
        Ok(Some(coded.map_or(First::AsRecorded, |shares| First::Coded((shares, category)))))
    }
}

/// The latest coding of each line, looked up line by line; nothing is looked up where no line has any.
pub struct Codings<'t> {
    as_at: Option<Date>,
    statements: Option<(Prepared<'t>, Prepared<'t>)>,
    found: Option<Coding>,
}

impl<'t> Codings<'t> {
    /// As they stand.
    pub fn of(tx: &'t Tx<'_>) -> Result<Codings<'t>> {
        Codings::as_at(tx, None)
    }

    /// As they stood at the end of a day, or as they stand.
    pub fn as_at(tx: &'t Tx<'_>, as_at: Option<Date>) -> Result<Codings<'t>> {
        let any = tx.exists("SELECT 1 FROM coding LIMIT 1", &[])?;
        let statements = any.then(|| Ok::<_, anyhow::Error>((tx.prepare(LATEST)?, tx.prepare(FUNDS)?))).transpose()?;
        Ok(Codings { as_at, statements, found: None })
    }

    pub fn read(&mut self, line_id: i64) -> Result<Option<&Coding>> {
        self.found = None;
        let Some((latest, funds)) = &mut self.statements else {
            return Ok(None);
        };
        let mut coding = None;
        latest.each(args![line_id, self.as_at], |row| {
            coding = Some((row.int(0)?, row.opt_string(1)?));
            Ok(())
        })?;
        if let Some((id, category)) = coding {
            self.found = shares(funds, id)?.map(|shares| (shares, category));
        }
        Ok(self.found.as_ref())
    }
}

/// The funds of a coding; none where it names none.
fn shares(funds: &mut Prepared<'_>, coding_id: i64) -> Result<Option<Shares>> {
    let mut shares = Vec::new();
    funds.each(args![coding_id], |row| {
        shares.push(Share { fund: FundCode::from_record(row.text(0)?), weight: row.int(1)? });
        Ok(())
    })?;
    Ok(Shares::from_record(shares))
}

/// The funds of one coding, by its number in the file; none where it names none.
pub fn shares_of(tx: &Tx, coding_id: i64) -> Result<Option<Shares>> {
    shares(&mut tx.prepare(FUNDS)?, coding_id)
}

/// Keeps the funds of a new line that several bear.
pub fn split(tx: &Tx, line_id: i64, line: &Line) -> Result<()> {
    if line.shares.only().is_some() {
        return Ok(());
    }
    add(tx, line_id, &line.shares, line.category.as_ref(), None)
}

/// Codes a line anew from a day on, for a reason.
pub fn recode(
    tx: &Tx,
    line_id: i64,
    shares: &Shares,
    category: Option<&CategoryCode>,
    (on, reason): (Date, &str),
) -> Result<()> {
    add(tx, line_id, shares, category, Some((on, reason)))
}

fn add(
    tx: &Tx,
    line_id: i64,
    shares: &Shares,
    category: Option<&CategoryCode>,
    since: Option<(Date, &str)>,
) -> Result<()> {
    let (on, reason) = since.unzip();
    let coding_id = tx.insert(
        Table::Coding,
        "INSERT INTO coding (line_id, coded_on, category, reason) VALUES (?1, ?2, ?3, ?4)",
        args![line_id, on, category.map(CategoryCode::as_str), reason],
    )?;
    for share in shares.iter() {
        let sql = "INSERT INTO coding_fund (coding_id, fund, weight) VALUES (?1, ?2, ?3)";
        tx.change(Table::CodingFund, coding_id, sql, args![coding_id, share.fund.as_str(), share.weight])?;
    }
    Ok(())
}

/// How many moves of a line to these funds and this category stand on a day, for the same reason.
pub fn count_alike(
    tx: &Tx,
    line_id: i64,
    (shares, category): (&Shares, Option<&CategoryCode>),
    (on, reason): (Date, &str),
) -> Result<i64> {
    let sql =
        "SELECT id FROM coding WHERE line_id = ?1 AND coded_on = ?2 AND reason = ?3 AND coalesce(category, '') = ?4";
    let category = category.map_or("", CategoryCode::as_str);
    let (mut count, shares) = (0, shares.to_string());
    for id in tx.all(sql, args![line_id, on, reason, category], |row| row.int(0))? {
        // As they are written: a fund alone bears all of it, whatever its weight.
        count += i64::from(shares_of(tx, id)?.is_some_and(|held| held.to_string() == shares));
    }
    Ok(count)
}

/// The day of a line's latest move, where it was moved.
pub fn last_moved(tx: &Tx, line_id: i64) -> Result<Option<Date>> {
    let sql = "SELECT max(coded_on) FROM coding WHERE line_id = ?1";
    Ok(tx.one(sql, args![line_id], |row| row.opt_day(0))?.flatten())
}

/// Lets a line's instruments follow it to another category, those of them that still bear the one it had; how many did.
pub fn instruments_follow(
    tx: &Tx,
    line_id: i64,
    before: Option<&CategoryCode>,
    after: Option<&CategoryCode>,
) -> Result<usize> {
    let sql = "SELECT id FROM instrument WHERE purchase_line_id = ?1 AND coalesce(category, '') = coalesce(?2, '') ORDER BY id";
    let before = before.map(CategoryCode::as_str);
    let held = tx.all(sql, args![line_id, before], |row| row.int(0))?;
    for id in &held {
        let sql = "UPDATE instrument SET category = ?2 WHERE id = ?1";
        tx.change(Table::Instrument, *id, sql, args![*id, after.map(CategoryCode::as_str)])?;
    }
    Ok(held.len())
}
