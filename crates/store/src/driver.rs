//! The batch driver: gathers what waits, decides it against one load of facts, commits once, answers all.
//!
//! It retries what may be retried, here and only here; a batch that keeps failing is split until the
//! offender stands alone. It decides nothing itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Command, decide};
use seatkeeper_domain::needs;
use seatkeeper_domain::refusal::Refusal;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::queue::Queue;
use crate::write::Writer;

/// What was decided, or why nothing was.
pub type Outcome = Result<Result<Answer, Refusal>, StoreError>;

pub(crate) struct Waiting {
    pub(crate) command: Command,
    answer: oneshot::Sender<Outcome>,
}

/// How often a batch that met another writer is tried.
const TRIES: u32 = 5;

/// Asks the driver. Cheap to clone.
#[derive(Clone)]
pub struct Submit {
    queue: Arc<Queue>,
    healthy: Arc<AtomicBool>,
}

impl Submit {
    /// Hands a command over and waits until its changes are durable.
    ///
    /// A caller that goes away does not undo what was accepted.
    pub async fn submit(&self, command: Command) -> Outcome {
        let (answer, told) = oneshot::channel();
        self.queue.push(Waiting { command, answer })?;
        told.await.unwrap_or(Err(StoreError::Stopping))
    }

    /// Whether the last batch could be committed.
    pub fn healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed)
    }
}

/// The driver's thread. Dropping it stops it once all that was accepted is answered.
pub struct Driver {
    submit: Submit,
    thread: Option<JoinHandle<()>>,
}

impl Driver {
    /// Starts the driver of a writer.
    pub fn start(writer: impl Writer) -> std::io::Result<Self> {
        let submit = Submit { queue: Arc::default(), healthy: Arc::new(AtomicBool::new(true)) };
        let (queue, healthy) = (submit.queue.clone(), submit.healthy.clone());
        let thread = std::thread::Builder::new()
            .name("seatkeeper-writer".to_owned())
            .spawn(move || Run { writer, healthy }.until_closed(&queue))?;
        Ok(Self { submit, thread: Some(thread) })
    }

    /// The way in.
    pub fn submit(&self) -> Submit {
        self.submit.clone()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.submit.queue.close();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer's thread had panicked");
        }
    }
}

struct Run<W> {
    writer: W,
    healthy: Arc<AtomicBool>,
}

impl<W: Writer> Run<W> {
    fn until_closed(mut self, queue: &Queue) {
        while let Some(batch) = queue.next_batch() {
            metrics::histogram!("seatkeeper_batch_commands").record(batch.len() as f64);
            self.answer(batch);
        }
    }

    /// Answers every command of a batch, in as many transactions as it takes.
    fn answer(&mut self, batch: Vec<Waiting>) {
        let commands: Vec<&Command> = batch.iter().map(|w| &w.command).collect();
        let outcome = self.retried(&commands);
        self.healthy.store(!matches!(outcome, Err(StoreError::Unavailable(_))), Ordering::Relaxed);
        match outcome {
            Ok(answers) => {
                for (waiting, answer) in batch.into_iter().zip(answers) {
                    // Whoever asked may have gone; what was decided stands.
                    let _ = waiting.answer.send(Ok(answer));
                }
            }
            Err(StoreError::Constraint(_) | StoreError::Fault(_)) if batch.len() > 1 => {
                metrics::counter!("seatkeeper_batches_split_total").increment(1);
                let mut batch = batch;
                let later = batch.split_off(batch.len() / 2);
                self.answer(batch);
                self.answer(later);
            }
            Err(error) => {
                tracing::error!(%error, commands = batch.len(), "a batch failed");
                for waiting in batch {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }

    fn retried(&mut self, commands: &[&Command]) -> Result<Vec<Result<Answer, Refusal>>, StoreError> {
        for attempt in 1.. {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.once(commands)))
                .unwrap_or_else(|_| Err(StoreError::Fault("a decision panicked".to_owned())));
            let Err(error) = outcome else { return outcome };
            self.writer.rollback();
            if attempt == TRIES || !matches!(error, StoreError::Conflict(_)) {
                return Err(error);
            }
            metrics::counter!("seatkeeper_batch_retries_total").increment(1);
            std::thread::sleep(Duration::from_millis(1 << attempt));
        }
        Err(StoreError::Fault("no attempt was made".to_owned()))
    }

    fn once(&mut self, commands: &[&Command]) -> Result<Vec<Result<Answer, Refusal>>, StoreError> {
        let mut ledger = self.writer.begin(&needs(commands.iter().copied()))?;
        let answers = commands
            .iter()
            .map(|command| {
                let decision = decide(&ledger, command);
                decision.changes.into_iter().for_each(|change| ledger.apply(change));
                decision.answer
            })
            .collect();
        self.writer.commit(&ledger)?;
        Ok(answers)
    }
}
