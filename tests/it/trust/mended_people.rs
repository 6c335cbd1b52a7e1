//! What a report of one person tells, whom erasing reaches, and on which day.

use super::Hub;

fn hub() -> Hub {
    let hub = Hub::new();
    for line in ["school add 100001 'St Thomas'", "instrument add --type VN"] {
        hub.done(line);
    }
    hub
}

fn refused(hub: &Hub, line: &str, words: &str) {
    let told = hub.run(line);
    assert!(told.code == Some(1) && told.stderr.contains(words), "{line}: {told:?}");
}

#[test]
fn a_report_leaves_out_what_is_a_namesakes_own() {
    let hub = hub();
    for line in [
        "person add 'Sam Smith' --role adult --email a@a.example",
        "person add 'Sam Smith' --role adult --email b@b.example --yes",
        "lend VN-0001 --to P2 --note 'court order; Sam Smith must not be told'",
        "remission add P2 --year 2026/27 --percent 50 --band 'FSM Sam Smith'",
        "person edit P2 --email c@c.example",
        "instrument edit VN-0001 --note 'Sam Smith asked; so did a@a.example'",
    ] {
        hub.done(line);
    }
    let told = hub.run("privacy report P1 --format csv");
    assert_eq!(told.code, Some(0), "{told:?}");
    for theirs in ["court order", "FSM", "b@b.example", "c@c.example", "P2"] {
        assert!(!told.stdout.contains(theirs), "{theirs}: {}", told.stdout);
    }
    assert!(told.stdout.contains("mention,VN-0001,note,"), "{}", told.stdout);
    assert!(told.stderr.contains("left out: P2"), "{}", told.stderr);
    let other = hub.run("privacy report P2 --format csv");
    assert!(other.stdout.contains("court order") && other.stdout.contains("FSM"), "{}", other.stdout);
}

#[test]
fn a_report_tells_of_copies() {
    let hub = hub();
    hub.done("person add 'Ana Ruiz' --role adult");
    assert!(!hub.run("privacy report P1").stderr.contains("Copies"));
    hub.done("backup copy.db");
    let told = hub.run("privacy report P1");
    assert!(told.stderr.contains("the backup of 22 Nov 2026"), "{told:?}");
}

fn undone_hub() -> Hub {
    let hub = hub();
    hub.done(
        "--today 2015-10-01 lend VN-0001 --due 2015-12-01 --new-pupil 'Xanthe Quill' --school 100001 --year-group 5 --new-hirer 'Mog Quill' --email mog@quill.example --note asthmatic",
    );
    hub.done("--today 2015-10-02 undo");
    hub
}

#[test]
fn whose_record_was_undone_is_reported_and_erased() {
    let hub = undone_hub();
    let report = hub.done("privacy report P1 --format csv") + &hub.done("privacy report P2 --format csv");
    assert!(report.contains("Xanthe Quill") && report.contains("mog@quill.example"), "{report}");
    refused(&hub, "privacy erase P1", "not confirmed");
    refused(&hub, "privacy report P3", "there is no person");
    hub.done("privacy erase P1 --yes");
    hub.done("privacy erase P2 --yes");
    holds_nothing(&hub);
}

#[test]
fn a_sweep_takes_whose_record_was_undone_long_ago() {
    let hub = undone_hub();
    let listed = hub.run("privacy sweep");
    assert!(listed.stderr.contains("P1, P2") && listed.stderr.contains("2 people"), "{listed:?}");
    assert!(hub.run("--today 2020-01-01 privacy sweep").stderr.is_empty());
    hub.done("privacy sweep --commit");
    holds_nothing(&hub);
    assert!(hub.run("privacy sweep").stderr.is_empty());
}

fn holds_nothing(hub: &Hub) {
    let bytes = std::fs::read(hub.file()).expect("the file");
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    for trace in ["quill", "xanthe", "asthmatic"] {
        assert!(!text.contains(trace), "{trace}");
    }
    hub.is_sound();
}

#[test]
fn nobody_is_erased_on_a_day_to_come() {
    let hub = hub();
    hub.done("person add 'Ana Ruiz' --role adult");
    hub.done("lend VN-0001 --to P1");
    hub.done("return VN-0001");
    for line in ["--today 2199-01-01 privacy sweep --commit", "--today 2199-01-01 privacy erase P1 --yes"] {
        refused(&hub, line, "nobody is erased as of 1 Jan 2199");
    }
    assert!(hub.done("--today 2199-01-01 privacy sweep").contains("Ana Ruiz"));
    assert!(hub.done("person show P1").contains("Ana Ruiz"));
}

#[test]
fn no_reason_is_kept_of_a_loan_of_somebody_erased() {
    let hub = hub();
    for line in [
        "person add 'Ana Ruiz' --role adult",
        "lend VN-0001 --to P1 --on 2026-10-01",
        "return VN-0001 --on 2026-10-05",
        "privacy erase P1 --yes",
    ] {
        hub.done(line);
    }
    for line in
        ["loan correct L1 --returned-on 2026-10-06 --reason 'Ana moved'", "loan void L1 --reason 'Ana never came'"]
    {
        let told = hub.run(line);
        assert!(told.code == Some(0) && told.stderr.contains("the reason is not kept: P1 was erased"), "{told:?}");
    }
    assert!(!hub.done("log").contains("Ana"));
    hub.is_sound();
}
