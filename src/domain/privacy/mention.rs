//! Where a name stands in other text: word for word, without regard to case, accents and what stands between the words;
//! emails whole, and telephone numbers by their digits.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::super::reference::PersonRef;
use super::super::text::fold;

/// What to look for. Names and postal addresses are runs of two words and more; emails and telephone numbers are whole.
#[derive(Clone, Debug, Default)]
pub struct Needles {
    /// How many words there are in the runs that begin with these two.
    lengths: HashMap<String, BTreeSet<usize>>,
    runs: HashMap<String, PersonRef>,
    emails: HashMap<String, PersonRef>,
    phones: HashMap<String, PersonRef>,
}

impl Needles {
    /// Looks for this, too: an email, a telephone number, or else a text of at least so many words, of which a name may stand
    /// with the first word last: `O'Brien, Zoë`.
    pub fn add(&mut self, whose: PersonRef, text: &str, least: usize) {
        match kind_of(text) {
            Kind::Email => {
                self.emails.entry(fold(text.trim())).or_insert(whose);
            }
            Kind::Phone => {
                self.phones.entry(number_of(text)).or_insert(whose);
            }
            kind => {
                for words in ways(text, kind).into_iter().filter(|words| words.len() >= least.max(2)) {
                    self.lengths.entry(words[..2].join(" ")).or_default().insert(words.len());
                    self.runs.entry(words.join(" ")).or_insert(whose);
                }
            }
        }
    }

    /// Looks for this no longer.
    pub fn leave_out(&mut self, text: &str) {
        match kind_of(text) {
            Kind::Email => {
                self.emails.remove(&fold(text.trim()));
            }
            Kind::Phone => {
                self.phones.remove(&number_of(text));
            }
            kind => {
                for words in ways(text, kind) {
                    self.runs.remove(&words.join(" "));
                }
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.emails.is_empty() && self.phones.is_empty()
    }

    /// Whose name stands first in a text.
    pub fn find(&self, text: &str) -> Option<PersonRef> {
        self.places(text).into_iter().next().map(|(_, whose)| whose)
    }

    /// The text with what `instead` gives in place of each name; `None` where there is none in it.
    pub fn replaced(&self, text: &str, instead: impl Fn(PersonRef) -> String) -> Option<String> {
        let places = self.places(text);
        if places.is_empty() {
            return None;
        }
        let (mut replaced, mut end) = (String::with_capacity(text.len()), 0);
        for (place, whose) in places {
            replaced.push_str(&text[end..place.start]);
            replaced.push_str(&instead(whose));
            end = place.end;
        }
        replaced.push_str(&text[end..]);
        Some(replaced)
    }

    /// Where they stand; of two that overlap, the first, and of two that begin alike, the longer.
    fn places(&self, text: &str) -> Vec<(Range<usize>, PersonRef)> {
        let mut places = Vec::new();
        self.runs_in(text, &mut places);
        self.emails_in(text, &mut places);
        self.phones_in(text, &mut places);
        places.sort_by_key(|(place, _)| (place.start, Reverse(place.end)));
        let mut end = 0;
        places.retain(|(place, _)| {
            let is_free = place.start >= end;
            end = if is_free { place.end } else { end };
            is_free
        });
        places
    }

    fn runs_in(&self, text: &str, places: &mut Vec<(Range<usize>, PersonRef)>) {
        if self.runs.is_empty() {
            return;
        }
        // The folded words with a space between, so that each run is a slice.
        let (mut folded, mut ranges) = (String::with_capacity(text.len()), Vec::new());
        for (place, word) in words(text) {
            let start = folded.len();
            folded.push_str(&word);
            ranges.push((place, start..folded.len()));
            folded.push(' ');
        }
        for (at, pair) in ranges.windows(2).enumerate() {
            let (start, from) = (pair[0].1.start, pair[0].0.start);
            let Some(lengths) = self.lengths.get(&folded[start..pair[1].1.end]) else { continue };
            for (place, of_folded) in lengths.iter().rev().filter_map(|length| ranges.get(at + length - 1)) {
                let run = from..place.end;
                let is_one = ["→", "->"].iter().all(|arrow| !text[run.clone()].contains(arrow));
                if let Some(whose) = self.runs.get(&folded[start..of_folded.end]).filter(|_| is_one) {
                    places.push((run, *whose));
                    break;
                }
            }
        }
    }

    fn emails_in(&self, text: &str, places: &mut Vec<(Range<usize>, PersonRef)>) {
        if self.emails.is_empty() || !text.contains('@') {
            return;
        }
        let is_between = |letter: char| letter.is_whitespace() || "<>()[]{}\"\\,;:/|→".contains(letter);
        let mut start = 0;
        for piece in text.split(is_between) {
            let bare = piece.trim_matches(|letter| ".'’‘“”!?-".contains(letter));
            if let Some(whose) = bare.contains('@').then(|| self.emails.get(&fold(bare))).flatten() {
                let begun = start + piece.find(bare).unwrap_or(0);
                places.push((begun..begun + bare.len(), *whose));
            }
            start += piece.len();
            start += text[start..].chars().next().map_or(0, char::len_utf8);
        }
    }

    fn phones_in(&self, text: &str, places: &mut Vec<(Range<usize>, PersonRef)>) {
        if self.phones.is_empty() {
            return;
        }
        let groups: Vec<Range<usize>> = groups(text);
        for (at, first) in groups.iter().enumerate() {
            let (mut digits, mut end) = (String::new(), first.start);
            for group in &groups[at..] {
                let is_next =
                    text[end..group.start].chars().all(|letter| letter.is_whitespace() || "()-./+–".contains(letter));
                if !is_next || digits.len() + group.len() > MOST_DIGITS {
                    break;
                }
                digits.push_str(&text[group.clone()]);
                end = group.end;
                if let Some(whose) = self.phones.get(&number_of(&digits)) {
                    let sign = usize::from(text[..first.start].ends_with('+'));
                    places.push((first.start - sign..end, *whose));
                }
            }
        }
    }
}

/// A telephone number has so many digits at least: fewer are a house's number or a year.
const LEAST_DIGITS: usize = 7;
/// With `00` and a country before it and an area's `(0)` in it.
const MOST_DIGITS: usize = 18;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Email,
    Phone,
    /// With a number in it, or of several lines or parts.
    Address,
    Name,
}

/// What a text is, by how it is written.
fn kind_of(text: &str) -> Kind {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    if text.contains('@') && !text.trim().contains(char::is_whitespace) {
        Kind::Email
    } else if digits >= LEAST_DIGITS && letters == 0 {
        Kind::Phone
    } else if digits > 0 || text.contains('\n') || text.matches(',').count() > 1 || text.contains('@') {
        Kind::Address
    } else {
        Kind::Name
    }
}

/// The digits of a telephone number as they are dialled within the country: `+44 (0)1632 960999` begins with 01632.
fn number_of(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let abroad = digits.strip_prefix("00").unwrap_or(&digits);
    match abroad.strip_prefix("44") {
        Some(rest) if rest.len() >= 9 => format!("0{}", rest.trim_start_matches('0')),
        _ => abroad.to_string(),
    }
}

/// The runs of digits in a text that are no part of a word.
fn groups(text: &str) -> Vec<Range<usize>> {
    let is_digits = |(_, word): &(Range<usize>, &str)| word.bytes().all(|byte| byte.is_ascii_digit());
    pieces(text).filter(is_digits).map(|(place, _)| place).collect()
}

/// The words of a text as they stand and, of a name, with the first one last; none where there are none.
fn ways(text: &str, kind: Kind) -> Vec<Vec<String>> {
    let straight: Vec<String> = words(text).map(|(_, word)| word).collect();
    if straight.is_empty() {
        return Vec::new();
    }
    if kind != Kind::Name || straight.len() < 2 {
        return vec![straight];
    }
    let mut turned = straight.clone();
    turned.rotate_left(1);
    vec![straight, turned]
}

/// The words of a text, folded, each with its place: `O'Brien` is two.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    pieces(text).map(|(place, word)| (place, fold(word)))
}

/// The words of a text as they stand, each with its place.
fn pieces(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> + '_ {
    let is_of_word = |letter: char| letter.is_alphanumeric() || is_combining_mark(letter);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_of_word)?;
        let end = text[start..].find(|letter| !is_of_word(letter)).map_or(text.len(), |length| start + length);
        at = end;
        Some((start..end, &text[start..end]))
    })
}
