//! What is neither a page nor anything else that the server has, as a browser is told of it.

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};

use crate::refused::Refused;
use crate::security::{REQUEST_ID, guard};

/// The pages, and beside them all else that the server has: what is not found there is told a browser as a page.
pub fn beside(pages: Router, rest: Router) -> Router {
    pages.fallback_service(rest.layer(from_fn(told)))
}

async fn told(request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
    // Who speaks to the API reads its problems, whatever they accept.
    let browser = accepts.contains("text/html") && !request.uri().path().starts_with("/v1/");
    let response = next.run(request).await;
    if !browser || response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    let mut page = Refused::not_found().into_response();
    if let Some(id) = response.headers().get(REQUEST_ID) {
        page.headers_mut().insert(REQUEST_ID, id.clone());
    }
    guard(&mut page);
    page
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn asked(path: &str, accepts: &str) -> (StatusCode, bool) {
        let rest = Router::new().route("/v1/here", get(async || "here")).fallback(async || StatusCode::NOT_FOUND);
        let pages = Router::new().route("/page", get(async || "page"));
        let request = Request::get(path).header(header::ACCEPT, accepts).body(Body::empty()).unwrap();
        let answer = beside(pages, rest).oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 100_000).await.unwrap();
        (status, String::from_utf8_lossy(&body).contains("There is nothing here"))
    }

    /// Seen red when the answer of the API is given to everybody.
    #[tokio::test]
    async fn a_browser_is_told_by_a_page_and_a_program_as_it_asked() {
        assert_eq!(asked("/page", "text/html").await, (StatusCode::OK, false));
        assert_eq!(asked("/v1/here", "text/html").await, (StatusCode::OK, false));
        assert_eq!(asked("/nowhere", "text/html,*/*").await, (StatusCode::NOT_FOUND, true));
        assert_eq!(asked("/nowhere", "application/json").await, (StatusCode::NOT_FOUND, false));
        assert_eq!(asked("/v1/nowhere", "text/html").await, (StatusCode::NOT_FOUND, false));
    }
}
