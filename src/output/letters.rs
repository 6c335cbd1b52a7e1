//! Letters: a text file for each household or school, and one page to print them all from.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::template::wrapped;
use crate::domain::date::{Date, in_words};
use crate::domain::reference::MessageRef;
use crate::domain::reminder::Message;
use crate::domain::text::escape;
use crate::place;
use crate::workshop::{self, Workshop};

const HEAD: &str = "head";
const LETTER: &str = "letter";
/// What the page for all and the letter in hand are called while they are written.
const PAGE: &str = "page";
const TEXT: &str = "letter";
const FOOT: &str = "</body>\n</html>\n";

/// The letters of one run. The page for all of them is written letter by letter, beside its place.
pub struct Letters {
    folder: PathBuf,
    hub: String,
    /// Where the hub is reached, line by line.
    reached: Vec<String>,
    today: Date,
    html: Environment<'static>,
    /// Until it is in its place.
    page: Option<File>,
    workshop: Workshop,
    /// The files that are in their places.
    written: Vec<PathBuf>,
}

impl Letters {
    /// Begins with the folder, which is made where it is not there; the one it stands in must be. Where the hub is reached stands under its name.
    pub fn begin(folder: &Path, hub: &str, hub_contact: &str, today: Date) -> Result<Letters> {
        let cannot = || format!("writing letters into {}", folder.display());
        if !folder.is_dir() {
            fs::create_dir(folder).and_then(|()| place::settle(folder)).with_context(cannot)?;
        }
        // The whole path is what a person finds the letter by later.
        let folder = &folder.canonicalize().with_context(cannot)?;
        let workshop = Workshop::within(folder).with_context(cannot)?;
        let mut page = workshop.file(PAGE).with_context(cannot)?;
        let html = html().context("reading the page of letters")?;
        let head = html.get_template(HEAD)?.render(context! { hub => escape(hub), day => in_words(today) })?;
        page.write_all(head.as_bytes()).with_context(cannot)?;
        let reached = lines(hub_contact).filter(|line| *line != hub.trim()).map(escape).collect();
        Ok(Letters {
            folder: folder.to_path_buf(),
            hub: escape(hub),
            reached,
            today,
            html,
            page: Some(page),
            workshop,
            written: Vec::new(),
        })
    }

    /// Finds out whether letters can be written into a folder, also one that is yet to be made.
    pub fn try_out(folder: &Path) -> Result<()> {
        let around = folder.parent().filter(|around| !around.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let there = if folder.exists() { folder } else { around };
        let cannot = || format!("writing letters into {}", folder.display());
        Workshop::within(there).map(drop).with_context(cannot)
    }

    /// Writes one letter under a free name, whole or not at all; says where.
    pub fn write(&mut self, reference: MessageRef, message: &Message) -> Result<PathBuf> {
        let letter = Letter {
            hub: &self.hub,
            reached: &self.reached,
            day: in_words(self.today),
            to: addressed(message),
            subject: escape(&message.subject),
            body: message.body.lines().map(|line| escape(line) + "\n").collect(),
        };
        let on_page = self.html.get_template(LETTER)?.render(Serde(&letter))?;
        let cannot = || format!("writing the letter {reference} into {}", self.folder.display());
        let mut file = self.workshop.file(TEXT).with_context(cannot)?;
        file.write_all(letter.text().as_bytes()).with_context(cannot)?;
        if let Some(page) = &mut self.page {
            page.write_all(on_page.as_bytes()).with_context(cannot)?;
        }
        let name = self.put(TEXT, &format!("{}-{reference}", self.today), "txt").with_context(cannot)?;
        let file = self.folder.join(name);
        self.written.push(file.clone());
        Ok(file)
    }

    /// Takes the letters away again, when not all of them could be written: none of them has counted yet.
    pub fn abandon(self) {
        // What cannot be taken away stays; the run says that no letter counts.
        self.written.iter().for_each(|file| drop(fs::remove_file(file)));
    }

    /// Puts the page with all of them in its place; says where. Without a letter there is none.
    pub fn finish(&mut self) -> Result<Option<PathBuf>> {
        let Some(mut page) = self.page.take().filter(|_| !self.written.is_empty()) else {
            return Ok(None);
        };
        let cannot = || format!("writing the page of letters into {}", self.folder.display());
        page.write_all(FOOT.as_bytes()).with_context(cannot)?;
        let name = self.put(PAGE, &format!("{}-letters", self.today), "html").with_context(cannot)?;
        Ok(Some(self.folder.join(name)))
    }

    /// Gives a finished file the first name that is free: `2026-11-22-M12.txt`, then `2026-11-22-M12-2.txt`.
    fn put(&self, made: &str, name: &str, ending: &str) -> io::Result<String> {
        let mut number = 1;
        loop {
            let again = if number > 1 { format!("-{number}") } else { String::new() };
            let free = format!("{name}{again}.{ending}");
            match workshop::put_new(&self.workshop.join(made), &self.folder.join(&free)) {
                Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => number += 1,
                put => return put.map(|()| free),
            }
        }
    }
}

/// What one letter says, safe for a printer.
#[derive(Serialize)]
struct Letter<'a> {
    hub: &'a str,
    reached: &'a [String],
    day: String,
    to: Vec<String>,
    subject: String,
    body: String,
}

impl Letter<'_> {
    fn text(&self) -> String {
        let Letter { hub, reached, day, to, subject, body } = self;
        let reached: String = reached.iter().map(|line| format!("{line}\n")).collect();
        format!("{hub}\n{reached}{day}\n\n{}\n\n{}\n{body}", to.join("\n"), heading(subject))
    }
}

/// The page's parts; whatever they are filled in with is escaped for HTML.
fn html() -> Result<Environment<'static>, minijinja::Error> {
    let mut html = Environment::new();
    html.set_syntax(SyntaxConfig::builder().keep_trailing_newline(true).build()?);
    html.set_auto_escape_callback(|_| AutoEscape::Html);
    html.add_template(HEAD, include_str!("letters/head.html"))?;
    html.add_template(LETTER, include_str!("letters/letter.html"))?;
    Ok(html)
}

/// The name, and the address line by line: it may be kept as one line with commas.
fn addressed(message: &Message) -> Vec<String> {
    let address = message.to.address.as_deref().unwrap_or_default();
    std::iter::once(message.to.name.as_str()).chain(lines(address)).map(escape).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '\n']).map(str::trim).filter(|line| !line.is_empty())
}

/// The subject with a line under it.
fn heading(subject: &str) -> String {
    let text = wrapped(subject, "");
    let width = text.lines().map(textwrap::core::display_width).max().unwrap_or(0);
    format!("{text}{}\n", "-".repeat(width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::borrower::BorrowerRef;
    use crate::domain::reference::PersonRef;
    use crate::domain::reminder::Contact;

    const TODAY: Date = Date::constant(2026, 11, 22);

    fn message() -> Message {
        let to = Contact {
            reference: BorrowerRef::Person(PersonRef::new(1)),
            name: "<b>O'Brien & Söhne".into(),
            email: None,
            address: Some("4 Bow Lane, Northshire,, NS1 1AA".into()),
        };
        let body = "Dear <b>O'Brien & Söhne,\n\nBye\u{1b}[2J\n".to_string();
        Message { to, copy_to: None, subject: "Test Hub: please bring back the cello".into(), body }
    }

    /// What lies in a folder, but for what is under way.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    #[test]
    fn a_letter_is_a_text_and_a_part_of_the_page() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().canonicalize().expect("a path").join("letters");
        let contact = "Test <Hub>, 1 High <Street>,,0116 496 0000";
        let mut letters = Letters::begin(&place, "Test <Hub>", contact, TODAY).expect("begun");
        assert_eq!(letters.write(MessageRef::new(12), &message()).expect("written"), place.join("2026-11-22-M12.txt"));
        letters.write(MessageRef::new(13), &message()).expect("written");
        assert_eq!(letters.finish().expect("finished"), Some(place.join("2026-11-22-letters.html")));
        let text = fs::read_to_string(place.join("2026-11-22-M12.txt")).expect("a letter");
        let expected = "Test <Hub>\n1 High <Street>\n0116 496 0000\n22 Nov 2026\n\n<b>O'Brien & Söhne\n4 Bow Lane\nNorthshire\nNS1 1AA\n\n\
            Test Hub: please bring back the cello\n-------------------------------------\n\n\
            Dear <b>O'Brien & Söhne,\n\nBye\\u{1b}[2J\n";
        assert_eq!(text, expected);
        let page = fs::read_to_string(place.join("2026-11-22-letters.html")).expect("a page");
        assert_eq!(page.matches("<article class=\"letter\">").count(), 2, "{page}");
        assert_eq!(
            page.matches("Dear &lt;b&gt;O&#x27;Brien &amp; Söhne,\n\nBye\\u{1b}[2J\n</pre>").count(),
            2,
            "{page}"
        );
        assert!(page.contains("Söhne<br>4 Bow Lane<br>Northshire<br>NS1 1AA</p>"), "{page}");
        assert!(
            page.contains("Test &lt;Hub&gt;<br>1 High &lt;Street&gt;<br>0116 496 0000<br>22 Nov 2026</p>"),
            "{page}"
        );
        assert!(!page.contains("<b>") && page.ends_with("</body>\n</html>\n"), "{page}");
        assert!(page.contains("<title>Test &lt;Hub&gt;: letters of 22 Nov 2026</title>"), "{page}");
        assert_eq!(names(&place), ["2026-11-22-M12.txt", "2026-11-22-M13.txt", "2026-11-22-letters.html"]);
    }

    #[test]
    fn nothing_is_written_over_and_nothing_is_left_of_a_run_without_letters() {
        let folder = tempfile::tempdir().expect("a folder");
        for _ in 0..2 {
            let mut letters = Letters::begin(folder.path(), "Test Hub", "", TODAY).expect("begun");
            letters.write(MessageRef::new(1), &message()).expect("written");
            letters.finish().expect("finished");
        }
        let two = ["2026-11-22-M1-2.txt", "2026-11-22-M1.txt", "2026-11-22-letters-2.html", "2026-11-22-letters.html"];
        assert_eq!(names(folder.path()), two);
        let mut idle = Letters::begin(folder.path(), "Test Hub", "", TODAY).expect("begun");
        assert_eq!(idle.finish().expect("finished"), None);
        // A run that dies has written its texts, and no page.
        let mut dying = Letters::begin(folder.path(), "Test Hub", "", TODAY).expect("begun");
        dying.write(MessageRef::new(2), &message()).expect("written");
        drop(dying);
        assert_eq!(names(folder.path()).len(), 5, "{:?}", names(folder.path()));
    }

    #[test]
    fn a_place_that_takes_no_letters_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("file"), "").expect("a file");
        for place in ["file", "file/letters"] {
            let error = Letters::begin(&folder.path().join(place), "Test Hub", "", TODAY).err().expect("refused");
            assert!(error.to_string().starts_with("writing letters into "), "{error}");
            assert!(error.chain().any(|cause| cause.is::<io::Error>()), "{error:?}");
        }
        // Not even root may make a folder there.
        assert!(Letters::begin(Path::new("/proc/letters"), "Test Hub", "", TODAY).is_err());
    }
}
