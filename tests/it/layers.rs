//! The layers of ARCHITECTURE.md, held to by reading the sources: a forbidden dependency fails here.

use std::fmt::Write as _;
use std::path::Path;

/// The longest a source file may be.
const LONGEST_FILE: usize = 400;

/// Per folder, what its files may not name.
const FORBIDDEN: [(&str, &[&str]); 7] = [
    (
        "src/domain/",
        &[
            "crate::store",
            "crate::args",
            "crate::output",
            "crate::commands",
            "crate::import",
            "crate::cli",
            "crate::world",
            "crate::mail",
            "std::fs",
            "std::env",
            "std::io",
        ],
    ),
    ("src/store/", &["crate::output", "crate::commands", "crate::import", "crate::cli", "crate::world", "crate::mail"]),
    ("src/output/", &["crate::store", "crate::args", "crate::commands", "crate::import", "crate::mail"]),
    ("src/mail/", &["crate::store", "crate::args", "crate::output", "crate::commands", "crate::import", "crate::cli"]),
    ("src/wording/", &["crate::commands", "crate::import", "crate::cli", "crate::world", "crate::mail"]),
    ("src/import/", &["crate::commands", "crate::cli", "crate::world", "crate::mail"]),
    ("src/commands/", &["crate::store::db"]),
];

/// A source file as the checks see it.
struct Source {
    /// From the root of the repository, `src/domain/loan.rs`.
    path: String,
    /// Line by line without remarks, strings and test modules.
    code: Vec<String>,
    /// The same, strings kept.
    text: Vec<String>,
    lines: usize,
}

impl Source {
    fn new(path: &str, content: &str) -> Source {
        let lines_of = |keep_strings| without_test_modules(&bared(content, keep_strings));
        Source { path: path.to_string(), code: lines_of(false), text: lines_of(true), lines: content.lines().count() }
    }

    fn at(&self, index: usize) -> String {
        format!("{}:{}", self.path, index + 1)
    }

    /// Each line of code for which `what` finds a fault, with the place.
    fn faults_in_code(&self, mut what: impl FnMut(&str) -> Option<String>) -> Vec<String> {
        let told = |(index, line): (usize, &String)| what(line).map(|fault| format!("{}: {fault}", self.at(index)));
        self.code.iter().enumerate().filter_map(told).collect()
    }

    /// Every path in the code, `crate::store::db`, with the line it begins on. `super::` is followed, `{a, b}` taken apart.
    fn paths(&self) -> Vec<(usize, String)> {
        let depth = self.path.trim_start_matches("src/").trim_end_matches("/mod.rs").split('/').count();
        let whole = self.code.join("\n").replace(&"super::".repeat(depth), "crate::");
        let roots = ["crate::", "std::"];
        let mut found = Vec::new();
        for root in roots {
            for (start, _) in whole.match_indices(root) {
                if whole[..start].ends_with(|before: char| is_word(before) || before == ':') {
                    continue;
                }
                let line = whole[..start].matches('\n').count();
                let mut paths = Vec::new();
                tree(&whole[start..], "", &mut paths);
                found.extend(paths.into_iter().map(|path| (line, path)));
            }
        }
        found
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Reads `a::b::{c, d::e}` into `a::b::c` and `a::b::d::e`; what follows the tree is handed back.
fn tree<'a>(code: &'a str, before: &str, paths: &mut Vec<String>) -> &'a str {
    let mut path = before.to_string();
    let mut rest = code.trim_start();
    loop {
        if let Some(inside) = rest.strip_prefix('{') {
            rest = inside.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                let after = tree(rest, &path, paths);
                // A renamed part, `a as b`: the name is not ours to follow.
                let end = after.find([',', '}']).unwrap_or(after.len());
                rest = after[end..].trim_start_matches(',').trim_start();
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        path.push_str(&rest[..end]);
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(further) if further.starts_with(|next: char| is_word(next) || next == '{') => {
                path.push_str("::");
                rest = further;
            }
            _ => {
                paths.push(path);
                return rest;
            }
        }
    }
}

/// The source with remarks, and unless they are kept strings, turned to blanks. Lines stay where they are.
fn bared(source: &str, keep_strings: bool) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(letter) = rest.chars().next() {
        let (length, is_string) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
        } else if letter == '"' {
            (quoted(rest), true)
        } else if let Some(hashes) = raw_string(rest).filter(|_| !bare.ends_with(is_word)) {
            let closing = format!("\"{}", "#".repeat(hashes));
            let opening = hashes + 2;
            (rest[opening..].find(&closing).map_or(rest.len(), |end| opening + end + closing.len()), true)
        } else if let Some(length) = letter_literal(rest) {
            (length, true)
        } else {
            bare.push(letter);
            rest = &rest[letter.len_utf8()..];
            continue;
        };
        let (skipped, after) = rest.split_at(length);
        if is_string && keep_strings {
            bare.push_str(skipped);
        } else {
            bare.extend(skipped.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        }
        rest = after;
    }
    bare
}

/// How long the string is that begins here.
fn quoted(source: &str) -> usize {
    let mut escaped = true;
    for (index, letter) in source.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    source.len()
}

/// How many hashes open the raw string that begins here, if one does.
fn raw_string(source: &str) -> Option<usize> {
    let hashes = source.strip_prefix('r')?;
    let opening = hashes.trim_start_matches('#');
    opening.starts_with('"').then_some(hashes.len() - opening.len())
}

/// How long the letter in quotes is that begins here, `'"'`; a lifetime is none.
fn letter_literal(source: &str) -> Option<usize> {
    let inside = source.strip_prefix('\'')?;
    let length = match inside.strip_prefix('\\') {
        Some(escaped) => 1 + escaped.chars().next()?.len_utf8(),
        None => inside.chars().next()?.len_utf8(),
    };
    let end = length
        + inside[length..]
            .find('\'')
            .filter(|distance| *distance == 0 || inside.starts_with("\\u") || inside.starts_with("\\x"))?;
    Some(end + 2)
}

/// Blanks each `#[cfg(test)] mod … { … }`: the module ends at the first brace that stands at the margin.
fn without_test_modules(source: &str) -> Vec<String> {
    let (mut lines, mut in_tests) = (Vec::new(), false);
    for line in source.lines() {
        in_tests |= line.trim_end() == "#[cfg(test)]";
        lines.push(if in_tests { String::new() } else { line.to_string() });
        in_tests &= !(line.starts_with('}') || line.trim_end().ends_with(';') && line.starts_with("mod "));
    }
    lines
}

/// Layers that may not know each other.
fn dependencies(source: &Source) -> Vec<String> {
    let Some((folder, forbidden)) = FORBIDDEN.iter().find(|(folder, _)| belongs(&source.path, folder)) else {
        return Vec::new();
    };
    let is_below =
        |path: &str, root: &str| path == root || path.strip_prefix(root).is_some_and(|more| more.starts_with("::"));
    let mut faults = Vec::new();
    for (line, path) in source.paths() {
        if let Some(root) = forbidden.iter().find(|root| is_below(&path, root)) {
            faults.push(format!("{}: {folder} may not use {root}", source.at(line)));
        }
    }
    faults
}

/// `src/domain/…` and also a `src/domain.rs`.
fn belongs(path: &str, folder: &str) -> bool {
    path.starts_with(folder) || path == format!("{}.rs", folder.trim_end_matches('/'))
}

/// The driver has one door.
fn driver(source: &Source) -> Vec<String> {
    if belongs(&source.path, "src/store/db/") {
        return Vec::new();
    }
    source.faults_in_code(|line| has_word(line, "rusqlite").then(|| "only src/store/db names rusqlite".to_string()))
}

/// So has mail: what speaks with servers, and reads their addresses.
fn posting(source: &Source) -> Vec<String> {
    if belongs(&source.path, "src/mail/") {
        return Vec::new();
    }
    let crates = ["lettre", "url", "percent_encoding"];
    let named = |line: &str, name: &str| {
        [format!("{name}::"), format!("use {name};"), format!("use {name} as")].iter().any(|form| calls(line, form))
    };
    source.faults_in_code(|line| {
        let found = crates.iter().find(|name| named(line, name));
        found.map(|name| format!("only src/mail names {name}"))
    })
}

/// SQL stands in the store.
fn sql(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/store/") || source.path == "src/store.rs" {
        return Vec::new();
    }
    let is_sql = |line: &str| {
        let update = line.split_once("UPDATE ").is_some_and(|(_, after)| after.contains(" SET "));
        let words = ["\"SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "];
        update || words.iter().any(|word| line.contains(word)) || line.trim_start().starts_with("SELECT ")
    };
    let lines = source.text.iter().enumerate().filter(|(_, line)| is_sql(line));
    lines.map(|(index, _)| format!("{}: SQL outside src/store", source.at(index))).collect()
}

/// What no source may do: print past the world's streams, read the clock twice, or end the program on a surprise.
fn manners(source: &Source) -> Vec<String> {
    let is_main = source.path == "src/main.rs";
    source.faults_in_code(|line| {
        let prints = ["print!", "println!", "eprint!", "eprintln!", "dbg!"].iter().find(|name| calls(line, name));
        let ends = [".unwrap()", ".expect(", ".unwrap_err()", ".expect_err("].iter().find(|call| line.contains(**call));
        let panics = ["panic!", "todo!", "unimplemented!"].iter().find(|name| calls(line, name));
        let clock = (line.contains("::now()") || has_word(line, "SystemTime")).then_some(&"the clock");
        let found = prints.or(clock).filter(|_| !is_main).or(ends).or(panics);
        let found = found.copied().or(has_word(line, "unsafe").then_some("unsafe"));
        found.map(|what| format!("{what} has no place here"))
    })
}

/// A file past its length is a task.
fn length(source: &Source) -> Vec<String> {
    let too_long = source.lines > LONGEST_FILE;
    too_long.then(|| format!("{}: {} lines, over {LONGEST_FILE}", source.path, source.lines)).into_iter().collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let after = &line[start + word.len()..];
        !line[..start].ends_with(is_word) && !after.starts_with(is_word)
    })
}

fn calls(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(start, _)| !line[..start].ends_with(is_word))
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join("src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let content = std::fs::read_to_string(&path).expect("a source");
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(Source::new(&name, &content));
            }
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn hold(check: fn(&Source) -> Vec<String>) {
    let told = sources().iter().flat_map(check).fold(String::new(), |mut told, fault| {
        writeln!(told, "{fault}").expect("written");
        told
    });
    assert!(told.is_empty(), "\n{told}");
}

#[test]
fn layers_know_only_what_they_may() {
    hold(dependencies);
}

#[test]
fn one_file_names_the_driver() {
    hold(driver);
}

#[test]
fn one_folder_names_the_post() {
    hold(posting);
}

#[test]
fn sql_stands_in_the_store() {
    hold(sql);
}

#[test]
fn nothing_prints_panics_or_reads_the_clock_on_its_own() {
    hold(manners);
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    hold(length);
}

/// How many faults a check finds in a small source.
fn faults(check: fn(&Source) -> Vec<String>, path: &str, content: &str) -> usize {
    check(&Source::new(path, content)).len()
}

#[test]
fn a_forbidden_dependency_is_seen_however_it_is_written() {
    let domain = |content: &str| faults(dependencies, "src/domain/loan.rs", content);
    assert_eq!(domain("use crate::store::Tx;"), 1);
    assert_eq!(domain("use crate::{domain::date, store::{Tx, loan}};"), 2);
    assert_eq!(domain("use super::super::store::Tx;"), 1);
    assert_eq!(domain("fn f() { crate::output::draw() }"), 1);
    assert_eq!(domain("use std::{fmt, io as stream};"), 1);
    assert_eq!(domain("let args = crate::args![1];"), 1);
    assert_eq!(domain("use super::date::Date; use std::fmt;"), 0);
    assert_eq!(domain("// use crate::store::Tx;\nlet a = \"crate::store\"; use crate::domain::storey;"), 0);
    assert_eq!(domain("fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\nuse std::env;"), 1);
    assert_eq!(faults(dependencies, "src/domain/loan/list.rs", "use super::super::super::world::World;"), 1);
    assert_eq!(faults(dependencies, "src/domain/mod.rs", "use super::cli::DayArg;"), 1);
    assert_eq!(faults(dependencies, "src/store/loan.rs", "use crate::output::csv;"), 1);
    assert_eq!(faults(dependencies, "src/store/loan.rs", "use crate::domain::loan; use std::fs;"), 0);
    assert_eq!(faults(dependencies, "src/output/csv.rs", "use crate::store::Tx;"), 1);
    assert_eq!(faults(dependencies, "src/commands/lend.rs", "use crate::store::{self, db::Row};"), 1);
    assert_eq!(faults(dependencies, "src/commands/lend.rs", "use crate::store::{Db, Tx};"), 0);
}

#[test]
fn the_driver_and_sql_are_seen_outside_their_rooms() {
    assert_eq!(faults(driver, "src/store/loan.rs", "use rusqlite::Row;"), 1);
    assert_eq!(faults(driver, "src/store/db.rs", "use rusqlite::Row;"), 0);
    for statement in ["\"SELECT 1\"", "\"INSERT INTO loan\"", "\"UPDATE loan SET a = 1\"", "\"a\n   SELECT b\""] {
        assert_eq!(faults(sql, "src/commands/lend.rs", statement), 1, "{statement}");
        assert_eq!(faults(sql, "src/store/loan.rs", statement), 0, "{statement}");
    }
    assert_eq!(faults(sql, "src/commands/lend.rs", "// SELECT 1\nsay(\"UPDATE your address\")"), 0);
}

#[test]
fn the_post_is_seen_outside_its_room() {
    for line in [
        "use lettre::Address;",
        "let host = url::Host::parse(a);",
        "use percent_encoding::percent_decode_str;",
        "use url;",
    ] {
        assert_eq!(faults(posting, "src/commands/remind/run.rs", line), 1, "{line}");
        assert_eq!(faults(posting, "src/mail/smtp/reply.rs", line), 0, "{line}");
    }
    assert_eq!(faults(posting, "src/commands/remind/run.rs", "let url = environment.smtp_url; open(url)"), 0);
    assert_eq!(faults(dependencies, "src/mail/smtp.rs", "use crate::store::Tx; use crate::commands::desk;"), 2);
    assert_eq!(
        faults(dependencies, "src/mail/mod.rs", "use crate::world::MailEnvironment; use crate::domain::text;"),
        0
    );
    assert_eq!(faults(dependencies, "src/store/reminder.rs", "use crate::mail::Handed;"), 1);
}

#[test]
fn bad_manners_are_seen() {
    let bad = |content: &str| faults(manners, "src/domain/loan.rs", content);
    for line in ["println!(\"a\")", "a.unwrap()", "a.expect(\"b\")", "unsafe {}", "Zoned::now()", "panic!()", "dbg!(a)"]
    {
        assert_eq!(bad(line), 1, "{line}");
        assert_eq!(bad(&format!("// {line}")), 0, "{line}");
        assert_eq!(bad(&format!("let a = r#\"{line}\"#;")), 0, "{line}");
    }
    assert_eq!(bad("let quote = '\"'; a.unwrap(); let b: &'a str = '\\'';"), 1);
    assert_eq!(bad("a.unwrap_or_default(); writeln!(out)"), 0);
    assert_eq!(faults(manners, "src/main.rs", "let now = Zoned::now();"), 0);
    assert_eq!(faults(length, "src/a.rs", &"\n".repeat(LONGEST_FILE)), 0);
    assert_eq!(faults(length, "src/a.rs", &"\n".repeat(LONGEST_FILE + 1)), 1);
}
