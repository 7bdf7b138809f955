//! The page that a problem's `type` points at: what happened and what to do, for a person who followed the link.
//! Says the same to everybody.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use seatkeeper_protocol::Code;

use super::Refused;
use crate::extract::Path;

const STYLE: &str = include_str!("page.css");

/// What a problem's code means
///
/// A page for people, in HTML.
#[utoipa::path(
    get,
    path = "/problems/{code}",
    tag = "server",
    params(("code" = String, Path, description = "The problem's `code`.")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")),
)]
pub(crate) async fn problem_page(Path(code): Path<String>) -> Result<Response, Refused> {
    match Code::from(code.as_str()) {
        Code::Other(_) => Err(Refused::of_status(StatusCode::NOT_FOUND)),
        code => Ok(([(header::CACHE_CONTROL, "max-age=3600")], Html(html(&code))).into_response()),
    }
}

/// The style of those pages.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css"), (header::CACHE_CONTROL, "max-age=3600")], STYLE).into_response()
}

fn html(code: &Code) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · Seatkeeper</title>\n<link rel=\"stylesheet\" href=\"/problems/style.css\">\n\
         <main>\n<p class=\"code\"><code>{code}</code> · {status}</p>\n<h1>{title}</h1>\n<p>{page}</p>\n</main>\n</html>\n",
        title = escaped(code.title()),
        status = code.status(),
        page = marked(&escaped(code.page())),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What stands between backticks, as code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_readable_page() {
        for code in Code::ALL {
            let page = html(code);
            assert!(page.contains(&format!("<h1>{}</h1>", escaped(code.title()))), "{page}");
            assert!(!page.contains('`'), "{page}");
        }
    }
}
