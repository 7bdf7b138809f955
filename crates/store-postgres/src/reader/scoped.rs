//! Queries within a scope. There is no way to run one over customers' records that has none: a query
//! begins with its scope, and only then takes conditions.

use seatkeeper_store::read::{Listed, Page, Scope};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::link::Parameters;
use crate::pool::Transaction;
use crate::row::Result;

/// Whether a name may hold a text. The database folds some letters in another way than the domain does, and each locale in its
/// own: ASCII is folded alike everywhere, and names that are not all ASCII are compared by whoever asked for them.
macro_rules! may_hold {
    ($text:literal, $name:literal) => {
        concat!(
            "(POSITION(",
            $text,
            " IN LOWER(",
            $name,
            " COLLATE \"C\")) > 0 OR OCTET_LENGTH(",
            $name,
            ") > CHAR_LENGTH(",
            $name,
            "))"
        )
    };
}

/// A condition about a text that it names more than once, as `part`.
macro_rules! of_text {
    ($condition:expr) => {
        concat!("EXISTS (SELECT 1 FROM (SELECT CAST(? AS TEXT) AS part) AS asked WHERE ", $condition, ")")
    };
}

pub(super) use {may_hold, of_text};

/// Rows that belong to customers, and how to tell to which.
pub(super) struct Table {
    /// Columns and joins, up to where conditions begin.
    pub(super) select: &'static str,
    /// The column that says whose a row is: a customer's id.
    pub(super) customer: &'static str,
    /// The column that lists are ordered by, under the letter of its table.
    pub(super) id: &'static str,
}

/// Rows at most in a page.
pub(super) const MOST: u32 = 200;

/// A query with its scope and the conditions so far.
pub(super) struct Query {
    sql: String,
    values: Parameters,
    id: &'static str,
    by_conditions: bool,
}

impl Table {
    /// Begins a query over the rows that exist in `scope`.
    pub(super) fn within(&self, scope: Scope) -> Query {
        let sql = format!("{} WHERE TRUE", self.select);
        let query = Query { sql, values: Vec::new(), id: self.id, by_conditions: false };
        query.and_if(&format!("{} = ?", self.customer), scope.customer().map(|id| id.0))
    }
}

impl Query {
    /// Adds a condition without a value.
    pub(super) fn and(mut self, condition: &str) -> Self {
        self.sql += " AND ";
        self.sql += condition;
        self
    }

    /// Adds a condition with one `?`, where there is a value for it.
    pub(super) fn and_if(self, condition: &str, value: Option<impl ToSql + Sync + Send + 'static>) -> Self {
        match value {
            None => self,
            Some(value) => self.with(condition, value),
        }
    }

    /// Adds a condition with one `?`.
    pub(super) fn with(mut self, condition: &str, value: impl ToSql + Sync + Send + 'static) -> Self {
        let place = self.bind(value);
        self.and(&condition.replacen('?', &place, 1))
    }

    /// Has a page found by its conditions and then put in order. Left to itself the database may go along the index of ids,
    /// past all that do not fit the conditions.
    pub(super) fn by_conditions(self) -> Self {
        Self { by_conditions: true, ..self }
    }

    /// The one row with this id.
    pub(super) fn one<T>(self, at: &Transaction, id: Uuid, read: fn(&Row) -> Result<T>) -> Result<Option<T>> {
        let condition = format!("{} = ?", self.id);
        let query = self.with(&condition, id);
        at.one(&query.sql, query.values, read)
    }

    /// All rows, where there are few.
    pub(super) fn all<T>(self, at: &Transaction, read: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        at.all(&self.sql, self.values, read)
    }

    /// The first rows after an id, so many at most.
    pub(super) fn following<T>(
        self,
        at: &Transaction,
        after: Option<Uuid>,
        most: u32,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut query = self.after(after);
        let sql = format!("{} LIMIT {}", query.ordered(), query.bind(i64::from(most)));
        at.all(&sql, query.values, read)
    }

    /// The first rows in an order, all where no limit is given. What is found by its conditions is then called `found`.
    pub(super) fn first<T>(
        mut self,
        at: &Transaction,
        order: &str,
        limit: Option<u32>,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        // LIMIT NULL is no limit.
        let limit = self.bind(limit.map(i64::from));
        let sql = match self.by_conditions {
            true => format!("SELECT * FROM ({} OFFSET 0) AS found ORDER BY {order} LIMIT {limit}", self.sql),
            false => format!("{} ORDER BY {order} LIMIT {limit}", self.sql),
        };
        at.all(&sql, self.values, read)
    }

    /// All rows after an id, some at once, for as long as `more` wants them: where only it can tell which fit.
    pub(super) fn walk(
        self,
        at: &Transaction,
        after: Option<Uuid>,
        mut more: impl FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        let query = self.after(after);
        // It ends with the transaction.
        at.rows(&format!("DECLARE walked NO SCROLL CURSOR FOR {}", query.ordered()), query.values)?;
        loop {
            let rows = at.rows("FETCH 5000 FROM walked", Vec::new())?;
            for row in &rows {
                if !more(row)? {
                    return Ok(());
                }
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    fn after(self, after: Option<Uuid>) -> Self {
        let condition = format!("{} > ?", self.id);
        self.and_if(&condition, after)
    }

    fn ordered(&self) -> String {
        match self.by_conditions {
            true => format!("SELECT * FROM ({} OFFSET 0) AS found ORDER BY found.id", self.sql),
            false => format!("{} ORDER BY {}", self.sql, self.id),
        }
    }

    /// A page of the list.
    pub(super) fn page<T>(
        self,
        at: &Transaction,
        page: Page,
        read: fn(&Row) -> Result<T>,
        id: impl Fn(&T) -> Uuid,
    ) -> Result<Listed<T>> {
        let limit = page.limit.clamp(1, MOST);
        let items = self.following(at, page.after, limit + 1, read)?;
        Ok(cut(items, limit, id))
    }

    /// Takes a value, and says how the query names it.
    fn bind(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }
}

/// A page of which one row more than fits was asked for, to know whether another follows.
pub(super) fn cut<T>(mut items: Vec<T>, limit: u32, id: impl Fn(&T) -> Uuid) -> Listed<T> {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(id);
    Listed { items, next }
}
