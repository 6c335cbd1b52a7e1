//! Why something was not billed, credited, paid or cancelled.

use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::Refusal;
use crate::domain::text::escape;

/// Why something was not billed, credited, paid or cancelled.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BillingRefusal {
    #[error("nothing is left to invoice of {0}")]
    OrderDone(OrderRef),
    #[error("nothing is left to invoice of {0}")]
    LineDone(LineRef),
    #[error("{line} has {left} left to invoice, not {asked}")]
    MoreThanLeft { line: LineRef, asked: i64, left: i64 },
    #[error("{line} is not a line of {order}")]
    OtherOrder { line: LineRef, order: OrderRef },
    #[error("{0} is named twice")]
    NamedTwice(LineRef),
    #[error("invoice {} of {} bills {line} already", escape(.number), escape(.supplier))]
    OnThisInvoice { supplier: String, number: String, line: LineRef },
    #[error("the {what} has no number")]
    NoNumber { what: &'static str },
    #[error("{0} is not invoiced yet")]
    NothingToCredit(LineRef),
    #[error("{0} is a credit itself")]
    IsCredit(LineRef),
    #[error("the credit of {} would come before the invoice for {line} of {}", in_words(*.on), in_words(*.first))]
    CreditedBefore { line: LineRef, on: Date, first: Date },
    #[error("a credit gives money back, and £0.00 is none")]
    CreditOfNothing,
    #[error("{line} has {} net left to credit, not {}", .left.in_words(), .asked.in_words())]
    CreditOverPrice { line: LineRef, asked: Pence, left: Pence },
    #[error("{line} has {left} left to give back, not {asked}")]
    CreditOverNumber { line: LineRef, asked: i64, left: i64 },
    #[error("credit note {} of {} credits {line} already", escape(.number), escape(.supplier))]
    CreditedAlready { supplier: String, number: String, line: LineRef },
    #[error("invoice {} of {} does not bill {line}", escape(.number), escape(.supplier))]
    BillsOther { supplier: String, number: String, line: LineRef },
    #[error("{0} is not invoiced yet")]
    NotInvoiced(OrderRef),
    #[error("no invoice {} bills {order}", escape(.number))]
    UnknownInvoice { order: OrderRef, number: String },
    #[error("{} on {}", paid(*.order, .number.as_deref()), in_words(*.on))]
    PaidAlready { order: OrderRef, number: Option<String>, on: Date },
    #[error(
        "{} of {line} can be cancelled: {ordered} ordered, {invoiced} invoiced, {arrived} arrived, {cancelled} cancelled before",
        if *.open == 0 { "nothing".to_string() } else { format!("only {open}") }
    )]
    NotToCancel { line: LineRef, ordered: i64, invoiced: i64, arrived: i64, cancelled: i64, open: i64 },
    #[error("the {what} of {} has not happened yet", in_words(*.on))]
    NotYet { what: &'static str, on: Date },
}

/// `invoice N1 of O12 is paid already,`, `every invoice of O12 is paid already, the last`.
fn paid(order: OrderRef, number: Option<&str>) -> String {
    match number {
        Some(number) => format!("invoice {} of {order} is paid already,", escape(number)),
        None => format!("every invoice of {order} is paid already, the last"),
    }
}

impl Refusal for BillingRefusal {
    fn hint(&self) -> Option<String> {
        use BillingRefusal as No;
        Some(match self {
            No::OrderDone(order) | No::OtherOrder { order, .. } | No::UnknownInvoice { order, .. } => shows(*order),
            No::LineDone(line) => format!("{}; --extra bills what was not ordered", shows(line.order)),
            No::MoreThanLeft { line, .. } => format!("check the number; {}", shows(line.order)),
            No::NamedTwice(_) => "name each line once".into(),
            No::OnThisInvoice { line, .. } => format!("check the invoice's number; {}", shows(line.order)),
            No::NoNumber { .. } => "give it with --invoice, as the supplier prints it".into(),
            No::NothingToCredit(line) => {
                format!("to release what will not come: ledgerline purchase cancel {line} --reason …")
            }
            No::IsCredit(line) => shows(line.order),
            No::CreditedBefore { .. } => "check the day (--on)".into(),
            No::CreditOfNothing => "give what the supplier gives back with --net, before VAT".into(),
            No::CreditOverPrice { line, .. } | No::CreditOverNumber { line, .. } => shows(line.order),
            No::CreditedAlready { .. } => "check the number; each credit note has its own".into(),
            No::BillsOther { .. } => "give the credit note's own number, or that of the invoice it is for".into(),
            No::NotInvoiced(order) => {
                format!("record the invoice first: ledgerline purchase invoice {order} --invoice NO")
            }
            No::PaidAlready { order, .. } => {
                format!("if that was wrong: ledgerline log --order {order}, then undo the payment")
            }
            No::NotToCancel { line, invoiced, .. } if *invoiced > 0 => {
                format!("for what is invoiced: ledgerline purchase credit {line} --invoice NO --net £…")
            }
            No::NotToCancel { line, .. } => shows(line.order),
            No::NotYet { .. } => "give the day it happened (--on), today or before".into(),
        })
    }
}

fn shows(order: OrderRef) -> String {
    format!("'ledgerline purchase show {order}' shows what is invoiced of each line")
}

/// Recorded all the same, but the person should know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentWarning {
    #[error("the payment of {} comes before the invoice of {}", in_words(*.on), in_words(*.invoiced_on))]
    BeforeInvoice { on: Date, invoiced_on: Date },
    #[error("the payment of {} falls outside the days of {fund} ({window})", in_words(*.on))]
    Outside { fund: FundCode, on: Date, window: String },
}
