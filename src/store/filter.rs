//! Conditions that lists share: which purchase lines, and which instruments.

use std::fmt::Write as _;

use anyhow::Result;

use super::db::{Tx, Value, word};
use crate::domain::fund::FundCode;
use crate::domain::instrument::CategoryCode;
use crate::domain::text::fold;
use crate::domain::words::Group;

/// Of a category, or without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfCategory {
    Code(CategoryCode),
    None,
}

impl OfCategory {
    /// Whether a category is the one, by its code; an empty code is none.
    pub fn is(&self, category: &str) -> bool {
        match self {
            OfCategory::Code(code) => code.as_str() == category,
            OfCategory::None => category.is_empty(),
        }
    }
}

/// Which instruments count.
#[derive(Clone, Debug, Default)]
pub struct StockFilter {
    /// Bought on a line of this fund.
    pub fund: Option<FundCode>,
    pub category: Option<OfCategory>,
    pub group: Option<Group>,
    /// Only what was made or changed for a disabled player.
    pub adapted: bool,
    /// The spellings of an area, as [`instrument_areas`] finds them.
    pub areas: Option<Vec<String>>,
    /// Bought on an order with this supplier.
    pub supplier_id: Option<i64>,
}

impl StockFilter {
    /// Adds the conditions on an instrument that the statement calls `i`.
    pub fn add_to<'v>(&'v self, conditions: &mut Conditions<'v>) -> Result<()> {
        // By the latest coding of the line or, where it has none, as it was first recorded.
        const OF_FUND: &str = "i.purchase_line_id IN (
             SELECT id FROM purchase_line WHERE fund = ? AND id NOT IN (SELECT line_id FROM coding)
             UNION ALL
             SELECT c.line_id FROM coding_fund f JOIN coding c ON c.id = f.coding_id WHERE f.fund = ?
                 AND c.id = (SELECT last.id FROM coding last WHERE last.line_id = c.line_id
                             ORDER BY last.coded_on DESC, last.id DESC LIMIT 1))";
        const OF_SUPPLIER: &str = "i.purchase_line_id IN (SELECT l.id FROM purchase_line l
             JOIN purchase p ON p.id = l.purchase_id WHERE p.supplier_id = ?)";
        conditions.that(OF_FUND, self.fund.as_ref().map(|fund| Value::from(fund.as_str())))?;
        conditions.of_category("i.category", self.category.as_ref())?;
        conditions.equal(r#"i."group""#, self.group.map(word))?;
        conditions.equal("i.adapted", self.adapted.then_some(Value::Int(1)))?;
        conditions.one_of("i.area", self.areas.as_deref())?;
        conditions.that(OF_SUPPLIER, self.supplier_id.map(Value::Int))
    }
}

/// Conditions under way, each with an `AND` before it, and the values they name by number.
#[derive(Debug, Default)]
pub struct Conditions<'v> {
    pub sql: String,
    pub values: Vec<Value<'v>>,
}

impl<'v> Conditions<'v> {
    /// Conditions of a statement that names so many values already.
    pub fn after(values: impl IntoIterator<Item = Value<'v>>) -> Conditions<'v> {
        Conditions { sql: String::new(), values: values.into_iter().collect() }
    }

    /// A condition with one `?` for a value, where there is one.
    pub fn that(&mut self, condition: &str, value: Option<Value<'v>>) -> Result<()> {
        if let Some(value) = value {
            self.values.push(value);
            let numbered = condition.replace('?', &format!("?{}", self.values.len()));
            write!(self.sql, " AND {numbered}")?;
        }
        Ok(())
    }

    pub fn equal(&mut self, column: &str, value: Option<Value<'v>>) -> Result<()> {
        self.that(&format!("{column} = ?"), value)
    }

    pub fn of_category(&mut self, column: &str, wanted: Option<&'v OfCategory>) -> Result<()> {
        match wanted {
            None => {}
            Some(OfCategory::Code(code)) => self.equal(column, Some(Value::from(code.as_str())))?,
            Some(OfCategory::None) => write!(self.sql, " AND {column} IS NULL")?,
        }
        Ok(())
    }

    /// Choice by choice, since an empty list of choices is not SQL everywhere.
    pub fn one_of(&mut self, column: &str, choices: Option<&'v [String]>) -> Result<()> {
        let Some(choices) = choices else {
            return Ok(());
        };
        let first = self.values.len() + 1;
        self.values.extend(choices.iter().map(Value::from));
        let equal: Vec<String> = (first..=self.values.len()).map(|number| format!("{column} = ?{number}")).collect();
        write!(self.sql, " AND ({})", if equal.is_empty() { "1 = 0".to_string() } else { equal.join(" OR ") })?;
        Ok(())
    }
}

/// The spellings of an area on purchase lines, without regard to case and accents.
pub fn line_areas(tx: &Tx, typed: &str) -> Result<Vec<String>> {
    like(tx, "SELECT DISTINCT area FROM purchase_line WHERE area IS NOT NULL ORDER BY area", typed)
}

/// The spellings of an area on instruments, without regard to case and accents.
pub fn instrument_areas(tx: &Tx, typed: &str) -> Result<Vec<String>> {
    like(tx, "SELECT DISTINCT area FROM instrument WHERE area IS NOT NULL ORDER BY area", typed)
}

fn like(tx: &Tx, sql: &str, typed: &str) -> Result<Vec<String>> {
    let wanted = fold(typed);
    Ok(tx.all(sql, &[], |row| row.string(0))?.into_iter().filter(|held| fold(held) == wanted).collect())
}
