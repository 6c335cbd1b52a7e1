//! Schools, known by their URN, and organisations, which have none.

mod register;

pub use register::{phase, state_funded};

use std::fmt;
use std::str::FromStr;

use super::instrument::InstrumentRefusal;
use super::listing::{Cell, ToCell};
use super::reference::{OrganisationRef, Urn};
use super::refusal::Refusal;
use super::text::{Email, Name};
use super::words::{OrganisationRole, SchoolStatus};
use crate::listing;

/// A percentage to two decimals, as the register gives the share of pupils with free school meals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent {
    hundredths: i64,
}

/// Why a text is not a percentage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a percentage from 0 to 100 with two decimals at the most")]
pub struct PercentError(String);

impl Percent {
    pub const fn from_hundredths(hundredths: i64) -> Percent {
        Percent { hundredths }
    }

    pub const fn hundredths(self) -> i64 {
        self.hundredths
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Percent, PercentError> {
        let wrong = || PercentError(text.to_string());
        let number = text.trim().trim_end_matches('%').trim_end();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
            return Err(wrong());
        }
        let hundredths: i64 = format!("{whole}{fraction:0<2}").parse().map_err(|_| wrong())?;
        if hundredths > 10_000 { Err(wrong()) } else { Ok(Percent { hundredths }) }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.hundredths / 100, self.hundredths % 100);
        match fraction {
            0 => write!(f, "{whole}"),
            _ if fraction % 10 == 0 => write!(f, "{whole}.{}", fraction / 10),
            _ => write!(f, "{whole}.{fraction:02}"),
        }
    }
}

impl ToCell for Percent {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Code(self.to_string().into())
    }
}

/// A school of the DfE register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    pub urn: Urn,
    pub name: Name,
    /// Local authority and establishment number, seven digits; may be given to another school later.
    pub laestab: Option<String>,
    pub la: Option<String>,
    /// Special schools and alternative provision are told by this, since their phase reads "Not applicable".
    pub school_type: Option<String>,
    pub phase: Option<String>,
    pub status: SchoolStatus,
    pub postcode: Option<String>,
    pub email: Option<Email>,
    pub trust: Option<String>,
    pub roll: Option<i64>,
    pub fsm_percent: Option<Percent>,
    pub predecessor: Option<Urn>,
}

impl School {
    /// An open school of which only the URN and the name are known.
    pub fn named(urn: Urn, name: Name) -> School {
        School {
            urn,
            name,
            laestab: None,
            la: None,
            school_type: None,
            phase: None,
            status: SchoolStatus::Open,
            postcode: None,
            email: None,
            trust: None,
            roll: None,
            fsm_percent: None,
            predecessor: None,
        }
    }
}

impl School {
    pub fn line(&self) -> SchoolLine<'_> {
        SchoolLine {
            urn: self.urn,
            name: self.name.as_str(),
            laestab: self.laestab.as_deref().unwrap_or(""),
            la: self.la.as_deref().unwrap_or(""),
            school_type: self.school_type.as_deref().unwrap_or(""),
            phase: self.phase.as_deref().unwrap_or(""),
            status: self.status,
            postcode: self.postcode.as_deref().unwrap_or(""),
            email: self.email.as_ref().map_or("", Email::as_str),
            trust: self.trust.as_deref().unwrap_or(""),
            roll: self.roll,
            fsm_percent: self.fsm_percent,
            predecessor_urn: self.predecessor,
        }
    }
}

impl Organisation {
    pub fn line(&self) -> OrganisationLine<'_> {
        OrganisationLine {
            organisation: self.id,
            name: self.name.as_str(),
            role: self.role,
            email: self.email.as_ref().map_or("", Email::as_str),
            phone: self.phone.as_deref().unwrap_or(""),
            address: self.address.as_deref().unwrap_or(""),
        }
    }
}

/// A LAESTAB as seven digits, `2073402`; `207/3402` is read too.
pub fn laestab(text: &str) -> Result<Option<String>, SchoolRefusal> {
    let text = text.trim();
    let digits: String = text.chars().filter(|c| !matches!(c, '/' | ' ')).collect();
    match digits.len() {
        0 => Ok(None),
        7 if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(digits)),
        _ => Err(SchoolRefusal::NotALaestab(super::text::escape(text))),
    }
}

/// An organisation that is not a school of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationRef,
    pub name: Name,
    pub role: OrganisationRole,
    pub email: Option<Email>,
    pub phone: Option<String>,
    pub address: Option<String>,
}

/// Why a school or an organisation was not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchoolRefusal {
    #[error("school {0} is on record already: {1}")]
    Exists(Urn, Name),
    #[error("there is an organisation of that name already: {0} {1}")]
    OrganisationExists(OrganisationRef, Name),
    #[error("'{0}' is not a LAESTAB; one has seven digits, such as 2073402")]
    NotALaestab(String),
    #[error("a school cannot be its own predecessor")]
    OwnPredecessor,
    #[error("nothing to change was given for {0}")]
    NothingToChange(String),
    #[error(transparent)]
    Text(#[from] InstrumentRefusal),
}

impl Refusal for SchoolRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            SchoolRefusal::Exists(urn, _) => Some(format!("to change it: ledgerline school edit {urn} …")),
            SchoolRefusal::OrganisationExists(reference, _) => {
                Some(format!("to change it: ledgerline organisation edit {reference} …"))
            }
            _ => None,
        }
    }
}

listing! {
    /// One line of `school list`.
    pub struct SchoolLine<'a> {
        urn: Urn,
        name: &'a str,
        laestab: &'a str,
        la: &'a str,
        school_type as "type": &'a str,
        phase: &'a str,
        status: SchoolStatus,
        postcode: &'a str,
        email: &'a str,
        trust: &'a str,
        roll: Option<i64>,
        fsm_percent: Option<Percent>,
        predecessor_urn: Option<Urn>,
    }
}

listing! {
    /// One line of `organisation list`.
    pub struct OrganisationLine<'a> {
        organisation: OrganisationRef,
        name: &'a str,
        role: OrganisationRole,
        email: &'a str,
        phone: &'a str,
        address: &'a str,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_read_and_print() {
        for (text, shown) in [("51.80", "51.8"), ("30", "30"), ("24.05", "24.05"), ("0", "0"), ("12.5%", "12.5")] {
            assert_eq!(text.parse::<Percent>().map(|percent| percent.to_string()), Ok(shown.to_string()));
        }
        for text in ["", "101", "-1", "1.234", "SUPP", "1e1"] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
    }

    #[test]
    fn laestabs_have_seven_digits() {
        assert_eq!(laestab("207/3402"), Ok(Some("2073402".into())));
        assert_eq!(laestab(""), Ok(None));
        assert!(laestab("207340").is_err());
    }
}
