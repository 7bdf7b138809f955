//! Administration tokens and signing keys.

use serde_json::json;

use super::draft::Draft;
use super::office::Office;
use crate::answer::Done;
use crate::event::Stream;
use crate::id::{CustomerId, TokenId};
use crate::ledger::Change;
use crate::needs::Needs;
use crate::refusal::Refusal;
use crate::signing::{SigningKey, Stage};
use crate::token::{Role, Token};

use jiff::Timestamp;

/// Makes a token. Its secret was drawn outside and is kept as a hash.
#[derive(Clone, Debug)]
pub struct CreateToken {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub label: String,
    /// What it may do.
    pub role: Role,
    /// The one customer it sees.
    pub customer_id: Option<CustomerId>,
    /// Hash of its secret.
    pub hash: [u8; 32],
    /// When it stops.
    pub expires_at: Option<Timestamp>,
}

impl CreateToken {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.customers.extend(self.customer_id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("token")?;
        let now = draft.ledger.now;
        if self.customer_id.is_some_and(|id| draft.ledger.customers.get(&id).is_none()) {
            return Err(Refusal::field("customer_id", "is no customer"));
        }
        if self.role == Role::Owner && self.customer_id.is_none() {
            return Err(Refusal::field("role", "is one of a customer's: name the customer"));
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(Refusal::field("expires_at", "lies in the past"));
        }
        draft.event(
            Stream::Server,
            "token.created",
            office.actor,
            json!({ "token": self.id, "label": self.label, "role": self.role, "customer": self.customer_id }),
        );
        draft.push(Change::Token(Token {
            id: self.id,
            label: self.label.clone(),
            role: self.role,
            customer_id: self.customer_id,
            hash: self.hash,
            created_at: now,
            expires_at: self.expires_at,
            revoked_at: None,
        }));
        Ok(Done::Token(self.id))
    }
}

/// Revokes a token.
#[derive(Clone, Copy, Debug)]
pub struct RevokeToken {
    /// Which.
    pub id: TokenId,
}

impl RevokeToken {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.tokens.insert(self.id);
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("token")?;
        let token = draft.ledger.tokens.get(&self.id).ok_or(Refusal::NotFound { what: "token" })?;
        if token.revoked_at.is_none() {
            draft.event(Stream::Server, "token.revoked", office.actor, json!({ "token": self.id }));
            draft.push(Change::Token(Token { revoked_at: Some(draft.ledger.now), ..token.clone() }));
        }
        Ok(Done::Token(self.id))
    }
}

/// Adds a signing key, certified by the root: the first signs at once, another waits as the next, and
/// takes the place of one that waited.
#[derive(Clone, Debug)]
pub struct AddSigningKey {
    /// The key. Its stage is decided here.
    pub key: SigningKey,
}

impl AddSigningKey {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.signing_keys = true;
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("signing key")?;
        let now = draft.ledger.now;
        let keys: Vec<_> = draft.ledger.signing_keys.values().cloned().collect();
        if keys.iter().any(|k| k.kid == self.key.kid) {
            return Err(Refusal::AlreadyExists { what: "signing key", field: "private_key" });
        }
        let stage = if keys.iter().any(|k| k.stage == Stage::Current) { Stage::Next } else { Stage::Current };
        for waiting in keys.into_iter().filter(|k| k.stage == Stage::Next) {
            draft.push(Change::SigningKey(SigningKey { stage: Stage::Retired, retired_at: Some(now), ..waiting }));
        }
        draft.event(Stream::Server, "signing_key.added", office.actor, json!({ "kid": self.key.kid, "stage": stage }));
        draft.push(Change::SigningKey(SigningKey { stage, created_at: now, retired_at: None, ..self.key.clone() }));
        Ok(Done::Recorded)
    }
}

/// Lets the next signing key sign, and retires the one that did.
#[derive(Clone, Copy, Debug)]
pub struct PromoteSigningKey;

impl PromoteSigningKey {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.signing_keys = true;
    }

    pub(super) fn decide(&self, draft: &mut Draft<'_>, office: &Office) -> Result<Done, Refusal> {
        office.vendor("signing key")?;
        let now = draft.ledger.now;
        let keys: Vec<_> = draft.ledger.signing_keys.values().cloned().collect();
        let next = keys.iter().find(|k| k.stage == Stage::Next).cloned();
        let next = next.ok_or(Refusal::Conflict("There is no next signing key. Add one first."))?;
        for current in keys.into_iter().filter(|k| k.stage == Stage::Current) {
            draft.push(Change::SigningKey(SigningKey { stage: Stage::Retired, retired_at: Some(now), ..current }));
        }
        draft.event(Stream::Server, "signing_key.promoted", office.actor, json!({ "kid": next.kid }));
        draft.push(Change::SigningKey(SigningKey { stage: Stage::Current, ..next }));
        Ok(Done::Recorded)
    }
}
