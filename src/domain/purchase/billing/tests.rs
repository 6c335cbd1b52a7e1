use jiff::civil::date;

use super::*;
use crate::domain::fund::FundCode;
use crate::domain::reference::LineRef;
use crate::domain::shares::{Share, Shares};
use crate::domain::spend::{Life, Ordered};
use crate::domain::text::Name;
use crate::domain::words::Nature;

const DAY: Date = date(2026, 3, 2);

/// Three at £33.34, VAT £20.00 in all, of which so many arrived and so many were cancelled.
fn line(received: i64, cancelled: i64, bills: Vec<Bill>) -> OrderLine {
    let shares = Shares::one(FundCode::from_record("CIP"));
    let line = Line {
        shares,
        category: None,
        description: "Violins".to_string(),
        nature: Nature::Instrument,
        type_code: None,
        size: None,
        kind: None,
        group: None,
        adapted: false,
        area: None,
        qty: 3,
        net: Pence::new(10_002),
        vat: Pence::new(2_000),
        vat_rate: Some(20),
        vat_recoverable: false,
    };
    let ordered = Ordered { qty: 3, net: line.net, vat: line.vat, vat_recoverable: false, received, cancelled };
    let mut life = Life { ordered, bills, ..Life::default() };
    life.fall_into_parts();
    let reference = LineRef { order: OrderRef::new(1), line: 1 };
    let supplier = Name::from_record("Normans");
    OrderLine { reference, id: 1, supplier_id: 1, supplier, ordered_on: Some(DAY), line, life }
}

fn billed(qty: i64, net: i64, vat: i64) -> Billed {
    Billed { qty, net: Pence::new(net), vat: Pence::new(vat) }
}

fn on_record(of: Billed) -> Bill {
    let Billed { qty, net, vat } = of;
    Bill { invoice_id: 1, number: "N1".to_string(), on: DAY, paid_on: None, qty, net, vat, judged: None }
}

#[test]
fn a_line_billed_in_parts_costs_what_was_ordered() {
    let mut bills = Vec::new();
    for _ in 0..3 {
        let part = bill(&line(0, 0, bills.clone()), Some(1), None).expect("billed");
        bills.push(on_record(part));
    }
    assert_eq!(bills.iter().map(|bill| bill.net.pence()).sum::<i64>(), 10_002);
    assert_eq!(bills.iter().map(|bill| bill.vat.pence()).collect::<Vec<_>>(), [666, 667, 667]);
    assert_eq!(bill(&line(0, 0, Vec::new()), None, None), Ok(billed(3, 10_002, 2_000)));
}

#[test]
fn a_changed_price_is_for_the_whole_part() {
    let found = bill(&line(0, 0, Vec::new()), Some(2), Some(Pence::new(6_003)));
    assert_eq!(found, Ok(billed(2, 6_003, 1_201)));
    let mut stated = line(0, 0, Vec::new());
    stated.line.vat_rate = None;
    assert_eq!(bill(&stated, None, Some(Pence::new(5_001))), Ok(billed(3, 5_001, 1_000)));
    stated.line.net = Pence::ZERO;
    assert_eq!(bill(&stated, None, Some(Pence::new(5_001))), Ok(billed(3, 5_001, 0)));
}

#[test]
fn no_more_is_billed_than_is_left() {
    let reference = LineRef { order: OrderRef::new(1), line: 1 };
    let one = || vec![on_record(billed(1, 3_334, 667))];
    let more = |asked, left| Err(BillingRefusal::MoreThanLeft { line: reference, asked, left });
    assert_eq!(bill(&line(0, 0, Vec::new()), Some(4), None), more(4, 3));
    assert_eq!(bill(&line(0, 1, one()), Some(2), None), more(2, 1));
    assert_eq!(bill(&line(0, 2, one()), None, None), Err(BillingRefusal::LineDone(reference)));
    assert_eq!(bill(&line(0, 1, one()), None, None).map(|part| part.qty), Ok(1));
    // A credit brings nothing back.
    let credited = vec![on_record(billed(3, 10_002, 2_000)), on_record(billed(-1, -3_334, -667))];
    assert_eq!(bill(&line(0, 0, credited), None, None), Err(BillingRefusal::LineDone(reference)));
}

#[test]
fn a_line_that_gives_credit_is_billed_below_nought() {
    let mut back = line(0, 0, Vec::new());
    back.line.qty = -3;
    back.life.ordered = Ordered { qty: -3, net: Pence::new(-10_002), vat: Pence::new(-2_000), ..back.life.ordered };
    assert_eq!(bill(&back, Some(1), None), Ok(billed(-1, -3_334, -666)));
    assert_eq!(bill(&back, Some(1), Some(Pence::new(100))), Ok(billed(-1, -100, -20)));
    let billed_back =
        OrderLine { life: Life { bills: vec![on_record(billed(-3, -1, 0))], ..back.life.clone() }, ..back };
    let refused = credit(&billed_back, Pence::new(1), 0, DAY);
    assert_eq!(refused, Err(BillingRefusal::IsCredit(billed_back.reference)));
}

#[test]
fn what_credits_all_that_is_left_credits_all_the_tax() {
    let mut bills = vec![on_record(billed(3, 10_002, 2_000))];
    let first = credit(&line(3, 0, bills.clone()), Pence::new(3_333), 1, DAY).expect("credited");
    assert_eq!(first, billed(-1, -3_333, -667));
    bills.push(on_record(first));
    let rest = credit(&line(3, 0, bills), Pence::new(6_669), 2, DAY);
    assert_eq!(rest, Ok(billed(-2, -6_669, -1_333)), "by its rate it would be £13.34");
}

#[test]
fn no_more_is_credited_than_was_billed() {
    let reference = LineRef { order: OrderRef::new(1), line: 1 };
    let bills = || vec![on_record(billed(2, 6_668, 1_333)), on_record(billed(-1, -3_334, -667))];
    let (left, asked) = (Pence::new(3_334), Pence::new(3_335));
    for (net, qty, on, refusal) in [
        (asked, 0, DAY, BillingRefusal::CreditOverPrice { line: reference, asked, left }),
        (left, 2, DAY, BillingRefusal::CreditOverNumber { line: reference, asked: 2, left: 1 }),
        (Pence::ZERO, 0, DAY, BillingRefusal::CreditOfNothing),
        (Pence::ZERO, 1, DAY, BillingRefusal::CreditOfNothing),
        (
            left,
            1,
            date(2026, 3, 1),
            BillingRefusal::CreditedBefore { line: reference, on: date(2026, 3, 1), first: DAY },
        ),
    ] {
        assert_eq!(credit(&line(3, 0, bills()), net, qty, on), Err(refusal));
    }
    assert_eq!(credit(&line(3, 0, Vec::new()), left, 1, DAY), Err(BillingRefusal::NothingToCredit(reference)));
    assert_eq!(credit(&line(3, 0, bills()), left, 1, DAY), Ok(billed(-1, -3_334, -666)));
}

#[test]
fn what_is_neither_invoiced_nor_here_can_be_cancelled() {
    for (received, cancelled, invoiced, asked, released) in [
        (0, 0, 0, None, Some(3)),
        (0, 0, 0, Some(3), Some(3)),
        (0, 0, 0, Some(4), None),
        (1, 0, 0, None, Some(2)),
        (1, 0, 1, Some(2), Some(2)),
        (1, 0, 2, Some(2), None),
        (1, 1, 0, None, Some(1)),
        (3, 0, 0, None, None),
        (0, 0, 3, None, None),
        (0, 3, 0, None, None),
    ] {
        let bills = if invoiced == 0 { Vec::new() } else { vec![on_record(billed(invoiced, 1, 0))] };
        let found = cancel(&line(received, cancelled, bills), asked);
        assert_eq!(found.ok(), released, "{received} here, {cancelled} cancelled, {invoiced} invoiced, {asked:?}");
    }
}

#[test]
fn a_payment_settles_what_is_not_paid() {
    let order = OrderRef::new(1);
    let invoice = |id, number: &str, paid_on| {
        let (net, vat) = (Pence::new(100), Pence::new(20));
        OrderInvoice { id, number: number.to_string(), on: DAY, paid_on, net, vat, is_credit: false, reason: None }
    };
    let all = [invoice(1, "N1", Some(DAY)), invoice(2, "N2", None), invoice(3, "n2", None), invoice(4, "", None)];
    let ids = |number: Option<&str>| to_pay(order, &all, number).map(|found| found.iter().map(|one| one.id).collect());
    assert_eq!(ids(None), Ok(vec![2, 3, 4]));
    assert_eq!(ids(Some(" N2 ")), Ok(vec![2, 3]));
    let number = |text: &str| text.to_string();
    assert_eq!(ids(Some("N1")), Err(BillingRefusal::PaidAlready { order, number: Some(number("N1")), on: DAY }));
    assert_eq!(ids(Some("N9")), Err(BillingRefusal::UnknownInvoice { order, number: number("N9") }));
    let paid = [invoice(1, "N1", Some(DAY))];
    assert_eq!(to_pay(order, &paid, None), Err(BillingRefusal::PaidAlready { order, number: None, on: DAY }));
    assert_eq!(to_pay(order, &[], None), Err(BillingRefusal::NotInvoiced(order)));
}

#[test]
fn a_fund_is_asked_for_what_is_billed_over_the_price_ordered() {
    let mut split = line(0, 0, Vec::new());
    let share = |fund: &str, weight| Share { fund: FundCode::from_record(fund), weight };
    let shares = Shares::from_record(vec![share("CIP", 60), share("OWN", 40)]).expect("shares");
    split.line.shares = shares.clone();
    split.life.coding = Some((shares, None));
    split.life.fall_into_parts();
    let as_ordered = bill(&split, Some(2), None).expect("billed");
    let more: Vec<i64> = increase(&split, &as_ordered, DAY).iter().map(|(_, more)| more.pence()).collect();
    assert_eq!(more, [0, 0]);
    let dearer = bill(&split, None, Some(Pence::new(11_002))).expect("billed");
    let more: Vec<(String, i64)> =
        increase(&split, &dearer, DAY).iter().map(|(fund, more)| (fund.to_string(), more.pence())).collect();
    assert_eq!(more, [("CIP".to_string(), 720), ("OWN".to_string(), 480)]);
}

#[test]
fn an_extra_cost_is_taxed_and_borne_as_the_first_line() {
    let first = line(0, 0, Vec::new()).line;
    let extra = extra_line(&first, &[], &Extra { nature: Nature::Delivery, net: Pence::new(1_253) });
    assert_eq!((extra.description.as_str(), extra.qty, extra.vat), ("delivery", 1, Pence::new(251)));
    assert_eq!((extra.shares, extra.category), (first.shares, None));
}

#[test]
fn an_extra_cost_is_for_the_area_that_all_lines_are_for() {
    let of = |area: Option<&str>| {
        let mut of = line(0, 0, Vec::new());
        of.line.area = area.map(str::to_string);
        of
    };
    for (areas, area) in [
        ([Some("York"), Some("york")], Some("York")),
        ([Some("York"), Some("Selby")], None),
        ([Some("York"), None], None),
        ([None, Some("York")], None),
        ([None, None], None),
    ] {
        let lines = areas.map(of);
        let extra = extra_line(&lines[0].line, &lines, &Extra { nature: Nature::Delivery, net: Pence::new(1_253) });
        assert_eq!(extra.area.as_deref(), area, "{areas:?}");
    }
}

#[test]
fn the_same_credit_again_is_told() {
    let first = on_record(billed(-1, -3_334, -667));
    let bills = vec![on_record(billed(3, 10_002, 2_000)), first];
    let held = line(3, 0, bills);
    let again = |number: &str, of: Billed, on: Date| credited_before(&held, number, &of, on).is_some();
    assert!(again(" n1 ", billed(-1, -3_334, -667), DAY));
    for (number, of, on) in [
        ("N2", billed(-1, -3_334, -667), DAY),
        ("N1", billed(0, -3_334, -667), DAY),
        ("N1", billed(-1, -3_333, -667), DAY),
        ("N1", billed(-1, -3_334, -667), date(2026, 3, 3)),
    ] {
        assert!(!again(number, of, on), "{number} {of:?} {on}");
    }
}
