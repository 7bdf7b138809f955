//! The style, the script and the mark: what a page loads, all of it from here and kept by browsers until it changes.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::portal::Portal;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/script.js");
const MARK: &str = include_str!("../assets/mark.svg");

/// Where pages find them. What changes has another address.
pub(crate) struct Assets {
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) mark: String,
}

pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: address("style.css", STYLE),
    script: address("script.js", SCRIPT),
    mark: address("mark.svg", MARK),
});

fn address(name: &str, text: &str) -> String {
    let hash = Sha256::digest(text);
    format!("/assets/{:02x}{:02x}{:02x}{:02x}/{name}", hash[0], hash[1], hash[2], hash[3])
}

pub(crate) fn routes() -> Router<Portal> {
    let served = |kind: &'static str, text: &'static str| {
        get(move || async move {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], text)
                .into_response()
        })
    };
    Router::new()
        .route(&ASSETS.style, served("text/css; charset=utf-8", STYLE))
        .route(&ASSETS.script, served("text/javascript; charset=utf-8", SCRIPT))
        .route(&ASSETS.mark, served("image/svg+xml", MARK))
}
