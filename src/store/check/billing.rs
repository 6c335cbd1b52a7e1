//! The rules over what is ordered, billed, credited, paid and cancelled.

use super::Rule;
use crate::store::remember::Table;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "no line is billed beyond what was ordered",
        undone: &[Table::PurchaseLine, Table::InvoiceLine, Table::Cancellation],
        // Credits apart: those do not bring an order back.
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line,
                     'is of ' || l.qty || CASE WHEN l.gone > 0 THEN ', of which ' || l.gone || ' are cancelled' ELSE '' END
                         || ', and ' || sum(abs(b.qty)) || ' are billed'
              FROM (SELECT p.id, p.purchase_id, p.line, p.qty,
                           coalesce((SELECT sum(c.qty) FROM cancellation c WHERE c.line_id = p.id), 0) AS gone
                    FROM purchase_line p) AS l
              JOIN invoice_line b ON b.line_id = l.id AND (b.qty > 0) = (l.qty > 0) AND b.qty <> 0
              GROUP BY l.id, l.purchase_id, l.line, l.qty, l.gone HAVING sum(abs(b.qty)) > abs(l.qty) - l.gone",
    },
    Rule {
        name: "no more is credited than was billed",
        undone: &[Table::PurchaseLine, Table::InvoiceLine],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'has more credited than was billed'
              FROM purchase_line l JOIN invoice_line b ON b.line_id = l.id
              GROUP BY l.id, l.purchase_id, l.line, l.qty, l.net_pence
              HAVING (l.qty > 0 AND sum(b.qty) < 0) OR (l.qty < 0 AND sum(b.qty) > 0)
                  OR (l.net_pence > 0 AND sum(b.net_pence) < 0) OR (l.net_pence < 0 AND sum(b.net_pence) > 0)",
    },
    Rule {
        name: "no more is cancelled than was ordered",
        undone: &[Table::PurchaseLine, Table::Cancellation],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'is of ' || l.qty || ', and ' || sum(c.qty) || ' are cancelled'
              FROM purchase_line l JOIN cancellation c ON c.line_id = l.id
              GROUP BY l.id, l.purchase_id, l.line, l.qty HAVING sum(c.qty) > abs(l.qty)",
    },
    Rule {
        name: "no more instruments than were bought",
        undone: &[Table::Instrument, Table::PurchaseLine, Table::Cancellation],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'is of ' || l.wanted || ', and ' || count(*) || ' instruments name it'
              FROM (SELECT p.id, p.purchase_id, p.line,
                           abs(p.qty) - coalesce((SELECT sum(c.qty) FROM cancellation c WHERE c.line_id = p.id), 0) AS wanted
                    FROM purchase_line p) AS l
              JOIN instrument i ON i.purchase_line_id = l.id
              GROUP BY l.id, l.purchase_id, l.line, l.wanted HAVING count(*) > l.wanted",
    },
    Rule {
        name: "an invoice is its supplier's",
        undone: &[],
        sql: "SELECT 'O' || p.purchase_id || '/' || p.line, 'is billed by another supplier than the order''s'
              FROM purchase_line p JOIN purchase o ON o.id = p.purchase_id
              JOIN invoice_line v ON v.line_id = p.id JOIN invoice n ON n.id = v.invoice_id WHERE n.supplier_id <> o.supplier_id",
    },
    Rule {
        name: "an invoice bills something",
        undone: &[Table::Invoice, Table::InvoiceLine],
        sql: "SELECT 'invoice ' || n.number, 'bills nothing' FROM invoice n
              WHERE NOT EXISTS (SELECT 1 FROM invoice_line b WHERE b.invoice_id = n.id)",
    },
    Rule {
        name: "a line that was not ordered came with an invoice",
        undone: &[Table::PurchaseLine, Table::InvoiceLine],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'was added by an invoice of ' || l.added_on || ', which is not on record'
              FROM purchase_line l
              WHERE l.added_on IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id
                  WHERE b.line_id = l.id AND n.invoiced_on = l.added_on)",
    },
    Rule {
        name: "nothing is paid or cancelled in the future",
        undone: &[],
        sql: "SELECT 'invoice ' || number, 'was paid on ' || paid_on || ', which has not come yet' FROM invoice WHERE paid_on > ?1
              UNION ALL
              SELECT 'O' || l.purchase_id || '/' || l.line, 'was cancelled on ' || c.cancelled_on || ', which has not come yet'
              FROM cancellation c JOIN purchase_line l ON l.id = c.line_id WHERE c.cancelled_on > ?1",
    },
];
