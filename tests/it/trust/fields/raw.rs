//! What only the real program can be given: bytes that are no UTF-8 as arguments, and arguments as long as a system lets them be.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::super::surface::{Room, Sort, life, verbs};
use super::super::{Hub, seed, told, tried};
use super::{hostile, is_shown_safely};

#[test]
fn arguments_of_odd_bytes_and_of_great_length_are_refused() {
    let (verbs, room, hub, mut dice) = (verbs(), Room::new(), Hub::without_file(), seed());
    let long = "\"e\u{301}x".repeat(131_000 / 5);
    let odd: [(&str, &OsStr); 3] = [
        ("no UTF-8", OsStr::from_bytes(b"a\xff\xfe\xc3\x28")),
        ("half a pair of UTF-16", OsStr::from_bytes(b"\xed\xa0\x80\x1b[2J")),
        ("as long as an argument can be", OsStr::new(&long)),
    ];
    let mut tries = 0;
    for line in life() {
        let places = line.places(&verbs);
        let before = room.state();
        if dice.below(3) == 0 && !places.is_empty() {
            let place = &places[dice.below(places.len())];
            let sort = verbs[place.verb].arguments[place.argument].sort;
            let (what, value) = odd[dice.below(odd.len())];
            std::fs::write(hub.file(), &before).expect("written");
            if before.is_empty() {
                std::fs::remove_file(hub.file()).expect("gone");
            }
            let words: Vec<OsString> =
                line.with(&[(place, value.to_owned())]).iter().map(|word| room.placed(word)).collect();
            let told = told(hub.command("").args(&words).output().expect("it runs"));
            let name = format!(
                "{} {}: {what}: {told:.400?}",
                verbs[place.verb].path, verbs[place.verb].arguments[place.argument].name
            );
            let ends: &[i32] = match sort {
                Sort::Path => &[0, 1, 2, 3],
                _ if what.starts_with("as long") => &[0, 1, 2],
                _ => &[2],
            };
            assert!(told.code.is_some_and(|code| ends.contains(&code)), "{name}");
            is_shown_safely(&told, if sort == Sort::Path { "path" } else { "table" })
                .unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let unchanged = std::fs::read(hub.file()).unwrap_or_default() == before;
            let is_owned_up = told.stderr.contains(" is written, but it could not be shown\n");
            assert!(unchanged || told.code == Some(0) || is_owned_up, "{name}: the file is another");
            tries += 1;
        }
        room.run(&line.with(&[]), b"");
    }
    tried(tries, "arguments of odd bytes and of 128 KB given to the real program");
}

/// Who did it, by the flag and by the environment; what the journal shows of it.
#[test]
fn whoever_it_was_is_shown_safely() {
    let hub = Hub::new();
    let mut tries = 0;
    for (what, text) in hostile() {
        let by_flag = told(hub.command("instrument add --type VN").args(["--as", &text]).output().expect("it runs"));
        let by_name =
            told(hub.command("instrument add --type VN").env("LEDGERLINE_USER", &text).output().expect("it runs"));
        for told in [&by_flag, &by_name] {
            assert!(matches!(told.code, Some(0..=2)), "{what}: {told:?}");
            is_shown_safely(told, "table").unwrap_or_else(|fault| panic!("{what}: {fault}"));
            tries += 1;
        }
        for format in ["table", "csv", "json"] {
            let shown = hub.run(&format!("log --last 2 --format {format}"));
            assert_eq!(shown.code, Some(0), "{what}: {shown:?}");
            is_shown_safely(&shown, format).unwrap_or_else(|fault| panic!("{what} as {format}: {fault}"));
        }
    }
    hub.is_sound();
    tried(tries, "odd names of whoever did it, shown safely in the journal");
}
