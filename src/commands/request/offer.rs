//! `request offer`: an instrument reserved for whoever asked.

use anyhow::{Context, Result};
use clap::Args;

use crate::commands::completions::tags;
use crate::commands::{Desk, lookup};
use crate::domain::date::{Date, in_words, plus_working_days};
use crate::domain::instrument::Instrument;
use crate::domain::loan::Party;
use crate::domain::reference::RequestRef;
use crate::domain::refusal::refuse;
use crate::domain::request::{Request, ahead, offer};
use crate::domain::tag::Tag;
use crate::domain::text::Email;
use crate::domain::words::{Condition, Role};
use crate::store::journal::{About, Event};
use crate::store::request::{self as requests};
use crate::store::{Tx, instrument, loan, organisation, person, school, setting};

/// Reserve an instrument for a request, for as many working days as the setting offer-days says.
///
/// A new offer takes the place of an older one. When it lapses, the request waits in its old place again.
///
/// Example: ledgerline request offer R5 VN-0042
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Offer {
    /// The request's reference
    request: RequestRef,
    /// The instrument's tag
    #[arg(add = tags())]
    tag: String,
}

/// An offer that was made, and what the person should know of it.
struct Made {
    request: Request,
    found: Instrument,
    lapses_on: Date,
    /// Whoever has waited longer for the same, and first.
    passed_over: Option<Request>,
    next_step: String,
}

impl Offer {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let made = desk.change(&mut db, |tx| self.offer(tx, today))?;
        let (request, tag) = (&made.request, &made.found.tag);
        if let Some(first) = &made.passed_over {
            let since = in_words(first.asked_on);
            desk.warn(format!("{} has waited longer ({}, since {since})", first.borrower_name, first.id))?;
        }
        if made.found.details.condition == Condition::Damaged {
            desk.warn(format!("{tag} is damaged; to have it mended first: ledgerline repair send {tag} --to NAME"))?;
        }
        let (name, until) = (&request.borrower_name, in_words(made.lapses_on));
        desk.say(format!("Offered {tag} to {name} until {until} ({}).", request.id))?;
        if let Some(note) = &request.note {
            desk.say(format!("Noted with {}: {note}", request.id))?;
        }
        desk.say(&made.next_step)?;
        let freed: Option<Tag> = request.standing_offer(today).map(|old| old.tag.clone()).filter(|old| old != tag);
        if let Some(freed) = &freed {
            desk.say(format!("{freed}, offered until now, is free again."))?;
        }
        super::tell_who_waits(desk, &db, freed.iter())
    }

    fn offer(&self, tx: &Tx, today: Date) -> Result<(Made, Option<Event>)> {
        let request = requests::get(tx, self.request)?;
        let found = instrument::get(tx, &self.tag)?;
        let party = lookup::party(tx, request.borrower)?;
        let type_name = lookup::instrument_type(tx, found.details.type_code.as_str())?.name;
        let open = loan::open(tx, found.id)?;
        offer(&request, &party, &found, type_name.as_str(), &open, today).map_err(refuse)?;
        let days = setting::offer_days(tx)?;
        let lapses_on = plus_working_days(today, days).context("the last day of the offer")?;
        let queue = requests::open_for(tx, &request.wanted.type_code)?;
        let longer = ahead(&queue, &request, today).into_iter().find(|other| other.wanted.fits(&found)).cloned();
        let relieved = requests::withdraw(tx, found.id, Some(request.id), today)?;
        requests::offer(tx, request.id, found.id, today, lapses_on)?;
        let summary = format!(
            "Offered {} to {} until {} ({})",
            found.tag,
            request.borrower_name,
            in_words(lapses_on),
            request.id
        );
        let mut about =
            vec![About::Request(request.id), About::instrument(found.id), About::borrower(request.borrower)];
        about.extend(relieved.into_iter().map(About::Request));
        let event = Event { on: today, command: "request offer", subject: found.tag.to_string(), summary, about };
        let next_step = next_step(tx, &party, &found.tag)?;
        Ok((Made { request, found, lapses_on, passed_over: longer, next_step }, Some(event)))
    }
}

/// Whom to tell of an offer, and what to type when they come.
fn next_step(tx: &Tx, party: &Party, tag: &Tag) -> Result<String> {
    let to = party.reference();
    let lend = format!("ledgerline lend {tag} --to {to}");
    let contact = match party {
        Party::Person { reference, hirer, role, .. } => {
            // A pupil is never written to; whoever signs is.
            let Some(adult) = hirer.or((*role != Role::Pupil).then_some(*reference)) else {
                return Ok(format!("Nobody signs for {} yet; when they come: {lend} --hirer …", party.name()));
            };
            person::find(tx, adult)?.map(|adult| (adult.name.to_string(), reach(adult.email, adult.phone)))
        }
        Party::School { urn, name, .. } => {
            school::find(tx, *urn)?.map(|school| (name.clone(), reach(school.email, None)))
        }
        Party::Organisation { reference, name } => {
            organisation::find(tx, *reference)?.map(|found| (name.clone(), reach(found.email, found.phone)))
        }
    };
    let (name, reach) = contact.unwrap_or_default();
    Ok(format!("Tell {name}{reach}; when they come: {lend}"))
}

/// ` (ana@example.org, 0113 496 0001)`.
fn reach(email: Option<Email>, phone: Option<String>) -> String {
    let ways: Vec<String> = email.map(|email| email.to_string()).into_iter().chain(phone).collect();
    if ways.is_empty() { String::new() } else { format!(" ({})", ways.join(", ")) }
}
