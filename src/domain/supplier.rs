//! Suppliers, and the many ways in which one name is spelt.

use super::refusal::Refusal;
use super::text::{Name, escape, fold};
use crate::listing;

/// Who sells to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    pub id: i64,
    pub name: Name,
    pub framework_lot: Option<String>,
}

/// What a supplier is found by: letters and digits alone, without case and accents.
/// `Dawson's Music Ltd.` and `DAWSONS MUSIC LTD` are one; `&` reads as `and`.
pub fn key(name: &str) -> String {
    let folded = fold(&name.replace('&', " and "));
    let bare: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if bare.is_empty() { folded } else { bare }
}

/// Why a supplier was not found, added or given another spelling.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SupplierRefusal {
    #[error("there is no supplier {}", escape(.typed))]
    Unknown { typed: String, nearest: Option<String> },
    #[error("'{typed}' is taken: it leads to {supplier}")]
    Taken { typed: String, supplier: Name },
    #[error("'{0}' has a semicolon, which parts one spelling from the next in files")]
    Semicolon(Name),
    #[error("'{0}' is given twice")]
    Twice(String),
}

impl Refusal for SupplierRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            SupplierRefusal::Unknown { nearest: Some(near), .. } => Some(format!("did you mean {near}?")),
            SupplierRefusal::Unknown { nearest: None, typed } => {
                Some(format!("to add it: ledgerline supplier add \"{}\"", escape(typed)))
            }
            SupplierRefusal::Taken { .. } => Some("'ledgerline supplier list' shows every name and alias".into()),
            SupplierRefusal::Semicolon(_) => Some("leave the semicolon out; punctuation makes no difference".into()),
            SupplierRefusal::Twice(_) => Some("case, accents, spaces and punctuation make no difference".into()),
        }
    }
}

listing! {
    /// One line of `supplier list`.
    pub struct SupplierLine {
        supplier: Name,
        aliases: String,
        framework_lot: Option<String>,
        orders: i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_difference() {
        for (one, other) in [
            ("Dawson's Music Ltd.", "DAWSONS MUSIC LTD"),
            ("J. Packer", "J.Packer"),
            ("Müller & Söhne", "muller and sohne"),
            ("  Normans  ", "NORMANS"),
        ] {
            assert_eq!(key(one), key(other), "{one}");
        }
        assert_ne!(key("Normans"), key("Norman"));
        assert_eq!(key("!!"), "!!");
    }
}
