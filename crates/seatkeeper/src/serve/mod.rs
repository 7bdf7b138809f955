//! `seatkeeper serve`: the books opened, the doors opened, and both closed in good order. Knows no request.

mod books;
mod figures;
mod house;
mod log;
mod owner;
mod secrets;

use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use anyhow::Context;
use seatkeeper_api::transport::{Listen, Server, TlsFiles};
use seatkeeper_service::{Jobs, Post};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::{Config, SettingArgs, load};
use crate::out;
pub(crate) use house::House;
pub(crate) use owner::Owner;
pub(crate) use secrets::away as root_away;

/// The local socket's name in the data folder.
pub(crate) const SOCKET: &str = "seatkeeper.sock";

/// How often a database that is away is asked whether it is there, and how often that is said.
const ASKED: Duration = Duration::from_secs(1);
const SAID: Duration = Duration::from_secs(60);

/// Serves until SIGTERM or SIGINT, then finishes what was accepted.
pub(crate) fn run(args: &SettingArgs) -> anyhow::Result<()> {
    let config = load(args)?;
    log::start(config.log);
    let house = runtime()?.block_on(async {
        let mut told = pin!(told_to_stop()?);
        let mut house = tokio::select! {
            house = open_once_there(&config) => house?,
            () = &mut told => return Ok(None),
        };
        house.record_metrics()?;
        let doors = Doors::open(&config)?;
        let post = post(&config, &doors.address)?;
        out::line(&format!("listening {}", doors.address))?;
        welcome(&house, &post).await?;
        let (address, data) = (&doors.address, config.place.data.display());
        tracing::info!(%address, %data, version = env!("CARGO_PKG_VERSION"), "serving");
        doors.serve(&house, post, told).await;
        anyhow::Ok(Some(house))
    })?;
    // The runtime has ended: what it accepted is answered, and what is left of the house closes the books.
    drop(house);
    tracing::info!("stopped");
    Ok(())
}

/// Opens the books; a database that is away is waited for, so that servers and database may be started in any order. No
/// door is open meanwhile, which tells a load balancer what there is to know.
async fn open_once_there(config: &Config) -> anyhow::Result<House> {
    let mut said: Option<Instant> = None;
    loop {
        match House::open(&config.place, config.trusted_proxies.clone()).await {
            Err(error) if books::are_away(&error) => {
                if said.is_none_or(|at| at.elapsed() >= SAID) {
                    tracing::warn!("waiting for the database before any door is opened: {error:#}");
                    said = Some(Instant::now());
                }
                tokio::time::sleep(ASKED).await;
            }
            opened => return opened,
        }
    }
}

/// How mails go out of a server that listens there.
pub(crate) fn post(config: &Config, address: &str) -> anyhow::Result<Post> {
    // An address that stands for all of them leads nowhere.
    let here = address.replace("//0.0.0.0:", "//localhost:").replace("//[::]:", "//localhost:");
    let pages = config.public_url.clone().unwrap_or(here);
    let host = pages.split("//").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().filter(|host| host.contains(|letter: char| letter.is_ascii_alphabetic()));
    let from = config.mail.from.clone().unwrap_or_else(|| format!("seatkeeper@{}", host.unwrap_or("localhost")));
    let post = match &config.mail.server {
        Some(server) => Post::server(server.expose(), &from, &pages),
        None => Post::files(config.place.data.join("mail"), &from, &pages),
    };
    post.map_err(|wrong| anyhow::anyhow!("mails cannot be sent: {wrong}"))
}

/// Where nobody can sign in yet who manages the others, says how the first is made.
async fn welcome(house: &House, post: &Post) -> anyhow::Result<()> {
    if let Some(link) = house.service.first_link().await? {
        let pages = post.address();
        out::line(&format!("first administrator {pages}/link/{link}"))?;
        tracing::info!("nobody manages people here yet: the link on standard output makes the first administrator");
    }
    Ok(())
}

/// The threads that requests run on.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads for requests")
}

/// Ready when the system or somebody at the terminal wants the server to end.
pub(crate) fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop: finishing what was accepted");
    })
}

/// The two doors of a server: the network's and the owner's.
pub(crate) struct Doors {
    network: Server,
    owner: Server,
    /// Where the network's is: `https://0.0.0.0:443`.
    pub(crate) address: String,
    /// Where people reach it, if the configuration says.
    public_url: Option<String>,
}

impl Doors {
    /// Listens. The books must be open: a socket that a dead server left in the data folder is replaced.
    pub(crate) fn open(config: &Config) -> anyhow::Result<Self> {
        let owner = Server::bind_local(&config.place.data.join(SOCKET))?;
        let tls = config.tls.clone();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let network = Server::bind(&Listen {
            address: config.listen,
            tls: tls.map(|files| TlsFiles { certificate: files.certificate, key: files.key }),
            insecure_http: config.insecure_http,
            max_connections: config.max_connections,
        })?;
        let address = network.local_addr().context("the network's door has no address")?;
        let address = format!("{scheme}://{address}");
        Ok(Self { network, owner, address, public_url: config.public_url.clone() })
    }

    /// Answers until `stop`, then finishes what was accepted.
    pub(crate) async fn serve(self, house: &House, post: Post, stop: impl Future<Output = ()>) {
        let jobs = Jobs::start(house.service.clone(), Some(post));
        let (tell, told) = watch::channel(());
        let closed = |mut told: watch::Receiver<()>| async move {
            let _ = told.changed().await;
        };
        let network = self.network.serve(house.router(self.public_url), closed(told.clone()));
        let owner = self.owner.serve(house.owners_router(), closed(told));
        let stopping = async {
            stop.await;
            drop(jobs);
            house.service.end_news();
            drop(tell);
        };
        tokio::join!(network, owner, stopping);
    }
}
