//! Instants for people, to the minute. How people write them, `service::written` knows.

use jiff::Timestamp;

/// An instant for a table, to the minute; the Z says that it is UTC.
pub(crate) fn shown_instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_to_the_minute() {
        assert_eq!(shown_instant("2027-03-31T18:05:59Z".parse().unwrap()), "2027-03-31 18:05Z");
    }
}
