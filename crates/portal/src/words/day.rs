//! Days as people type them into a form, and the instants they mean: a day is over when its last second is, where the reader is.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::Face;

/// What is said of a text that is no day.
const NO_DAY: &str = "is no day; write it like 2027-03-31";

impl Face {
    /// What stands in a field of a form for an instant.
    pub(crate) fn field(&self, at: Option<Timestamp>) -> String {
        at.map(|at| at.to_zoned(self.zone.clone()).date().to_string()).unwrap_or_default()
    }

    /// The last second of a day that was typed; none where the field was left empty.
    ///
    /// `before` is what the field was filled with: a day that was left as it was means the same instant as before, also to
    /// a reader in another zone.
    ///
    /// # Errors
    /// What is wrong with it, to be said beside the field.
    pub(crate) fn last_of(&self, typed: &str, before: Option<Timestamp>) -> Result<Option<Timestamp>, &'static str> {
        self.typed(typed, before, |date| {
            Ok(self.start(date.checked_add(1.day()).map_err(|_| NO_DAY)?)? - SignedDuration::from_secs(1))
        })
    }

    /// Its first second.
    ///
    /// # Errors
    /// As [`Self::last_of`].
    pub(crate) fn first_of(&self, typed: &str, before: Option<Timestamp>) -> Result<Option<Timestamp>, &'static str> {
        self.typed(typed, before, |date| self.start(date))
    }

    fn typed(
        &self,
        typed: &str,
        before: Option<Timestamp>,
        at: impl Fn(Date) -> Result<Timestamp, &'static str>,
    ) -> Result<Option<Timestamp>, &'static str> {
        let typed = typed.trim();
        if typed == self.field(before) {
            return Ok(before);
        }
        if typed.is_empty() {
            return Ok(None);
        }
        // Some years, so that the first or last second can still be told.
        let date = typed.parse::<Date>().ok().filter(|date| (1970..9_000).contains(&date.year())).ok_or(NO_DAY)?;
        at(date).map(Some)
    }

    fn start(&self, date: Date) -> Result<Timestamp, &'static str> {
        date.to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp()).map_err(|_| NO_DAY)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn face(zone: &str) -> Face {
        Face { now: "2026-11-22T07:00:00Z".parse().unwrap(), zone: TimeZone::get(zone).unwrap() }
    }

    #[test]
    fn a_day_lasts_to_its_end_where_the_reader_is() {
        let berlin = face("Europe/Berlin");
        let last = berlin.last_of("2027-03-31", None).unwrap().unwrap();
        assert_eq!(last.to_string(), "2027-03-31T21:59:59Z");
        assert_eq!(berlin.field(Some(last)), "2027-03-31");
        assert_eq!(berlin.first_of("2027-03-31", None).unwrap().unwrap().to_string(), "2027-03-30T22:00:00Z");
    }

    /// Seen red with every day read anew: the end moved by hours whenever somebody elsewhere saved another field.
    #[test]
    fn a_day_that_was_left_as_it_was_is_the_same_instant_elsewhere() {
        let last = face("Europe/Berlin").last_of("2027-03-31", None).unwrap();
        let tokyo = face("Asia/Tokyo");
        let field = tokyo.field(last);
        assert_eq!(field, "2027-04-01");
        assert_eq!(tokyo.last_of(&field, last), Ok(last));
        assert_eq!(tokyo.last_of("", last), Ok(None), "and one that was emptied is none");
    }

    #[test]
    fn what_is_no_day_is_said_to_be_none() {
        for typed in ["31/3/2027", "2027-02-30", "0001-01-01", "9999-12-31"] {
            assert_eq!(face("UTC").last_of(typed, None), Err(NO_DAY), "{typed}");
        }
        assert_eq!(face("UTC").last_of(" ", None), Ok(None));
    }
}
