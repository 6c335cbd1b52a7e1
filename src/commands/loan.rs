//! `loan`: loans, open and ended.

mod correct;
mod print;
mod void;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::completions::sets;
use super::{Desk, lookup};
use crate::cli::{DayArg, word};
use crate::domain::loan::{LoanLine, LoanRefusal};
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::words::Scheme;
use crate::output::card::Card;
use crate::store::loan::{self as loans, LoanFilter};
use crate::store::{charge, instrument, reminder, set};

/// List, show and print loans, open and ended; put right what was entered wrong.
#[derive(Debug, Args)]
pub struct Loan {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List loans
    List(List),
    /// Show one loan
    Show(Show),
    /// Put the days of a loan right
    Correct(correct::Correct),
    /// Void a loan that was a mistake
    Void(void::Void),
    /// Print agreement and receipt
    Print(print::Print),
}

/// List loans, in the order they were made.
///
/// Example: ledgerline loan list --open --school 100492
#[derive(Debug, Args)]
struct List {
    /// Only those not ended
    #[arg(long)]
    open: bool,
    /// Only those late today
    #[arg(long)]
    overdue: bool,
    #[arg(long, value_parser = word::<Scheme>(), ignore_case = true)]
    scheme: Option<Scheme>,
    /// Of this person, school or organisation
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true)]
    borrower: Option<String>,
    /// To this school and to its pupils
    #[arg(long, value_name = "URN", allow_hyphen_values = true)]
    school: Option<String>,
    /// Of this instrument
    #[arg(long)]
    tag: Option<String>,
    /// Handed over with this set
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, add = sets())]
    set: Option<String>,
    /// Handed over on this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// Handed over on this day or before
    #[arg(long, value_name = "DATE")]
    to: Option<DayArg>,
}

/// Show one loan.
///
/// Example: ledgerline loan show L231
#[derive(Debug, Args)]
struct Show {
    /// Its reference
    loan: LoanRef,
}

impl Loan {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Correct(correct) => correct.run(desk),
            Verb::Void(void) => void.run(desk),
            Verb::Print(print) => print.run(desk),
        }
    }
}

impl List {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        db.expect_reading()?;
        db.read(|tx| {
            let school = self.school.as_deref().map(|typed| lookup::school(tx, typed)).transpose()?;
            let tag = self.tag.as_deref().map(|typed| instrument::get(tx, typed)).transpose()?;
            let filter = LoanFilter {
                loan: None,
                open: self.open,
                overdue: self.overdue,
                scheme: self.scheme,
                borrower: self.borrower.as_deref().map(|typed| lookup::borrower(tx, typed)).transpose()?,
                school: school.map(|school| school.urn),
                tag: tag.map(|found| found.tag),
                set: self.set.as_deref().map(|typed| set::get(tx, typed)).transpose()?.map(|found| found.id),
                from: self.from.map(|day| day.on(today)).transpose()?,
                to: self.to.map(|day| day.on(today)).transpose()?,
            };
            desk.list::<LoanLine<'_>>(|out| loans::each(tx, &filter, today, |line| out.row(line)))?;
            Ok(())
        })
    }
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        let card = db.read(|tx| {
            let details = loans::details(tx, self.loan)?.ok_or_else(|| refuse(LoanRefusal::Unknown(self.loan)))?;
            let mut card = Card::new();
            let filter = LoanFilter { loan: Some(self.loan), ..LoanFilter::default() };
            loans::each(tx, &filter, today, |line| {
                card.fields_of(line);
                Ok(())
            })?;
            let hold = reminder::held(tx, self.loan)?.filter(|hold| hold.until >= today);
            let said = reminder::last_said(tx, self.loan)?;
            card.add("inside", &details.outer)
                .add("pupils", &details.pupils)
                .add("year_group", &details.year_group)
                .add("lost_on", &details.lost_on)
                .add("returned_condition", &details.returned_condition)
                .add("returned_at", &details.returned_at)
                .add("missing", &details.missing)
                .add("note", &details.note)
                .add("owed", &charge::owed_of(tx, self.loan)?)
                .add("hold_until", &hold.as_ref().map(|hold| hold.until))
                .add("hold_reason", &hold.map(|hold| hold.reason))
                .add("last_reminder_on", &said.map(|(on, _)| on))
                .add("last_stage", &said.map(|(_, stage)| stage));
            Ok(card)
        })?;
        desk.card(&card)
    }
}
