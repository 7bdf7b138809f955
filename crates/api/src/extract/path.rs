//! Paths and queries, refused by name where they do not fit.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::request::Parts;
use seatkeeper_protocol::Code;
use serde::de::DeserializeOwned;

use crate::problem::Refused;

/// The variable parts of the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let path = AxumPath::from_request_parts(parts, state).await.map_err(|rejection| match rejection {
            PathRejection::FailedToDeserializePathParams(wrong) => {
                Refused::new(Code::MalformedRequest, format!("The address is wrong: {}.", wrong.body_text()))
            }
            other => Refused::internal(&other),
        })?;
        Ok(Self(path.0))
    }
}

/// The query. An unknown parameter is refused by name, since a filter that is misspelt would show everything.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let query = AxumQuery::from_request_parts(parts, state).await.map_err(|rejection| match rejection {
            QueryRejection::FailedToDeserializeQueryString(wrong) => {
                let wrong = std::error::Error::source(&wrong).map_or_else(|| wrong.body_text(), ToString::to_string);
                let (field, message) = wrong.split_once(": ").unwrap_or(("query", &wrong));
                Refused::field(field, message)
            }
            other => Refused::internal(&other),
        })?;
        Ok(Self(query.0))
    }
}
