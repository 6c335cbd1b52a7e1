//! Which counts of a published list are hidden, so that no child can be picked out: the small ones, and enough others that
//! none of the small ones can be worked out from a total.

/// A count below this, and above nought, is about so few children that somebody may know them.
const SMALL: i64 = 5;

/// Which counts of one column are hidden. `parts[n]` is the part of the list that count `n` belongs to; the totals of each
/// part, and of the whole list, are taken to be known.
///
/// Wherever a small count is hidden, the smallest others of its part, and of the list, are hidden with it until what is
/// hidden there could be shared out in more than one way. A part that has no further count hides what it has.
pub fn hidden<P: PartialEq>(counts: &[i64], parts: &[P]) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|count| (1..SMALL).contains(count)).collect();
    let groups = groups(counts.len(), parts);
    // What is hidden for the sake of the whole list leaves a hole in a part, which needs another.
    loop {
        let mut added = false;
        for group in &groups {
            added |= complete(counts, &mut hidden, group);
        }
        if !added {
            return hidden;
        }
    }
}

/// The places of each part's counts, and those of the whole list.
fn groups<P: PartialEq>(length: usize, parts: &[P]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(&P, Vec<usize>)> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        match groups.iter_mut().find(|(known, _)| *known == part) {
            Some((_, places)) => places.push(index),
            None => groups.push((part, vec![index])),
        }
    }
    let whole = (0..length).collect();
    groups.into_iter().map(|(_, places)| places).chain([whole]).collect()
}

/// Hides further counts of a group until the hidden ones keep each other's secret. Says whether any was added.
fn complete(counts: &[i64], hidden: &mut [bool], group: &[usize]) -> bool {
    let mut added = false;
    while !is_safe(counts, hidden, group) {
        let shown = group.iter().filter(|&&index| !hidden[index] && counts[index] > 0);
        let Some(&smallest) = shown.min_by_key(|&&index| counts[index]) else {
            return added;
        };
        hidden[smallest] = true;
        added = true;
    }
    added
}

/// Whether the hidden counts of a group cannot be told from their sum. Each is known to be at least one.
fn is_safe(counts: &[i64], hidden: &[bool], group: &[usize]) -> bool {
    let of_hidden = || group.iter().filter(|&&index| hidden[index]).map(|&index| counts[index]);
    let (number, sum) = (i64::try_from(of_hidden().count()).unwrap_or(i64::MAX), of_hidden().sum::<i64>());
    number == 0 || (number >= 2 && sum >= SMALL && sum > number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(counts: &[i64], parts: &[char]) -> Vec<Option<i64>> {
        let hidden = hidden(counts, parts);
        counts.iter().zip(hidden).map(|(&count, hidden)| (!hidden).then_some(count)).collect()
    }

    #[test]
    fn a_small_count_takes_the_smallest_other_with_it() {
        for (counts, parts, expected) in [
            // Nothing is small.
            (&[5, 0, 9][..], &['a', 'a', 'a'][..], &[Some(5), Some(0), Some(9)][..]),
            // One small count; nought is no secret.
            (&[4, 0, 9, 7], &['a'; 4], &[None, Some(0), Some(9), None]),
            // Two small ones whose sum says that both are 1.
            (&[1, 1, 9, 7], &['a'; 4], &[None, None, Some(9), None]),
            // Two that could be shared out otherwise.
            (&[4, 3, 9, 7], &['a'; 4], &[None, None, Some(9), Some(7)]),
            // Five ones add up to five and can be nothing else.
            (&[1, 1, 1, 1, 1, 8], &['a'; 6], &[None; 6]),
            // A part with nothing else to hide: its count and, for the list's total, the two smallest of another.
            (&[2, 9, 8, 30], &['a', 'b', 'b', 'b'], &[None, None, None, Some(30)]),
            // The smallest first, and of equals the one that stands first.
            (&[3, 6, 6], &['a'; 3], &[None, None, Some(6)]),
        ] {
            assert_eq!(shown(counts, parts), expected, "{counts:?}");
        }
        assert!(hidden::<char>(&[], &[]).is_empty());
    }

    proptest! {
        #[test]
        fn no_hidden_count_can_be_worked_out(cells in prop::collection::vec((0i64..14, 0u8..4), 0..24)) {
            let (counts, parts): (Vec<i64>, Vec<u8>) = cells.into_iter().unzip();
            let hidden = hidden(&counts, &parts);
            for (&count, &is_hidden) in counts.iter().zip(&hidden) {
                prop_assert!(is_hidden || count == 0 || count >= SMALL);
                prop_assert!(!(is_hidden && count == 0));
            }
            for group in groups(counts.len(), &parts) {
                let secret: Vec<i64> = group.iter().filter(|&&n| hidden[n]).map(|&n| counts[n]).collect();
                let has_more = group.iter().any(|&n| !hidden[n] && counts[n] > 0);
                if secret.is_empty() || !has_more {
                    continue;
                }
                // Whoever knows the group's total knows this sum, and that each count is one or more.
                let (sum, others) = (secret.iter().sum::<i64>(), secret.len() as i64 - 1);
                let (least, most) = (if others == 0 { sum } else { 1 }, sum - others);
                prop_assert!(least < most, "{secret:?} of {group:?} can be worked out");
                prop_assert!(sum >= SMALL);
            }
        }

        #[test]
        fn without_small_counts_nothing_is_hidden(counts in prop::collection::vec(SMALL..99, 0..24)) {
            let parts = vec![(); counts.len()];
            prop_assert!(!hidden(&counts, &parts).contains(&true));
        }
    }
}
