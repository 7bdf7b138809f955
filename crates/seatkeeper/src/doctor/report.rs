//! What `doctor` found, a line at a time as it finds it. Looks at nothing.

use std::process::ExitCode;

use serde::Serialize;

use crate::out::{self, Out, printable};

/// What was found, so far.
pub(super) struct Report {
    out: Out,
    found: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    /// What was looked at.
    what: &'static str,
    /// `ok`, `note` or `fails`.
    state: &'static str,
    /// What was seen.
    seen: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

impl Report {
    pub(super) fn new(out: Out) -> Self {
        Self { out, found: Vec::new() }
    }

    /// It works.
    pub(super) fn ok(&mut self, what: &'static str, seen: impl Into<String>) -> anyhow::Result<()> {
        self.add(Finding { what, state: "ok", seen: seen.into(), to_do: None })
    }

    /// It works, and somebody should know something about it.
    pub(super) fn note(
        &mut self,
        what: &'static str,
        seen: impl Into<String>,
        to_do: impl Into<String>,
    ) -> anyhow::Result<()> {
        self.add(Finding { what, state: "note", seen: seen.into(), to_do: Some(to_do.into()) })
    }

    /// It does not work.
    pub(super) fn fails(
        &mut self,
        what: &'static str,
        seen: impl Into<String>,
        to_do: impl Into<String>,
    ) -> anyhow::Result<()> {
        self.add(Finding { what, state: "fails", seen: seen.into(), to_do: Some(to_do.into()) })
    }

    fn add(&mut self, finding: Finding) -> anyhow::Result<()> {
        if !self.out.json {
            out::line(&text(&finding))?;
        }
        self.found.push(finding);
        Ok(())
    }

    /// Exit code 1 where something does not work.
    pub(super) fn finish(self) -> anyhow::Result<ExitCode> {
        if self.out.json {
            out::line(&serde_json::to_string_pretty(&self.found)?)?;
        }
        let fails = self.found.iter().any(|finding| finding.state == "fails");
        Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn text(finding: &Finding) -> String {
    let to_do = finding.to_do.as_ref().map(|to_do| format!("\n       {:<12}  -> {to_do}", "")).unwrap_or_default();
    printable(&format!("{:<5}  {:<12}  {}{to_do}", finding.state, finding.what, finding.seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_to_do() {
        let to_do = Some("ask IT".to_owned());
        let finding = Finding { what: "name", state: "fails", seen: "x is not known".to_owned(), to_do };
        assert_eq!(text(&finding), "fails  name          x is not known\n                     -> ask IT");
    }
}
