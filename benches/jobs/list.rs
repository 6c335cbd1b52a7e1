//! The jobs, and what the shell does for each.

use anyhow::Result;

use crate::hub::{Call, Hub};

/// One side of a job: what must be undone first, the call that counts, and what puts the file back.
pub struct Run {
    pub before: Vec<Call>,
    pub call: Call,
    pub after: Vec<Call>,
}

/// By which figure the bar is judged: a command of two milliseconds is too short for a clock.
pub enum Judged {
    ByInstructions,
    ByCpu,
}

pub struct Job {
    pub name: &'static str,
    pub ours: Run,
    pub theirs: Run,
    /// The highest ratio allowed.
    pub bar: f64,
    pub judged: Judged,
    /// Whether both sides list the same records.
    pub same_rows: bool,
}

/// What is compared with what, for whoever reads the table.
pub fn explain() {
    println!();
    println!(
        "What is compared: `ledgerline` judges by the desk's rules, writes its journal and prints sentences; the shell runs bare SQL on a leaner schema."
    );
    println!(
        "start: --version against -version. lend, return: the baseline's issue and return, committed with a full sync on both sides; CPU does not see the sync's wait."
    );
    println!(
        "instrument show: one SELECT with the present loan. overdue: the baseline's eight columns against ledgerline's seventeen."
    );
    println!(
        "loan list --open: our own SELECT in the baseline's style. export loans: the loans part of the baseline's export."
    );
    println!(
        "report spend: the baseline sums by year and category (spend_all), ledgerline one fund by category with plan, committed, delivered, spent and paid."
    );
    println!(
        "start, lend, return and instrument show are judged by instructions, the lists by CPU. Row counts of overdue, loan list and export loans must agree."
    );
}

fn ours(line: &str) -> Call {
    Call::Ledgerline(line.split(' ').map(str::to_string).collect())
}

fn alone(call: Call) -> Run {
    Run { before: Vec::new(), call, after: Vec::new() }
}

pub fn jobs(hub: &Hub) -> Result<Vec<Job>> {
    let (free, shown) = (hub.truth("free_asset")?, hub.truth("on_loan_asset")?);
    // The baseline lends to the pupil P0000007, whom native.py calls P7.
    let lend = || ours(&format!("lend {free} --to P7 --due 2026-07-17"));
    let give_back = || ours(&format!("return {free}"));
    let (issue, take_back) = (|| hub.baseline("issue"), || hub.baseline("return"));
    let list = |name, bar, line: &str, theirs, same_rows| Job {
        name,
        ours: alone(ours(line)),
        theirs: alone(theirs),
        bar,
        judged: Judged::ByCpu,
        same_rows,
    };
    Ok(vec![
        Job {
            name: "start",
            ours: alone(ours("--version")),
            theirs: alone(Call::ShellVersion),
            bar: 0.5,
            judged: Judged::ByInstructions,
            same_rows: false,
        },
        Job {
            name: "lend",
            ours: Run { before: vec![give_back()], call: lend(), after: vec![give_back()] },
            theirs: Run { before: vec![take_back()?], call: issue()?, after: vec![take_back()?] },
            bar: 1.0,
            judged: Judged::ByInstructions,
            same_rows: false,
        },
        Job {
            name: "return",
            ours: Run { before: vec![lend()], call: give_back(), after: vec![] },
            theirs: Run { before: vec![issue()?], call: take_back()?, after: vec![] },
            bar: 1.0,
            judged: Judged::ByInstructions,
            same_rows: false,
        },
        Job {
            name: "instrument show",
            ours: alone(ours(&format!("instrument show {shown}"))),
            theirs: alone(hub.statements("show", &SHOW.replace("{ASSET}", &shown))?),
            bar: 1.0,
            judged: Judged::ByInstructions,
            same_rows: false,
        },
        list("overdue (CSV)", 1.0, "overdue --format csv", hub.baseline("overdue")?, true),
        list("loan list --open (CSV)", 1.0, "loan list --open --format csv", hub.statements("open", OPEN)?, true),
        list("report spend (CSV)", 1.0, "report spend --fund HUB --format csv", hub.baseline("spend_all")?, false),
        list("export loans (CSV)", 0.6, "export loans", hub.statements("loans", LOANS)?, true),
    ])
}

const SHOW: &str = "
SELECT i.*, c.name, l.loan_no, l.issued_on, l.due_on, coalesce(p.name, s.name) AS borrower
FROM instrument i JOIN category c ON c.id = i.category_id
LEFT JOIN loan l ON l.instrument_id = i.id AND l.returned_on IS NULL
LEFT JOIN pupil p ON p.id = l.pupil_id LEFT JOIN school s ON s.id = l.school_id
WHERE i.asset_no = '{ASSET}';
";

const OPEN: &str = "
.output /dev/null
PRAGMA mmap_size=8000000000;
.output stdout
.mode csv
.headers on
SELECT l.loan_no, i.asset_no, i.item, i.size, CASE WHEN l.pupil_id IS NULL THEN 'school' ELSE 'pupil' END AS borrower_kind,
       coalesce(p.pupil_no, s.urn) AS borrower_no, coalesce(p.name, s.name) AS borrower, coalesce(s2.urn, s.urn) AS urn, l.issued_on, l.due_on
FROM loan l JOIN instrument i ON i.id = l.instrument_id
LEFT JOIN pupil p ON p.id = l.pupil_id LEFT JOIN school s ON s.id = l.school_id LEFT JOIN school s2 ON s2.id = p.school_id
WHERE l.returned_on IS NULL ORDER BY l.due_on, l.loan_no;
";

const LOANS: &str = "
.output /dev/null
PRAGMA mmap_size=8000000000;
.output stdout
.mode csv
.headers on
SELECT l.loan_no, i.asset_no, CASE WHEN l.pupil_id IS NULL THEN 'school' ELSE 'pupil' END AS borrower_kind, coalesce(p.pupil_no, s.urn) AS borrower_no,
       l.issued_on, l.due_on, coalesce(l.returned_on, '') AS returned_on
FROM loan l JOIN instrument i ON i.id = l.instrument_id LEFT JOIN pupil p ON p.id = l.pupil_id LEFT JOIN school s ON s.id = l.school_id ORDER BY l.id;
";
