//! What must be so on every page that anybody meets, however they look at it.

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};

/// How a journey is walked where looks matter no further: each page is looked at in all of them elsewhere.
pub(crate) const BOTH: [Look; 2] = [Look::new(SCREEN), Look::new(PHONE).dark().no_script()];

/// Pages that were looked at, and what is wrong with them: told together, at the end of a journey.
#[derive(Debug, Default)]
pub(crate) struct Looked(Vec<String>);

impl Looked {
    /// Keeps a picture of the page, and asks what is wrong with it: barriers that axe-core finds, what the browser complains
    /// of, what runs out of the window sideways.
    #[track_caller]
    pub(crate) fn at(&mut self, browser: &Browser, name: &str) {
        browser.picture(name);
        let mut faults = browser.axe();
        // A page that refuses says so by its status, which the browser notes.
        let refusal = format!("{} - Failed to load resource", browser.url());
        faults.extend(browser.complaints().into_iter().filter(|line| !line.starts_with(&refusal)));
        let wider = browser.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if wider != 0 {
            faults.push(format!("the page is {wider} px wider than its window"));
        }
        self.0.extend(faults.into_iter().map(|fault| format!("{name} {}: {fault}", browser.look())));
    }

    /// Fails with all that was wrong, a line each.
    #[track_caller]
    pub(crate) fn all_well(self) {
        assert!(self.0.is_empty(), "\n{}\n", self.0.join("\n"));
    }
}
