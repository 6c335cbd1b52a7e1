//! Settings: known by their name, each judged as `setting set` judges it.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::record::hub::SettingRecord;
use crate::domain::setting::Setting;
use crate::domain::words::Word;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, reminder, setting as settings};

columns! { Setting = "setting", Value = "value" }

pub const KEY: Option<&str> = Some("setting");

struct Settings {
    terms: Terms,
    seen: Keys<&'static str>,
    warnings: Vec<String>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Settings { terms, seen: Keys::default(), warnings: Vec::new() })
}

/// Every setting with the value in force.
pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    Setting::ALL.iter().try_for_each(|&setting| {
        out.row(&SettingRecord { setting: setting.as_str(), value: settings::value(tx, setting)? })
    })
}

impl Intake for Settings {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(setting) = row.needed::<Setting>(Column::Setting) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Setting, self.seen.first(setting.as_str(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let text = row.text(Column::Value);
        if text.is_empty() {
            // At the desk too a setting always has a value.
            row.fault(Column::Value, format!("is missing; without any the program takes {}", setting.default_value()));
            return Ok(Outcome::Rejected);
        }
        let Some(value) = row.read(Column::Value, |text| setting.check(text)) else {
            return Ok(Outcome::Rejected);
        };
        let before = settings::value(tx, setting)?;
        let fields = if before == value { Vec::new() } else { vec!["value"] };
        if setting == Setting::LookBackDays && !fields.is_empty() && !self.reaches(tx, row, value.parse()?)? {
            return Ok(Outcome::Rejected);
        }
        if before == setting.default_value() && !fields.is_empty() {
            settings::set(tx, setting, &value)?;
            return Ok(Outcome::Created);
        }
        self.terms.settle(setting.as_str(), fields, || settings::set(tx, setting, &value))
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        Ok(Finish { warnings: std::mem::take(&mut self.warnings), ..Finish::default() })
    }
}

impl Settings {
    /// Whether every stage of the ladder goes out within so many days. A stage that is the program's own is only warned of:
    /// the hub's own may come with the next file.
    fn reaches(&mut self, tx: &Tx, row: &mut Row<'_>, look_back_days: i64) -> Result<bool> {
        let ladder = reminder::ladder(tx)?;
        let Err(refusal) = ladder.reaches(look_back_days) else {
            return Ok(true);
        };
        if ladder.rungs().iter().any(|rung| rung.days > look_back_days && ladder.is_own(rung.stage)) {
            row.fault(Column::Value, refusal);
            return Ok(false);
        }
        self.warnings.push(format!("{refusal}; bring the ladder too: ledgerline import ladder FILE"));
        Ok(true)
    }
}
