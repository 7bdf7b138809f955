//! What is asked on the server's own machine only, through its local socket: care of the books, and who signs in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Problem, Secret};

use super::token::Role;

/// Copies the books to a file while the server runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// An absolute path on the server's machine; there must be nothing yet.
    pub to: String,
}

/// One line of the answer to a task that takes long: newline-delimited JSON, the last line being `finished` or `failed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskLine {
    /// How far it is.
    Progress {
        /// Steps done.
        done: u64,
        /// Steps in all, as far as is known.
        total: u64,
    },
    /// It is done.
    Finished {
        /// What a check found wrong; empty where nothing is.
        findings: Vec<Finding>,
    },
    /// It failed.
    Failed(Problem),
}

/// Something wrong with the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at: `integrity`, `counters`, `chain`, `names`.
    pub what: String,
    /// What is wrong, and where.
    pub detail: String,
}

/// Makes an account for somebody who signs in: with a password, or invited by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountNew {
    /// The customer whose person it is; the vendor's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Uuid>,
    /// The mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password; where absent they are invited, and choose it themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

/// Shuts an account, or opens it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountDisabled {
    /// The mail address.
    pub email: String,
    /// Whether it is shut.
    pub disabled: bool,
}

/// Erases the name and mail address of an account that is shut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountErased {
    /// The mail address.
    pub email: String,
}

/// Asks for a link for somebody: for a new password where they have an account, to make an administrator otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkAsked {
    /// The mail address of their account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A link that is good once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkMade {
    /// Its path on the server, such as `/link/…`. Whoever has it may use it.
    pub path: Secret,
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account.
    pub id: Uuid,
    /// The customer whose person it is; the vendor's where absent.
    pub customer_id: Option<Uuid>,
    /// The mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether the invitation was taken up.
    pub has_password: bool,
    /// Whether a second factor is asked for.
    pub two_factor: bool,
    /// When it was shut.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}
