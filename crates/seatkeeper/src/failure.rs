//! How a command ends: the exit codes of the protocol, and how a failure is told. Knows nothing of what failed.

use std::process::ExitCode;

use seatkeeper_protocol::{FieldError, Problem};
use serde_json::Value;

/// The words of the command, or of its configuration, are wrong: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongWords(pub(crate) String);

/// Every seat is taken: exit code 75, which mail and batch systems read as "try again later" (`EX_TEMPFAIL`).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoSeat(pub(crate) String);

/// The exit code for a failure.
pub(crate) fn code(error: &anyhow::Error) -> ExitCode {
    if error.is::<WrongWords>() {
        ExitCode::from(2)
    } else if error.is::<NoSeat>() {
        ExitCode::from(75)
    } else {
        ExitCode::from(1)
    }
}

/// What to print of a failure: for people, or the server's refusal as it came for scripts.
pub(crate) fn text(error: &anyhow::Error, json: bool) -> String {
    match error.downcast_ref::<Problem>() {
        Some(problem) if json => serde_json::to_string_pretty(problem).unwrap_or_else(|_| problem.to_string()),
        Some(problem) => explained(problem),
        None => format!("seatkeeper: {error:#}"),
    }
}

/// The sentence and the code; where fields are wrong, each on a line in place of the sentence that joins them.
fn explained(problem: &Problem) -> String {
    let errors = problem.facts.get("errors").cloned().unwrap_or(Value::Null);
    let errors: Vec<FieldError> = serde_json::from_value(errors).unwrap_or_default();
    let lines: Vec<String> = errors.iter().map(|e| format!("\n  {}: {}", e.field, e.message)).collect();
    let sentence = if lines.is_empty() { &problem.detail } else { &problem.title };
    format!("seatkeeper: {sentence} ({}){}", problem.code, lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatkeeper_protocol::Code;
    use serde_json::json;

    #[test]
    fn a_refusal_names_each_field_on_a_line() {
        let errors = json!([{ "field": "seats", "message": "must be at least 1" }]);
        let problem = Problem::new(Code::InvalidRequest, "One field is wrong.").with("errors", errors);
        let error = anyhow::Error::from(problem);
        assert_eq!(text(&error, false), "seatkeeper: Request not valid (invalid_request)\n  seats: must be at least 1");
        assert!(text(&error, true).contains("\"code\": \"invalid_request\""));
    }

    #[test]
    fn a_failure_is_told_with_its_causes() {
        let error = anyhow::anyhow!("connection refused").context("no answer from https://x");
        assert_eq!(text(&error, false), "seatkeeper: no answer from https://x: connection refused");
    }
}
