//! Reading a row's columns one after another.

use jiff::Timestamp;
use seatkeeper_domain::event::ChainHead;
use seatkeeper_domain::holder::Names;
use seatkeeper_store::StoreError;
use seatkeeper_store::code::{Code, instant};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// A row's columns, in the order of its SELECT.
pub(crate) struct Columns<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(crate) fn of(row: &'r Row) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(crate) fn get<T: FromSql<'r>>(&mut self) -> Result<T> {
        self.next += 1;
        self.row.try_get(self.next - 1).map_err(|_| self.wrong("of another kind"))
    }

    /// A count; columns have room for more than any of ours.
    pub(crate) fn count<T: TryFrom<i64>>(&mut self) -> Result<T> {
        T::try_from(self.get::<i64>()?).map_err(|_| self.wrong("a count out of bounds"))
    }

    pub(crate) fn id<T: From<Uuid>>(&mut self) -> Result<T> {
        Ok(self.get::<Uuid>()?.into())
    }

    pub(crate) fn maybe_id<T: From<Uuid>>(&mut self) -> Result<Option<T>> {
        Ok(self.get::<Option<Uuid>>()?.map(Into::into))
    }

    /// Bytes of a fixed length.
    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.get::<&[u8]>()?.try_into().map_err(|_| self.wrong("of another length"))
    }

    pub(crate) fn maybe_bytes<const N: usize>(&mut self) -> Result<Option<[u8; N]>> {
        let bytes = self.get::<Option<&[u8]>>()?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| self.wrong("of another length"))).transpose()
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
        serde_json::from_str(self.get()?).map_err(|_| self.wrong("JSON of another kind"))
    }

    /// The four columns of a person's names, the user's being the one as it was written or else as it is folded.
    pub(crate) fn names(&mut self) -> Result<Names> {
        Ok(Names { user: self.get()?, device_name: self.get()?, os_session: self.get()?, salt: self.maybe_bytes()? })
    }

    pub(crate) fn chain(&mut self) -> Result<ChainHead> {
        Ok(ChainHead { length: self.count()?, hash: self.bytes()? })
    }

    /// The column read last holds what it should not.
    pub(crate) fn wrong(&self, what: &str) -> StoreError {
        let name =
            self.next.checked_sub(1).and_then(|at| self.row.columns().get(at)).map_or("?", |column| column.name());
        StoreError::Unavailable(format!(
            "the database holds what was not written there ({name}: {what}): run `seatkeeper check`"
        ))
    }
}
