//! The server's own rounds: taking back what is due, finishing what was fenced, pruning. Each is also done
//! at the moment it matters; a round that fails is done again by the next.
//!
//! Where servers share the books, any does any job and one at a time does each. That spares work, no more: a job done twice
//! finds nothing left to do.

use std::sync::Arc;
use std::time::Duration;

use seatkeeper_domain::answer::{Answer, Done};
use seatkeeper_domain::decide::{Block, Command, EndActivation, Reclaim, Revoke, What};
use seatkeeper_domain::id::LicenseId;
use seatkeeper_domain::needs::Ending;
use seatkeeper_store::{StoreError, Upkeep};
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};
use uuid::Uuid;

use crate::failure::Failure;
use crate::mail::Post;
use crate::service::Service;

/// How often a round is made.
const EVERY: Duration = Duration::from_secs(5);
/// For how long a server takes a job: three rounds, so that it keeps what it does, and another goes on soon after it died.
const CLAIM_SECONDS: u32 = 3 * EVERY.as_secs() as u32;
/// How often old rows are removed.
const PRUNE_EVERY_ROUNDS: u32 = 720;
/// How long what is over is kept, in days: a little over the twelve months that reports look back.
const KEEP_DAYS: u32 = 400;
/// Seats taken back in one command.
const AT_MOST: u32 = 200;

/// The rounds while they run. Dropping it ends them.
pub struct Jobs {
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts the rounds; mails go by this post, and wait where there is none.
    pub fn start(service: Arc<Service>, post: Option<Post>) -> Self {
        let mails = post.map(|post| tokio::spawn(mails(service.clone(), post)));
        let rounds = tokio::spawn(async move {
            let mut tick = every();
            let mut more_is_old = false;
            for round in 0u32.. {
                tick.tick().await;
                match service.round(more_is_old || round % PRUNE_EVERY_ROUNDS == 1).await {
                    Ok(more) => more_is_old = more,
                    Err(failure) => tracing::warn!(%failure, "a round of jobs failed and will be made again"),
                }
            }
        });
        Self { tasks: mails.into_iter().chain([rounds]).collect() }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn every() -> Interval {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

/// Mails have a round of their own: a mail server may take its time, and seats do not wait for it.
async fn mails(service: Arc<Service>, post: Post) {
    let mut tick = every();
    loop {
        tick.tick().await;
        if let Err(failure) = service.send_mails(&post).await {
            tracing::warn!(%failure, "mails could not be seen to and will be again");
        }
    }
}

impl Service {
    /// One round of jobs; whether more is left to prune than one step of it.
    async fn round(&self, prune: bool) -> Result<bool, Failure> {
        if self.claims("reclaim").await? {
            let now = self.now();
            for license_id in self.read(move |reader| reader.licenses_due(now, 100)).await? {
                others_go_on(self.reclaim(license_id).await)?;
            }
        }
        if self.claims("endings").await? {
            for ending in self.read(|reader| reader.unfinished_endings(100)).await? {
                others_go_on(self.job(what(ending)).await)?;
            }
        }
        if self.claims("usage").await? {
            others_go_on(self.keep_usage().await)?;
        }
        Ok(prune && self.claims("prune").await? && self.care(|upkeep| upkeep.prune(KEEP_DAYS)).await?)
    }

    /// Whether this server is the one to do a job now.
    pub(crate) async fn claims(&self, job: &'static str) -> Result<bool, Failure> {
        self.care(move |upkeep| upkeep.claim(job, CLAIM_SECONDS)).await
    }

    /// Has something done on a thread that may wait for the disk.
    pub(crate) async fn care<T: Send + 'static>(
        &self,
        what: impl FnOnce(&dyn Upkeep) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let upkeep = self.upkeep.clone();
        let done = tokio::task::spawn_blocking(move || what(&*upkeep)).await;
        Ok(done.map_err(|error| Failure::Fault(error.to_string()))??)
    }

    async fn reclaim(&self, license_id: LicenseId) -> Result<(), Failure> {
        loop {
            match self.run(Command::Reclaim(Reclaim { license_id, at_most: AT_MOST })).await? {
                Answer::Done(Done::Reclaimed { more: true, .. }) => {}
                _ => return Ok(()),
            }
        }
    }
}

/// What fails for one is told and left to the next round, so that it does not keep the others from their turn. Where the books
/// themselves fail, all would.
fn others_go_on<T>(done: Result<T, Failure>) -> Result<(), Failure> {
    match done {
        Ok(_) => Ok(()),
        Err(
            failure @ Failure::Store(
                StoreError::Unavailable(_)
                | StoreError::Lost(_)
                | StoreError::Unknown(_)
                | StoreError::Overloaded
                | StoreError::Stopping,
            ),
        ) => Err(failure),
        Err(failure) => {
            tracing::warn!(%failure, "a job failed and will be tried again");
            Ok(())
        }
    }
}

/// The command that fenced, again: it finds its fence there and frees what is left.
fn what(ending: Ending) -> What {
    let reason = "seats left over from an earlier command".to_owned();
    match ending {
        Ending::License(license_id) => Revoke { license_id, reason }.into(),
        Ending::Activation(activation_id) => EndActivation { activation_id, reason, finish: true }.into(),
        Ending::Blocked(license_id, who) => {
            Block { id: Uuid::nil().into(), license_id, who, reason, finish: true }.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_for_one_does_not_keep_the_others_from_their_turn() {
        assert!(others_go_on(Ok(())).is_ok());
        assert!(others_go_on::<()>(Err(Failure::Fault("of this one alone".to_owned()))).is_ok());
        assert!(others_go_on::<()>(Err(StoreError::Fault("of this one alone".to_owned()).into())).is_ok());
        assert!(others_go_on::<()>(Err(StoreError::Unavailable("disk full".to_owned()).into())).is_err());
    }
}
