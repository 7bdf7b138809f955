//! For how long a licence may be used, and whether it may be now, in few words.

use std::fmt;

use askama::filters::HtmlSafe;
use seatkeeper_domain::license::{License, Status};
use seatkeeper_domain::term::Term;

use super::{Face, When, many};

/// A term as people say it: `maintenance to 31 Mar 2027`, `trial · 9 days left`, `ends 5 Jan 2027`.
pub(crate) struct TermSaid {
    words: String,
    when: Option<When>,
}

impl TermSaid {
    pub(crate) fn of(license: &License, face: &Face) -> Self {
        let past = |at| at <= face.now;
        let (words, at) = match license.term {
            Term::Perpetual { maintenance_until: None } => ("perpetual", None),
            Term::Perpetual { maintenance_until: Some(until) } if past(until) => ("maintenance ended", Some(until)),
            Term::Perpetual { maintenance_until: Some(until) } => ("maintenance to", Some(until)),
            Term::Subscription { expires_at } if !past(expires_at) => ("ends", Some(expires_at)),
            Term::Subscription { .. } if !license.expired(face.now) => ("to be renewed by", license.ends_at()),
            Term::Subscription { expires_at } => ("ended", Some(expires_at)),
            Term::Education { expires_at } if past(expires_at) => ("education · ended", Some(expires_at)),
            Term::Education { expires_at } => ("education · ends", Some(expires_at)),
            Term::Trial { days, started_at: None } => {
                return Self {
                    words: format!("trial · {} from the first start", many(days.into(), "day")),
                    when: None,
                };
            }
            Term::Trial { .. } => match license.term.expires_at() {
                Some(end) if !past(end) => {
                    let left = (end.as_second() - face.now.as_second()).div_euclid(86_400) + 1;
                    let left = many(left.unsigned_abs(), "day");
                    return Self { words: format!("trial · {left} left, to"), when: Some(face.day(end)) };
                }
                end => ("trial · ended", end),
            },
        };
        Self { words: words.to_owned(), when: at.map(|at| face.day(at)) }
    }
}

impl TermSaid {
    /// The words alone, for where no markup can stand.
    pub(crate) fn text(&self) -> String {
        match &self.when {
            Some(when) => format!("{} {}", self.words, when.said()),
            None => self.words.clone(),
        }
    }
}

impl fmt::Display for TermSaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.when {
            Some(when) => write!(f, "{} {when}", self.words),
            None => f.write_str(&self.words),
        }
    }
}

/// Words of ours, numbers and an instant.
impl HtmlSafe for TermSaid {}

/// Whether a licence may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usable {
    /// It may.
    Active,
    /// Its term is over.
    Ended,
    /// It is paused.
    Suspended,
    /// It was ended for ever.
    Revoked,
}

impl Usable {
    pub(crate) fn of(license: &License, face: &Face) -> Self {
        match license.status {
            Status::Revoked => Self::Revoked,
            Status::Suspended => Self::Suspended,
            Status::Active if license.expired(face.now) => Self::Ended,
            Status::Active => Self::Active,
        }
    }

    /// The class that colours it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Active => "live",
            Self::Suspended => "silent",
            Self::Ended => "ended",
            Self::Revoked => "limit",
        }
    }

    /// It in a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Ended => "Ended",
            Self::Suspended => "Suspended",
            Self::Revoked => "Revoked",
        }
    }
}

/// What is to be said of a pool with more seats in use than were bought.
pub(crate) fn beyond(license: &License, in_use: u32, face: &Face) -> Option<String> {
    let (seats, limit) = (license.seats(face.now), license.limit(face.now));
    match (in_use.saturating_sub(limit), in_use.saturating_sub(seats)) {
        (_, 0) => None,
        (0, lent) => Some(format!("{} lent beyond those bought, as this licence allows.", many(lent.into(), "seat"))),
        (more, _) => Some(format!(
            "{} more in use than there are. Nobody is thrown out; nobody new gets in until enough are back.",
            many(more.into(), "seat")
        )),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use seatkeeper_domain::id::{CustomerId, LicenseId, ProductId};
    use seatkeeper_domain::license::{Grant, Model};
    use seatkeeper_domain::policy::Policy;
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// A pool of ten seats.
    pub(crate) fn license(term: Term) -> License {
        let id = Uuid::nil();
        License {
            id: LicenseId(id),
            customer_id: CustomerId(id),
            product_id: ProductId(id),
            serial_number: "SN-1".to_owned(),
            model: Model::Concurrent,
            grants: vec![Grant { seats: 10, starts_at: None, ends_at: None, order_reference: None }],
            features: Vec::new(),
            term,
            policy: Policy::default_for(Model::Concurrent),
            status: Status::Active,
            status_reason: None,
            legacy: None,
            external_id: None,
            metadata: serde_json::Map::new(),
            revision: 1,
            ever_blocked: false,
            resumed_at: None,
            created_at: at("2026-01-01T00:00:00Z"),
            request: None,
            tried_by: None,
        }
    }

    fn said(term: Term, renewal_grace_seconds: u32) -> (String, Usable) {
        let mut license = license(term);
        license.policy.renewal_grace_seconds = renewal_grace_seconds;
        let face = Face { now: at("2026-11-22T12:00:00Z"), zone: TimeZone::UTC };
        let term = TermSaid::of(&license, &face);
        (term.text(), Usable::of(&license, &face))
    }

    /// Seen red when what an overdraft lends is said to be too many.
    #[test]
    fn more_than_were_bought_is_explained() {
        let mut pool = license(Term::Perpetual { maintenance_until: None });
        let face = Face { now: at("2026-11-22T12:00:00Z"), zone: TimeZone::UTC };
        assert_eq!(beyond(&pool, 10, &face), None);
        assert!(beyond(&pool, 11, &face).unwrap().starts_with("1 seat more in use than there are."));
        pool.policy.overdraft = 2;
        assert_eq!(beyond(&pool, 12, &face).unwrap(), "2 seats lent beyond those bought, as this licence allows.");
        assert!(beyond(&pool, 13, &face).unwrap().starts_with("1 seat more in use"));
    }

    #[test]
    fn each_term_is_said_as_it_stands() {
        let perpetual = |until: &str| Term::Perpetual { maintenance_until: Some(at(until)) };
        assert_eq!(
            said(perpetual("2027-03-31T12:00:00Z"), 0),
            ("maintenance to 31 Mar 2027".to_owned(), Usable::Active)
        );
        assert_eq!(said(perpetual("2026-03-31T12:00:00Z"), 0).0, "maintenance ended 31 Mar 2026");
        let ended = Term::Subscription { expires_at: at("2026-11-20T12:00:00Z") };
        assert_eq!(said(ended, 0), ("ended 20 Nov 2026".to_owned(), Usable::Ended));
        assert_eq!(said(ended, 14 * 86_400), ("to be renewed by 4 Dec 2026".to_owned(), Usable::Active));
        let trial = |started_at| Term::Trial { days: 14, started_at };
        assert_eq!(said(trial(None), 0).0, "trial · 14 days from the first start");
        assert_eq!(said(trial(Some(at("2026-11-17T12:00:01Z"))), 0).0, "trial · 10 days left, to 1 Dec 2026");
        assert_eq!(said(trial(Some(at("2026-10-17T12:00:00Z"))), 0).1, Usable::Ended);
    }
}
