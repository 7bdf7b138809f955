//! The pages, on the books of a large vendor in each engine: how long the server takes for each, and how much of it travels.

use std::fmt::Write;
use std::fs;
use std::iter::repeat_n;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use seatkeeper_store::{Clock, Writer};
use seatkeeper_store_postgres::Database;
use seatkeeper_test_support::{Http, Postgres, Server, Start, binary};
use tempfile::TempDir;

use super::{Engine, Plan, tell};
use crate::direct::Direct;
use crate::machine;
use crate::orders::Orders;
use crate::report::{Figure, Goal, Section};

/// Sessions of each customer; one has half of all, in one pool.
const EACH: u32 = 10;

/// Licences of each customer, all but one with nobody on them.
const LICENSES: u32 = 4;

/// Requests for each page and run, after a few that do not count.
const ASKED: usize = 100;
const WARM: usize = 5;

const PASSWORD: &str = "heron quartz 91 lantern";

/// What the vendor's people look at, with the largest customer, its licence and what belongs to it where an id stands.
const VENDORS: &[&str] = &[
    "/overview",
    "/sessions",
    "/sessions?q=user.0",
    "/sessions?q=nobody-is-called-that",
    "/customers",
    "/customers?q=example",
    "/customers?q=nobody-is-called-that",
    "/customers/{customer}",
    "/customers/{customer}/edit",
    "/customers/{customer}/issue",
    "/issue",
    "/licenses",
    "/licenses?q=7A",
    "/licenses?q=nothing-is-called-that",
    "/licenses?order=ends",
    "/licenses/{license}",
    "/licenses/{license}/devices",
    "/licenses/{license}/devices?q=-77",
    "/licenses/{license}/devices?q=nothing-is-called-that",
    "/licenses/{license}/keys",
    "/licenses/{license}/keys/{key}/reissue",
    "/licenses/{license}/deploy",
    "/licenses/{license}/blocks",
    "/licenses/{license}/held",
    "/licenses/{license}/seats",
    "/licenses/{license}/policy",
    "/sessions?license={license}",
    "/devices/{device}",
    "/users/{user}",
    "/denials",
    "/denials?license={license}",
    "/requests",
    "/asks",
    "/products",
    "/reports",
    "/reports?license={license}",
    "/activity",
    "/activity?license={license}&about=all",
    "/search?q=user.0",
    "/imports",
    "/people",
    "/server",
    "/tokens",
    "/signing-keys",
    "/account",
];

/// What the people of the largest customer look at.
const CUSTOMERS: &[&str] = &[
    "/overview",
    "/sessions",
    "/sessions?q=user.0",
    "/licenses",
    "/licenses/{license}",
    "/licenses/{license}/ask",
    "/users/{user}",
    "/sessions/release/all?license={license}",
    "/free",
    "/denials",
    "/reports",
    "/reports?license={license}",
    "/people",
    "/activity",
];

pub(crate) fn measure(plan: &Plan) -> Result<Section> {
    let (mut figures, mut notes) = (Vec::new(), Vec::new());
    let mut heaviest = 0;
    for engine in Engine::ALL {
        // One after the other: each has the machine for itself.
        let pages = on(engine, plan)?;
        let slowest = |run: usize| pages.iter().map(|page| page.p95[run]).fold(0.0, f64::max);
        let what = format!("p95 of the slowest page, {}", engine.name());
        let slowest = Figure::new(&what, "ms", (0..plan.runs as usize).map(slowest).collect());
        tell(&format!("{what}, ms"), slowest.median());
        figures.push(slowest.goal(Goal::AtMost(50.0)));
        heaviest = pages.iter().map(|page| page.bytes).max().unwrap_or_default().max(heaviest);
        notes.push(format!("{}:\n\n{}", engine.name(), table(&pages)));
    }
    let heaviest = heaviest as f64 / 1e3;
    tell("the heaviest page, kB", heaviest);
    figures.push(Figure::new("weight of the heaviest page", "kB", vec![heaviest]).goal(Goal::AtMost(150.0)));
    let (sessions, customers) = (plan.many, customers(plan));
    Ok(Section {
        title: "Pages",
        method: format!(
            "{sessions} live sessions of {} customers with {} licences, half of the sessions on the devices of one pool; \
             PostgreSQL with its own settings, after the `ANALYZE` that it does by itself within minutes. Each page is asked \
             for {ASKED} times a run, one after the other, over a connection of its own, without TLS, by somebody who is \
             signed in; connecting included. Nothing is compressed.",
            customers + 1,
            customers * LICENSES + 1,
        ),
        figures,
        notes: notes.join("\n"),
    })
}

/// All pages on one engine.
fn on(engine: Engine, plan: &Plan) -> Result<Vec<Page>> {
    let house = House::fill(engine, plan)?;
    let mut pages: Vec<Page> = Vec::new();
    for (who, cookie, paths) in [("vendor", &house.vendor, VENDORS), ("customer", &house.owner, CUSTOMERS)] {
        let http = house.server.http().header("Cookie", cookie);
        for path in paths {
            pages.push(Page {
                who,
                path,
                at: house.at(path),
                http: http.clone(),
                p50: Vec::new(),
                p95: Vec::new(),
                bytes: 0,
            });
        }
    }
    for _ in 0..plan.runs {
        for page in &mut pages {
            page.measure()?;
        }
    }
    Ok(pages)
}

/// A page, as one of its readers asks for it.
struct Page {
    who: &'static str,
    path: &'static str,
    at: String,
    http: Http,
    /// Milliseconds, one a run.
    p50: Vec<f64>,
    p95: Vec<f64>,
    bytes: usize,
}

impl Page {
    fn measure(&mut self) -> Result<()> {
        let mut millis = Vec::with_capacity(ASKED);
        for number in 0..WARM + ASKED {
            let start = Instant::now();
            let answer = self.http.get(&self.at);
            let took = start.elapsed().as_secs_f64() * 1e3;
            ensure!(answer.status == 200, "{} answered {}", self.at, answer.status);
            self.bytes = answer.body.len();
            if number >= WARM {
                millis.push(took);
            }
        }
        millis.sort_by(f64::total_cmp);
        self.p50.push(millis[ASKED / 2]);
        self.p95.push(millis[ASKED * 95 / 100]);
        Ok(())
    }
}

fn table(pages: &[Page]) -> String {
    let mut table = "| page | for | p50 | p95 | weight |\n|---|---|---|---|---|\n".to_owned();
    for page in pages {
        let median = |runs: &[f64]| Figure::new("", "ms", runs.to_vec()).median();
        let (p50, p95, weight) = (median(&page.p50), median(&page.p95), page.bytes as f64 / 1e3);
        let _ = writeln!(table, "| `{}` | {} | {p50:.1} ms | {p95:.1} ms | {weight:.0} kB |", page.path, page.who);
    }
    table
}

/// A server with everything on it, and the cookies of those who look.
struct House {
    // Before what it writes to: fields are dropped in this order.
    server: Server,
    vendor: String,
    owner: String,
    customer: String,
    license: String,
    /// One of the licence's keys, its newest device, and whoever took a seat first with the way to them.
    key: String,
    device: String,
    user: String,
    _folder: TempDir,
    _postgres: Option<Postgres>,
}

/// Half of all.
fn in_one_pool(plan: &Plan) -> u32 {
    plan.many / 2
}

fn customers(plan: &Plan) -> u32 {
    (plan.many - in_one_pool(plan)) / EACH
}

impl House {
    fn fill(engine: Engine, plan: &Plan) -> Result<Self> {
        let folder = machine::folder()?;
        let data = folder.path().join("data");
        let postgres = matches!(engine, Engine::Postgres).then(Postgres::start);
        let database = postgres.as_ref().map(|postgres| (postgres, postgres.create_database()));
        let url = database.as_ref().map(|(postgres, database)| postgres.url(database));
        let start = Start::default().data(&data);
        let mut server = url.iter().fold(start, |start, url| start.database(url)).ready();
        // What the server makes at its first start is made; the rest is written beside it, which is quicker.
        server.stop();
        let (customer, license) = match &url {
            None => written(Direct::fresh(&data)?, plan)?,
            Some(url) => {
                let database = Database::open(url)?;
                let clock: Arc<dyn Clock> = Arc::new(database.clock());
                let writer = database.writers(&clock, 1).pop().context("no writer")?;
                written(Direct::on(writer, Orders::from(clock.now()))?, plan)?
            }
        };
        if let Some((postgres, database)) = &database {
            postgres.psql(database, "ANALYZE");
        }
        server.restart();
        let vendor = signed_in(&server, "admin@example.com", &["--role", "admin"])?;
        let owner = signed_in(&server, "owner@example.com", &["--role", "owner", "--customer", &customer])?;
        let page = |path: &str| server.http().header("Cookie", &owner).get(path).body;
        let key = linked(&page(&format!("/licenses/{license}/keys")), &format!("/licenses/{license}/keys/"), "/\"")?;
        let device = linked(&page(&format!("/licenses/{license}/devices")), "\"/devices/", "\"")?;
        let user = linked(&page("/sessions"), "\"/users/", "\"")?;
        Ok(Self { server, vendor, owner, customer, license, key, device, user, _folder: folder, _postgres: postgres })
    }

    fn at(&self, path: &str) -> String {
        let ids = [("customer", &self.customer), ("license", &self.license), ("key", &self.key)];
        let more = [("device", &self.device), ("user", &self.user)];
        ids.iter().chain(&more).fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id))
    }
}

/// What follows some words on a page, up to one of these letters.
fn linked(page: &str, after: &str, ends: &str) -> Result<String> {
    let places = page.split(after).skip(1).filter_map(|rest| rest.split(|letter| ends.contains(letter)).next());
    let found = places.map(str::to_owned).find(|found| found.len() >= 36);
    found.with_context(|| format!("the page leads to no {after}"))
}

/// Writes the books; the largest customer and its licence.
fn written<W: Writer>(mut direct: Direct<W>, plan: &Plan) -> Result<(String, String)> {
    let large = direct.pool(plan.many)?;
    let pools = direct.customers(customers(plan), EACH)?;
    direct.unused(&pools, LICENSES - 1)?;
    let of_large = repeat_n(large, in_one_pool(plan) as usize);
    let of_others = pools.iter().flat_map(|pool| repeat_n(*pool, EACH as usize));
    let devices = direct.devices(of_large.chain(of_others))?;
    direct.take(&devices)?;
    Ok((direct.customer_id.0.to_string(), large.license_id.0.to_string()))
}

/// The cookie of somebody for whom an account is made.
fn signed_in(server: &Server, email: &str, words: &[&str]) -> Result<String> {
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), PASSWORD)?;
    let mut command = Command::new(binary("seatkeeper"));
    command.args(["account", "invite", "--name", "Ada Lund", "--email", email]).args(words);
    let made = command.arg("--data").arg(server.data()).arg("--password-file").arg(file.path()).output()?;
    ensure!(made.status.success(), "no account: {}", String::from_utf8_lossy(&made.stderr));
    let answer = server.http().form("/sign-in", &[("email", email), ("password", PASSWORD)]);
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let kept =
        cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("__Host-seatkeeper="));
    kept.map(str::to_owned).with_context(|| format!("{email} was not signed in: {}", answer.status))
}
