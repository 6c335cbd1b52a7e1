//! `purchase add`: order, delivery and invoice in one go.

use anyhow::Result;
use clap::Args;

use super::labels::{self, Wanted};
use super::stock;
use crate::cli::{DayArg, word};
use crate::commands::overriding::Overriding;
use crate::commands::{Desk, batch, lookup};
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::instrument::{Type, free_text};
use crate::domain::money::{Pence, parse_price};
use crate::domain::policy::RevenueInCapital;
use crate::domain::purchase::ordering::quantity;
use crate::domain::purchase::receive::Asked;
use crate::domain::purchase::{Funds, Invoice, Line, NewPurchase, PurchaseRefusal, Warning, grant_cost};
use crate::domain::reference::LineRef;
use crate::domain::refusal::{Plain, refuse};
use crate::domain::setting::parse_yes_no;
use crate::domain::shares::Shares;
use crate::domain::spoilt::size;
use crate::domain::supplier::Supplier;
use crate::domain::words::{Group, Kind, Nature};
use crate::store::journal::{About, Event};
use crate::store::overriding::{self, Against};
use crate::store::{Tx, fund, instrument, policy, purchase, setting, supplier};

/// Record a purchase from one invoice: order, delivery and invoice in one go.
///
/// With --type it makes the instruments too; without, the line waits for its tags.
///
/// Example: ledgerline purchase add --fund CIP --supplier Normans --description "Violin outfits 3/4" --nature instrument
/// --qty 12 --unit-net 145 --type VN --size 3/4 --category WCET --group primary --invoice INV-1042 --on 2026-02-27
#[derive(Debug, Args)]
pub struct Add {
    /// The fund that pays: a code; or several, as CIP:60%;OWN:40% or as amounts that sum exactly
    #[arg(long, value_name = "CODE")]
    fund: String,
    /// Who sold it, by any of its names
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    supplier: String,
    /// What it is, in the invoice's words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    description: String,
    /// What the line buys
    #[arg(long, value_parser = word::<Nature>(), ignore_case = true)]
    nature: Nature,
    /// How many
    #[arg(long, value_name = "N", value_parser = quantity, allow_negative_numbers = true)]
    qty: i64,
    /// Price of one before VAT
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    unit_net: Pence,
    /// VAT as a whole percentage
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=100))]
    vat_rate: u8,
    /// Whether the buyer recovers the VAT; else the setting recoverable-vat says
    #[arg(long, value_name = "yes|no", value_parser = |text: &str| parse_yes_no(text))]
    vat_recoverable: Option<bool>,
    /// Make the instruments, of this type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    size: Option<String>,
    #[arg(long, value_parser = word::<Kind>(), ignore_case = true)]
    kind: Option<Kind>,
    /// Category of the National Plan it serves: a code
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    /// Whom it is for
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    group: Option<Group>,
    /// Made or changed for a disabled player
    #[arg(long)]
    adapted: bool,
    /// The local area that benefits
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    area: Option<String>,
    /// The invoice's number
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    invoice: Option<String>,
    /// The invoice's day; it counts as the day of order and delivery too
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// Tags for the instruments, separated by commas, or - to read them from stdin; else the next free ones
    #[arg(long, value_name = "TAG,TAG|-", value_delimiter = ',', requires = "type_code", allow_hyphen_values = true)]
    tags: Vec<String>,
    #[command(flatten)]
    overriding: Overriding,
}

/// What was recorded, and what the person should know of it.
struct Added {
    reference: LineRef,
    made: stock::Made,
    line: Line,
    supplier: Supplier,
    odd_size: Option<Type>,
    warnings: Vec<Warning>,
    revenue: Option<RevenueInCapital>,
    funds: Funds,
}

impl Add {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let asked =
            Asked { names_type: self.type_code.is_some(), names_tags: !self.tags.is_empty(), ..Asked::default() };
        asked.suits(self.nature, None).map_err(refuse)?;
        let tags = labels::read(desk, &self.tags, |_| Ok(self.wanted(self.qty)), |_, _, _| Ok(()))?;
        let scanned = tags.as_ref().filter(|_| batch::is_scanned(desk, &self.tags)).map(Vec::len);
        if scanned == Some(0) {
            return desk.say("No tag was taken, so nothing was bought.");
        }
        // What was not scanned waits for its tag.
        let tagged = scanned.map_or(Ok(self.qty), i64::try_from)?;
        let mut db = desk.open()?;
        let added = desk.change(&mut db, |tx| self.add(tx, on, tags.as_deref(), tagged))?;
        desk.print(added.reference)?;
        added.made.tags.iter().try_for_each(|tag| desk.print(tag))?;
        if on > today {
            desk.warn(format!("the invoice's day, {}, has not come yet", in_words(on)))?;
        }
        added.say(desk)
    }

    fn wanted(&self, qty: i64) -> Wanted {
        Wanted { qty, ties: None, of: None, has_serials: false }
    }

    fn add(&self, tx: &Tx, on: Date, tags: Option<&[String]>, tagged: i64) -> Result<(Added, Option<Event>)> {
        let tags = tags.map(|tags| self.wanted(tagged).judge_all(tx, tags, None)).transpose()?;
        let seller = supplier::get(tx, &self.supplier)?;
        let of_type = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        let new = self.purchase(tx, on, &seller, of_type.as_ref())?;
        let mut funds = Funds::default();
        fund::load(tx, &new.line.shares, &mut funds)?;
        let warnings = purchase::judge(tx, &mut funds, (seller.id, &seller.name), &new, setting::closed_period(tx)?)?;
        let recorded = purchase::record(tx, &new)?;
        let reference = recorded.reference;
        let subject = reference.to_string();
        let reason = new.override_reason.as_deref();
        let against = Against { subject: &subject, line_id: Some(recorded.line_id), on, reason };
        overriding::keep(tx, against, &warnings)?;
        let mut about = vec![About::order(reference.order)];
        let mut made = stock::Made::default();
        if let Some(of) = &of_type {
            let days = vec![on; usize::try_from(tagged)?];
            let line =
                stock::OfLine { reference, line_id: recorded.line_id, line: &new.line, ordered_on: Some(on), of };
            let labels = stock::Labels { tags: tags.as_deref(), serials: None, location: None };
            made = stock::make(tx, line, &days, labels)?;
            about.append(&mut made.about);
        }
        let cost = new.line.grant_cost().in_words();
        let summary = format!("Bought {} × {} ({reference}) for {cost}", new.line.qty, new.line.description);
        let event = Event { on, command: "purchase add", subject, summary, about };
        let is_odd = |of: &Type| new.line.size.as_deref().is_some_and(|size| !instrument::size_is_listed(of, size));
        let odd_size = of_type.filter(is_odd);
        let (line, supplier) = (new.line, seller);
        let revenue = policy::revenue_in_capital(tx, reference)?;
        Ok((Added { reference, made, line, supplier, odd_size, warnings, revenue, funds }, Some(event)))
    }

    /// What the flags say, looked up and checked.
    fn purchase(&self, tx: &Tx, on: Date, seller: &Supplier, of: Option<&Type>) -> Result<NewPurchase> {
        let text = |what, text: &Option<String>| -> Result<Option<String>> {
            Ok(text.as_deref().map(|text| free_text(what, text)).transpose().map_err(refuse)?.flatten())
        };
        let too_much = || refuse(PurchaseRefusal::TooMuch { quantity: self.qty, unit: self.unit_net });
        let net = self.unit_net.times(self.qty).ok_or_else(too_much)?;
        let category = self.category.as_deref().map(|code| lookup::category_in_use(tx, code)).transpose()?;
        let description = free_text("the description", &self.description).map_err(refuse)?;
        let vat = net.percent(self.vat_rate);
        let vat_recoverable = self.vat_recoverable.map_or_else(|| setting::recoverable_vat(tx), Ok)?;
        let line = Line {
            shares: Shares::read(&self.fund, net, grant_cost(net, vat, vat_recoverable)).map_err(refuse)?,
            category: category.map(|found| found.code),
            description: description.ok_or_else(|| refuse(Plain::new("the description is empty")))?,
            nature: self.nature,
            type_code: of.map(|of| of.code.clone()),
            size: self.size.as_deref().map(size).transpose().map_err(refuse)?.flatten(),
            kind: self.kind,
            group: self.group,
            adapted: self.adapted,
            area: text("the area", &self.area)?,
            qty: self.qty,
            net,
            vat,
            vat_rate: Some(self.vat_rate),
            vat_recoverable,
        };
        let number = text("the invoice's number", &self.invoice)?.unwrap_or_default();
        let override_reason = self.overriding.reason()?;
        Ok(NewPurchase {
            order: None,
            line_number: None,
            supplier_id: seller.id,
            ordered_on: Some(on),
            reference: None,
            off_framework_reason: None,
            line,
            received_on: Some(on),
            invoice: Some(Invoice { number, on, paid_on: None }),
            override_reason,
            import_key: None,
        })
    }
}

/// What each fund that was drawn upon has left.
pub fn say_what_is_left(desk: &mut Desk<'_, '_>, shares: &Shares, funds: &Funds) -> Result<()> {
    say_left_in(desk, shares.iter().map(|share| &share.fund), funds)
}

/// The same of funds by their codes.
pub fn say_left_in<'f>(
    desk: &mut Desk<'_, '_>,
    codes: impl IntoIterator<Item = &'f FundCode>,
    funds: &Funds,
) -> Result<()> {
    for facts in codes.into_iter().filter_map(|code| funds.get(code)) {
        let left = facts.fund.award - facts.used;
        desk.say(format!("{} has {} left.", facts.fund.code, left.in_words()))?;
    }
    Ok(())
}

impl Added {
    fn say(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        self.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        self.revenue.iter().try_for_each(|revenue| desk.warn(revenue))?;
        if let (Some(of), Some(size)) = (&self.odd_size, &self.line.size) {
            let sizes = of.sizes.join(", ");
            desk.warn(format!("a {} is not usually of size {size}; it comes in {sizes}", of.name))?;
        }
        let line = &self.line;
        let tax = if line.vat_recoverable { "VAT recovered" } else { "VAT included" };
        desk.say(format!(
            "Bought {} × {} from {}: {} from {} ({tax}).",
            line.qty,
            line.description,
            self.supplier.name,
            line.grant_cost().in_words(),
            line.shares
        ))?;
        let waits = self.waits();
        self.made.told(self.reference).into_iter().chain(waits).try_for_each(|sentence| desk.say(sentence))?;
        say_what_is_left(desk, &line.shares, &self.funds)
    }

    /// What becomes of that of a line which brought no instruments.
    fn waits(&self) -> Option<String> {
        let (reference, nature) = (self.reference, self.line.nature);
        match i64::try_from(self.made.tags.len()).map_or(0, |tagged| self.line.qty - tagged) {
            0 => None,
            _ if !nature.brings_instruments() => {
                Some(format!("{reference} is a cost of nature {nature}; nothing was added to the stock."))
            }
            waiting if waiting < self.line.qty => Some(stock::waits(reference, waiting, true)),
            _ => Some(format!("{reference} waits for its tags: nothing was added to the stock.")),
        }
    }
}
