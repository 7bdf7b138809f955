//! A visitor who gave their password a short while ago: what is asked for before secrets are shown, and before it changes how
//! somebody signs in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::visitor::{Visitor, back};

/// Somebody whose sign-in is fresh. Others are asked for their password first, and come back.
pub(crate) struct Fresh(pub(crate) Visitor);

impl FromRequestParts<Portal> for Fresh {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Refused> {
        let visitor = Visitor::from_request_parts(parts, portal).await?;
        match visitor.who.fresh(visitor.now()) {
            true => Ok(Self(visitor)),
            false => Err(Refused::Confirm(back(parts))),
        }
    }
}
