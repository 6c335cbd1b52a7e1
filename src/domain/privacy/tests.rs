//! The boundary days, the order of refusals, and names in other text.

use jiff::civil::date;

use super::*;

const P17: PersonRef = PersonRef::new(17);

#[test]
fn years_are_over_the_day_after_they_are_full() {
    for (ended, years, last_day_kept) in [
        (date(2020, 11, 22), 6, date(2026, 11, 22)),
        (date(2020, 2, 29), 6, date(2026, 2, 28)),
        (date(2020, 2, 28), 6, date(2026, 2, 28)),
        (date(2020, 3, 1), 6, date(2026, 3, 1)),
        (date(2020, 2, 29), 8, date(2028, 2, 29)),
        (date(2022, 2, 28), 6, date(2028, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 12, 31)),
    ] {
        assert!(!is_over(ended, years, last_day_kept), "{ended}");
        assert!(is_over(ended, years, last_day_kept.tomorrow().expect("a day")), "{ended}");
    }
}

#[test]
fn each_reason_against_erasing_is_told_with_its_record() {
    let clear = Standing { person: P17, out: None, owed: None, held: None, begun: None };
    assert_eq!(may_be_erased(clear.clone()), Ok(()));
    let loan = LoanRef::new(3);
    let tag = Tag::from_record("VN-0001");
    let out = |signs| Standing { out: Some((loan, tag.clone(), signs)), ..clear.clone() };
    let owed = Standing { owed: Some((ChargeRef::new(8), loan, Pence::new(1250))), ..clear.clone() };
    let held = Standing { held: Some((loan, date(2026, 12, 1))), ..clear.clone() };
    let begun = Standing { begun: Some(MessageRef::new(5)), ..clear.clone() };
    for (standing, sentence) in [
        (out(false), "P17 still has VN-0001 (L3)"),
        (out(true), "P17 signed for VN-0001 (L3)"),
        (owed, "C8 for L3 of P17 is not paid: £12.50 is owed"),
        (held, "L3 of P17 is on hold until 1 Dec 2026"),
        (begun, "M5, about P17 or a loan of theirs, was begun and never finished"),
    ] {
        let refusal = may_be_erased(standing).expect_err("refused");
        assert_eq!(refusal.to_string(), sentence);
        assert!(refusal.hint().is_some_and(|hint| hint.contains("ledgerline ")), "{sentence}");
    }
}

#[test]
fn a_name_is_found_however_it_is_written_and_only_as_a_whole() {
    let mut needles = Needles::default();
    needles.add(P17, "Zoë O’Brien-Núñez", 2);
    needles.add(P17, "zoe@example.org", 2);
    needles.add(P17, "Zoë", 2);
    for (text, told) in [
        ("Lent to ZOE O'BRIEN NUNEZ, due", "Lent to (erased), due"),
        ("Zoe\u{308} O'Brien-Nun\u{303}ez", "(erased)"),
        ("(Zoë O’Brien-Núñez)", "((erased))"),
        ("O'Brien-Núñez, Zoë: late", "(erased): late"),
        ("write to Zoe@Example.org.", "write to (erased)."),
    ] {
        assert_eq!(needles.replaced(text, |_| ERASED.to_string()).as_deref(), Some(told), "{text}");
    }
    for text in ["", "Zoë", "Zoë O’Brien", "Zoë O’Brien-Núñezson", "Núñez Zoë O’Brien"] {
        assert_eq!(needles.find(text), None, "{text}");
    }
    needles.leave_out("zoë o'brien núñez");
    assert_eq!(needles.find("Zoë O’Brien-Núñez"), None);
}

#[test]
fn numbers_are_found_by_their_digits_and_emails_whole() {
    let mut needles = Needles::default();
    needles.add(P17, "01632960999", 2);
    needles.add(P17, "o@t.example", 2);
    needles.add(P17, "12 Oak Lane", 2);
    for (text, told) in [
        ("ring 01632 960999, or 01632960999.", "ring (erased), or (erased)."),
        ("+44 1632 960 999 or +44 (0)1632 960999", "(erased) or (erased)"),
        ("to O@T.example.", "to (erased)."),
        ("zoo@t.example or <o@t.example>", "zoo@t.example or <(erased)>"),
        ("at 12, Oak Lane", "at (erased)"),
    ] {
        assert_eq!(needles.replaced(text, |_| ERASED.to_string()).as_deref(), Some(told), "{text}");
    }
    for text in ["o → t.example", "t example o", "Oak Lane 12", "12 → Oak Lane", "016329609991", "01632 96099"] {
        assert_eq!(needles.find(text), None, "{text}");
    }
}

#[test]
fn thousands_of_names_with_the_same_first_word_are_as_quick_as_others() {
    let mut needles = Needles::default();
    for number in 0..50_000 {
        needles.add(
            PersonRef::new(number),
            &format!("Sam Number{}", "abcdefghij".chars().nth(number as usize % 10).expect("one")),
            2,
        );
        needles.add(PersonRef::new(number), &format!("Sam {number}x Smith"), 2);
    }
    assert_eq!(needles.find("lent to Sam 49999x Smith today"), Some(PersonRef::new(49_999)));
}
