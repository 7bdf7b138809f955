//! `seatkeeper demo`: a real server with a vendor, three customers and their people at work, told line by line, so that somebody
//! who has never seen it understands it in a minute. Everything lies in a temporary folder and goes with it.

mod accounts;
mod cast;
mod office;
mod past;
mod person;
mod stage;
mod teller;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::sync::oneshot;

use crate::admin::client::Client;
use crate::admin::local;
use crate::config::{Config, Log, Mail};
use crate::out;
use crate::place::{BooksAt, Place};
use crate::serve::{Doors, House, post, runtime, told_to_stop};
use past::PlayClock;
use stage::Stage;
use teller::Teller;

/// Watch a server with customers and people at work
///
/// Its books are its own, in a temporary folder, whatever SEATKEEPER_DATA and SEATKEEPER_DATABASE say.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// End by itself after so many seconds
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

/// Plays until Ctrl-C or the time is over.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    let folder = tempfile::TempDir::new().context("no temporary folder")?;
    let config = config(&folder.path().join("server"));
    let runtime = runtime()?;
    let clock = Arc::new(PlayClock::long_ago());
    let (house, doors, over) = runtime.block_on(async {
        let over = told_to_stop()?;
        let house = Arc::new(House::staged(&config.place, clock.clone()).await?);
        anyhow::Ok((house, Doors::open(&config)?, over))
    })?;
    let url = doors.address.clone();
    let post = post(&config, &url)?;
    let (close, closed) = oneshot::channel::<()>();
    let serving = {
        let house = house.clone();
        runtime.spawn(async move {
            doors
                .serve(&house, post, async {
                    let _ = closed.await;
                })
                .await;
        })
    };
    let office = local(&config.place)?.client;
    let stage = Stage::set(&office, &url)?;
    out::line("Two months go by …\n")?;
    let accounts = runtime.block_on(async {
        let accounts = accounts::open(&house.service, &stage).await?;
        past::live(&house.service, &stage, &clock).await?;
        anyhow::Ok(accounts)
    })?;
    stage.quicken(&office)?;
    out::line(&stage.playbill(&config.place.data, args.seconds, &accounts)?)?;
    let played = play(&stage, office, folder.path(), || {
        let time = Duration::from_secs(args.seconds.unwrap_or(u64::MAX));
        runtime.block_on(async {
            let _ = tokio::time::timeout(time, over).await;
        });
    });
    drop(close);
    runtime.block_on(serving)?;
    played
}

/// Lets the people live on the stage until `over` returns.
fn play(stage: &Stage, office: Client, folder: &Path, over: impl FnOnce()) -> anyhow::Result<()> {
    let teller = Teller::new(office);
    thread::scope(|scope| {
        for (number, role) in cast::ROLES.iter().enumerate() {
            let state = folder.join(format!("person-{number}"));
            let teller = &teller;
            scope.spawn(move || person::live(role, number, stage, teller, &state));
        }
        scope.spawn(|| office::work(stage, &teller));
        over();
        teller.end();
        out::line("\nEverybody closes their programs …")
    })?;
    Ok(out::line("The demo is over; what it wrote is gone.")?)
}

/// A server on a free port of this machine. It writes no log: the story is what is to be seen.
fn config(data: &Path) -> Config {
    Config {
        place: Place { data: data.to_owned(), books: BooksAt::Folder },
        listen: ([127, 0, 0, 1], 0).into(),
        tls: None,
        insecure_http: false,
        trusted_proxies: Vec::new(),
        max_connections: seatkeeper_api::transport::MAX_CONNECTIONS,
        public_url: None,
        mail: Mail::default(),
        log: Log { json: false, level: tracing::level_filters::LevelFilter::OFF },
    }
}
