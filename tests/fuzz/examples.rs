//! Something right of every kind that strangers send, to be bent.

use seatkeeper_protocol::claims::{ACTIVATION_TYP, KEY_TYP, LEASE_TYP};
use seatkeeper_protocol::token::{AdminToken, InstallationToken};
use seatkeeper_protocol::{ProductKey, jwt};
use serde_json::{Value, json};
use uuid::Uuid;

const ID: &str = "0198f6a2-7c1b-7d52-9a01-4f3c2b1a0d9e";
const DAY: &str = "2027-01-31T00:00:00Z";

pub(crate) fn typed() -> Vec<String> {
    let key = ProductKey::from_bits(*b"fifteen bytes!!").to_string();
    vec![key.to_lowercase(), key.replace('-', ""), key, "SN-7F3K-22QM-81".into(), "acme/4711.b".into()]
}

pub(crate) fn tokens() -> Vec<String> {
    let [license_id, activation_id, installation_id] = [1, 2, 3].map(Uuid::from_u128);
    let installation = InstallationToken { license_id, activation_id, installation_id, generation: 4, mac: [5; 16] };
    vec![AdminToken { id: license_id, secret: [6; 24] }.to_string(), installation.to_string()]
}

pub(crate) fn documents() -> Vec<String> {
    let features = json!([{ "code": "bim", "exp": 1_800_000_000 }]);
    let lease = json!({
        "iss": "vendor", "iat": 1_790_000_000, "exp": 1_790_172_800, "jti": format!("{ID}.1"), "sub": ID, "seq": 1,
        "epoch": 0, "ses": ID, "act": ID, "inst": ID, "lic": ID, "user": "mara", "device": "WS-14", "os_session": "7",
        "features": features, "started": 1_790_000_000, "lease_until": 1_790_001_200, "back_by": 1_790_172_800,
    });
    let activation = json!({
        "iss": "vendor", "iat": 1_790_000_000, "exp": 1_790_172_800, "jti": ID, "sub": ID, "lic": ID, "serial": "SN-1",
        "product": "planner", "inst": ID, "device": ["a", "b"], "model": "concurrent", "features": features,
        "grace_seconds": 172_800, "term_end": 1_800_000_000,
    });
    let key = json!({
        "iss": "vendor", "iat": 1_790_000_000, "exp": 1_800_000_000, "jti": ID, "kid": "k1", "x": "AAAA", "usage": "server",
    });
    let signed = |typ, claims: &Value| jwt::encode(typ, "k1", claims, |_| [7; 64]);
    vec![
        signed(LEASE_TYP, &lease),
        signed(ACTIVATION_TYP, &activation),
        signed(KEY_TYP, &key),
        lease.to_string(),
        activation.to_string(),
        key.to_string(),
    ]
}

pub(crate) fn requests() -> Vec<String> {
    let policy = json!({ "lease_seconds": 1200, "hold": "grace", "count_by": "user", "devices": null, "overdraft": 1 });
    let license = json!({
        "customer_id": ID, "product": "planner", "model": "concurrent", "seats": 10, "term": { "kind": "trial", "days": 30 },
        "grants": [{ "seats": 5, "starts_at": DAY, "ends_at": null, "order_reference": "PO 7" }],
        "features": [{ "code": "bim", "ends_at": DAY }], "policy": policy, "external_id": "crm-1",
        "metadata": { "region": ["EU", 1.5, { "deep": null }] },
    });
    let values = [
        json!({
            "protocol": 1, "serial_number": "SN-1", "product_key": "7F3K", "product": "planner", "version": "16.0.2",
            "released_at": DAY, "installation_id": ID, "device": { "name": "WS-14", "os": "linux", "fingerprint": ["a"] },
        }),
        json!({
            "user": "Mara", "device_name": "WS-14", "os_session": "7", "version": "16", "released_at": DAY,
            "features": ["bim"], "ends": [ID], "offline_since": DAY,
        }),
        json!({ "lease": "a.b.c", "ends": [ID] }),
        json!({
            "code": "planner", "name": "Planner", "minimum_version": "16",
            "features": [{ "code": "bim", "name": "BIM" }],
        }),
        json!({ "name": "Planner", "minimum_version": null }),
        json!({
            "name": "Acme", "external_id": "crm-1", "metadata": { "a": 1e300 },
            "contacts": [{ "email": "a@b.example" }], "locale": "de-AT", "time_zone": "Europe/Vienna",
        }),
        json!({ "seats": 12, "term": { "kind": "subscription", "expires_at": DAY }, "external_id": null }),
        json!({
            "customers": [{ "name": "Acme", "external_id": "crm-1" }],
            "licenses": [{
                "customer": "crm-1", "product": "planner", "serial_number": "L-1", "model": "single_user", "legacy": "lease",
                "term": { "kind": "subscription", "expires_at": DAY },
            }],
        }),
        license,
        json!({ "label": "Vienna", "activate_until": DAY, "open_until": null }),
        json!({ "key_id": ID, "new_serial_number": true, "overlap_seconds": 86400 }),
        json!({ "user": "Mara", "reason": "left" }),
        json!({ "device": ID, "reason": "lost" }),
        json!({ "label": "CRM", "role": "sales", "customer_id": ID, "expires_at": DAY }),
        json!({ "reason": "on holiday" }),
    ];
    // Read to the nearest number and no other: found by this test.
    let float = r#"{ "name": "Acme", "metadata": { "a": 6.30495434627874048e112 } }"#;
    values.iter().map(Value::to_string).chain([float.to_owned()]).collect()
}

pub(crate) fn answers() -> Vec<String> {
    let license = json!({
        "serial_number": "SN-1", "product": "planner", "model": "concurrent", "seats": 10,
        "features": [{ "code": "bim", "ends_at": DAY }], "term": { "kind": "subscription", "expires_at": DAY },
        "status": "active",
    });
    let policy = json!({ "lease_seconds": 1200, "refresh_seconds": 300, "grace_seconds": 172_800, "hold": "grace" });
    let values = [
        json!({
            "activation_id": ID, "activation_token": "ska_x", "license": license, "policy": policy,
            "certificate": "a.b.c", "server_time": DAY,
        }),
        json!({
            "session_id": ID, "seat": "new", "lease": "a.b.c", "lease_until": DAY, "grace_until": DAY,
            "refresh_after_seconds": 300, "back_by": DAY, "features": [{ "code": "bim" }], "seats": 10, "in_use": 3,
            "server_time": DAY,
        }),
        json!({ "seats": 10, "in_use": 10, "next_back_by": DAY }),
        json!({
            "type": "/problems/no_seat_available", "title": "No seat", "status": 409, "detail": "All are taken.",
            "code": "no_seat_available", "request_id": "r", "seats": 10, "holders": [{ "user": "mara" }],
        }),
        json!({
            "keys": [{
                "kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "AAAA", "use": "sig", "alg": "EdDSA",
                "certificate": "a.b.c",
            }],
            "root": { "kid": "k0", "x": "AAAA" },
        }),
    ];
    values.iter().map(Value::to_string).collect()
}
