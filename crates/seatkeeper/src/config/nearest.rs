//! The name that somebody probably meant. Knows no names.

/// The known name nearest to `typed`, within two single-character mistakes.
pub(super) fn nearest(typed: &str, known: impl Iterator<Item = String>) -> Option<String> {
    let near = known.map(|name| (distance(typed, &name), name)).filter(|(distance, _)| *distance <= 2);
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many characters must be put in, taken out or changed to come from one to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far_fetched() {
        let known = || ["listen", "log_level", "data"].into_iter().map(str::to_owned);
        assert_eq!(nearest("lisen", known()).as_deref(), Some("listen"));
        assert_eq!(nearest("log-level", known()).as_deref(), Some("log_level"));
        assert_eq!(nearest("port", known()), None);
    }

    #[test]
    fn distances_of_the_textbook() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
