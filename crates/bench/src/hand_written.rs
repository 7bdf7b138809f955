//! What PostgreSQL's engine is compared with: a checkout as one transaction, written by hand as well as it can be.
//!
//! Tables of its own with no more than a checkout needs, statements that are prepared, two round trips: the lock and what
//! is free; then the session, the count and the commit in one.

use std::time::Instant;

use anyhow::{Result, ensure};
use tokio::task::JoinSet;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use crate::load::Window;
use crate::random::Random;

const TABLES: &str = "
    CREATE TABLE pools (id BIGINT PRIMARY KEY, seats BIGINT NOT NULL, in_use BIGINT NOT NULL, CHECK (in_use <= seats));
    CREATE TABLE seats (id UUID PRIMARY KEY, pool BIGINT NOT NULL REFERENCES pools, holder UUID NOT NULL,
        started_at TIMESTAMPTZ NOT NULL, lease_until TIMESTAMPTZ NOT NULL, UNIQUE (pool, holder))";

const FREE: &str = "SELECT seats - in_use FROM pools WHERE id = $1 FOR UPDATE";
const TAKE: &str = "INSERT INTO seats (id, pool, holder, started_at, lease_until)
    VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp() + INTERVAL '20 minutes')";
const COUNT: &str = "UPDATE pools SET in_use = in_use + 1 WHERE id = $1";

/// Connections, each with its statements.
pub(crate) struct HandWritten {
    connections: Vec<Connection>,
}

impl HandWritten {
    /// On a database that holds nothing yet, with so many pools.
    pub(crate) async fn fresh(url: &str, connections: usize, pools: u32) -> Result<Self> {
        let first = connect(url).await?;
        first.batch_execute(TABLES).await?;
        first
            .batch_execute(&format!("INSERT INTO pools SELECT n, 1000000000, 0 FROM generate_series(0, {pools}) n"))
            .await?;
        let mut all = Vec::new();
        for at in 0..connections {
            all.push(Connection::open(url, at as u64).await?);
        }
        Ok(Self { connections: all })
    }

    /// Checkouts a second, each of one of so many pools.
    pub(crate) async fn rate(&mut self, pools: u32, window: Window) -> Result<f64> {
        let from = Instant::now() + window.warm;
        let mut tasks = JoinSet::new();
        for mut connection in self.connections.drain(..) {
            tasks.spawn(async move {
                let mut done = 0_u64;
                while from.elapsed() < window.count {
                    connection.checkout(pools).await?;
                    done += u64::from(Instant::now() >= from);
                }
                anyhow::Ok((connection, done))
            });
        }
        let mut sum = 0;
        while let Some(ended) = tasks.join_next().await {
            let (connection, done) = ended??;
            self.connections.push(connection);
            sum += done;
        }
        Ok(sum as f64 / window.count.as_secs_f64())
    }
}

struct Connection {
    client: Client,
    free: Statement,
    take: Statement,
    count: Statement,
    random: Random,
}

impl Connection {
    async fn open(url: &str, seed: u64) -> Result<Self> {
        let client = connect(url).await?;
        let (free, take, count) =
            (client.prepare(FREE).await?, client.prepare(TAKE).await?, client.prepare(COUNT).await?);
        Ok(Self { client, free, take, count, random: Random::seeded(seed) })
    }

    async fn checkout(&mut self, pools: u32) -> Result<()> {
        let pool = i64::try_from(self.random.next() % u64::from(pools))?;
        let (id, holder) = (self.random.uuid(), self.random.uuid());
        let named: [&(dyn ToSql + Sync); 1] = [&pool];
        let ((), free) =
            tokio::try_join!(self.client.batch_execute("BEGIN"), self.client.query_one(&self.free, &named))?;
        ensure!(free.get::<_, i64>(0) > 0, "no seat is free");
        let seat: [&(dyn ToSql + Sync); 3] = [&id, &pool, &holder];
        let (taken, counted, ()) = tokio::try_join!(
            self.client.execute(&self.take, &seat),
            self.client.execute(&self.count, &named),
            self.client.batch_execute("COMMIT"),
        )?;
        ensure!((taken, counted) == (1, 1), "a seat was not taken");
        Ok(())
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    // Ends with its client; what goes wrong before is told to who asked.
    tokio::spawn(connection);
    Ok(client)
}
