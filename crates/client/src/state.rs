//! What a program sees of its licence. Decides nothing, least of all what the program does about it.

use jiff::Timestamp;
use seatkeeper_protocol::{EndReason, Problem};
use uuid::Uuid;

/// How a program stands with its licence. What a state means for the program is the program's choice; none closes it.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The first answer is outstanding.
    Starting,
    /// A seat is held and the server reachable.
    Licensed,
    /// Contact is lost; the seat is held on to until then.
    Offline {
        /// How long the program may go on with no contact.
        until: Timestamp,
    },
    /// Opened with no contact, outside the pool, until then.
    Grace {
        /// How long the program may go on with no contact.
        until: Timestamp,
    },
    /// The time a program may go on with no contact is over.
    GraceOver,
    /// The server, or the lack of one at the first start, says no; `detail` is a sentence to show.
    Refused {
        /// What happened, in a stable code and a sentence.
        problem: Box<Problem>,
    },
    /// The seat that was held is gone.
    Lost {
        /// Why.
        reason: EndReason,
    },
    /// The program closed it.
    Closed,
}

impl State {
    /// A stable word for logs and scripts.
    pub fn name(&self) -> &'static str {
        match self {
            State::Starting => "starting",
            State::Licensed => "licensed",
            State::Offline { .. } => "offline",
            State::Grace { .. } => "grace",
            State::GraceOver => "grace_over",
            State::Refused { .. } => "refused",
            State::Lost { .. } => "lost",
            State::Closed => "closed",
        }
    }

    /// Whether the licence lets the program work: licensed, or going on with no contact.
    pub fn usable(&self) -> bool {
        matches!(self, State::Licensed | State::Offline { .. } | State::Grace { .. })
    }

    pub(crate) fn refused(problem: Box<Problem>) -> Self {
        State::Refused { problem }
    }
}

/// What is known of the seat held, as of the last answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The session, for support.
    pub session_id: Uuid,
    /// Seats of the licence.
    pub seats: u32,
    /// Of them held.
    pub in_use: u32,
    /// When the lease ends unless it is renewed.
    pub lease_until: Timestamp,
    /// How long the program may go on with no contact.
    pub grace_until: Timestamp,
    /// When the seat is taken back at the latest; none under an indefinite hold.
    pub back_by: Option<Timestamp>,
}
