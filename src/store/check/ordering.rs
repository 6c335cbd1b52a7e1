//! What holds between an order, what arrived of it, and its instruments.

use super::Rule;
use crate::store::remember::Table;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "no more arrives than was ordered",
        undone: &[Table::Receipt, Table::Cancellation, Table::PurchaseLine],
        sql: "SELECT 'O' || purchase_id || '/' || line, 'is of ' || wanted || ' that are not cancelled, and ' || arrived || ' have arrived'
              FROM (
                  SELECT p.purchase_id, p.line,
                         abs(p.qty) - coalesce((SELECT sum(c.qty) FROM cancellation c WHERE c.line_id = p.id), 0) AS wanted,
                         abs(coalesce((SELECT sum(r.qty) FROM receipt r WHERE r.line_id = p.id), 0)) AS arrived
                  FROM purchase_line p
              ) AS line
              WHERE arrived > wanted",
    },
];

/// What a file may tell, since it brings instruments whose line was never received, and an undo must not leave behind.
pub(super) const UNDONE: &[Rule] = &[
    Rule {
        name: "what has a tag has arrived",
        undone: &[Table::Receipt, Table::Instrument],
        sql: "SELECT 'O' || purchase_id || '/' || line, 'has ' || tagged || ' instruments, and ' || arrived || ' have arrived'
              FROM (
                  SELECT p.purchase_id, p.line, count(*) AS tagged,
                         abs(coalesce((SELECT sum(r.qty) FROM receipt r WHERE r.line_id = p.id), 0)) AS arrived
                  FROM purchase_line p JOIN instrument i ON i.purchase_line_id = p.id
                  GROUP BY p.id, p.purchase_id, p.line
              ) AS line
              WHERE tagged > arrived",
    },
];
