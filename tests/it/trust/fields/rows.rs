//! Every column of every kind of import, fed hostile texts; and files that are no texts at all.

use std::ffi::OsString;

use ledgerline::import::kinds::Kind;

use super::super::surface::{Room, life};
use super::super::{times, tried};
use super::{guards_formulas, hostile, is_shown_safely, short, sound};

/// A hub with a record of nearly every kind.
fn lived() -> Room {
    let room = Room::new();
    for line in life() {
        assert_eq!(room.run(&line.with(&[]), b"").code, Some(line.exit), "{:?}", line.words);
    }
    room
}

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

/// The headings of a kind and one row: one that is on record, else one of nothing.
fn sample(room: &Room, kind: Kind) -> (Vec<String>, Vec<String>) {
    let exported = room.done(&format!("export {}", kind.name()));
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(exported.as_bytes());
    let mut rows = rows.records().map(|row| row.expect("a row").iter().map(str::to_string).collect::<Vec<String>>());
    let headings = rows.next().expect("headings");
    let row = rows.next().unwrap_or_else(|| vec![String::new(); headings.len()]);
    (headings, row)
}

fn file(rows: &[&[String]]) -> Vec<u8> {
    let mut file = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| file.write_record(*row).expect("written"));
    file.into_inner().expect("whole")
}

/// Imports a file that has a hostile text in a column; whether the text was taken and written. Puts the hub back.
fn judge(room: &Room, before: &[u8], kind: Kind, text: &str, looks: bool) -> Result<bool, String> {
    let update = if kind == Kind::Purchases { "" } else { " --update" };
    let told = room.run(&words(&format!("import {} @/hostile.csv --commit{update}", kind.name())), b"");
    let is_another = room.state() != before;
    let judged = match (told.code, is_another) {
        (Some(0), false) | (Some(1), false) => Ok(()),
        (Some(0), true) => comes_back(room, kind, text).and_then(|()| if looks { sound(room) } else { Ok(()) }),
        (code, _) => Err(format!("ended in {code:?}, the file {is_another}: {}", short(&told.stderr))),
    };
    if is_another {
        room.restore(before);
    }
    judged.and(is_shown_safely(&told, "table")).map(|()| is_another)
}

/// What was taken is exported as it was, but for blanks around it; or piece by piece, where a cell holds several things.
fn comes_back(room: &Room, kind: Kind, text: &str) -> Result<(), String> {
    let exported = room.done(&format!("export {}", kind.name()));
    guards_formulas(&exported)?;
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(exported.as_bytes());
    let wanted = text.trim();
    let is_it = |cell: &str| {
        let bare = cell.trim_start_matches('\'');
        let is_guarded = bare.len() < cell.len() && bare.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let cell = if is_guarded { &cell[1..] } else { cell };
        let has = |part: &str| cell.split(';').any(|held| held.trim() == part.trim());
        cell.trim() == wanted || wanted.split(';').all(has)
    };
    let found = rows.records().any(|row| row.expect("a row").iter().any(is_it));
    if found { Ok(()) } else { Err(format!("taken, and not to be found in the export:\n{}", short(&exported))) }
}

#[test]
fn every_column_of_every_import_takes_or_refuses_hostile_texts() {
    let (room, texts) = (lived(), hostile());
    let before = room.state();
    let (mut columns, mut tries, mut takes, mut faults) = (0, 0, 0, Vec::new());
    for kind in Kind::ALL.iter().copied() {
        let (headings, row) = sample(&room, kind);
        for column in 0..headings.len() {
            columns += 1;
            for turn in 0..times(2).min(texts.len()) {
                let (what, text) = &texts[(5 * columns + 8 * turn) % texts.len()];
                let mut odd = row.clone();
                // Guarded as a program that knows the format would.
                let is_formula = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
                odd[column] = if is_formula { format!("'{text}") } else { text.clone() };
                room.write("hostile.csv", &file(&[&headings, &odd]));
                tries += 1;
                match judge(&room, &before, kind, text, usize::is_multiple_of(tries, 8)) {
                    Ok(taken) => takes += usize::from(taken),
                    Err(fault) => faults.push(format!("{} {}: {what}: {fault}", kind.name(), headings[column])),
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tries}:\n{}", faults.len(), faults.join("\n"));
    assert!(takes * 10 > tries, "only {takes} of {tries} were taken");
    tried(tries, &format!("hostile texts in {columns} columns of {} kinds, {takes} taken", Kind::ALL.len()));
}

/// Bytes that are no text, or more of it than anything has.
fn no_texts() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nothing", Vec::new()),
        ("NUL", b"a\0b\n".to_vec()),
        ("NUL alone", vec![0; 64]),
        ("bytes that are no UTF-8", b"\xff\xfe\xc3\x28 \xed\xa0\x80\n".to_vec()),
        ("half a character", b"caf\xc3".to_vec()),
        ("escapes", "\u{1b}[2J\u{9b}31m\u{7}\n".into()),
        ("right to left", "\u{202e}VN-0001\u{2066}\n".into()),
        ("a formula", b"=1+1\n@SUM(A1)\n-2\n".to_vec()),
        ("SQL", b"'; DROP TABLE loan; --\n".to_vec()),
        ("a megabyte on one line", vec![b'x'; 1 << 20]),
        ("a megabyte of lines", b"x\n".repeat(1 << 19)),
        ("a megabyte of marks", b"\"".repeat(1 << 20)),
        ("a megabyte of commas", b",".repeat(1 << 20)),
    ]
}

#[test]
fn what_is_no_text_is_refused_wherever_it_is_read() {
    let room = lived();
    let before = room.state();
    // What reads a file or a pipe: each line is sound but for that. `@/odd` is the file.
    let from_pipes = [
        "return -",
        "lend - --to P1",
        "renew - --due 2027-03-01",
        "transfer - --to P1",
        "set add Piped -",
        "stocktake scan - --location Odd",
        "purchase receive O2/2 --tags -",
        "purchase receive O2/2 --serials -",
        "purchase order --supplier Normans --fund CIP --lines -",
        "import people - --commit",
        "import instruments - --commit --skip-rejects",
    ];
    let from_files = [
        "purchase order --supplier Normans --fund CIP --lines @/odd",
        "purchase receive O2/2 --serials @/odd",
        "scheme set hire --agreement @/odd",
        "loan print L1 --template @/odd",
        "remind ladder set final --template @/odd",
        "remind ladder preview final --template @/odd",
        "import people @/people.csv --map @/odd --commit",
        "import people @/odd --commit",
        "import people @/odd --map @/people.toml --commit --skip-rejects",
        "import all @/odd --commit",
        "status --db @/odd",
    ];
    let (mut tries, mut faults) = (0, Vec::new());
    let piped = from_pipes.iter().map(|line| (line, true));
    let lines: Vec<(&&str, bool)> = piped.chain(from_files.iter().map(|line| (line, false))).collect();
    for (turn, (what, bytes)) in no_texts().iter().enumerate() {
        room.write("odd", bytes);
        // A build that is not made for speed takes its time over a megabyte: a third of the lines get each.
        let is_large = bytes.len() > 1 << 16 && times(1) == 1;
        for (_, (line, is_piped)) in lines.iter().enumerate().filter(|(at, _)| !is_large || (at + turn) % 3 == 0) {
            let told = room.run(&words(line), if *is_piped { bytes } else { b"" });
            tries += 1;
            let is_another = room.state() != before;
            let mut judged = is_shown_safely(&told, "table");
            if !matches!(told.code, Some(0..=4)) || is_another && !matches!(told.code, Some(0 | 4)) {
                judged =
                    Err(format!("ended in {:?}, the file another: {is_another}: {}", told.code, short(&told.stderr)));
            } else if is_another {
                judged = judged.and(sound(&room));
                room.restore(&before);
            }
            if let Err(fault) = judged {
                faults.push(format!("{line}: {what}: {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tries}:\n{}", faults.len(), faults.join("\n"));
    tried(tries, "files and pipes of what is no text, or far too much of it");
}
