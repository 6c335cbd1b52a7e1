//! Which counts of a published list are hidden, so that no child can be picked out: the small ones, and enough others that
//! none of the small ones can be worked out from a total.

/// A count below this, and above nought, is about so few children that somebody may know them.
const SMALL: i64 = 5;

/// Whether a count is hidden for its own sake.
pub fn is_small(count: i64) -> bool {
    (1..SMALL).contains(&count)
}

/// A sum that is known from elsewhere: the places it is made of, and how much of it stands in each. Noughts are left out.
pub type Sum = Vec<(usize, i64)>;

/// Hides further places until no count of one that is hidden can be worked out from a sum.
///
/// Of each sum in which something is hidden, the smallest others are hidden with it until what is hidden there could be
/// shared out in more than one way. A sum that has no further place hides what it has.
///
/// Narrow sums come first: what guards a part often guards the whole.
pub fn complete(hidden: &mut [bool], sums: &[Sum]) {
    let mut sums: Vec<&Sum> = sums.iter().collect();
    sums.sort_by_key(|sum| sum.len());
    // What is hidden for the sake of one sum leaves a hole in another, which needs one more.
    while sums.iter().any(|sum| guard(hidden, sum)) {}
}

/// Hides further places of a sum until the hidden ones keep each other's secret. Says whether any was added.
fn guard(hidden: &mut [bool], sum: &Sum) -> bool {
    let mut added = false;
    while !is_safe(hidden, sum) {
        let shown = sum.iter().filter(|(place, _)| !hidden[*place]);
        let Some(&(smallest, _)) = shown.min_by_key(|(_, count)| *count) else {
            return added;
        };
        hidden[smallest] = true;
        added = true;
    }
    added
}

/// Whether the hidden counts of a sum cannot be told from what they come to. Each is known to be at least one.
fn is_safe(hidden: &[bool], sum: &Sum) -> bool {
    let of_hidden = || sum.iter().filter(|(place, _)| hidden[*place]).map(|(_, count)| count);
    let (number, total) = (i64::try_from(of_hidden().count()).unwrap_or(i64::MAX), of_hidden().sum::<i64>());
    number == 0 || (number >= 2 && total >= SMALL && total > number)
}

/// Whether a sum guards what is hidden in it, or has nothing left to hide: what tests ask of a list.
#[cfg(test)]
pub fn is_guarded(hidden: &[bool], sum: &Sum) -> bool {
    let secret: Vec<i64> = sum.iter().filter(|(place, _)| hidden[*place]).map(|(_, count)| *count).collect();
    if secret.is_empty() || secret.len() == sum.len() {
        return true;
    }
    // Whoever knows the sum knows what is missing, and that each count is one or more.
    let (total, others) = (secret.iter().sum::<i64>(), secret.len() as i64 - 1);
    let (least, most) = (if others == 0 { total } else { 1 }, total - others);
    least < most && total >= SMALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The whole list, and each part of it.
    fn sums(counts: &[i64], parts: &[u8]) -> Vec<Sum> {
        let places = || counts.iter().copied().enumerate().filter(|(_, count)| *count > 0);
        let of_part = |part: u8| places().filter(|(place, _)| parts[*place] == part).collect();
        (b'a'..=b'd').map(of_part).chain([places().collect()]).collect()
    }

    fn shown(counts: &[i64], parts: &[u8]) -> Vec<Option<i64>> {
        let mut hidden: Vec<bool> = counts.iter().map(|count| is_small(*count)).collect();
        complete(&mut hidden, &sums(counts, parts));
        counts.iter().zip(hidden).map(|(&count, hidden)| (!hidden).then_some(count)).collect()
    }

    #[test]
    fn a_small_count_takes_the_smallest_other_with_it() {
        for (counts, parts, expected) in [
            // Nothing is small.
            (&[5, 0, 9][..], b"aaa".as_slice(), &[Some(5), Some(0), Some(9)][..]),
            // One small count; nought is no secret.
            (&[4, 0, 9, 7], b"aaaa", &[None, Some(0), Some(9), None]),
            // Two small ones whose sum says that both are 1.
            (&[1, 1, 9, 7], b"aaaa", &[None, None, Some(9), None]),
            // Two that could be shared out otherwise.
            (&[4, 3, 9, 7], b"aaaa", &[None, None, Some(9), Some(7)]),
            // Five ones add up to five and can be nothing else.
            (&[1, 1, 1, 1, 1, 8], b"aaaaaa", &[None; 6]),
            // A part with nothing else to hide: its count and, for the list's total, the two smallest of another.
            (&[2, 9, 8, 30], b"abbb", &[None, None, None, Some(30)]),
            // The smallest first, and of equals the one that stands first.
            (&[3, 6, 6], b"aaa", &[None, None, Some(6)]),
        ] {
            assert_eq!(shown(counts, parts), expected, "{counts:?}");
        }
        complete(&mut [], &[Vec::new()]);
    }

    proptest! {
        #[test]
        fn no_hidden_count_can_be_worked_out(cells in prop::collection::vec((0i64..14, b'a'..=b'd'), 0..24)) {
            let (counts, parts): (Vec<i64>, Vec<u8>) = cells.into_iter().unzip();
            let hidden: Vec<bool> = shown(&counts, &parts).iter().map(Option::is_none).collect();
            for (&count, &is_hidden) in counts.iter().zip(&hidden) {
                prop_assert!(is_hidden || !is_small(count));
                prop_assert!(!(is_hidden && count == 0));
            }
            for sum in sums(&counts, &parts) {
                prop_assert!(is_guarded(&hidden, &sum), "{sum:?} can be worked out");
            }
        }

        #[test]
        fn without_small_counts_nothing_is_hidden(counts in prop::collection::vec(SMALL..99, 0..24)) {
            let parts = vec![b'a'; counts.len()];
            prop_assert!(!shown(&counts, &parts).contains(&None));
        }
    }
}
