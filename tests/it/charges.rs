//! Rates, remissions and charges: the fee at the counter, a term's hire, damage and loss, and who owes what.

use crate::desk::Desk;
use crate::plays;

/// A hub with a calendar, two families, a class set, and rates for hire.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "term add 2026/27 autumn 2026-09-02 2026-12-18",
        "term add 2026/27 spring 2027-01-04 2027-03-25",
        "school add 100001 'St Thomas' --la Leeds",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ada Okafor' --role adult",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5 --hirer P3",
        "person add 'Cy Lind' --role pupil --school 100001 --year-group 5",
        "organisation add 'Acorn Nursery' --role setting",
        "instrument add --type VC --size 1/2 --accessory bow --accessory case --replacement-value 450",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type FL",
        "rate set --scheme hire --per term 36.40",
        "rate set --scheme hire --family brass --per month 10.50",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn rates_are_set_replaced_and_taken_away() {
    plays!(
        Desk::new(),
        "rates",
        "
        rate list
        rate list --format csv
        rate set --scheme hire --per term £36.40
        rate set --scheme hire --per term 36.40
        rate set --scheme hire --per month 7 --family strings
        rate set --scheme hire --per month 7.50 --family strings
        rate set --scheme school --per year 1,200
        rate set --scheme hire --per term 0
        rate set --scheme hire --family brass --per term 0.00
        rate set --scheme hire --per term -1
        rate set --scheme hire --per week 1
        rate set --scheme free --per term 1
        rate list
        rate list --format json
        rate remove --scheme hire --family brass
        rate remove --scheme hire --family strings
        rate list --format csv
        log --format csv
        "
    );
}

#[test]
fn a_remission_is_for_one_year_and_works_unpaid_hire_out_anew() {
    plays!(
        desk(),
        "remissions",
        "
        remission list
        remission list --format csv
        lend VC-0001 --to P2 --on 2026-09-10 --due 2027-03-25
        lend FL-0001 --to P4 --on 2026-09-10 --due 2027-03-25
        charge raise --term 2026/27-autumn
        charge pay C2
        remission add 'Ana Ruiz' --year 2026/27 --percent 101 --band FSM
        remission add 'Ana Ruiz' --year 2026/27 --percent -5 --band FSM
        remission add 'Ana Ruiz' --year 2026/27 --percent half --band FSM
        remission add 'Ana Ruiz' --year 2026/28 --percent 50 --band FSM
        remission add 'Ana Ruiz' --year 2026/27 --percent 50 --band ''
        remission add 'Ana Ruiz' --year 2026/27 --percent 50 --band FSM --seen-on tomorrow
        remission add 100001 --year 2026/27 --percent 50 --band FSM
        remission add P1 --year 2026/27 --percent 25 --band 'Low income' --seen-on 2026-09-03
        remission add 'Ana Ruiz' --year 2026/27 --percent 50 --band FSM --seen-on 03/09/2026
        remission add 'Ana Ruiz' --year 2026/27 --percent 100 --band LAC
        remission add P3 --year 2026/27 --percent 100 --band LAC
        remission add 'Ana Ruiz' --year 2025/26 --percent 50 --band FSM
        charge list
        remission list
        remission list --year 2026/27 --person P1 --format json
        remission remove P2 --year 2026/27
        remission remove P2 --year 2026/27
        charge list --format csv
        log --person P2 --format csv
        log --loan L1 --format csv
        check
        "
    );
}

#[test]
fn the_fee_is_said_at_the_counter() {
    plays!(
        desk(),
        "fees",
        "
        lend VC-0001 --to P2
        lend TPT-0001 FL-0001 --to P4
        remission add P4 --year 2026/27 --percent 50 --band FSM
        lend TPT-0002 --to P4 --due 2027-03-25
        return TPT-0002
        lend TPT-0002 TPT-0003 --to 100001
        rate set --scheme school --per year 30
        return TPT-0002 TPT-0003
        lend TPT-0002 TPT-0003 --to 100001
        lend TPT-0002 --to P5
        lend TPT-0003 --to P2
        "
    );
}

#[test]
fn a_terms_hire_is_raised_once_however_often_it_is_asked_for() {
    plays!(
        desk(),
        "charge_raise",
        "
        charge raise --term 2026/27-autumn
        charge raise --term 2026/27-summer
        lend VC-0001 --to P2 --on 2026-09-10 --due 2027-03-25
        lend FL-0001 --to P4 --on 2026-11-20 --due 2026-12-18
        remission add P4 --year 2026/27 --percent 33 --band FSM
        lend TPT-0001 TPT-0002 --to 100001 --on 2026-09-10 --due 2026-12-18
        lend TPT-0001 --to P5 --on 2026-10-01 --due 2026-12-18
        lend TPT-0002 --to P2 --on 2026-10-20 --due 2026-12-18
        lend TPT-0003 --to G1 --on 2026-09-10 --due 2026-12-18 --scheme free
        charge raise --term 2026/27-Autumn
        charge list
        charge raise --term 2026/27-autumn
        rate set --scheme school --per year 30
        charge raise --term 2026/27-autumn
        charge raise --term 2026/27-autumn
        # In January what is not back is charged for the new term; before it begins, only what is due in it.
        charge raise --term 2026/27-spring
        charge raise --term 2026/27-spring --today 2027-01-05
        return TPT-0001 --today 2027-01-06
        charge raise --term 2026/27-spring --today 2027-01-06
        charge list --term 2026/27-spring --format csv --today 2027-01-10
        charge list --term 2026/27-winter
        loan show L1 --format csv
        log --loan L1 --format csv
        instrument history VC-0001
        log --person P1 --format csv
        status
        check --today 2027-01-10
        "
    );
}

#[test]
fn each_school_is_charged_by_its_own_calendar() {
    let desk = desk();
    desk.done("term add 2026/27 michaelmas 2026-09-07 2026-12-11 --school 100001");
    desk.done("rate set --scheme hire --per month 10");
    desk.done("rate remove --scheme hire --family brass");
    plays!(
        desk,
        "charge_calendars",
        "
        person add 'Dot' --role adult
        lend VC-0001 --to P2 --on 2026-09-01 --due 2027-03-25
        lend TPT-0001 --to P6 --on 2026-09-01 --due 2027-03-25
        charge raise --term 2026/27-michaelmas
        charge raise --term 2026/27-autumn
        charge list --format csv
        "
    );
}

#[test]
fn a_swap_is_not_charged_for_the_same_term_again() {
    let desk = desk();
    for line in [
        "lend TPT-0001 --to P2 --on 2026-09-10 --due 2027-03-25",
        "charge raise --term 2026/27-autumn",
        "swap TPT-0001 TPT-0002",
    ] {
        desk.done(line);
    }
    let said = |line: &str| desk.run(line).stderr;
    let nothing = "There is nothing to raise for 2026/27-autumn; one was raised before.\n";
    assert_eq!(said("charge raise --term 2026/27-autumn"), nothing);
    // Nor once the day of the swap is put right, nor after another swap, nor by another unit.
    desk.done("loan correct L1 --returned-on 2026-11-20 --reason 'Handed in on Friday'");
    assert_eq!(said("charge raise --term 2026/27-autumn"), nothing);
    desk.done("swap TPT-0002 TPT-0003");
    desk.done("rate set --scheme hire --family brass --per year 90");
    assert_eq!(said("charge raise --term 2026/27-autumn"), nothing);
    assert_eq!(desk.done("charge raise --term 2026/27-spring"), "C2\n");
}

#[test]
fn a_term_is_charged_once_whatever_the_unit_of_the_rate_becomes() {
    let desk = desk();
    desk.done("lend VC-0001 --to P2 --on 2026-09-10 --due 2027-03-25");
    desk.done("charge raise --term 2026/27-autumn");
    let nothing = |term: &str| {
        let said = desk.run(&format!("charge raise --term {term}")).stderr;
        assert_eq!(said, format!("There is nothing to raise for {term}; one was raised before.\n"));
    };
    for rate in ["year 90", "project 5", "month 10", "term 30"] {
        desk.done(&format!("rate set --scheme hire --per {rate}"));
        nothing("2026/27-autumn");
    }
    // A year that is paid for is paid for in each of its terms, and a project in all.
    desk.done("lend FL-0001 --to P4 --on 2026-09-10 --due 2027-03-25");
    desk.done("rate set --scheme hire --per year 90");
    assert_eq!(desk.done("charge raise --term 2026/27-autumn"), "C2\n");
    desk.done("rate set --scheme hire --per project 5");
    assert_eq!(
        desk.done("charge raise --term 2026/27-spring"),
        "C3\n",
        "the year stands for the flute, not for the cello"
    );
    desk.done("term add 2027/28 autumn 2027-09-01 2027-12-17");
    desk.done("rate set --scheme hire --per term 30");
    assert_eq!(desk.done("charge raise --term 2027/28-autumn --today 2027-09-01"), "C4\n");
    let charged = desk.done("charge list --format csv");
    let of = |loan: &str| charged.lines().filter(|line| line.contains(&format!(",{loan},"))).count();
    assert_eq!((of("L1"), of("L2")), (2, 2), "{charged}");
}

#[test]
fn months_are_charged_to_the_due_day() {
    let desk = desk();
    desk.done("rate set --scheme hire --per month 10");
    desk.done("lend VC-0001 --to P2 --on 2026-09-15 --due 2026-10-01");
    desk.done("lend FL-0001 --to P4 --on 2026-09-15 --due 2027-03-25");
    let raised = desk.run("charge raise --term 2026/27-autumn --today 2026-09-20").stderr;
    assert_eq!(raised, "Raised 2 charges of 2026/27-autumn, £50.00.\n", "one month and four");
    desk.done("undo");
    let late = desk.run("charge raise --term 2026/27-autumn").stderr;
    assert_eq!(late, "Raised 2 charges of 2026/27-autumn, £70.00.\n", "three months and four");
}

#[test]
fn hire_raised_in_advance_is_told_when_the_loan_ends() {
    plays!(
        desk(),
        "charge_ahead",
        "
        rate remove --scheme hire --family brass
        rate set --scheme school --per year 90
        lend VC-0001 --to P2 --on 2026-09-10 --due 2027-03-25
        lend TPT-0001 TPT-0002 --to 100001 --on 2026-09-10 --due 2027-03-25
        lend TPT-0001 --to P2 --on 2026-10-01 --due 2027-03-25
        lend FL-0001 --to P4 --on 2026-09-10 --due 2027-03-25
        lend TPT-0003 --to P4 --on 2026-09-10 --due 2027-03-25
        charge raise --term 2026/27-autumn
        charge raise --term 2026/27-spring
        charge list --format csv
        return VC-0001
        # The sentence is about what is owed still, and what has yet to begin.
        undo
        charge waive C7 --reason 'Leaving'
        return VC-0001
        return TPT-0001 --to-school
        undo
        return TPT-0001 --on yesterday
        transfer FL-0001 --to P2
        charge raise --term 2026/27-spring
        instrument lost TPT-0003
        return FL-0001 --on 2026-12-18 --today 2027-01-10
        # What was swapped for another goes on with the other, and ends with it.
        lend VC-0001 --to P2 --due 2027-03-25
        charge raise --term 2026/27-spring
        swap VC-0001 TPT-0001
        return TPT-0001
        check --today 2027-01-10
        "
    );
}

#[test]
fn charges_are_added_paid_and_waived() {
    plays!(
        desk(),
        "charges",
        "
        lend VC-0001 --to P2 --on 2026-09-10 --due 2026-12-18
        lend TPT-0001 --to 100001 --on 2026-09-10 --due 2026-12-18
        lend TPT-0001 --to P5 --on 2026-10-01 --due 2026-12-18
        charge list
        charge list --format csv
        charge add L1 --for deposit 25 --note '-refundable' --today 2026-09-10
        charge add L1 --for accessory £12.50 --note Bow
        charge add L1 --for damage
        charge add L1 --for damage 0
        charge add L1 --for damage -3
        charge add L1 --for hire 3
        charge add L9 --for damage 3
        charge add L1 --for loss
        charge add L1 --for loss 400
        charge add L3 --for loss
        charge add L3 --for loss 180
        charge list
        charge list --owed --person 'Ana Ruiz' --format csv
        charge list --person 100001
        charge pay C1 --on tomorrow
        charge pay C1 --on yesterday
        charge pay C1
        charge waive C1 --reason late
        charge waive C2 --reason ' '
        charge waive C2 --reason 'The bow was found'
        charge pay C2
        charge pay C99
        charge add L1 --for loss 400
        charge waive C3 --reason 'Agreed'
        charge add L1 --for loss 400
        charge show C1
        charge show c2 --format json
        charge list --owed --format csv
        charge list --state paid
        charge list --loan L1 --state waived
        charge list --from 2026-12-20 --to 2026-12-20 --format csv
        charge list --loan L77
        loan show L1 --format csv
        status --format csv --today 2026-12-21
        log --loan L1 --format csv
        check
        "
    );
}

#[test]
fn a_return_charges_for_what_is_missing_or_damaged() {
    plays!(
        desk(),
        "charge_returns",
        "
        lend VC-0001 --to P2 --due 2026-12-18
        return VC-0001 --charge 5
        return VC-0001 --condition worn --charge 5
        return VC-0001 --missing bow --charge 0
        return VC-0001 --missing bow --charge 12.50
        lend VC-0001 --to P2 --due 2026-12-18
        return VC-0001 --missing case
        lend TPT-0001 TPT-0002 --to 100001 --due 2026-12-18
        lend TPT-0001 --to P5 --due 2026-12-18
        return TPT-0001 TPT-0002 --condition damaged --charge 5
        return TPT-0001 --condition damaged --charge 30
        return TPT-0002 --condition unplayable
        instrument edit TPT-0002 --condition good
        lend TPT-0002 TPT-0003 --to 100001 --due 2026-12-18
        return TPT-0002 TPT-0003 --condition damaged
        charge list
        log --tag TPT-0001 --format csv
        lend VC-0001 --to P2 --due 2026-12-18
        instrument lost VC-0001
        lend FL-0001 --to P4 --due 2026-12-18
        instrument lost FL-0001
        "
    );
}

#[test]
fn what_is_missing_and_damaged_is_told_both() {
    plays!(
        desk(),
        "charge_returns_both",
        "
        lend VC-0001 --to P2 --due 2026-12-18
        return VC-0001 --missing bow --condition damaged
        undo
        return VC-0001 --missing bow --condition damaged --charge 12.50
        charge add L1 --for damage 30
        charge list --format csv
        "
    );
}

#[test]
fn a_payment_before_its_charge_is_taken_with_a_warning() {
    let desk = desk();
    desk.done("lend VC-0001 --to P2 --due 2026-12-18");
    desk.done("charge add L1 --for deposit 25");
    let paid = desk.run("charge pay C1 --on yesterday");
    assert_eq!(paid.exit, 0);
    let told = "warning: C1 was raised only on 22 Nov 2026\nC1 is paid: £25.00 by Luis Ruiz on 21 Nov 2026.\n";
    assert_eq!(paid.stderr, told);
    desk.done("charge add L1 --for deposit 25");
    assert!(!desk.run("charge pay C2").stderr.contains("warning"));
    desk.done("check");
}

#[test]
fn a_merge_works_unpaid_hire_out_anew() {
    let desk = desk();
    for line in [
        "person add 'Anna Ruiz' --role pupil --school 100001 --hirer P1",
        "person add 'Louis Ruiz' --role adult",
        "lend VC-0001 --to P2 --on 2026-09-10 --due 2027-03-25",
        "lend FL-0001 --to P4 --on 2026-09-10 --due 2027-03-25",
        "charge raise --term 2026/27-autumn",
        "remission add P7 --year 2026/27 --percent 50 --band 'Low income'",
        "remission add P6 --year 2026/27 --percent 100 --band FSM",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "merge_remissions",
        "
        charge list --format csv
        # The hirer's counts for her child, until the child has one of her own.
        person merge P7 P1
        person merge P6 P2
        charge list --format csv
        log --last 1 --format csv
        log --loan L1 --format csv
        undo
        charge list --owed --format csv
        person merge P6 P2
        check
        "
    );
}

#[test]
fn a_merge_keeps_one_of_two_remissions_that_say_the_same() {
    let desk = desk();
    for line in [
        "person add 'Anna Ruiz' --role pupil --school 100001 --hirer P1",
        "remission add P6 --year 2025/26 --percent 50 --band FSM",
        "remission add P2 --year 2025/26 --percent 50 --band FSM",
        "remission add P6 --year 2026/27 --percent 50 --band FSM --seen-on 2026-09-03",
        "remission add P2 --year 2026/27 --percent 100 --band LAC",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "merge_remitted_both",
        "
        person merge P6 P2
        remission remove P2 --year 2026/27
        remission add P2 --year 2026/27 --percent 50 --band FSM
        person merge P6 P2
        remission list --format csv
        undo
        remission list --format csv
        check
        "
    );
}

#[test]
fn check_finds_charges_that_nobody_could_have_made() {
    let desk = desk();
    for line in [
        "lend VC-0001 --to P2 --due 2026-12-18",
        "charge add L1 --for damage 10",
        "charge add L1 --for deposit 20",
        "charge pay C2",
        "remission add P2 --year 2026/27 --percent 50 --band FSM",
    ] {
        desk.done(line);
    }
    let file = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    let by_hand = "UPDATE charge SET person_id = 3, remitted_pence = 5 WHERE id = 1;
                   UPDATE charge SET paid_on = '2026-12-01' WHERE id = 2;
                   UPDATE remission SET seen_on = '2026-12-01';
                   UPDATE loan SET voided_on = '2026-11-22';
                   UPDATE numbering SET last = 1 WHERE noun = 'charge';";
    file.execute_batch(by_hand).expect("changed by hand");
    drop(file);
    plays!(desk, "charge_check", "check");
}
