//! What an import remembers of its rows: which keys came on which line, and which records it touched, in little memory.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// The keys of a file's rows, each with the line it first came on.
#[derive(Debug)]
pub struct Keys<K>(HashMap<K, u64>);

impl<K> Default for Keys<K> {
    fn default() -> Keys<K> {
        Keys(HashMap::new())
    }
}

impl<K: Hash + Eq> Keys<K> {
    /// Remembers a key; the line it came on before, if it did.
    pub fn first(&mut self, key: K, line: u64) -> Option<u64> {
        let first = *self.0.entry(key).or_insert(line);
        (first != line).then_some(first)
    }

    /// Whether a row has had this key.
    pub fn knows(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }
}

/// Numbers and the lines they came on. A million that follow one another take one entry.
#[derive(Debug, Default)]
pub struct Numbers {
    /// By first number: how many follow, and the first one's line.
    runs: BTreeMap<i64, (i64, u64)>,
}

impl Numbers {
    /// Remembers a number; the line it came on before, if it did.
    pub fn first(&mut self, number: i64, line: u64) -> Option<u64> {
        if let Some((&begin, (count, begun))) = self.runs.range_mut(..=number).next_back() {
            let place = number - begin;
            let lines_on = u64::try_from(place).unwrap_or(0);
            if place < *count {
                let first = *begun + lines_on;
                return (first != line).then_some(first);
            }
            if place == *count && *begun + lines_on == line {
                *count += 1;
                return None;
            }
        }
        self.runs.insert(number, (1, line));
        None
    }
}

/// A small value for each of very many numbers; those that follow one another lie together.
#[derive(Debug)]
pub struct ByNumber<T>(BTreeMap<i64, Vec<T>>);

impl<T> Default for ByNumber<T> {
    fn default() -> ByNumber<T> {
        ByNumber(BTreeMap::new())
    }
}

impl<T: Copy> ByNumber<T> {
    pub fn set(&mut self, number: i64, value: T) {
        if let Some((&begin, run)) = self.0.range_mut(..=number).next_back() {
            let place = usize::try_from(number - begin).unwrap_or(usize::MAX);
            let length = run.len();
            match run.get_mut(place) {
                Some(held) => return *held = value,
                None if place == length => return run.push(value),
                None => {}
            }
        }
        self.0.insert(number, vec![value]);
    }

    pub fn get(&self, number: i64) -> Option<T> {
        let (begin, run) = self.0.range(..=number).next_back()?;
        run.get(usize::try_from(number - begin).ok()?).copied()
    }
}

impl Numbers {
    /// The line that a number came on first.
    pub fn line_of(&self, number: i64) -> Option<u64> {
        let (begin, (count, begun)) = self.runs.range(..=number).next_back()?;
        let place = number - begin;
        u64::try_from(place).ok().filter(|_| place < *count).map(|place| begun + place)
    }
}

/// Numbers of records, as runs.
#[derive(Debug, Default)]
pub struct Runs(Vec<(i64, i64)>);

impl Runs {
    pub fn add(&mut self, number: i64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => self.0.push((number, number)),
        }
    }

    /// The fewest runs that hold the same numbers, in order.
    pub fn joined(mut self) -> Vec<(i64, i64)> {
        self.0.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (first, last) in self.0 {
            match joined.last_mut() {
                Some((_, before)) if *before + 1 >= first => *before = last.max(*before),
                _ => joined.push((first, last)),
            }
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_know_the_line_they_came_on() {
        let mut numbers = Numbers::default();
        for (number, line) in [(1, 2), (2, 3), (3, 5), (9, 6), (4, 7)] {
            assert_eq!(numbers.first(number, line), None);
        }
        for (number, line) in [(1, 2), (2, 3), (3, 5), (9, 6), (4, 7)] {
            assert_eq!(numbers.first(number, 20), Some(line));
        }
        assert_eq!(numbers.first(5, 20), None);
    }

    #[test]
    fn a_number_has_the_value_it_was_given_last() {
        let mut values = ByNumber::default();
        for (number, value) in [(5, 'a'), (6, 'b'), (9, 'c'), (4, 'd'), (5, 'e'), (7, 'f'), (8, 'g'), (9, 'h')] {
            values.set(number, value);
        }
        let held: Vec<Option<char>> = (3..=10).map(|number| values.get(number)).collect();
        assert_eq!(held, [None, Some('d'), Some('e'), Some('b'), Some('f'), Some('g'), Some('h'), None]);
    }

    #[test]
    fn runs_join() {
        let mut runs = Runs::default();
        [5, 6, 1, 2, 3, 4, 9].into_iter().for_each(|number| runs.add(number));
        assert_eq!(runs.joined(), [(1, 6), (9, 9)]);
    }
}
