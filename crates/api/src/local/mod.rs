//! What only the machine's owner may ask, through the local socket: care of the books, and who signs in. Not in the OpenAPI document.

mod accounts;
mod task;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use seatkeeper_protocol::admin::Backup;
use std::path::PathBuf;

use crate::app::App;
use crate::extract::{Nothing, Posted};
use crate::problem::Refused;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/local/backup", post(backup))
        .route("/local/check", post(check))
        .route("/local/accounts", get(accounts::list).post(accounts::create))
        .route("/local/accounts/disable", post(accounts::disable))
        .route("/local/accounts/erase", post(accounts::erase))
        .route("/local/links", post(accounts::link))
}

/// Copies the books to a file, while the server runs.
async fn backup(State(app): State<App>, posted: Posted<Backup>) -> Result<Response, Refused> {
    let to = PathBuf::from(posted.body.to);
    if !to.is_absolute() {
        return Err(Refused::field("to", "must be an absolute path: the server has a working folder of its own"));
    }
    let upkeep = app.service.upkeep(&posted.admin)?;
    Ok(task::run(move |progress| upkeep.backup(&to, progress).map(|()| Vec::new())))
}

/// Reads everything and says what is wrong with it, while the server runs.
async fn check(State(app): State<App>, posted: Posted<Nothing>) -> Result<Response, Refused> {
    let upkeep = app.service.upkeep(&posted.admin)?;
    Ok(task::run(move |progress| upkeep.check(progress)))
}
