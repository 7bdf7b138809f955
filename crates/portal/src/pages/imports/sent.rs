//! A file as it is sent: chosen, or pasted into a field. Knows not what is in it.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use uuid::Uuid;

use super::MOST;
use crate::form::Filled;
use crate::portal::Portal;
use crate::refused::Refused;

/// What was sent.
#[derive(Default)]
pub(crate) struct Sent {
    /// The file chosen or, where none was, what was pasted; as it came.
    pub(super) bytes: Vec<u8>,
    /// Whether it was looked over before and is to be applied.
    pub(super) sure: bool,
    /// What the import is known by: sent twice, it is applied once.
    pub(super) id: Option<Uuid>,
}

impl Sent {
    fn take(&mut self, name: &str, bytes: &[u8]) {
        let text = || std::str::from_utf8(bytes).unwrap_or_default();
        match name {
            // A browser sends a file that was not chosen as an empty one.
            "file" | "text" if self.bytes.is_empty() => self.bytes = bytes.to_vec(),
            "sure" => self.sure = text() == "yes",
            "id" => self.id = text().parse().ok(),
            _ => {}
        }
    }
}

impl FromRequest<Portal> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let mut sent = Self::default();
        if kind.starts_with("multipart/form-data") {
            let mut parts = Multipart::from_request(request, portal).await.map_err(IntoResponse::into_response)?;
            while let Some(part) = parts.next_field().await.map_err(too_much_or)? {
                let name = part.name().unwrap_or_default().to_owned();
                sent.take(&name, &part.bytes().await.map_err(too_much_or)?);
            }
        } else {
            let form = Form::<Filled>::from_request(request, portal).await.map_err(IntoResponse::into_response)?;
            form.0.0.iter().for_each(|(name, value)| sent.take(name, value.as_bytes()));
        }
        if sent.bytes.len() > MOST { Err(Refused::file_too_large().into_response()) } else { Ok(sent) }
    }
}

fn too_much_or(error: axum::extract::multipart::MultipartError) -> Response {
    match error.status().as_u16() {
        413 => Refused::file_too_large().into_response(),
        _ => error.into_response(),
    }
}
