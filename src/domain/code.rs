//! Codes: the short words in capitals by which a hub names its types, categories and funds.

use super::text::escape;

/// Why a text is not a code of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' cannot be a code; use up to {LONGEST_CODE} letters and digits, such as VN or ENS2")]
pub struct CodeError(String);

const LONGEST_CODE: usize = 20;

/// The code in capitals: letters, digits, hyphen and underscore, a letter or digit first.
pub fn checked(text: &str) -> Result<String, CodeError> {
    let code = text.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let begins_well = code.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !begins_well || code.len() > LONGEST_CODE || !code.chars().all(allowed) {
        return Err(CodeError(escape(text)));
    }
    Ok(code.to_ascii_uppercase())
}

/// Declares a newtype for one noun's codes.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn from_record(text: &str) -> $name {
                $name(text.to_string())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl $crate::domain::listing::ToCell for $name {
            fn to_cell(&self) -> $crate::domain::listing::Cell<'_> {
                $crate::domain::listing::Cell::Code(self.0.as_str().into())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::code::CodeError;

            /// Letters, digits, hyphen and underscore, kept in capitals.
            fn from_str(text: &str) -> Result<$name, $crate::domain::code::CodeError> {
                $crate::domain::code::checked(text).map($name)
            }
        }
    };
}

pub(crate) use code;
