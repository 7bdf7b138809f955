//! How people write, in files and on the command line, what the books want exactly: instants, terms, features. Asks nobody and no
//! clock. Days are UTC, so that the same words mean the same wherever they are read.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use seatkeeper_domain::license::FeatureGrant;
use seatkeeper_domain::term::Term;

/// Reads a beginning: a day begins with its first second.
///
/// # Errors
/// A sentence that says how it is written.
pub fn first_instant(text: &str) -> Result<Timestamp, String> {
    instant(text, Time::midnight())
}

/// Reads an end: what ends on a day is good through all of it.
///
/// # Errors
/// A sentence that says how it is written.
pub fn last_instant(text: &str) -> Result<Timestamp, String> {
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

/// Reads a term: `perpetual`, `perpetual:2027-12-31`, `subscription:2027-12-31`, `trial:14`, `education:2027-09-30`. A date is the
/// last day of the term or of the maintenance.
///
/// # Errors
/// A sentence that says how it is written.
pub fn term(text: &str) -> Result<Term, String> {
    let (kind, rest) = halves(text);
    match (kind, rest) {
        ("perpetual", maintenance) => {
            Ok(Term::Perpetual { maintenance_until: maintenance.map(last_instant).transpose()? })
        }
        ("subscription", Some(end)) => Ok(Term::Subscription { expires_at: last_instant(end)? }),
        ("education", Some(end)) => Ok(Term::Education { expires_at: last_instant(end)? }),
        ("trial", Some(days)) => {
            let days = days.parse().map_err(|_| format!("{days:?} is no number of days"))?;
            Ok(Term::Trial { days, started_at: None })
        }
        _ => Err("a term is perpetual, perpetual:LAST-DAY-OF-MAINTENANCE, subscription:LAST-DAY, trial:DAYS or \
                  education:LAST-DAY"
            .to_owned()),
    }
}

/// Reads a feature that a licence switches on: `CODE[:LAST-DAY]`.
///
/// # Errors
/// A sentence that says how its last day is written.
pub fn feature(text: &str) -> Result<FeatureGrant, String> {
    let (code, end) = halves(text);
    Ok(FeatureGrant { code: code.to_owned(), ends_at: end.map(last_instant).transpose()? })
}

fn halves(text: &str) -> (&str, Option<&str>) {
    text.split_once(':').map_or((text, None), |(one, other)| (one, Some(other)))
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
    fn what_is_no_day_is_refused() {
        for text in ["", "tomorrow", "31.3.2027", "2027-02-30", "2027-3-1", "2027-03-31T18:00:00"] {
            assert!(last_instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_each_kind_of_term() {
        let end = "2027-12-31T23:59:59Z".parse().unwrap();
        for (text, read) in [
            ("perpetual", Term::Perpetual { maintenance_until: None }),
            ("perpetual:2027-12-31", Term::Perpetual { maintenance_until: Some(end) }),
            ("subscription:2027-12-31", Term::Subscription { expires_at: end }),
            ("education:2027-12-31", Term::Education { expires_at: end }),
            ("trial:14", Term::Trial { days: 14, started_at: None }),
        ] {
            assert_eq!(term(text).unwrap(), read, "{text}");
        }
        for text in ["", "forever", "subscription", "trial", "trial:two weeks", "education:soon"] {
            assert!(term(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_features() {
        assert_eq!(feature("bim").unwrap().ends_at, None);
        assert_eq!(feature("bim:2027-12-31").unwrap().ends_at.unwrap().to_string(), "2027-12-31T23:59:59Z");
        assert!(feature("bim:soon").is_err());
    }
}
