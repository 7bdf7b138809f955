//! The batch driver: gathers what waits, decides it against one load of facts, commits once, answers all.
//!
//! It retries what may be retried, here and only here; a batch that keeps failing is split until the
//! offender stands alone. Where an engine can be written by several at once, each writer has a task of its own, and
//! what is about one licence goes to one of them. It decides nothing itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Command, Probe, decide};
use seatkeeper_domain::needs;
use seatkeeper_domain::refusal::Refusal;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::queue::Queue;
use crate::write::Writer;

/// What was decided of each command of a batch.
type Answers = Vec<Result<Answer, Refusal>>;

/// What was decided, or why nothing was.
pub type Outcome = Result<Result<Answer, Refusal>, StoreError>;

pub(crate) struct Waiting {
    pub(crate) command: Command,
    pub(crate) answer: oneshot::Sender<Outcome>,
}

/// How often a batch that met another writer is tried.
const TRIES: u32 = 5;

/// How long a batch waits for a database that went away meanwhile. While it stays away nobody waits: batches are tried
/// once, and those who asked are told to come again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two attempts to reach a database that is away.
const BETWEEN: Duration = Duration::from_millis(50);

/// Asks the driver. Cheap to clone.
#[derive(Clone)]
pub struct Submit {
    tasks: Arc<[Task]>,
}

/// What waits for one writer, and how it is.
struct Task {
    queue: Arc<Queue>,
    healthy: Arc<AtomicBool>,
}

impl Submit {
    /// Hands a command over and waits until its changes are durable.
    ///
    /// A caller that goes away does not undo what was accepted.
    pub async fn submit(&self, command: Command) -> Outcome {
        let (answer, told) = oneshot::channel();
        self.task_of(&command).queue.push(Waiting { command, answer })?;
        told.await.unwrap_or(Err(StoreError::Stopping))
    }

    /// How many writers there are.
    pub fn writers(&self) -> usize {
        self.tasks.len()
    }

    /// How many commands wait for a writer.
    pub fn waiting(&self) -> usize {
        self.tasks.iter().map(|task| task.queue.waiting()).sum()
    }

    /// Whether every writer could commit its last batch.
    pub fn healthy(&self) -> bool {
        self.tasks.iter().all(|task| task.healthy.load(Ordering::Relaxed))
    }

    /// Asks every writer whether it can commit: the first failure, if there is one.
    pub async fn probe(&self) -> Result<(), StoreError> {
        for task in &*self.tasks {
            let (answer, told) = oneshot::channel();
            task.queue.push(Waiting { command: Command::Probe(Probe), answer })?;
            // A probe is never refused.
            told.await.unwrap_or(Err(StoreError::Stopping)).map(drop)?;
        }
        Ok(())
    }

    /// What is about one licence meets in one batch, whose lock is then nobody's to wait for.
    fn task_of(&self, command: &Command) -> &Task {
        let hash = command.license_id().map_or(0, |id| {
            let (high, low) = id.0.as_u64_pair();
            // Ids begin with the time and end with chance.
            high ^ low.rotate_left(17)
        });
        &self.tasks[(hash % self.tasks.len() as u64) as usize]
    }
}

/// The driver's threads. Dropping it stops them once all that was accepted is answered.
pub struct Driver {
    submit: Submit,
    threads: Vec<JoinHandle<()>>,
}

impl Driver {
    /// Starts the driver of one writer.
    pub fn start(writer: impl Writer) -> std::io::Result<Self> {
        Self::start_all([writer])
    }

    /// Starts the driver of several writers of the same books; of one at least.
    ///
    /// # Errors
    /// If there is no thread to be had, or no writer.
    pub fn start_all<W: Writer>(writers: impl IntoIterator<Item = W>) -> std::io::Result<Self> {
        let (mut tasks, mut threads) = (Vec::new(), Vec::new());
        for (number, writer) in writers.into_iter().enumerate() {
            let (queue, healthy) = (Arc::<Queue>::default(), Arc::new(AtomicBool::new(true)));
            tasks.push(Task { queue: queue.clone(), healthy: healthy.clone() });
            let run = move || Run { writer, healthy }.until_closed(&queue, number);
            threads.push(std::thread::Builder::new().name("seatkeeper-writer".to_owned()).spawn(run)?);
        }
        if tasks.is_empty() {
            return Err(std::io::Error::other("a driver needs a writer"));
        }
        Ok(Self { submit: Submit { tasks: tasks.into() }, threads })
    }

    /// The way in.
    pub fn submit(&self) -> Submit {
        self.submit.clone()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.submit.tasks.iter().for_each(|task| task.queue.close());
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a writer's thread had panicked");
            }
        }
    }
}

struct Run<W> {
    writer: W,
    healthy: Arc<AtomicBool>,
}

impl<W: Writer> Run<W> {
    fn until_closed(mut self, queue: &Queue, number: usize) {
        while let Some(batch) = queue.next_batch() {
            let begun = Instant::now();
            metrics::gauge!("seatkeeper_queue_length", "writer" => number.to_string()).set(queue.waiting() as f64);
            metrics::histogram!("seatkeeper_batch_commands").record(batch.len() as f64);
            self.answer(batch);
            metrics::histogram!("seatkeeper_batch_seconds").record(begun.elapsed().as_secs_f64());
        }
    }

    /// Answers every command of a batch, in as many transactions as it takes.
    fn answer(&mut self, batch: Vec<Waiting>) {
        let commands: Vec<&Command> = batch.iter().map(|w| &w.command).collect();
        let outcome = self.retried(&commands);
        let away = matches!(outcome, Err(StoreError::Unavailable(_) | StoreError::Lost(_) | StoreError::Unknown(_)));
        let was_away = !self.healthy.swap(!away, Ordering::Relaxed);
        match &outcome {
            // Once, not for every batch of those who come again.
            Err(error) if away && !was_away => tracing::error!(%error, "the books cannot be written; trying on"),
            Ok(_) if was_away => tracing::info!("the books are written again"),
            _ => {}
        }
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
                metrics::counter!("seatkeeper_batches_failed_total").increment(1);
                if !away {
                    tracing::error!(%error, commands = batch.len(), "a batch failed");
                }
                for waiting in batch {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }

    fn retried(&mut self, commands: &[&Command]) -> Result<Answers, StoreError> {
        let patience = if self.healthy.load(Ordering::Relaxed) { PATIENCE } else { Duration::ZERO };
        let give_up = Instant::now() + patience;
        let mut conflicts = 0;
        loop {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.once(commands, give_up)))
                .unwrap_or_else(|_| Err(StoreError::Fault("a decision panicked".to_owned())));
            let Err(error) = outcome else { return outcome };
            self.writer.rollback();
            let wait = match error {
                StoreError::Conflict(_) if conflicts + 1 < TRIES => {
                    conflicts += 1;
                    Duration::from_millis(1 << conflicts)
                }
                StoreError::Lost(_) if Instant::now() < give_up => BETWEEN,
                error => return Err(error),
            };
            metrics::counter!("seatkeeper_batch_retries_total").increment(1);
            std::thread::sleep(wait);
        }
    }

    /// One attempt: decided against one load of facts, and committed.
    fn once(&mut self, commands: &[&Command], give_up: Instant) -> Result<Answers, StoreError> {
        let mut ledger = self.writer.begin(&needs(commands.iter().copied()))?;
        let answers = commands
            .iter()
            .map(|command| {
                let decision = decide(&ledger, command);
                decision.changes.into_iter().for_each(|change| ledger.apply(change));
                decision.answer
            })
            .collect();
        match self.writer.commit(&ledger) {
            Ok(()) => Ok(answers),
            Err(StoreError::Unknown(why)) => self.fate(answers, why, give_up),
            Err(error) => Err(error),
        }
    }

    /// What became of a commit that nobody answered. Nothing is begun before it is known, or given up: done twice, it might
    /// be counted twice.
    fn fate(&mut self, answers: Answers, why: String, give_up: Instant) -> Result<Answers, StoreError> {
        loop {
            self.writer.rollback();
            match self.writer.committed() {
                Ok(true) => return Ok(answers),
                Ok(false) => return Err(StoreError::Lost(why)),
                Err(StoreError::Lost(_)) if Instant::now() < give_up => std::thread::sleep(BETWEEN),
                Err(_) => return Err(StoreError::Unknown(why)),
            }
        }
    }
}
