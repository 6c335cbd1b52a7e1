//! `repair send`.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::completions::{repairers, tags};
use crate::commands::{Desk, lookup};
use crate::domain::borrower::{BorrowerRef, PartyRefusal};
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{Instrument, Reservation, free_text};
use crate::domain::loan::OpenLoans;
use crate::domain::reference::{OrganisationRef, PersonRef, RepairRef, Urn};
use crate::domain::refusal::refuse;
use crate::domain::repair::{RepairRefusal, SendFacts, send};
use crate::domain::school::Organisation;
use crate::domain::text::{Name, fold};
use crate::domain::words::OrganisationRole;
use crate::store::journal::{About, Event};
use crate::store::repair::NewRepair;
use crate::store::{Tx, instrument, loan, organisation, party, repair};

/// Send an instrument to be mended. A loan of it goes on behind; its reminders wait until it is back.
///
/// Example: ledgerline repair send VN-0042 --to "Bow Repairs" --back-by +14d --fault "neck joint open"
#[derive(Debug, Args)]
pub struct Send {
    #[arg(add = tags())]
    tag: String,
    /// The repairer: a reference, a name or a part of one; a name nobody bears is noted as a new one
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, add = repairers())]
    to: Name,
    /// The day it went, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// The day it is to be back by
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    back_by: Option<DayArg>,
    /// What is wrong with it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    fault: Option<String>,
}

/// What was sent, where, and who has it on loan or waits for it.
struct Sent {
    repair: RepairRef,
    instrument: Instrument,
    repairer: Organisation,
    is_new: bool,
    open: OpenLoans,
}

impl Send {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let back_by = self.back_by.as_ref().map(|day| day.on(today)).transpose()?;
        let fault = self.fault.as_deref().map(|text| free_text("the fault", text)).transpose().map_err(refuse)?;
        let mut db = desk.open()?;
        let sent = desk.change(&mut db, |tx| {
            let found = instrument::get(tx, &self.tag)?;
            let away = repair::open(tx, found.id)?;
            let later_end = repair::ended_after(tx, found.id, on)?;
            let facts = SendFacts { instrument: &found, away: away.as_ref(), later_end, today };
            send(&facts, on, back_by).map_err(refuse)?;
            let (repairer, is_new) = repairer(tx, &self.to)?;
            let fault = fault.flatten();
            let event_fault = fault.as_deref().map(|fault| format!(": {fault}")).unwrap_or_default();
            let new = NewRepair { instrument_id: found.id, repairer: repairer.id, sent_on: on, back_by, fault };
            let repair = repair::add(tx, &new)?;
            let open = loan::open(tx, found.id)?;
            let sent = Sent { repair, instrument: found, repairer, is_new, open };
            let event = sent.event(on, &event_fault);
            Ok((sent, Some(event)))
        })?;
        desk.print(sent.repair)?;
        sent.tell(desk, back_by, today)
    }
}

/// The organisation that is meant, and whether it was made for this.
fn repairer(tx: &Tx, typed: &Name) -> Result<(Organisation, bool)> {
    refuse_somebody_else(tx, typed)?;
    let is_reference = typed.as_str().parse::<OrganisationRef>().is_ok();
    if is_reference || !organisation::named(tx, typed.as_str(), 1)?.is_empty() {
        return Ok((lookup::organisation(tx, typed.as_str())?, false));
    }
    if let Some(near) = organisation::nearest(tx, typed)? {
        return Err(refuse(RepairRefusal::NearRepairer { typed: typed.clone(), near }));
    }
    let (id, role) = (organisation::next_reference(tx)?, OrganisationRole::Repairer);
    let new = Organisation { id, name: typed.clone(), role, email: None, phone: None, address: None };
    organisation::put(tx, &new)?;
    Ok((new, true))
}

/// A person or a school, by reference or whole name, is nobody who mends.
fn refuse_somebody_else(tx: &Tx, typed: &Name) -> Result<()> {
    let text = typed.as_str();
    let is_reference = text.parse::<PersonRef>().is_ok() || text.parse::<Urn>().is_ok();
    let meant = match lookup::borrower(tx, text) {
        Ok(meant) => meant,
        Err(unknown) if is_reference => return Err(unknown),
        Err(_) => return Ok(()),
    };
    let found = match meant {
        BorrowerRef::Organisation(_) => return Ok(()),
        BorrowerRef::Person(_) => "person",
        BorrowerRef::School(_) => "school",
    };
    let name = party::name_of(tx, meant)?;
    if is_reference || fold(&name) == typed.key() {
        return Err(refuse(PartyRefusal::WrongKind { name, found: found.to_string(), wanted: "repairer" }));
    }
    Ok(())
}

impl Sent {
    fn event(&self, on: Date, fault: &str) -> Event {
        let (tag, name) = (&self.instrument.tag, &self.repairer.name);
        let noted = if self.is_new { format!("; noted {} as a new repairer", self.repairer.id) } else { String::new() };
        let summary = format!("Sent {tag} to {name} to be mended ({}){fault}{noted}", self.repair);
        let mut about = vec![
            About::instrument(self.instrument.id),
            About::Repair(self.repair),
            About::Organisation(self.repairer.id),
        ];
        for behind in self.open.inner.iter().chain(&self.open.outer) {
            about.extend([About::loan(behind.loan), About::borrower(behind.borrower)]);
        }
        Event { on, command: "repair send", subject: tag.to_string(), summary, about }
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, back_by: Option<Date>, today: Date) -> Result<()> {
        let (tag, repairer) = (&self.instrument.tag, &self.repairer);
        if self.is_new {
            desk.say(format!("Noted '{}' as a new repairer, {}.", repairer.name, repairer.id))?;
        } else if repairer.role != OrganisationRole::Repairer {
            desk.warn(format!("{} is on record as a {}, not as a repairer", repairer.name, repairer.role))?;
        }
        if let Some(reserved) = self.instrument.standing.reservation(today) {
            desk.warn(waits(tag.as_str(), reserved))?;
        }
        let back_by = back_by.map(|day| format!(", to be back by {}", in_words(day))).unwrap_or_default();
        desk.say(format!("Sent {tag} to {} to be mended{back_by} ({}).", repairer.name, self.repair))?;
        match self.open.holder() {
            Some(holder) => desk.say(format!(
                "It stays on loan to {} ({}); no reminders go out until it is back.",
                holder.borrower_name, holder.loan
            )),
            None => Ok(()),
        }
    }
}

fn waits(tag: &str, reserved: &Reservation) -> String {
    format!(
        "{tag} is reserved for {} until {} ({}): offer another if it will not be back",
        reserved.borrower_name,
        in_words(reserved.lapses_on),
        reserved.request
    )
}
