//! Bringing files in: what is read, what is refused, and that nothing is ever half in.

use crate::desk::{Desk, Outcome};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The last line of what was said.
fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

fn stock_sheet(desk: &Desk, flags: &str) -> Outcome {
    desk.run(&format!(
        "import instruments {ROOT}/examples/stock-sheet.csv --map {ROOT}/examples/stock-map.toml {flags}"
    ))
}

#[test]
fn a_stock_sheet_comes_in_but_for_its_faults() {
    let desk = Desk::new();
    let checked = stock_sheet(&desk, "--rejects @/rejects.csv");
    assert_eq!(checked.exit, 1);
    assert_eq!(last(&checked), "306 read: 290 created, 0 updated, 0 unchanged, 16 rejected");
    let lines = [32, 54, 59, 75, 99, 139, 145, 164, 175, 215, 245, 257, 274, 305, 306, 307];
    let told: Vec<&str> = checked.stderr.lines().filter(|line| line.starts_with("line ")).collect();
    for (line, told) in lines.iter().zip(&told) {
        assert!(told.starts_with(&format!("line {line}: ")), "{told}");
    }
    assert_eq!(told.len(), lines.len());
    assert!(told[0].starts_with("line 32: condition 'Lost': is not a condition"), "{}", told[0]);
    assert!(checked.stderr.contains("Funding"));
    assert_eq!(desk.done("instrument list --format csv").lines().count(), 1);

    // The rejects go through the same map, with the same faults but for tags that were there twice.
    let map = format!("--map {ROOT}/examples/stock-map.toml");
    let again = desk.run(&format!("import instruments @/rejects.csv {map} --rejects @/again.csv"));
    assert_eq!(last(&again), "16 read: 4 created, 0 updated, 0 unchanged, 12 rejected");
    assert_eq!(desk.read("again.csv").lines().next(), desk.read("rejects.csv").lines().next());

    let taken = stock_sheet(&desk, "--skip-rejects --commit");
    assert_eq!((taken.exit, last(&taken)), (4, "306 read: 290 created, 0 updated, 0 unchanged, 16 rejected"));
    assert_eq!(desk.done("instrument list --format csv").lines().count(), 291);
    let once_more = stock_sheet(&desk, "--skip-rejects --commit");
    assert_eq!(last(&once_more), "306 read: 0 created, 0 updated, 290 unchanged, 16 rejected");
    let log = desk.done("log --format csv");
    assert_eq!(log.matches("import instruments").count(), 1, "{log}");
    assert!(log.contains("290 instruments"));
    desk.done("check");
}

const HEAD: &str = "tag,type,make,acquired_on,cost,note\n";
const ROW: &str = "X1,Trumpet,Yamaha,2024-09-01,199.00,\n";

fn latin1(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn every_way_of_saving_a_sheet_is_read() {
    let sheet = format!("{HEAD}X1,Trumpet,Fröhlich,01/09/2024,\"£1,199.00\",café\n");
    let tidy = |text: String| text.into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("UTF-8", tidy(sheet.clone())),
        ("UTF-8 with a mark", tidy(format!("\u{feff}{sheet}"))),
        ("Windows-1252", latin1(&sheet)),
        ("UTF-16", utf16(&sheet, false)),
        ("UTF-16, big end first", utf16(&sheet, true)),
        ("carriage returns only", tidy(sheet.replace('\n', "\r"))),
        ("both", tidy(sheet.replace('\n', "\r\n"))),
        ("no end to the last line", tidy(sheet.trim_end().to_string())),
        ("blank lines", tidy(sheet.replace('\n', "\n\n,,,,,\n"))),
        ("semicolons", tidy(sheet.replace("\"£1,199.00\"", "£1199").replace(',', ";"))),
        ("tabs", tidy(sheet.replace("\"£1,199.00\"", "£1199").replace(',', "\t"))),
    ];
    for (how, bytes) in cases {
        let desk = Desk::new();
        desk.write("sheet.csv", bytes);
        let taken = desk.run("import instruments @/sheet.csv --commit");
        assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{how}: {}", taken.stderr);
        let shown = desk.done("instrument list --format csv");
        for text in ["Fröhlich", "café", "1199.00", "2024-09-01"] {
            assert!(shown.contains(text), "{how}: {shown}");
        }
    }
}

#[test]
fn what_cannot_be_read_whole_is_refused_whole() {
    let long = format!("{HEAD}{ROW}{}", "A".repeat(3 << 20));
    for (sheet, said) in [
        ("", "the file is empty"),
        ("\u{feff}", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("colour,shape\nred,round\n", "none of the file's headings is a column of instruments"),
        ("tag,type,tag\nX1,VN,X2\n", "the heading 'tag' twice"),
        (&format!("{HEAD}{ROW}X2,\"Trumpet\nX3,VN\n"), "line 3: a quotation mark is opened and never closed"),
        (&format!("{HEAD}X1,Trum\0pet\n"), "line 2: the file has NUL"),
        (&long, "line 3: the row has over a million characters"),
    ] {
        let desk = Desk::new();
        desk.write("sheet.csv", sheet);
        let said_instead = desk.refused("import instruments @/sheet.csv --commit");
        assert!(said_instead.contains(said), "{said}: {said_instead}");
        assert_eq!(desk.done("instrument list --format csv").lines().count(), 1);
    }
    let desk = Desk::new();
    assert_eq!(desk.run("import instruments @/nowhere.csv").exit, 3);
    assert_eq!(desk.run("import instruments @/").exit, 3);
    assert_eq!(desk.run("import violins @/sheet.csv").exit, 2);
    assert_eq!(desk.run("import instruments").exit, 2);
    desk.write("book.xlsx", "PK\x03\x04");
    assert!(desk.refused("import instruments @/book.xlsx").contains("the workbook is damaged or cut short"));
}

#[test]
fn each_fault_is_told_with_its_line_column_value_and_reason() {
    for (rows, said) in [
        ("X1,Trumpet,,31/02/2024", "line 2: acquired_on '31/02/2024': is not a day that exists"),
        ("X1,Trumpet,,2023-02-29", "line 2: acquired_on '2023-02-29': is not a day that exists"),
        ("X1,Trumpet,,09/13/2024", "line 2: acquired_on '09/13/2024': looks like a US date"),
        ("X1,Trumpet,,45536", "line 2: acquired_on '45536': is a spreadsheet's count of days"),
        ("X1,Trumpet,,never", "line 2: acquired_on 'never': is not a date; write 2026-08-31 or 31/08/2026"),
        ("X1,Trumpet,,,199.999", "line 2: cost '199.999': has a fraction of a penny"),
        ("X1,Trumpet,,,1e3", "line 2: cost '1e3': is not an amount of money"),
        ("X1,Trumpet,,,NaN", "line 2: cost 'NaN': is not an amount"),
        ("X1,Trumpet,,,-5.00", "line 2: cost '-5.00': is below nought"),
        ("X1,Trumpet,,,99999999999999999999", "is more money than can be recorded"),
        ("../../etc/passwd,Trumpet", "line 2: tag '../../etc/passwd': cannot be a tag"),
        ("X1,Trum\"pet", "line 2: type 'Trum\"pet': there is no type Trum\"pet; did you mean trumpet?"),
        ("X1,\u{1b}[2Jpwn", "line 2: type '\\u{1b}[2Jpwn': there is no type \\u{1b}[2Jpwn"),
        ("X1", "line 2: type '': is missing"),
        ("X1,VN\nx1,VN", "line 3: tag 'x1': is on line 2 already, and the first stands"),
        ("X1,VN,,,,,more,and more", "line 2: the row has 2 cells more than there are headings"),
        ("X1,VN,\"a\nb\"\nX2,BLAH", "line 4: type 'BLAH': there is no type"),
    ] {
        let desk = Desk::new();
        desk.write("sheet.csv", format!("{HEAD}{rows}\n"));
        let outcome = desk.run("import instruments @/sheet.csv --quiet --commit");
        assert_eq!(outcome.exit, 1, "{rows}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
        assert!(last(&outcome).ends_with(" rejected"), "{}", outcome.stderr);
        assert_eq!(desk.done("instrument list --format csv").lines().count(), 1);
    }
}

#[test]
fn a_map_says_which_heading_is_which() {
    let desk = Desk::new();
    desk.write("sheet.csv", "No;Sub;What;Bought;Paid;reason\nA;1;Geige;08/31/2024;1.250,50;x\nA;2;cello;;;\n");
    let map = "[columns]\ntype = 'What'\nacquired_on = 'Bought'\ncost = ['Cost', 'Paid']\n[join]\ntag = ['No', 'Sub']
        [values.type]\n'GEIGE' = 'VN'\n[constants]\nsource = 'donation'\n[format]\ndates = 'mdy'\ndecimal = ','\n";
    desk.write("map.toml", map);
    desk.done("import instruments @/sheet.csv --map @/map.toml --set condition=worn --commit");
    let shown = desk.done("export instruments --format csv");
    assert!(shown.contains("A1,VN,") && shown.contains("2024-08-31,1250.50,"), "{shown}");
    assert!(shown.contains("worn") && shown.contains("donation"), "{shown}");
    for (map, said) in [
        ("[columns]\ntags = 'No'", "did you mean 'tag'?"),
        ("[columns]\ncolour = 'No'", "they have: tag,type,size,"),
        ("[columns]\ntag = 'Number'\ntype = 'What'", "a heading 'Number', which the file does not have"),
        ("[columns\n", "the map cannot be read"),
        ("[format]\ndates = 'dym'", "the map cannot be read"),
    ] {
        desk.write("map.toml", map);
        let refused = desk.refused("import instruments @/sheet.csv --map @/map.toml");
        assert!(refused.contains(said), "{said}: {refused}");
    }
    assert_eq!(desk.run("import instruments @/sheet.csv --map @/none.toml").exit, 3);
    assert_eq!(desk.run("import instruments @/sheet.csv --set colour=red").exit, 2);
    assert_eq!(desk.run("import instruments @/sheet.csv --profile gias").exit, 2);
    assert!(desk.done("import --show-profile gias").contains("EstablishmentName"));
}

#[test]
fn what_is_on_record_is_changed_only_when_asked() {
    let desk = Desk::new();
    desk.done("instrument add --type VN --tag X1 --make Stentor --location Store");
    desk.write("sheet.csv", "tag,location,condition\nx1,Van 2,worn\n");
    let left = desk.run("import instruments @/sheet.csv --commit");
    assert_eq!((left.exit, last(&left)), (0, "1 read: 0 created, 0 updated, 1 unchanged, 0 rejected"));
    let told = "warning: line 2: X1 differs from what is on record in condition, location; left as it is";
    assert!(left.stderr.contains(told), "{}", left.stderr);
    let changed = desk.run("import instruments @/sheet.csv --commit --update");
    assert_eq!(last(&changed), "1 read: 0 created, 1 updated, 0 unchanged, 0 rejected");
    assert!(changed.stderr.contains("line 2: X1: changed condition, location"), "{}", changed.stderr);
    assert!(desk.done("export instruments --format csv").contains("Stentor,,,worn,Van 2"));
}

#[test]
fn rows_without_a_tag_get_one_once() {
    let desk = Desk::new();
    desk.write("sheet.csv", "tag,type,make\n,UKE,Kala\n,UKE,Kala\nUKE-0001,UKE,Mahalo\n,VN,\n");
    desk.done("import instruments @/sheet.csv --commit");
    let shown = desk.done("instrument list --format csv");
    for begins in ["UKE-0001,UKE", "UKE-0002,UKE", "UKE-0003,UKE", "VN-0001,VN"] {
        assert!(shown.contains(begins), "{shown}");
    }
    let again = desk.run("import instruments @/sheet.csv --commit");
    assert_eq!(last(&again), "4 read: 0 created, 0 updated, 4 unchanged, 0 rejected", "{}", again.stderr);
    assert!(again.stderr.contains("3 rows without a tag"), "{}", again.stderr);
}

#[test]
fn people_find_their_hirers_wherever_they_stand() {
    let desk = Desk::new();
    desk.done("school add 100001 'Oak Primary'");
    let head = "person,name,role,school_urn,year_group,hirer,email\n";
    desk.write(
        "people.csv",
        format!("{head}P5,Ana Ruiz,pupil,100001,4,Luis Ruiz,\n,Ben Li,pupil,,R,P9,\nP9,Mei Li,adult,,,,mei@example.org\n,Luis Ruiz,adult,,,,\n"),
    );
    desk.done("import people @/people.csv --commit");
    let shown = desk.done("export people --format csv");
    for line in ["P5,Ana Ruiz,pupil,100001,4,P11,", "P10,Ben Li,pupil,,R,P9,", "P11,Luis Ruiz,adult,"] {
        assert!(shown.contains(line), "{shown}");
    }
    let again = desk.run("import people @/people.csv --commit");
    assert_eq!(last(&again), "4 read: 0 created, 0 updated, 4 unchanged, 0 rejected", "{}", again.stderr);
    desk.done("person add 'Next One' --role adult");
    assert!(desk.done("export people --format csv").contains("P12,Next One"));
    for (row, said) in [
        (",Cy,pupil,,3,Nobody At All,", "hirer 'Nobody At All': is nobody on record or in this file"),
        (",Cy,pupil,,3,P5,", "hirer 'P5': Ana Ruiz is a pupil"),
        (",Cy,pupil,,3,,cy@example.org", "email 'cy@example.org': a pupil is never written to"),
        (",Cy,adult,,3,,", "year_group '3': only a pupil has a year group"),
        (",Cy,teacher,100009,,,", "school_urn '100009': is no school on record"),
        (",Cy,wizard,,,,", "role 'wizard': is not a role"),
        (",\u{202e}yC,adult,,,,", "name '\\u{202e}yC': "),
        ("P5,Ana Ruiz,pupil,100001,4,,\nP5,Ana Ruiz,pupil,100001,4,,", "person 'P5': is on line 2 already"),
    ] {
        desk.write("people.csv", format!("{head}{row}\n"));
        let refused = desk.refused("import people @/people.csv");
        assert!(refused.contains(said), "{said}: {refused}");
    }
}

#[test]
fn the_register_of_schools_comes_in_in_both_its_layouts() {
    let desk = Desk::new();
    for (file, count) in [("gias-schools.csv", 4), ("gias-layout-2024.csv", 0)] {
        let taken = desk.run(&format!("import schools {ROOT}/tests/data/{file} --profile gias --commit"));
        assert_eq!(taken.exit, 0, "{}", taken.stderr);
        assert!(count == 0 || last(&taken).starts_with(&format!("{count} read: {count} created")), "{}", last(&taken));
    }
    let shown = desk.done("export schools --format csv");
    for line in [
        "100492,St Thomas' CofE Primary School,2073402,Kensington and Chelsea,Voluntary aided school,Primary,open,W10 5EF,,,237,30,",
        "138130,Example Academy,3557025,Salford,Academy special converter,Not applicable,open,M30 9DY,,EXAMPLE ACADEMY TRUST,315,51.8,",
        "140134,Example School,2074320,Kensington and Chelsea,Academy converter,Secondary,closed,W8 7AF,,,1391,24,",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn a_register_of_fifty_thousand_schools_in_windows_1252_is_read() {
    let desk = Desk::new();
    let layout = std::fs::read_to_string(format!("{ROOT}/tests/data/gias-layout-2024.csv")).expect("the layout");
    let head = layout.trim_start_matches('\u{feff}').lines().next().expect("headings");
    let headings: Vec<&str> = head.split(',').map(|heading| heading.trim_matches('"')).collect();
    let mut register = format!("{head}\r\n");
    for number in 0..50_000 {
        let cell = |heading: &&str| match *heading {
            "URN" => (100_000 + number).to_string(),
            "LA (code)" => "207".to_string(),
            "EstablishmentNumber" => format!("{:04}", number % 10_000),
            "EstablishmentName" => format!("École Saint-Éloi n° {number}"),
            "EstablishmentStatus (name)" => "Open, but proposed to close".to_string(),
            "HeadLastName" => "Nobody's Business".to_string(),
            _ => String::new(),
        };
        let cells: Vec<String> = headings.iter().map(|heading| format!("\"{}\"", cell(heading))).collect();
        register.push_str(&cells.join(","));
        register.push_str("\r\n");
    }
    desk.write("register.csv", latin1(&register));
    let taken = desk.run("import schools @/register.csv --profile gias --commit");
    assert_eq!(last(&taken), "50000 read: 50000 created, 0 updated, 0 unchanged, 0 rejected");
    let shown = desk.done("export schools --format csv");
    assert!(shown.contains("149999,École Saint-Éloi n° 49999,2079999,"), "{}", &shown[..200]);
    assert!(!shown.contains("Nobody"));
}

#[test]
fn a_thousand_faults_are_told_and_the_rest_counted() {
    let desk = Desk::new();
    let rows: String = (0..1_500).map(|number| format!("X{number},nothing\n")).collect();
    desk.write("sheet.csv", format!("tag,type\n{rows}"));
    let outcome = desk.run("import instruments @/sheet.csv --rejects @/rejects.csv");
    assert_eq!(outcome.stderr.lines().filter(|line| line.starts_with("line ")).count(), 1_000);
    assert!(outcome.stderr.contains("and 500 more faults"), "{}", last(&outcome));
    assert_eq!(desk.read("rejects.csv").lines().count(), 1_501);
}
