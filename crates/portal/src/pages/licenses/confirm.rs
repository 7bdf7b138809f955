//! A page that asks before something serious is done: what will happen, why, and where it is final, the serial number typed.

use askama::Template;
use serde::Deserialize;

use super::frame::Frame;
use crate::form::Wrong;
use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use seatkeeper_domain::decide::What;

/// What may be written as a reason, in characters.
const REASON: usize = 500;

/// What is asked.
pub(super) struct Question {
    /// What is about to be done, as a question.
    pub(super) asks: String,
    /// What will happen to whom, a sentence or two each.
    pub(super) means: Vec<String>,
    /// The address of this page, which the form is sent to.
    pub(super) here: String,
    /// Where to go afterwards, and instead.
    pub(super) back: String,
    /// The word on the button.
    pub(super) verb: &'static str,
    /// An example of a reason.
    pub(super) example: &'static str,
    /// What must be typed, where it cannot be undone.
    pub(super) typed: Option<String>,
}

/// The answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    reason: String,
    typed: String,
}

#[derive(Template)]
#[template(path = "licenses/confirm.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    question: Question,
    given: Given,
    wrong: Wrong,
}

impl Question {
    /// Asks it.
    pub(super) fn ask(self, visitor: &mut Visitor, frame: Frame) -> Answer {
        shown(&self.page(visitor, frame, Given::default(), Wrong::default()))
    }

    /// Does what was asked, given the reason, and says `said`; or asks again.
    pub(super) async fn act(
        self,
        portal: &Portal,
        visitor: &mut Visitor,
        frame: Frame,
        given: Given,
        said: String,
        what: impl FnOnce(String) -> What,
    ) -> Answer {
        let mut wrong = Wrong::default();
        let reason = given.reason.trim().to_owned();
        match reason.chars().count() {
            0 => wrong.note("reason", "say why: whoever reads the history later will want to know"),
            1..=REASON => {}
            _ => wrong.note("reason", format!("at most {REASON} characters")),
        }
        if self.typed.as_deref().is_some_and(|asked| !given.typed.trim().eq_ignore_ascii_case(asked)) {
            wrong.note("typed", "this is not the licence’s serial number");
        }
        if !wrong.is_empty() {
            return again(&self.page(visitor, frame, given, wrong));
        }
        match portal.service.office_until_done(&visitor.admin, None, what(reason)).await {
            Ok(_) => done(&self.back, said),
            Err(failure) => {
                let wrong = Wrong::of(failure, &["reason"])?;
                again(&self.page(visitor, frame, given, wrong))
            }
        }
    }

    fn page(self, visitor: &mut Visitor, frame: Frame, given: Given, wrong: Wrong) -> Page {
        let shell = Shell::of(visitor, "/licenses", frame.title(self.verb));
        Page { shell, frame, question: self, given, wrong }
    }
}
