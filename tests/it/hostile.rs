//! Files that nobody should send and somebody does: each is taken whole or refused whole, with its line, and never a crash.

use proptest::prelude::*;

use crate::book::{self, TEXT, ods_row, texts};
use crate::desk::{Desk, Outcome};

/// The headings are another program's.
const MAP: &str = "[columns]\ntag = 'asset_no'\ntype = 'item'\nmake = 'make'\nserial = 'serial'\nacquired_on = 'bought_on'\n\
    cost = 'cost'\nlocation = 'location'\nnote = ['notes', 'location']\n";

const HEADINGS: &str = "asset_no,item,make,serial,bought_on,cost,location,notes\n";
const ONE: &str = "X1,Trumpet,Yamaha,YA1,2024-09-01,199.00,Store A,\n";
const TWO: &str = "X2,Trumpet,Yamaha,YA2,2024-09-01,199.00,Store A,\n";

fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

fn sheet(rows: &[&str]) -> Vec<u8> {
    format!("{HEADINGS}{}", rows.concat()).into_bytes()
}

/// The first row with one of its texts put in another's place.
fn with(old: &str, new: &str) -> Vec<u8> {
    assert!(ONE.contains(old), "{old}");
    sheet(&[&ONE.replacen(old, new, 1)])
}

fn bytes_with(old: &str, new: &[u8]) -> Vec<u8> {
    let (before, after) = ONE.split_once(old).expect("it is there");
    [HEADINGS.as_bytes(), before.as_bytes(), new, after.as_bytes()].concat()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// What is to come of a file: so many rows taken, so many rejected with a sentence, or the file refused with one.
enum Expected {
    Taken(usize),
    Rejected(usize, usize, &'static str),
    Refused(&'static str),
}

use Expected::{Refused, Rejected, Taken};

#[test]
fn every_hostile_file_is_taken_whole_or_refused_whole() {
    let both = format!("{HEADINGS}{ONE}{TWO}");
    let late: String = (0..20_000).map(|n| ONE.replacen("X1", &format!("Y{n:05}"), 1)).collect();
    let cases: Vec<(&str, Vec<u8>, Expected)> = vec![
        ("bytes that no text has", bytes_with("Store A", b"Store A caf\xe9 \xff\xfe"), Taken(1)),
        ("latin-1", bytes_with("Yamaha", b"Caf\xe9 M\xfcller"), Taken(1)),
        (
            "one wrong byte in UTF-8",
            bytes_with("Yamaha", b"Caf\xc3\xa9 M\xc3\xbcller \xff"),
            Refused("line 2: the file is UTF-8 but for some characters here"),
        ),
        (
            "cut short in a character",
            bytes_with("Store A,\n", "Café, caf\u{e9}".as_bytes())[..].split_last().expect("some").1.to_vec(),
            Refused("line 2: the file ends in the middle of a character"),
        ),
        ("UTF-16", utf16(&format!("\u{feff}{both}"), u16::to_le_bytes), Taken(2)),
        ("UTF-16 without a mark", utf16(&both, u16::to_le_bytes), Taken(2)),
        ("UTF-16, big end first, without a mark", utf16(&both, u16::to_be_bytes), Taken(2)),
        (
            "UTF-16 cut short",
            utf16(&format!("\u{feff}{both}"), u16::to_le_bytes).split_last().expect("some").1.to_vec(),
            Refused("line 3: the file ends in the middle of a character"),
        ),
        ("a mark", format!("\u{feff}{both}").into_bytes(), Taken(2)),
        (
            "a mark and other bytes",
            [b"\xef\xbb\xbf".as_slice(), &bytes_with("Yamaha", b"\xff")].concat(),
            Refused("line 2: the file begins with the mark of UTF-8"),
        ),
        ("both line ends", both.replace('\n', "\r\n").into_bytes(), Taken(2)),
        ("carriage returns only", both.replace('\n', "\r").into_bytes(), Taken(2)),
        ("mixed line ends", sheet(&[&ONE.replace('\n', "\r\n"), TWO]), Taken(2)),
        ("no end to the last line", both.trim_end().as_bytes().to_vec(), Taken(2)),
        (
            "a quotation mark not closed",
            sheet(&[&ONE.replace("Yamaha", "\"Yamaha"), TWO]),
            Refused("line 2: a quotation mark is opened and never closed"),
        ),
        (
            "a quoted cell cut short",
            sheet(&[ONE, "X2,Trumpet,\"Yam"]),
            Refused("line 3: a quotation mark is opened and never closed"),
        ),
        (
            "a stray quotation mark",
            with("Trumpet", "Trum\"pet"),
            Rejected(1, 1, "line 2: type 'Trum\"pet': there is no type"),
        ),
        ("a NUL", with("Trumpet", "Trum\0pet"), Refused("line 2: the file has NUL characters")),
        (
            "a cell of five megabytes",
            with("Store A", &"x".repeat(5 << 20)),
            Refused("line 2: the row has over a million characters"),
        ),
        (
            "a line of 64 megabytes",
            [HEADINGS.as_bytes(), &vec![b'A'; 64 << 20]].concat(),
            Refused("line 2: the row has over a million characters"),
        ),
        ("a short row", sheet(&[ONE, "X2,Trumpet\n"]), Taken(2)),
        (
            "a long row",
            sheet(&[ONE, &TWO.replace('\n', ",extra,more\n")]),
            Rejected(2, 1, "line 3: the row has 2 cells more than there are headings"),
        ),
        ("blank lines", format!("\n{HEADINGS}\n{ONE}\n\n{TWO}\n").into_bytes(), Taken(2)),
        (
            "a heading twice",
            format!("{}{ONE}", HEADINGS.replace("notes", "serial")).into_bytes(),
            Refused("the file has the heading 'serial' twice"),
        ),
        ("a heading of no column", format!("{}{ONE}", HEADINGS.replace("notes", "colour")).into_bytes(), Taken(1)),
        ("a column missing", b"asset_no,item\nX1,Trumpet\n".to_vec(), Refused("the map looks for a heading 'make'")),
        (
            "another order",
            b"item,make,serial,asset_no,notes,location,cost,bought_on\nTrumpet,,,X9,,,199.00,2024-09-01\n".to_vec(),
            Taken(1),
        ),
        ("headings only", HEADINGS.as_bytes().to_vec(), Taken(0)),
        ("nothing", Vec::new(), Refused("the file is empty")),
        ("a mark only", b"\xef\xbb\xbf".to_vec(), Refused("the file is empty")),
        ("a mark of UTF-16 only", b"\xff\xfe".to_vec(), Refused("the file is empty")),
        (
            "a key twice",
            sheet(&[ONE, TWO, ONE]),
            Rejected(3, 1, "line 4: tag 'X1': is on line 2 already, and the first stands"),
        ),
        (
            "31 February",
            sheet(&[ONE, &TWO.replace("2024-09-01", "31/02/2024")]),
            Rejected(2, 1, "line 3: acquired_on '31/02/2024': is not a day that exists"),
        ),
        (
            "a US date",
            with("2024-09-01", "09/13/2024"),
            Rejected(1, 1, "line 2: acquired_on '09/13/2024': looks like a US date"),
        ),
        ("a UK date", with("2024-09-01", "13/09/2024"), Taken(1)),
        (
            "a spreadsheet's day number",
            with("2024-09-01", "45536"),
            Rejected(1, 1, "line 2: acquired_on '45536': is a spreadsheet's count of days"),
        ),
        (
            "29 February",
            sheet(&[&ONE.replace("2024-09-01", "2024-02-29"), &TWO.replace("2024-09-01", "2023-02-29")]),
            Rejected(2, 1, "line 3: acquired_on '2023-02-29': is not a day that exists"),
        ),
        (
            "parts of a penny",
            with("199.00", "199.999"),
            Rejected(1, 1, "line 2: cost '199.999': has a fraction of a penny"),
        ),
        ("thousands", with("199.00", "\"1,199.00\""), Taken(1)),
        ("pounds", with("199.00", "£199.00"), Taken(1)),
        ("an exponent", with("199.00", "1e3"), Rejected(1, 1, "line 2: cost '1e3': is not an amount of money")),
        ("below nought", with("199.00", "-5.00"), Rejected(1, 1, "line 2: cost '-5.00': is below nought")),
        (
            "too much money",
            with("199.00", "99999999999999999999.00"),
            Rejected(1, 1, "is more money than can be recorded"),
        ),
        ("no number", with("199.00", "NaN"), Rejected(1, 1, "line 2: cost 'NaN': is not an amount of money")),
        ("tags with noughts and without", sheet(&[&ONE.replace("X1", "0000123"), &TWO.replace("X2", "123")]), Taken(2)),
        (
            "a path for a tag",
            with("X1", "../../etc/passwd"),
            Rejected(1, 1, "line 2: tag '../../etc/passwd': cannot be a tag"),
        ),
        ("a path that could be a tag", with("X1", "store/../../etc"), Taken(1)),
        (
            "escapes in a type",
            with("Trumpet", "\x1b[2J\x1b]0;pwn\x07Trumpet"),
            Rejected(1, 1, "line 2: type '\\u{1b}[2J\\u{1b}]0;pwn\\u{7}Trumpet': there is no type"),
        ),
        ("escapes in a make", with("Yamaha", "\x1b[2JYamaha"), Taken(1)),
        (
            "a formula for a type",
            with("Trumpet", "=cmd|'/C calc'!A0"),
            Rejected(1, 1, "line 2: type '=cmd|'/C calc'!A0'"),
        ),
        ("formulas elsewhere", with("Yamaha,YA1", "@SUM(A1),+1"), Taken(1)),
        ("semicolons", both.replace(',', ";").into_bytes(), Taken(2)),
        ("tabs", both.replace(',', "\t").into_bytes(), Taken(2)),
        (
            "a first line that names the delimiter",
            format!("sep=|\r\n{}", both.replace(',', "|")).into_bytes(),
            Taken(2),
        ),
        ("the same after a mark", format!("\u{feff}sep=;\r\n{}", both.replace(',', ";")).into_bytes(), Taken(2)),
        (
            "the same, and a fault",
            format!("sep=;\n{}", both.replace("199.00", "NaN").replace(',', ";")).into_bytes(),
            Rejected(2, 2, "line 3: cost 'NaN'"),
        ),
        (
            "a fault on the last of many rows",
            sheet(&[&late, &ONE.replacen("2024-09-01", "never", 1)]),
            Rejected(20_001, 1, "line 20002: acquired_on 'never': is not a date"),
        ),
    ];
    for (how, bytes, expected) in cases {
        let desk = Desk::new();
        desk.write("map.toml", MAP);
        desk.write("hostile.csv", bytes);
        let outcome = desk.run("import instruments @/hostile.csv --map @/map.toml --commit");
        let (exit, ends, said, held) = match expected {
            Taken(rows) => (0, format!("{rows} read: {rows} created, 0 updated, 0 unchanged, 0 rejected"), "", rows),
            Rejected(rows, bad, said) => {
                (1, format!("{rows} read: {} created, 0 updated, 0 unchanged, {bad} rejected", rows - bad), said, 0)
            }
            Refused(said) => (1, "hint: ".to_string(), said, 0),
        };
        assert_eq!(outcome.exit, exit, "{how}: {}", outcome.stderr);
        assert!(last(&outcome).starts_with(&ends), "{how}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{how}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains('\u{1b}'), "{how}: {}", outcome.stderr);
        assert_eq!(desk.done("export instruments").lines().count(), held + 1, "{how}");
    }
}

/// One change to a file: bytes put in, taken out, turned or doubled, or the rest cut off.
#[derive(Clone, Debug)]
enum Change {
    Put(prop::sample::Index, Vec<u8>),
    Take(prop::sample::Index, u8),
    Turn(prop::sample::Index, u8),
    Double(prop::sample::Index, u8),
    Cut(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    let telling =
        prop::sample::select(vec!["\"", ",", ";", "\r", "\n", "\0", "\u{feff}", "é", "<", ">", "&", "/", "sep=", "PK"]);
    prop_oneof![
        (at(), prop::collection::vec(any::<u8>(), 1..4)).prop_map(|(at, bytes)| Change::Put(at, bytes)),
        (at(), telling).prop_map(|(at, text)| Change::Put(at, text.as_bytes().to_vec())),
        (at(), any::<u8>()).prop_map(|(at, count)| Change::Take(at, count)),
        (at(), any::<u8>()).prop_map(|(at, mask)| Change::Turn(at, mask)),
        (at(), any::<u8>()).prop_map(|(at, count)| Change::Double(at, count)),
        at().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let end = |at: usize, count: u8| (at + usize::from(count)).min(bytes.len());
        match change {
            Change::Put(at, put) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, put.iter().copied());
            }
            Change::Take(at, count) => {
                let at = at.index(bytes.len());
                bytes.drain(at..end(at, *count));
            }
            Change::Turn(at, mask) => {
                let at = at.index(bytes.len());
                bytes[at] ^= mask;
            }
            Change::Double(at, count) => {
                let at = at.index(bytes.len());
                let piece = bytes[at..end(at, *count)].to_vec();
                bytes.splice(at..at, piece);
            }
            Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
        }
    }
    bytes
}

/// Good files of every sort.
fn good_files() -> Vec<Vec<u8>> {
    let text = "tag,type,make,cost,note\nX1,VN,Fröhlich,\"£1,199.00\",\"a \"\"b\"\"\nc\"\nX2,VN,,5,'=1\n";
    let rows = [["tag", "type", "cost"], ["X1", "VN", "5"], ["X2", "VN", "6.50"]];
    let excel: String = rows.iter().enumerate().map(|(place, row)| texts(place + 1, row)).collect();
    let open: String = rows.iter().map(|row| ods_row(&row.map(|text| (TEXT, text)))).collect();
    vec![
        text.as_bytes().to_vec(),
        text.replace(',', ";").into_bytes(),
        encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        utf16(&format!("\u{feff}{text}"), u16::to_le_bytes),
        utf16(text, u16::to_be_bytes),
        book::xlsx(&[("Stock", false, &excel)], &["<t>a</t>"], false),
        book::ods(&[("Stock", false, &open)]),
        excel.into_bytes(),
        open.into_bytes(),
    ]
}

/// A file that was changed; parts of workbooks are changed before they are packed.
fn hostile_file() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec(change(), 1..6);
    (prop::sample::select(good_files()), changes, any::<bool>()).prop_map(|(file, changes, in_parts)| {
        let is_excel = file.starts_with(b"<row");
        let is_open = file.starts_with(b"<table");
        let file = changed(file, &changes);
        let rows = String::from_utf8_lossy(&file);
        match (is_excel, is_open, in_parts) {
            (true, _, true) => book::xlsx(&[("Stock", false, &rows)], &["<t>a</t>"], false),
            (_, true, true) => book::ods(&[("Stock", false, &rows)]),
            _ => file,
        }
    })
}

/// Imports a file at a desk; it must end in words, and nothing may be written where it is refused.
fn judge(desk: &Desk, file: &[u8]) -> Result<(), TestCaseError> {
    desk.write("fuzzed.csv", file);
    let outcome = desk.run("import instruments @/fuzzed.csv");
    prop_assert!(matches!(outcome.exit, 0 | 1 | 3 | 4), "exit {}: {}", outcome.exit, outcome.stderr);
    prop_assert!(!outcome.stderr.is_empty());
    Ok(())
}

#[test]
fn no_file_ends_the_program() {
    let desk = Desk::new();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(400)
    });
    let files = prop_oneof![1 => prop::collection::vec(any::<u8>(), 0..300), 6 => hostile_file()];
    runner.run(&files, |file| judge(&desk, &file)).expect("no crash");
}
