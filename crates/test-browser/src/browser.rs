//! One person's browser: set up as they look at pages, then told what they do.

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use seatkeeper_test_support::{BOUND, until};
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::look::{Look, PHONE};
use crate::page::{Target, button, button_in_row, field};

/// A browser with a window of its own, no cookies and no past.
#[derive(Debug)]
pub struct Browser {
    pub(crate) driver: Driver,
    look: Look,
}

impl Browser {
    /// Starts one.
    #[track_caller]
    pub fn start(look: Look) -> Self {
        let browser = Self { driver: Driver::start(), look };
        let size = json!({
            "width": look.width, "height": look.height(), "deviceScaleFactor": 1, "mobile": look.width == PHONE,
        });
        browser.driver.command("Emulation.setDeviceMetricsOverride", size);
        let scheme = if look.dark { "dark" } else { "light" };
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.driver.command("Emulation.setEmulatedMedia", scheme);
        browser.allow_script(look.script);
        browser
    }

    /// How it looks at pages.
    pub fn look(&self) -> Look {
        self.look
    }

    /// Goes to an address, as if typed.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        let went = self.driver.wait(self.driver.client.goto(url));
        went.unwrap_or_else(|error| panic!("could not go to {url}: {error}"));
    }

    /// Gives it a cookie as a server that it had been to would have.
    #[track_caller]
    pub fn keep_cookie(&self, url: &str, name: &str, value: &str) {
        let cookie = json!({ "url": url, "name": name, "value": value, "path": "/", "secure": true, "httpOnly": true });
        let kept = self.driver.command("Network.setCookie", cookie);
        assert_eq!(kept["success"], true, "the cookie {name} was not kept");
    }

    /// Loses all its cookies, so that somebody else can be at it.
    #[track_caller]
    pub fn forget(&self) {
        self.driver.command("Network.clearBrowserCookies", json!({}));
    }

    /// A file as it downloads it, with its cookies. Where it is, pages may run script.
    #[track_caller]
    pub fn download(&self, path: &str) -> Vec<u8> {
        let script = format!(
            "return fetch({}).then(answer => answer.ok ? answer.bytes() : Promise.reject(answer.status)).then(b => [...b])",
            json!(path)
        );
        serde_json::from_value(self.ask(&script)).expect("bytes")
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.driver.wait(self.driver.client.refresh()).expect("the page can be loaded again");
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.driver.wait(self.driver.client.current_url()).expect("it is somewhere").to_string()
    }

    /// The page as it stands now, as markup.
    pub fn source(&self) -> String {
        self.driver.wait(self.driver.client.source()).expect("a page has a source")
    }

    /// Clicks a link or a button by what is written on it.
    #[track_caller]
    pub fn click(&self, label: &str) {
        self.on(button(label), async |element| element.click().await);
    }

    /// Clicks a link or a button in the row of a table that shows this text.
    #[track_caller]
    pub fn click_in_row(&self, row: &str, label: &str) {
        self.on(button_in_row(row, label), async |element| element.click().await);
    }

    /// Clicks the first that a CSS selector finds.
    #[track_caller]
    pub fn click_on(&self, css: &str) {
        self.on(Target::css(css), async |element| element.click().await);
    }

    /// Writes into the field with this label, in place of what stood there.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        self.on(field(label), async |element| {
            element.clear().await?;
            element.send_keys(text).await
        });
    }

    /// Chooses in the list with this label, by what is written there.
    #[track_caller]
    pub fn choose(&self, label: &str, choice: &str) {
        self.on(field(label), async |element| element.select_by_label(choice).await);
    }

    /// Types on the keyboard, wherever the focus is. `Key` of the WebDriver standard has the others, as `\u{E004}` for Tab.
    #[track_caller]
    pub fn keys(&self, keys: &str) {
        let typed = self.driver.wait(async { self.driver.client.active_element().await?.send_keys(keys).await });
        typed.unwrap_or_else(|error| panic!("could not type {keys:?}: {error}"));
    }

    /// The text that is shown by the first that a CSS selector finds; waits until there is one.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.on(Target::css(css), async |element| element.text().await)
    }

    /// How many elements a CSS selector finds, now.
    pub fn count(&self, css: &str) -> usize {
        let found = self.driver.wait(self.driver.client.find_all(Target::css(css).locator()));
        found.map_or(0, |elements| elements.len())
    }

    /// Its clock, which is the machine's: seconds since 1970.
    #[track_caller]
    pub fn clock(&self) -> i64 {
        self.ask("return Math.floor(Date.now() / 1000)").as_i64().expect("a number")
    }

    /// Waits until the page shows this text.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        until(BOUND, &format!("the page to show {text:?}"), || self.shown().contains(text).then_some(()));
    }

    /// Waits until the page no longer shows this text.
    #[track_caller]
    pub fn hides(&self, text: &str) {
        until(BOUND, &format!("{text:?} to go from the page"), || (!self.shown().contains(text)).then_some(()));
    }

    /// What a piece of script answers in the page; works where pages may run none.
    #[track_caller]
    pub fn ask(&self, script: &str) -> Value {
        let answer = self.driver.wait(self.driver.client.execute(script, Vec::new()));
        answer.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// What the browser complains of since this was last asked: errors of scripts, what a policy forbade, what was not found.
    #[track_caller]
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.driver.console();
        let serious = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        serious.filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect()
    }

    pub(crate) fn allow_script(&self, allowed: bool) {
        self.driver.command("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed }));
    }

    /// Does `what` with an element once it is there and lets it be done: a page may still be on its way.
    #[track_caller]
    fn on<T>(&self, target: Target, what: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        until(BOUND, &target.to_string(), || {
            let done = self.driver.wait(async {
                let element = self.driver.client.find(target.locator()).await?;
                what(element).await
            });
            done.ok()
        })
    }

    /// As the browser lays it out. (WebDriver's own text leaves out `noscript`, whether it is shown or not.)
    fn shown(&self) -> String {
        let text = self.driver.wait(self.driver.client.execute("return document.body.innerText", Vec::new()));
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// Where a test failed, the page that it failed on is half of the reason.
impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let url = self.driver.wait(self.driver.client.current_url()).map(String::from).unwrap_or_default();
            eprintln!("--- the browser ({}) was at {url} and showed:\n{}", self.look, self.shown());
        }
    }
}
