//! Purchase lines with their money: the one stream from which totals and lists of lines are made.

mod lives;

use std::collections::HashMap;

use anyhow::Result;

use self::lives::BillStream;
pub use self::lives::{Depth, Lives, ordered};
use super::db::{Row, Tx, Value, word};
use super::filter::{Conditions, OfCategory};
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::instrument::CategoryCode;
use crate::domain::reference::OrderRef;
use crate::domain::spend::{Life, LineFacts, LineMoney, Part, Tallies};
use crate::domain::text::fold;
use crate::domain::words::{Group, SpendAxis};

/// Which lines count.
#[derive(Clone, Debug, Default)]
pub struct SpendFilter {
    pub fund: Option<FundCode>,
    pub category: Option<OfCategory>,
    pub group: Option<Group>,
    /// Only what was made or changed for a disabled player.
    pub adapted: bool,
    /// The spellings of an area, as [`line_areas`](super::filter::line_areas) finds them.
    pub areas: Option<Vec<String>>,
    pub supplier_id: Option<i64>,
    pub order: Option<OrderRef>,
    /// By the invoice's day, or the order's where there is no invoice yet; both ends count.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// As the records stood at the end of this day.
    pub as_at: Option<Date>,
}

impl SpendFilter {
    /// Whether a category, or the lack of one, is within the filter.
    pub fn takes_category(&self, category: Option<&CategoryCode>) -> bool {
        self.takes_code(category.map_or("", CategoryCode::as_str))
    }

    /// The same by code, which is empty where there is none.
    fn takes_code(&self, category: &str) -> bool {
        self.category.as_ref().is_none_or(|wanted| wanted.is(category))
    }

    fn takes_fund(&self, fund: &str) -> bool {
        self.fund.as_ref().is_none_or(|wanted| wanted.as_str() == fund)
    }

    /// Whether only a part of a fund's lines can pass.
    pub fn is_partial(&self) -> bool {
        let by_field = self.category.is_some() || self.group.is_some() || self.areas.is_some();
        by_field || self.adapted || self.supplier_id.is_some() || self.order.is_some() || self.has_days()
    }

    fn has_days(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// A line that has no day of any kind falls in no period.
    fn takes_day(&self, day: Option<Date>) -> bool {
        match day {
            _ if !self.has_days() => true,
            None => false,
            Some(day) => self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to),
        }
    }

    /// Whether a line was there at all by the day that counts: ordered, added or billed.
    fn was_there(&self, began_on: Option<Date>, life: &Life) -> bool {
        self.as_at.is_none_or(|last| began_on.is_some_and(|day| day <= last) || !life.bills.is_empty())
    }

    /// The conditions on a line's own columns, `WHERE` and all, with their values. A line that was coded anew is judged
    /// by its coding once that is read. `by_number` says that they are to come in the order of their numbers.
    fn conditions(&self, tx: &Tx, by_number: bool) -> Result<Conditions<'_>> {
        let anew = tx.exists("SELECT 1 FROM coding LIMIT 1", &[])?;
        let or_anew =
            |sql: &str| if anew { format!("({sql} OR l.id IN (SELECT line_id FROM coding))") } else { sql.to_string() };
        let mut conditions = Conditions { sql: "WHERE 1 = 1".to_string(), values: Vec::new() };
        // In the order of their numbers lines are read as they lie: from the index of their fund they would have to be sorted.
        let of_fund = if by_number { "+l.fund = ?" } else { "l.fund = ?" };
        conditions.that(&or_anew(of_fund), self.fund.as_ref().map(|fund| Value::from(fund.as_str())))?;
        match &self.category {
            Some(OfCategory::Code(code)) => conditions.that(&or_anew("l.category = ?"), Some(code.as_str().into()))?,
            Some(OfCategory::None) => conditions.sql += &format!(" AND {}", or_anew("l.category IS NULL")),
            None => {}
        }
        conditions.equal(r#"l."group""#, self.group.map(word))?;
        conditions.equal("l.adapted", self.adapted.then_some(Value::Int(1)))?;
        conditions.equal("p.supplier_id", self.supplier_id.map(Value::Int))?;
        conditions.equal("l.purchase_id", self.order.map(Value::from))?;
        conditions.one_of("l.area", self.areas.as_deref())?;
        Ok(conditions)
    }
}

/// Lines in the order asked for, each with those of its parts that pass. The one stream of totals, lists and audits.
fn scan(
    tx: &Tx,
    filter: &SpendFilter,
    select: &Select,
    mut take: impl FnMut(&Row<'_>, &LineMoney<'_>, &[Part]) -> Result<()>,
) -> Result<()> {
    let mut lives = Lives::of(tx, select.depth, filter.as_at)?;
    let Conditions { sql: conditions, values } = filter.conditions(tx, select.beside_bills())?;
    let with_days = select.with_order || filter.has_days() || filter.as_at.is_some();
    let sql = format!(
        "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.fund, l.category, {} {}
         FROM purchase_line l {} {} {conditions} ORDER BY {}",
        if with_days { "p.ordered_on, l.added_on" } else { "NULL, NULL" },
        select.columns,
        if with_days || filter.supplier_id.is_some() { "JOIN purchase p ON p.id = l.purchase_id" } else { "" },
        select.joins,
        select.order,
    );
    let mut bills = if select.beside_bills() { Some(BillStream::prepare(tx)?) } else { None };
    let mut bills = bills.as_mut().map(|statement| BillStream::of(statement, filter.as_at)).transpose()?;
    let mut passing = Vec::new();
    tx.each(&sql, &values, |row| {
        let (id, ordered) = (row.int(0)?, lives::ordered(row, 1)?);
        let life = match &mut bills {
            Some(bills) => lives.read_beside(id, ordered, bills)?,
            None => lives.read(id, ordered)?,
        };
        let (ordered_on, added_on) = if with_days { (row.opt_day(7)?, row.opt_day(8)?) } else { (None, None) };
        let began_on = added_on.or(ordered_on);
        let category = life.category(row.text(6)?);
        if !filter.was_there(began_on, life) || !filter.takes_code(category) {
            return Ok(());
        }
        let line = LineMoney { id, ordered_on, first_fund: row.text(5)?, category, life };
        passing.clear();
        let passes = |part: &&Part| filter.takes_fund(line.fund_of(part)) && filter.takes_day(line.falls_on(part));
        passing.extend(life.parts.iter().filter(passes).copied());
        if passing.is_empty() { Ok(()) } else { take(row, &line, &passing) }
    })
}

/// Which columns a scan reads besides the money, and in which order its lines come.
struct Select {
    depth: Depth,
    /// Whether its columns, joins or order name the order, `p`.
    with_order: bool,
    /// Begins with a comma.
    columns: &'static str,
    joins: &'static str,
    order: &'static str,
}

impl Select {
    /// Whether its lines come in the order of their numbers with no more than their money: then all bills are read beside them.
    fn beside_bills(&self) -> bool {
        self.depth == Depth::Money && self.order == BY_NUMBER
    }
}

/// In the order in which the bills of lines lie in the file: by fund, a large hub's would be read all over it.
const BY_NUMBER: &str = "l.id";

/// Totals by fund and category of the parts that pass. What is planned is not in them yet.
pub fn tally(tx: &Tx, filter: &SpendFilter) -> Result<Tallies> {
    tally_by(tx, filter, SpendAxis::Category)
}

/// What a total by an axis reads of a line: but for categories, its value in the column after the money.
fn select_by(axis: SpendAxis) -> Select {
    // So an area is told as it was first spelt, too.
    let by_category = Select { depth: Depth::Money, with_order: false, columns: "", joins: "", order: BY_NUMBER };
    let by = |columns| Select { columns, ..by_category };
    match axis {
        SpendAxis::Category => by_category,
        SpendAxis::Group => by(r#", l."group""#),
        SpendAxis::Adapted => by(", CASE l.adapted WHEN 1 THEN 'yes' ELSE 'no' END"),
        SpendAxis::Kind => by(", l.kind"),
        SpendAxis::Area => by(", l.area"),
        SpendAxis::Supplier => {
            Select { with_order: true, joins: "JOIN supplier s ON s.id = p.supplier_id", ..by(", s.name") }
        }
    }
}

/// Totals by fund and by an axis; what has no value on it stands under the empty text.
pub fn tally_by(tx: &Tx, filter: &SpendFilter, axis: SpendAxis) -> Result<Tallies> {
    let mut tallies = Tallies::default();
    let mut spellings = Spellings::default();
    scan(tx, filter, &select_by(axis), |row, line, parts| {
        let value = match axis {
            SpendAxis::Category => line.category,
            SpendAxis::Area => spellings.of(row.text(9)?),
            _ => row.text(9)?,
        };
        add(&mut tallies, value, line, parts)
    })?;
    Ok(tallies)
}

/// Totals by fund and category, and by fund and area, from one reading of the lines.
pub fn tally_with_areas(tx: &Tx, filter: &SpendFilter) -> Result<(Tallies, Tallies)> {
    let (mut categories, mut areas) = (Tallies::default(), Tallies::default());
    let mut spellings = Spellings::default();
    scan(tx, filter, &select_by(SpendAxis::Area), |row, line, parts| {
        add(&mut categories, line.category, line, parts)?;
        add(&mut areas, spellings.of(row.text(9)?), line, parts)
    })?;
    Ok((categories, areas))
}

/// Adds the parts of a line to the totals of their funds under a value.
fn add(tallies: &mut Tallies, value: &str, line: &LineMoney<'_>, parts: &[Part]) -> Result<()> {
    for (place, part) in parts.iter().enumerate() {
        let instruments = i64::try_from(line.brought_by(part).len())?;
        let is_new = !parts.iter().take(place).any(|earlier| earlier.share == part.share);
        tallies.of(line.fund_of(part), value).add(part, instruments, is_new);
    }
    Ok(())
}

/// Areas as each was first spelt.
#[derive(Default)]
struct Spellings(HashMap<String, String>);

impl Spellings {
    fn of(&mut self, area: &str) -> &str {
        self.0.entry(fold(area)).or_insert_with(|| area.to_string())
    }
}

const FACTS: Select = Select {
    depth: Depth::Report,
    with_order: true,
    columns: r#", l.purchase_id, l.line, s.name, s.framework_lot, l.description, l.nature, l.type, l.kind, l."group", l.adapted, l.area"#,
    joins: "JOIN supplier s ON s.id = p.supplier_id",
    order: "l.purchase_id, l.line",
};

/// Lines in order of order and line, each with those of its parts that pass, borrowed for the length of the call.
pub fn each(tx: &Tx, filter: &SpendFilter, mut take: impl FnMut(&LineFacts<'_>, &[Part]) -> Result<()>) -> Result<()> {
    scan(tx, filter, &FACTS, |row, line, parts| {
        let facts = LineFacts {
            order: OrderRef::new(row.int(9)?),
            line: row.int(10)?,
            supplier: row.text(11)?,
            framework_lot: row.text(12)?,
            description: row.text(13)?,
            nature: row.word(14)?,
            type_code: row.text(15)?,
            kind: row.opt_word(16)?,
            group: row.opt_word(17)?,
            adapted: row.flag(18)?,
            area: row.text(19)?,
            money: *line,
        };
        take(&facts, parts)
    })
}
