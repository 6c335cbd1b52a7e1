//! `loan void`: a loan that never was.

use anyhow::Result;
use clap::Args;

use super::correct::{reason, tell_of_erased, told_why};
use crate::commands::Desk;
use crate::commands::set::standing_after;
use crate::domain::loan::void;
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef, RequestRef};
use crate::domain::refusal::refuse;
use crate::domain::words::LoanState;
use crate::store::journal::{About, Event};
use crate::store::{charge, loan, privacy, request, timeline};

/// Void a loan that was entered by mistake: it counts nowhere any more, and nothing is deleted.
///
/// The journal keeps why; of somebody who was erased the reason is not kept.
///
/// Example: ledgerline loan void L231 --reason "Wrong tag scanned"
#[derive(Debug, Args)]
pub struct Void {
    /// The loan's reference
    loan: LoanRef,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
}

impl Void {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason = reason(&self.reason)?;
        let mut db = desk.open()?;
        let (found, left, erased) = desk.change(&mut db, |tx| {
            let found = loan::get(tx, self.loan)?;
            void(self.loan, found.state, &loan::inside(tx, self.loan)?).map_err(refuse)?;
            loan::void(tx, self.loan, today)?;
            timeline::refuse_clash(tx, found.instrument_id)?;
            let left = Left {
                waived: charge::waive_unpaid_of(tx, self.loan, today, &format!("{} is void", self.loan))?,
                paid: charge::paid_of(tx, self.loan)?,
                reopened: request::reopen(tx, self.loan)?,
                sets: standing_after(tx, [self.loan])?,
            };
            let erased = privacy::is_of_erased(tx, self.loan)?;
            let why = told_why(&reason, erased);
            let event = Event {
                on: today,
                command: "loan void",
                subject: self.loan.to_string(),
                summary: format!("Voided {} of {} to {}{why}", self.loan, found.tag, found.borrower_name),
                about: left.about(self.loan, &found),
            };
            Ok(((found, left, erased), Some(event)))
        })?;
        desk.say(format!("Voided {}: {} never went to {} on it.", self.loan, found.tag, found.borrower_name))?;
        tell_of_erased(desk, erased)?;
        left.tell(desk)?;
        if found.state == LoanState::Lost {
            desk.say(format!(
                "{0} is still marked as missing; if it is here: ledgerline instrument found {0}",
                found.tag
            ))?;
        }
        Ok(())
    }
}

/// What hung on a loan that never was.
struct Left {
    waived: Vec<ChargeRef>,
    paid: Vec<(ChargeRef, Pence)>,
    reopened: Option<RequestRef>,
    /// How the set it went out with stands now.
    sets: Vec<String>,
}

impl Left {
    fn about(&self, loan: LoanRef, found: &loan::Found) -> Vec<About> {
        let mut about =
            vec![About::loan(loan), About::instrument(found.instrument_id), About::borrower(found.borrower)];
        about.extend(self.waived.iter().map(|charge| About::charge(*charge)));
        about.extend(self.reopened.map(About::Request));
        about
    }

    fn tell(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        for charge in &self.waived {
            desk.say(format!("Waived {charge}, which was for it."))?;
        }
        for (charge, amount) in &self.paid {
            desk.warn(format!("{charge} of {} was paid for it; whoever paid it is owed that", amount.in_words()))?;
        }
        if let Some(request) = self.reopened {
            desk.say(format!("{request} waits again."))?;
        }
        self.sets.iter().try_for_each(|sentence| desk.say(sentence))
    }
}
