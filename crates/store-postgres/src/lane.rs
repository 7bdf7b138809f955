//! The lane that a writer's events stand on: its own for as long as it writes, and taken up by another when it is gone.
//!
//! A lane's row is locked by every commit that advances it, so that its numbers have no gaps and none arrives late,
//! whoever writes. That one writer has it to itself only keeps writers from waiting for each other.

use seatkeeper_store::StoreError;
use uuid::Uuid;

use crate::link::{Link, Pipeline, params};
use crate::row::Columns;

/// How long a lane stays a silent writer's. One that comes back later takes another.
const HELD_MICROSECONDS: i64 = 30_000_000;

/// Lanes looked at for one that nobody has.
const TRIES: u32 = 8;

const FREE: &str = "SELECT lane, owner, sequence, batch FROM lanes \
     WHERE held_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) ORDER BY lane LIMIT 1";

const TAKE: &str = "UPDATE lanes SET owner = $1, \
     held_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) + $2 \
     WHERE lane = $3 AND owner = $4 AND batch = $5 AND sequence = $6 RETURNING lane";

const MAKE: &str = "INSERT INTO lanes (lane, sequence, at, batch, owner, held_until) \
     SELECT COALESCE(MAX(lane), 0) + 1, 0, 0, 0, $1, \
         CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) + $2 FROM lanes \
     ON CONFLICT (lane) DO NOTHING RETURNING lane";

const GIVE_BACK: &str = "UPDATE lanes SET held_until = 0 WHERE owner = $1";

/// Locked, so that a commit which is still on its way is waited for.
const STANDS: &str = "SELECT owner, batch FROM lanes WHERE lane = $1 FOR UPDATE";

/// Advances the lane by so many events, if it is still as this writer left it.
pub(crate) const ADVANCE: &str = "UPDATE lanes SET sequence = sequence + $1, at = $2, batch = batch + 1, \
     held_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) + $3 \
     WHERE lane = $4 AND owner = $5 AND batch = $6 RETURNING lane";

/// A lane as its owner left it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    pub(crate) number: i64,
    owner: Uuid,
    /// The last place that an event has on it.
    pub(crate) sequence: i64,
    /// Commits so far.
    batch: i64,
}

impl Lane {
    /// Takes a lane that nobody has, or makes one.
    pub(crate) async fn take(link: &Link, owner: Uuid) -> Result<Self, StoreError> {
        for _ in 0..TRIES {
            let mut asked = Pipeline::default();
            let free = asked.ask(FREE, params![]);
            let told = link.send(asked).await?;
            let mut asked = Pipeline::default();
            let (lane, taken) = match told.rows(free).first() {
                Some(row) => {
                    let mut columns = Columns::of(row);
                    let (number, before): (i64, Uuid) = (columns.get()?, columns.get()?);
                    let lane = Self { number, owner, sequence: columns.get()?, batch: columns.get()? };
                    let was = params![owner, HELD_MICROSECONDS, number, before, lane.batch, lane.sequence];
                    (lane, asked.ask(TAKE, was))
                }
                None => (
                    Self { number: 0, owner, sequence: 0, batch: 0 },
                    asked.ask(MAKE, params![owner, HELD_MICROSECONDS]),
                ),
            };
            if let Some(row) = link.send(asked).await?.rows(taken).first() {
                return Ok(Self { number: Columns::of(row).get()?, ..lane });
            }
        }
        Err(StoreError::Conflict("others take every free lane".to_owned()))
    }

    /// Lets others have it at once.
    pub(crate) async fn give_back(self, link: &Link) -> Result<(), StoreError> {
        let mut asked = Pipeline::default();
        asked.ask(GIVE_BACK, params![self.owner]);
        link.send(asked).await.map(drop)
    }

    /// Adds its advance by so many events to a batch; the number of its rows, of which there is one if the lane was still
    /// this writer's.
    pub(crate) fn advance(self, asked: &mut Pipeline, events: usize, at: i64) -> usize {
        let events = i64::try_from(events).unwrap_or(i64::MAX);
        asked.ask(ADVANCE, params![events, at, HELD_MICROSECONDS, self.number, self.owner, self.batch])
    }

    /// The lane once so many events more stand on it.
    pub(crate) fn advanced(self, events: usize) -> Self {
        Self { sequence: self.sequence + i64::try_from(events).unwrap_or(i64::MAX), batch: self.batch + 1, ..self }
    }

    /// Whether the commit stands that would have left the lane like this. Waits for it where it is still on its way.
    pub(crate) async fn stands(self, link: &Link) -> Result<bool, StoreError> {
        let mut asked = Pipeline::default();
        let row = asked.ask(STANDS, params![self.number]);
        let told = link.send(asked).await?;
        let row = told.rows(row).first().ok_or_else(|| StoreError::Fault("a lane is gone".to_owned()))?;
        let mut columns = Columns::of(row);
        let (owner, batch): (Uuid, i64) = (columns.get()?, columns.get()?);
        if owner != self.owner {
            return Err(StoreError::Unknown("another writer has taken the lane since".to_owned()));
        }
        Ok(batch == self.batch)
    }
}
