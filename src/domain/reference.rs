//! The reference numbers people read off a screen and type back: `P17`, `G3`, `L231`, `O12/3`, `R5`, `J4`, `C88`, `M12`, `E1021`.

use std::fmt;
use std::str::FromStr;

/// Why a text is not the reference that was wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {wanted}; one looks like {example}")]
pub struct ReferenceError {
    text: String,
    wanted: &'static str,
    example: &'static str,
}

/// The number after a reference's letter: 1 or more, without sign or leading noughts past ten digits.
fn numbered(text: &str, letter: char) -> Option<i64> {
    let rest = text.trim();
    let first = rest.chars().next()?;
    if !first.eq_ignore_ascii_case(&letter) {
        return None;
    }
    digits(&rest[first.len_utf8()..])
}

fn digits(text: &str) -> Option<i64> {
    let plain = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().filter(|&number: &i64| number > 0)
}

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $wanted:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// A number read back from the records.
            pub const fn new(number: i64) -> $name {
                $name(number)
            }

            pub const fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ReferenceError;
            fn from_str(text: &str) -> Result<$name, ReferenceError> {
                numbered(text, $letter).map($name).ok_or_else(|| ReferenceError {
                    text: text.to_string(),
                    wanted: $wanted,
                    example: $example,
                })
            }
        }
    };
}

reference!(
    /// A person: pupil, teacher or adult.
    PersonRef, 'P', "a person's reference", "P17"
);
reference!(
    /// An organisation that is not a school.
    OrganisationRef, 'G', "an organisation's reference", "G3"
);
reference!(
    /// A loan.
    LoanRef, 'L', "a loan's reference", "L231"
);
reference!(
    /// A purchase: an order with its lines.
    OrderRef, 'O', "an order's reference", "O12"
);
reference!(
    /// An event in the journal.
    EventRef, 'E', "an event's reference", "E1021"
);

reference!(
    /// A request: somebody's place in the queue.
    RequestRef, 'R', "a request's reference", "R5"
);
reference!(
    /// A repair.
    RepairRef, 'J', "a repair's reference", "J4"
);
reference!(
    /// A charge.
    ChargeRef, 'C', "a charge's reference", "C88"
);
reference!(
    /// A message: one reminder to one contact, by mail or on paper.
    MessageRef, 'M', "a message's reference", "M12"
);

/// One line of an order, `O12/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineRef {
    pub order: OrderRef,
    pub line: i64,
}

impl fmt::Display for LineRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.order, self.line)
    }
}

impl FromStr for LineRef {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<LineRef, ReferenceError> {
        let parts = text.trim().split_once('/');
        let read = parts
            .and_then(|(order, line)| Some(LineRef { order: OrderRef(numbered(order, 'O')?), line: digits(line)? }));
        read.ok_or_else(|| ReferenceError {
            text: text.to_string(),
            wanted: "an order line's reference",
            example: "O12/3",
        })
    }
}

/// A school's unique reference number in the DfE register: six digits.
/// Source: <https://en.wikipedia.org/wiki/Unique_Reference_Number>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn(i64);

impl Urn {
    pub const fn new(number: i64) -> Urn {
        Urn(number)
    }

    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl FromStr for Urn {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Urn, ReferenceError> {
        let six = Some(text.trim()).filter(|digits| digits.len() == 6);
        six.and_then(digits).map(Urn).ok_or_else(|| ReferenceError {
            text: text.to_string(),
            wanted: "a school's URN",
            example: "100492, six digits",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn either_case_is_read_and_one_is_printed() {
        assert_eq!("l231".parse::<LoanRef>().map(|loan| loan.to_string()), Ok("L231".into()));
        assert_eq!("o12/3".parse::<LineRef>().map(|line| line.to_string()), Ok("O12/3".into()));
        assert_eq!("100492".parse::<Urn>().map(|urn| urn.to_string()), Ok("100492".into()));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in ["", "P", "P0", "P-1", "17", "PP1", "P1.5", "P99999999999999", "Ｐ1", "P 1"] {
            assert!(text.parse::<PersonRef>().is_err(), "{text}");
        }
        for text in ["O12", "O12/", "O12/0", "/3", "O/3", "O1/2/3"] {
            assert!(text.parse::<LineRef>().is_err(), "{text}");
        }
        for text in ["10049", "1004921", "10049a", "000000"] {
            assert!(text.parse::<Urn>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<PersonRef>();
            let _ = text.parse::<LineRef>();
            let _ = text.parse::<Urn>();
        }
    }
}
