//! The pages, on the books of a large vendor: how long the server takes for each, and how much of it travels.

use std::fmt::Write;
use std::fs;
use std::iter::repeat_n;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use seatkeeper_test_support::{Http, Server, Start, binary};
use tempfile::TempDir;

use super::{Plan, tell};
use crate::direct::Direct;
use crate::machine;
use crate::report::{Figure, Goal, Section};

/// Sessions of each customer; one has a tenth of all.
const EACH: u32 = 20;

/// Requests for each page and run, after a few that do not count.
const ASKED: usize = 100;
const WARM: usize = 5;

const PASSWORD: &str = "heron quartz 91 lantern";

/// What the vendor's people look at, with the largest customer and its licence where an id stands.
const VENDORS: &[&str] = &[
    "/overview",
    "/sessions",
    "/sessions?q=user.0",
    "/customers",
    "/customers?q=example",
    "/customers/{customer}",
    "/licenses",
    "/licenses/{license}",
    "/licenses/{license}/devices",
    "/denials",
    "/reports",
    "/activity",
];

/// What the people of the largest customer look at.
const CUSTOMERS: &[&str] = &[
    "/overview",
    "/sessions",
    "/sessions?q=user.0",
    "/licenses",
    "/licenses/{license}",
    "/denials",
    "/reports",
    "/activity",
];

pub(crate) fn measure(plan: &Plan) -> Result<Section> {
    let house = House::fill(plan)?;
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
    let slowest = |run: usize| pages.iter().map(|page| page.p95[run]).fold(0.0, f64::max);
    let slowest = Figure::new("p95 of the slowest page", "ms", (0..plan.runs as usize).map(slowest).collect());
    let heaviest = pages.iter().map(|page| page.bytes).max().unwrap_or_default() as f64 / 1e3;
    tell("p95 of the slowest page, ms", slowest.median());
    tell("the heaviest page, kB", heaviest);
    let sessions = plan.many;
    Ok(Section {
        title: "Pages",
        method: format!(
            "{sessions} live sessions of {} customers, a tenth of them of one, on the embedded store. Each page is asked for \
             {ASKED} times a run, one after the other, over a connection of its own, without TLS, by somebody who is \
             signed in; connecting included. Nothing is compressed.",
            customers(plan) + 1,
        ),
        figures: vec![
            slowest.goal(Goal::AtMost(50.0)),
            Figure::new("weight of the heaviest page", "kB", vec![heaviest]).goal(Goal::AtMost(150.0)),
        ],
        notes: table(&pages),
    })
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
    server: Server,
    vendor: String,
    owner: String,
    customer: String,
    license: String,
    _folder: TempDir,
}

fn customers(plan: &Plan) -> u32 {
    plan.many / EACH
}

impl House {
    fn fill(plan: &Plan) -> Result<Self> {
        let folder = machine::folder()?;
        let data = folder.path().join("data");
        let mut server = Start::default().data(&data).ready();
        // What the server makes at its first start is made; the rest is written beside it, which is quicker.
        server.stop();
        let mut direct = Direct::fresh(&data)?;
        let large = direct.pool(plan.many)?;
        let pools = direct.customers(customers(plan), EACH)?;
        let of_large = repeat_n(large, plan.many as usize / 10);
        let of_others = pools.iter().flat_map(|pool| repeat_n(*pool, EACH as usize)).take(plan.many as usize * 9 / 10);
        let devices = direct.devices(of_large.chain(of_others))?;
        direct.take(&devices)?;
        let (customer, license) = (direct.customer_id.0.to_string(), large.license_id.0.to_string());
        drop(direct);
        server.restart();
        let vendor = signed_in(&server, "admin@example.com", &["--role", "admin"])?;
        let owner = signed_in(&server, "owner@example.com", &["--role", "owner", "--customer", &customer])?;
        Ok(Self { server, vendor, owner, customer, license, _folder: folder })
    }

    fn at(&self, path: &str) -> String {
        path.replace("{customer}", &self.customer).replace("{license}", &self.license)
    }
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
