//! `seatkeeper key …`: the vendor's root key, and the signing keys that it certifies.

use std::path::PathBuf;

use anyhow::Context;
use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use clap::Subcommand;
use seatkeeper_protocol::admin::{GivenSigningKey, List, SigningKey, SigningKeyNew, SigningStage};
use seatkeeper_protocol::claims::{KEY_TYP, KeyClaims};
use seatkeeper_protocol::jwks;
use seatkeeper_protocol::{Secret, jwt, paths};
use seatkeeper_service::{RootKey, certify};
use serde_json::{Value, json};

use super::{Desk, ServerArgs, Verb};
use crate::arguments::shown_instant;
use crate::out::{self, table};
use crate::serve::root_away;
use crate::wall::wall_clock;

/// What can be done to signing keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// Print the public half of the vendor's root key, which programs carry
    Root {
        /// Keep the root key in FILE from now on, off the server: moves it out of the data folder, or draws it before the first
        /// start. The server then has its public half only, and `key rotate --root FILE` certifies its signing keys
        #[arg(long, value_name = "FILE")]
        away: Option<PathBuf>,
    },
    /// List the signing keys
    List,
    /// Publish the next signing key, so that programs know it before it signs; the very first signs at once
    Rotate {
        /// The root key, where it is kept off the server; the new key is drawn here and certified with it
        #[arg(long, value_name = "FILE")]
        root: Option<PathBuf>,
    },
    /// Let the next signing key sign; the one before verifies until what it signed has ended
    Promote,
}

const PATH: &str = "/v1/signing-keys";

impl Verb for KeyVerb {
    fn without_server(&self, server: &ServerArgs) -> Option<anyhow::Result<()>> {
        let KeyVerb::Root { away: Some(file) } = self else { return None };
        let done = root_away(&server.data_folder(), file);
        if done.is_ok() {
            eprintln!(
                "The root key is in {0} alone: keep copies of it. Signing keys are made with `key rotate --root {0}`.",
                file.display()
            );
        }
        Some(done.and_then(|public| Ok(out::line(&public)?)))
    }

    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let client = desk.client;
        let keys = match self {
            KeyVerb::Root { .. } => {
                let jwks = client.get(paths::JWKS, &[])?;
                return desk.show(&jwks["root"], |root: jwks::RootKey| root.x);
            }
            KeyVerb::List => client.get(PATH, &[])?,
            KeyVerb::Rotate { root } => {
                let issuer = issuer(&client.get(paths::JWKS, &[])?);
                let given = root.as_ref().map(|file| draw(file, &issuer)).transpose()?;
                client.post(PATH, &SigningKeyNew { given })?
            }
            KeyVerb::Promote => client.post(&format!("{PATH}/promote"), &json!({}))?,
        };
        desk.show(&keys, |keys: List<SigningKey>| {
            table(&["name", "stage", "made", "retired"], keys.items.iter().map(row))
        })
    }
}

/// Who signs, by the certificates there are. Only the name is taken from them, so nothing is verified.
fn issuer(jwks: &Value) -> String {
    let certificate = jwks["keys"][0]["certificate"].as_str().unwrap_or_default();
    let claims = jwt::decode::<KeyClaims>(certificate, KEY_TYP, |_, _, _| true);
    claims.map_or_else(|_| "seatkeeper".to_owned(), |claims| claims.iss)
}

/// A signing key drawn here and certified by the root in `file`.
fn draw(file: &std::path::Path, issuer: &str) -> anyhow::Result<GivenSigningKey> {
    let root = RootKey::read(file)?.with_context(|| format!("there is no root key in {}", file.display()))?;
    let mut seed = [0; 32];
    rand::fill(&mut seed).map_err(|_| anyhow::anyhow!("the system gives no randomness"))?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| anyhow::anyhow!("no key can be drawn"))?;
    let public = pair.public_key().as_ref().try_into().context("a public key has 32 bytes")?;
    let certificate = certify(&root, issuer, public, wall_clock());
    Ok(GivenSigningKey { private_key: Secret::new(BASE64.encode(seed)), certificate })
}

fn row(key: &SigningKey) -> Vec<String> {
    let stage = match key.stage {
        SigningStage::Next => "next",
        SigningStage::Current => "current",
        SigningStage::Retired => "retired",
    };
    let retired = key.retired_at.map(shown_instant).unwrap_or_default();
    vec![key.kid.clone(), stage.to_owned(), shown_instant(key.created_at), retired]
}
