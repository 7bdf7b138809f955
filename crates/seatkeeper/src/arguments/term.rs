//! A term as it travels. How people write it, `service::written` knows.

use seatkeeper_domain::term::Term as Read;
use seatkeeper_protocol::admin::Term;
use seatkeeper_service::written;

/// Reads a term: `perpetual`, `perpetual:2027-12-31`, `subscription:2027-12-31`, `trial:14`, `education:2027-09-30`.
pub(crate) fn term(text: &str) -> Result<Term, String> {
    Ok(term_sent(written::term(text)?))
}

/// A term as it travels.
pub(crate) fn term_sent(term: Read) -> Term {
    match term {
        Read::Perpetual { maintenance_until } => Term::Perpetual { maintenance_until },
        Read::Subscription { expires_at } => Term::Subscription { expires_at },
        Read::Education { expires_at } => Term::Education { expires_at },
        Read::Trial { days, started_at } => Term::Trial { days, started_at, expires_at: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_travels() {
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
}
