//! One connection: statements prepared once and sent in a pipeline, each call bounded in time.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;

use futures_util::future::join_all;
use seatkeeper_store::StoreError;
use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use crate::address::Address;
use crate::error::store_error;

/// How long the other side may take for one pipeline. What takes longer is lost: the network, or a lock that nobody frees.
const LIMIT: Duration = Duration::from_secs(5);

/// What every connection is told first. The bounds free locks that a server holds which was cut off in the middle of a
/// batch. Each is told by itself, since engines that speak the protocol know some and not others.
const SETTINGS: &[&str] = &[
    "SET statement_timeout = '4s'",
    "SET lock_timeout = '2s'",
    "SET idle_in_transaction_session_timeout = '5s'",
    "SET client_min_messages = 'warning'",
    // A plan for a table that is still small would walk all of it when it has grown. Everything that a batch asks for has
    // an index, so that plans need not depend on what is asked.
    "SET enable_seqscan = off",
    // What is walked all the same looks dear then, and would be compiled first: a tenth of a second for each batch.
    "SET jit = off",
    "SET plan_cache_mode = 'force_generic_plan'",
];

/// Durable answers, whatever the server's or the role's default is: `off` would answer before the disk has it.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
     WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// A connection and the statements prepared on it.
pub(crate) struct Link {
    client: Client,
    statements: RefCell<HashMap<&'static str, Statement>>,
    driving: JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driving.abort();
    }
}

impl Link {
    /// Connects to the first host that answers and writes. Call it within the runtime that the link will live in.
    pub(crate) async fn open(address: &Address) -> Result<Self, StoreError> {
        // Each host has its own time to answer in; this bounds them all, their greeting too.
        let connecting = tokio::time::timeout(LIMIT, address.config.connect(address.tls.clone()));
        let (client, connection) = connecting.await.map_err(|_| no_answer())?.map_err(unreachable)?;
        let driving = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the database ended");
            }
        });
        let link = Self { client, statements: RefCell::default(), driving };
        let told = join_all(SETTINGS.iter().map(|setting| link.plain(setting))).await;
        if let Some(Err(StoreError::Lost(why))) = told.into_iter().find(|told| matches!(told, Err(StoreError::Lost(_))))
        {
            return Err(StoreError::Lost(why));
        }
        link.plain(DURABLE).await?;
        Ok(link)
    }

    /// Runs a text of one or more statements, with nothing to bind.
    pub(crate) async fn plain(&self, sql: &str) -> Result<(), StoreError> {
        bounded(self.client.batch_execute(sql)).await
    }

    /// Likewise, for as long as it takes.
    pub(crate) async fn patiently(&self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).await.map_err(store_error)
    }

    /// Sends all that was asked at once, in its order, and waits for all answers. The first failure is told; what came after
    /// it in a transaction was not done.
    pub(crate) async fn send(&self, asked: Pipeline) -> Result<Told, StoreError> {
        self.prepare(&asked).await?;
        let statements: Vec<Statement> = {
            let known = self.statements.borrow();
            asked.asks.iter().filter_map(|ask| known.get(ask.sql).cloned()).collect()
        };
        let sending = asked.asks.iter().zip(&statements).map(|(ask, statement)| {
            let parameters: Vec<&(dyn ToSql + Sync)> = ask.parameters.iter().map(|p| &**p as _).collect();
            async move { self.client.query(statement, &parameters).await }
        });
        let answers = bounded(async { Ok(join_all(sending).await) }).await?;
        let mut rows = Vec::with_capacity(answers.len());
        for answer in answers {
            rows.push(answer.map_err(store_error)?);
        }
        Ok(Told(rows))
    }

    /// Prepares what was never asked on this connection, all at once.
    async fn prepare(&self, asked: &Pipeline) -> Result<(), StoreError> {
        let missing: BTreeSet<&'static str> = {
            let known = self.statements.borrow();
            asked.asks.iter().map(|ask| ask.sql).filter(|sql| !known.contains_key(sql)).collect()
        };
        if missing.is_empty() {
            return Ok(());
        }
        let preparing = missing.iter().map(|sql| self.client.prepare(sql));
        let prepared = bounded(async { Ok(join_all(preparing).await) }).await?;
        for (sql, statement) in missing.into_iter().zip(prepared) {
            self.statements.borrow_mut().insert(sql, statement.map_err(store_error)?);
        }
        Ok(())
    }
}

/// Statements to be sent together.
#[derive(Default)]
pub(crate) struct Pipeline {
    asks: Vec<Ask>,
}

/// Values of one statement.
pub(crate) type Parameters = Vec<Box<dyn ToSql + Sync + Send>>;

struct Ask {
    sql: &'static str,
    parameters: Parameters,
}

/// Values of a statement, each owned.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as Box<dyn tokio_postgres::types::ToSql + Sync + Send>),*]
    };
}
pub(crate) use params;

impl Pipeline {
    /// Adds a statement; its rows are found under the number returned.
    pub(crate) fn ask(&mut self, sql: &'static str, parameters: Parameters) -> usize {
        self.asks.push(Ask { sql, parameters });
        self.asks.len() - 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.asks.is_empty()
    }
}

/// The rows of each statement, in the order in which they were asked.
pub(crate) struct Told(Vec<Vec<Row>>);

impl Told {
    pub(crate) fn rows(&self, number: usize) -> &[Row] {
        self.0.get(number).map_or(&[], Vec::as_slice)
    }
}

async fn bounded<T>(asking: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, StoreError> {
    tokio::time::timeout(LIMIT, asking).await.map_err(|_| no_answer())?.map_err(store_error)
}

fn no_answer() -> StoreError {
    StoreError::Lost(format!("no answer within {} s", LIMIT.as_secs()))
}

/// Nobody could be connected to: whatever the reason, nothing was done.
fn unreachable(error: tokio_postgres::Error) -> StoreError {
    match store_error(error) {
        StoreError::Conflict(why) | StoreError::Fault(why) | StoreError::Unavailable(why) => StoreError::Lost(why),
        error => error,
    }
}
