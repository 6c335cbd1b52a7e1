use jiff::Unit;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::date::plus_days;

fn worth(acquired_on: Date, pence: i64, life_months: i64) -> Worth {
    Worth { acquired_on: Some(acquired_on), cost: Some(Pence::new(pence)), life_months, disposed_on: None }
}

#[test]
fn a_month_is_whole_when_its_day_comes_round() {
    for (acquired_on, day, months) in [
        (date(2025, 1, 31), date(2025, 2, 28), 0),
        (date(2025, 1, 31), date(2025, 3, 1), 1),
        (date(2025, 1, 31), date(2025, 3, 30), 1),
        (date(2025, 1, 31), date(2025, 3, 31), 2),
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2025, 4, 1), date(2026, 3, 31), 11),
        (date(2025, 4, 1), date(2026, 4, 1), 12),
        (date(2025, 9, 1), date(2026, 8, 31), 11),
        (date(2025, 12, 15), date(2026, 1, 14), 0),
        (date(2025, 12, 15), date(2026, 1, 15), 1),
        (date(2025, 5, 5), date(2025, 5, 5), 0),
        (date(2025, 5, 5), date(2024, 5, 5), 0),
    ] {
        assert_eq!(months_of_life(acquired_on, day), months, "{acquired_on} to {day}");
    }
}

#[test]
fn a_cost_is_written_down_month_by_month() {
    for (pence, life_months, day, left) in [
        (120_000, 120, date(2025, 1, 1), 120_000),
        (120_000, 120, date(2025, 1, 31), 120_000),
        (120_000, 120, date(2025, 2, 1), 119_000),
        (120_000, 120, date(2034, 12, 31), 1_000),
        (120_000, 120, date(2035, 1, 1), 0),
        (120_000, 120, date(2099, 1, 1), 0),
        // Half a penny is written off: 1 penny over 2 months.
        (1, 2, date(2025, 2, 1), 0),
        (1, 3, date(2025, 2, 1), 1),
        (1, 3, date(2025, 3, 1), 0),
        (1_000, 3, date(2025, 2, 1), 667),
        (1_000, 3, date(2025, 3, 1), 333),
        (999, 1, date(2025, 1, 31), 999),
        (999, 1, date(2025, 2, 1), 0),
        (0, 60, date(2025, 2, 1), 0),
        (100_000_000_000_000, 1200, date(2075, 1, 1), 50_000_000_000_000),
    ] {
        let found = worth(date(2025, 1, 1), pence, life_months).book_value(day);
        assert_eq!(found, Some(Pence::new(left)), "{pence} over {life_months} by {day}");
    }
}

#[test]
fn what_is_not_known_has_no_book_value_and_what_left_has_none_left() {
    let (acquired_on, day) = (date(2025, 1, 1), date(2026, 1, 1));
    let known = worth(acquired_on, 1_200, 12);
    assert_eq!(Worth { cost: None, ..known }.book_value(day), None);
    assert_eq!(Worth { acquired_on: None, ..known }.book_value(day), None);
    assert_eq!(known.book_value(date(2024, 12, 31)), None, "not there yet");
    assert!(!known.is_in_register(date(2024, 12, 31)) && Worth { acquired_on: None, ..known }.is_in_register(day));

    let sold = Worth { disposed_on: Some(date(2025, 7, 1)), ..known };
    assert_eq!(sold.book_value(date(2025, 6, 30)), Some(Pence::new(700)));
    assert_eq!(sold.book_value(date(2025, 7, 1)), Some(Pence::ZERO));
    assert_eq!(sold.book_value_given_up(), Some(Pence::new(600)));
    assert_eq!(Worth { cost: None, ..sold }.book_value(day), Some(Pence::ZERO));
    assert_eq!(known.book_value_given_up(), None);
    // A day of disposal before that of acquisition is a slip in the records; it left when it came.
    let slip = Worth { disposed_on: Some(date(2024, 7, 1)), ..known };
    assert_eq!(slip.book_value_given_up(), Some(Pence::new(1_200)));
}

proptest! {
    #[test]
    fn months_are_those_of_the_calendar(start in 0i64..40_000, days in 0i64..20_000) {
        let acquired_on = plus_days(date(1990, 1, 1), start).expect("a day");
        let day = plus_days(acquired_on, days).expect("a day");
        let span = acquired_on.until((Unit::Month, day)).expect("a span");
        prop_assert_eq!(months_of_life(acquired_on, day), i64::from(span.get_months()));
    }

    #[test]
    fn book_value_only_falls_and_ends_at_nought(pence in 0i64..10_000_000, life in 1i64..400, days in 0i64..10_000) {
        let held = worth(date(2024, 2, 29), pence, life);
        let day = plus_days(date(2024, 2, 29), days).expect("a day");
        let (now, next) = (held.book_value(day), held.book_value(plus_days(day, 1).expect("a day")));
        prop_assert!(next <= now && now <= Some(Pence::new(pence)) && next >= Some(Pence::ZERO));
    }

    #[test]
    fn a_movement_closes_where_the_register_does(
        pence in 0i64..10_000_000, changed in -5_000i64..5_000, life in 1i64..100,
        acquired in 0i64..2_000, held in proptest::option::of(-50i64..2_000), first in 0i64..2_000, length in 0i64..800,
    ) {
        let day = |days: i64| plus_days(date(2023, 8, 31), days).expect("a day");
        let before = Pence::new(pence);
        let now = Worth {
            acquired_on: Some(day(acquired)),
            cost: Some(Pence::new((pence + changed).max(0))),
            life_months: life,
            disposed_on: held.map(|held| day(acquired + held)),
        };
        let (first, last) = (day(first), day(first + length));
        let then = Worth { cost: Some(before), ..now };
        let moved = Movement::of(&now, Some(before), first, last).unwrap_or_default();
        prop_assert_eq!(moved.closing(), now.book_value(last).unwrap_or_default());
        prop_assert_eq!(moved.opening, then.book_value(first.yesterday().expect("a day")).unwrap_or_default());
        if changed == 0 || pence + changed < 0 {
            prop_assert!(pence + changed < 0 || moved.depreciation >= Pence::ZERO, "{:?}", moved);
        }
    }
}
