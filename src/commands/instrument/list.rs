//! `instrument list`.

use anyhow::Result;
use clap::Args;

use crate::cli::word;
use crate::commands::{Desk, lookup};
use crate::domain::instrument::InstrumentLine;
use crate::domain::words::{Availability, Condition, Family, Group, Kind};
use crate::store::Tx;
use crate::store::instrument::{self, InstrumentFilter};

/// Which instruments to list.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
pub struct Filters {
    /// Of this type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    size: Option<String>,
    #[arg(long, value_parser = word::<Family>(), ignore_case = true)]
    family: Option<Family>,
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    group: Option<Group>,
    #[arg(long, value_parser = word::<Kind>(), ignore_case = true)]
    kind: Option<Kind>,
    /// Made or changed for a disabled player
    #[arg(long)]
    adapted: bool,
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    condition: Option<Condition>,
    #[arg(long, allow_hyphen_values = true)]
    location: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    area: Option<String>,
    /// That can be lent now
    #[arg(long, conflicts_with = "availability")]
    available: bool,
    #[arg(long, value_parser = word::<Availability>(), ignore_case = true)]
    availability: Option<Availability>,
}

impl Filters {
    pub fn resolve(&self, tx: &Tx) -> Result<InstrumentFilter> {
        let type_code = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        let category = self.category.as_deref().map(|text| lookup::category(tx, text)).transpose()?;
        Ok(InstrumentFilter {
            type_code: type_code.map(|found| found.code),
            size: self.size.clone(),
            family: self.family,
            category: category.map(|found| found.code),
            group: self.group,
            kind: self.kind,
            adapted: self.adapted,
            condition: self.condition,
            location: self.location.clone(),
            area: self.area.clone(),
            availability: if self.available { Some(Availability::Available) } else { self.availability },
            words: Vec::new(),
        })
    }
}

/// List instruments, in order of tag.
///
/// Example: ledgerline instrument list --type VC --size 1/2 --available
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    filters: Filters,
}

impl List {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        db.read(|tx| {
            let filter = self.filters.resolve(tx)?;
            desk.list::<InstrumentLine<'_>>(|out| instrument::each(tx, &filter, today, |line| out.row(line)))?;
            Ok(())
        })
    }
}
