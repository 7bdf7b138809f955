//! Lengths of time in a form: a number and a unit.

use serde::Deserialize;

/// Units, the largest first, with the seconds in each.
pub(crate) const UNITS: &[(&str, &str, u32)] =
    &[("days", "days", 86_400), ("hours", "hours", 3_600), ("minutes", "minutes", 60), ("seconds", "seconds", 1)];

/// A length as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Span {
    pub(super) count: String,
    pub(super) unit: String,
}

impl Span {
    /// So many seconds, in the largest unit that says them exactly.
    pub(super) fn of(seconds: u32) -> Self {
        let fits = UNITS.iter().find(|(_, _, size)| seconds.is_multiple_of(*size) && (seconds > 0 || *size == 60));
        let (unit, size) = fits.map_or(("seconds", 1), |(code, _, size)| (*code, *size));
        Self { count: (seconds / size).to_string(), unit: unit.to_owned() }
    }

    pub(super) fn new(count: &str, unit: &str) -> Self {
        Self { count: count.to_owned(), unit: unit.to_owned() }
    }

    /// The seconds that it says.
    ///
    /// # Errors
    /// What is wrong with it, to be said beside the field.
    pub(super) fn seconds(&self) -> Result<u32, &'static str> {
        let count: u32 = self.count.trim().parse().map_err(|_| "must be a whole number")?;
        let unit =
            UNITS.iter().find(|(code, ..)| *code == self.unit).ok_or("must be in days, hours, minutes or seconds")?;
        count.checked_mul(unit.2).ok_or("is too long")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_said_in_the_largest_unit_that_says_it_exactly_and_read_back() {
        for (seconds, count, unit) in [
            (1200, "20", "minutes"),
            (172_800, "2", "days"),
            (90_000, "25", "hours"),
            (61, "61", "seconds"),
            (0, "0", "minutes"),
        ] {
            let span = Span::of(seconds);
            assert_eq!((span.count.as_str(), span.unit.as_str()), (count, unit));
            assert_eq!(span.seconds(), Ok(seconds));
        }
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for (count, unit) in [("-1", "days"), ("1.5", "hours"), ("", "days"), ("1", "years"), ("4294967295", "days")] {
            assert!(Span::new(count, unit).seconds().is_err(), "{count} {unit}");
        }
    }
}
