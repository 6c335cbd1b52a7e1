//! The hub's settings: each with a default, a check, and a sentence that says what it does.

use std::str::FromStr;

use super::date::{DateError, DateOrder, YearStart, parse_fixed};
use super::text::{Email, Name, TextError};
use super::words::{Word, WordError};

/// What the hub does when somebody who has something late asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateBorrowers {
    Warn,
    Refuse,
}

/// What `closed-until` holds while no period is closed.
pub const NOT_CLOSED: &str = "none";

/// What `reply-to` holds while answers go to the sender.
pub const NO_REPLY_TO: &str = "none";

/// What `hub-contact` holds while the hub says nothing of it.
pub const NO_HUB_CONTACT: &str = "none";

/// A setting's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    Hub,
    RecoverableVat,
    FinancialYearStart,
    LateBorrowers,
    LookBackDays,
    MessagesARun,
    ReplyTo,
    HubContact,
    OfferDays,
    PaymentDays,
    ClosedUntil,
    RetentionYears,
}

/// Why a setting was not changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    #[error("'{0}' is neither yes nor no")]
    NotYesOrNo(String),
    #[error("'{0}' is neither warn nor refuse")]
    NotWarnOrRefuse(String),
    #[error("'{0}' is not a whole number of days from 1 to 3650")]
    NotDays(String),
    #[error("'{0}' is not a whole number of years from 1 to 100")]
    NotYears(String),
    #[error("'{0}' is not a whole number of messages from 1 to 1000000")]
    NotMessages(String),
    #[error("'{0}' is not a day such as 2026-03-31, nor none")]
    NotADay(String),
    #[error("'{0}' is not a month and a day of every year, such as 04-01")]
    NotAYearStart(String),
    #[error("hub-contact is kept on one line; commas part its lines: 1 High Street, Leicester LE1 1AA, 0116 496 0000")]
    LineBreaks,
    #[error("hub-contact needs an address or a telephone number, or none")]
    NoContact,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Date(#[from] DateError),
}

impl Setting {
    pub const ALL: &'static [Setting] = &[
        Setting::Hub,
        Setting::RecoverableVat,
        Setting::FinancialYearStart,
        Setting::LateBorrowers,
        Setting::LookBackDays,
        Setting::MessagesARun,
        Setting::ReplyTo,
        Setting::HubContact,
        Setting::OfferDays,
        Setting::PaymentDays,
        Setting::ClosedUntil,
        Setting::RetentionYears,
    ];

    pub fn default_value(self) -> &'static str {
        match self {
            Setting::Hub => "Music Hub",
            Setting::RecoverableVat => "yes",
            Setting::FinancialYearStart => "04-01",
            Setting::LateBorrowers => "warn",
            Setting::LookBackDays => "120",
            Setting::MessagesARun => "500",
            Setting::ReplyTo => NO_REPLY_TO,
            Setting::HubContact => NO_HUB_CONTACT,
            Setting::OfferDays => "5",
            Setting::PaymentDays => "28",
            Setting::ClosedUntil => NOT_CLOSED,
            Setting::RetentionYears => "6",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Setting::Hub => "the hub's name, as letters and reports print it",
            Setting::RecoverableVat => "whether the buyer recovers VAT, unless a purchase says otherwise (yes or no)",
            Setting::FinancialYearStart => "first day of the financial year, month and day",
            Setting::LateBorrowers => "what to do when a borrower with something late asks for more (warn or refuse)",
            Setting::LookBackDays => "loans late by more days than this are listed, not written about",
            Setting::MessagesARun => "most messages that one run of reminders sends; the rest wait for the next",
            Setting::ReplyTo => "the address that answers to reminders go to, or none",
            Setting::HubContact => "where reminders say the hub is reached: its address and telephone, or none",
            Setting::OfferDays => "working days after which an offer from the queue lapses",
            Setting::PaymentDays => "days within which a charge is to be paid",
            Setting::ClosedUntil => "last day of the period whose figures are closed, or none",
            Setting::RetentionYears => {
                "years after their last loan for which people are kept; then 'privacy sweep' erases them"
            }
        }
    }

    /// The value as it will be stored, or why it cannot be.
    pub fn check(self, value: &str) -> Result<String, SettingError> {
        let value = value.trim();
        match self {
            Setting::Hub => Ok(value.parse::<Name>()?.to_string()),
            Setting::RecoverableVat => parse_yes_no(value).map(|yes| if yes { "yes" } else { "no" }.to_string()),
            Setting::FinancialYearStart => match value.parse::<YearStart>() {
                Ok(_) => Ok(value.to_string()),
                Err(_) => Err(SettingError::NotAYearStart(value.to_string())),
            },
            Setting::LateBorrowers => match value {
                "warn" | "refuse" => Ok(value.to_string()),
                _ => Err(SettingError::NotWarnOrRefuse(value.to_string())),
            },
            Setting::LookBackDays | Setting::OfferDays | Setting::PaymentDays => match value.parse::<u32>() {
                Ok(days) if (1..=3650).contains(&days) => Ok(days.to_string()),
                _ => Err(SettingError::NotDays(value.to_string())),
            },
            Setting::RetentionYears => match value.parse::<u32>() {
                Ok(years) if (1..=100).contains(&years) => Ok(years.to_string()),
                _ => Err(SettingError::NotYears(value.to_string())),
            },
            Setting::MessagesARun => match value.parse::<u32>() {
                Ok(most) if (1..=1_000_000).contains(&most) => Ok(most.to_string()),
                _ => Err(SettingError::NotMessages(value.to_string())),
            },
            Setting::ReplyTo if value.eq_ignore_ascii_case(NO_REPLY_TO) => Ok(NO_REPLY_TO.to_string()),
            Setting::ReplyTo => Ok(value.parse::<Email>()?.to_string()),
            Setting::HubContact if value.eq_ignore_ascii_case(NO_HUB_CONTACT) => Ok(NO_HUB_CONTACT.to_string()),
            Setting::HubContact if value.contains(['\n', '\r']) => Err(SettingError::LineBreaks),
            Setting::HubContact if !value.contains(char::is_alphanumeric) => Err(SettingError::NoContact),
            Setting::HubContact => Ok(value.parse::<Name>()?.to_string()),
            Setting::ClosedUntil if value.eq_ignore_ascii_case(NOT_CLOSED) => Ok(NOT_CLOSED.to_string()),
            Setting::ClosedUntil => match parse_fixed(value, DateOrder::Dmy) {
                Ok(day) => Ok(day.to_string()),
                Err(_) => Err(SettingError::NotADay(value.to_string())),
            },
        }
    }
}

impl Word for Setting {
    const WORDS: &'static [&'static str] = &[
        "hub",
        "recoverable-vat",
        "financial-year-start",
        "late-borrowers",
        "look-back-days",
        "messages-a-run",
        "reply-to",
        "hub-contact",
        "offer-days",
        "payment-days",
        "closed-until",
        "retention-years",
    ];

    fn as_str(self) -> &'static str {
        match self {
            Setting::Hub => "hub",
            Setting::RecoverableVat => "recoverable-vat",
            Setting::FinancialYearStart => "financial-year-start",
            Setting::LateBorrowers => "late-borrowers",
            Setting::LookBackDays => "look-back-days",
            Setting::MessagesARun => "messages-a-run",
            Setting::ReplyTo => "reply-to",
            Setting::HubContact => "hub-contact",
            Setting::OfferDays => "offer-days",
            Setting::PaymentDays => "payment-days",
            Setting::ClosedUntil => "closed-until",
            Setting::RetentionYears => "retention-years",
        }
    }
}

impl FromStr for Setting {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Setting, WordError> {
        let found = Setting::ALL.iter().find(|setting| setting.as_str() == text);
        found.copied().ok_or_else(|| WordError { text: text.to_string(), what: "setting", words: Setting::WORDS })
    }
}

/// `yes` and `no` in the ways people and spreadsheets write them.
pub fn parse_yes_no(text: &str) -> Result<bool, SettingError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Ok(true),
        "no" | "n" | "false" | "0" => Ok(false),
        _ => Err(SettingError::NotYesOrNo(text.to_string())),
    }
}

crate::listing! {
    /// One line of `setting list`.
    pub struct SettingLine {
        setting: &'static str,
        value: String,
        meaning: &'static str,
    }
}
