//! What can be wrong with the way mail goes out.

/// Why nothing could be handed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailTrouble {
    /// The command's environment is wrong: exit 2.
    #[error("{0}")]
    Setup(String),
    /// The server or `sendmail` cannot be used: exit 3.
    #[error("{0}")]
    Down(String),
}

impl MailTrouble {
    pub fn hint(&self) -> Option<String> {
        match self {
            MailTrouble::Setup(_) => Some("'ledgerline remind --help' says what the environment must name".to_string()),
            MailTrouble::Down(_) => Some("nothing is recorded as sent; the next run tries again".to_string()),
        }
    }
}
