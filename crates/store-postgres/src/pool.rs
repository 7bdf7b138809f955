//! A few connections beside the writers', shared by all who read, on a runtime of their own: whoever asks may stand in another
//! runtime or in none, and waits here without it. It knows nothing of what is asked.

use std::cell::Cell;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, PoolError, RecyclingMethod};
use futures_util::future::try_join;
use seatkeeper_store::StoreError;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::timeout;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, SimpleQueryMessage};

use crate::address::Address;
use crate::error::store_error;
use crate::link::Parameters;
use crate::row::Result;

/// How many connections there are at most, and how long each answer is waited for.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    most: usize,
    limit: Duration,
}

/// For answers and pages, which somebody waits for. More connections would only wait for the same disk.
pub(crate) const READING: Bounds = Bounds { most: 8, limit: Duration::from_secs(8) };

/// For care of the books, which walks through all of them: a connection that is gone is noticed all the same.
pub(crate) const CARE: Bounds = Bounds { most: 2, limit: Duration::from_secs(3_600) };

/// How long a connection is waited for.
const CONNECT: Duration = Duration::from_secs(8);

/// How long a connection that lay idle may take to say that it still leads to a database that writes.
const GREETING: Duration = Duration::from_secs(2);

/// What engines that speak the protocol do not know they may refuse. Lists are filtered in many ways, so that their plans may
/// depend on what is asked.
fn settings(bounds: Bounds) -> [String; 4] {
    [
        format!("SET statement_timeout = '{}s'", bounds.limit.as_secs()),
        "SET lock_timeout = '5s'".to_owned(),
        format!("SET idle_in_transaction_session_timeout = '{}s'", bounds.limit.as_secs()),
        "SET client_min_messages = 'warning'".to_owned(),
    ]
}

/// All that one call reads is answered as at the instant of its first question.
const READ: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

const CHANGE: &str = "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// The connections, and the thread that speaks on them.
pub(crate) struct Pool {
    connections: deadpool_postgres::Pool,
    limit: Duration,
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Pool {
    /// Connects to nobody yet.
    pub(crate) fn new(address: &Address, bounds: Bounds) -> Result<Self> {
        let fault = |error: &dyn std::fmt::Display| StoreError::Fault(format!("no runtime for reading: {error}"));
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("seatkeeper-reader")
            .enable_all()
            .build()
            .map_err(|error| fault(&error))?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(address.config.clone(), address.tls.clone(), recycling);
        let writes = address.config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite;
        let connections = deadpool_postgres::Pool::builder(manager)
            .max_size(bounds.most)
            .post_create(Hook::async_fn(move |client, _| {
                Box::pin(async move { set_up(client, bounds).await.map_err(HookError::Backend) })
            }))
            .pre_recycle(Hook::async_fn(move |client, _| Box::pin(async move { greet(client, writes).await })))
            .build()
            .map_err(|error| fault(&error))?;
        Ok(Self { connections, limit: bounds.limit, handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Reads the books as they are at one instant.
    pub(crate) fn read<T>(self: &Arc<Self>, read: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        read(&self.begin(READ)?)
    }

    /// Changes rows that no batch has to do with, all or none.
    pub(crate) fn change<T>(self: &Arc<Self>, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let transaction = self.begin(CHANGE)?;
        let changed = change(&transaction)?;
        transaction.rows("COMMIT", Vec::new())?;
        transaction.state.set(State::Over);
        Ok(changed)
    }

    /// Begins with the first question.
    pub(crate) fn begin(self: &Arc<Self>, begin: &'static str) -> Result<Transaction> {
        let connections = self.connections.clone();
        let connection = self.run(CONNECT, async move { connections.get().await.map_err(no_connection) })?;
        Ok(Transaction {
            pool: self.clone(),
            connection: Some(Arc::new(connection)),
            begin,
            state: Cell::new(State::Over),
        })
    }

    /// Has something done on the runtime, and waits for it on this thread.
    fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        task: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (tell, told) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            let silent = || StoreError::Lost(format!("no answer within {} s", limit.as_secs()));
            let outcome = timeout(limit, task).await.unwrap_or_else(|_| Err(silent()));
            // Whoever asked waits below.
            let _ = tell.send(outcome);
        });
        told.recv().unwrap_or_else(|_| Err(StoreError::Lost("the question was broken off".to_owned())))
    }
}

impl Drop for Pool {
    /// Does not wait, which is not allowed within another runtime.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A connection for as long as one call takes.
pub(crate) struct Transaction {
    pool: Arc<Pool>,
    /// Given up when this is dropped.
    connection: Option<Arc<Object>>,
    begin: &'static str,
    state: Cell<State>,
}

/// What is known of a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is none: not yet, or not any more.
    Over,
    /// It began, and every question was answered.
    Open,
    /// Something failed, or is still on its way.
    Unknown,
}

impl Transaction {
    /// The rows that a statement finds.
    pub(crate) fn rows(&self, sql: &str, parameters: Parameters) -> Result<Vec<Row>> {
        let given_up = || StoreError::Fault("a transaction went on after its end".to_owned());
        let connection = self.connection.clone().ok_or_else(given_up)?;
        let begin = (self.state.replace(State::Unknown) == State::Over).then_some(self.begin);
        let sql = sql.to_owned();
        let rows = self.pool.run(self.pool.limit, async move {
            let statement = connection.prepare_cached(&sql).await.map_err(store_error)?;
            let values: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| &**value as _).collect();
            // Sent together with the first question, so that it costs no turn of its own.
            let began = async { if let Some(begin) = begin { connection.batch_execute(begin).await } else { Ok(()) } };
            let ((), rows) = try_join(began, connection.query(&statement, &values)).await.map_err(store_error)?;
            Ok(rows)
        })?;
        self.state.set(State::Open);
        Ok(rows)
    }

    /// All rows, read.
    pub(crate) fn all<T>(&self, sql: &str, parameters: Parameters, read: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        self.rows(sql, parameters)?.iter().map(read).collect()
    }

    /// The one row, or none.
    pub(crate) fn one<T>(&self, sql: &str, parameters: Parameters, read: fn(&Row) -> Result<T>) -> Result<Option<T>> {
        self.rows(sql, parameters)?.first().map(read).transpose()
    }
}

impl Drop for Transaction {
    /// Ends what was not committed, while the answer is already on its way. A connection that failed is not used again.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().and_then(Arc::into_inner) else { return };
        match self.state.get() {
            State::Over => {}
            State::Open => drop(self.pool.handle.spawn(async move {
                if !matches!(timeout(CONNECT, connection.batch_execute("ROLLBACK")).await, Ok(Ok(()))) {
                    drop(Object::take(connection));
                }
            })),
            State::Unknown => drop(Object::take(connection)),
        }
    }
}

async fn set_up(client: &Client, bounds: Bounds) -> std::result::Result<(), tokio_postgres::Error> {
    for setting in settings(bounds) {
        match client.batch_execute(&setting).await {
            Err(error) if error.is_closed() => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Throws a connection out that is gone, or that leads to a former leader: one that answers on, but what it says grows old.
async fn greet(client: &Client, writes: bool) -> std::result::Result<(), HookError> {
    let answer = timeout(GREETING, client.simple_query("SHOW transaction_read_only")).await;
    let answer =
        answer.map_err(|_| HookError::message("a connection that lay idle is gone"))?.map_err(HookError::Backend)?;
    let reads_only = answer.iter().any(|said| matches!(said, SimpleQueryMessage::Row(row) if row.get(0) == Some("on")));
    if writes && reads_only { Err(HookError::message("the database only reads")) } else { Ok(()) }
}

/// Nobody could be asked, for whatever reason.
fn no_connection(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => match store_error(error) {
            lost @ StoreError::Lost(_) => lost,
            error => StoreError::Lost(error.to_string()),
        },
        error => StoreError::Lost(error.to_string()),
    }
}
