//! Why a page is not shown or an action not done: a page that says what is wrong and what to do.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::{Failure, StoreError};

use crate::assets::{ASSETS, Assets};

/// A page that is not shown.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Nobody is signed in: off to sign in, and back to this path.
    SignIn(String),
    /// The password has to be given again: off to do so, and back to this path.
    Confirm(String),
    /// A page that says why.
    Said {
        /// The status.
        status: StatusCode,
        /// What happened, in a few words.
        title: &'static str,
        /// Why, and what to do.
        detail: String,
    },
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Page<'a> {
    assets: &'static Assets,
    title: &'a str,
    detail: &'a str,
    /// Whether a new link is what helps.
    link_over: bool,
}

impl Refused {
    fn said(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self::Said { status, title, detail: detail.into() }
    }

    /// It does not exist, or is another's.
    pub(crate) fn not_found() -> Self {
        Self::said(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "The page was moved or removed, or it is not yours to see. Go back, or start from the overview.",
        )
    }

    /// A link that is good for nothing any more.
    pub(crate) fn link_over() -> Self {
        Self::said(
            StatusCode::GONE,
            "This link is no longer good",
            "It was used already, or its time is over. If you have chosen a password, sign in with it. Otherwise ask whoever sent the link for a new one.",
        )
    }

    /// A link about what a visitor asked for that is good for nothing any more.
    pub(crate) fn ask_over() -> Self {
        Self::said(
            StatusCode::GONE,
            "This link is no longer good",
            "Its time is over, or it was not copied whole. Ask again where you asked first: the mail that comes says how it \
             stands.",
        )
    }

    /// The visitor's role does not allow it.
    pub(crate) fn forbidden() -> Self {
        Self::said(
            StatusCode::FORBIDDEN,
            "Your role does not allow this",
            "Ask somebody who manages the people of your company to do it, or to change your role.",
        )
    }

    /// A form sent by another site.
    pub(crate) fn elsewhere() -> Self {
        Self::said(
            StatusCode::FORBIDDEN,
            "This came from another site",
            "Nothing was done. Open the page here and send the form again.",
        )
    }

    /// The server cannot answer now.
    pub(crate) fn away() -> Self {
        Self::said(
            StatusCode::SERVICE_UNAVAILABLE,
            "The server cannot answer right now",
            "Programs that are open go on. Try again in a moment.",
        )
    }

    /// What was sent cannot be read.
    pub(crate) fn unreadable(detail: impl Into<String>) -> Self {
        Self::said(StatusCode::BAD_REQUEST, "This cannot be read", detail)
    }

    /// A file of more bytes than are taken.
    pub(crate) fn file_too_large() -> Self {
        Self::said(
            StatusCode::PAYLOAD_TOO_LARGE,
            "This file is too large",
            "A file may have 2 MiB, which is enough for 5,000 licences. Make it two files, with the head in each, and send one after the other.",
        )
    }

    /// A bug, which is told to the log alone.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a page failed");
        Self::said(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong here",
            "It is not your fault, and it is in the server's log. Try again in a moment.",
        )
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { refusal: Refusal::NotFound { .. }, .. } => Self::not_found(),
            Failure::Refused { refusal, .. } => {
                Self::said(StatusCode::CONFLICT, "This was not done", refusal.to_string())
            }
            Failure::Unauthorized => Self::SignIn("/".to_owned()),
            Failure::Forbidden => Self::forbidden(),
            Failure::Store(StoreError::Fault(_)) | Failure::Fault(_) => Self::internal(&failure),
            Failure::NotReady(_) | Failure::Store(_) => Self::away(),
            Failure::NotFresh => Self::Confirm("/".to_owned()),
            Failure::TooManyAttempts { .. } | Failure::SignInHeld { .. } => {
                Self::said(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", failure.to_string())
            }
        }
    }
}

/// Says as a page what was refused before any page was asked: an address or a form that cannot be read.
pub(crate) async fn unread(answer: Response) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let refused = match answer.status() {
        StatusCode::PAYLOAD_TOO_LARGE if !kind.starts_with("text/html") => {
            Refused::said(answer.status(), "This is too much", "Shorten what you wrote and send it again.")
        }
        StatusCode::METHOD_NOT_ALLOWED => Refused::not_found(),
        status if status.is_client_error() && kind.starts_with("text/plain") => Refused::unreadable(
            "The address or the form holds something that is not known here. Go back, load the page again and try once more.",
        ),
        _ => return answer,
    };
    refused.into_response()
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(path) => {
                let next = utf8_percent_encode(&path, NON_ALPHANUMERIC);
                Redirect::to(&format!("/sign-in?next={next}")).into_response()
            }
            Self::Confirm(path) => {
                let next = utf8_percent_encode(&path, NON_ALPHANUMERIC);
                Redirect::to(&format!("/confirm?next={next}")).into_response()
            }
            Self::Said { status, title, detail } => {
                let page = Page { assets: &ASSETS, title, detail: &detail, link_over: status == StatusCode::GONE };
                (status, Html(page.render().unwrap_or(detail.clone()))).into_response()
            }
        }
    }
}
