//! A program on an activated device, by its installation's token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use seatkeeper_domain::decide::Credential;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::Failure;

use super::bearer;
use crate::app::App;
use crate::problem::Refused;

/// What the token names. Its MAC is verified; whether it is still good is decided with the command.
pub(crate) struct Program(pub(crate) Credential);

impl FromRequestParts<App> for Program {
    type Rejection = Refused;

    /// To a program a token that is not good means one thing: to activate again.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let credential = bearer(&parts.headers).and_then(|token| app.service.program(token).ok());
        let credential = credential.ok_or(Failure::from(Refusal::ActivationEnded { reason: None }))?;
        Ok(Self(credential))
    }
}
