//! Taking an event back: each record it changed is put back to what it was, unless something later rests on it.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use anyhow::Result;

use super::db::{Tx, breaks_a_constraint};
use super::journal::{self, LogLine};
use super::remember::{self, Change, Table};
use super::{backup, check, privacy};
use super::{reminder, setting, timeline};
use crate::args;
use crate::domain::date::Date;
use crate::domain::privacy::{ERASED, PrivacyRefusal};
use crate::domain::reference::{EventRef, LoanRef, PersonRef};
use crate::domain::refusal::{Refused, refuse};
use crate::domain::undo::{Told, UndoRefusal};

/// The last thing somebody did at the desk; a copy of the file changes nothing of it, and what cron said is not taken back.
pub fn last_of(tx: &Tx, who: &str) -> Result<EventRef> {
    let sql = "SELECT id FROM event WHERE who = ?1 AND command NOT IN ('backup', 'remind', 'remind arm', 'remind retry') ORDER BY id DESC LIMIT 1";
    let found = tx.one(sql, args![who], |row| Ok(EventRef::new(row.int(0)?)))?;
    found.ok_or_else(|| refuse(UndoRefusal::NothingDone(who.to_string())))
}

/// What an undo was about in the end, and whether it is thereby done or undone.
#[derive(Clone, Debug)]
pub struct Root {
    pub event: EventRef,
    pub subject: String,
    pub summary: String,
    /// Whether taking the asked-for event back brings the root back, rather than taking it back.
    pub comes_back: bool,
}

/// The event at the root of a chain of undos.
pub fn root_of(tx: &Tx, event: EventRef) -> Result<Root> {
    let (mut at, mut steps) = (event, 0);
    while let Some(before) = undone_by_this(tx, at)? {
        (at, steps) = (before, steps + 1);
    }
    let line: Option<LogLine> = journal::find(tx, at)?;
    let Some(line) = line else {
        return Err(refuse(unknown(tx, event)?));
    };
    Ok(Root { event: at, subject: line.subject, summary: line.summary, comes_back: steps % 2 == 1 })
}

fn undone_by_this(tx: &Tx, event: EventRef) -> Result<Option<EventRef>> {
    // An event that would take back itself or a later one, as only damage can have it, leads nowhere.
    let sql = "SELECT undoes FROM event WHERE id = ?1 AND undoes IS NOT NULL AND undoes < id";
    tx.one(sql, args![event], |row| Ok(EventRef::new(row.int(0)?)))
}

/// The undo by which an event stands undone now.
fn standing_undo(tx: &Tx, event: EventRef) -> Result<Option<EventRef>> {
    let undos =
        tx.all("SELECT id FROM event WHERE undoes = ?1 AND id > ?1 ORDER BY id DESC", args![event], |row| row.int(0))?;
    for undo in undos.into_iter().map(EventRef::new) {
        if standing_undo(tx, undo)?.is_none() {
            return Ok(Some(undo));
        }
    }
    Ok(None)
}

/// Puts back all that an event changed, the last change first. Refused with [`UndoRefusal`] where it is undone already,
/// was not kept, or where something that came later rests on it.
pub fn take_back(tx: &Tx, event: EventRef, today: Date) -> Result<()> {
    if let Some(by) = standing_undo(tx, event)? {
        return Err(refuse(UndoRefusal::UndoneAlready { event, by }));
    }
    refuse_erasing(tx, event)?;
    let count = remember::count(tx, event)?;
    if count == 0 {
        return Err(not_kept(tx, event)?);
    }
    refuse_struck(tx, event)?;
    let tables = remember::tables(tx, event)?;
    refuse_closed(tx, event, &tables)?;
    let faults_before = check::faults_after_undo(tx, &tables, today)?;
    let mut instruments = BTreeSet::new();
    for position in (1..=count).rev() {
        let Some(change) = remember::change(tx, event, position)? else {
            continue;
        };
        // The record may be there only before, or only after.
        instruments.extend(instrument_of(tx, &change)?);
        refuse_spoken_of(tx, &change, event)?;
        refuse_erased(tx, &change, event)?;
        if let Some(later) = charged_since(tx, &change, event)? {
            return Err(refuse(UndoRefusal::RestsOnIt { event, later }));
        }
        match remember::put_back(tx, &change) {
            Ok(true) => {}
            Ok(false) => return Err(changed(tx, &change, event)?),
            Err(error) if breaks_a_constraint(&error) => return Err(rests_on_it(tx, event)?),
            Err(error) => return Err(error),
        }
        instruments.extend(instrument_of(tx, &change)?);
    }
    for instrument_id in instruments {
        refuse_clash(tx, instrument_id, event)?;
    }
    let faults = check::faults_after_undo(tx, &tables, today)?;
    let Some(clash) = faults.into_iter().find(|fault| !faults_before.contains(fault)) else {
        return Ok(());
    };
    // Of money, what came later about the same order is what rests on it.
    let later = if of_money(&tables) { later_about_the_same(tx, event)? } else { None };
    Err(refuse(match later {
        Some(later) => UndoRefusal::RestsOnIt { event, later },
        None => UndoRefusal::Clash { event, clash },
    }))
}

/// Whether records of orders and funds are among these, whose events a closed period keeps as they are.
fn of_money(tables: &HashSet<Table>) -> bool {
    const OF_MONEY: [Table; 11] = [
        Table::Cancellation,
        Table::Coding,
        Table::Extension,
        Table::FundPayment,
        Table::Invoice,
        Table::InvoiceLine,
        Table::PoolLine,
        Table::Pooling,
        Table::Purchase,
        Table::PurchaseLine,
        Table::Receipt,
    ];
    OF_MONEY.iter().any(|table| tables.contains(table))
}

/// Refuses to take back, or to bring back, an event of money whose day lies in a period that was closed since, or one that
/// changed what an instrument was worth in it. What was entered with a reason after the period had been closed may go: its
/// figures were handed over without it.
fn refuse_closed(tx: &Tx, event: EventRef, tables: &HashSet<Table>) -> Result<()> {
    let Some(until) = setting::closed_period(tx)?.until else {
        return Ok(());
    };
    let root = root_of(tx, event)?.event;
    if !of_money(tables) {
        return refuse_revalued(tx, (event, root), until);
    }
    let late =
        "SELECT 1 FROM change WHERE event_id = ?1 AND record = 'override' AND after LIKE '%\"closed-period\"%' LIMIT 1";
    let entered_late = tx.exists(late, args![root])?;
    match journal::find(tx, root)? {
        Some(line) if line.on <= until && !entered_late => {
            Err(refuse(UndoRefusal::Closed { event, on: line.on, until }))
        }
        _ => Ok(()),
    }
}

/// Refuses where an event made an instrument, or changed its cost, its life or its days, and one of those days is closed.
fn refuse_revalued(tx: &Tx, (event, root): (EventRef, EventRef), until: Date) -> Result<()> {
    const VALUE: [&str; 5] = ["cost_pence", "acquired_on", "life_months", "type", "retired_on"];
    let overridden = "SELECT 1 FROM change WHERE event_id = ?1 AND record = 'override' LIMIT 1";
    if tx.exists(overridden, args![root])? {
        return Ok(());
    }
    for position in 1..=remember::count(tx, root)? {
        let change = remember::change(tx, root, position)?;
        let Some(change) = change.filter(|change| change.record().0 == Table::Instrument && change.alters(&VALUE))
        else {
            continue;
        };
        let mut days = change.days_of(&["acquired_on", "retired_on"]);
        let held = "SELECT acquired_on, retired_on FROM instrument WHERE id = ?1";
        let now = tx.one(held, args![change.record().1], |row| Ok([row.opt_day(0)?, row.opt_day(1)?]))?;
        days.extend(now.into_iter().flatten().flatten());
        if let Some(on) = days.into_iter().filter(|day| *day <= until).min() {
            return Err(refuse(UndoRefusal::Closed { event, on, until }));
        }
    }
    Ok(())
}

/// A later event that stands and that settled or changed the same charge, or charged for what ended the same loan.
fn charged_since(tx: &Tx, change: &Change, event: EventRef) -> Result<Option<Told>> {
    let (sql, id) = match change.record() {
        (Table::Charge, Some(id)) => {
            let sql = "SELECT event_id FROM change WHERE record = 'charge' AND key = CAST(?1 AS TEXT) AND event_id > ?2
                       ORDER BY event_id DESC";
            (sql, id)
        }
        (Table::Loan, Some(id)) if change.touches(&["returned_on", "lost_on"]) => {
            let sql = "SELECT m.event_id FROM charge c
                       JOIN change m ON m.record = 'charge' AND m.key = CAST(c.id AS TEXT) AND m.before IS NULL
                       WHERE c.loan_id = ?1 AND c.charge_type <> 'hire' AND c.waived_on IS NULL AND m.event_id > ?2
                       ORDER BY m.event_id DESC";
            (sql, id)
        }
        _ => return Ok(None),
    };
    let later = tx.all(sql, args![id, event], |row| Ok(EventRef::new(row.int(0)?)))?;
    first_standing(tx, later)
}

/// Refuses to take a loan off the records of which something was said: the message stays, and what it was about with it.
fn refuse_spoken_of(tx: &Tx, change: &Change, event: EventRef) -> Result<()> {
    match change.record() {
        (Table::Loan, Some(id)) if change.made() => {
            let loan = LoanRef::new(id);
            if reminder::is_spoken_of(tx, loan)? {
                let sent_on = reminder::sent_about(tx, loan)?;
                let command = journal::find(tx, event)?.map(|line| line.command).unwrap_or_default();
                return Err(refuse(UndoRefusal::SpokenOf { event, command, loan, sent_on }));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Refuses to take back an erasing, of which nothing is kept.
fn refuse_erasing(tx: &Tx, event: EventRef) -> Result<()> {
    match journal::find(tx, event)? {
        Some(line) if line.command.starts_with("privacy ") => Err(refuse(PrivacyRefusal::UndoneErasing { event })),
        _ => Ok(()),
    }
}

/// Refuses to put back what somebody's name was struck out of: what stands in its place is nothing to work with.
fn refuse_struck(tx: &Tx, event: EventRef) -> Result<()> {
    let sql = "SELECT 1 FROM change WHERE event_id = ?1 AND (instr(before, ?2) > 0 OR instr(after, ?2) > 0) LIMIT 1";
    if tx.exists(sql, args![event, ERASED])? {
        return Err(refuse(PrivacyRefusal::UndoneStruck { event }));
    }
    Ok(())
}

/// Refuses to change the record of somebody who was erased since, or to bring back one that leads to theirs.
fn refuse_erased(tx: &Tx, change: &Change, event: EventRef) -> Result<()> {
    let (Table::Person | Table::MergedPerson, Some(id)) = change.record() else {
        return Ok(());
    };
    match privacy::erased_since(tx, PersonRef::new(id))? {
        Some(person) => Err(refuse(PrivacyRefusal::UndoneOfErased { event, person })),
        None => Ok(()),
    }
}

fn not_kept(tx: &Tx, event: EventRef) -> Result<anyhow::Error> {
    let line = journal::find(tx, event)?;
    Ok(refuse(match line {
        Some(line) if ["remind", "remind retry"].contains(&line.command.as_str()) => UndoRefusal::WentOut { event },
        Some(line) if line.command == "remind arm" => UndoRefusal::Arming { event },
        Some(line) => UndoRefusal::NotKept { event, command: line.command, copy: copy_before(tx, event)? },
        None => unknown(tx, event)?,
    }))
}

/// The name of the copy of the file that was made before an import, if it is still there.
fn copy_before(tx: &Tx, event: EventRef) -> Result<Option<String>> {
    let path = tx.one("SELECT file FROM pragma_database_list WHERE name = 'main'", &[], |row| row.string(0))?;
    Ok(path.and_then(|path| backup::kept_before(Path::new(&path), event)))
}

/// Why there is no such event: in a file into which a hub moved, it may be one of the file before.
fn unknown(tx: &Tx, event: EventRef) -> Result<UndoRefusal> {
    let moved_in = tx.exists("SELECT 1 FROM event WHERE command IN ('import numbers', 'import all') LIMIT 1", &[])?;
    Ok(if moved_in { UndoRefusal::LeftBehind(event) } else { UndoRefusal::Unknown(event) })
}

/// The instrument whose loans a change concerns, as far as the records say so now.
fn instrument_of(tx: &Tx, change: &Change) -> Result<Option<i64>> {
    match change.record() {
        (Table::Instrument, id) => Ok(id),
        (Table::Loan, id) => tx.one("SELECT instrument_id FROM loan WHERE id = ?1", args![id], |row| row.int(0)),
        (Table::Repair, id) => tx.one("SELECT instrument_id FROM repair WHERE id = ?1", args![id], |row| row.int(0)),
        _ => Ok(None),
    }
}

/// The record is no longer as the event left it: whoever changed it since is named.
fn changed(tx: &Tx, change: &Change, event: EventRef) -> Result<anyhow::Error> {
    let by = remember::changed_since(tx, change, event)?;
    Ok(refuse(match by.map(|by| journal::find(tx, by)).transpose()?.flatten() {
        Some(line) => UndoRefusal::RestsOnIt { event, later: told(line) },
        None => UndoRefusal::Changed { event },
    }))
}

/// Some record refers to what the event made, or stands where it would be put back.
fn rests_on_it(tx: &Tx, event: EventRef) -> Result<anyhow::Error> {
    Ok(refuse(match later_about_the_same(tx, event)? {
        Some(later) => UndoRefusal::RestsOnIt { event, later },
        None => UndoRefusal::InUse { event },
    }))
}

/// The last event that stands and concerns what this one made or changed.
fn later_about_the_same(tx: &Tx, event: EventRef) -> Result<Option<Told>> {
    let sql = "SELECT DISTINCT later.event_id FROM event_subject own
               JOIN event_subject later ON later.noun = own.noun AND later.first <= own.last AND later.last >= own.first
               WHERE own.event_id = ?1 AND later.event_id > ?1 ORDER BY later.event_id DESC LIMIT 100";
    let later = tx.all(sql, args![event], |row| Ok(EventRef::new(row.int(0)?)))?;
    first_standing(tx, later)
}

/// The first of these events that is not undone, is no undo itself, and can be taken back at all.
fn first_standing(tx: &Tx, events: Vec<EventRef>) -> Result<Option<Told>> {
    for candidate in events {
        if standing_undo(tx, candidate)?.is_none()
            && undone_by_this(tx, candidate)?.is_none()
            && let Some(line) = journal::find(tx, candidate)?
                .filter(|line| !["remind", "remind retry"].contains(&line.command.as_str()))
        {
            return Ok(Some(told(line)));
        }
    }
    Ok(None)
}

fn told(line: LogLine) -> Told {
    Told { event: line.event, summary: line.summary }
}

/// Refuses where the instrument's loans could not be so, or where a loan began that needed it to be here.
fn refuse_clash(tx: &Tx, instrument_id: i64, event: EventRef) -> Result<()> {
    if let Err(error) = timeline::refuse_clash(tx, instrument_id) {
        let refused = error.downcast::<Refused>()?;
        let refusal = match later_about_the_same(tx, event)? {
            Some(later) => UndoRefusal::RestsOnIt { event, later },
            None => UndoRefusal::Clash { event, clash: refused.to_string() },
        };
        return Err(refuse(refusal));
    }
    // An instrument that is away to be mended again cannot have been lent since.
    let sql = "SELECT c.event_id FROM change c JOIN loan l ON l.instrument_id = ?1 AND c.key = CAST(l.id AS TEXT)
               WHERE c.record = 'loan' AND c.before IS NULL AND c.event_id > ?2
                 AND l.outer_id IS NULL AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
                 AND EXISTS (SELECT 1 FROM repair r WHERE r.instrument_id = ?1 AND r.back_on IS NULL)
                 AND EXISTS (SELECT 1 FROM change o WHERE o.event_id = ?2 AND o.position > 0 AND o.record || '' = 'repair')";
    match tx.one(sql, args![instrument_id, event], |row| Ok(EventRef::new(row.int(0)?)))? {
        Some(later) => {
            let summary = journal::find(tx, later)?.map(|line| line.summary).unwrap_or_default();
            Err(refuse(UndoRefusal::RestsOnIt { event, later: Told { event: later, summary } }))
        }
        None => Ok(()),
    }
}
