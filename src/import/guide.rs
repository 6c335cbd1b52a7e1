//! A word on every column, for whoever writes a map, and what others call it.

use strsim::jaro_winkler;

use crate::domain::text::fold;

/// A line for each column: its kind or `*`, its name, what it holds, and what others call it.
const COLUMNS: &str = include_str!("guide/columns.txt");

/// What a column holds, and headings of other programs and sheets that mean the same.
struct Entry {
    holds: &'static str,
    also: &'static str,
}

/// The line of a column: the kind's own stands before that of any kind.
fn entry(kind: &str, column: &str) -> Option<Entry> {
    COLUMNS.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut parts = line.split('|').map(str::trim);
        let (of, name, holds) = (parts.next()?, parts.next()?, parts.next()?);
        let means = name == column && (of == kind || of == "*");
        means.then(|| Entry { holds, also: parts.next().unwrap_or_default() })
    })
}

/// What a column of a kind holds, in a few words.
pub fn holds(kind: &str, column: &str) -> Option<&'static str> {
    entry(kind, column).map(|entry| entry.holds)
}

/// How surely a heading is a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same word, or one that means the same.
    Same,
    /// A word much like it.
    Near,
}

/// For each column of a kind the heading that most likely holds it, each heading once. `known` are the places by a shipped map
/// that fits the file, if one does: they go before what the names alone tell.
pub fn likely(
    kind: &str,
    columns: &[&str],
    headings: &[String],
    known: &[Option<usize>],
) -> Vec<Option<(usize, Likeness)>> {
    let mut found: Vec<Option<(usize, Likeness)>> = vec![None; columns.len()];
    let mut taken = vec![false; headings.len()];
    let bare: Vec<String> = headings.iter().map(|heading| bare(heading)).collect();
    // What means one column is not another that is spelt much like it: a pupil is not how many pupils.
    let meant: Vec<bool> = bare
        .iter()
        .map(|heading| columns.iter().any(|column| also(kind, column).any(|other| *heading == self::bare(other))))
        .collect();
    let is_one_of_several = |at: usize| bare.iter().filter(|other| **other == bare[at]).count() > 1;
    for (place, at) in known.iter().enumerate().filter_map(|(place, at)| Some((place, (*at)?))) {
        if !taken[at] {
            taken[at] = true;
            let means = |name: &str| self::bare(name) == bare[at];
            let is_named = means(columns[place]) || also(kind, columns[place]).any(means);
            found[place] = Some((at, if is_named { Likeness::Same } else { Likeness::Near }));
        }
    }
    // The surest first, so that a heading goes to the column whose own name it bears.
    for rank in 0..3 {
        for (place, column) in
            columns.iter().enumerate().filter(|(place, _)| found[*place].is_none()).collect::<Vec<_>>()
        {
            let fits = |heading: &String| match rank {
                0 => *heading == self::bare(column),
                1 => also(kind, column).any(|other| *heading == self::bare(other)),
                _ => is_near(heading, &self::bare(column)),
            };
            let is_free = |at: &usize| !taken[*at] && !bare[*at].is_empty() && (rank < 2 || !meant[*at]);
            let free = (0..headings.len()).filter(is_free).filter(|at| fits(&bare[*at]));
            let heading = free.min_by_key(|at| is_one_of_several(*at));
            if let Some(at) = heading {
                taken[at] = true;
                found[place] =
                    Some((at, if rank < 2 && !is_one_of_several(at) { Likeness::Same } else { Likeness::Near }));
            }
        }
    }
    found
}

fn also(kind: &str, column: &str) -> impl Iterator<Item = &'static str> {
    entry(kind, column).into_iter().flat_map(|entry| entry.also.split(';')).filter(|other| !other.is_empty())
}

/// A heading's letters and digits alone.
fn bare(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_near(heading: &str, column: &str) -> bool {
    const NEAR: f64 = 0.92;
    jaro_winkler(heading, column) >= NEAR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::kinds::Kind;

    #[test]
    fn every_column_has_a_word() {
        for kind in Kind::ALL {
            let wordless: Vec<&&str> =
                kind.columns().iter().filter(|column| holds(kind.name(), column).is_none()).collect();
            assert!(wordless.is_empty(), "guide/columns.txt lacks columns of {}: {wordless:?}", kind.name());
        }
    }

    #[test]
    fn headings_find_their_columns() {
        let headings =
            ["Model No.", "Asset Tag", "Category", "Locaton", "Purchase Date", "Model", "Colour"].map(str::to_string);
        let found =
            likely("instruments", &["tag", "category", "model", "location", "acquired_on", "serial"], &headings, &[]);
        let places: Vec<Option<usize>> = found.iter().map(|found| found.map(|(place, _)| place)).collect();
        assert_eq!(places, [Some(1), Some(2), Some(5), Some(3), Some(4), None]);
        assert_eq!(found[3], Some((3, Likeness::Near)));
    }
}
