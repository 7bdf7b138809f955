//! Pictures of whole pages, kept as artefacts under the target folder, to be looked at.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seatkeeper_test_support::artefacts;
use serde_json::json;

use crate::Browser;

/// Chromium draws no higher pictures.
const HIGHEST: f64 = 16_000.0;

impl Browser {
    /// Keeps a picture of the whole page as `web/NAME-LOOK.png`, such as `web/overview-390-dark.png`; returns where it is.
    #[track_caller]
    pub fn picture(&self, name: &str) -> PathBuf {
        let size = &self.driver.command("Page.getLayoutMetrics", json!({}))["cssContentSize"];
        let height = size["height"].as_f64().expect("a page has a height").min(HIGHEST);
        let clip = json!({ "x": 0, "y": 0, "width": self.look().width, "height": height, "scale": 1 });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.driver.command("Page.captureScreenshot", wanted);
        let bytes = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("base64");
        let path = artefacts("web").join(format!("{name}-{}.png", self.look()));
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }
}
