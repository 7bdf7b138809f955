//! What an engine must do to be written.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::ask::Ask;
use seatkeeper_domain::ledger::Ledger;
use seatkeeper_domain::needs::Needs;
use seatkeeper_domain::term::after;

use crate::error::StoreError;
use crate::read::usage::Usage;

/// One writing connection, owned by one driver.
///
/// A batch is `begin`, decisions, `commit`; or `begin`, `rollback`. After an error in either the driver
/// calls `rollback`, and the next `begin` starts from a sound connection.
pub trait Writer: Send + 'static {
    /// Locks the licences in one order, then reads the clock, then loads the facts.
    fn begin(&mut self, needs: &Needs) -> Result<Ledger, StoreError>;

    /// Writes what became different in the ledger, with its events on this driver's lane. When it returns
    /// `Ok`, the changes survive the loss of power.
    fn commit(&mut self, ledger: &Ledger) -> Result<(), StoreError>;

    /// Whether the last commit, which failed with [`StoreError::Unknown`], stands after all. Asked before anything else is
    /// begun, and again where it fails with [`StoreError::Lost`].
    fn committed(&mut self) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Leaves the batch as if it had not begun.
    fn rollback(&mut self);
}

/// What is wrong with the books, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `integrity`, `counters`, `chain`, `names`.
    pub what: &'static str,
    /// What is wrong, and where.
    pub detail: String,
}

/// Told how far a long task is: steps done and steps in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// How long it is kept where somebody signed in from, with what: long enough to look into a theft that is found late.
pub const SIGN_INS_KEPT_DAYS: u32 = 90;

/// How long links and mails are kept: the longest link is good for a week, a mail is tried for a day, and support is asked soon.
pub const LETTERS_KEPT_DAYS: u32 = 30;

/// The instants before which an engine removes what is over.
#[derive(Clone, Copy, Debug)]
pub struct CutOffs {
    /// Answers to idempotency keys, and counters of attempts.
    pub answers: Timestamp,
    /// Sessions and denials.
    pub seats: Timestamp,
    /// Sign-ins.
    pub sign_ins: Timestamp,
    /// Links and mails.
    pub letters: Timestamp,
    /// Requests of visitors that they did not confirm.
    pub unconfirmed: Timestamp,
}

impl CutOffs {
    /// Where sessions are kept for so many days.
    pub fn at(now: Timestamp, keep_days: u32) -> Self {
        let ago = |days: u32| {
            let kept = SignedDuration::from_hours(i64::from(days) * 24);
            now.saturating_sub(kept).unwrap_or(Timestamp::MIN)
        };
        Self {
            answers: ago(1),
            seats: ago(keep_days),
            sign_ins: ago(keep_days.min(SIGN_INS_KEPT_DAYS)),
            letters: ago(keep_days.min(LETTERS_KEPT_DAYS)),
            unconfirmed: after(now, -Ask::CONFIRM_SECONDS),
        }
    }
}

/// Care of the books, beside the server's work.
pub trait Upkeep: Send + Sync + 'static {
    /// Copies the books, as they are at one instant, to a file that is not there yet. An engine whose database has tools of its
    /// own for that is [`StoreError::Unsupported`].
    fn backup(&self, to: &Path, progress: Progress<'_>) -> Result<(), StoreError>;

    /// Reads everything: the file's integrity, counters against rows, every event chain, names against
    /// what the chains committed to.
    fn check(&self, progress: Progress<'_>) -> Result<Vec<Finding>, StoreError>;

    /// Removes what nobody needs any more: answers to idempotency keys after a day, address counters, sessions with their
    /// checkouts and denials that ended before `keep_days`, and, however long those are kept, sign-ins that ended
    /// [`SIGN_INS_KEPT_DAYS`] ago and links and mails made [`LETTERS_KEPT_DAYS`] ago. At most some thousand rows a call; whether
    /// more is left.
    fn prune(&self, keep_days: u32) -> Result<bool, StoreError>;

    /// Keeps the figures of hours that are over, and that those before `until` are kept; removes those before `keep_from`.
    /// Done again it finds them there.
    fn keep_usage(&self, usage: &[Usage], until: i64, keep_from: i64) -> Result<(), StoreError>;

    /// Takes a job for `seconds`, or keeps it where this server has it already; `false` while another server has it.
    /// Books that one server has to itself give every job.
    fn claim(&self, _job: &str, _seconds: u32) -> Result<bool, StoreError> {
        Ok(true)
    }
}
