//! `instrument retire`, `lost` and `found`: how instruments leave the stock, and come back.

use anyhow::Result;
use clap::Args;

use crate::cli::{DayArg, word};
use crate::commands::completions::tags;
use crate::commands::overriding::Overriding;
use crate::commands::set::standing_after;
use crate::commands::{Desk, charge, request};
use crate::domain::asset::AssetRefusal;
use crate::domain::date::Date;
use crate::domain::instrument::{Instrument, InstrumentRefusal, Retirement, free_text};
use crate::domain::loan::LoanRefusal;
use crate::domain::money::{Pence, parse_price};
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::domain::words::{Disposal, LoanState};
use crate::store::journal::{About, Event};
use crate::store::request as requests;
use crate::store::{Tx, instrument, loan, timeline};

/// Take an instrument out of the stock; its history and its spend stay.
///
/// Example: ledgerline instrument retire VN-0042 --reason sold --proceeds 40 --authorised-by "Jo Lee"
#[derive(Debug, Args)]
pub struct Retire {
    #[arg(add = tags())]
    tag: String,
    /// How it leaves
    #[arg(long, value_parser = word::<Disposal>(), ignore_case = true)]
    reason: Disposal,
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// What it was sold for
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    proceeds: Option<Pence>,
    /// Who said it may go
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    authorised_by: Option<Name>,
    /// The crime reference, if it was stolen
    #[arg(long, allow_hyphen_values = true)]
    crime_ref: Option<String>,
    #[command(flatten)]
    overriding: Overriding,
}

impl Retire {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let on = self.on.on(desk.today())?;
        let today = desk.today();
        let how = Retirement {
            on,
            disposal: self.reason,
            proceeds: self.proceeds,
            authorised_by: self.authorised_by,
            crime_ref: self
                .crime_ref
                .as_deref()
                .map(|text| free_text("the crime reference", text))
                .transpose()
                .map_err(refuse)?
                .flatten(),
        };
        let mut db = desk.open()?;
        let (found, passed) = desk.change(&mut db, |tx| {
            let found = instrument::get(tx, &self.tag)?;
            refuse_future(&found, "retired", on, today)?;
            refuse_retired(&found)?;
            if let Some(open) = loan::open(tx, found.id)?.holder() {
                let (tag, borrower) = (found.tag.clone(), open.borrower_name.clone());
                return Err(refuse(InstrumentRefusal::OnLoan { tag, borrower, loan: open.loan }));
            }
            refuse_in_repair(&found)?;
            refuse_out_after(tx, &found, on)?;
            if let Some(acquired_on) = found.details.acquired_on.filter(|acquired_on| on < *acquired_on) {
                return Err(refuse(AssetRefusal::AcquiredSince { tag: found.tag, acquired_on }));
            }
            let line_id = instrument::bought_on(tx, found.id)?.map(|(line_id, _)| line_id);
            let passed = self.overriding.pass_day(tx, (found.tag.as_str(), line_id), on)?;
            instrument::retire(tx, found.id, &how)?;
            let summary = format!("Retired {}: {}{}", found.tag, how.disposal, passed.in_summary);
            let mut event = event_for(&found, "instrument retire", on, summary);
            event.about.extend(requests::withdraw(tx, found.id, None, today)?.into_iter().map(About::Request));
            Ok(((found, passed), Some(event)))
        })?;
        passed.tell(desk)?;
        let waits = request::waits_again(&found, today);
        let tag = &found.tag;
        desk.say(format!("Retired {tag} ({}). Its history stays; its tag is never used again.{waits}", how.disposal))
    }
}

/// Mark an instrument as lost: its loans are closed as lost.
///
/// Example: ledgerline instrument lost VN-0042 --note "Left on the 17 bus"
#[derive(Debug, Args)]
pub struct Lost {
    #[arg(add = tags())]
    tag: String,
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    #[arg(long, allow_hyphen_values = true)]
    note: Option<String>,
}

impl Lost {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let mut db = desk.open()?;
        let (found, closed, sets, ahead) = desk.change(&mut db, |tx| {
            let found = instrument::get(tx, &self.tag)?;
            refuse_future(&found, "lost", on, today)?;
            refuse_retired(&found)?;
            if let Some(since) = found.standing.missing_on {
                return Err(refuse(InstrumentRefusal::Missing(found.tag, since)));
            }
            refuse_in_repair(&found)?;
            refuse_out_after(tx, &found, on)?;
            let closed = close_loans(tx, &found, on)?;
            instrument::set_missing(tx, found.id, Some(on))?;
            timeline::refuse_clash(tx, found.id)?;
            let note = self.note.as_deref().map(|note| format!(": {}", note.trim())).unwrap_or_default();
            let mut event = event_for(&found, "instrument lost", on, format!("Lost {}{note}", found.tag));
            event.about.extend(closed.iter().map(|(loan, _)| About::loan(*loan)));
            event.about.extend(requests::withdraw(tx, found.id, None, today)?.into_iter().map(About::Request));
            let sets = standing_after(tx, closed.iter().map(|(loan, _)| *loan))?;
            let ahead = charge::raised_ahead(tx, closed.iter().map(|(loan, _)| *loan), on, today)?;
            Ok(((found, closed, sets, ahead), Some(event)))
        })?;
        let loans: String = closed.iter().map(|(loan, name)| format!(" Closed {loan} to {name} as lost.")).collect();
        desk.say(format!("Marked {} as missing.{loans}{}", found.tag, request::waits_again(&found, today)))?;
        sets.iter().try_for_each(|sentence| desk.say(sentence))?;
        closed.first().map_or(Ok(()), |(loan, _)| desk.say(charge::hint_of_loss(*loan, &found)))?;
        ahead.iter().try_for_each(|sentence| desk.say(sentence))
    }
}

/// An instrument that was out after a day cannot have left the stock on it.
fn refuse_out_after(tx: &Tx, found: &Instrument, on: Date) -> Result<()> {
    match loan::ended_after(tx, found.id, false, on)? {
        Some((loan, until)) => Err(refuse(LoanRefusal::OutUntil { tag: found.tag.clone(), loan, until })),
        None => Ok(()),
    }
}

/// Closes every open loan of a lost instrument; says which, and whose they were.
fn close_loans(tx: &Tx, found: &Instrument, on: Date) -> Result<Vec<(LoanRef, String)>> {
    let open = loan::open(tx, found.id)?;
    let mut closed = Vec::new();
    for each in open.inner.into_iter().chain(open.outer) {
        if each.out_on > on {
            let refusal = LoanRefusal::LostBeforeHandOver { tag: found.tag.clone(), out_on: each.out_on, on };
            return Err(refuse(refusal));
        }
        loan::close(tx, each.loan, LoanState::Lost, on)?;
        closed.push((each.loan, each.borrower_name));
    }
    Ok(closed)
}

/// Mark a missing instrument as found: it can be lent again; no loan is reopened.
///
/// Example: ledgerline instrument found VN-0042 --location "Main store"
#[derive(Debug, Args)]
pub struct Found {
    #[arg(add = tags())]
    tag: String,
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// Where it is kept now
    #[arg(long, allow_hyphen_values = true)]
    location: Option<String>,
}

impl Found {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let location =
            self.location.as_deref().map(|text| free_text("the location", text)).transpose().map_err(refuse)?.flatten();
        let mut db = desk.open()?;
        let found = desk.change(&mut db, |tx| {
            let found = instrument::get(tx, &self.tag)?;
            refuse_future(&found, "found", on, today)?;
            let Some(since) = found.standing.missing_on else {
                return Err(refuse(InstrumentRefusal::NotMissing(found.tag)));
            };
            if on < since {
                return Err(refuse(InstrumentRefusal::FoundBeforeLost { tag: found.tag, since, on }));
            }
            instrument::set_missing(tx, found.id, None)?;
            if let Some(location) = &location {
                instrument::set_location(tx, found.id, location)?;
            }
            let place = location.as_deref().map(|place| format!(" at {place}")).unwrap_or_default();
            let event = event_for(&found, "instrument found", on, format!("Found {}{place}", found.tag));
            Ok((found, Some(event)))
        })?;
        desk.say(format!("{} is found and can be lent again.", found.tag))?;
        request::tell_who_waits(desk, &db, [&found.tag])
    }
}

fn refuse_future(found: &Instrument, what: &'static str, on: Date, today: Date) -> Result<()> {
    if on > today { Err(refuse(InstrumentRefusal::InFuture { tag: found.tag.clone(), what, on })) } else { Ok(()) }
}

fn refuse_retired(found: &Instrument) -> Result<()> {
    match found.standing.retired {
        Some((on, disposal)) => Err(refuse(InstrumentRefusal::Retired { tag: found.tag.clone(), on, disposal })),
        None => Ok(()),
    }
}

/// What is away to be mended comes back first, whatever becomes of it then.
fn refuse_in_repair(found: &Instrument) -> Result<()> {
    match found.standing.in_repair {
        Some((repair, since)) => Err(refuse(LoanRefusal::InRepair { tag: found.tag.clone(), repair, since })),
        None => Ok(()),
    }
}

fn event_for(found: &Instrument, command: &'static str, on: Date, summary: String) -> Event {
    Event { on, command, subject: found.tag.to_string(), summary, about: vec![About::instrument(found.id)] }
}
