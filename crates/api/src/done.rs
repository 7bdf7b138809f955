//! Reads out of what was done what the handler asked for. Another answer than the command's is a fault of ours.

use seatkeeper_domain::answer::Done;
use seatkeeper_domain::id::{BlockId, CustomerId, KeyId, LicenseId, ProductId, SessionId, TokenId};
use seatkeeper_protocol::Secret;
use seatkeeper_service::OfficeAnswer;

use jiff::Timestamp;

use crate::problem::Refused;

fn other(done: &Done) -> Refused {
    Refused::internal(&format!("a command was answered with another's answer: {done:?}"))
}

macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident: $pattern:pat => $value:expr, $type:ty;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(answer: OfficeAnswer) -> Result<$type, Refused> {
            match answer.done {
                $pattern => Ok($value),
                done => Err(other(&done)),
            }
        }
    )*};
}

readers! {
    /// The product that was added or changed.
    product: Done::Product(id) => id, ProductId;
    /// The customer that was added or changed.
    customer: Done::Customer(id) => id, CustomerId;
    /// The licence that was changed.
    license: Done::License { id, .. } => id, LicenseId;
    /// The key that was changed.
    key: Done::Key(id) => id, KeyId;
    /// The block that was put.
    block: Done::Block { id, .. } => id, BlockId;
    /// Customers added, and licences in order.
    imported: Done::Imported { customers, licenses } => (customers, licenses), (u32, Vec<LicenseId>);
    /// The session, and until when its holder may go on without knowing.
    released: Done::Released { session_id, overlap_until } => (session_id, overlap_until), (SessionId, Option<Timestamp>);
    /// The token that was made or revoked.
    token: Done::Token(id) => id, TokenId;
}

/// The secret that the answer shows.
pub(crate) fn secret(answer: &OfficeAnswer) -> Result<Secret, Refused> {
    answer.secret.as_deref().map(Secret::new).ok_or_else(|| other(&answer.done))
}
