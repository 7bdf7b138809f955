//! Who asks for administrators, and what exists for them. What they may ask stands in `what.rs`.

use super::draft::Draft;
use crate::event::Actor;
use crate::id::{CustomerId, LicenseId, TokenId};
use crate::license::License;
use crate::refusal::Refusal;

/// Who asks. What the role may do was decided before; what the customer may see is decided here.
#[derive(Clone, Debug)]
pub struct Office {
    /// Who.
    pub actor: Actor,
    /// The one customer that exists for them; all where absent.
    pub customer_id: Option<CustomerId>,
    /// The idempotency key they sent.
    pub idempotency: Option<Idempotency>,
}

/// An idempotency key, with the request it belongs to.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// Whose.
    pub token_id: TokenId,
    /// The key.
    pub key: String,
    /// Hash of method, path and body.
    pub request: [u8; 32],
    /// The secret that the answer will show, sealed; empty where it shows none.
    pub sealed: Vec<u8>,
}

impl Office {
    /// The licence, if it exists for whoever asks.
    pub(super) fn license<'a>(&self, draft: &Draft<'a>, id: LicenseId) -> Result<&'a License, Refusal> {
        draft
            .license(id)
            .filter(|license| self.customer_id.is_none_or(|own| own == license.customer_id))
            .ok_or(Refusal::NotFound { what: "licence" })
    }

    /// Refuses whoever sees one customer only.
    pub(super) fn vendor(&self, what: &'static str) -> Result<(), Refusal> {
        if self.customer_id.is_some() { Err(Refusal::NotFound { what }) } else { Ok(()) }
    }
}
