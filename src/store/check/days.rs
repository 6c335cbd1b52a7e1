//! Whether each day on record is one.

use anyhow::Result;

use super::{Fault, derived, erasing, fund, policy, reminding};
use crate::domain::date::{DateOrder, parse_fixed};
use crate::store::db::Tx;

/// Every column that holds a day.
const DAYS: &[(&str, &str)] = &[
    ("loan", "out_on"),
    ("loan", "due_on"),
    ("loan", "returned_on"),
    ("loan", "lost_on"),
    ("loan", "voided_on"),
    ("instrument", "acquired_on"),
    ("instrument", "missing_on"),
    ("instrument", "retired_on"),
    ("repair", "sent_on"),
    ("repair", "back_by"),
    ("repair", "back_on"),
    ("stocktake", "started_on"),
    ("stocktake", "closed_on"),
    ("stocktake_scan", "scanned_on"),
    ("term", "first_on"),
    ("term", "last_on"),
    ("purchase", "ordered_on"),
    ("purchase_line", "added_on"),
    ("cancellation", "cancelled_on"),
    ("override", "overridden_on"),
    ("receipt", "received_on"),
    ("invoice", "invoiced_on"),
    ("invoice", "paid_on"),
    ("request", "asked_on"),
    ("request", "offered_on"),
    ("request", "lapses_on"),
    ("request", "cancelled_on"),
    ("charge", "raised_on"),
    ("charge", "due_on"),
    ("charge", "paid_on"),
    ("charge", "waived_on"),
    ("remission", "seen_on"),
    ("event", "\"on\""),
];

/// SQLite lets `2023-02-29` pass, so each different day is judged here.
pub(super) fn faults(tx: &Tx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (table, column) in DAYS
        .iter()
        .chain(fund::DAYS)
        .chain(policy::DAYS)
        .chain(reminding::DAYS)
        .chain(derived::DAYS)
        .chain(erasing::DAYS)
    {
        let is_day = |text: &str| parse_fixed(text, DateOrder::Ymd).is_ok();
        derived::each_value(tx, table, column, is_day, |record, day| {
            let fault = format!("{column} holds '{day}', which is no day");
            faults.push(Fault { rule: "days exist".to_string(), record, fault });
        })?;
    }
    Ok(faults)
}
