//! What the logic asks of the world, and what comes back. Does nothing itself.

use std::time::Duration;

use jiff::Timestamp;
use seatkeeper_protocol::client::{
    ActivationAnswer, ActivationRequest, ActivationTerms, CheckoutAnswer, CheckoutRequest, RefreshRequest,
};
use seatkeeper_protocol::jwks::Jwks;
use seatkeeper_protocol::{Problem, Secret};
use uuid::Uuid;

/// What to do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Read the sources of keys again and tell.
    ReadKeys,
    /// Ask a server and tell.
    Call(Call),
    /// Nothing for so long, unless told otherwise.
    Wait(Duration),
    /// Nothing ever again.
    Closed,
}

/// A request to a server.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The server's address.
    pub server: String,
    /// The key it is about.
    pub key_id: String,
    /// The installation's token; none before the activation.
    pub token: Option<Secret>,
    /// What is asked.
    pub what: What,
}

/// What a server is asked for.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Activate(Box<ActivationRequest>),
    Terms,
    Checkout(Uuid, Box<CheckoutRequest>),
    Refresh(Uuid, Box<RefreshRequest>),
    Return(Uuid, Option<Timestamp>),
    GiveUp,
}

impl What {
    /// The dead checkouts that this names: once it is granted, they are over.
    pub(crate) fn ends(&self) -> &[Uuid] {
        match self {
            What::Checkout(_, request) => &request.ends,
            What::Refresh(_, request) => &request.ends,
            _ => &[],
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The answer.
    pub outcome: Outcome,
    /// The server's keys, fetched since the answer is signed by one not known before.
    pub jwks: Option<Jwks>,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Activated(Box<ActivationAnswer>),
    Terms(Box<ActivationTerms>),
    Granted(Box<CheckoutAnswer>),
    Done,
    /// The server said no.
    Refused(Box<Problem>, Option<Duration>),
    /// Nobody answered, or nobody who could: to be tried again, after the server's wish if it named one.
    NoContact(Box<Problem>, Option<Duration>),
}
