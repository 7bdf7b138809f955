//! A form that makes something secret, sent twice, makes it once: a page that is loaded again shows the same key.

use seatkeeper_service::Asked;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::portal::Portal;

/// What a form carries to be known again.
pub(super) fn new(portal: &Portal) -> String {
    portal.service.draw::<Uuid>().to_string()
}

/// The request that a form makes, to do `what`. One that carries nothing to be known by stands for itself.
pub(super) fn asked(once: &str, what: &str) -> Option<Asked> {
    let key = once.parse::<Uuid>().ok()?;
    Some(Asked { key: key.to_string(), request: Sha256::digest(what).into() })
}
