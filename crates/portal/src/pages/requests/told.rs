//! What became of a request, for the page of its licence.

use askama::Template;
use jiff::SignedDuration;
use seatkeeper_domain::license::License;

use crate::words::{Face, When, many};

/// For so long an answer is shown.
const SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The last request of a licence, while it waits and for a month after it was answered.
#[derive(Template)]
#[template(path = "requests/told.html")]
pub(crate) struct Told {
    seats: String,
    until: Option<When>,
    asked: When,
    reason: String,
    answer: Option<Answer>,
}

struct Answer {
    granted: Option<String>,
    said: String,
    at: When,
}

impl Told {
    pub(crate) fn of(license: &License, face: &Face) -> Option<Self> {
        let request = license.request.as_ref()?;
        let answer = match &request.answer {
            Some(answer) if face.now.duration_since(answer.at) > SHOWN => return None,
            Some(answer) => Some(Answer {
                granted: answer.granted.map(|seats| many(seats.into(), "more seat")),
                said: answer.said.clone(),
                at: face.at(answer.at),
            }),
            None => None,
        };
        Some(Self {
            seats: many(request.seats.into(), "more seat"),
            until: request.until.map(|at| face.day(at)),
            asked: face.at(request.asked_at),
            reason: request.reason.clone(),
            answer,
        })
    }
}

impl askama::filters::HtmlSafe for Told {}
