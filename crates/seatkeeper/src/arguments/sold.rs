//! Seats and features as people write what was sold: `10`, `5@2027-01-01..2027-03-31#PO-77`; `bim`, `bim:2027-12-31`.

use seatkeeper_domain::license::FeatureGrant as Read;
use seatkeeper_protocol::admin::{FeatureGrant, GrantNew};
use seatkeeper_service::written::{self, first_instant, last_instant};

/// Reads seats bought together: `SEATS[@[FROM]..[TO]][#ORDER]`.
pub(crate) fn grant(text: &str) -> Result<GrantNew, String> {
    let (text, order_reference) = match text.split_once('#') {
        Some((text, order)) => (text, Some(order.to_owned())),
        None => (text, None),
    };
    let (seats, time) = text.split_once('@').unwrap_or((text, ".."));
    let wrong = || "seats bought together are written 5, 5@2027-01-01..2027-03-31 or 5@..2027-03-31#ORDER".to_owned();
    let (from, to) = time.split_once("..").ok_or_else(wrong)?;
    let given = |text: &'_ str| !text.is_empty();
    Ok(GrantNew {
        seats: seats.parse().map_err(|_| wrong())?,
        starts_at: Some(from).filter(|text| given(text)).map(first_instant).transpose()?,
        ends_at: Some(to).filter(|text| given(text)).map(last_instant).transpose()?,
        order_reference,
    })
}

/// Reads a feature that a licence switches on: `CODE[:LAST-DAY]`.
pub(crate) fn feature_grant(text: &str) -> Result<FeatureGrant, String> {
    written::feature(text).map(feature_sent)
}

/// A feature as it travels.
pub(crate) fn feature_sent(feature: Read) -> FeatureGrant {
    FeatureGrant { code: feature.code, ends_at: feature.ends_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_seats_with_and_without_time() {
        for (text, wire) in [
            ("10", json!({ "seats": 10 })),
            ("5@..2027-03-31", json!({ "seats": 5, "ends_at": "2027-03-31T23:59:59Z" })),
            (
                "5@2027-01-01..2027-03-31#PO-77",
                json!({
                    "seats": 5, "starts_at": "2027-01-01T00:00:00Z", "ends_at": "2027-03-31T23:59:59Z",
                    "order_reference": "PO-77"
                }),
            ),
        ] {
            assert_eq!(serde_json::to_value(grant(text).unwrap()).unwrap(), wire, "{text}");
        }
    }

    #[test]
    fn refuses_seats_that_are_none() {
        for text in ["", "ten", "5@2027-01-01", "5@x..", "-5", "@..2027-01-01"] {
            assert!(grant(text).is_err(), "{text}");
        }
    }
}
