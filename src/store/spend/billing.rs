//! What invoices billed of purchase lines.

use anyhow::Result;

use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::spend::Billed;
use crate::store::db::Tx;

/// How much of the invoices a reader needs: each costs a little more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    Money,
    Days,
    Numbers,
}

/// What was billed of every line, found by the line's number in the file. Two scans in place of two look-ups a line.
#[derive(Debug, Default)]
pub struct Billings {
    lines: Vec<Billed>,
    numbers: Vec<String>,
}

/// An invoice, as far as its lines need it.
#[derive(Clone, Debug, Default)]
struct InvoiceFacts {
    paid: bool,
    on: Option<Date>,
    number: String,
}

impl Billings {
    /// What was billed of a line: nothing where no invoice names it.
    pub fn of(&self, line_id: i64) -> Billed {
        usize::try_from(line_id).ok().and_then(|place| self.lines.get(place)).copied().unwrap_or_default()
    }

    /// The numbers of a line's invoices, separated by spaces.
    pub fn numbers_of(&self, line_id: i64) -> &str {
        usize::try_from(line_id).ok().and_then(|place| self.numbers.get(place)).map_or("", String::as_str)
    }

    pub fn read(tx: &Tx, depth: Depth) -> Result<Billings> {
        let invoices = invoices(tx, depth)?;
        let mut billings = Billings::default();
        let sql = "SELECT line_id, invoice_id, qty, net_pence, vat_pence FROM invoice_line ORDER BY id";
        let unpaid = InvoiceFacts::default();
        tx.each(sql, &[], |row| {
            let (line, invoice) = (usize::try_from(row.int(0)?)?, usize::try_from(row.int(1)?)?);
            if billings.lines.len() <= line {
                billings.lines.resize(line + 1, Billed::default());
            }
            let facts = invoices.get(invoice).unwrap_or(&unpaid);
            add(&mut billings.lines[line], row.int(2)?, row.pence(3)?, row.pence(4)?, facts);
            if depth == Depth::Numbers && !facts.number.is_empty() {
                billings.add_number(line, &facts.number);
            }
            Ok(())
        })?;
        Ok(billings)
    }

    fn add_number(&mut self, line: usize, number: &str) {
        if self.numbers.len() <= line {
            self.numbers.resize(line + 1, String::new());
        }
        let numbers = &mut self.numbers[line];
        if !numbers.is_empty() {
            numbers.push(' ');
        }
        numbers.push_str(number);
    }
}

fn add(billed: &mut Billed, qty: i64, net: Pence, vat: Pence, invoice: &InvoiceFacts) {
    billed.qty += qty;
    billed.net = billed.net + net;
    billed.vat = billed.vat + vat;
    billed.invoices += 1;
    if invoice.paid {
        billed.paid_net = billed.paid_net + net;
        billed.paid_vat = billed.paid_vat + vat;
    } else {
        billed.unpaid += 1;
    }
    let earlier = |day: &Date| billed.first_on.is_none_or(|first| *day < first);
    if let Some(on) = invoice.on.filter(earlier) {
        billed.first_on = Some(on);
    }
}

/// Invoices by their number in the file; for totals without days only those that are paid.
fn invoices(tx: &Tx, depth: Depth) -> Result<Vec<InvoiceFacts>> {
    let sql = match depth {
        Depth::Money => "SELECT id, 1, NULL, NULL FROM invoice WHERE paid_on IS NOT NULL",
        Depth::Days => "SELECT id, paid_on IS NOT NULL, invoiced_on, NULL FROM invoice",
        Depth::Numbers => "SELECT id, paid_on IS NOT NULL, invoiced_on, number FROM invoice",
    };
    let mut invoices: Vec<InvoiceFacts> = Vec::new();
    tx.each(sql, &[], |row| {
        let id = usize::try_from(row.int(0)?)?;
        if invoices.len() <= id {
            invoices.resize(id + 1, InvoiceFacts::default());
        }
        invoices[id] = InvoiceFacts { paid: row.flag(1)?, on: row.opt_day(2)?, number: row.string(3)? };
        Ok(())
    })?;
    Ok(invoices)
}
