//! What is wrong with books, in sentences: counts, chains, people's names. The same for every engine, each of which reads its
//! own rows; this reads none.

use std::fmt::{self, Display};

use seatkeeper_domain::event::{ChainHead, Event, Stream};
use seatkeeper_domain::holder::Names;
use serde::Deserialize;
use uuid::Uuid;

use crate::write::Finding;

/// Findings at most of one kind: enough to see what happened.
const MOST: usize = 200;

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order in which it was found.
    pub all: Vec<Finding>,
}

impl Findings {
    /// Adds one, unless there are enough of its kind.
    pub fn add(&mut self, what: &'static str, detail: String) {
        if self.all.iter().filter(|finding| finding.what == what).count() < MOST {
            self.all.push(Finding { what, detail });
        }
    }

    /// A counter beside the rows that it counts; none where there is no counter.
    pub fn miscounted(&mut self, what: Counted, id: Uuid, counted: Option<i64>, rows: i64) {
        let counted = counted.map_or("no".to_owned(), |counted| counted.to_string());
        let sentence = match what {
            Counted::Seats => format!("licence {id} counts {counted} seats in use, and {rows} sessions are live"),
            Counted::Devices => format!("licence {id} counts {counted} devices, and {rows} are admitted"),
            Counted::Copies => format!("session {id} counts {counted} copies, and {rows} checkouts are live"),
        };
        self.add("counters", sentence);
    }

    /// Places of a lane (`of the lane`) between two events are missing rows: a lane has no gaps.
    pub fn gap(&mut self, lane: &str, before: u64, place: u64) {
        match place.saturating_sub(before + 1) {
            0 => {}
            1 => self.add("chain", format!("event {} {lane} is missing", before + 1)),
            _ => self.add("chain", format!("events {} to {} {lane} are missing", before + 1, place - 1)),
        }
    }

    /// Whether the event at a place (`event 7 of the lane`) is what follows `head` in its chain. The next is compared with
    /// what this one claims to be, so that one fault is named once.
    pub fn follows(&mut self, place: &str, head: ChainHead, event: &Event) {
        let (owner, expected) = (Owner(event.stream), head.length + 1);
        if event.number != expected {
            let wrong = format!("{place} is number {} of {owner}, and {expected} was expected", event.number);
            self.add("chain", format!("{wrong}: one is missing or out of place"));
        } else if event.hash != event.hash_after(&head.hash) {
            self.add("chain", format!("{place} (number {} of {owner}) or the one before it was altered", event.number));
        }
    }

    /// The head that a chain's owner holds beside the last event that there is.
    pub fn head(&mut self, owner: Stream, last: ChainHead, head: ChainHead) {
        let owner = Owner(owner);
        if last.length < head.length {
            let (first, to) = (last.length + 1, head.length);
            self.add("chain", format!("events {first} to {to} of {owner} are missing: they were cut off"));
        } else if last != head {
            let sentence = format!("the last event of {owner} is not the one that it says");
            self.add("chain", format!("{sentence}: one was altered or put there"));
        }
    }

    /// Names beside what their chain committed to. Names that were erased have no salt and cannot be compared, which is
    /// what erasing them is for.
    pub fn names(&mut self, committed: &Committed, names: &Names) {
        let erased = *names == Names::default();
        if !erased && names.commitment().as_ref() != Some(&committed.who) {
            let Committed { whose, id, .. } = committed;
            self.add("names", format!("the names of {whose} {id} are not those that its chain committed to"));
        }
    }
}

/// What a counter counts.
#[derive(Clone, Copy, Debug)]
pub enum Counted {
    /// A licence's live sessions.
    Seats,
    /// A licence's admitted devices.
    Devices,
    /// A session's live checkouts.
    Copies,
}

/// Rows with a person's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A session.
    Session,
    /// An episode of refusals.
    Denial,
    /// A device. Its names are written anew each time that it is admitted: the last commitment counts.
    Device,
}

impl Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Named::Session => "session",
            Named::Denial => "denial",
            Named::Device => "activation",
        })
    }
}

/// The hash that an event holds in place of somebody's names.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Whose.
    pub whose: Named,
    /// The row's id.
    pub id: Uuid,
    /// The salted hash.
    pub who: String,
}

impl Committed {
    /// What an event commits to, if it does. A body that is no such JSON was altered, and is named as that.
    pub fn by(event: &Event) -> Option<Self> {
        #[derive(Deserialize)]
        struct Body {
            session: Option<Uuid>,
            denial: Option<Uuid>,
            activation: Option<Uuid>,
            who: Option<String>,
        }
        let about = ["session.started", "denial.began", "activation.admitted", "activation.renewed"];
        let body: Body = about.contains(&event.kind.as_str()).then(|| serde_json::from_str(&event.body).ok())??;
        let (whose, id) = match (body.session, body.denial, body.activation) {
            (Some(id), ..) => (Named::Session, id),
            (_, Some(id), _) => (Named::Denial, id),
            (.., id) => (Named::Device, id?),
        };
        Some(Self { whose, id, who: body.who? })
    }
}

/// Whose chain it is, for people.
struct Owner(Stream);

impl Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Stream::License(id) => write!(f, "licence {id}"),
            Stream::Customer(id) => write!(f, "customer {id}"),
            Stream::Server => f.write_str("the server"),
        }
    }
}
