//! A template as an answer. Knows no page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::flash::Flash;
use crate::refused::Refused;

/// What a handler of a page answers.
pub(crate) type Answer = Result<Response, Refused>;

/// A page.
pub(crate) fn shown(page: &impl Template) -> Answer {
    with_status(StatusCode::OK, page)
}

/// A page whose form was not accepted: shown again, with what is wrong where it is wrong.
pub(crate) fn again(page: &impl Template) -> Answer {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}

fn with_status(status: StatusCode, page: &impl Template) -> Answer {
    match page.render() {
        Ok(html) => Ok((status, Html(html)).into_response()),
        Err(error) => Err(Refused::internal(&error)),
    }
}

/// After an action: off to a page that says what was done, so that a reload does not do it again.
pub(crate) fn done(to: &str, said: impl Into<String>) -> Answer {
    Ok((Flash::says(said), Redirect::to(to)).into_response())
}
