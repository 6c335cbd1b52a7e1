//! What is built into the program: how many crates, under which licences, how many of them twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::tried;

/// So many crates may be built into the program, on Linux; today there are 134. More than a few new
/// ones are a decision, which is taken here.
const MOST_CRATES: usize = 138;

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a file")
}

fn table(name: &str) -> toml::Table {
    read(name).parse().expect("TOML")
}

/// A list of deny.toml: each entry, or what it says under a name.
fn denied(part: &str, list: &str) -> Vec<String> {
    let said = table("deny.toml")[part][list].as_array().expect("a list").clone();
    let entry = |entry: &toml::Value| entry.get("crate").unwrap_or(entry).as_str().expect("a text").to_string();
    said.iter().map(entry).collect()
}

/// A crate as `cargo tree` tells of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    licence: String,
    /// Where it is from; nothing for a crate of the registry.
    from: Option<String>,
}

/// The crates that our own rests on by these kinds of edges; nothing where cargo cannot tell.
fn rests_on(edges: &str, more: &[&str]) -> Option<BTreeSet<Crate>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p}\t{l}", "--edges", edges])
        .args(more);
    let told = match command.current_dir(env!("CARGO_MANIFEST_DIR")).output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).expect("UTF-8"),
        Ok(output) => {
            println!("left out, because cargo said: {}", String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Err(error) => {
            println!("left out, because cargo cannot be run: {error}");
            return None;
        }
    };
    let read = |line: &str| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('\t').expect("two columns");
        let package = package.trim_end_matches(" (proc-macro)");
        let (name, rest) = package.split_once(" v").expect("a version");
        let (version, from) =
            rest.split_once(" (").map_or((rest, None), |(version, from)| (version, Some(from.to_string())));
        Crate { name: name.to_string(), version: version.to_string(), licence: licence.trim().to_string(), from }
    };
    let crates = told.lines().filter(|line| !line.is_empty()).map(read);
    Some(crates.filter(|one| one.name != env!("CARGO_PKG_NAME")).collect())
}

/// What is in the program. A macro runs while it is built, and is not.
fn built_in() -> Option<BTreeSet<Crate>> {
    rests_on("normal,no-proc-macro", &[])
}

/// What is in the program or builds it, on any platform.
fn builds_it() -> Option<BTreeSet<Crate>> {
    rests_on("normal,build", &["--target", "all"])
}

/// Whether a licence, or one of those it offers, is on the list.
fn is_allowed(licence: &str, allowed: &[String]) -> bool {
    let licence = licence.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = licence.split_whitespace().collect();
    let mut at = 0;
    let sound = either(&words, &mut at, allowed);
    sound && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut sound = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        sound |= both(words, at, allowed);
    }
    sound
}

fn both(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut sound = single(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        sound &= single(words, at, allowed);
    }
    sound
}

fn single(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let sound = either(words, at, allowed);
        *at += 1;
        return sound;
    }
    // An exception only ever gives more leave.
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    allowed.iter().any(|allowed| allowed == word)
}

#[test]
fn licences_are_read_as_they_are_meant() {
    let allowed = ["MIT".to_string(), "ISC".to_string()];
    for sound in
        ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "MIT AND ISC", "(GPL-3.0 OR MIT) AND ISC", "MIT WITH x OR GPL-3.0"]
    {
        assert!(is_allowed(sound, &allowed), "{sound}");
    }
    for unsound in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(GPL-3.0 OR MIT) AND GPL-2.0",
        "MIT OR",
        "MIT ISC",
        "GPL-3.0 OR (MIT AND X)",
    ] {
        assert!(!is_allowed(unsound, &allowed), "{unsound}");
    }
}

#[test]
fn few_crates_are_built_in_and_all_may_be() {
    let (Some(built_in), Some(builds_it)) = (built_in(), builds_it()) else { return };
    let names: BTreeSet<&str> = built_in.iter().map(|one| one.name.as_str()).collect();
    assert!(names.contains("rusqlite") && names.contains("libsqlite3-sys"), "they were not found: {names:?}");
    assert!(!names.contains("proptest") && !names.contains("syn"), "more was found than is built in: {names:?}");
    let count = built_in.len();
    assert!(count <= MOST_CRATES, "{count} crates are built in, {MOST_CRATES} may be: {names:?}");
    let allowed = denied("licenses", "allow");
    for one in &builds_it {
        assert!(is_allowed(&one.licence, &allowed), "{} is under {:?}", one.name, one.licence);
        assert_eq!(one.from, None, "{} is not from the registry", one.name);
    }
    let all = builds_it.len();
    tried(count, &format!("crates are built in, of {all} that build it anywhere: each under a licence we may use"));
}

#[test]
fn no_crate_is_there_twice_without_a_reason() {
    let Some(builds_it) = builds_it() else { return };
    let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in &builds_it {
        versions.entry(&one.name).or_default().push(format!("{}@{}", one.name, one.version));
    }
    let known = denied("bans", "skip");
    let unknown = |of_it: &&Vec<String>| of_it.iter().filter(|one| !known.contains(one)).count() > 1;
    let twice: Vec<&Vec<String>> = versions.values().filter(unknown).collect();
    assert!(twice.is_empty(), "give a reason in deny.toml, or let one go: {twice:?}");
    let is_twice = |one: &&String| versions.values().any(|of_it| of_it.len() > 1 && of_it.contains(one));
    let gone: Vec<&String> = known.iter().filter(|one| !is_twice(one)).collect();
    assert!(gone.is_empty(), "no longer there twice, and still in deny.toml: {gone:?}");
    tried(versions.len(), &format!("crates on all platforms, {} of them in two versions for a reason", known.len()));
}

#[test]
fn nothing_talks_to_the_world_and_nothing_is_unsafe() {
    let banned = denied("bans", "deny");
    for name in ["openssl-sys", "tokio", "reqwest"] {
        assert!(banned.iter().any(|banned| banned == name), "deny.toml no longer bans {name}");
    }
    for one in builds_it().into_iter().flatten() {
        assert!(!banned.contains(&one.name), "{} is built", one.name);
    }
    let forbids = table("Cargo.toml")["lints"]["rust"]["unsafe_code"].as_str().map(str::to_string);
    assert_eq!(forbids.as_deref(), Some("forbid"));
    let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut looked_at = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).expect("a source");
            let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            let is_word =
                |line: &str| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe");
            assert!(!code.into_iter().any(is_word), "{} has unsafe code", path.display());
            looked_at += 1;
        }
    }
    assert!(looked_at > 200, "only {looked_at} sources were looked at");
    tried(looked_at, "sources without unsafe code");
}
