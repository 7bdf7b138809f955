//! What the server is compared with: its own HTTP stack, answering with nothing but a signature.
//!
//! It stands on the server's transport and runtime, signs with the same library, and does nothing else: no tokens, no
//! books, no middleware.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use aws_lc_rs::signature::Ed25519KeyPair;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::put;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_api::transport::{Listen, MAX_CONNECTIONS, Server};

/// Where it answers.
pub(crate) const PATH: &str = "/echo";

/// Serves until it is killed; prints where.
pub(crate) fn serve() -> Result<()> {
    let key: &'static Ed25519KeyPair = Box::leak(Box::new(Ed25519KeyPair::from_seed_unchecked(&[7; 32])?));
    let router = Router::new().route(PATH, put(move |body: String| async move { signed(key, &body) }));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listen = Listen { address, tls: None, insecure_http: false, max_connections: MAX_CONNECTIONS };
        let server = Server::bind(&listen)?;
        println!("listening http://{}", server.local_addr().unwrap_or(address));
        server.serve(router, std::future::pending()).await;
        Ok(())
    })
}

fn signed(key: &Ed25519KeyPair, body: &str) -> impl IntoResponse + use<> {
    let signature = BASE64.encode(key.sign(body.as_bytes()));
    ([(CONTENT_TYPE, "application/json")], format!(r#"{{"echo":{body},"signature":"{signature}"}}"#))
}
