//! Cuts off a peer that asks and then does not read: an answer is taken within a time or the connection ends.
//! Knows nothing of what is written.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How long the peer has to take all that is written between two flushes, which for HTTP is an answer.
const LIMIT: Duration = Duration::from_secs(30);

/// A stream whose writes fail when the peer does not take them in time.
pub(super) struct Draining<S> {
    stream: S,
    /// Runs from the first write that had to wait until everything is flushed.
    until: Option<Pin<Box<Sleep>>>,
}

impl<S> Draining<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, until: None }
    }

    fn bounded<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_pending() {
            let until = self.until.get_or_insert_with(|| Box::pin(tokio::time::sleep(LIMIT)));
            if until.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Draining<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Draining<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.bounded(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.bounded(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() {
            self.until = None;
        }
        self.bounded(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.bounded(cx, closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_is_cut_off() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let error = Draining::new(ours).write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_a_byte_now_and_then_is_cut_off_too() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let dripping = tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                tokio::time::sleep(LIMIT / 4).await;
            }
        });
        let error = Draining::new(ours).write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        dripping.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_may_wait_as_long_as_it_likes_between_answers() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut stream = Draining::new(ours);
        for _ in 0..3 {
            let answer = async {
                stream.write_all(&[7; 64]).await.unwrap();
                stream.flush().await.unwrap();
            };
            let mut taken = [0; 64];
            let (_, read) = tokio::join!(answer, theirs.read_exact(&mut taken));
            assert_eq!((read.unwrap(), taken), (64, [7; 64]));
            tokio::time::sleep(LIMIT * 10).await;
        }
    }
}
