//! What export writes, import takes back unchanged; and a check says what a commit would do.

use proptest::prelude::*;

use crate::desk::{Desk, TODAY};

/// A file of an export: its name and what it holds.
pub type Exported = (String, String);

/// All files of a whole export.
pub fn export(desk: &Desk) -> Vec<Exported> {
    desk.done("export all --output @/exported");
    let folder = desk.path("exported");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let files = names.into_iter().map(|name| (name.clone(), desk.read(&format!("exported/{name}")))).collect();
    std::fs::remove_dir_all(folder).expect("the folder gone");
    files
}

/// An empty hub into which an export was brought on a day.
pub fn moved(today: &str, exported: &[Exported]) -> Desk {
    let empty = Desk::new();
    std::fs::create_dir(empty.path("moving")).expect("a folder");
    for (name, content) in exported {
        empty.write(&format!("moving/{name}"), content);
    }
    empty.done(&format!("import all @/moving --commit --today {today}"));
    empty
}

/// Takes an export into an empty hub, and exports that.
pub fn through_an_empty_hub(exported: &[Exported]) -> Vec<Exported> {
    through_an_empty_hub_on(TODAY, exported)
}

/// The same on another day.
pub fn through_an_empty_hub_on(today: &str, exported: &[Exported]) -> Vec<Exported> {
    let empty = moved(today, exported);
    empty.done(&format!("check --today {today}"));
    export(&empty)
}

/// What the file of a kind holds.
pub fn file<'e>(exported: &'e [Exported], kind: &str) -> &'e str {
    let found = exported.iter().find(|(name, _)| name.strip_suffix(".csv") == Some(kind));
    found.map_or("", |(_, content)| content)
}

#[test]
fn a_hub_goes_through_files_unchanged() {
    let desk = Desk::new();
    for line in [
        "type add NYCK nyckelharpa --family strings --sizes '3/4,4/4'",
        "category rename WCET 'Whole classes'",
        "category retire OTHER",
        "school add 100001 \"St Thomas' Primary\" --email office@example.org --laestab 2073402 --fsm-percent 24.05",
        "school add 100002 '=Closed School' --status closed --predecessor-urn 100001",
        "organisation add 'Acorn Nursery' --role setting --email a@example.org",
        "organisation add 'Owner, and Sons' --role partner",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5",
        "person add 'Luis Ruiz' --role adult --email luis@example.org --phone '+44 1' --address '1 Road, Town'",
        "person edit P1 --hirer P2",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group R",
        "instrument add --type VC --size 1/2 --accessory bow --accessory 'case, hard' --replacement-value 450 --note \"line one
line two\"",
        "instrument add --type TPT --serial 0042 --make \"'=1\" --note '-x' --owner G2 --adapted --kind acoustic",
        "instrument add --type TPT --group primary --category OTHER2 --cost 12.50",
        "instrument add --type NYCK --accessory 'rosin, cake' --life-months 12 --acquired-on 2020-02-29",
        "lend VC-0001 --to P1 --on 2026-09-01 --due 2026-10-01 --note '@home'",
        "return VC-0001 --missing bow --condition worn --on 2026-10-02 --at 'Oak, hall'",
        "lend VC-0001 --to 100001 --on 2026-10-02 --due 2027-07-01 --pupils 28 --year-group 4",
        "lend VC-0001 --to P3 --on 2026-10-03 --due 2027-07-01",
        "lend TPT-0001 --to G1 --on 2026-09-01 --due 2026-12-01",
        "instrument lost TPT-0001",
        "term add 2026/27 autumn 2026-09-01 2026-12-18",
        "term add 2026/27 spring 2027-01-04 2027-03-26 --school 100001",
        "rate set --scheme hire --per term 36.40",
        "rate set --scheme hire --family strings --per month 7",
        "remission add P3 --year 2026/27 --percent 50 --band \"'=FSM\" --seen-on 2026-09-03",
        "remission add P2 --year 2025/26 --percent 100 --band Low",
        "set add '=Trumpets, A' TPT-0002 VC-0001",
        "set add 'Empty; set' TPT-0002",
        "set edit 'Empty; set' --remove TPT-0002",
        "lend TPT-0002 --to P2 --on 2026-10-02 --due 2026-12-01",
        "request add --type VN --for P2 --note '-as soon as can be'",
        "request add --type TPT --size Bb --for 100001",
        "request cancel R2",
        "repair send TPT-0002 --to 'Bow, Repairs' --on 2026-10-10 --fault '+crook\nbent'",
        "repair back TPT-0002 --on 2026-10-20 --cost 45 --charge",
        "charge raise --term 2026/27-autumn",
        "charge pay C1",
        "instrument retire NYCK-0001 --reason sold --proceeds 40 --authorised-by 'Jo Li' --crime-ref X/1",
    ] {
        let line = line.replace(" --category OTHER2", " --category CURR");
        desk.done(&line);
    }
    let exported = export(&desk);
    let filled = "types categories schools organisations people terms rates remissions instruments sets loans requests repairs charges";
    for kind in filled.split(' ') {
        assert!(file(&exported, kind).lines().count() > 2, "{kind}: {}", file(&exported, kind));
    }
    for (before, after) in exported.iter().zip(through_an_empty_hub(&exported)) {
        assert_eq!(&after, before);
    }
    // The same folder into the same hub: nothing to do.
    desk.done("export all --output @/same");
    let again = desk.run("import all @/same --commit");
    let last = again.stderr.lines().last().unwrap_or_default();
    assert!(last.contains(": 0 created, 0 updated, ") && last.ends_with(" 0 rejected"), "{}", again.stderr);
    assert_eq!(export(&desk), exported);
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[A-C][0-9]{0,1}",
        Just("VN".to_string()),
        Just("violin".to_string()),
        Just("2024-02-29".to_string()),
        Just("\"a \"\"b\"\"\n, c\"".to_string()),
        Just("'=1+1".to_string()),
        Just("good".to_string()),
        "[0-9]{1,3}(\\.[0-9]{1,3})?",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_check_says_what_a_commit_does(rows in proptest::collection::vec(proptest::collection::vec(cell(), 1..7), 0..12)) {
        let desk = Desk::new();
        let body: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        desk.write("sheet.csv", format!("tag,type,size,condition,acquired_on,cost,note\n{body}"));
        let last = |line: &str| desk.run(line).stderr.lines().last().unwrap_or_default().to_string();
        let checked = last("import instruments @/sheet.csv --skip-rejects");
        let committed = last("import instruments @/sheet.csv --skip-rejects --commit");
        prop_assert_eq!(&checked, &committed);
        let numbers: Vec<u64> = checked.split(|c: char| !c.is_ascii_digit()).filter_map(|text| text.parse().ok()).collect();
        prop_assert_eq!(numbers[0], numbers[1..].iter().sum::<u64>(), "{}", checked);
        let again = last("import instruments @/sheet.csv --skip-rejects --commit");
        prop_assert!(again.contains(" 0 created, 0 updated, "), "{} {}", checked, again);
        let shown = desk.done("export instruments --format csv");
        let again = through_an_empty_hub(&export(&desk));
        prop_assert_eq!(file(&again, "instruments"), shown);
    }

    #[test]
    fn no_file_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let desk = Desk::new();
        desk.write("sheet.csv", [b"tag,type,note\n".as_slice(), &bytes].concat());
        let exit = desk.run("import instruments @/sheet.csv --skip-rejects --commit").exit;
        prop_assert!(matches!(exit, 0 | 1 | 4), "{exit}");
    }
}
