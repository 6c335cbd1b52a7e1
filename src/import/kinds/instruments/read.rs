//! From a row's cells to an instrument.

use std::collections::HashMap;

use anyhow::Result;

use super::{Row, TypeNames, Whole};
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{CategoryCode, Details, InstrumentRefusal, Retirement, TypeCode};
use crate::domain::instrument::{free_text, serial};
use crate::domain::record::split_names;
use crate::domain::reference::{LineRef, OrganisationRef};
use crate::domain::setting::parse_yes_no;
use crate::domain::spoilt::size;
use crate::domain::text::{Name, fold};
use crate::domain::words::Disposal;
use crate::store::{Tx, category, instrument_type, organisation, party, record};

columns! {
    Tag = "tag", Type = "type", Size = "size", Kind = "kind", Category = "category", Group = "group", Adapted = "adapted",
    Make = "make", Model = "model", Serial = "serial", Condition = "condition", Location = "location", Owner = "owner",
    Area = "area", Source = "source", AcquiredOn = "acquired_on", Cost = "cost", ReplacementValue = "replacement_value",
    LifeMonths = "life_months", Accessories = "accessories", Note = "note", PurchaseLine = "purchase_line",
    MissingOn = "missing_on", RetiredOn = "retired_on", Disposal = "disposal", Proceeds = "proceeds",
    AuthorisedBy = "authorised_by", CrimeRef = "crime_ref",
}

/// Types, categories and owners that rows have named, each looked up once.
#[derive(Default)]
pub(super) struct Known {
    types: HashMap<String, Option<TypeCode>>,
    names: TypeNames,
    categories: HashMap<String, Option<CategoryCode>>,
    owners: HashMap<String, OrganisationRef>,
}

impl Known {
    pub fn type_name(&self, code: &TypeCode) -> Name {
        self.names.get(code).cloned().unwrap_or_else(|| Name::from_record(code.as_str()))
    }

    /// The instrument a row describes, on top of what is on record; `None` where the row has a fault.
    pub fn read(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Whole>, today: Date) -> Result<Option<Whole>> {
        let of_type = self.type_of(tx, row, before)?;
        let mut whole = match (before, of_type.clone()) {
            (Some(before), _) => before.clone(),
            // A row whose type is unknown is read to its end for its other faults.
            (None, code) => Whole {
                details: Details::of_type(code.unwrap_or_else(|| TypeCode::from_record(""))),
                line: None,
                missing_on: None,
                retirement: None,
            },
        };
        if let Some(code) = of_type {
            self.name(tx, &code)?;
            whole.details.type_code = code;
        }
        details(row, &mut whole.details);
        self.category(tx, row, &mut whole.details)?;
        self.owner(tx, row, &mut whole.details)?;
        if row.has(Column::PurchaseLine) {
            whole.line = purchase_line(tx, row)?;
        }
        row.over_day(Column::MissingOn, &mut whole.missing_on);
        if row.has(Column::RetiredOn) {
            whole.retirement = retirement(row);
        }
        let left_on = whole.retirement.as_ref().map(|how| how.on);
        for (column, day) in [(Column::MissingOn, whole.missing_on), (Column::RetiredOn, left_on)] {
            if let Some(day) = day.filter(|day| *day > today) {
                row.fault(column, format!("{} has not come yet", in_words(day)));
            }
        }
        Ok(row.is_sound().then_some(whole))
    }

    fn type_of(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Whole>) -> Result<Option<TypeCode>> {
        let text = row.text(Column::Type);
        if text.is_empty() {
            if before.is_none() {
                row.fault(Column::Type, "is missing");
            }
            return Ok(None);
        }
        let found = match self.types.get(text.as_ref()) {
            Some(found) => found.clone(),
            None => {
                let found = instrument_type::find(tx, &text)?.map(|found| found.code);
                self.types.insert(text.to_string(), found.clone());
                found
            }
        };
        if found.is_none() {
            let nearest = instrument_type::nearest(tx, &text)?;
            unknown(row, Column::Type, InstrumentRefusal::UnknownType { typed: text.into_owned(), nearest: None }, nearest);
        }
        Ok(found)
    }

    fn name(&mut self, tx: &Tx, code: &TypeCode) -> Result<()> {
        let known = self.names.contains_key(code);
        if let Some(found) = if known { None } else { instrument_type::with_code(tx, code)? } {
            self.names.insert(code.clone(), found.name);
        }
        Ok(())
    }

    fn category(&mut self, tx: &Tx, row: &mut Row<'_>, details: &mut Details) -> Result<()> {
        if !row.has(Column::Category) {
            return Ok(());
        }
        let text = row.text(Column::Category);
        if text.is_empty() {
            details.category = None;
            return Ok(());
        }
        if !self.categories.contains_key(text.as_ref()) {
            let found = category::find(tx, &text)?.map(|found| found.code);
            self.categories.insert(text.to_string(), found);
        }
        details.category = self.categories.get(text.as_ref()).cloned().flatten();
        if details.category.is_none() {
            let nearest = category::nearest(tx, &text)?;
            let refusal = InstrumentRefusal::UnknownCategory { typed: text.into_owned(), nearest: None };
            unknown(row, Column::Category, refusal, nearest);
        }
        Ok(())
    }

    fn owner(&mut self, tx: &Tx, row: &mut Row<'_>, details: &mut Details) -> Result<()> {
        if !row.has(Column::Owner) {
            return Ok(());
        }
        let text = row.text(Column::Owner);
        if text.is_empty() {
            details.owner = None;
            return Ok(());
        }
        let key = fold(&text);
        if let Some(known) = self.owners.get(&key) {
            details.owner = Some(*known);
            return Ok(());
        }
        let found = match organisation::with_name(tx, &Name::from_record(&text))? {
            Some(named) => Some(named),
            None => row.found(Column::Owner, party::organisation_named(tx, &text))?,
        };
        details.owner = found.map(|found| found.id);
        if let Some(owner) = details.owner {
            self.owners.insert(key, owner);
        }
        Ok(())
    }
}

fn unknown(row: &mut Row<'_>, column: Column, refusal: InstrumentRefusal, nearest: Option<String>) {
    match nearest {
        Some(near) => row.fault(column, format!("{refusal}; did you mean {near}?")),
        None => row.fault(column, refusal),
    }
}

/// What a row says of itself, without a look at other records.
fn details(row: &mut Row<'_>, details: &mut Details) {
    row.over_text(Column::Size, &mut details.size, size);
    row.over(Column::Kind, &mut details.kind);
    row.over(Column::Group, &mut details.group);
    if let Some(adapted) = row.read(Column::Adapted, parse_yes_no) {
        details.adapted = adapted;
    }
    row.over_text(Column::Make, &mut details.make, |text| free_text("the make", text));
    row.over_text(Column::Model, &mut details.model, |text| free_text("the model", text));
    row.over_text(Column::Serial, &mut details.serial, serial);
    row.over_filled(Column::Condition, &mut details.condition);
    row.over_text(Column::Location, &mut details.location, |text| free_text("the location", text));
    row.over_text(Column::Area, &mut details.area, |text| free_text("the area", text));
    row.over_filled(Column::Source, &mut details.source);
    row.over_day(Column::AcquiredOn, &mut details.acquired_on);
    row.over_price(Column::Cost, &mut details.cost);
    row.over_price(Column::ReplacementValue, &mut details.replacement_value);
    row.over(Column::LifeMonths, &mut details.life_months);
    if let Some(months) = details.life_months.filter(|months| !(1..=1200).contains(months)) {
        row.fault(Column::LifeMonths, InstrumentRefusal::NoLife(months));
    }
    if row.has(Column::Accessories) {
        let text = row.text(Column::Accessories);
        let mut names = Vec::new();
        for name in split_names(&text) {
            match free_text("an accessory", name) {
                Ok(name) => names.extend(name),
                Err(refusal) => row.fault(Column::Accessories, refusal),
            }
        }
        // In the order in which they are read back.
        names.sort();
        names.dedup();
        details.accessories = names;
    }
    row.over_text(Column::Note, &mut details.note, |text| free_text("the note", text));
}

fn purchase_line(tx: &Tx, row: &mut Row<'_>) -> Result<Option<i64>> {
    let Some(line) = row.parse::<LineRef>(Column::PurchaseLine) else {
        return Ok(None);
    };
    let found = record::purchase_line(tx, line)?;
    if found.is_none() {
        row.fault(Column::PurchaseLine, "is no line on record; import the purchases first");
    }
    Ok(found)
}

/// How the row says the instrument left: a day and a reason, or neither.
fn retirement(row: &mut Row<'_>) -> Option<Retirement> {
    let on = row.day(Column::RetiredOn);
    let disposal = row.parse::<Disposal>(Column::Disposal);
    let proceeds = row.price(Column::Proceeds);
    let authorised_by = row.parse(Column::AuthorisedBy);
    let mut crime_ref = None;
    row.over_text(Column::CrimeRef, &mut crime_ref, |text| free_text("the crime reference", text));
    match (on, disposal) {
        (Some(on), Some(disposal)) => Some(Retirement { on, disposal, proceeds, authorised_by, crime_ref }),
        (Some(_), None) if row.text(Column::Disposal).is_empty() => {
            row.fault(Column::Disposal, "is missing: how did the instrument leave?");
            None
        }
        _ => None,
    }
}
