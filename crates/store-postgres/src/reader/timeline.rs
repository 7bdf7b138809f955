//! What happened with one device or one person at work. Each kind of moment is read along an index of its own, so many at
//! most: what a page costs does not grow with the history.

use seatkeeper_domain::denial::Denial;
use seatkeeper_domain::id::CustomerId;
use seatkeeper_domain::session::Session;
use seatkeeper_store::StoreError;
use seatkeeper_store::read::timeline::{
    About, MENTIONED_MOST, Moment, Place, Subject, Timeline, TimelineFilter, TimelineReader, UserFound, Window,
    timeline,
};
use seatkeeper_store::read::{EventRow, Scope};
use uuid::Uuid;

use super::PostgresReader;
use super::license::activation;
use super::record::exists;
use super::scoped::Table;
use super::session::with_times;
use crate::link::params;
use crate::pool::Transaction;
use crate::row::{Columns, Result};
use crate::rows::denial::{self, denials};
use crate::rows::event::{self, events};
use crate::rows::session::{self, sessions};

const LICENSES: Table = Table { select: "SELECT l.id FROM licenses l", customer: "l.customer", id: "l.id" };

/// Sessions of owners, `$of` being which are one's and `$ended` whether they are over. Each owner is asked for its own newest
/// ones.
macro_rules! newest_sessions {
    ($of:literal, $ended:literal) => {
        sessions!(concat!(
            "JOIN (SELECT n.id FROM unnest(CAST($1 AS UUID[])) AS own (id) CROSS JOIN LATERAL \
                 (SELECT x.id, x.started_at FROM sessions x WHERE ",
            $of,
            " AND x.ended_at IS ",
            $ended,
            " AND (x.started_at, x.id) < ($3, $4) AND x.started_at >= $5 \
                  ORDER BY x.started_at DESC, x.id DESC LIMIT $6) AS n \
                 ORDER BY n.started_at DESC, n.id DESC LIMIT $6) AS next ON next.id = s.id"
        ))
    };
}

/// Refusals likewise.
macro_rules! newest_denials {
    ($of:literal) => {
        denials!(concat!(
            "JOIN (SELECT n.id FROM unnest(CAST($1 AS UUID[])) AS own (id) CROSS JOIN LATERAL \
                 (SELECT x.id, x.first_at FROM denials x WHERE ",
            $of,
            " AND (x.first_at, x.id) < ($3, $4) AND x.first_at >= $5 \
                  ORDER BY x.first_at DESC, x.id DESC LIMIT $6) AS n \
                 ORDER BY n.first_at DESC, n.id DESC LIMIT $6) AS next ON next.id = d.id"
        ))
    };
}

/// Of devices, whose second value is nothing; or of licences and a name.
struct Statements {
    live: &'static str,
    over: &'static str,
    refused: &'static str,
}

const OF_DEVICE: Statements = Statements {
    live: newest_sessions!("x.activation = own.id AND CAST($2 AS TEXT) IS NULL", "NULL"),
    over: newest_sessions!("x.activation = own.id AND CAST($2 AS TEXT) IS NULL", "NOT NULL"),
    refused: newest_denials!("x.activation = own.id AND CAST($2 AS TEXT) IS NULL"),
};

const OF_USER: Statements = Statements {
    live: newest_sessions!("x.license = own.id AND x.user_folded = CAST($2 AS TEXT)", "NULL"),
    over: newest_sessions!("x.license = own.id AND x.user_folded = CAST($2 AS TEXT)", "NOT NULL"),
    refused: newest_denials!("x.license = own.id AND x.user_folded = CAST($2 AS TEXT)"),
};

/// Events that tell of one of these, newest first, so many of each.
const MENTIONING: &str = events!(
    "JOIN (SELECT DISTINCT n.lane, n.number FROM unnest(CAST($1 AS UUID[])) AS asked (about) CROSS JOIN LATERAL \
         (SELECT m.lane, m.number FROM mentions m WHERE m.about = asked.about \
              AND (m.at, m.lane, m.number) < ($2, $3, $4) AND m.at >= $5 \
          ORDER BY m.at DESC, m.lane DESC, m.number DESC LIMIT $6) AS n) AS next \
     ON e.lane = next.lane AND e.number = next.number ORDER BY e.at DESC, e.lane DESC, e.number DESC"
);

/// The licence after another where somebody of a name is known, without walking along what they did there.
const NEXT_CALLED: &str = "SELECT license FROM ( \
         (SELECT license FROM sessions WHERE user_folded = $1 AND license > $2 AND ended_at IS NOT NULL \
              ORDER BY license LIMIT 1) \
         UNION ALL (SELECT license FROM denials WHERE user_folded = $1 AND license > $2 ORDER BY license LIMIT 1)) AS known \
     ORDER BY license LIMIT 1";

/// Somebody of a name at one customer, as it was written last.
const CALLED_AT: &str = "SELECT c.name, said.written FROM customers c JOIN licenses l ON l.customer = c.id \
     CROSS JOIN LATERAL (SELECT COALESCE( \
         (SELECT COALESCE(s.user_written, s.user_folded) FROM sessions s \
              WHERE s.user_folded = $2 AND s.license = l.id AND s.ended_at IS NOT NULL ORDER BY s.started_at DESC LIMIT 1), \
         (SELECT COALESCE(d.user_written, d.user_folded) FROM denials d \
              WHERE d.user_folded = $2 AND d.license = l.id ORDER BY d.first_at DESC LIMIT 1)) AS written) AS said \
     WHERE c.id = $1 AND said.written IS NOT NULL LIMIT 1";

type Read<T> = std::result::Result<T, StoreError>;

impl TimelineReader for PostgresReader {
    fn timeline(
        &self,
        scope: Scope,
        subject: &Subject,
        filter: &TimelineFilter,
        before: Option<Place>,
        limit: u32,
    ) -> Read<Timeline> {
        self.pool.read(|at| {
            let owner = Owner::of(at, scope, subject)?;
            timeline(filter, before, limit, |about, window| owner.moments(at, about, window))
        })
    }

    fn mentioning(&self, scope: Scope, about: &[Uuid]) -> Read<Vec<EventRow>> {
        self.pool.read(|at| {
            let mut seen = Vec::new();
            for row in mentioning(at, about, &Window::newest(MENTIONED_MOST))? {
                if exists(at, scope, row.event.stream)?.is_some() {
                    seen.push(row);
                }
            }
            Ok(seen)
        })
    }

    fn users_called(&self, scope: Scope, user: &str, limit: u32) -> Read<Vec<UserFound>> {
        self.pool.read(|at| match scope {
            Scope::Vendor => called(at, user, limit),
            Scope::Customer(id) => Ok(called_at(at, id, user)?.into_iter().collect()),
        })
    }
}

/// Whose moments are read.
struct Owner<'a> {
    statements: Statements,
    /// A device, or licences.
    of: Vec<Uuid>,
    /// The name at these licences.
    user: Option<&'a str>,
    /// What events tell of that belong to it.
    told: Vec<Uuid>,
}

impl<'a> Owner<'a> {
    /// Owns nothing where it does not exist in `scope`.
    fn of(at: &Transaction, scope: Scope, subject: &'a Subject) -> Result<Self> {
        match subject {
            Subject::Device(id) => {
                let of: Vec<Uuid> = activation(at, scope, *id)?.map(|device| device.id.0).into_iter().collect();
                Ok(Self { statements: OF_DEVICE, told: of.clone(), of, user: None })
            }
            Subject::User(customer, user) => {
                let own = LICENSES.within(scope).with("l.customer = ?", customer.0);
                let of: Vec<Uuid> = own.all(at, |row| Columns::of(row).get())?;
                let sql = "SELECT id FROM blocks WHERE license = ANY($1) AND user_folded = $2";
                let told = at.all(sql, params![of.clone(), user.clone()], |row| Columns::of(row).get())?;
                Ok(Self { statements: OF_USER, of, user: Some(user), told })
            }
        }
    }

    fn moments(&self, at: &Transaction, about: About, window: &Window) -> Result<Vec<Moment>> {
        match about {
            About::Changes => Ok(mentioning(at, &self.told, window)?.into_iter().map(Moment::Change).collect()),
            About::Sessions => {
                let mut found: Vec<Session> = self.rows(at, self.statements.live, window, session::session)?;
                found.extend(self.rows(at, self.statements.over, window, session::session)?);
                Ok(with_times(at, found)?.into_iter().map(Moment::Session).collect())
            }
            About::Refusals => {
                let refused: Vec<Denial> = self.rows(at, self.statements.refused, window, denial::denial)?;
                Ok(refused.into_iter().map(Moment::Refusal).collect())
            }
        }
    }

    fn rows<T>(
        &self,
        at: &Transaction,
        sql: &str,
        window: &Window,
        read: fn(&tokio_postgres::Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (user, most) = (self.user.map(str::to_owned), i64::from(window.most));
        at.all(sql, params![self.of.clone(), user, window.at, window.id, window.since, most], read)
    }
}

fn mentioning(at: &Transaction, about: &[Uuid], window: &Window) -> Result<Vec<EventRow>> {
    let (lane, number) = window.event();
    let most = i64::from(window.most);
    at.all(MENTIONING, params![about.to_vec(), window.at, lane, number, window.since, most], event::event)
}

/// Licences that are looked at for the customers of one name.
const LICENSES_LOOKED_AT: u32 = 50;

fn called(at: &Transaction, user: &str, limit: u32) -> Result<Vec<UserFound>> {
    let (mut found, mut license): (Vec<UserFound>, Uuid) = (Vec::new(), Uuid::nil());
    for _ in 0..LICENSES_LOOKED_AT {
        let there = at.one(NEXT_CALLED, params![user.to_owned(), license], |row| Columns::of(row).get::<Uuid>())?;
        let Some(there) = there.filter(|_| found.len() < limit as usize) else { break };
        license = there;
        let sql = "SELECT customer FROM licenses WHERE id = $1";
        let Some(customer) = at.one(sql, params![license], |row| Columns::of(row).id::<CustomerId>())? else { break };
        if found.iter().all(|known| known.customer_id != customer) {
            found.extend(called_at(at, customer, user)?);
        }
    }
    found.sort_by_key(|found| found.customer_id);
    Ok(found)
}

fn called_at(at: &Transaction, customer: CustomerId, user: &str) -> Result<Option<UserFound>> {
    let found = at.one(CALLED_AT, params![customer.0, user.to_owned()], |row| {
        let mut columns = Columns::of(row);
        Ok((columns.get::<String>()?, columns.get::<String>()?))
    })?;
    Ok(found.map(|(name, user)| UserFound { customer_id: customer, customer: name, user }))
}
