//! The owner's door alone, for administration on a machine whose server does not run: the same code, the same checks.

use std::path::Path;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow, bail};
use seatkeeper_api::transport::Server;
use tokio::sync::oneshot;

use super::house::House;
use super::{SOCKET, runtime};

/// A server for its owner alone, in this process. Dropping it finishes what was accepted and closes the books.
pub(crate) struct Owner {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Owner {
    /// Opens the books in `data`, which must be there: a folder's name mistyped makes no books.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        if !data.join("seatkeeper.db").exists() {
            bail!("there are no books in {}: `seatkeeper serve --data {}` makes them", data.display(), data.display());
        }
        let (stop, stopped) = oneshot::channel();
        let (ready, readiness) = mpsc::channel();
        let data = data.to_owned();
        let thread = thread::spawn(move || {
            let served = runtime().and_then(|runtime| {
                runtime.block_on(async {
                    let house = House::open(&data, Vec::new()).await?;
                    let door = Server::bind_local(&data.join(SOCKET))?;
                    let _ = ready.send(Ok(()));
                    let stop = async {
                        let _ = stopped.await;
                    };
                    door.serve(house.owners_router(), stop).await;
                    Ok(house)
                })
            });
            if let Err(error) = served.map(drop) {
                let _ = ready.send(Err(error));
            }
        });
        let owner = Self { stop: Some(stop), thread: Some(thread) };
        readiness
            .recv()
            .unwrap_or_else(|_| Err(anyhow!("it ended before it was ready")))
            .context("the books cannot be opened")?;
        Ok(owner)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
