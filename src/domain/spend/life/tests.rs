use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::fund::FundCode;
use crate::domain::shares::Share;
use crate::domain::spend::Sums;

/// Ten at £100 and VAT £20, of which so many arrived and so many will not come.
fn ten(received: i64, cancelled: i64) -> Ordered {
    Ordered { qty: 10, net: Pence::new(10_000), vat: Pence::new(2_000), vat_recoverable: false, received, cancelled }
}

/// A bill for so many, at the price ordered.
fn bill(qty: i64, paid: bool) -> Bill {
    let on = date(2026, 3, 2);
    let paid_on = paid.then_some(on);
    let (net, vat) = (Pence::new(qty * 1_000), Pence::new(qty * 200));
    Bill { invoice_id: 1, number: String::new(), on, paid_on, qty, net, vat, judged: None }
}

fn sums(ordered: &Ordered, bills: &[Bill]) -> Sums {
    let mut all = Vec::new();
    parts(ordered, bills, None, &mut all);
    let mut sums = Sums::default();
    all.iter().for_each(|part| sums.add(part));
    sums
}

#[test]
fn money_moves_from_committed_to_paid() {
    use LineState::{Committed, Delivered, Paid, Spent};
    for (received, cancelled, billed, paid, committed, delivered, spent, state) in [
        (0, 0, 0, false, 12_000, 0, 0, Committed),
        (4, 0, 0, false, 12_000, 4_800, 0, Committed),
        (10, 0, 0, false, 12_000, 12_000, 0, Delivered),
        (10, 0, 4, false, 7_200, 7_200, 4_800, Delivered),
        (0, 0, 4, true, 7_200, 0, 4_800, Committed),
        (2, 0, 4, false, 7_200, 0, 4_800, Committed),
        (10, 0, 10, false, 0, 0, 12_000, Spent),
        (0, 0, 10, true, 0, 0, 12_000, Paid),
        (4, 6, 0, false, 4_800, 4_800, 0, Delivered),
        (4, 6, 4, false, 0, 0, 4_800, Spent),
    ] {
        let ordered = ten(received, cancelled);
        let bills = if billed == 0 { Vec::new() } else { vec![bill(billed, paid)] };
        let spent = Pence::new(spent);
        let wanted = Sums {
            committed: Pence::new(committed),
            delivered: Pence::new(delivered),
            spent,
            paid: if paid { spent } else { Pence::ZERO },
        };
        let found = (sums(&ordered, &bills), ordered.state(&bills));
        assert_eq!(found, (wanted, state), "{received} received, {cancelled} cancelled, {billed} billed");
    }
}

#[test]
fn a_changed_price_counts_as_billed() {
    let dear = Bill { net: Pence::new(9_000), ..bill(10, false) };
    let found = sums(&ten(10, 0), std::slice::from_ref(&dear));
    assert_eq!((found.spent, found.committed), (Pence::new(11_000), Pence::ZERO));
    let recovered = Ordered { vat_recoverable: true, ..ten(10, 0) };
    assert_eq!(sums(&recovered, &[dear]).spent, Pence::new(9_000));
}

#[test]
fn a_credit_takes_from_what_is_spent_and_orders_nothing_anew() {
    let found = sums(&ten(10, 0), &[bill(10, false), bill(-2, false)]);
    assert_eq!((found.spent, found.committed), (Pence::new(9_600), Pence::ZERO));
    let price_alone = Bill { qty: 0, net: Pence::new(-50), vat: Pence::new(-10), ..bill(0, false) };
    assert_eq!(sums(&ten(10, 0), &[bill(10, false), price_alone]).spent, Pence::new(11_940));
}

#[test]
fn a_line_that_gives_credit_is_negative_throughout() {
    let credit = Ordered { qty: -2, net: Pence::new(-500), vat_recoverable: true, ..Ordered::default() };
    assert_eq!(sums(&credit, &[]).committed, Pence::new(-500));
    let billed = Bill { net: Pence::new(-500), ..bill(-2, false) };
    let found = sums(&credit, std::slice::from_ref(&billed));
    assert_eq!((found.spent, found.committed), (Pence::new(-500), Pence::ZERO));
    assert_eq!(credit.state(&[billed]), LineState::Spent);
}

proptest! {
    #[test]
    fn the_parts_of_a_line_add_up_fund_by_fund(
        (qty, received, cancelled, billed) in (1_i64..40, 0_i64..60, 0_i64..40, proptest::collection::vec((1_i64..20, 0_i64..100_000), 0..4)),
        (net, vat) in (0_i64..1_000_000, 0_i64..200_000),
        weights in proptest::collection::vec(1_i64..10_000, 1..4),
        recovered in any::<bool>(),
    ) {
        let ordered = Ordered {
            qty, net: Pence::new(net), vat: Pence::new(vat), vat_recoverable: recovered, received, cancelled: cancelled.min(qty),
        };
        let mut bills: Vec<Bill> = billed
            .iter()
            .map(|&(qty, net)| Bill { net: Pence::new(net), vat: Pence::new(net / 5), ..bill(qty, qty % 2 == 0) })
            .collect();
        // A credit for all that the first bill charged.
        if let Some(first) = bills.first().cloned() {
            bills.push(Bill { qty: -first.qty, net: -first.net, vat: -first.vat, ..first });
        }
        let share = |(place, weight): (usize, &i64)| Share { fund: FundCode::from_record(&format!("F{place}")), weight: *weight };
        let shares = Shares::from_record(weights.iter().enumerate().map(share).collect()).expect("some");
        let (mut alone, mut shared) = (Vec::new(), Vec::new());
        parts(&ordered, &bills, None, &mut alone);
        parts(&ordered, &bills, Some(&shares), &mut shared);
        let total = |all: &[Part]| all.iter().map(|part| part.cost).sum::<Pence>();
        prop_assert_eq!(total(&alone), ordered.cost(&bills));
        prop_assert_eq!(total(&shared), total(&alone));
        for (place, _) in weights.iter().enumerate() {
            let spent = shared.iter().filter(|part| part.share == place && part.bill.is_some()).map(|part| part.net).sum::<Pence>();
            prop_assert!(!spent.is_negative(), "fund {place} spent {spent}");
            prop_assert!(shared.iter().filter(|part| part.bill.is_none()).all(|part| !part.cost.is_negative()));
        }
    }
}
