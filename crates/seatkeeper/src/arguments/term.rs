//! A term as people write it: `perpetual`, `perpetual:2027-12-31`, `subscription:2027-12-31`, `trial:14`, `education:2027-09-30`.

use seatkeeper_protocol::admin::Term;

use super::last_instant;

/// Reads a term; a date is the last day of the term or of the maintenance.
pub(crate) fn term(text: &str) -> Result<Term, String> {
    let (kind, rest) = match text.split_once(':') {
        Some((kind, rest)) => (kind, Some(rest)),
        None => (text, None),
    };
    match (kind, rest) {
        ("perpetual", maintenance) => {
            Ok(Term::Perpetual { maintenance_until: maintenance.map(last_instant).transpose()? })
        }
        ("subscription", Some(end)) => Ok(Term::Subscription { expires_at: last_instant(end)? }),
        ("education", Some(end)) => Ok(Term::Education { expires_at: last_instant(end)? }),
        ("trial", Some(days)) => {
            let days = days.parse().map_err(|_| format!("{days:?} is no number of days"))?;
            Ok(Term::Trial { days, started_at: None, expires_at: None })
        }
        _ => Err("a term is perpetual, perpetual:LAST-DAY-OF-MAINTENANCE, subscription:LAST-DAY, trial:DAYS or \
                  education:LAST-DAY"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_each_kind() {
        let end = "2027-12-31T23:59:59Z";
        for (text, wire) in [
            ("perpetual", json!({ "kind": "perpetual" })),
            ("perpetual:2027-12-31", json!({ "kind": "perpetual", "maintenance_until": end })),
            ("subscription:2027-12-31", json!({ "kind": "subscription", "expires_at": end })),
            ("education:2027-12-31", json!({ "kind": "education", "expires_at": end })),
            ("trial:14", json!({ "kind": "trial", "days": 14 })),
        ] {
            assert_eq!(serde_json::to_value(term(text).unwrap()).unwrap(), wire, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "forever", "subscription", "trial", "trial:two weeks", "education:soon"] {
            assert!(term(text).is_err(), "{text}");
        }
    }
}
