//! A task that takes long, as an answer that grows: a line of JSON for each step, and at last what came of it.
//! Knows no task.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::{Body, Bytes, Frame};
use seatkeeper_protocol::admin::{Finding, TaskLine};
use seatkeeper_service::{Progress, StoreError};
use tokio::sync::mpsc;

use crate::problem::Refused;

/// Runs a task on a thread of its own. It goes on to its end even if nobody listens any more.
pub(super) fn run<T>(task: T) -> Response
where
    T: FnOnce(Progress<'_>) -> Result<Vec<seatkeeper_service::Finding>, StoreError> + Send + 'static,
{
    let (lines, told) = mpsc::channel(16);
    tokio::task::spawn_blocking(move || {
        let mut percent = None;
        let result = task(&mut |done, total| {
            // A line for each percent: steps may be many.
            let now = done.saturating_mul(100).checked_div(total);
            if percent != now {
                percent = now;
                tell(&lines, &TaskLine::Progress { done, total });
            }
        });
        let finding =
            |finding: seatkeeper_service::Finding| Finding { what: finding.what.to_owned(), detail: finding.detail };
        let last = match result {
            Ok(findings) => TaskLine::Finished { findings: findings.into_iter().map(finding).collect() },
            // Whoever asks is the owner, who may know what is wrong with the disk.
            Err(error) => TaskLine::Failed(Refused::unavailable(format!("{error}.")).into_problem()),
        };
        tell(&lines, &last);
    });
    ([(header::CONTENT_TYPE, "application/x-ndjson")], axum::body::Body::new(Lines(told))).into_response()
}

fn tell(lines: &mpsc::Sender<Bytes>, line: &TaskLine) {
    let mut text = serde_json::to_vec(line).unwrap_or_default();
    text.push(b'\n');
    // Whoever asked may have gone.
    let _ = lines.blocking_send(text.into());
}

/// Lines as they come.
struct Lines(mpsc::Receiver<Bytes>);

impl Body for Lines {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(cx).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
