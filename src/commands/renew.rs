//! `renew`: a later due day.

use anyhow::Result;
use clap::{ArgGroup, Args};

use super::due_flags::DueFlags;
use super::lend::{tell_of_due, tell_of_outlasted};
use super::{Desk, batch, completions, lookup};
use crate::cli::DayArg;
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::instrument::free_text;
use crate::domain::loan::{LoanRefusal, OpenLoan, renew};
use crate::domain::refusal::refuse;
use crate::domain::tag::Tag;
use crate::error::Usage;
use crate::store::journal::{About, Event};
use crate::store::{Db, Tx, instrument, loan};

/// Give loans a later due day, which starts their reminders afresh.
///
/// Name the tags, or renew by filter: all that a borrower has, or all that is due before a day.
/// All are renewed or none is.
///
/// Example: ledgerline renew VN-0042 --due 18/12/2027
/// Example: ledgerline renew --borrower "St Thomas" --until 2026/27-summer --reason "Project runs on"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, group = ArgGroup::new("which").required(true).multiple(true).args(["tags", "borrower", "due_before"]))]
#[command(group = ArgGroup::new("when").required(true).args(["due", "until"]))]
pub struct Renew {
    /// Tags, or - to read them from stdin
    #[arg(value_name = "TAG", add = completions::tags(), conflicts_with_all = ["borrower", "due_before"])]
    tags: Vec<String>,
    /// Everything this borrower has, or signed for
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true)]
    borrower: Option<String>,
    /// Everything due before this day
    #[arg(long, value_name = "DATE")]
    due_before: Option<DayArg>,
    #[command(flatten)]
    due: DueFlags,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    reason: Option<String>,
}

/// A loan that is to get a later day.
struct Renewal {
    tag: Tag,
    instrument_id: i64,
    loan: OpenLoan,
    due: Due,
}

impl Renew {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason =
            self.reason.as_deref().map(|text| free_text("the reason", text)).transpose().map_err(refuse)?.flatten();
        let mut db = desk.open()?;
        let by_filter = self.tags.is_empty();
        let tags = if by_filter { Vec::new() } else { self.named(desk, &db, today)? };
        if !by_filter && tags.is_empty() {
            return desk.say("No tag was taken, so nothing was renewed.");
        }
        let renewed = desk.change(&mut db, |tx| {
            let renewed = if by_filter {
                self.filtered(tx, today)?
            } else {
                batch::all_or_none("renewed", &tags, |tag| self.decide(tx, tag, today))?
            };
            for each in &renewed {
                loan::set_due(tx, each.loan.loan, each.due.on)?;
            }
            let event = event(&renewed, reason.as_deref(), today);
            let event = (!renewed.is_empty()).then_some(event);
            Ok((renewed, event))
        })?;
        tell(desk, &renewed)?;
        tell_of_outlasted(desk, &db, renewed.iter().map(|each| (each.loan.loan, &each.tag)))
    }

    fn named(&self, desk: &mut Desk<'_, '_>, db: &Db, today: Date) -> Result<Vec<String>> {
        batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| self.decide(tx, tag, today).map(|each| format!("{} of {}", each.tag, each.loan.borrower_name)))
        })
    }

    /// The loans that a filter finds, less those that are due later already.
    fn filtered(&self, tx: &Tx, today: Date) -> Result<Vec<Renewal>> {
        let borrower = self.borrower.as_deref().map(|typed| lookup::borrower(tx, typed)).transpose()?;
        let due_before = self.due_before.as_ref().map(|day| day.on(today)).transpose()?;
        let mut renewals = Vec::new();
        for (tag, instrument_id, loan) in loan::open_of(tx, borrower, due_before)? {
            let due = self.due(tx, &loan, today)?;
            if due.on > loan.due_on {
                renewals.push(Renewal { tag, instrument_id, loan, due });
            }
        }
        Ok(renewals)
    }

    /// The loan of whoever has an instrument now, with its later day.
    fn decide(&self, tx: &Tx, tag: &str, today: Date) -> Result<Renewal> {
        let instrument = instrument::get(tx, tag)?;
        let open = loan::open(tx, instrument.id)?;
        let not_on_loan = || refuse(LoanRefusal::NotOnLoan(instrument.tag.clone()));
        let holder = open.holder().cloned().ok_or_else(not_on_loan)?;
        let due = self.due(tx, &holder, today)?;
        renew(&instrument.tag, &holder, due.on).map_err(refuse)?;
        Ok(Renewal { tag: instrument.tag, instrument_id: instrument.id, loan: holder, due })
    }

    /// The day asked for, by the calendar of the loan's school.
    fn due(&self, tx: &Tx, loan: &OpenLoan, today: Date) -> Result<Due> {
        let school = lookup::party(tx, loan.borrower)?.school();
        let due = self.due.given(tx, school, today)?;
        Ok(due.ok_or_else(|| Usage("--due or --until says until when".to_string()))?)
    }
}

fn event(renewed: &[Renewal], reason: Option<&str>, today: Date) -> Event {
    let subject = match renewed {
        [only] => only.tag.to_string(),
        many => format!("{} instruments", many.len()),
    };
    let changes = renewed
        .iter()
        .map(|each| format!("{} from {} to {}", each.tag, in_words(each.loan.due_on), in_words(each.due.on)));
    let changes: Vec<String> = changes.collect();
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let summary = format!("Renewed {}{reason}", changes.join(", "));
    let mut about: Vec<About> = renewed.iter().map(|each| About::loan(each.loan.loan)).collect();
    about.extend(renewed.iter().map(|each| About::instrument(each.instrument_id)));
    Event { on: today, command: "renew", subject, summary, about }
}

fn tell(desk: &mut Desk<'_, '_>, renewed: &[Renewal]) -> Result<()> {
    if let Some(first) = renewed.first() {
        tell_of_due(desk, &first.due)?;
    }
    match renewed {
        [] => desk.say("There is nothing to renew: nothing that is out would be due before that day."),
        [only] => desk.say(format!(
            "Renewed {} for {}, due {} (was {}).",
            only.tag,
            only.loan.borrower_name,
            in_words(only.due.on),
            in_words(only.loan.due_on)
        )),
        many => {
            for each in many {
                desk.say(format!("{} for {}, due {}.", each.tag, each.loan.borrower_name, in_words(each.due.on)))?;
            }
            desk.say(format!("Renewed {} instruments.", many.len()))
        }
    }
}
