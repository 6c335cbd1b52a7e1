//! What is held about people, and erasing it, as it is done at a desk.

use crate::desk::Desk;
use crate::plays;

#[test]
fn a_person_is_reported_and_erased() {
    let desk = Desk::new();
    plays!(
        desk,
        "privacy",
        "
        school add 100001 'St Thomas'
        person add 'Luis Ruiz' --role adult --email luis@example.org --phone '0113 496 0001'
        person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1
        instrument add --type VN
        instrument add --type VC --note 'scratched by Luis Ruiz'
        lend VN-0001 --to P2 --on 2026-09-07 --note 'Luis collects it'
        # Whoever has an instrument, owes something or has a loan on hold is kept.
        privacy erase 'Luis Ruiz' --yes
        privacy erase P2 --yes
        charge add L1 --for damage 12.50
        remind hold L1 --until +14d --reason 'broken arm'
        return VN-0001
        privacy erase P1 --yes
        charge pay C1
        privacy erase P1 --yes
        remind release L1
        privacy report P1 --format csv
        # Off a terminal nobody can be asked.
        privacy erase P1
        privacy erase P1 --yes
        privacy erase P1
        person show P1
        person list
        log --person P1
        loan show L1
        undo
        lend VC-0001 --to P1
        lend VC-0001 --to P2
        privacy erase nobody
        privacy report P99
        check
        "
    );
}

#[test]
fn at_a_terminal_it_is_asked() {
    let mut desk = Desk::new();
    desk.done("person add 'Luis Ruiz' --role adult");
    desk.terminal.stdin = true;
    for answer in ["", "n\n", "maybe\n"] {
        let outcome = desk.run_with("privacy erase P1", answer);
        assert_eq!(outcome.exit, 1, "{answer}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("Erase it? [y/N]"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("nothing was erased"), "{}", outcome.stderr);
    }
    let outcome = desk.run_with("privacy erase P1", "y\n");
    assert_eq!(outcome.exit, 0, "{}", outcome.stderr);
    assert!(desk.done("person list").contains("Erased P1"));
}

#[test]
fn a_sweep_is_listed_and_done() {
    let desk = Desk::new();
    desk.write(
        "loans.csv",
        "tag,scheme,borrower,out_on,due_on,returned_on,state\nVN-0001,hire,P1,2019-09-02,2020-07-31,2020-07-20,returned\n",
    );
    plays!(
        desk,
        "privacy_sweep",
        "
        privacy sweep
        person add 'Luis Ruiz' --role adult --email luis@example.org
        instrument add --type VN
        import loans @/loans.csv --commit
        privacy sweep
        privacy sweep --commit --format csv
        privacy sweep --commit --format csv
        setting list --format csv
        log
        "
    );
}
