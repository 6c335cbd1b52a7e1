use super::*;
use crate::domain::term::{NamedTerm, Scope, Term};
use crate::domain::words::{Family, RateUnit};
use jiff::civil::date;

const CHILD: PersonRef = PersonRef::new(2);
const PARENT: PersonRef = PersonRef::new(1);

fn school() -> Urn {
    Urn::new(100_001)
}

fn childs() -> Answerable {
    Answerable { borrower: BorrowerRef::Person(CHILD), hirer: Some(PARENT), inside: None }
}

fn rate(per: RateUnit, pence: i64) -> Rate {
    Rate { scheme: Scheme::Hire, family: None, per, amount: Pence::new(pence) }
}

#[test]
fn who_pays() {
    let (child, at_school) = (BorrowerRef::Person(CHILD), BorrowerRef::School(school()));
    let payer = |borrower, hirer, inside| Answerable { borrower, hirer, inside }.payer();
    assert_eq!(payer(child, Some(PARENT), None), BorrowerRef::Person(PARENT));
    assert_eq!(payer(child, Some(PARENT), Some(school())), BorrowerRef::Person(PARENT));
    assert_eq!(payer(child, None, Some(school())), at_school, "the school answers for what nobody signed for");
    assert_eq!(payer(BorrowerRef::Person(PARENT), None, None), BorrowerRef::Person(PARENT));
    assert_eq!(payer(at_school, Some(PARENT), None), at_school, "a teacher who signs does not pay for the school");
}

#[test]
fn the_pupils_remission_stands_before_the_hirers_and_they_never_add_up() {
    let percent = |who: Answerable, of: &[(PersonRef, u8)]| who.percent(&of.iter().copied().collect());
    assert_eq!(percent(childs(), &[]), 0);
    assert_eq!(percent(childs(), &[(PARENT, 50)]), 50);
    assert_eq!(percent(childs(), &[(PARENT, 50), (CHILD, 25)]), 25);
    assert_eq!(percent(childs(), &[(PARENT, 50), (CHILD, 0)]), 0);
    let schools = Answerable { borrower: BorrowerRef::School(school()), hirer: Some(PARENT), inside: None };
    assert_eq!(percent(schools, &[(PARENT, 50)]), 0);
}

#[test]
fn a_part_of_a_month_is_a_whole_one() {
    let begun = |from, to| months_begun(from, to);
    assert_eq!(begun(date(2026, 9, 2), date(2026, 9, 2)), 1);
    assert_eq!(begun(date(2026, 9, 2), date(2026, 10, 1)), 1);
    assert_eq!(begun(date(2026, 9, 2), date(2026, 10, 2)), 2);
    assert_eq!(begun(date(2026, 9, 2), date(2026, 12, 18)), 4);
    assert_eq!(begun(date(2027, 1, 31), date(2027, 2, 28)), 2);
    assert_eq!(begun(date(2026, 9, 3), date(2026, 9, 2)), 0);
}

#[test]
fn months_are_charged_to_the_due_day_and_no_longer() {
    let term = Days { first_on: date(2026, 9, 1), last_on: date(2026, 12, 18) };
    let (sep_15, oct_1, nov_22) = (date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 22));
    let (before, july) = (date(2026, 8, 20), date(2027, 7, 1));
    for (out_on, due_on, today, months) in [
        (sep_15, oct_1, sep_15, 1),
        (sep_15, date(2026, 10, 14), sep_15, 1),
        (sep_15, date(2026, 10, 15), sep_15, 2),
        (sep_15, july, sep_15, 4),
        // What is not back goes on to the day of the run, and no further than the term.
        (sep_15, oct_1, nov_22, 3),
        (sep_15, oct_1, july, 4),
        // From the first day of the term on.
        (date(2026, 5, 1), oct_1, before, 2),
        (date(2026, 5, 1), date(2026, 9, 1), before, 1),
        (date(2026, 5, 1), date(2026, 6, 1), date(2026, 9, 1), 1),
        (date(2026, 12, 18), july, before, 1),
    ] {
        assert_eq!(months_of(out_on, due_on, term, today), months, "{out_on} to {due_on}, raised on {today}");
    }
}

#[test]
fn a_familys_own_rate_stands_first() {
    let strings = Rate { family: Some(Family::Strings), ..rate(RateUnit::Month, 700) };
    let rates = Rates::new(vec![rate(RateUnit::Month, 1050), strings.clone()]);
    assert_eq!(rates.of(Scheme::Hire, Family::Strings), Some(&strings));
    assert_eq!(rates.of(Scheme::Hire, Family::Brass).map(|rate| rate.amount), Some(Pence::new(1050)));
    assert_eq!(rates.of(Scheme::School, Family::Brass), None);
}

#[test]
fn a_rate_is_something_and_not_the_same_again() {
    let new = rate(RateUnit::Term, 3640);
    assert_eq!(check_rate(&new, None), Ok(()));
    assert_eq!(check_rate(&new, Some(&new)), Err(RateRefusal::Same(new.clone())));
    assert_eq!(check_rate(&new, Some(&rate(RateUnit::Year, 3640))), Ok(()));
    let nought = check_rate(&rate(RateUnit::Term, 0), None);
    assert_eq!(nought, Err(RateRefusal::Nought { scheme: Scheme::Hire, family: None }));
    assert_eq!(check_rate(&Rate { scheme: Scheme::Free, ..new }, None), Err(RateRefusal::Free));
}

#[test]
fn a_remission_is_a_percentage_once_a_year() {
    for (given, read) in [(0, Ok(0)), (100, Ok(100))] {
        assert_eq!(percent(given), read);
    }
    for given in [-1, 101, 256, 300] {
        assert_eq!(percent(given), Err(RemissionRefusal::NoPercentage(given)));
    }
    let today = date(2026, 11, 22);
    let year = "2026/27".parse().expect("a year");
    let new = Remission { person: CHILD, year, percent: 50, band: Name::from_record("FSM"), seen_on: Some(today) };
    assert_eq!(check_remission(&new, None, today), Ok(()));
    assert_eq!(check_remission(&new, Some(&new), today), Err(RemissionRefusal::Stands(new.clone())));
    let tomorrow = date(2026, 11, 23);
    let early = Remission { seen_on: Some(tomorrow), ..new };
    assert_eq!(check_remission(&early, None, today), Err(RemissionRefusal::SeenInFuture(tomorrow)));
}

#[test]
fn a_charge_is_due_after_some_days_but_not_before_its_term() {
    let today = date(2026, 11, 22);
    assert_eq!(due_on(today, 28, None), date(2026, 12, 20));
    assert_eq!(due_on(today, 28, Some(date(2026, 9, 2))), date(2026, 12, 20));
    assert_eq!(due_on(today, 28, Some(date(2027, 1, 4))), date(2027, 1, 4));
}

#[test]
fn where_a_charge_stands() {
    let (amount, day) = (Pence::new(3640), Some(date(2026, 11, 22)));
    assert_eq!(state(amount, Pence::ZERO, None, None), ChargeState::Owed);
    assert_eq!(state(amount, amount, None, None), ChargeState::Remitted);
    assert_eq!(state(amount, Pence::ZERO, day, None), ChargeState::Paid);
    assert_eq!(state(amount, amount, None, day), ChargeState::Waived);
}

fn charge() -> Charge {
    Charge {
        charge: ChargeRef::new(3),
        loan: LoanRef::new(1),
        instrument_id: 1,
        payer: BorrowerRef::Person(PARENT),
        payer_name: "Luis Ruiz".into(),
        charge_type: ChargeType::Damage,
        term: None,
        period: None,
        year: "2026/27".parse().expect("a year"),
        amount: Pence::new(1000),
        remitted: Pence::ZERO,
        raised_on: date(2026, 11, 1),
        due_on: date(2026, 11, 29),
        paid_on: None,
        waived_on: None,
        note: None,
    }
}

#[test]
fn what_is_settled_is_not_paid_again() {
    let today = date(2026, 11, 22);
    let (id, yesterday) = (charge().charge, date(2026, 11, 21));
    assert_eq!(charge().check_payment(today, today), Ok(()));
    let tomorrow = date(2026, 11, 23);
    assert_eq!(charge().check_payment(tomorrow, today), Err(ChargeRefusal::PaidInFuture(tomorrow)));
    let raised_on = charge().raised_on;
    assert_eq!(charge().check_payment(date(2026, 10, 31), today), Ok(()), "a payment may come before its charge");
    assert!(charge().is_paid_early(date(2026, 10, 31)) && !charge().is_paid_early(raised_on));
    let paid = Charge { paid_on: Some(yesterday), ..charge() };
    assert_eq!(paid.check_owed(), Err(ChargeRefusal::Paid { charge: id, on: yesterday }));
    let waived = Charge { waived_on: Some(yesterday), ..charge() };
    assert_eq!(waived.check_payment(today, today), Err(ChargeRefusal::Waived { charge: id, on: yesterday }));
    let remitted = Charge { remitted: charge().amount, ..charge() };
    assert_eq!(remitted.check_owed(), Err(ChargeRefusal::NothingOwed(id)));
}

fn loan() -> ChargedLoan {
    ChargedLoan {
        loan: LoanRef::new(1),
        instrument_id: 1,
        tag: Tag::from_record("VC-0001"),
        who: childs(),
        scheme: Scheme::Hire,
        family: Family::Strings,
        state: LoanState::Open,
        replacement_value: Some(Pence::new(45_000)),
    }
}

fn asked(charge_type: ChargeType, amount: Option<i64>) -> Asked {
    let amount = amount.map(Pence::new);
    Asked { charge_type, amount, note: None, raised_on: date(2026, 11, 22), payment_days: 28 }
}

#[test]
fn a_charge_at_the_desk() {
    let made = charge_for(&loan(), None, asked(ChargeType::Loss, None)).expect("a charge");
    assert_eq!((made.amount, made.payer), (Pence::new(45_000), BorrowerRef::Person(PARENT)));
    assert_eq!((made.period, made.due_on), (None, date(2026, 12, 20)));
    let valueless = ChargedLoan { replacement_value: None, ..loan() };
    let (loan_ref, tag) = (loan().loan, loan().tag);
    assert_eq!(
        charge_for(&valueless, None, asked(ChargeType::Loss, None)),
        Err(ChargeRefusal::NoReplacementValue { loan: loan_ref, tag })
    );
    assert_eq!(charge_for(&loan(), None, asked(ChargeType::Damage, Some(0))), Err(ChargeRefusal::Nought));
    let void = ChargedLoan { state: LoanState::Void, ..loan() };
    assert_eq!(charge_for(&void, None, asked(ChargeType::Damage, Some(9))), Err(ChargeRefusal::VoidLoan(loan_ref)));
    let other = Some(ChargeRef::new(7));
    assert_eq!(
        charge_for(&loan(), other, asked(ChargeType::Loss, None)),
        Err(ChargeRefusal::LossTwice { loan: loan_ref, charge: ChargeRef::new(7) })
    );
    assert!(charge_for(&loan(), other, asked(ChargeType::Damage, Some(900))).is_ok());
}

#[test]
fn what_a_return_is_charged_for() {
    use ChargeType::{Accessory, Damage};
    assert_eq!(types_at_return(true, Some(Condition::Damaged)), [Accessory, Damage]);
    assert_eq!(types_at_return(true, None), [Accessory]);
    assert_eq!(types_at_return(false, Some(Condition::Unplayable)), [Damage]);
    assert!(types_at_return(false, Some(Condition::Worn)).is_empty());
    assert!(types_at_return(false, None).is_empty());
}

#[test]
fn the_fee_at_the_counter() {
    let year = "2026/27".parse().expect("a year");
    let fee = |per, pence, percent| Fee { per, amount: Pence::new(pence), percent };
    let said = |fees: &[Fee]| fees_in_words(fees, year).join(" ");
    assert_eq!(said(&[]), "");
    assert_eq!(said(&[fee(RateUnit::Term, 3640, 0)]), "The fee is £36.40 a term.");
    assert_eq!(
        said(&[fee(RateUnit::Term, 3640, 50)]),
        "The fee is £36.40 a term; with the remission of 50% for 2026/27: £18.20."
    );
    assert_eq!(
        said(&[fee(RateUnit::Year, 3000, 100)]),
        "The fee is £30.00 a year; with the remission of 100% for 2026/27: nothing."
    );
    assert_eq!(
        said(&[fee(RateUnit::Term, 1001, 50), fee(RateUnit::Month, 700, 50), fee(RateUnit::Term, 1001, 50)]),
        "The fee for 2 instruments is £20.02 a term; with the remission of 50% for 2026/27: £10.00. \
         The fee is £7.00 a month; with the remission of 50% for 2026/27: £3.50."
    );
    let rate = rate(RateUnit::Term, 3640);
    let none = Remissions::new();
    assert!(Fee::of(childs(), Some(&rate), &none).is_some());
    assert_eq!(Fee::of(childs(), None, &none), None);
    let schools_to_pay = Answerable { hirer: None, inside: Some(school()), ..childs() };
    assert_eq!(Fee::of(schools_to_pay, Some(&rate), &none), None);
}

/// What a run on a day makes of a loan of the hub's autumn term, 2 Sep to 18 Dec 2026.
fn judged(per: RateUnit, today: Date, change: impl FnOnce(&mut Hire<'_>)) -> Verdict {
    let autumn = Term {
        year: "2026/27".parse().expect("a year"),
        name: Name::from_record("autumn"),
        first_on: date(2026, 9, 2),
        last_on: date(2026, 12, 18),
        scope: Scope::Hub,
    };
    let term = NamedTerm::new("2026/27-autumn", vec![autumn]).expect("a term");
    let (rates, remissions) = (Rates::new(vec![rate(per, 1001)]), Remissions::from([(CHILD, 50)]));
    let run = TermRun { term: &term, rates: &rates, remissions: &remissions, payment_days: 28, today };
    let mut hire = Hire {
        loan: LoanRef::new(1),
        instrument_id: 1,
        who: childs(),
        scheme: Scheme::Hire,
        family: Family::Strings,
        out_on: date(2026, 9, 10),
        due_on: date(2026, 12, 18),
        school: None,
        la: None,
        is_raised: false,
    };
    change(&mut hire);
    run.judge(&hire).expect("an amount that can be recorded")
}

fn raised(verdict: Verdict) -> Option<(i64, i64, String)> {
    match verdict {
        Verdict::Raise(charge) => {
            Some((charge.amount.pence(), charge.remitted.pence(), charge.period.unwrap_or_default()))
        }
        _ => None,
    }
}

#[test]
fn what_a_run_charges_by_unit() {
    let today = date(2026, 9, 20);
    let charged = |per| raised(judged(per, today, |_| {}));
    assert_eq!(charged(RateUnit::Term), Some((1001, 501, "2026/27-autumn".into())), "half a penny is the payer's");
    assert_eq!(charged(RateUnit::Month), Some((4004, 2002, "2026/27-autumn".into())));
    assert_eq!(charged(RateUnit::Year), Some((1001, 501, "2026/27".into())));
    assert_eq!(charged(RateUnit::Project), Some((1001, 501, "project".into())));
    let late_start = judged(RateUnit::Month, today, |hire| hire.out_on = date(2026, 12, 18));
    assert_eq!(raised(late_start).map(|(amount, ..)| amount), Some(1001));
    let since_spring = judged(RateUnit::Month, today, |hire| hire.out_on = date(2026, 4, 20));
    assert_eq!(raised(since_spring).map(|(amount, ..)| amount), Some(4004));
    let due_soon = judged(RateUnit::Month, today, |hire| hire.due_on = date(2026, 10, 1));
    assert_eq!(raised(due_soon).map(|(amount, ..)| amount), Some(1001));
}

#[test]
fn which_loans_a_run_takes() {
    let before_term = date(2026, 8, 20);
    let verdict = |today, change: fn(&mut Hire<'_>)| judged(RateUnit::Term, today, change);
    let out_after = |hire: &mut Hire<'_>| hire.out_on = date(2026, 12, 19);
    assert_eq!(verdict(before_term, out_after), Verdict::NotDue);
    let out_on_the_last_day = |hire: &mut Hire<'_>| hire.out_on = date(2026, 12, 18);
    assert!(raised(verdict(before_term, out_on_the_last_day)).is_some());
    let due_before = |hire: &mut Hire<'_>| (hire.out_on, hire.due_on) = (date(2026, 4, 20), date(2026, 9, 1));
    assert_eq!(verdict(before_term, due_before), Verdict::NotDue);
    assert!(raised(verdict(date(2026, 9, 2), due_before)).is_some(), "not back when the term begins");
    let due_on_the_first_day = |hire: &mut Hire<'_>| (hire.out_on, hire.due_on) = (date(2026, 4, 20), date(2026, 9, 2));
    assert!(raised(verdict(before_term, due_on_the_first_day)).is_some());
    assert_eq!(verdict(before_term, |hire| hire.scheme = Scheme::Free), Verdict::NotDue);
    assert_eq!(verdict(before_term, |hire| hire.scheme = Scheme::School), Verdict::NoRate);
    let unsigned = |hire: &mut Hire<'_>| (hire.who.hirer, hire.who.inside) = (None, Some(school()));
    assert_eq!(verdict(before_term, unsigned), Verdict::NotDue);
    let before = |hire: &mut Hire<'_>| hire.is_raised = true;
    assert_eq!(verdict(before_term, before), Verdict::Before);
    for unit in [RateUnit::Month, RateUnit::Year, RateUnit::Project] {
        assert_eq!(judged(unit, before_term, before), Verdict::Before, "the term is paid for, per {unit} or not");
    }
}

#[test]
fn a_run_adds_up() {
    let mut tally = Tally::default();
    assert_eq!(tally.sentence("2026/27-autumn"), "There is nothing to raise for 2026/27-autumn.");
    let today = date(2026, 9, 20);
    tally.add(Scheme::Hire, &judged(RateUnit::Term, today, |_| {}));
    let one = "Raised one charge of 2026/27-autumn, £10.01 before remissions of £5.01.";
    assert_eq!(tally.sentence("2026/27-autumn"), one);
    tally.add(Scheme::Hire, &judged(RateUnit::Term, today, |_| {}));
    for verdict in [Verdict::Before, Verdict::NotDue, Verdict::NoTerm, Verdict::NoRate, Verdict::NoRate] {
        tally.add(Scheme::School, &verdict);
    }
    assert_eq!(
        tally.sentence("2026/27-autumn"),
        "Raised 2 charges of 2026/27-autumn, £20.02 before remissions of £10.02; one was raised before; \
         2 loans on school have no rate; one loan follows a calendar without that term."
    );
    tally.add(Scheme::Hub, &Verdict::NoRate);
    assert!(tally.sentence("2026/27-autumn").contains("; 3 loans have no rate (2 on school, 1 on hub);"));
}
