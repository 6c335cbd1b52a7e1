//! `instrument show` and `instrument history`.

use anyhow::Result;
use clap::Args;

use crate::commands::completions::tags;
use crate::commands::{Desk, lookup};
use crate::domain::date::Date;
use crate::domain::instrument::Instrument;
use crate::domain::loan::OpenLoans;
use crate::output::card::Card;
use crate::store::history::{self, HistoryLine};
use crate::store::{Tx, instrument, loan, organisation, repair, set};

/// Show everything about one instrument.
///
/// Example: ledgerline instrument show VN-0042
#[derive(Debug, Args)]
pub struct Show {
    #[arg(add = tags())]
    tag: String,
}

impl Show {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        let card = db.read(|tx| {
            let found = instrument::get(tx, &self.tag)?;
            let open = loan::open(tx, found.id)?;
            card(tx, &found, &open, today)
        })?;
        desk.card(&card)
    }
}

fn card(tx: &Tx, found: &Instrument, open: &OpenLoans, today: Date) -> Result<Card> {
    let details = &found.details;
    let kind_of = lookup::type_of(tx, &details.type_code)?;
    let owner = details.owner.map(|owner| organisation::find(tx, owner)).transpose()?.flatten();
    let left = if found.standing.retired.is_some() { instrument::retirement(tx, found.id)? } else { None };
    let bought_on = history::purchase_line_of(tx, found.id)?;
    let mut card = Card::new();
    card.add("tag", &found.tag)
        .add("type", &details.type_code)
        .add("type_name", &kind_of.name)
        .add("size", &details.size)
        .add("kind", &details.kind)
        .add("category", &details.category)
        .add("group", &details.group)
        .add("adapted", &details.adapted)
        .add("make", &details.make)
        .add("model", &details.model)
        .add("serial", &details.serial)
        .add("condition", &details.condition)
        .add("availability", &found.standing.availability(today))
        .add("location", &details.location)
        .add("owner", &owner.map(|owner| owner.name))
        .add("area", &details.area)
        .add("source", &details.source)
        .add("acquired_on", &details.acquired_on)
        .add("cost", &details.cost)
        .add("replacement_value", &details.replacement_value)
        .add("life_months", &details.life_months.unwrap_or(kind_of.life_months))
        .add("purchase_line", &bought_on)
        .add("accessories", &details.accessories.join(", "))
        .add("note", &details.note)
        .add("missing_on", &found.standing.missing_on)
        .add("retired_on", &left.as_ref().map(|left| left.on))
        .add("disposal", &left.as_ref().map(|left| left.disposal))
        .add("proceeds", &left.as_ref().and_then(|left| left.proceeds))
        .add("authorised_by", &left.as_ref().and_then(|left| left.authorised_by.clone()))
        .add("crime_ref", &left.as_ref().and_then(|left| left.crime_ref.clone()));
    let holder = open.holder();
    card.add("loan", &holder.map(|loan| loan.loan))
        .add("borrower", &holder.map(|loan| loan.borrower))
        .add("borrower_name", &holder.map(|loan| loan.borrower_name.as_str()))
        .add("out_on", &holder.map(|loan| loan.out_on))
        .add("due_on", &holder.map(|loan| loan.due_on));
    let through = open.inner.as_ref().and(open.outer.as_ref());
    card.add("through", &through.map(|loan| loan.borrower_name.as_str()));
    let away = if found.standing.in_repair.is_some() { repair::open(tx, found.id)? } else { None };
    card.add("repair", &away.as_ref().map(|away| away.repair))
        .add("repairer", &away.as_ref().map(|away| away.repairer_name.as_str()))
        .add("sent_on", &away.as_ref().map(|away| away.sent_on))
        .add("back_by", &away.as_ref().and_then(|away| away.back_by))
        .add("sets", &set::names_with(tx, found.id)?.join("; "));
    let reserved = found.standing.reservation(today);
    card.add("request", &reserved.map(|offer| offer.request))
        .add("reserved_for", &reserved.map(|offer| offer.borrower_name.as_str()))
        .add("reserved_until", &reserved.map(|offer| offer.lapses_on));
    Ok(card)
}

/// Everything that ever happened to an instrument, in order.
///
/// Example: ledgerline instrument history VN-0042
#[derive(Debug, Args)]
pub struct History {
    #[arg(add = tags())]
    tag: String,
}

impl History {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        let lines = db.read(|tx| {
            let found = instrument::get(tx, &self.tag)?;
            history::of(tx, &found)
        })?;
        desk.list::<HistoryLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        Ok(())
    }
}
