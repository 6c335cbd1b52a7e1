//! Lines on record, each with its order and its life: what the verbs of a purchase start from.

use anyhow::Result;

use crate::args;
use crate::domain::fund::FundCode;
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::domain::purchase::{Line, OrderLine, PurchaseRefusal, shared_out};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::refuse;
use crate::domain::shares::Shares;
use crate::store::db::{Row, Tx};
use crate::store::remember::Table;
use crate::store::spend::{self, Depth, Lives};

/// The line with this reference, or the refusal.
pub fn line(tx: &Tx, reference: LineRef) -> Result<OrderLine> {
    let found = read(tx, reference.order, (reference.line, reference.line))?.into_iter().next();
    match found {
        Some(found) => Ok(found),
        None => {
            super::order(tx, reference.order)?;
            Err(refuse(PurchaseRefusal::UnknownLine(reference)))
        }
    }
}

/// The lines of an order, in order; refuses an order that is not there.
pub fn lines(tx: &Tx, order: OrderRef) -> Result<Vec<OrderLine>> {
    super::order(tx, order)?;
    read(tx, order, (1, i64::MAX))
}

/// The lines of an order from one number to another.
fn read(tx: &Tx, order: OrderRef, (first, last): (i64, i64)) -> Result<Vec<OrderLine>> {
    let mut lives = Lives::of(tx, Depth::Whole, None)?;
    let sql = r#"SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.fund, l.category, l.line, p.supplier_id, s.name,
                        p.ordered_on, l.description, l.nature, l.type, l.size, l.kind, l."group", l.adapted, l.area, l.vat_rate
                 FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id JOIN supplier s ON s.id = p.supplier_id
                 WHERE l.purchase_id = ?1 AND l.line BETWEEN ?2 AND ?3 ORDER BY l.line"#;
    tx.all(sql, args![order, first, last], |row| {
        let id = row.int(0)?;
        let life = lives.read(id, spend::ordered(row, 1)?)?.clone();
        let (shares, category) = match life.coding.clone() {
            Some((shares, category)) => (shares, category),
            None => (Shares::one(FundCode::from_record(row.text(5)?)), row.opt_string(6)?),
        };
        Ok(OrderLine {
            reference: LineRef { order, line: row.int(7)? },
            id,
            supplier_id: row.int(8)?,
            supplier: row.name(9)?,
            ordered_on: row.opt_day(10)?,
            line: as_ordered(row, shares, category)?,
            life,
        })
    })
}

fn as_ordered(row: &Row<'_>, shares: Shares, category: Option<String>) -> Result<Line> {
    Ok(Line {
        shares,
        category: category.as_deref().map(CategoryCode::from_record),
        description: row.string(11)?,
        nature: row.word(12)?,
        type_code: row.opt_text(13)?.map(TypeCode::from_record),
        size: row.opt_string(14)?,
        kind: row.opt_word(15)?,
        group: row.opt_word(16)?,
        adapted: row.flag(17)?,
        area: row.opt_string(18)?,
        qty: row.int(1)?,
        net: row.pence(2)?,
        vat: row.pence(3)?,
        vat_rate: row.opt_int(19)?.and_then(|rate| u8::try_from(rate).ok()),
        vat_recoverable: row.flag(4)?,
    })
}

/// Shares what the goods of a line cost, as it stands, among the instruments it brought, so that together they bear each
/// penny of it.
pub fn share_out_cost(tx: &Tx, reference: LineRef) -> Result<()> {
    let found = line(tx, reference)?;
    let (cost, pieces) = found.life.goods();
    let sql = "SELECT id, cost_pence FROM instrument WHERE purchase_line_id = ?1 ORDER BY id";
    let held = tx.all(sql, args![found.id], |row| Ok((row.int(0)?, row.opt_pence(1)?)))?;
    for ((id, before), cost) in held.into_iter().zip(shared_out(cost, pieces)) {
        if before != Some(cost) && !cost.is_negative() {
            let sql = "UPDATE instrument SET cost_pence = ?2 WHERE id = ?1";
            tx.change(Table::Instrument, id, sql, args![id, cost])?;
        }
    }
    Ok(())
}
