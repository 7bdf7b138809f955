//! A few reading connections, shared by all who read, on a runtime of their own: whoever reads may stand in another runtime
//! or in none, and waits here without it. What is asked is others' business.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, PoolError, RecyclingMethod};
use futures_util::future::try_join;
use seatkeeper_store::StoreError;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, SimpleQueryMessage};

use crate::address::Address;
use crate::error::store_error;
use crate::link::Parameters;

type Result<T> = std::result::Result<T, StoreError>;

/// Connections at most. Reading is short; more would only wait for the same disk.
const MOST: usize = 8;

/// How long a connection, and then each answer, is waited for.
const LIMIT: Duration = Duration::from_secs(8);

/// How long a connection that lay idle may take to say that it is there.
const GREETING: Duration = Duration::from_secs(2);

/// Told to every connection. Plans may depend on what is asked for here, other than in a batch: lists are filtered.
const SETTINGS: &[&str] = &[
    "SET statement_timeout = '8s'",
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET client_min_messages = 'warning'",
];

/// All that one reading asks is answered as at the instant of its first question.
const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Connections, and the thread that speaks on them.
pub(crate) struct Pool {
    /// Shut down without waiting: waiting for it is not allowed where another runtime may run.
    runtime: ManuallyDrop<Runtime>,
    connections: deadpool_postgres::Pool,
}

impl Drop for Pool {
    fn drop(&mut self) {
        // SAFETY-free: the runtime is taken once, here.
        take(&mut self.runtime).shutdown_background();
    }
}
