//! How the server is, for its administrators: whether it can do its work, and what waits. Shows no secret.

use std::time::{Duration, Instant};

use seatkeeper_domain::signing::SigningKey;
use seatkeeper_store::read::LanePosition;

use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::service::Service;

/// Rows of what waits that are counted; beyond that it is said that there are more.
pub const WAITING_MOST: u32 = 100;

/// How the server is at this instant.
#[derive(Debug)]
pub struct Health {
    /// Why it can grant nothing, if so.
    pub not_ready: Option<String>,
    /// How long the books took to show that they are there.
    pub books_took: Duration,
    /// Who wrote the books, as leases name them.
    pub issuer: String,
    /// How far each lane of events is.
    pub lanes: Vec<LanePosition>,
    /// Writers that this server has.
    pub writers: usize,
    /// Commands that wait for them.
    pub waiting: usize,
    /// Mails whose time has come and that are not sent yet, [`WAITING_MOST`] at most.
    pub mails: usize,
    /// Licences, devices and people that were shut out and whose seats are still being freed, likewise.
    pub endings: usize,
    /// The signing keys.
    pub keys: Vec<SigningKey>,
    /// Whether the root key is on this machine.
    pub root_here: bool,
}

impl Service {
    /// How the server is.
    ///
    /// # Errors
    /// If the administrator may not govern; if the books cannot be read, which is an answer too.
    pub async fn health(&self, admin: &Admin) -> Result<Health, Failure> {
        admin.may(Permission::Govern)?;
        let begun = Instant::now();
        let not_ready = self.not_ready().await;
        let (books_took, now) = (begun.elapsed(), self.now());
        let (lanes, mails, endings, keys) = self
            .read(move |r| {
                let (mails, endings) = (r.mails_due(now, WAITING_MOST)?, r.unfinished_endings(WAITING_MOST)?);
                Ok((r.lanes()?, mails.len(), endings.len(), r.signing_keys()?))
            })
            .await?;
        let (writers, waiting) = (self.submit.writers(), self.submit.waiting());
        let (issuer, root_here) = (self.issuer.clone(), self.root.is_some());
        Ok(Health { not_ready, books_took, issuer, lanes, writers, waiting, mails, endings, keys, root_here })
    }
}
