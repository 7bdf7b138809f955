//! axe-core's opinion of a page. It comes from npm for development only (`xtask/package.json`) and is never part of a page:
//! WebDriver runs it there, which no policy of the page's forbids.

use std::fs;

use seatkeeper_test_support::node_module;
use serde_json::Value;

use crate::Browser;

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations), e => done(String(e)));
";

impl Browser {
    /// What axe-core finds on the page that is serious or critical, a line each; nothing is as it should be.
    #[track_caller]
    pub fn axe(&self) -> Vec<String> {
        let axe = fs::read_to_string(node_module("axe-core/axe.min.js")).expect("axe-core is text");
        // Where the page may run no script, axe may: what it looks at is the page as it stands.
        self.allow_script(true);
        let client = &self.driver.client;
        let found = self.driver.wait(async {
            client.execute(&axe, Vec::new()).await?;
            client.execute_async(RUN, Vec::new()).await
        });
        self.allow_script(self.look().script);
        let found = found.unwrap_or_else(|error| panic!("axe-core did not run: {error}"));
        let rules = found.as_array().unwrap_or_else(|| panic!("axe-core failed: {found}"));
        let serious = |rule: &&Value| rule["impact"] == "serious" || rule["impact"] == "critical";
        rules.iter().filter(serious).flat_map(|rule| lines(rule, &self.url())).collect()
    }
}

/// Each place that breaks a rule: the rule, the element and what to do.
fn lines(rule: &Value, url: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', " ");
    let nodes = rule["nodes"].as_array().cloned().unwrap_or_default();
    let line = |node: &Value| {
        format!("{url}: {}: {} {}", text(&rule["id"]), text(&node["html"]), text(&node["failureSummary"]))
    };
    nodes.iter().map(line).collect()
}
