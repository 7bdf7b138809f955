//! What is asked on the server's own machine only, through its local socket: care of the books.

use serde::{Deserialize, Serialize};

use crate::Problem;

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
