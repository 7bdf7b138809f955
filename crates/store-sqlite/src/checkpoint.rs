//! Copies the log into the database beside the writer, so that no commit waits for it.
//!
//! SQLite would do it inside the commit that fills the log. Here a thread copies while the writer goes on, twice, since
//! what is written during the first copy is copied quickly by the second; then the writer copies what little is left
//! between two batches, and its next commit begins the log anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, Result};

use crate::connect;
use crate::damage::Damage;

/// Pages in the log from which on it is copied: 16 MiB. A page that was changed again meanwhile is copied once, so that
/// with 2 MiB a sixth fewer seats were given; twice as much made no difference, and counts for each session's bytes.
const MANY: u32 = 4_000;

/// Pages in the log from which on the writer copies them itself: the thread does not keep up, or is not there.
const TOO_MANY: u32 = 8 * MANY;

/// Between two attempts on a disk that does not take what is copied.
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// The thread. Dropping it stops it.
pub(crate) struct Checkpoints {
    log: Arc<Log>,
    thread: Option<JoinHandle<()>>,
}

/// What the writer and the thread tell each other.
#[derive(Default)]
struct Log {
    /// Pages in it after the latest commit.
    pages: AtomicU32,
    /// The thread has copied all but a few.
    nearly: AtomicBool,
    stop: AtomicBool,
}

impl Checkpoints {
    pub(crate) fn start(file: &Path, damage: &Arc<Damage>) -> Self {
        let log = Arc::<Log>::default();
        let copying = Copying { log: log.clone(), file: file.to_owned(), conn: None, damage: damage.clone() };
        let thread = thread::Builder::new().name("seatkeeper-log".to_owned()).spawn(move || copying.until_stopped());
        Self { log, thread: thread.inspect_err(|error| tracing::warn!(%error, "the writer copies the log")).ok() }
    }

    /// Follows what a writing connection commits.
    pub(crate) fn follow(&self, conn: &mut Connection) -> Result<()> {
        let log = self.log.clone();
        let thread: Option<Thread> = self.thread.as_ref().map(|thread| thread.thread().clone());
        conn.wal_hook(Some(move |_: &mut _, pages| {
            log.pages.store(u32::try_from(pages).unwrap_or_default(), Ordering::Release);
            if log.is_long()
                && let Some(thread) = &thread
            {
                thread.unpark();
            }
            Ok(())
        }))
    }

    /// Called by the writer between two batches: copies what the thread left, where it has done its part.
    pub(crate) fn finish(&self, conn: &Connection) {
        let nearly = self.log.nearly.swap(false, Ordering::AcqRel);
        if (nearly || self.log.pages.load(Ordering::Acquire) >= TOO_MANY)
            && let Err(error) = copy(conn)
        {
            tracing::warn!(%error, "the log could not be copied into the database");
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.log.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It has nothing to say: what it did not copy is in the log.
            let _ = thread.join();
        }
    }
}

impl Log {
    fn is_long(&self) -> bool {
        self.pages.load(Ordering::Acquire) >= MANY && !self.nearly.load(Ordering::Acquire)
    }
}

/// The thread's own.
struct Copying {
    log: Arc<Log>,
    file: PathBuf,
    conn: Option<Connection>,
    damage: Arc<Damage>,
}

impl Copying {
    fn until_stopped(mut self) {
        while !self.log.stop.load(Ordering::Acquire) {
            if !self.log.is_long() {
                thread::park();
                continue;
            }
            match self.twice() {
                Ok(()) => self.log.nearly.store(true, Ordering::Release),
                Err(error) => {
                    let error = self.damage.told(error);
                    tracing::warn!(%error, "the log could not be copied into the database");
                    self.conn = None;
                    self.wait();
                }
            }
        }
    }

    /// However many commits wake the thread meanwhile.
    fn wait(&self) {
        let until = Instant::now() + AFTER_A_FAILURE;
        while !self.log.stop.load(Ordering::Acquire)
            && let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
        {
            thread::park_timeout(left);
        }
    }

    fn twice(&mut self) -> Result<()> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => connect::writer(&self.file)?,
        };
        copy(&conn)?;
        copy(&conn)?;
        self.conn = Some(conn);
        Ok(())
    }
}

/// Copies what no reader keeps, without holding anybody up.
fn copy(conn: &Connection) -> Result<()> {
    conn.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE).map(drop)
}
