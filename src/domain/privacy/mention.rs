//! Where a name stands in other text: word for word, without regard to case, accents and what stands between the words.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::super::reference::PersonRef;
use super::super::text::fold;

/// Names and addresses to look for, by their first word.
#[derive(Clone, Debug, Default)]
pub struct Needles(HashMap<String, Vec<Needle>>);

#[derive(Clone, Debug)]
struct Needle {
    /// The words after the first.
    rest: Vec<String>,
    whose: PersonRef,
}

impl Needles {
    /// Looks for this, too, if it has at least so many words, and for it with the first word last: `O'Brien, Zoë`.
    pub fn add(&mut self, whose: PersonRef, text: &str, least: usize) {
        for mut words in both_ways(text).into_iter().filter(|words| words.len() >= least) {
            let known = self.0.entry(words.remove(0)).or_default();
            if !known.iter().any(|needle| needle.rest == words) {
                known.push(Needle { rest: words, whose });
                // Of two that begin alike, the longer is what was meant.
                known.sort_by_key(|needle| std::cmp::Reverse(needle.rest.len()));
            }
        }
    }

    /// Looks for this no longer.
    pub fn leave_out(&mut self, text: &str) {
        for mut words in both_ways(text) {
            if let Some(known) = self.0.get_mut(&words.remove(0)) {
                known.retain(|needle| needle.rest != words);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

    fn places(&self, text: &str) -> Vec<(Range<usize>, PersonRef)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let words: Vec<(Range<usize>, String)> = words(text).collect();
        let (mut places, mut at) = (Vec::new(), 0);
        while let Some((range, first)) = words.get(at) {
            let stands = |needle: &&Needle| {
                let after = words.get(at + 1..at + 1 + needle.rest.len());
                after.is_some_and(|after| after.iter().map(|(_, word)| word).eq(&needle.rest))
            };
            match self.0.get(first).and_then(|known| known.iter().find(stands)) {
                Some(needle) => {
                    let last = at + needle.rest.len();
                    places.push((range.start..words[last].0.end, needle.whose));
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        places
    }
}

/// The words of a text as they stand and with the first one last; none where there are none.
fn both_ways(text: &str) -> Vec<Vec<String>> {
    let straight: Vec<String> = words(text).map(|(_, word)| word).collect();
    if straight.len() < 2 {
        return if straight.is_empty() { Vec::new() } else { vec![straight] };
    }
    let mut turned = straight.clone();
    turned.rotate_left(1);
    vec![straight, turned]
}

/// The words of a text, folded, each with its place: `O'Brien` is two.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    let is_of_word = |letter: char| letter.is_alphanumeric() || is_combining_mark(letter);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_of_word)?;
        let end = text[start..].find(|letter| !is_of_word(letter)).map_or(text.len(), |length| start + length);
        at = end;
        Some((start..end, fold(&text[start..end])))
    })
}
