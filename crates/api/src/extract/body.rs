//! A request's body: read within bounds of size and time, then as JSON, refused by field where it does not fit.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Bytes;
use seatkeeper_protocol::Code;
use seatkeeper_protocol::paths::MAX_BODY_BYTES;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::app::App;
use crate::problem::Refused;

/// A JSON body of at most `MOST` bytes.
pub(crate) struct Body<T, const MOST: usize = MAX_BODY_BYTES>(pub(crate) T);

impl<T: DeserializeOwned, const MOST: usize> FromRequest<App> for Body<T, MOST> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        must_be_json(&parts.headers)?;
        Ok(Self(parse(&read(body, MOST).await?)?))
    }
}

/// A JSON body as it came, for a handler that has to look at it before it knows what it ought to be.
pub(crate) struct Unread(Bytes);

impl Unread {
    /// Reads it as that.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        parse(&self.0)
    }
}

impl FromRequest<App> for Unread {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        must_be_json(&parts.headers)?;
        Ok(Self(read(body, MAX_BODY_BYTES).await?))
    }
}

/// The body of a call that needs none: nothing at all, or an empty object.
pub(crate) type Nothing = Option<Empty>;

/// An object without members.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Empty {}

/// Reads a body to its end. The time allowed grows with the bound: a second for each 64 KiB, beyond fifteen.
pub(super) async fn read(body: axum::body::Body, most: usize) -> Result<Bytes, Refused> {
    let time = Duration::from_secs(15 + (most / (64 * 1024)) as u64);
    let read = tokio::time::timeout(time, Limited::new(body, most).collect()).await;
    match read.map_err(|_| Refused::new(Code::RequestTimeout, "The request did not arrive in time."))? {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Refused::new(Code::PayloadTooLarge, format!("The body of this request may have {} KiB.", most / 1024)))
        }
        Err(_) => Err(Refused::new(Code::MalformedRequest, "The body of the request broke off.")),
    }
}

pub(super) fn must_be_json(headers: &HeaderMap) -> Result<(), Refused> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refused::new(Code::UnsupportedMediaType, "The body must be JSON: Content-Type: application/json."))
}

/// Reads a JSON object. What is no JSON is malformed; what does not fit is refused by field.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    if !bytes.trim_ascii_start().starts_with(b"{") {
        // Serde would read the members of an array as fields in their order.
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
        return Err(Refused::field("body", "must be an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        match error.classify() {
            Category::Data => by_field(&path, &error.to_string()),
            _ => malformed(&error),
        }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(parsed)
}

fn malformed(error: &serde_json::Error) -> Refused {
    Refused::new(Code::MalformedRequest, format!("The body is not JSON: {error}."))
}

/// The path names the object in which a field is missing, and inside a term not the field that is unknown: the message
/// does.
fn by_field(path: &str, error: &str) -> Refused {
    let message = error.rsplit_once(" at line ").map_or(error, |(message, _)| message);
    let named =
        ["missing field `", "unknown field `"].iter().find_map(|start| message.strip_prefix(start)?.split('`').next());
    let field = match (path, named) {
        (".", None) => "body".to_owned(),
        (".", Some(field)) => field.to_owned(),
        (path, Some(field)) if path.rsplit('.').next() != Some(field) => format!("{path}.{field}"),
        (path, _) => path.to_owned(),
    };
    let message = if message.starts_with("missing field") { "is missing" } else { message };
    Refused::field(&field, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatkeeper_protocol::admin::LicenseNew;

    const ID: &str = "00000000-0000-0000-0000-000000000000";

    fn wrong(body: &str) -> (u16, String, String) {
        let problem = parse::<LicenseNew>(body.as_bytes()).unwrap_err().into_problem();
        let error = problem.facts.get("errors").map(|errors| errors[0].clone()).unwrap_or_default();
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        (problem.status, text("field"), text("message"))
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for body in ["", "{", "nonsense", "[1,"] {
            assert_eq!(wrong(body).0, 400, "{body}");
        }
        assert_eq!(parse::<Nothing>(b"{} {}").unwrap_err().into_problem().status, 400);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let body = |rest: &str| format!(r#"{{"customer_id":"{ID}","product":"p","model":"concurrent",{rest}}}"#);
        assert_eq!(wrong("[]"), (422, "body".to_owned(), "must be an object".to_owned()));
        let (status, field, message) = wrong(&body(r#""seats":10"#));
        assert_eq!((status, field.as_str(), message.as_str()), (422, "term", "is missing"));
        let (_, field, message) = wrong(&body(r#""term":{"kind":"perpetual"},"sests":1"#));
        assert_eq!(field, "sests");
        assert!(message.starts_with("unknown field `sests`"), "{message}");
        let (_, field, _) = wrong(&body(r#""term":{"kind":"perpetual","maintainance_until":null}"#));
        assert_eq!(field, "term.maintainance_until");
        let (_, field, _) = wrong(&body(r#""term":{"kind":"perpetual"},"policy":{"lease_seconds":"soon"}"#));
        assert_eq!(field, "policy.lease_seconds");
        let (_, field, _) = wrong(&body(r#""term":{"kind":"perpetual"},"grants":[{"seats":5},{"seats":-1}]"#));
        assert_eq!(field, "grants[1].seats");
    }
}
