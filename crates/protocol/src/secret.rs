//! A secret on its way. Knows nothing of what it opens; only that logs must not show it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A product key or token in transit: `Debug` does not show it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Password, description = "A product key or a token. Secret."))]
pub struct Secret(String);

impl Secret {
    /// Wraps what must not be shown.
    pub fn new(secret: impl Into<String>) -> Self {
        Secret(secret.into())
    }

    /// The secret itself, for whoever sends, shows or checks it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn travels_as_text_and_shows_nothing() {
        let secret: Secret = serde_json::from_str(r#""7F3K""#).unwrap();
        assert_eq!(secret.expose(), "7F3K");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""7F3K""#);
    }
}
