//! Refusals: the rules or the records say no, and nothing changed.

use std::fmt;

/// A typed "no": its sentence says why, its hint what to do next.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// What the person can do about it, if there is something.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// Any refusal, on its way up to the exit code. One scan, one row or one command can be refused for one reason each.
#[derive(Debug)]
pub struct Refused(Box<dyn Refusal>);

impl Refused {
    pub fn new(refusal: impl Refusal) -> Refused {
        Refused(Box::new(refusal))
    }

    pub fn hint(&self) -> Option<String> {
        self.0.hint()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Refused {}

/// The error that carries a refusal up: `Err(refuse(LendRefusal::…))`.
pub fn refuse(refusal: impl Refusal) -> anyhow::Error {
    anyhow::Error::new(Refused::new(refusal))
}

/// A refusal that concerns nothing but its own sentence.
#[derive(Debug)]
pub struct Plain {
    sentence: String,
    hint: Option<String>,
}

impl Plain {
    pub fn new(sentence: impl Into<String>) -> Plain {
        Plain { sentence: sentence.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Plain {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Plain {}

impl Refusal for Plain {
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
