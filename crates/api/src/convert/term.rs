//! Terms, there and back.

use seatkeeper_domain::term::Term;
use seatkeeper_protocol::admin;

use super::Checked;

/// The end of a trial follows from its start and its days: it is told, never set.
pub(super) fn asked(checked: &mut Checked, term: admin::Term) -> Term {
    match term {
        admin::Term::Perpetual { maintenance_until } => Term::Perpetual { maintenance_until },
        admin::Term::Subscription { expires_at } => Term::Subscription { expires_at },
        admin::Term::Education { expires_at } => Term::Education { expires_at },
        admin::Term::Trial { days, started_at, expires_at } => {
            let term = Term::Trial { days, started_at };
            if expires_at.is_some() && expires_at != term.expires_at() {
                checked.note("term.expires_at", "follows from the start and the days of a trial and cannot be set");
            }
            term
        }
    }
}

pub(super) fn term(term: Term) -> admin::Term {
    match term {
        Term::Perpetual { maintenance_until } => admin::Term::Perpetual { maintenance_until },
        Term::Subscription { expires_at } => admin::Term::Subscription { expires_at },
        Term::Education { expires_at } => admin::Term::Education { expires_at },
        Term::Trial { days, started_at } => admin::Term::Trial { days, started_at, expires_at: term.expires_at() },
    }
}
