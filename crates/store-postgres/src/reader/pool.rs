//! A few reading connections, shared by all who read, on a runtime of their own: whoever reads may stand in another runtime
//! or in none, and waits here without it. It knows nothing of what is asked.

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

/// Connections at most. Reading is short; more would only wait for the same disk.
const MOST: usize = 8;

/// How long a connection is waited for, and then each answer.
const LIMIT: Duration = Duration::from_secs(8);

/// How long a connection that lay idle may take to say that it still leads to a database that writes.
const GREETING: Duration = Duration::from_secs(2);

/// Told to every connection. Lists are filtered in many ways, so that their plans may depend on what is asked.
const SETTINGS: [&str; 3] = [
    "SET statement_timeout = '8s'",
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET client_min_messages = 'warning'",
];

/// All that one reading asks is answered as at the instant of its first question.
const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The connections, and the thread that speaks on them.
pub(crate) struct Pool {
    connections: deadpool_postgres::Pool,
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Pool {
    /// Connects to nobody yet.
    pub(crate) fn new(address: &Address) -> Result<Self> {
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
            .max_size(MOST)
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async { set_up(client).await.map_err(HookError::Backend) })
            }))
            .pre_recycle(Hook::async_fn(move |client, _| Box::pin(async move { greet(client, writes).await })))
            .build()
            .map_err(|error| fault(&error))?;
        Ok(Self { connections, handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Reads the books as they are at one instant.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Reading<'_>) -> Result<T>) -> Result<T> {
        let connections = self.connections.clone();
        let connection = self.run(async move { connections.get().await.map_err(no_connection) })?;
        read(&Reading {
            pool: self,
            connection: Some(Arc::new(connection)),
            began: Cell::new(false),
            sound: Cell::new(true),
        })
    }

    /// Has something done on the runtime, and waits for it on this thread.
    fn run<T: Send + 'static>(&self, task: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        let (tell, told) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            let silent = || StoreError::Lost(format!("no answer within {} s", LIMIT.as_secs()));
            let outcome = timeout(LIMIT, task).await.unwrap_or_else(|_| Err(silent()));
            // Whoever asked waits below.
            let _ = tell.send(outcome);
        });
        told.recv().unwrap_or_else(|_| Err(StoreError::Lost("reading was broken off".to_owned())))
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

/// A connection for as long as one reading takes.
pub(super) struct Reading<'p> {
    pool: &'p Pool,
    /// Given up when this is dropped.
    connection: Option<Arc<Object>>,
    began: Cell<bool>,
    /// Nothing failed, and nothing is on its way.
    sound: Cell<bool>,
}

impl Reading<'_> {
    /// The rows that a statement finds.
    pub(super) fn rows(&self, sql: &str, parameters: Parameters) -> Result<Vec<Row>> {
        self.sound.set(false);
        let given_up = || StoreError::Fault("a reading went on after its end".to_owned());
        let connection = self.connection.clone().ok_or_else(given_up)?;
        let (sql, began) = (sql.to_owned(), self.began.replace(true));
        let rows = self.pool.run(async move {
            let statement = connection.prepare_cached(&sql).await.map_err(store_error)?;
            let values: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| &**value as _).collect();
            // Sent together with the first question, so that it costs no turn of its own.
            let begin = async { if began { Ok(()) } else { connection.batch_execute(BEGIN).await } };
            let ((), rows) = try_join(begin, connection.query(&statement, &values)).await.map_err(store_error)?;
            Ok(rows)
        })?;
        self.sound.set(true);
        Ok(rows)
    }

    /// All rows, read.
    pub(super) fn all<T>(&self, sql: &str, parameters: Parameters, read: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        self.rows(sql, parameters)?.iter().map(read).collect()
    }

    /// The one row, or none.
    pub(super) fn one<T>(&self, sql: &str, parameters: Parameters, read: fn(&Row) -> Result<T>) -> Result<Option<T>> {
        self.rows(sql, parameters)?.first().map(read).transpose()
    }
}

impl Drop for Reading<'_> {
    /// Ends the transaction while the answer is already on its way. A connection that failed is not used again.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().and_then(Arc::into_inner) else { return };
        if !self.sound.get() {
            drop(Object::take(connection));
        } else if self.began.get() {
            self.pool.handle.spawn(async move {
                if !matches!(timeout(LIMIT, connection.batch_execute("COMMIT")).await, Ok(Ok(()))) {
                    drop(Object::take(connection));
                }
            });
        }
    }
}

/// What engines that speak the protocol do not know they may refuse.
async fn set_up(client: &Client) -> std::result::Result<(), tokio_postgres::Error> {
    for setting in SETTINGS {
        match client.batch_execute(setting).await {
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
        PoolError::Backend(error) => StoreError::Lost(store_error(error).to_string()),
        error => StoreError::Lost(error.to_string()),
    }
}
