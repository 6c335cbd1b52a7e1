//! Ordering many lines at once: what is told of them, and why there is no order.

use std::collections::HashMap;

use super::{PurchaseRefusal, Warning};
use crate::domain::reference::LineRef;
use crate::domain::refusal::Refusal;

/// The most lines that one order has, and the most of one thing that a line has.
pub const MOST: i64 = 10_000;

/// How many of one thing: what a person typed, or a cell of a file.
pub fn quantity(text: &str) -> Result<i64, NotAQuantity> {
    let quantity = text.trim().parse().ok().filter(|quantity| (1..=MOST).contains(quantity));
    quantity.ok_or_else(|| NotAQuantity(text.to_string()))
}

/// Why a text is no quantity.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a whole number from 1 to {MOST}")]
pub struct NotAQuantity(String);

/// Why nothing was ordered.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    #[error("the file has no column {column}, without which no line can be ordered")]
    NoColumn { column: &'static str, columns: &'static [&'static str] },
    #[error("the file has headings and no lines")]
    NoLines,
    /// `whole` says that the order itself is refused, whatever its lines are.
    #[error("nothing was ordered, because {}", cannot_be(*.whole, *.faulty, *.read))]
    Faulty { whole: bool, faulty: u64, read: u64 },
    #[error("--off-framework needs a reason")]
    NoReason,
}

/// `1 line`, `2 lines`.
fn lines(count: u64) -> String {
    if count == 1 { "1 line".to_string() } else { format!("{count} lines") }
}

/// `2 of the 3 lines cannot be`.
fn cannot_be(whole: bool, faulty: u64, read: u64) -> String {
    match (whole, faulty) {
        (false, _) => format!("{faulty} of the {} cannot be", lines(read)),
        (true, 0) => "the order itself cannot be".to_string(),
        (true, _) => format!("the order itself cannot be, nor can {faulty} of the {}", lines(read)),
    }
}

impl Refusal for OrderRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            OrderRefusal::NoColumn { columns, .. } => {
                format!("the first row must hold headings, of these: {}", columns.join(","))
            }
            OrderRefusal::NoLines => "give one row a line below the headings".into(),
            OrderRefusal::Faulty { .. } => {
                "put those right and run it again; --override goes against a rule of a fund or a closed period".into()
            }
            OrderRefusal::NoReason => "say why this supplier, in words an auditor will read".into(),
        })
    }
}

/// So many warnings of many lines are told; the rest is counted.
pub const MOST_TOLD: usize = 20;

/// What is told of those that are only counted.
pub fn more_like_these(more: usize) -> String {
    format!("and {more} more like these")
}

/// The warnings of an order's lines: each matter once and never one a line, the first few of them and how many more there are.
pub fn told_of_lines(warnings: impl IntoIterator<Item = (LineRef, Warning)>) -> Vec<String> {
    let matters = matters(warnings);
    let mut told: Vec<String> = matters.iter().take(MOST_TOLD).map(Matter::told).collect();
    let more = matters.len().saturating_sub(MOST_TOLD);
    told.extend((more > 0).then(|| more_like_these(more)));
    told
}

/// What warnings of several lines are about.
struct Matter {
    warning: Warning,
    /// The line it is of, where it is of one and not of the order as a whole.
    line: Option<LineRef>,
    /// Lines after that one of which the same is to be said.
    more: usize,
}

impl Matter {
    fn told(&self) -> String {
        let Matter { warning, line, more, .. } = self;
        let line = line.map(|line| format!("{line}: ")).unwrap_or_default();
        match more {
            0 => format!("{line}{warning}"),
            more => format!("{line}{warning} (and {more} more like it)"),
        }
    }
}

/// Of a plan or a share the last warning stands, which knows of every line; of an award, or of a nature that a fund does not
/// buy, the first does, which names the line that broke the rule.
fn matters(warnings: impl IntoIterator<Item = (LineRef, Warning)>) -> Vec<Matter> {
    let mut matters: Vec<Matter> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (line, warning) in warnings {
        let key = key(&warning);
        let names_line = names_line(&warning);
        match places.get(&key).and_then(|&place| matters.get_mut(place)) {
            Some(held) if names_line => held.more += 1,
            Some(held) => held.warning = warning,
            None => {
                places.insert(key, matters.len());
                matters.push(Matter { warning, line: names_line.then_some(line), more: 0 });
            }
        }
    }
    matters
}

fn names_line(warning: &Warning) -> bool {
    use PurchaseRefusal as No;
    matches!(warning, Warning::Overridden(No::OverAward { .. } | No::NatureNotBought { .. }))
}

/// What a warning is about.
fn key(warning: &Warning) -> String {
    match warning {
        Warning::OverPlan { fund, category, .. } => format!("plan {fund} {category}"),
        Warning::OverShare { fund, area, .. } => format!("share {fund} {area}"),
        Warning::Overridden(PurchaseRefusal::OverAward { fund, .. }) => format!("award {fund}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fund::FundCode;
    use crate::domain::instrument::CategoryCode;
    use crate::domain::money::Pence;
    use crate::domain::reference::OrderRef;

    const fn line(line: i64) -> LineRef {
        LineRef { order: OrderRef::new(1), line }
    }

    fn over(category: &str, over: i64) -> Warning {
        Warning::OverPlan {
            fund: FundCode::from_record("CIP"),
            category: CategoryCode::from_record(category),
            planned: Pence::new(100),
            over: Pence::new(over),
        }
    }

    fn over_award(cost: i64, remaining: i64) -> Warning {
        let (cost, remaining) = (Pence::new(cost), Pence::new(remaining));
        Warning::Overridden(PurchaseRefusal::OverAward { fund: FundCode::from_record("CIP"), cost, remaining })
    }

    #[test]
    fn of_one_plan_the_last_warning_stands() {
        let told = told_of_lines([(line(1), over("WCET", 1)), (line(2), over("TECH", 5)), (line(3), over("WCET", 9))]);
        assert_eq!(told, [over("WCET", 9).to_string(), over("TECH", 5).to_string()]);
    }

    #[test]
    fn the_line_that_broke_the_award_is_named() {
        let told = told_of_lines([(line(2), over_award(20, 11)), (line(3), over_award(5, -9))]);
        assert_eq!(told, [format!("O1/2: {} (and 1 more like it)", over_award(20, 11))]);
        assert_eq!(told_of_lines([(line(7), over_award(20, 11))]), [format!("O1/7: {}", over_award(20, 11))]);
    }

    #[test]
    fn of_many_matters_the_first_few_are_told() {
        let many = |count: i64| told_of_lines((1..=count).map(|number| (line(number), over(&format!("C{number}"), 1))));
        assert_eq!(many(20).len(), 20);
        assert_eq!(many(25).len(), 21);
        assert_eq!(many(25).last().map(String::as_str), Some("and 5 more like these"));
    }

    #[test]
    fn a_quantity_is_a_whole_number_above_nought() {
        assert_eq!((quantity("1"), quantity(" 10000 ")), (Ok(1), Ok(10_000)));
        for text in ["0", "-1", "10001", "1.5", "", "99999999999999999999"] {
            assert_eq!(quantity(text), Err(NotAQuantity(text.to_string())), "{text}");
        }
    }
}
