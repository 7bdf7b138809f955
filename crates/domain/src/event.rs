//! What changed, by whom, chained by hash so that an altered, missing or cut-off entry is found.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::id::{AccountId, ActivationId, AskId, CustomerId, LicenseId, TokenId};

/// Whose chain an event stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// A licence's.
    License(LicenseId),
    /// A customer's.
    Customer(CustomerId),
    /// The installation's own: products, tokens, keys.
    Server,
}

impl Stream {
    /// The id it is stored by; the server's own is nil.
    pub fn id(self) -> Uuid {
        match self {
            Stream::License(id) => id.0,
            Stream::Customer(id) => id.0,
            Stream::Server => Uuid::nil(),
        }
    }

    /// Its kind, as it is stored.
    pub fn kind(self) -> &'static str {
        match self {
            Stream::License(_) => "license",
            Stream::Customer(_) => "customer",
            Stream::Server => "server",
        }
    }
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A program on an activated device.
    Device(ActivationId),
    /// An administrator's token.
    Token(TokenId),
    /// Somebody signed in.
    Account(AccountId),
    /// Somebody who has no account, by what they asked for once its mail address was confirmed.
    Visitor(AskId),
    /// The owner of the server's machine, through its local socket.
    Local,
    /// The server itself.
    Job,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Actor::Device(id) => write!(f, "device:{id}"),
            Actor::Token(id) => write!(f, "token:{id}"),
            Actor::Account(id) => write!(f, "account:{id}"),
            Actor::Visitor(id) => write!(f, "visitor:{id}"),
            Actor::Local => f.write_str("local"),
            Actor::Job => f.write_str("job"),
        }
    }
}

/// The last event of a chain: how many there are, and the hash that holds them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainHead {
    /// Events in the chain; the last one's number.
    pub length: u64,
    /// The last one's hash; zeros before the first.
    pub hash: [u8; 32],
}

/// One change, in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The chain.
    pub stream: Stream,
    /// Its number in the chain, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What kind of change, such as `session.started`.
    pub kind: String,
    /// Who did it, as [`Actor`] displays.
    pub actor: String,
    /// What changed, as JSON text. Holds no person's name: a commitment stands in its place.
    pub body: String,
    /// Hash over the one before and all of the above.
    pub hash: [u8; 32],
}

impl Event {
    /// The event that follows `head`.
    pub fn following(head: ChainHead, stream: Stream, at: Timestamp, kind: &str, actor: &str, body: String) -> Self {
        let number = head.length + 1;
        let mut event =
            Self { stream, number, at, kind: kind.to_owned(), actor: actor.to_owned(), body, hash: [0; 32] };
        event.hash = event.hash_after(&head.hash);
        event
    }

    /// Its hash, given the hash of the one before. Each part goes in with its length, so that no two
    /// events hash alike by shifting text between them.
    pub fn hash_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.stream.id().as_bytes());
        hash.update(self.number.to_be_bytes());
        hash.update(self.at.as_microsecond().to_be_bytes());
        for part in [self.stream.kind(), &self.kind, &self.actor, &self.body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// What it tells of beside its stream: a device, a session that was released, a block. Such events are few; one that
    /// comes with every seat tells of nothing here, since the session says it itself.
    pub fn mentions(&self) -> BTreeSet<Uuid> {
        let told = ["activation.", "block.", "session.released"].iter().any(|start| self.kind.starts_with(start));
        if !told {
            return BTreeSet::new();
        }
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let members = ["activation", "device", "session", "block"].into_iter();
        let named = members.filter_map(|member| body.get(member)?.as_str()?.parse().ok());
        let itself = self.actor.strip_prefix("device:").and_then(|id| id.parse().ok());
        named.chain(itself).collect()
    }

    /// The chain's head once this is its last.
    pub fn head(&self) -> ChainHead {
        ChainHead { length: self.number, hash: self.hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_events_tell_of_something_beside_their_stream() {
        let (device, session) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let told = |kind: &str, actor: &str| {
            let body = format!(r#"{{"session":"{session}","reason":"x"}}"#);
            let event =
                Event::following(ChainHead::default(), Stream::Server, Timestamp::UNIX_EPOCH, kind, actor, body);
            event.mentions().into_iter().collect::<Vec<_>>()
        };
        let by_device = format!("device:{device}");
        assert_eq!(told("session.released", "local"), [session]);
        assert_eq!(told("activation.moved_often", &by_device), [device, session]);
        for kind in ["session.started", "session.ended", "checkout.joined", "denial.began"] {
            assert!(told(kind, &by_device).is_empty(), "{kind} comes with every seat");
        }
    }

    #[test]
    fn every_part_is_in_the_hash() {
        let at = Timestamp::from_second(1).unwrap();
        let make = |kind: &str, actor: &str, body: &str| {
            Event::following(ChainHead::default(), Stream::Server, at, kind, actor, body.to_owned())
        };
        let event = make("a", "b", "c");
        assert_ne!(event.hash, make("ab", "", "c").hash, "text shifted between parts");
        let mut later = event.clone();
        later.at = Timestamp::from_second(2).unwrap();
        assert_ne!(event.hash, later.hash_after(&[0; 32]));
        let mut moved = event.clone();
        moved.stream = Stream::Customer(Uuid::nil().into());
        assert_ne!(event.hash, moved.hash_after(&[0; 32]), "same id, another kind of stream");
        assert_ne!(event.hash, event.hash_after(&[1; 32]));
    }
}
