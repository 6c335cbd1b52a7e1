//! What must hold of funds: their shares, payments and deadlines.

use super::Rule;
use crate::store::remember::Table;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "no more is shared out than was awarded",
        undone: &[Table::Fund, Table::FundShare],
        sql: "SELECT f.code, 'shares out more than its award' FROM fund f JOIN fund_share s ON s.fund = f.code
              GROUP BY f.code, f.award_pence HAVING sum(s.amount_pence) > f.award_pence",
    },
    Rule {
        name: "a share is of something",
        undone: &[],
        sql: "SELECT fund, 'has a share of nothing' FROM fund_share WHERE amount_pence = 0",
    },
    Rule {
        name: "no grant received in the future",
        undone: &[],
        sql: "SELECT fund, 'received a payment on ' || received_on || ', which has not come yet' FROM fund_payment WHERE received_on > ?1",
    },
    Rule {
        name: "a deadline is moved on a day that has come, to one of the fund",
        undone: &[Table::Fund, Table::Extension],
        sql: "SELECT fund, 'had its deadline moved on ' || extended_on || ', which has not come yet' FROM extension WHERE extended_on > ?1
              UNION ALL
              SELECT f.code, 'would end on ' || e.spend_by || ', before it begins' FROM extension e JOIN fund f ON f.code = e.fund
              WHERE e.spend_by < f.from_on",
    },
];

/// Their columns that hold a day.
pub(super) const DAYS: &[(&str, &str)] = &[
    ("fund", "from_on"),
    ("fund", "spend_by"),
    ("extension", "extended_on"),
    ("extension", "spend_by"),
    ("fund_payment", "promised_on"),
    ("fund_payment", "received_on"),
    ("plan", "planned_on"),
];
