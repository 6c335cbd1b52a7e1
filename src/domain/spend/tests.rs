use proptest::prelude::*;

use super::*;

/// A line of ten at £100, VAT £20, of which so many arrived and so many were billed at the price ordered.
fn line(received: i64, billed: i64, paid: bool) -> LineMoney {
    let (net, vat) = (Pence::new(billed * 1_000), Pence::new(billed * 200));
    let nothing = Pence::ZERO;
    LineMoney {
        cost: Pence::new(12_000),
        qty: 10,
        vat_recoverable: false,
        received,
        billed: Billed {
            qty: billed,
            net,
            vat,
            paid_net: if paid { net } else { nothing },
            paid_vat: if paid { vat } else { nothing },
            invoices: i64::from(billed != 0),
            unpaid: i64::from(billed != 0 && !paid),
            first_on: None,
        },
    }
}

#[test]
fn money_moves_from_committed_to_paid() {
    use LineState::{Committed, Delivered, Paid, Spent};
    for (received, billed, paid, committed, delivered, spent, paid_pence, state) in [
        (0, 0, false, 12_000, 0, 0, 0, Committed),
        (4, 0, false, 12_000, 4_800, 0, 0, Committed),
        (10, 0, false, 12_000, 12_000, 0, 0, Delivered),
        (10, 4, false, 7_200, 7_200, 4_800, 0, Delivered),
        (0, 4, true, 7_200, 0, 4_800, 4_800, Committed),
        (2, 4, false, 7_200, 0, 4_800, 0, Committed),
        (10, 10, false, 0, 0, 12_000, 0, Spent),
        (0, 10, false, 0, 0, 12_000, 0, Spent),
        (10, 10, true, 0, 0, 12_000, 12_000, Paid),
    ] {
        let money = line(received, billed, paid);
        let wanted = Sums {
            committed: Pence::new(committed),
            delivered: Pence::new(delivered),
            spent: Pence::new(spent),
            paid: Pence::new(paid_pence),
        };
        assert_eq!((money.sums(), money.state()), (wanted, state), "{received} received, {billed} billed");
    }
}

#[test]
fn a_changed_price_counts_as_billed() {
    let mut money = line(10, 10, false);
    money.billed.net = Pence::new(9_000);
    assert_eq!(money.sums().spent, Pence::new(11_000));
    assert_eq!(money.sums().committed, Pence::ZERO);
    money.vat_recoverable = true;
    assert_eq!(money.sums().spent, Pence::new(9_000));
}

#[test]
fn a_credit_gives_back() {
    let billed = Billed { qty: -2, net: Pence::new(-500), invoices: 1, unpaid: 1, ..Billed::default() };
    let credit = LineMoney { cost: Pence::new(-500), qty: -2, vat_recoverable: true, received: 0, billed };
    assert_eq!(credit.sums(), Sums { spent: Pence::new(-500), ..Sums::default() });
    assert_eq!(credit.state(), LineState::Spent);
    let expected = LineMoney { billed: Billed::default(), ..credit };
    assert_eq!(expected.sums(), Sums { committed: Pence::new(-500), ..Sums::default() });
}

#[test]
fn lines_without_a_category_come_last_in_their_fund() {
    let mut tallies = Tallies::default();
    for (fund, category) in [("B", ""), ("A", "WCET"), ("A", ""), ("A", "AMP"), ("B", "")] {
        tallies.of(fund, category).add(Sums { spent: Pence::new(1), ..Sums::default() }, 0);
    }
    let rows: Vec<_> = tallies.rows().iter().map(|(f, c, tally)| (*f, *c, tally.lines)).collect();
    assert_eq!(rows, [("A", "AMP", 1), ("A", "WCET", 1), ("A", "", 1), ("B", "", 2)]);
    assert_eq!((tallies.of_fund("A").lines, tallies.total().sums.spent), (3, Pence::new(5)));
}

proptest! {
    /// What is billed at the price ordered and what is still committed make up the order, to the penny.
    #[test]
    fn committed_and_spent_make_up_the_order(cost in 0i64..100_000_000, qty in 1i64..1_000, billed in 0i64..1_000, received in 0i64..1_000) {
        let billed = billed.min(qty);
        let share = LineMoney { cost: Pence::new(cost), qty, ..LineMoney::default() }.part(billed);
        let on_invoices = Billed { qty: billed, net: share, invoices: i64::from(billed > 0), unpaid: 1, ..Billed::default() };
        let money = LineMoney { cost: Pence::new(cost), qty, vat_recoverable: true, received: received.min(qty), billed: on_invoices };
        let sums = money.sums();
        prop_assert_eq!(sums.used(), Pence::new(cost));
        prop_assert!(Pence::ZERO <= sums.delivered && sums.delivered <= sums.committed);
    }
}
