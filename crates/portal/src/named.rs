//! The id in a page's path. One that is none names nothing: not found.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use uuid::Uuid;

use crate::refused::Refused;

/// What a path names by its one id.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: From<Uuid>, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let named = Path::<Uuid>::from_request_parts(parts, state).await;
        named.map(|Path(id)| Self(id.into())).map_err(|_| Refused::not_found())
    }
}
