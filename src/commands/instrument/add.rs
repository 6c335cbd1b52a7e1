//! `instrument add`, and the flags it shares with `instrument edit`.

use std::str::FromStr;

use anyhow::Result;
use clap::Args;

use crate::cli::{DayArg, Given, given, months, word};
use crate::commands::overriding::{Overriding, Passed};
use crate::commands::{Desk, lookup, request};
use crate::domain::date::Date;
use crate::domain::instrument::serial;
use crate::domain::instrument::{Details, InstrumentRefusal, Type, accessory, free_text, text_over};
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::setting::parse_yes_no;
use crate::domain::spoilt::size;
use crate::domain::tag::Tag;
use crate::domain::words::{Condition, Group, Kind, Source};
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument};

/// What can be said of an instrument. A flag left out says nothing; an empty text takes a value away.
#[derive(Debug, Args)]
#[command(next_help_heading = "About the instrument")]
pub struct DetailFlags {
    /// Size, as its type lists them: 3/4, 15in
    #[arg(long, allow_hyphen_values = true)]
    pub size: Option<String>,
    #[arg(long, value_parser = word::<Kind>(), ignore_case = true)]
    pub kind: Option<Kind>,
    /// Category of the National Plan it serves: a code
    #[arg(long, value_name = "CODE")]
    pub category: Option<String>,
    /// Whom it is for
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    pub group: Option<Group>,
    /// Made or changed for a disabled player
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_name = "yes|no", value_parser = |text: &str| parse_yes_no(text))]
    pub adapted: Option<bool>,
    #[arg(long, allow_hyphen_values = true)]
    pub make: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub model: Option<String>,
    /// The maker's serial number; may be shared or left out
    #[arg(long, allow_hyphen_values = true)]
    pub serial: Option<String>,
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    pub condition: Option<Condition>,
    /// Where it is kept
    #[arg(long, allow_hyphen_values = true)]
    pub location: Option<String>,
    /// The organisation it belongs to, if not the hub
    #[arg(long, value_name = "ORGANISATION")]
    pub owner: Option<String>,
    /// The local area that benefits
    #[arg(long, allow_hyphen_values = true)]
    pub area: Option<String>,
    #[arg(long, value_parser = word::<Source>(), ignore_case = true)]
    pub source: Option<Source>,
    #[arg(long, value_name = "DATE", value_parser = given(DayArg::from_str))]
    pub acquired_on: Option<Given<DayArg>>,
    /// What was paid for it
    #[arg(long, value_name = "£", value_parser = given(parse_price), allow_hyphen_values = true)]
    pub cost: Option<Given<Pence>>,
    /// What a borrower owes if it is lost
    #[arg(long, value_name = "£", value_parser = given(parse_price), allow_hyphen_values = true)]
    pub replacement_value: Option<Given<Pence>>,
    /// How long it lasts, in months; else its type's life
    #[arg(long, value_name = "N", value_parser = given(months))]
    pub life_months: Option<Given<i64>>,
    /// Something expected back with it: case, bow; once for each
    #[arg(long = "accessory", value_name = "NAME", allow_hyphen_values = true)]
    pub accessories: Vec<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub note: Option<String>,
}

impl DetailFlags {
    /// Writes what the flags say over `details`.
    pub fn apply(&self, tx: &Tx, today: Date, details: &mut Details) -> Result<()> {
        if let Some(text) = &self.size {
            details.size = size(text).map_err(refuse)?;
        }
        text_over("the make", self.make.as_ref(), &mut details.make).map_err(refuse)?;
        text_over("the model", self.model.as_ref(), &mut details.model).map_err(refuse)?;
        text_over("the location", self.location.as_ref(), &mut details.location).map_err(refuse)?;
        text_over("the area", self.area.as_ref(), &mut details.area).map_err(refuse)?;
        if let Some(text) = &self.serial {
            details.serial = serial(text).map_err(refuse)?;
        }
        if let Some(text) = &self.note {
            details.note = free_text("the note", text).map_err(refuse)?;
        }
        if let Some(code) = &self.category {
            details.category = Some(lookup::category_in_use(tx, code)?.code);
        }
        if let Some(owner) = &self.owner {
            details.owner = Some(lookup::organisation(tx, owner)?.id);
        }
        details.kind = self.kind.or(details.kind);
        details.group = self.group.or(details.group);
        details.adapted = self.adapted.unwrap_or(details.adapted);
        details.condition = self.condition.unwrap_or(details.condition);
        details.source = self.source.unwrap_or(details.source);
        Given::over(&self.cost, &mut details.cost);
        Given::over(&self.replacement_value, &mut details.replacement_value);
        Given::over(&self.life_months, &mut details.life_months);
        match &self.acquired_on {
            Some(Given::Value(day)) => details.acquired_on = Some(day.on(today)?),
            Some(Given::Nothing) => details.acquired_on = None,
            None => {}
        }
        if !self.accessories.is_empty() {
            let named = self.accessories.iter().filter_map(|name| accessory(name).transpose());
            details.accessories = named.collect::<Result<_, _>>().map_err(refuse)?;
        }
        Ok(())
    }
}

/// Add an instrument; it gets the next free tag of its type.
///
/// Example: ledgerline instrument add --type VN --size 3/4 --make Stentor --accessory case --accessory bow
#[derive(Debug, Args)]
pub struct Add {
    /// Its type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: String,
    /// The tag on its label, if it has one already
    #[arg(long, allow_hyphen_values = true)]
    tag: Option<Tag>,
    #[command(flatten)]
    overriding: Overriding,
    #[command(flatten)]
    details: DetailFlags,
}

/// What was added, and what the person should know of it.
struct Added {
    tag: Tag,
    kind_of: Type,
    details: Details,
    same_serial: Option<Tag>,
    passed: Passed,
}

impl Add {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let added = desk.change(&mut db, |tx| self.add(tx, today))?;
        desk.print(&added.tag)?;
        added.passed.tell(desk)?;
        if let Some(size) =
            added.details.size.as_deref().filter(|size| !instrument::size_is_listed(&added.kind_of, size))
        {
            desk.warn(format!(
                "a {} is not usually of size {size}; it comes in {}",
                added.kind_of.name,
                added.kind_of.sizes.join(", ")
            ))?;
        }
        if let Some(other) = &added.same_serial {
            desk.warn(format!("{other} has the same make and serial; is it the same instrument?"))?;
        }
        let size = added.details.size.map(|size| format!("{size} ")).unwrap_or_default();
        desk.say(format!("Added {}: {size}{}.", added.tag, added.kind_of.name))?;
        request::tell_who_waits(desk, &db, [&added.tag])
    }

    fn add(&self, tx: &Tx, today: Date) -> Result<(Added, Option<Event>)> {
        let kind_of = lookup::instrument_type(tx, &self.type_code)?;
        let mut details = Details::of_type(kind_of.code.clone());
        self.details.apply(tx, today, &mut details)?;
        let tag = match &self.tag {
            Some(tag) if instrument::tag_exists(tx, tag)? => {
                return Err(refuse(InstrumentRefusal::TagTaken(tag.clone())));
            }
            Some(tag) => tag.clone(),
            None => instrument::next_tag(tx, &kind_of.code)?,
        };
        // What is added with a cost to a closed period changes the value of its stock.
        let passed = match (details.cost, details.acquired_on) {
            (Some(_), Some(on)) => self.overriding.pass_day(tx, (tag.as_str(), None), on)?,
            _ => Passed::default(),
        };
        let same_serial = instrument::same_serial(tx, &details, None)?;
        let id = instrument::add(tx, &tag, &details, &kind_of.name, None)?;
        let summary = format!("Added {tag}: {}{}", kind_of.name, passed.in_summary);
        let about = vec![About::instrument(id)];
        let event = Event { on: today, command: "instrument add", subject: tag.to_string(), summary, about };
        Ok((Added { tag, kind_of, details, same_serial, passed }, Some(event)))
    }
}
