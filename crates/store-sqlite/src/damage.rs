//! Damage to the file, remembered once it was met: a page elsewhere that can still be read or written says nothing of
//! the one that cannot. It is forgotten with the process; books that were restored are opened anew.

use std::sync::OnceLock;

use seatkeeper_store::StoreError;

use crate::error::{is_damage, store_error};

/// What was met first by anybody who reads or writes the file.
#[derive(Default)]
pub(crate) struct Damage(OnceLock<StoreError>);

impl Damage {
    /// A failure as the rest of the server knows it.
    pub(crate) fn told(&self, error: rusqlite::Error) -> StoreError {
        let damage = is_damage(&error);
        let error = store_error(error);
        if damage && self.0.set(error.clone()).is_ok() {
            tracing::error!(%error, "the books are damaged; the server is not ready until they are restored");
        }
        error
    }

    /// Fails where damage was met.
    pub(crate) fn none_met(&self) -> Result<(), StoreError> {
        self.0.get().map_or(Ok(()), |met| Err(met.clone()))
    }
}
