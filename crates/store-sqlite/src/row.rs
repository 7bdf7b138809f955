//! Reading a row's columns one after another, and running prepared statements.

use jiff::Timestamp;
use rusqlite::types::{FromSql, Type, ValueRef};
use rusqlite::{Connection, OptionalExtension, Params, Result, Row};
use seatkeeper_domain::event::ChainHead;
use seatkeeper_domain::holder::Names;
use seatkeeper_store::code::{Code, instant};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::pack;

/// A row's columns, in the order of its SELECT.
pub(crate) struct Columns<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl<'r, 's> Columns<'r, 's> {
    pub(crate) fn of(row: &'r Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(crate) fn get<T: FromSql>(&mut self) -> Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    /// Whether the next column is empty, which stays the next.
    pub(crate) fn next_is_null(&self) -> Result<bool> {
        Ok(self.row.get_ref(self.next)? == ValueRef::Null)
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        let value: i64 = self.get()?;
        u64::try_from(value).map_err(|_| self.wrong("a count below zero"))
    }

    pub(crate) fn id<T: From<Uuid>>(&mut self) -> Result<T> {
        Ok(Uuid::from_bytes(self.get()?).into())
    }

    pub(crate) fn maybe_id<T: From<Uuid>>(&mut self) -> Result<Option<T>> {
        Ok(self.get::<Option<[u8; 16]>>()?.map(|bytes| Uuid::from_bytes(bytes).into()))
    }

    pub(crate) fn at(&mut self) -> Result<Timestamp> {
        let at = self.get()?;
        instant(at).ok_or_else(|| self.wrong("no instant"))
    }

    pub(crate) fn maybe_at(&mut self) -> Result<Option<Timestamp>> {
        match self.get::<Option<i64>>()? {
            None => Ok(None),
            Some(at) => instant(at).map(Some).ok_or_else(|| self.wrong("no instant")),
        }
    }

    pub(crate) fn code<T: Code>(&mut self) -> Result<T> {
        let code = self.get()?;
        T::of(code).ok_or_else(|| self.wrong("a number that stands for nothing"))
    }

    pub(crate) fn maybe_code<T: Code>(&mut self) -> Result<Option<T>> {
        match self.get::<Option<i64>>()? {
            None => Ok(None),
            Some(code) => T::of(code).map(Some).ok_or_else(|| self.wrong("a number that stands for nothing")),
        }
    }

    /// When and why something ended; both columns or neither.
    pub(crate) fn end<T: Code>(&mut self) -> Result<Option<(Timestamp, T)>> {
        let (at, why) = (self.maybe_at()?, self.maybe_code()?);
        Ok(at.zip(why))
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let text = self.row.get_ref(self.next)?;
        self.next += 1;
        serde_json::from_slice(text.as_bytes()?).map_err(|_| self.wrong("JSON of another kind"))
    }

    pub(crate) fn packed(&mut self) -> Result<String> {
        let bytes = self.row.get_ref(self.next)?;
        self.next += 1;
        pack::unpack(bytes.as_blob()?).ok_or_else(|| self.wrong("a text that was not packed here"))
    }

    /// The four columns of a person's names, the user's being the one as it was written or else as it is folded.
    pub(crate) fn names(&mut self) -> Result<Names> {
        Ok(Names { user: self.get()?, device_name: self.get()?, os_session: self.get()?, salt: self.get()? })
    }

    pub(crate) fn chain(&mut self) -> Result<ChainHead> {
        Ok(ChainHead { length: self.u64()?, hash: self.get()? })
    }

    /// The column read last holds what it should not.
    pub(crate) fn wrong(&self, what: &'static str) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(self.next - 1, Type::Null, what.into())
    }
}

/// The one row, or none.
pub(crate) fn one<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    conn.prepare_cached(sql)?.query_row(params, read).optional()
}

/// All rows.
pub(crate) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    conn.prepare_cached(sql)?.query_map(params, read)?.collect()
}

/// Runs a change.
pub(crate) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    conn.prepare_cached(sql)?.execute(params)
}
