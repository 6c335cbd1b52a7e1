//! What was said to whom, and what became of it.

use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::words::{ReminderState, Route, Stage};
use crate::listing;

listing! {
    /// One line of `remind log`: a loan at a stage. Whoever waits for a letter has no message yet, and so no day and no route.
    pub struct SaidLine<'a> {
        message: Option<MessageRef>,
        at: &'a str,
        on: Option<Date>,
        contact: Option<BorrowerRef>,
        contact_name: &'a str,
        route: Option<Route>,
        address: &'a str,
        loan: LoanRef,
        tag: &'a str,
        due_on: Date,
        stage: Stage,
        state: ReminderState,
        settled_at: &'a str,
        /// What the mail server said, or the letter's file.
        answer: &'a str,
    }
}
