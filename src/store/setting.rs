//! The hub's settings.

use std::str::FromStr;

use anyhow::Result;

use super::db::Tx;
use super::remember::Table;
use super::trouble::FileTrouble;
use crate::args;
use crate::domain::date::{DateOrder, YearStart, parse_fixed};
use crate::domain::purchase::ClosedPeriod;
use crate::domain::setting::{LateBorrowers, NO_HUB_CONTACT, NO_REPLY_TO, NOT_CLOSED, Setting, SettingLine};
use crate::domain::text::Email;
use crate::domain::words::Word;

/// A setting's value: the hub's own, else the default.
pub fn value(tx: &Tx, setting: Setting) -> Result<String> {
    let own = tx.one("SELECT value FROM setting WHERE key = ?1", args![setting.as_str()], |row| row.string(0))?;
    Ok(own.unwrap_or_else(|| setting.default_value().to_string()))
}

/// Stores a value that [`Setting::check`] has passed.
pub fn set(tx: &Tx, setting: Setting, value: &str) -> Result<()> {
    tx.change(
        Table::Setting,
        setting.as_str(),
        "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        args![setting.as_str(), value],
    )?;
    Ok(())
}

pub fn hub(tx: &Tx) -> Result<String> {
    value(tx, Setting::Hub)
}

pub fn recoverable_vat(tx: &Tx) -> Result<bool> {
    Ok(value(tx, Setting::RecoverableVat)? == "yes")
}

pub fn financial_year_start(tx: &Tx) -> Result<YearStart> {
    parsed(tx, Setting::FinancialYearStart)
}

/// The days up to which the hub's figures are closed.
pub fn closed_period(tx: &Tx) -> Result<ClosedPeriod> {
    let value = value(tx, Setting::ClosedUntil)?;
    let day = || parse_fixed(&value, DateOrder::Ymd).map_err(|_| unreadable(Setting::ClosedUntil));
    Ok(ClosedPeriod { until: (value != NOT_CLOSED).then(day).transpose()? })
}

/// What speaks for a desk that is at work: any event but those by which a hub moves in. A day closed at the desk does, too.
const AT_WORK: &str =
    "SELECT 1 FROM event WHERE command <> 'init' AND command <> 'backup' AND command NOT LIKE 'import %'
    AND (command <> 'setting set' OR subject = 'closed-until') LIMIT 1";

/// The same as a file's rows meet them: none while nothing has happened in the hub but that files came in, for what they hold
/// of days that are closed was closed where they come from.
pub fn closed_to_files(tx: &Tx) -> Result<ClosedPeriod> {
    let closed = closed_period(tx)?;
    let is_moving_in = closed.until.is_some() && !tx.exists(AT_WORK, &[])?;
    Ok(if is_moving_in { ClosedPeriod::default() } else { closed })
}

pub fn late_borrowers(tx: &Tx) -> Result<LateBorrowers> {
    let refuse = value(tx, Setting::LateBorrowers)? == "refuse";
    Ok(if refuse { LateBorrowers::Refuse } else { LateBorrowers::Warn })
}

pub fn look_back_days(tx: &Tx) -> Result<i64> {
    days(tx, Setting::LookBackDays)
}

/// How many messages one run of reminders sends at most.
pub fn messages_a_run(tx: &Tx) -> Result<usize> {
    parsed(tx, Setting::MessagesARun)
}

/// Where answers to reminders go, if not to the sender.
pub fn reply_to(tx: &Tx) -> Result<Option<Email>> {
    let value = value(tx, Setting::ReplyTo)?;
    Ok((value != NO_REPLY_TO).then(|| Email::from_record(&value)))
}

/// Where reminders say that the hub is reached, beside its email address.
pub fn hub_contact(tx: &Tx) -> Result<Option<String>> {
    let value = value(tx, Setting::HubContact)?;
    Ok((value != NO_HUB_CONTACT).then_some(value))
}

/// How many working days an offer stands.
pub fn offer_days(tx: &Tx) -> Result<i64> {
    days(tx, Setting::OfferDays)
}

/// Within how many days a charge is to be paid.
pub fn payment_days(tx: &Tx) -> Result<i64> {
    days(tx, Setting::PaymentDays)
}

/// For how many years after their last loan people are kept.
pub fn retention_years(tx: &Tx) -> Result<i64> {
    parsed(tx, Setting::RetentionYears)
}

fn days(tx: &Tx, setting: Setting) -> Result<i64> {
    parsed(tx, setting)
}

/// A value as what it stands for. The records hold none that cannot be read, unless they are damaged.
fn parsed<T: FromStr>(tx: &Tx, setting: Setting) -> Result<T> {
    value(tx, setting)?.parse().map_err(|_| unreadable(setting))
}

fn unreadable(setting: Setting) -> anyhow::Error {
    anyhow::Error::new(FileTrouble::Damaged).context(format!("the setting {} cannot be read", setting.as_str()))
}

pub fn list(tx: &Tx) -> Result<Vec<SettingLine>> {
    let line = |&setting: &Setting| {
        Ok(SettingLine { setting: setting.as_str(), value: value(tx, setting)?, meaning: setting.meaning() })
    };
    Setting::ALL.iter().map(line).collect()
}
