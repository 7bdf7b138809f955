//! For how long a licence may be used, and which releases it covers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The term of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Term {
    /// For ever; releases dated later than `maintenance_until` are not covered.
    Perpetual {
        /// The last release date that is covered; every release where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maintenance_until: Option<Timestamp>,
    },
    /// Until `expires_at`, and the policy's renewal grace beyond it.
    Subscription {
        /// When the paid time ends.
        expires_at: Timestamp,
    },
    /// `days` days from the first activation.
    Trial {
        /// Length in days.
        days: u32,
        /// The first activation; absent until then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        started_at: Option<Timestamp>,
    },
    /// For schools and students, until `expires_at`.
    Education {
        /// When it ends.
        expires_at: Timestamp,
    },
}

impl Term {
    /// When the term ends, before any renewal grace; `None` for ever, or not started yet.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match *self {
            Term::Perpetual { .. } => None,
            Term::Subscription { expires_at } | Term::Education { expires_at } => Some(expires_at),
            Term::Trial { days, started_at } => started_at.map(|start| after(start, i64::from(days) * 86_400)),
        }
    }

    /// When nothing more is licensed: renewal grace lengthens a subscription, which is what can be renewed.
    pub fn ends_at(&self, renewal_grace_seconds: u32) -> Option<Timestamp> {
        let grace = if matches!(self, Term::Subscription { .. }) { i64::from(renewal_grace_seconds) } else { 0 };
        self.expires_at().map(|end| after(end, grace))
    }

    /// Whether a release of this date is covered. A program that names no date is.
    pub fn covers_release(&self, released_at: Option<Timestamp>) -> bool {
        match (self, released_at) {
            (Term::Perpetual { maintenance_until: Some(until) }, Some(released)) => released <= *until,
            _ => true,
        }
    }

    /// The term once its first device is admitted: a trial's days begin.
    #[must_use]
    pub fn started(self, now: Timestamp) -> Self {
        match self {
            Term::Trial { days, started_at: None } => Term::Trial { days, started_at: Some(now) },
            other => other,
        }
    }
}

/// `at` plus `seconds`, held within what a timestamp can say.
pub fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_trial_ends_counted_from_its_start() {
        let trial = Term::Trial { days: 14, started_at: None };
        assert_eq!(trial.ends_at(0), None);
        assert_eq!(trial.started(at(100)).ends_at(0), Some(at(100 + 14 * 86_400)));
        assert_eq!(trial.started(at(100)).started(at(500)), trial.started(at(100)));
    }

    #[test]
    fn renewal_grace_lengthens_a_subscription() {
        let term = Term::Subscription { expires_at: at(1000) };
        assert_eq!(term.expires_at(), Some(at(1000)));
        assert_eq!(term.ends_at(60), Some(at(1060)));
        assert_eq!(Term::Education { expires_at: at(1000) }.ends_at(60), Some(at(1000)));
        assert_eq!(Term::Trial { days: 0, started_at: Some(at(1000)) }.ends_at(60), Some(at(1000)));
    }

    #[test]
    fn maintenance_covers_releases_up_to_its_date_and_those_without_one() {
        let term = Term::Perpetual { maintenance_until: Some(at(1000)) };
        assert!(term.covers_release(Some(at(1000))));
        assert!(!term.covers_release(Some(at(1001))));
        assert!(term.covers_release(None));
        assert!(Term::Perpetual { maintenance_until: None }.covers_release(Some(at(1001))));
    }
}
