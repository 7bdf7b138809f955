//! Instants as people write them: a day, `2027-03-31`, or an RFC 3339 instant. Days are UTC, as all the server's sentences are.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// Reads a beginning: a day begins with its first second.
pub(crate) fn first_instant(text: &str) -> Result<Timestamp, String> {
    instant(text, Time::midnight())
}

/// Reads an end: what ends on a day is good through all of it.
pub(crate) fn last_instant(text: &str) -> Result<Timestamp, String> {
    instant(text, Time::constant(23, 59, 59, 0))
}

fn instant(text: &str, on_a_day: Time) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let wrong = || "a date is written 2027-03-31, an instant 2027-03-31T18:00:00Z".to_owned();
    // Anything longer is an instant that went wrong: its time of day must not be dropped in silence.
    let day: Date = Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let zoned = day.to_datetime(on_a_day).to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    Ok(zoned.timestamp())
}

/// An instant for a table, to the minute; the Z says that it is UTC.
pub(crate) fn shown_instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%MZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_and_ends() {
        assert_eq!(first_instant("2027-03-31").unwrap().to_string(), "2027-03-31T00:00:00Z");
        assert_eq!(last_instant("2027-03-31").unwrap().to_string(), "2027-03-31T23:59:59Z");
    }

    #[test]
    fn an_instant_is_taken_as_it_is() {
        for read in [first_instant, last_instant] {
            assert_eq!(read("2027-03-31T18:00:00+02:00").unwrap().to_string(), "2027-03-31T16:00:00Z");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "tomorrow", "31.3.2027", "2027-02-30", "2027-3-1", "2027-03-31T18:00:00"] {
            assert!(last_instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn is_shown_to_the_minute() {
        assert_eq!(shown_instant("2027-03-31T18:05:59Z".parse().unwrap()), "2027-03-31 18:05Z");
    }
}
