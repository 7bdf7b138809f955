//! An administrator who said who they are. What they may do is the service's to decide.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use seatkeeper_service as service;

use super::bearer;
use crate::app::App;
use crate::problem::Refused;
use crate::transport::Peer;

/// An administrator, by token; or the machine's owner, by the local socket, who needs none.
pub(crate) struct Admin(pub(crate) service::Admin);

impl FromRequestParts<App> for Admin {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        if parts.extensions.get() == Some(&Peer::Owner) {
            return Ok(Self(app.service.owner()));
        }
        let token = bearer(&parts.headers).ok_or_else(Refused::unauthorized)?;
        Ok(Self(app.service.admin(token).await?))
    }
}

/// A monitor, who may see the figures: a vendor's token, also while the books are away, or the machine's owner.
pub(crate) struct Watcher;

impl FromRequestParts<App> for Watcher {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        if parts.extensions.get() != Some(&Peer::Owner) {
            let token = bearer(&parts.headers).ok_or_else(Refused::unauthorized)?;
            app.service.may_watch(token).await?;
        }
        Ok(Self)
    }
}
