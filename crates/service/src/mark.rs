//! The mark by which the server knows a lease of its own again: its `jti`, a MAC of all that it says.
//!
//! A signature is for those who know only the public key, and costs the server far more to verify.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use seatkeeper_protocol::claims::LeaseClaims;

use crate::seal::same;

const BYTES: usize = 16;

pub(crate) struct LeaseMark {
    key: hmac::Key,
}

impl LeaseMark {
    pub(crate) fn new(key: hmac::Key) -> Self {
        Self { key }
    }

    /// The mark of a lease, whatever its `jti`.
    pub(crate) fn mark(&self, claims: &LeaseClaims) -> String {
        let said = LeaseClaims { jti: String::new(), ..claims.clone() };
        let said = serde_json::to_vec(&said).expect("claims are plain data");
        BASE64.encode(&hmac::sign(&self.key, &said).as_ref()[..BYTES])
    }

    /// Whether a lease bears its mark.
    pub(crate) fn bears(&self, claims: &LeaseClaims) -> bool {
        same(self.mark(claims).as_bytes(), claims.jti.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Secrets;
    use serde_json::{Value, json};

    fn marked() -> (LeaseMark, LeaseClaims) {
        let lease = json!({
            "iss": "Acme", "iat": 1, "exp": 3, "jti": "", "sub": uuid::Uuid::nil(), "seq": 1, "epoch": 0,
            "ses": uuid::Uuid::nil(), "act": uuid::Uuid::nil(), "inst": uuid::Uuid::nil(), "lic": uuid::Uuid::nil(),
            "user": "mara", "device": "WS-14", "os_session": "rdp-7", "version": "16",
            "features": [{"code": "bim", "exp": 9}], "wanted": ["bim"], "started": 1, "lease_until": 2, "back_by": 3,
        });
        let mark = Secrets::derive(&[1; 32]).lease_mark();
        let mut lease: LeaseClaims = serde_json::from_value(lease).unwrap();
        lease.jti = mark.mark(&lease);
        (mark, lease)
    }

    // Seen red with a mark of `sub` and `seq` alone.
    #[test]
    fn every_claim_is_under_the_mark() {
        let (mark, lease) = marked();
        assert!(mark.bears(&lease));
        assert!(!Secrets::derive(&[2; 32]).lease_mark().bears(&lease), "another server's");
        let said = serde_json::to_value(&lease).unwrap();
        for (claim, value) in said.as_object().unwrap() {
            let mut changed = said.clone();
            changed[claim] = match value {
                Value::Number(number) => json!(number.as_i64().unwrap() + 1),
                Value::Array(_) => json!([]),
                Value::String(text) if uuid::Uuid::parse_str(text).is_ok() => json!(uuid::Uuid::max()),
                _ => json!("another"),
            };
            let changed: LeaseClaims = serde_json::from_value(changed).unwrap();
            assert!(!mark.bears(&changed), "{claim}");
        }
    }
}
