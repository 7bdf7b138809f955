//! The owner's door alone, for administration on a machine whose server does not run: the same code, the same checks.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow, bail};
use seatkeeper_api::transport::Server;
use tokio::sync::oneshot;

use super::house::House;
use super::{SOCKET, runtime};
use crate::place::{BooksAt, Place};

/// A server for its owner alone, in this process. Dropping it finishes what was accepted and closes the books.
pub(crate) struct Owner {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Owner {
    /// Opens the books, which must be there if they are in a folder: its name mistyped makes none.
    pub(crate) fn open(place: &Place) -> anyhow::Result<Self> {
        let data = place.data.display();
        if place.books == BooksAt::Folder && !place.data.join("seatkeeper.db").exists() {
            bail!(
                "there are no books in {data}: `seatkeeper serve --data {data}` makes them; where they are in a \
                 database, name it with --database"
            );
        }
        let (stop, stopped) = oneshot::channel();
        let (ready, readiness) = mpsc::channel();
        let place = place.clone();
        let thread = thread::spawn(move || {
            let served = runtime().and_then(|runtime| {
                runtime.block_on(async {
                    let house = House::open(&place, Vec::new()).await?;
                    let door = Server::bind_local(&place.data.join(SOCKET))?;
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
