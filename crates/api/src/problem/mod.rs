//! Answers that are not what was asked for: one type, one shape on the wire, a page for each code. Refuses nothing itself.

pub(crate) mod page;
mod refusal;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use seatkeeper_protocol::{Code, FieldError, Problem};
use seatkeeper_service::{Failure, StoreError};
use serde_json::json;

/// A request that is refused. The envelope gives it its request id and writes it out.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    problem: Box<Problem>,
    again: Option<Again>,
}

/// When it is worth asking again.
#[derive(Debug, Clone, Copy)]
enum Again {
    InSeconds(i64),
    At(Timestamp),
}

impl Refused {
    /// With this code, and a sentence to show a person.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// Of fields, each with what is wrong with it.
    pub(crate) fn fields(wrong: &[FieldError]) -> Self {
        invalid(wrong).into()
    }

    /// Of one field.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::fields(&[FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// The one answer to whoever does not say who they are.
    pub(crate) fn unauthorized() -> Self {
        Self::new(Code::Unauthorized, Failure::Unauthorized.to_string())
    }

    /// For want of anything better to say to whoever asked; `error` is for the log.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request met a fault of the server");
        Self::new(Code::Internal, "The server met an error of its own.")
    }

    /// The server cannot answer at present; nothing was changed.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self { again: Some(Again::InSeconds(5)), ..Self::new(Code::Unavailable, detail) }
    }

    /// What an answer with this status says that was made without a word of ours, by the framework.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new(Code::NotFound, "There is nothing at this address."),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                Code::MethodNotAllowed,
                "This address does not answer this method; Allow names those it does.",
            ),
            status if status.is_client_error() => Self::new(Code::MalformedRequest, "The request could not be read."),
            status => Self::internal(&status),
        }
    }

    /// The problem itself, where it is told in another way than as an answer.
    pub(crate) fn into_problem(self) -> Problem {
        *self.problem
    }

    /// Writes it out.
    pub(crate) fn written(mut self, request_id: &str, now: Timestamp) -> Response {
        self.problem.request_id = request_id.to_owned();
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(seatkeeper_protocol::paths::PROBLEM_JSON));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let seconds = self.again.map(|again| match again {
            Again::InSeconds(seconds) => seconds,
            Again::At(at) => at.as_second() - now.as_second(),
        });
        if let Some(seconds) = seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        (status, headers, body).into_response()
    }
}

/// Mistakes told in one answer, and in its sentence. An import may have one in each of many thousand rows.
const TOLD: usize = 500;
const IN_A_SENTENCE: usize = 5;

fn invalid(wrong: &[FieldError]) -> Problem {
    let first = wrong.iter().take(IN_A_SENTENCE);
    let mut sentences: Vec<String> = first.map(|error| format!("{} {}", error.field, error.message)).collect();
    if wrong.len() > IN_A_SENTENCE {
        sentences.push(format!("and {} more", wrong.len() - IN_A_SENTENCE));
    }
    let told = &wrong[..wrong.len().min(TOLD)];
    Problem::new(Code::InvalidRequest, sentences.join("; ")).with("errors", json!(told))
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), again: None }
    }
}

/// Left in the answer for the envelope, which alone knows the request's id and the time.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { refusal, holders } => refusal::problem(&refusal, &holders).into(),
            Failure::TooManyAttempts { until } | Failure::SignInHeld { until } => {
                let problem = Problem::new(Code::TooManyAttempts, failure.to_string());
                Self { again: Some(Again::At(until)), ..problem.with_time("retry_at", Some(until)).into() }
            }
            Failure::Unauthorized => Self::unauthorized(),
            Failure::Forbidden | Failure::NotFresh => Self::new(Code::Forbidden, failure.to_string()),
            Failure::NotReady(why) => Self::unavailable(format!("The server is not ready: {why}.")),
            Failure::Store(StoreError::Overloaded) => Self {
                again: Some(Again::InSeconds(1)),
                ..Self::new(Code::Overloaded, "The server has more to do than it can take. Try again in a moment.")
            },
            Failure::Store(StoreError::Stopping) => Self::unavailable("The server is stopping. Try again in a moment."),
            Failure::Store(error @ (StoreError::Conflict(_) | StoreError::Unavailable(_) | StoreError::Lost(_))) => {
                // Who writes and who reads the books say it once; everybody who asks meanwhile would say it again.
                tracing::debug!(%error, "a request could not be answered");
                Self::unavailable("The server cannot answer at present. Nothing was changed; try again in a moment.")
            }
            Failure::Store(error @ StoreError::Unknown(_)) => {
                tracing::debug!(%error, "a request could not be answered");
                Self::unavailable(
                    "The server lost its database and does not know whether this was done. Ask the same again in a \
                     moment: with the same id or Idempotency-Key it is done once.",
                )
            }
            Failure::Store(error @ (StoreError::Constraint(_) | StoreError::Fault(_) | StoreError::Unsupported(_))) => {
                Self::internal(&error)
            }
            Failure::Fault(error) => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_early_is_told_when_to_come_again() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let until = Timestamp::from_second(1_800_000_600).unwrap();
        for (failure, status, seconds) in [
            (Failure::Store(StoreError::Overloaded), 503, Some("1")),
            (Failure::Store(StoreError::Stopping), 503, Some("5")),
            (Failure::Store(StoreError::Unavailable("disk full".to_owned())), 503, Some("5")),
            (Failure::TooManyAttempts { until }, 429, Some("600")),
            (Failure::Fault("a secret of the house".to_owned()), 500, None),
        ] {
            let response = Refused::from(failure).written("r", now);
            let again = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!((response.status().as_u16(), again), (status, seconds));
        }
    }

    #[test]
    fn faults_are_for_the_log() {
        for failure in
            [Failure::Fault("at 0x7f".to_owned()), Failure::Store(StoreError::Unavailable("/data".to_owned()))]
        {
            let problem = Refused::from(failure).into_problem();
            assert!(!problem.detail.contains("0x7f") && !problem.detail.contains("/data"), "{problem}");
        }
    }

    #[test]
    fn of_many_mistakes_some_are_told() {
        let wrong: Vec<FieldError> =
            (0..10_000).map(|i| FieldError { field: format!("f{i}"), message: "is wrong".to_owned() }).collect();
        let problem = Refused::fields(&wrong).into_problem();
        assert_eq!(problem.facts["errors"].as_array().map(Vec::len), Some(TOLD));
        assert!(problem.detail.ends_with("f4 is wrong; and 9995 more"), "{problem}");
    }
}
