//! The figures of reminders for `status`: they grow with what is due, and not with all that was ever said.

use anyhow::Result;

use super::ladder::ladder;
use crate::args;
use crate::domain::date::{Date, plus_days};
use crate::domain::reminder::Standing;
use crate::store::db::{Tx, Value};
use crate::store::setting;

const OPEN: &str = "l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL";

/// How reminders stand on a day.
pub fn standing(tx: &Tx, today: Date) -> Result<Standing> {
    let sql = r#"SELECT e."on", a.last_run_on FROM arming a JOIN event e ON e.id = a.event_id"#;
    let (armed_on, last_ran_on) = tx.one(sql, &[], |row| Ok((row.opt_day(0)?, row.opt_day(1)?)))?.unwrap_or_default();
    let held = format!("SELECT count(*) FROM hold k JOIN loan l ON l.id = k.loan_id WHERE k.until >= ?1 AND {OPEN}");
    let past = format!("SELECT count(*) FROM loan l WHERE l.due_on < ?1 AND {OPEN}");
    let oldest = plus_days(today, -setting::look_back_days(tx)?).unwrap_or(today);
    Ok(Standing {
        armed_on,
        last_ran_on,
        waiting: waiting(tx, today)?,
        held: tx.number(&held, args![today])?,
        past_look_back: tx.number(&past, args![oldest])?,
        unfinished: tx.number("SELECT count(DISTINCT message_id) FROM reminder WHERE state = 'claimed'", &[])?,
    })
}

/// Open loans of which something waits to be said on paper: nothing has been said or put on the list since, the day has not
/// been moved, and nothing speaks against saying it. ?1 is today, ?2 the first due day within the look-back limit, ?3 the last
/// one of which there is something to say. It begins with what is due, and so does not grow with all that ever waited.
pub(super) const STILL_WAITS: &str = "
    FROM loan l
    CROSS JOIN reminder r ON r.loan_id = l.id AND r.due_on = l.due_on
        AND r.state IN ('waiting', 'claimed', 'sent') AND r.state = 'waiting'
        AND NOT EXISTS (SELECT 1 FROM reminder n WHERE n.loan_id = r.loan_id AND n.due_on = r.due_on
                          AND n.state IN ('waiting', 'claimed', 'sent') AND n.id > r.id)
        AND NOT EXISTS (SELECT 1 FROM hold k WHERE k.loan_id = r.loan_id AND k.until >= ?1)
        AND l.due_on >= ?2 AND l.due_on <= ?3 AND (r.stage <> 'due-soon' OR l.due_on >= ?1)
        AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
        AND NOT EXISTS (SELECT 1 FROM repair b WHERE b.instrument_id = l.instrument_id AND b.back_on IS NULL)";

/// The days that [`STILL_WAITS`] asks for.
pub(super) fn days_of_waiting(tx: &Tx, today: Date) -> Result<[Date; 3]> {
    let oldest = plus_days(today, -setting::look_back_days(tx)?).unwrap_or(today);
    Ok([today, oldest, ladder(tx)?.horizon(today)])
}

/// How many loans somebody has to write a letter about.
fn waiting(tx: &Tx, today: Date) -> Result<i64> {
    // A hub that never reminded anybody does not pay for it.
    if !tx.exists("SELECT 1 FROM reminder", &[])? {
        return Ok(0);
    }
    let days = days_of_waiting(tx, today)?.map(Value::from);
    tx.number(&format!("SELECT count(*) {STILL_WAITS}"), &days)
}
