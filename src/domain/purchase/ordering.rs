//! Ordering many lines at once: what is told of them, and why there is no order.

use super::{PurchaseRefusal, Warning};
use crate::domain::refusal::Refusal;

/// The most lines that one order has, and the most of one thing that a line has.
pub const MOST: i64 = 10_000;

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

/// Warnings of many lines without those that say the same: of a plan or an award, the last, which knows of every line.
pub fn without_repeats(warnings: impl IntoIterator<Item = Warning>) -> Vec<Warning> {
    let mut kept: Vec<(String, Warning)> = Vec::new();
    for warning in warnings {
        let matter = matter(&warning);
        match kept.iter_mut().find(|(held, _)| *held == matter) {
            Some((_, held)) => *held = warning,
            None => kept.push((matter, warning)),
        }
    }
    kept.into_iter().map(|(_, warning)| warning).collect()
}

/// What a warning is about.
fn matter(warning: &Warning) -> String {
    match warning {
        Warning::OverPlan { fund, category, .. } => format!("plan {fund} {category}"),
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

    #[test]
    fn of_one_plan_the_last_warning_stands() {
        let over = |category: &str, over: i64| Warning::OverPlan {
            fund: FundCode::from_record("CIP"),
            category: CategoryCode::from_record(category),
            planned: Pence::new(100),
            over: Pence::new(over),
        };
        let told = without_repeats([over("WCET", 1), over("TECH", 5), over("WCET", 9)]);
        assert_eq!(told, [over("WCET", 9), over("TECH", 5)]);
    }
}
