//! Imports as they go: one at a time, in the background, so that whoever began one may close the window and come back. What came of
//! one that was applied stands in the books alone; what is kept here is how far a running one is, and why the last one was not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use seatkeeper_domain::event::{Event, Stream};
use seatkeeper_domain::id::{ImportId, LicenseId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::EventRow;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Mistake, Row};
use crate::authority::{Admin, Permission};
use crate::failure::Failure;
use crate::record::HistoryFilter;
use crate::service::Service;

/// Lines of one import at most. They are written in one commit, and seats wait for it.
pub const MOST: usize = 5_000;

/// How long imports are looked back for.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How far a running import is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Lines are looked up in the books.
    Checking {
        /// So many were.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// Product keys are made.
    Sealing {
        /// So many are.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// All of it is being written, in one step.
    Writing {
        /// So many licences.
        of: usize,
    },
    /// It is over.
    Over(Became),
}

/// What became of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is in the books.
    Applied,
    /// Everything in it was there already.
    NothingNew,
    /// Nothing of it was applied, for this is wrong with it.
    Wrong(Vec<Mistake>),
    /// Why nothing of it was applied, or why that is not known.
    Failed(String),
}

/// An import that is in the books.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Which.
    pub id: ImportId,
    /// So many customers were entered.
    pub customers: u64,
    /// So many licences were made.
    pub licenses: u64,
    /// By whom and when.
    pub row: EventRow,
}

/// The import that is running, or was last.
#[derive(Default)]
pub(crate) struct Imports(Mutex<Option<Run>>);

struct Run {
    id: ImportId,
    stage: Stage,
    task: JoinHandle<()>,
    /// Closed when it is over.
    over: watch::Receiver<()>,
}

/// The end of an import, to be waited for.
pub struct Ending(watch::Receiver<()>);

impl Ending {
    /// Waits for it.
    pub async fn come(mut self) {
        // Nothing is sent: it closes.
        while self.0.changed().await.is_ok() {}
    }
}

impl Imports {
    fn lock(&self) -> MutexGuard<'_, Option<Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reached(&self, id: ImportId, stage: Stage) {
        if let Some(run) = self.lock().as_mut().filter(|run| run.id == id) {
            run.stage = stage;
        }
    }
}

impl Run {
    fn stage(&self) -> Stage {
        match &self.stage {
            Stage::Over(became) => Stage::Over(became.clone()),
            // Its task was ended, or fell over.
            _ if self.task.is_finished() => Stage::Over(Became::Failed(BROKEN.to_owned())),
            stage => stage.clone(),
        }
    }
}

const BROKEN: &str = "Nothing was applied. It is not the file’s fault, and it is in the server’s log.";

/// What a failure is to whoever imports.
fn told(failure: &Failure) -> &'static str {
    match failure {
        Failure::Store(StoreError::Unknown(_)) => {
            "The database was lost while it was written, and it is not known whether it stands. Look at the imports again in a \
             moment: one that stands is listed."
        }
        Failure::Store(StoreError::Fault(_) | StoreError::Constraint(_)) | Failure::Fault(_) => BROKEN,
        Failure::Store(_) => "Nothing was applied, for the books cannot be written just now. Try again in a moment.",
        _ => "Nothing was applied: your role does not allow it any more.",
    }
}

impl Service {
    /// Begins to bring in a file that was checked; it is checked again. Goes on when the caller goes away; whoever likes to may
    /// wait for its end.
    ///
    /// # Errors
    /// If the administrator may not sell; [`Refusal::Conflict`] while another import runs on this server.
    pub fn start_import(self: &Arc<Self>, admin: &Admin, id: ImportId, rows: Vec<Row>) -> Result<Ending, Failure> {
        admin.may(Permission::Sell)?;
        if admin.scope().customer().is_some() {
            return Err(Refusal::NotFound { what: "import" }.into());
        }
        let mut last = self.imports.lock();
        if let Some(run) = &*last {
            let running = !matches!(run.stage(), Stage::Over(_));
            if run.id == id && (running || run.stage == Stage::Over(Became::Applied)) {
                return Ok(Ending(run.over.clone()));
            }
            if running {
                return Err(Refusal::Conflict("Another import is running. Wait until it is done.").into());
            }
        }
        let (ends, over) = watch::channel(());
        let (service, admin) = (self.clone(), admin.clone());
        let of = rows.len();
        let task = tokio::spawn(async move {
            let became = service.apply(&admin, id, rows).await.unwrap_or_else(|failure| {
                tracing::warn!(%failure, "an import was not applied");
                Became::Failed(told(&failure).to_owned())
            });
            service.imports.reached(id, Stage::Over(became));
            drop(ends);
        });
        *last = Some(Run { id, stage: Stage::Checking { done: 0, of }, task, over: over.clone() });
        Ok(Ending(over))
    }

    async fn apply(self: &Arc<Self>, admin: &Admin, id: ImportId, rows: Vec<Row>) -> Result<Became, Failure> {
        let (of, service) = (rows.len(), self.clone());
        let looked = move |done| service.imports.reached(id, Stage::Checking { done, of });
        let found = match self.against_books(rows, looked).await? {
            Ok(found) if found.nothing_new() => return Ok(Became::NothingNew),
            Ok(found) => found,
            Err(wrong) => return Ok(Became::Wrong(wrong)),
        };
        let of = found.licenses();
        let sealed = |done| {
            let stage = if done == of { Stage::Writing { of } } else { Stage::Sealing { done, of } };
            self.imports.reached(id, stage);
        };
        Ok(match self.decide_import(admin, id, &found, false, sealed).await? {
            Ok(()) => Became::Applied,
            Err(wrong) => Became::Wrong(wrong),
        })
    }

    /// The import that is running on this server or was last, and how it is.
    pub fn import_here(&self) -> Option<(ImportId, Stage)> {
        self.imports.lock().as_ref().map(|run| (run.id, run.stage()))
    }

    /// The last imports that are in the books, newest first, so many at most.
    ///
    /// # Errors
    /// If the administrator may not sell.
    pub async fn imports(&self, admin: &Admin, limit: usize) -> Result<Vec<Imported>, Failure> {
        self.applied(admin, self.now().saturating_sub(LOOKED_BACK).unwrap_or(Timestamp::MIN), limit).await
    }

    /// An import that is in the books.
    ///
    /// # Errors
    /// If there is none with this id.
    pub async fn imported(&self, admin: &Admin, id: ImportId) -> Result<Imported, Failure> {
        // An id begins with the time at which it was drawn, which was before.
        let found = self.applied(admin, drawn_at(id), usize::MAX).await?.into_iter().find(|import| import.id == id);
        Ok(found.ok_or(Refusal::NotFound { what: "import" })?)
    }

    async fn applied(&self, admin: &Admin, since: Timestamp, limit: usize) -> Result<Vec<Imported>, Failure> {
        admin.may(Permission::Sell)?;
        let kinds = vec!["import.applied".to_owned()];
        let filter = HistoryFilter { of: Some(Stream::Server), kinds, since: Some(since), ..HistoryFilter::default() };
        let found = self.history(admin, filter, Vec::new(), limit).await?.items;
        Ok(found.into_iter().filter_map(Imported::of).collect())
    }

    /// The licences of an import in the order of its file, the last of them where it has more than are asked for.
    ///
    /// # Errors
    /// If there is no such import.
    pub async fn imported_licenses(
        &self,
        admin: &Admin,
        id: ImportId,
        limit: usize,
    ) -> Result<Vec<LicenseId>, Failure> {
        let at = self.imported(admin, id).await?.row.event.at;
        // One commit has one instant.
        let until = at.checked_add(SignedDuration::from_micros(1)).ok();
        let kinds = vec!["license.imported".to_owned()];
        let filter = HistoryFilter { kinds, since: Some(at), until, ..HistoryFilter::default() };
        let (mut licenses, mut before) = (Vec::new(), Vec::new());
        loop {
            let page = self.history(admin, filter.clone(), before, limit.min(MOST)).await?;
            licenses.extend(page.items.iter().filter_map(|row| license_of(&row.event, id)));
            let Some(next) = page.next.filter(|_| licenses.len() < limit) else { break };
            before = next;
        }
        licenses.truncate(limit);
        licenses.reverse();
        Ok(licenses)
    }
}

impl Imported {
    fn of(row: EventRow) -> Option<Self> {
        let body: Value = serde_json::from_str(&row.event.body).ok()?;
        let count = |member: &str| body[member].as_u64().unwrap_or_default();
        let id = body["import"].as_str()?.parse::<uuid::Uuid>().ok()?.into();
        Some(Self { id, customers: count("customers"), licenses: count("licenses"), row })
    }
}

fn license_of(event: &Event, import: ImportId) -> Option<LicenseId> {
    let Stream::License(license) = event.stream else { return None };
    let body: Value = serde_json::from_str(&event.body).ok()?;
    (body["import"].as_str() == Some(&import.to_string())).then_some(license)
}

fn drawn_at(id: ImportId) -> Timestamp {
    let time = id.0.get_timestamp().map(|time| time.to_unix());
    let at = time.and_then(|(seconds, nanos)| Timestamp::new(seconds.try_into().ok()?, nanos.cast_signed()).ok());
    // Clocks of servers differ by a little.
    let at = at.unwrap_or(Timestamp::MAX).saturating_sub(SignedDuration::from_mins(10));
    at.unwrap_or(Timestamp::MIN)
}
