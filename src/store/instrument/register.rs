//! The register of assets as at a day, in order of tag: read row by row, with what the purchase lines say of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::Result;

use super::reservation;
use super::worth::{Costs, Split};
use crate::domain::asset::{Asset, Bearing, Worth};
use crate::domain::date::Date;
use crate::domain::instrument::Standing;
use crate::domain::policy::CapitalResult;
use crate::domain::reference::{OrderRef, RepairRef};
use crate::domain::spend::LineMoney;
use crate::store::db::{Row, Tx};
use crate::store::filter::{Conditions, StockFilter};
use crate::store::spend::{self, Depth, Lives};

/// Whether what left counts, as at the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stock {
    #[default]
    All,
    Held,
    Disposed,
}

/// Which instruments the register names.
#[derive(Clone, Debug)]
pub struct AssetFilter {
    /// Its fund is that of the line's coding as at the day; then money is what that fund bears.
    pub stock: StockFilter,
    pub which: Stock,
    /// Leaves out what was judged revenue.
    pub capital: bool,
    pub as_at: Date,
    /// An earlier day by which the cost is asked for too.
    pub before: Option<Date>,
    pub today: Date,
}

/// What of a row comes before what hangs on the day: a repair, a loan, an offer.
const COLUMNS: &str = r#"
    SELECT i.id, i.tag, i.type, t.name, t.family, i.serial, i.location, o.name, i.area, i.acquired_on, i.cost_pence,
           coalesce(i.life_months, t.life_months), i.condition, i.missing_on, i.retired_on, i.disposal, i.proceeds_pence,
           i.authorised_by, i.crime_ref, i.make, i.model, i.category, i.purchase_line_id,
           b.purchase_id, b.description, s.name, p.ordered_on, b.fund, b.category,
           b.qty, b.net_pence, b.vat_pence, b.vat_recoverable, r.id, r.sent_on, "#;

const TABLES: &str = "
    FROM instrument i
    JOIN type t ON t.code = i.type
    LEFT JOIN organisation o ON o.id = i.owner_id
    LEFT JOIN purchase_line b ON b.id = i.purchase_line_id
    LEFT JOIN purchase p ON p.id = b.purchase_id
    LEFT JOIN supplier s ON s.id = p.supplier_id ";

/// As it stands: what is open.
const STANDS: (&str, &str) = (
    "EXISTS (SELECT 1 FROM loan l WHERE l.instrument_id = i.id AND l.outer_id IS NULL
        AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL),
     q.id, q.person_id, q.organisation_id, q.school_urn, q.lapses_on, NULL",
    "LEFT JOIN repair r ON r.instrument_id = i.id AND r.back_on IS NULL
     LEFT JOIN request q ON q.instrument_id = i.id AND q.instrument_id IS NOT NULL AND q.loan_id IS NULL
         AND q.cancelled_on IS NULL",
);

/// As it stood at the end of the day `?1`. An offer of a past day is not kept once another is made.
const STOOD: (&str, &str) = (
    "EXISTS (SELECT 1 FROM loan l WHERE l.instrument_id = i.id AND l.outer_id IS NULL AND l.voided_on IS NULL
        AND l.out_on <= ?1 AND (l.returned_on IS NULL OR l.returned_on > ?1) AND (l.lost_on IS NULL OR l.lost_on > ?1)),
     NULL, NULL, NULL, NULL, NULL, NULL",
    "LEFT JOIN repair r ON r.id = (SELECT max(a.id) FROM repair a WHERE a.instrument_id = i.id AND a.sent_on <= ?1
         AND (a.back_on IS NULL OR a.back_on > ?1))",
);

/// The instruments of a register in order of tag, each borrowed for the length of the call.
pub fn each_asset(tx: &Tx, filter: &AssetFilter, mut take: impl FnMut(&Asset<'_>) -> Result<()>) -> Result<()> {
    let mut costs = Costs::by(tx, filter.as_at)?;
    let mut costs_before = filter.before.map(|day| Costs::by(tx, day)).transpose()?;
    let is_past = filter.as_at < filter.today;
    let now = if is_past { Some(Lives::of(tx, Depth::Money, None)?) } else { None };
    let mut lines = Lines { lives: Lives::of(tx, Depth::Whole, Some(filter.as_at))?, now, known: HashMap::new() };
    let (flag, joins) = if is_past { STOOD } else { STANDS };
    let mut conditions = Conditions::after([filter.as_at.into()]);
    // What a line was coded anew for, its instruments follow: their category of a past day is told by the line's.
    let category = filter.stock.category.as_ref().filter(|_| is_past);
    let by_record = StockFilter {
        fund: None,
        category: filter.stock.category.clone().filter(|_| !is_past),
        ..filter.stock.clone()
    };
    by_record.add_to(&mut conditions)?;
    // Whatever may be borne by the fund; which is, the line's coding tells.
    let fund = filter.stock.fund.as_ref();
    conditions.that("(b.fund = ? OR b.id IN (SELECT line_id FROM coding))", fund.map(|fund| fund.as_str().into()))?;
    conditions.sql += match filter.which {
        Stock::All => "",
        Stock::Held => " AND (i.retired_on IS NULL OR i.retired_on > ?1)",
        Stock::Disposed => " AND i.retired_on <= ?1",
    };
    let sql = format!(
        "{COLUMNS}{flag}{TABLES}{joins} WHERE (i.acquired_on IS NULL OR i.acquired_on <= ?1){} ORDER BY i.tag_key",
        conditions.sql
    );
    tx.each(&sql, &conditions.values, |row| {
        let id = row.int(0)?;
        let bearing = lines.of(row)?;
        let place = fund.map(|fund| bearing.and_then(|bearing| bearing.place_of(fund)));
        if place == Some(None) {
            return Ok(());
        }
        let mut asset = asset(row, bearing, filter.as_at)?;
        let is_other = category.is_some_and(|wanted| !wanted.is(asset.category));
        if is_other || (filter.capital && asset.capital_result == Some(CapitalResult::Revenue)) {
            return Ok(());
        }
        let recorded = asset.worth.cost;
        let split = bearing.filter(|bearing| bearing.shares.only().is_none()).zip(place.flatten());
        let Some((bearing, place)) = split else {
            asset.worth.cost = costs.of(id, recorded);
            asset.cost_before = costs_before.as_ref().and_then(|costs| costs.of(id, recorded));
            return take(&asset);
        };
        let split = Split { line_id: row.int(22)?, ordered: spend::ordered(row, 29)?, shares: &bearing.shares, place };
        asset.worth.cost = costs.borne(id, split)?;
        asset.cost_before = costs_before.as_mut().map(|costs| costs.borne(id, split)).transpose()?.flatten();
        asset.proceeds = asset.proceeds.and_then(|proceeds| bearing.shares.apportion(proceeds).nth(place));
        take(&asset)
    })
}

/// What the purchase lines met so far say of their instruments.
struct Lines<'t> {
    lives: Lives<'t>,
    /// As they stand now, where the register is of a past day.
    now: Option<Lives<'t>>,
    known: HashMap<i64, Bearing>,
}

impl Lines<'_> {
    fn of(&mut self, row: &Row<'_>) -> Result<Option<&Bearing>> {
        let Some(id) = row.opt_int(22)? else {
            return Ok(None);
        };
        match self.known.entry(id) {
            Entry::Occupied(known) => Ok(Some(known.into_mut())),
            Entry::Vacant(new) => {
                let life = self.lives.read(id, spend::ordered(row, 29)?)?;
                let category = life.category(row.text(28)?);
                let money = LineMoney { id, ordered_on: row.opt_day(26)?, first_fund: row.text(27)?, category, life };
                let mut bearing = Bearing::of(&money);
                if let Some(now) = &mut self.now {
                    bearing.category_now = now.read(id, spend::ordered(row, 29)?)?.category(row.text(28)?).to_string();
                }
                Ok(Some(new.insert(bearing)))
            }
        }
    }
}

fn asset<'a>(row: &'a Row<'_>, bearing: Option<&'a Bearing>, as_at: Date) -> Result<Asset<'a>> {
    let by_then = |day: &Date| *day <= as_at;
    let own_category = row.text(21)?;
    let (tag, disposed_on, disposal) = (row.text(1)?, row.opt_day(14)?, row.opt_word(15)?);
    let standing = Standing {
        retired: disposed_on.filter(by_then).zip(disposal),
        missing_on: row.opt_day(13)?.filter(by_then),
        in_repair: row.opt_int(33)?.map(RepairRef::new).zip(row.opt_day(34)?),
        on_loan: row.flag(35)?,
        reserved: reservation(row, 36)?,
    };
    Ok(Asset {
        tag,
        type_code: row.text(2)?,
        family: row.word(4)?,
        description: row.opt_text(24)?.unwrap_or(row.text(3)?),
        serial: row.text(5)?,
        location: row.text(6)?,
        owner: row.text(7)?,
        area: row.text(8)?,
        shares: bearing.map(|bearing| &bearing.shares),
        order: row.opt_int(23)?.map(OrderRef::new),
        supplier: row.text(25)?,
        worth: Worth { acquired_on: row.opt_day(9)?, cost: row.opt_pence(10)?, life_months: row.int(11)?, disposed_on },
        cost_before: None,
        condition: row.word(12)?,
        availability: standing.availability(as_at),
        disposal,
        proceeds: row.opt_pence(16)?,
        authorised_by: row.text(17)?,
        crime_ref: row.text(18)?,
        make: row.text(19)?,
        model: row.text(20)?,
        category: bearing.map_or(own_category, |bearing| bearing.category_then(own_category)),
        line_category: bearing.map_or("", |bearing| &bearing.category),
        capital_result: bearing.and_then(|bearing| bearing.capital_result(tag)),
    })
}
