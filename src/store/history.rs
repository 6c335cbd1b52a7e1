//! Everything that ever happened to one instrument, in order.

use anyhow::Result;

use super::db::Tx;
use super::journal::{self, About, LogFilter};
use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::Instrument;
use crate::domain::reference::{EventRef, LineRef, LoanRef, OrderRef};
use crate::listing;

listing! {
    /// One line of `instrument history`.
    pub struct HistoryLine {
        on: Date,
        what: String,
        who: String,
        event: Option<EventRef>,
    }
}

/// The journal of an instrument, with the loans that came in by import, of which the journal has no row each.
pub fn of(tx: &Tx, instrument: &Instrument) -> Result<Vec<HistoryLine>> {
    let mut lines = Vec::new();
    let filter = LogFilter { about: Some(About::instrument(instrument.id)), ..LogFilter::default() };
    journal::each(tx, &filter, |event| {
        lines.push(HistoryLine {
            on: event.on,
            what: event.summary.clone(),
            who: event.who.clone(),
            event: Some(event.event),
        });
        Ok(())
    })?;
    add_imported_loans(tx, instrument.id, &mut lines)?;
    lines.sort_by_key(|line| (line.on, line.event));
    Ok(lines)
}

fn add_imported_loans(tx: &Tx, instrument_id: i64, lines: &mut Vec<HistoryLine>) -> Result<()> {
    const SQL: &str = "
        SELECT l.id, l.out_on, coalesce(p.name, o.name, s.name), l.returned_on, l.lost_on
        FROM loan l
        LEFT JOIN person p ON p.id = l.person_id
        LEFT JOIN organisation o ON o.id = l.organisation_id
        LEFT JOIN school s ON s.urn = l.school_urn
        WHERE l.instrument_id = ?1
          AND EXISTS (SELECT 1 FROM event_subject e JOIN event v ON v.id = e.event_id
                      WHERE e.noun = 'loan' AND e.first <= l.id AND e.last >= l.id AND v.command = 'import loans')
        ORDER BY l.id";
    tx.each(SQL, args![instrument_id], |row| {
        let (loan, name) = (LoanRef::new(row.int(0)?), row.string(2)?);
        let mut add = |on, what: String| lines.push(HistoryLine { on, what, who: String::new(), event: None });
        add(row.day(1)?, format!("Lent to {name} ({loan})"));
        if let Some(on) = row.opt_day(3)? {
            add(on, format!("Returned by {name} ({loan})"));
        }
        if let Some(on) = row.opt_day(4)? {
            add(on, format!("Lost by {name} ({loan})"));
        }
        Ok(())
    })
}

/// The line of an order on which an instrument was bought.
pub fn purchase_line_of(tx: &Tx, instrument_id: i64) -> Result<Option<LineRef>> {
    let sql = "SELECT purchase_line_id FROM instrument WHERE id = ?1";
    let Some(line_id) = tx.one(sql, args![instrument_id], |row| row.opt_int(0))?.flatten() else {
        return Ok(None);
    };
    let sql = "SELECT purchase_id, line FROM purchase_line WHERE id = ?1";
    tx.one(sql, args![line_id], |row| Ok(LineRef { order: OrderRef::new(row.int(0)?), line: row.int(1)? }))
}
