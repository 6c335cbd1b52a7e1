//! What is listed about a person: all of theirs, nobody else's; and no column of the file is forgotten.

use std::collections::BTreeSet;

use ledgerline::store::privacy::{ELSEWHERE, Elsewhere, NAMELESS, OWN};

use super::super::tried;
use super::family::{self, Office, TRACES};

/// Every column of text in the schema that holds no day.
fn columns_of_text() -> BTreeSet<(String, String)> {
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql")).expect("the schema");
    let (mut table, mut found) = (String::new(), BTreeSet::new());
    for line in schema.lines().map(str::trim).filter(|line| !line.starts_with("--")) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split([' ', '(']).next().expect("a name").to_string();
        }
        let mut words = line.split_whitespace();
        let (Some(column), Some(kind)) = (words.next(), words.next()) else { continue };
        let is_day = line.contains("LIKE '____-__-__'");
        if kind.trim_end_matches(',') == "TEXT" && !is_day {
            found.insert((table.clone(), column.trim_matches('"').to_string()));
        }
    }
    found
}

#[test]
fn no_column_of_text_is_forgotten() {
    let columns = columns_of_text();
    assert!(columns.len() > 150, "the schema was not read: {}", columns.len());
    let own = OWN.iter().map(|(table, column, _)| (table.to_string(), column.to_string()));
    let elsewhere = ELSEWHERE.iter().flat_map(|Elsewhere { table, columns, .. }| {
        columns.iter().map(|column| (table.to_string(), column.to_string()))
    });
    let nameless = NAMELESS
        .iter()
        .flat_map(|(table, columns, _)| columns.iter().map(|column| (table.to_string(), column.to_string())));
    let listed: BTreeSet<(String, String)> = own.chain(elsewhere).chain(nameless.clone()).collect();
    let forgotten: Vec<_> = columns.difference(&listed).collect();
    assert!(forgotten.is_empty(), "may these hold somebody's name? {forgotten:?}");
    let gone: Vec<_> = listed.difference(&columns).collect();
    assert!(gone.is_empty(), "these are in a list and no longer in the schema: {gone:?}");
    for column in nameless {
        let also = ELSEWHERE.iter().any(|each| each.table == column.0 && each.columns.contains(&column.1.as_str()));
        assert!(!also, "{column:?} may hold a name and may not");
    }
    tried(columns.len(), "columns of text, each in a list");
}

#[test]
fn a_report_holds_all_of_theirs_and_nobody_elses() {
    let hub = family::hub();
    hub.done("instrument edit VC-0001 --note \"scratched by Zoë O'Brien-Núñez and Ben Shah\"");
    let report = hub.done("privacy report P1 --format csv");
    for held in [
        "kind,record,field,value\n",
        "person,P1,name,Zoë O'Brien-Núñez\n",
        "person,P1,email,zoe.obrien@example.org\n",
        "merged,P3,merged_into,P1\n",
        "pupil,P2,hirer,P1\n",
        "loan,L1,hirer,P1\n",
        "loan,L1,person,P2\n",
        "cellar flooded",
        "loan,L3,person,P1\n",
        "charge,C",
        "remission,remission of 2025/26,band,FSM\n",
        "message,M1,address,zoe.obrien@example.org\n",
        "reminder,L1,stage,first\n",
        "zoe.old@example.org",
        "zoe.alt@example.net",
        "in hospital",
        "mention,VC-0001,note,scratched by Zoë O'Brien-Núñez and P4\n",
    ] {
        assert!(report.contains(held), "{held}: {report}");
    }
    for of_others in ["Shah", "Ben", "Mia", "ben@example.org", "Máire", "maire"] {
        // What was written of a child by her first name in a note on the hirer's loan is the hirer's to read.
        assert!(!report.contains(of_others), "{of_others}: {report}");
    }
    assert!(report.contains("Took back") && report.contains("P5"), "{report}");
    // The same list in each format.
    let json: serde_json::Value = serde_json::from_str(&hub.done("privacy report P1 --format json")).expect("JSON");
    let rows = json.as_array().expect("a list").len();
    assert!(rows > 50, "{rows}");
    // Of whoever is erased, what is left.
    hub.done("instrument edit VC-0001 --note ''");
    hub.run_here("privacy erase P1 --yes");
    let left = hub.done("privacy report P1 --format csv");
    for trace in TRACES {
        assert!(!left.to_lowercase().contains(&trace.to_lowercase()), "{trace}: {left}");
    }
    assert!(left.contains("person,P1,name,Erased P1\n") && left.contains("loan,L3,person,P1\n"), "{left}");
    tried(rows, "values in a report");
}

#[test]
fn the_journal_itself_holds_no_names() {
    let hub = family::hub();
    for line in [
        "request add --type VC --for P5",
        "request offer R3 VC-0001",
        "lend VC-0001 --to P5",
        "renew VC-0001 --due 2027-07-31",
        "transfer VC-0001 --to P4",
        "swap VC-0001 VN-0002",
        "instrument lost VN-0002",
        "instrument found VN-0002",
        "set add 'Fiddles' VN-0001 VN-0002",
        "repair send VN-0001 --to 'Strings Ltd'",
        "repair back VN-0001",
        "lend VN-0001 --new-pupil 'Ada Byron' --school 100001 --year-group 3 --new-hirer 'Anne Byron' --email anne@example.org",
        "loan void L7 --reason 'it was not Ada Byron'",
        "remission add P4 --year 2026/27 --percent 50 --band FSM --seen-on 2026-09-01",
        "remission remove P4 --year 2026/27",
        "privacy erase P1 --yes",
    ] {
        let told = hub.run(line);
        assert!(matches!(told.code, Some(0 | 1)), "{line}: {told:?}");
    }
    let journal = rusqlite::Connection::open(hub.file()).expect("a file");
    let mut rows = journal.prepare("SELECT command, subject FROM event").expect("SQL");
    let lines: Vec<String> = rows
        .query_map([], |row| Ok(format!("{} {}", row.get::<_, String>(0)?, row.get::<_, String>(1)?).to_lowercase()))
        .expect("rows")
        .map(|line| line.expect("a row"))
        .collect();
    for line in &lines {
        for name in ["zoe", "zoë", "brien", "shah", "byron", "máire", "mia", "ada", "@"] {
            assert!(!line.contains(name), "{line}");
        }
    }
    tried(lines.len(), "events without a name");
}
