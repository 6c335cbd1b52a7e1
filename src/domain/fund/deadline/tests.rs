use jiff::civil::date;

use super::*;
use crate::domain::reference::OrderRef;
use crate::domain::spend::{Bill, Life, LineMoney, Ordered, parts};
use crate::domain::text::Name;
use crate::domain::words::{FundNature, Nature};

const LAST: Date = date(2026, 8, 31);

fn cip(spend_by: Option<Date>) -> Fund {
    Fund {
        code: FundCode::from_record("CIP"),
        name: Name::from_record("Capital Grant for Musical Instruments"),
        nature: FundNature::Capital,
        award: Pence::new(10_000),
        from_on: None,
        spend_by,
    }
}

fn bill(qty: i64, on: Date, paid_on: Option<Date>) -> Bill {
    let net = Pence::new(qty * 100);
    Bill { invoice_id: 1, number: "N1".into(), on, paid_on, qty, net, vat: Pence::ZERO, judged: None }
}

/// Ten violins at £1, of which so many arrived, with their bills.
fn violins(received: i64, bills: Vec<Bill>) -> Life {
    let net = Pence::new(1_000);
    let ordered = Ordered { qty: 10, net, vat: Pence::ZERO, vat_recoverable: true, received, cancelled: 0 };
    let mut life = Life { ordered, bills, ..Life::default() };
    parts(&life.ordered, &life.bills, None, &mut life.parts);
    life
}

fn told(watch: &mut Watch, life: &Life) {
    let money = LineMoney { id: 1, ordered_on: None, first_fund: "CIP", category: "", life };
    let facts = LineFacts {
        order: OrderRef::new(7),
        line: 1,
        supplier: "Normans",
        framework_lot: "",
        description: "Violins",
        nature: Nature::Instrument,
        type_code: "",
        kind: None,
        group: None,
        adapted: false,
        area: "",
        money,
    };
    watch.line(&facts, &life.parts);
}

/// `what on days_left amount note`, row by row.
fn rows(watch: Watch) -> Vec<String> {
    let row = |row: DeadlineLine| {
        let left = row.days_left.map(|days| days.to_string()).unwrap_or_default();
        format!("{}|{}|{left}|{}|{}", row.what, row.on, row.amount, row.note)
    };
    watch.finish().0.into_iter().map(row).collect()
}

#[test]
fn an_open_line_must_be_invoiced_by_the_last_day() {
    for (received, billed, note) in [
        (0, 0, Some("10.00|Violins: 10 to come")),
        (4, 0, Some("10.00|Violins: 4 arrived, not invoiced; 6 to come")),
        (10, 7, Some("3.00|Violins: 3 arrived, not invoiced")),
        (10, 10, None),
    ] {
        let mut watch = Watch::new(cip(Some(LAST)), Some(LAST), date(2026, 8, 30));
        let bills = if billed == 0 { vec![] } else { vec![bill(billed, LAST, None)] };
        told(&mut watch, &violins(received, bills));
        let open = rows(watch).into_iter().find(|row| row.starts_with("open order"));
        assert_eq!(open, note.map(|note| format!("open order|2026-08-31|1|{note}")));
    }
}

#[test]
fn the_last_day_itself_is_not_late() {
    let after = date(2026, 9, 1);
    for (on, paid_on, late) in [
        (LAST, Some(LAST), vec![]),
        (LAST, Some(after), vec!["paid late|2026-09-01||10.00|Violins: 1 day late"]),
        (after, None, vec!["invoiced late|2026-09-01||10.00|Violins: 1 day late"]),
    ] {
        let mut watch = Watch::new(cip(Some(LAST)), Some(LAST), date(2026, 10, 1));
        told(&mut watch, &violins(10, vec![bill(10, on, paid_on)]));
        let found: Vec<_> = rows(watch).into_iter().filter(|row| row.contains("late|")).collect();
        assert_eq!(found, late, "{on}");
    }
}

#[test]
fn what_is_not_spent_is_at_risk_and_a_moved_deadline_is_told() {
    let mut watch = Watch::new(cip(Some(date(2027, 3, 31))), Some(LAST), date(2027, 3, 30));
    told(&mut watch, &violins(0, vec![bill(4, LAST, None)]));
    let (rows, sentence) = watch.finish();
    assert_eq!(rows[0].what, DeadlineKind::LastDay, "a last day comes before its lines");
    assert_eq!((rows[0].amount, rows[0].days_left), (Pence::new(9_600), Some(1)));
    assert_eq!(rows[0].note, "£6.00 on order; at first 31 Aug 2026");
    let said = "CIP: £96.00 is not spent, and £6.00 of it is on order; 1 day left, until 31 Mar 2027.";
    assert_eq!(sentence.as_deref(), Some(said));
}

#[test]
fn without_a_deadline_only_promises_are_told() {
    let mut watch = Watch::new(cip(None), None, date(2026, 3, 1));
    told(&mut watch, &violins(0, vec![]));
    let payment = |id, pence, promised_on, received_on| Payment {
        id,
        fund: FundCode::from_record("CIP"),
        amount: Pence::new(pence),
        promised_on,
        received_on,
    };
    for payment in [
        payment(1, 500, Some(date(2026, 2, 28)), None),
        payment(2, 600, Some(date(2026, 3, 1)), None),
        payment(3, 700, Some(date(2026, 2, 1)), Some(date(2026, 2, 2))),
    ] {
        watch.payment(payment);
    }
    let (rows, sentence) = watch.finish();
    let found: Vec<_> = rows.iter().map(|row| (row.what, row.days_left, row.note.as_str())).collect();
    let promise = DeadlineKind::Promise;
    assert_eq!(found, [(promise, Some(-1), "overdue"), (promise, Some(0), "not received yet")]);
    assert_eq!(sentence.as_deref(), Some("CIP: £11.00 is promised and not received, £5.00 of it overdue."));
    assert_eq!(Watch::new(cip(None), None, date(2026, 3, 1)).finish().1, None);
}
