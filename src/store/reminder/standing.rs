//! The figures of reminders for `status`, each from a small index of its own, whatever was said before.

use anyhow::Result;

use crate::args;
use crate::domain::date::{Date, plus_days};
use crate::domain::reminder::Standing;
use crate::store::db::Tx;
use crate::store::setting;

const OPEN: &str = "l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL";

/// How reminders stand on a day. Nothing here goes through all that is due.
pub fn standing(tx: &Tx, today: Date) -> Result<Standing> {
    let sql = r#"SELECT e."on", a.last_run_on FROM arming a JOIN event e ON e.id = a.event_id"#;
    let (armed_on, last_ran_on) = tx.one(sql, &[], |row| Ok((row.opt_day(0)?, row.opt_day(1)?)))?.unwrap_or_default();
    let held = format!("SELECT count(*) FROM hold k JOIN loan l ON l.id = k.loan_id WHERE k.until >= ?1 AND {OPEN}");
    Ok(Standing {
        armed_on,
        last_ran_on,
        waiting: waiting(tx, today)?,
        held: tx.number(&held, args![today])?,
        unfinished: tx.number("SELECT count(DISTINCT message_id) FROM reminder WHERE state = 'claimed'", &[])?,
    })
}

/// Open loans of which something waits to be said on paper: nothing has been said since by other means, the day has not been
/// moved, and nothing speaks against saying it.
fn waiting(tx: &Tx, today: Date) -> Result<i64> {
    let sql = format!(
        "SELECT count(DISTINCT r.loan_id) FROM reminder r JOIN loan l ON l.id = r.loan_id AND l.due_on = r.due_on
         WHERE r.state = 'waiting' AND {OPEN}
           AND NOT EXISTS (SELECT 1 FROM reminder n WHERE n.loan_id = r.loan_id AND n.due_on = r.due_on
                             AND n.state IN ('waiting', 'claimed', 'sent') AND n.state <> 'waiting' AND n.id > r.id)
           AND NOT EXISTS (SELECT 1 FROM repair p WHERE p.instrument_id = l.instrument_id AND p.back_on IS NULL)
           AND NOT EXISTS (SELECT 1 FROM hold k WHERE k.loan_id = l.id AND k.until >= ?1)
           AND l.due_on >= ?2"
    );
    let oldest = plus_days(today, -setting::look_back_days(tx)?).unwrap_or(today);
    tx.number(&sql, args![today, oldest])
}
