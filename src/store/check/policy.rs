//! What must hold of policies, pools, moved lines and rules that were gone against.

use std::borrow::Cow;

use super::Rule;
use crate::domain::words::{Nature, Word};
use crate::store::purchase::billing::is_credit;
use crate::store::remember::Table;

/// Stands in a rule for the natures that are always revenue, since a rule is written before they are asked for.
const ALWAYS_REVENUE: &str = ":always_revenue";

/// The statement of a rule, with the natures it speaks of.
pub(super) fn statement(rule: &Rule) -> Cow<'static, str> {
    if !rule.sql.contains(ALWAYS_REVENUE) {
        return rule.sql.into();
    }
    let natures = Nature::ALL.iter().filter(|nature| nature.is_always_revenue());
    let named: Vec<String> = natures.map(|nature| format!("'{}'", nature.as_str())).collect();
    rule.sql.replace(ALWAYS_REVENUE, &named.join(", ")).into()
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a bill is judged by a policy in force on its day",
        undone: &[Table::Policy, Table::InvoiceLine, Table::Invoice],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'is judged by the policy of ' || o.effective_on || ', and was invoiced on ' || n.invoiced_on
              FROM invoice_line b JOIN policy o ON o.id = b.policy_id JOIN invoice n ON n.id = b.invoice_id
              JOIN purchase_line l ON l.id = b.line_id WHERE o.effective_on > n.invoiced_on",
    },
    Rule {
        name: "a bill is judged where a policy is in force",
        undone: &[Table::Policy, Table::InvoiceLine, Table::Invoice],
        // A credit goes with the bill that it gives back, which may be older than any policy.
        sql: concat!(
            "SELECT 'O' || l.purchase_id || '/' || l.line, 'has a bill of ' || n.invoiced_on || ' that no policy has judged'
             FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id JOIN purchase_line l ON l.id = b.line_id
             WHERE b.policy_id IS NULL AND n.invoiced_on >= (SELECT min(effective_on) FROM policy) AND ",
            is_credit!(),
            " = (l.qty < 0)"
        ),
    },
    Rule {
        name: "what is always revenue is never capital",
        undone: &[Table::InvoiceLine, Table::PoolLine, Table::PurchaseLine],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'is of nature ' || l.nature || ' and capital'
              FROM invoice_line b JOIN purchase_line l ON l.id = b.line_id
              WHERE b.is_capital = 1 AND l.nature IN (:always_revenue)
              UNION ALL
              SELECT 'O' || l.purchase_id || '/' || l.line, 'is of nature ' || l.nature || ' and in a pool'
              FROM pool_line m JOIN purchase_line l ON l.id = m.line_id WHERE l.nature IN (:always_revenue)",
    },
    Rule {
        name: "a pool has lines and is judged",
        undone: &[Table::Pool, Table::PoolLine, Table::Pooling],
        sql: "SELECT 'pool ' || p.id, 'has no lines' FROM pool p WHERE NOT EXISTS (SELECT 1 FROM pool_line m WHERE m.pool_id = p.id)
              UNION ALL
              SELECT 'pool ' || m.pool_id, 'was not judged when a line came to it on ' || m.pooled_on FROM pool_line m
              WHERE NOT EXISTS (SELECT 1 FROM pooling g WHERE g.pool_id = m.pool_id AND g.pooled_on = m.pooled_on)",
    },
    Rule {
        name: "a coding names its funds",
        undone: &[Table::Coding, Table::CodingFund],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'was moved and no fund bears it' FROM coding c JOIN purchase_line l ON l.id = c.line_id
              WHERE NOT EXISTS (SELECT 1 FROM coding_fund f WHERE f.coding_id = c.id)",
    },
    Rule {
        name: "nothing is moved, pooled or overridden in the future",
        undone: &[],
        sql: "SELECT 'O' || l.purchase_id || '/' || l.line, 'was moved on ' || c.coded_on || ', which has not come yet'
              FROM coding c JOIN purchase_line l ON l.id = c.line_id WHERE c.coded_on > ?1
              UNION ALL
              SELECT 'pool ' || pool_id, 'was judged on ' || pooled_on || ', which has not come yet' FROM pooling WHERE pooled_on > ?1
              UNION ALL
              SELECT 'O' || l.purchase_id || '/' || l.line, 'was judged on ' || b.judged_on || ', which has not come yet'
              FROM invoice_line b JOIN purchase_line l ON l.id = b.line_id WHERE b.judged_on > ?1",
    },
];

/// Every column of these tables that holds a day.
pub(super) const DAYS: &[(&str, &str)] = &[
    ("policy", "effective_on"),
    ("invoice_line", "judged_on"),
    ("pool_line", "pooled_on"),
    ("pooling", "pooled_on"),
    ("coding", "coded_on"),
    ("override", "overridden_on"),
];
