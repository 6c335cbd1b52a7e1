//! Every text field of every command, fed SQL, formulas, escapes, right-to-left marks, NUL and a megabyte.

mod lives;
mod raw;
mod rows;

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::surface::{Line, Place, Room, Sort, Verb, life, verbs};
use super::{Told, times, tried};

/// Texts that somebody may try, each with what it is. What is taken by the same fields stands together in one.
pub(super) fn hostile() -> Vec<(&'static str, String)> {
    let text = |what, text: &str| (what, text.to_string());
    vec![
        text(
            "SQL, a page, a template, a wildcard",
            "'; DROP TABLE loan; --\" OR 1=1 /* <b>&amp;</b> {{ loan }} {% if %} %_*?[a]",
        ),
        text("a formula", "=1+1"),
        text("a formula by its function", "@SUM(A1:A9)"),
        text("a formula by its sign", "-2+3+cmd|' /C calc'!A0"),
        text("a formula behind a tab", "\t=1+1"),
        text("a formula behind a return", "\r=1+1"),
        text("a formula guarded twice", "''=1+1"),
        text("escapes", "\u{1b}[2J\u{1b}]0;pwn\u{7}\u{9b}31m"),
        text("right to left", "\u{202e}cip.exe\u{202c} a\u{2066}b\u{2069}c\u{200f}"),
        text("nothing to see", "\u{feff}a\u{200b}b\u{200d}c\u{feff}d\u{2060}"),
        text("emoji and combining marks", "🎻👩\u{200d}👧 e\u{301}\u{323} Z\u{337}\u{334} O'Brien's"),
        text("combining marks alone", "\u{301}\u{308}"),
        text("lines", "one\r\ntwo\n\nthree"),
        text("lines that say they are ours", "a\nerror: nothing was done\nhint: rm -rf /"),
        text("a path", "../../../../etc/passwd"),
        // What a field takes at the most is less. What an argument can hold at the most is tried with the real program.
        ("a long text", "\"e\u{301}x".repeat(10_001 / 4)),
    ]
}

/// Whether a text could steer a terminal: what a table and a sentence must never hold.
fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c != '\n' && (c.is_control() || turns)
}

/// What anything printed must keep to.
fn is_shown_safely(told: &Told, format: &str) -> Result<(), String> {
    let shown = |text: &str, what: &str| match text.chars().find(|c| steers(*c)) {
        Some(c) => Err(format!("{what} holds {c:?}")),
        None => Ok(()),
    };
    shown(&told.stderr, "stderr")?;
    let hints = told.stderr.lines().filter(|line| line.starts_with("hint: ")).count();
    if hints > 1 || told.stderr.lines().any(|line| line == "error: nothing was done") {
        return Err("a value passes for a sentence".to_string());
    }
    match format {
        "table" => shown(&told.stdout, "the table"),
        "path" => Ok(()),
        "json" => serde_json::from_str::<serde_json::Value>(&told.stdout).map(drop).map_err(|error| error.to_string()),
        _ => guards_formulas(&told.stdout),
    }
}

/// No cell of a CSV is one that a spreadsheet would run: what begins like a formula is a plain number.
fn guards_formulas(csv: &str) -> Result<(), String> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    for row in rows.records() {
        for cell in row.map_err(|error| error.to_string())?.iter() {
            let is_number =
                cell.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
                return Err(format!("the cell {cell:?} is a formula"));
            }
        }
    }
    Ok(())
}

/// Runs one command with a hostile text in it and judges how it ended: whether the text was taken and written. Puts the file
/// back; looks at the records before where it should.
fn judge(room: &Room, before: &[u8], words: &[OsString], sort: Sort, looks: bool) -> Result<bool, String> {
    let told = room.run(words, b"");
    let taken = told.code == Some(0);
    let is_another = room.state() != before;
    let ended_well = matches!(told.code, Some(0..=2)) || sort == Sort::Path && told.code == Some(3);
    // What came after the change went wrong, and the sentence says so.
    let is_owned_up = told.code == Some(3) && told.stderr.contains(" is written, but it could not be shown\n");
    let judged = match (taken || is_owned_up, is_another) {
        _ if !ended_well => Err(format!("ended in {:?}: {}", told.code, short(&told.stderr))),
        (false, _) if told.stderr.is_empty() => Err("refused without a word".to_string()),
        (false, true) => Err(format!("refused, and the file is another: {}", short(&told.stderr))),
        (true, true) if looks => sound(room),
        (true, true) => Ok(()),
        (_, false) => Ok(()),
    };
    if is_another {
        room.restore(before);
    }
    // Where a path is the answer it is printed as it is, for a script.
    let format = if sort == Sort::Path { "path" } else { "table" };
    judged.and(is_shown_safely(&told, format)).map(|()| taken && is_another)
}

fn sound(room: &Room) -> Result<(), String> {
    let told = room.run(&["check".into()], b"");
    match told.code {
        Some(0) => Ok(()),
        _ => Err(format!("taken, and `check` says: {}{}", short(&told.stdout), short(&told.stderr))),
    }
}

fn short(text: &str) -> String {
    text.chars().take(600).collect()
}

/// A life that is played with some of the texts.
struct Play {
    room: Room,
    texts: Vec<(&'static str, String)>,
    /// How many values were odd ones.
    odd: usize,
}

/// What was found out.
#[derive(Default)]
struct Findings {
    tries: usize,
    takes: usize,
    faults: Vec<String>,
    fed: BTreeSet<(usize, usize)>,
}

impl Play {
    /// Gives every text field of a line some of the texts, one at a time; then plays the line with one of those that each of its
    /// fields took, all at once.
    fn line(&mut self, number: usize, line: &Line, verbs: &[Verb], found: &mut Findings) -> bool {
        let before = self.room.state();
        let told = self.room.run(&line.with(&[]), b"");
        assert_eq!(told.code, Some(line.exit), "{:?}: {:?}", line.words, told);
        let after = self.room.state();
        self.room.restore(&before);
        // A field by which something is looked up gets one here and others where it comes again.
        let reads = before == after;
        let some = times(if reads { 1 } else { 4 }).min(self.texts.len());
        let places = line.places(verbs);
        let mut odd: Vec<(&Place, OsString)> = Vec::new();
        for (at, place) in places.iter().enumerate() {
            let argument = &verbs[place.verb].arguments[place.argument];
            let is_fed = argument.is_text() && (found.fed.insert((place.verb, place.argument)) || !reads);
            for turn in 0..if is_fed { some } else { 0 } {
                let (what, text) = &self.texts[(5 * number + 3 * at + turn) % self.texts.len()];
                let value = if argument.sort == Sort::Path { format!("@/{text}") } else { text.clone() };
                let words = line.with(&[(place, value.into())]);
                found.tries += 1;
                let looks = times(1) > 1 || found.tries.is_multiple_of(8);
                match judge(&self.room, &before, &words, argument.sort, looks) {
                    Ok(true)
                        if argument.sort == Sort::Text && !odd.iter().any(|(taken, _)| taken.word == place.word) =>
                    {
                        found.takes += 1;
                        odd.push((place, format!("{text} {number}").into()));
                    }
                    Ok(taken) => found.takes += usize::from(taken),
                    Err(fault) => {
                        found.faults.push(format!("{} {}: {what}: {fault}", verbs[place.verb].path, argument.name));
                    }
                }
            }
        }
        let taken = !line.names && !odd.is_empty() && self.room.run(&line.with(&odd), b"").code == Some(line.exit);
        match taken {
            true => self.odd += odd.len(),
            false => self.room.restore(&after),
        }
        reads && line.exit == 0
    }
}

#[test]
fn every_text_field_takes_or_refuses_every_hostile_text() {
    let (verbs, texts, mut found) = (verbs(), hostile(), Findings::default());
    let share = |rest: usize| texts.iter().skip(rest).step_by(2).cloned().collect();
    let mut plays = [0, 1].map(|rest| Play { room: Room::new(), texts: share(rest), odd: 0 });
    let mut reading = Vec::new();
    for (number, line) in life().iter().enumerate() {
        let mut reads = true;
        for play in &mut plays {
            // Each of the lives tries every field.
            let fed = std::mem::take(&mut found.fed);
            reads &= play.line(number, line, &verbs, &mut found);
            found.fed.extend(fed);
        }
        if reads {
            reading.push(line.clone());
        }
    }
    let Findings { tries, takes, faults, fed } = found;
    assert!(faults.is_empty(), "{} of {tries}:\n{}", faults.len(), faults.join("\n"));
    assert!(
        takes > tries / 10 && takes < tries,
        "{takes} of {tries} were taken: the lines no longer reach their fields"
    );
    let all: usize = verbs.iter().map(|verb| verb.arguments.iter().filter(|argument| argument.is_text()).count()).sum();
    assert_eq!(fed.len(), all, "text fields that were fed, of all there are");
    tried(tries, &format!("hostile texts given to {all} text fields of commands, {takes} of them taken and written"));
    for play in &plays {
        assert!(play.odd > 60, "only {} odd values are in the records", play.odd);
        let (shown, cells) = lives::judge(&play.room, &reading);
        tried(
            play.odd,
            &format!("odd values in one life: sound, shown safely in {shown} lists, {cells} cells moved exactly"),
        );
    }
}
