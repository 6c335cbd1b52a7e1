//! What is signed and handed over: agreements and receipts, and the texts behind them.

use crate::desk::Desk;
use crate::plays;

/// A family, a school, and what they have on loan.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --email office@example.org",
        "organisation add 'Acorn Trust' --role partner",
        "person add 'Luis Ruiz' --role adult --email luis@example.org --phone '01632 960001' --address '4 Bow Lane, Northshire'",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "instrument add --type VC --size 1/2 --make Stentor --model 'Student II' --serial 00731 --accessory bow \
            --accessory 'hard case' --replacement-value 450 --cost 380 --owner G1",
        "instrument add --type TPT",
        "instrument add --type VN --size 3/4 --make \"Bad\u{1b}[2JMake\" --accessory bow --replacement-value 150",
        "lend VC-0001 --to P2 --due 2027-07-17 --note 'shy; hearing aid'",
        "lend TPT-0001 --to 100001 --pupils 28 --year-group 4 --due 2027-07-17",
        "lend VN-0001 --to P1 --on 2026-09-07 --due 2026-12-18",
        "return VN-0001 --condition worn --missing bow --at 'Town library'",
    ] {
        desk.done(line);
    }
    desk
}

/// A rate, as the finance officer would have set it.
fn with_rates(desk: Desk) -> Desk {
    let file = rusqlite::Connection::open(desk.hub()).expect("the file");
    file.execute_batch(
        "INSERT INTO rate (scheme, family, per, amount_pence) VALUES ('hire', NULL, 'term', 3000), ('hire', 'strings', 'term', 3640);",
    )
    .expect("rates");
    desk
}

#[test]
fn agreements_and_receipts_are_a_page_each() {
    plays!(
        with_rates(desk()),
        "loan_print",
        "
        loan print L1
        loan print l2 L3
        "
    );
}

#[test]
fn pages_keep_to_a_page() {
    let desk = with_rates(desk());
    let paper = desk.done("loan print L1 L2 L3");
    let pages: Vec<&str> = paper.split('\u{c}').collect();
    assert_eq!(pages.len(), 3);
    for page in pages {
        assert!(page.lines().count() <= 60, "{} lines", page.lines().count());
        assert!(page.lines().all(|line| line.chars().count() <= 72), "{page}");
    }
    assert!(!paper.contains('\u{1b}'), "{paper}");
    // Of a child, the name and nothing else.
    assert!(!paper.contains("hearing aid") && !paper.contains("Year 5"), "{paper}");
}

#[test]
fn what_has_no_paper_is_refused() {
    let desk = desk();
    desk.done("person add 'Max Muster' --role adult");
    desk.done("instrument add --type FL");
    desk.done("lend FL-0001 --to 'Max Muster'");
    let file = rusqlite::Connection::open(desk.hub()).expect("the file");
    file.execute("UPDATE loan SET voided_on = '2026-11-22' WHERE id = 4", []).expect("voided");
    plays!(
        desk,
        "loan_print_refused",
        "
        loan print
        loan print L9
        loan print VC-0001
        loan print L1 L4 L9
        loan print L4
        loan print L1 --template nowhere.txt
        "
    );
}

#[test]
fn the_hub_has_its_own_words() {
    let desk = desk();
    desk.write(
        "own.txt",
        "\u{feff}{{ hub }}\r\n{% if is_pupil %}\r\n{{ hirer.name }} signs for {{ borrower }}.\r\n{% endif %}\r\n",
    );
    desk.write("slip.txt", "{{ hub }}\n\n{% if state == 'lost' %}\n{{ lost_day }}\n{% endif %}\n");
    desk.write("unended.txt", "{{ hub }}\n{% if is_pupil %}\n");
    desk.write("empty.txt", "\n\n");
    desk.write("latin.txt", b"Geb\xfchr");
    desk.write("bell.txt", "Ring\n\u{7}\n");
    desk.write("long.txt", "a".repeat(64 * 1024 + 1));
    desk.write("endless.txt", "{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}");
    plays!(
        desk,
        "scheme_agreement",
        "
        scheme set hire
        scheme set hire --agreement @/slip.txt
        scheme set hire --agreement @/unended.txt
        scheme set hire --agreement @/empty.txt
        scheme set hire --agreement @/latin.txt
        scheme set hire --agreement @/bell.txt
        scheme set hire --agreement @/long.txt
        scheme set hire --agreement @/endless.txt
        scheme set hire --agreement @/nowhere.txt
        scheme list
        scheme set hire --length term --agreement @/own.txt
        scheme set hire --agreement @/own.txt
        scheme show hire
        scheme list --format csv
        loan print L1
        loan print L1 --template @/slip.txt
        loan print L2 --template @/own.txt
        scheme set hire --agreement ''
        scheme list --format json
        log --format csv
        "
    );
    let shown = desk.done("scheme show school");
    desk.write("shown.txt", &shown);
    desk.done("scheme set school --agreement @/shown.txt");
    assert_eq!(desk.done("scheme show school"), shown);
    desk.done("loan print L2 --output @/l2.txt");
    assert!(desk.read("l2.txt").contains("RECEIPT"));
}

#[test]
fn a_page_shows_nothing_of_the_engine() {
    let desk = desk();
    desk.write("debug.txt", "{{ hub }}\n{{ debug() }}\n");
    let said = desk.refused("scheme set hire --agreement @/debug.txt");
    assert!(said.starts_with("error: @/debug.txt, line 2: debug is unknown"), "{said}");
    desk.write("pupils.txt", "{{ hub }}, for [{{ pupils }}] children\n");
    desk.done("scheme set hire --agreement @/pupils.txt");
    assert_eq!(desk.done("loan print L1"), "Test Hub, for [] children\n");
}
