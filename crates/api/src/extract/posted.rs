//! What an administrator posts: who, what, and the idempotency key, so that no handler of a `POST` can forget it.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use seatkeeper_protocol::paths::{IDEMPOTENCY_KEY, MAX_BODY_BYTES};
use seatkeeper_service as service;
use seatkeeper_service::Asked;
use serde::de::value::UnitDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use sha2::{Digest, Sha256};

use super::{Admin, body};
use crate::app::App;
use crate::problem::Refused;

/// An administrator's `POST` with a JSON body of at most `MOST` bytes.
pub(crate) struct Posted<T, const MOST: usize = MAX_BODY_BYTES> {
    /// Who.
    pub(crate) admin: service::Admin,
    /// The idempotency key, with the hash of the request that it stands for.
    pub(crate) asked: Option<Asked>,
    /// What.
    pub(crate) body: T,
}

impl<T: DeserializeOwned, const MOST: usize> FromRequest<App> for Posted<T, MOST> {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let Admin(admin) = Admin::from_request_parts(&mut parts, app).await?;
        let bytes = body::read(body, MOST).await?;
        let asked = asked(&parts, &bytes)?;
        Ok(Self { admin, asked, body: said(&parts.headers, &bytes)? })
    }
}

/// The body as it was meant. With none, only a call that needs none is whole.
fn said<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Refused> {
    if bytes.is_empty() {
        let nothing: UnitDeserializer<serde::de::value::Error> = ().into_deserializer();
        return T::deserialize(nothing).map_err(|_| Refused::field("body", "is missing"));
    }
    body::must_be_json(headers)?;
    body::parse(bytes)
}

fn asked(parts: &Parts, body: &[u8]) -> Result<Option<Asked>, Refused> {
    debug_assert_eq!(parts.method, Method::POST);
    let Some(key) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let visible = key.as_bytes().iter().all(u8::is_ascii_graphic);
    let key = key.to_str().ok().filter(|key| visible && (1..=255).contains(&key.len()));
    let key = key.ok_or_else(|| Refused::field("Idempotency-Key", "must have 1 to 255 visible ASCII characters"))?;
    let mut hash = Sha256::new();
    for part in [parts.method.as_str(), parts.uri.path(), parts.uri.query().unwrap_or_default()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(body);
    Ok(Some(Asked { key: key.to_owned(), request: hash.finalize().into() }))
}
