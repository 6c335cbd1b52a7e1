//! `instrument edit`.

use anyhow::Result;
use clap::Args;

use super::add::DetailFlags;
use crate::commands::completions::tags;
use crate::commands::overriding::Overriding;
use crate::commands::{Desk, lookup};
use crate::domain::asset::AssetRefusal;
use crate::domain::date::in_words;
use crate::domain::instrument::{Details, InstrumentRefusal};
use crate::domain::purchase::revalued_on;
use crate::domain::refusal::refuse;
use crate::domain::text::escape;
use crate::store::instrument;
use crate::store::journal::{About, Event};

/// Change what is recorded of an instrument; the journal keeps what it was.
///
/// Example: ledgerline instrument edit VN-0042 --condition worn --note "Bridge repaired"
#[derive(Debug, Args)]
pub struct Edit {
    #[arg(add = tags())]
    tag: String,
    /// Its type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    #[command(flatten)]
    overriding: Overriding,
    #[command(flatten)]
    details: DetailFlags,
}

impl Edit {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (tag, changes, passed) = desk.change(&mut db, |tx| {
            let before = instrument::get(tx, &self.tag)?;
            let mut after = before.clone();
            if let Some(code) = &self.type_code {
                after.details.type_code = lookup::instrument_type(tx, code)?.code;
            }
            self.details.apply(tx, today, &mut after.details)?;
            let changes = differences(&before.details, &after.details);
            if changes.is_empty() {
                return Err(refuse(InstrumentRefusal::NothingToChange(before.tag)));
            }
            let bought_on = instrument::bought_on(tx, before.id)?;
            if let Some((_, line)) = bought_on.filter(|_| before.details.cost != after.details.cost) {
                return Err(refuse(AssetRefusal::CostOfLine { tag: before.tag, line }));
            }
            let line_id = bought_on.map(|(line_id, _)| line_id);
            let pass = |on| self.overriding.pass_day(tx, (before.tag.as_str(), line_id), on);
            let passed = revalued_on(&before, &after.details).map(pass).transpose()?.unwrap_or_default();
            let kind_of = lookup::instrument_type(tx, after.details.type_code.as_str())?;
            instrument::update(tx, &after, &kind_of.name)?;
            let summary = format!("Changed {}: {}{}", after.tag, changes.join("; "), passed.in_summary);
            let about = vec![About::instrument(after.id)];
            let event = Event { on: today, command: "instrument edit", subject: after.tag.to_string(), summary, about };
            Ok(((after.tag, changes, passed), Some(event)))
        })?;
        passed.tell(desk)?;
        desk.say(format!("Changed {tag}: {}.", changes.join("; ")))
    }
}

/// `size 1/2 → 3/4`, for each field that differs.
fn differences(before: &Details, after: &Details) -> Vec<String> {
    let describe = |details: &Details| {
        let text = |value: Option<String>| value.unwrap_or_default();
        vec![
            ("type", details.type_code.to_string()),
            ("size", text(details.size.clone())),
            ("kind", text(details.kind.map(|kind| kind.to_string()))),
            ("category", text(details.category.as_ref().map(ToString::to_string))),
            ("group", text(details.group.map(|group| group.to_string()))),
            ("adapted", if details.adapted { "yes" } else { "no" }.to_string()),
            ("make", text(details.make.clone())),
            ("model", text(details.model.clone())),
            ("serial", text(details.serial.clone())),
            ("condition", details.condition.to_string()),
            ("location", text(details.location.clone())),
            ("owner", text(details.owner.map(|owner| owner.to_string()))),
            ("area", text(details.area.clone())),
            ("source", details.source.to_string()),
            ("acquired_on", text(details.acquired_on.map(in_words))),
            ("cost", text(details.cost.map(|amount| amount.to_string()))),
            ("replacement_value", text(details.replacement_value.map(|amount| amount.to_string()))),
            ("life_months", text(details.life_months.map(|months| months.to_string()))),
            ("accessories", details.accessories.join(", ")),
            ("note", text(details.note.clone())),
        ]
    };
    let shown = |value: &str| if value.is_empty() { "nothing".to_string() } else { escape(value) };
    let pairs = describe(before).into_iter().zip(describe(after));
    let changed = pairs.filter(|((_, old), (_, new))| old != new);
    changed.map(|((field, old), (_, new))| format!("{field} {} → {}", shown(&old), shown(&new))).collect()
}
