//! Queries within a scope. There is no way to run one over customers' records that has none: a query
//! begins with its scope, and only then takes conditions.

use rusqlite::types::{ToSql, Value};
use rusqlite::{Connection, Result, Row, params_from_iter};
use seatkeeper_store::read::{Listed, Page, Scope};
use uuid::Uuid;

/// Whether a name may hold a text. The engine folds ASCII alone, and folding each name otherwise would take longer than all
/// else: names that are not all ASCII are compared by whoever asked for them.
macro_rules! may_hold {
    ($text:literal, $name:literal) => {
        concat!("(instr(lower(", $name, "), ", $text, ") > 0 OR length(", $name, ") < octet_length(", $name, "))")
    };
}

/// A condition about a text that it names more than once, as `part`.
macro_rules! of_text {
    ($condition:expr) => {
        concat!("EXISTS (SELECT 1 FROM (SELECT ? AS part) WHERE ", $condition, ")")
    };
}

pub(super) use {may_hold, of_text};

/// Rows that belong to customers, and how to tell to which.
pub(super) struct Table {
    /// Columns and joins, up to where conditions begin.
    pub(super) select: &'static str,
    /// The column that says whose a row is: a customer's number.
    pub(super) customer: &'static str,
    /// The column that lists are ordered by.
    pub(super) id: &'static str,
}

/// Rows at most in a page.
pub(super) const MOST: u32 = 200;

/// A query with its scope and the conditions so far.
pub(super) struct Query {
    sql: String,
    values: Vec<Value>,
    id: &'static str,
}

impl Table {
    /// Begins a query over the rows that exist in `scope`.
    pub(super) fn within(&self, scope: Scope) -> Query {
        let sql = format!("{} WHERE ", self.select);
        match scope.customer() {
            None => Query { sql: sql + "TRUE", values: Vec::new(), id: self.id },
            Some(id) => {
                let own = format!("{} = (SELECT n FROM customers WHERE id = ?)", self.customer);
                Query { sql: sql + &own, values: vec![bytes(id.0)], id: self.id }
            }
        }
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
    pub(super) fn and_if(self, condition: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            None => self,
            Some(value) => self.with(condition, value),
        }
    }

    /// Adds a condition with one `?`.
    pub(super) fn with(self, condition: &str, value: impl Into<Value>) -> Self {
        let mut query = self.and(condition);
        query.values.push(value.into());
        query
    }

    /// The one row with this id.
    pub(super) fn one<T>(self, conn: &Connection, id: Uuid, read: fn(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        let condition = format!("{} = ?", self.id);
        Ok(self.with(&condition, bytes(id)).all(conn, read)?.pop())
    }

    /// All rows, where there are few.
    pub(super) fn all<T>(self, conn: &Connection, read: fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let values = self.values.iter().map(|value| value as &dyn ToSql);
        conn.prepare_cached(&self.sql)?.query_map(params_from_iter(values), read)?.collect()
    }

    /// The first rows in an order, all where no limit is given.
    pub(super) fn first<T>(
        mut self,
        conn: &Connection,
        order: &str,
        limit: Option<u32>,
        read: fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.sql += &format!(" ORDER BY {order} LIMIT ?");
        self.values.push(limit.map_or(-1, i64::from).into());
        self.all(conn, read)
    }

    /// A page of the list.
    pub(super) fn page<T>(
        self,
        conn: &Connection,
        page: Page,
        read: fn(&Row<'_>) -> Result<T>,
        id: impl Fn(&T) -> Uuid,
    ) -> Result<Listed<T>> {
        let limit = page.limit.clamp(1, MOST);
        let after = format!("{} > ?", self.id);
        let order = format!(" ORDER BY {} LIMIT ?", self.id);
        let mut query = self.and_if(&after, page.after.map(bytes));
        query.sql += &order;
        query.values.push((limit + 1).into());
        let mut items = query.all(conn, read)?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(id);
        Ok(Listed { items, next })
    }
}

/// An id as a column's value.
pub(super) fn bytes(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}
