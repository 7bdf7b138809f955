//! Things of two halves as people write them, `THIS=THAT`: metadata, features with names, contacts.

use seatkeeper_protocol::admin::{Contact, ProductFeature};
use serde_json::Value;

/// Reads `KEY=VALUE`; the value is JSON where it reads as such, else text. An empty word is an empty key.
pub(crate) fn metadata(text: &str) -> Result<(String, Value), String> {
    if text.is_empty() {
        return Ok((String::new(), Value::Null));
    }
    let (key, value) = text.split_once('=').ok_or_else(|| "metadata is written KEY=VALUE".to_owned())?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok((key.to_owned(), value))
}

/// Reads a feature of the catalogue: `CODE[=NAME]`.
pub(crate) fn product_feature(text: &str) -> Result<ProductFeature, String> {
    let (code, name) = halves(text);
    Ok(ProductFeature { code, name })
}

/// Reads a person at a customer's: `EMAIL[=NAME]`.
pub(crate) fn contact(text: &str) -> Result<Contact, String> {
    let (email, name) = halves(text);
    Ok(Contact { email, name })
}

fn halves(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((one, other)) => (one.to_owned(), Some(other.to_owned())),
        None => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_is_json_where_it_can_be() {
        assert_eq!(metadata("region=emea").unwrap(), ("region".into(), json!("emea")));
        assert_eq!(metadata("tier=2").unwrap(), ("tier".into(), json!(2)));
        assert_eq!(metadata("note=a=b").unwrap(), ("note".into(), json!("a=b")));
        assert_eq!(metadata("").unwrap().0, "");
        assert!(metadata("region").is_err());
    }

    #[test]
    fn the_second_half_may_be_left_out() {
        assert_eq!(product_feature("bim").unwrap().name, None);
        assert_eq!(product_feature("bim=Building model").unwrap().name.as_deref(), Some("Building model"));
        assert_eq!(contact("it@example.com=IT desk").unwrap().name.as_deref(), Some("IT desk"));
    }
}
