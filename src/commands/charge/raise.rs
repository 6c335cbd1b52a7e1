//! `charge raise`: each open loan's hire of a term, once, however often it is run.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;
use crate::commands::progress::Progress;
use crate::domain::borrower::BorrowerRef;
use crate::domain::charge::{NewCharge, Tally, TermRun, Verdict};
use crate::domain::date::Date;
use crate::domain::reference::ChargeRef;
use crate::domain::refusal::refuse;
use crate::import::Runs;
use crate::store::journal::{About, Event};
use crate::store::{Tx, charge as charges, rate, remission, setting, term};

/// Charge each open loan its hire of a term: once, however often it is run.
///
/// A loan is charged where it is out in the term, or not back when the term begins. Part of a unit counts as a whole. The
/// pupil's remission is taken off, else that of the adult who signed. By the month, a loan is charged to its due day or, where
/// that has passed, to today.
///
/// Example: ledgerline charge raise --term 2026/27-summer
#[derive(Debug, Args)]
pub struct Raise {
    /// The term: 2026/27-summer
    #[arg(long, value_name = "TERM")]
    term: String,
}

/// What a run has written.
struct Run {
    label: String,
    tally: Tally,
    first: Option<ChargeRef>,
    has_rates: bool,
}

impl Raise {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        db.expect_bulk()?;
        let mut progress = Progress::new(desk.world.terminal.stderr);
        let run = desk.change(&mut db, |tx| raise(tx, &self.term, today, &mut progress));
        progress.end();
        let run = run?;
        if let Some(first) = run.first {
            (first.number()..).take(run.tally.raised).try_for_each(|number| desk.print(ChargeRef::new(number)))?;
        }
        desk.say(run.tally.sentence(&run.label))?;
        if run.has_rates {
            return Ok(());
        }
        desk.say("No rates are set yet: ledgerline rate set --scheme hire --per term £…")
    }
}

fn raise(tx: &Tx, label: &str, today: Date, progress: &mut Progress) -> Result<(Run, Option<Event>)> {
    let term = term::named(tx, label)?;
    let (rates, remissions) = (rate::rates(tx)?, remission::of_year(tx, term.year, Some(today))?);
    let (payment_days, has_rates) = (setting::payment_days(tx)?, !rates.is_empty());
    let run = TermRun { term: &term, rates: &rates, remissions: &remissions, payment_days, today };
    // Each loan is looked at, its charge written, and what that changed kept with the event: three steps for whoever
    // watches. The last is taken once this is done, and the bar is never full before its time.
    let whole = u64::try_from(charges::open_hires(tx)?)?.saturating_mul(3);
    let (mut tally, mut new, mut done) = (Tally::default(), Vec::new(), 0);
    let (mut instruments, mut borrowers) = (Runs::default(), Vec::new());
    charges::each_open_hire(tx, &term, |hire| {
        let verdict = run.judge(hire).map_err(refuse)?;
        tally.add(hire.scheme, &verdict);
        if let Verdict::Raise(charge) = verdict {
            instruments.add(hire.instrument_id);
            borrowers.push(hire.who.borrower);
            new.push(charge);
        }
        done += 1;
        progress.tick(done, whole);
        Ok(())
    })?;
    let label = term.label.clone();
    if new.is_empty() {
        return Ok((Run { label, tally, first: None, has_rates }, None));
    }
    let first = charges::add_all(tx, &new, || {
        done += 1;
        progress.tick(done, whole);
    })?;
    let event = Event {
        on: today,
        command: "charge raise",
        subject: tally.counted(),
        summary: tally.what(&label),
        about: about(first, &new, instruments, borrowers),
    };
    Ok((Run { label, tally, first: Some(first), has_rates }, Some(event)))
}

/// Everything a run concerns, in as few rows of the journal as will hold it.
fn about(first: ChargeRef, new: &[NewCharge], instruments: Runs, mut parties: Vec<BorrowerRef>) -> Vec<About> {
    let last = first.number() + i64::try_from(new.len()).unwrap_or(i64::MAX) - 1;
    let mut about = vec![About::Charges(first.number(), last)];
    let (mut loans, mut people) = (Runs::default(), Runs::default());
    new.iter().for_each(|charge| loans.add(charge.loan.number()));
    parties.extend(new.iter().map(|charge| charge.payer));
    parties.sort_unstable();
    parties.dedup();
    for party in parties {
        match party {
            BorrowerRef::Person(person) => people.add(person.number()),
            other => about.push(About::borrower(other)),
        }
    }
    about.extend(loans.joined().into_iter().map(|(first, last)| About::Loans(first, last)));
    about.extend(instruments.joined().into_iter().map(|(first, last)| About::Instruments(first, last)));
    about.extend(people.joined().into_iter().map(|(first, last)| About::People(first, last)));
    about
}
