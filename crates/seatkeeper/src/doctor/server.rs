//! The server itself: whether it is ready, what time it has, and whether its keys are the vendor's.

use anyhow::Context;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use seatkeeper_protocol::claims::{KEY_TYP, KeyClaims};
use seatkeeper_protocol::jwks::Jwks;
use seatkeeper_protocol::{Problem, jwt, paths};
use ureq::http::HeaderMap;

use super::network::Address;
use super::report::Report;
use crate::admin::client::agent;
use crate::wall::wall_clock;

/// Programs bear a wrong clock; people reading times in two places do not.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Whether the server can be worked with.
pub(super) fn look(address: &Address, root: Option<&str>, report: &mut Report) -> anyhow::Result<bool> {
    let agent = agent()?;
    let mut answer = match agent.get(format!("{}/readyz", address.url)).call() {
        Ok(answer) => answer,
        Err(error) => {
            let to_do = "ask IT what is between this machine and the server; a proxy that wants a password takes it in HTTPS_PROXY";
            report.fails("server", format!("no answer: {error}"), to_do)?;
            return Ok(false);
        }
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    let reason = serde_json::from_str::<Problem>(&body);
    match (status.as_u16(), reason) {
        (200, _) => report.ok("server", "ready")?,
        (_, Ok(problem)) => {
            let to_do = "whoever runs the server sees the reason in its log; programs keep their seats meanwhile";
            report.fails("server", problem.detail, to_do)?;
        }
        (status, Err(_)) => {
            let to_do = "compare the address; a login page or proxy may be answering in the server's place";
            report.fails("server", format!("HTTP {status}, and not from Seatkeeper"), to_do)?;
            return Ok(false);
        }
    }
    clock(&headers, report)?;
    let keys = agent.get(format!("{}{}", address.url, paths::JWKS)).call();
    match keys.context("no answer").and_then(|mut answer| Ok(answer.body_mut().read_json::<Jwks>()?)) {
        Ok(jwks) => certified(&jwks, root, report),
        Err(error) => {
            report.fails("keys", format!("the server shows no keys: {error:#}"), "compare the address")?;
            Ok(false)
        }
    }
}

fn clock(headers: &HeaderMap, report: &mut Report) -> anyhow::Result<()> {
    let date = headers.get("date").and_then(|date| date.to_str().ok());
    let Some(theirs) = date.and_then(|date| rfc2822::parse(date).ok()).map(|date| date.timestamp()) else {
        return Ok(());
    };
    let (seen, wrong) = skew(wall_clock(), theirs);
    if wrong {
        let to_do = "set this machine's clock by the network (NTP); programs bear it, but times shown will not agree";
        report.note("clock", seen, to_do)
    } else {
        report.ok("clock", seen)
    }
}

fn skew(ours: Timestamp, theirs: Timestamp) -> (String, bool) {
    let ahead = ours.duration_since(theirs);
    if ahead.abs() <= SKEW {
        return ("as the server's".to_owned(), false);
    }
    let direction = if ahead.is_positive() { "ahead of" } else { "behind" };
    (format!("{} minutes {direction} the server's", (ahead.abs().as_secs() + 30) / 60), true)
}

/// Whether every key that the server signs with is certified by the vendor's root.
fn certified(jwks: &Jwks, root: Option<&str>, report: &mut Report) -> anyhow::Result<bool> {
    let shown = &jwks.root.x;
    if let Some(root) = root
        && root != shown
    {
        let to_do = "this is not the vendor's server, or the vendor replaced the root: compare the address, then ask the vendor";
        report.fails("root key", format!("the server's is {shown}, not the one given"), to_do)?;
        return Ok(false);
    }
    let public = BASE64.decode(shown).unwrap_or_default();
    let root_key = UnparsedPublicKey::new(&ED25519, &public);
    let believed = |jwk: &&seatkeeper_protocol::jwks::Jwk| {
        let claims = jwt::decode::<KeyClaims>(&jwk.certificate, KEY_TYP, |_, message, signature| {
            root_key.verify(message, signature).is_ok()
        });
        claims.is_ok_and(|claims| claims.x == jwk.x && claims.kid == jwk.kid)
    };
    if jwks.keys.is_empty() || !jwks.keys.iter().all(|jwk| believed(&jwk)) {
        let to_do = "whoever runs the server adds a signing key that the root certifies: `seatkeeper key rotate`";
        report.fails("root key", "the server signs with a key that its root did not certify", to_do)?;
        return Ok(false);
    }
    let name = &BASE64.encode(digest(&SHA256, &public))[..16];
    match root {
        Some(_) => report.ok("root key", format!("the vendor's ({name})"))?,
        None => report.note(
            "root key",
            format!("{shown} ({name})"),
            "compare it with the one the program carries, or give that one with --root-key",
        )?,
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_by_the_minute() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (ours, theirs) = (at("2026-11-21T10:00:00Z"), at("2026-11-21T10:00:59Z"));
        assert_eq!(skew(ours, theirs), ("as the server's".to_owned(), false));
        let theirs = at("2026-11-21T09:00:10Z");
        assert_eq!(skew(ours, theirs), ("60 minutes ahead of the server's".to_owned(), true));
        assert!(skew(theirs, ours).0.contains("behind"));
    }
}
