use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 22);

#[test]
fn reads_the_ways_people_write_a_day() {
    for (text, day) in [
        ("2026-08-31", date(2026, 8, 31)),
        ("31/08/2026", date(2026, 8, 31)),
        ("31-08-2026", date(2026, 8, 31)),
        ("1/9/2026", date(2026, 9, 1)),
        ("today", TODAY),
        ("yesterday", date(2026, 11, 21)),
        ("+14d", date(2026, 12, 6)),
        ("-22d", date(2026, 10, 31)),
        ("2024-02-29", date(2024, 2, 29)),
    ] {
        assert_eq!(parse(text, TODAY), Ok(day), "{text}");
    }
}

#[test]
fn refuses_days_that_are_none() {
    use DateError::{NoSuchDay, NotADate, OutOfRange, UsOrder};
    assert_eq!(parse("31/02/2024", TODAY), Err(NoSuchDay("31/02/2024".into())));
    assert_eq!(parse("2023-02-29", TODAY), Err(NoSuchDay("2023-02-29".into())));
    assert_eq!(parse("09/13/2024", TODAY), Err(UsOrder("09/13/2024".into())));
    assert_eq!(parse("45536", TODAY), Err(NotADate("45536".into())));
    assert_eq!(parse("never", TODAY), Err(NotADate("never".into())));
    assert_eq!(parse("31/08/26", TODAY), Err(NotADate("31/08/26".into())));
    assert_eq!(parse("0001-01-01", TODAY), Err(OutOfRange("0001-01-01".into())));
}

#[test]
fn years_turn_on_their_days() {
    assert_eq!(AcademicYear::of(date(2026, 8, 31)).to_string(), "2025/26");
    assert_eq!(AcademicYear::of(date(2026, 9, 1)).to_string(), "2026/27");
    assert_eq!(FinancialYear::of(date(2026, 3, 31), YearStart::COUNCIL).to_string(), "2025/26");
    assert_eq!(FinancialYear::of(date(2026, 4, 1), YearStart::COUNCIL).to_string(), "2026/27");
    let year: AcademicYear = "1999/00".parse().expect("a year");
    assert_eq!((year.first_day(), year.last_day()), (date(1999, 9, 1), date(2000, 8, 31)));
    assert!("2026/28".parse::<AcademicYear>().is_err());
    assert!("02-29".parse::<YearStart>().is_err());
}

#[test]
fn a_month_after_the_31st_is_the_last_of_a_short_month() {
    assert_eq!(plus_months(date(2026, 1, 31), 1), Some(date(2026, 2, 28)));
}

#[test]
fn a_month_is_whole_on_its_last_day() {
    assert_eq!(whole_months(date(2026, 1, 31), date(2026, 2, 27)), 0);
    assert_eq!(whole_months(date(2026, 1, 31), date(2026, 2, 28)), 1);
    assert_eq!(whole_months(date(2024, 11, 22), date(2026, 11, 21)), 23);
    assert_eq!(whole_months(date(2024, 11, 22), date(2026, 11, 22)), 24);
    assert_eq!(whole_months(date(2026, 11, 22), date(2026, 10, 1)), 0);
}

#[test]
fn working_days_pass_over_weekends() {
    for (from, days, to) in [
        // A Wednesday, a Friday, a Saturday, a Sunday.
        (date(2026, 11, 18), 5, date(2026, 11, 25)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 5, date(2026, 11, 27)),
        (date(2026, 11, 22), 5, date(2026, 11, 27)),
        // A Wednesday at the year's end, and a leap day.
        (date(2026, 12, 30), 5, date(2027, 1, 6)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date(2026, 11, 18), 0, date(2026, 11, 18)),
    ] {
        assert_eq!(plus_working_days(from, days), Some(to), "{from} and {days}");
    }
    assert_eq!(plus_working_days(Date::MAX, 1), None);
}

#[test]
fn years_are_digits_and_days_stay_within_range() {
    assert_eq!("2006/07".parse::<AcademicYear>().map(|year| year.to_string()), Ok("2006/07".into()));
    for text in ["2006/+7", "+006/07", "2006/7", "2006/08", "20o6/07", "2199/00"] {
        assert_eq!(text.parse::<AcademicYear>(), Err(DateError::NotAYear(text.into())), "{text}");
    }
    let last = date(2199, 12, 31);
    for text in ["tomorrow", "+1d", "+36500d"] {
        assert_eq!(parse(text, last), Err(DateError::OutOfRange(text.into())), "{text}");
    }
    assert_eq!(parse("yesterday", date(1900, 1, 1)), Err(DateError::OutOfRange("yesterday".into())));
}

proptest! {
    #[test]
    fn every_day_prints_and_reads(days in -40_000i64..69_000) {
        let day = plus_days(date(2010, 1, 1), days).expect("in range");
        prop_assert_eq!(parse(&day.to_string(), TODAY), Ok(day));
        prop_assert_eq!(String::from_utf8(iso(day).to_vec()), Ok(day.to_string()));
        prop_assert_eq!(from_iso(&day.to_string()), Some(day));
        prop_assert_eq!(parse(&day.strftime("%d/%m/%Y").to_string(), TODAY), Ok(day));
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = parse(&text, TODAY);
        let _ = text.parse::<AcademicYear>();
        let _ = text.parse::<YearStart>();
    }
}
