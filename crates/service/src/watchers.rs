//! Who may see the figures, also while the books are away: a monitor is to see what is wrong while it is. Knows no figure.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use seatkeeper_protocol::token::AdminToken;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::Scope;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::seal::same;
use crate::service::{PATIENCE, Service};

/// Monitors that are known again, at most.
const MOST: usize = 8;

/// Hashes of the tokens that saw the figures last.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<VecDeque<[u8; 32]>>);

impl Service {
    /// Lets a vendor's token of any role see the figures; while the books do not answer, one that saw them lately.
    ///
    /// # Errors
    /// If it is no such token, or the books do not answer and it is not known.
    pub async fn may_watch(&self, token: &str) -> Result<(), Failure> {
        let secret = AdminToken::parse(token).ok_or(Failure::Unauthorized)?.secret;
        let hash = self.secrets.admin_token_hash(&secret);
        let away = || Failure::Store(StoreError::Lost("no answer".to_owned()));
        let vendors = match timeout(PATIENCE, self.admin(token)).await.unwrap_or_else(|_| Err(away())) {
            Ok(admin) if admin.scope() == Scope::Vendor => Ok(()),
            Ok(_) => Err(Failure::Forbidden),
            Err(Failure::Store(_)) if self.watchers.know(&hash) => return Ok(()),
            Err(Failure::Store(error)) => return Err(error.into()),
            Err(failure) => Err(failure),
        };
        self.watchers.note(hash, vendors.is_ok());
        vendors
    }
}

impl Watchers {
    fn know(&self, hash: &[u8; 32]) -> bool {
        self.lock().iter().any(|known| same(known, hash))
    }

    /// Remembers a token that is good, and forgets one that is not any more.
    fn note(&self, hash: [u8; 32], good: bool) {
        let mut known = self.lock();
        known.retain(|other| *other != hash);
        if good {
            known.truncate(MOST - 1);
            known.push_front(hash);
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<[u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
