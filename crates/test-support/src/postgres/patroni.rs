//! PostgreSQL that outlives its leader: two nodes under Patroni, with etcd to agree by, each a process of the test's own.
//! Knows how they are set up, and nothing of what is kept in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{create_database, installed, psql, try_psql};
use crate::port::free_port;
use crate::tree::{children, kill_tree};
use crate::{BOUND, Http, Process, until};

/// A leader and a standby that has every commit before it is acknowledged. Killed when dropped.
#[derive(Debug)]
pub struct PatroniPair {
    nodes: [Node; 2],
    _etcd: Process,
    // After all that write to it: fields are dropped in this order.
    _folder: TempDir,
}

impl PatroniPair {
    /// Both up, the standby level with the leader.
    #[track_caller]
    pub fn start() -> Self {
        let folder = installed::folder();
        let (etcd, coordinator) = etcd(folder.path());
        let nodes = ["one", "two"].map(|name| Node::start(name, folder.path(), &coordinator));
        let pair = Self { nodes, _etcd: etcd, _folder: folder };
        pair.come_level();
        pair
    }

    /// Waits for a leader, and a standby that is level with it.
    #[track_caller]
    fn come_level(&self) {
        until(2 * BOUND, "a leader and its standby", || {
            let roles = self.roles();
            (roles.contains(&"leader".to_owned()) && roles.contains(&"sync_standby".to_owned())).then_some(())
        });
    }

    /// Where a database is, whoever leads: both nodes' addresses, of which a client takes the one that it can write to.
    pub fn url(&self, database: &str) -> String {
        let [one, two] = self.nodes.each_ref().map(|node| node.port);
        format!("postgres://postgres@127.0.0.1:{one},127.0.0.1:{two}/{database}?target_session_attrs=read-write")
    }

    /// Makes an empty database and returns its name. Both nodes have it: libpq asks no other node where one does not know it.
    #[track_caller]
    pub fn create_database(&self) -> String {
        let name = create_database(&self.url("postgres"));
        for node in &self.nodes {
            let url = format!("postgres://postgres@127.0.0.1:{}/{name}", node.port);
            until(BOUND, "the standby to have the database", || try_psql(&url, "SELECT 1").ok());
        }
        name
    }

    /// What `psql` prints for these statements in a database of the leader's, one row a line.
    #[track_caller]
    pub fn psql(&self, database: &str, sql: &str) -> String {
        psql(&self.url(database), sql)
    }

    /// Lets the leader and the standby change places, as for an upgrade, and waits until they are level again.
    #[track_caller]
    pub fn hand_over(&self) {
        let leads = |node: &&Node| node.answers("/primary");
        let leader = self.nodes.iter().find(leads).expect("somebody leads");
        let answer = leader.asked_at.post("/switchover", &json!({ "leader": leader.name }));
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.come_level();
    }

    /// Ends the leader as a power cut of its machine would: its Patroni, its postmaster and every backend.
    #[track_caller]
    pub fn kill_leader(&mut self) {
        let leads = |node: &&mut Node| node.answers("/primary");
        self.nodes.iter_mut().find(leads).expect("somebody leads").kill9();
    }

    /// Stops what takes in at the standby what the leader writes, or lets it go on. The leader hears nothing of either.
    #[track_caller]
    pub fn let_standby_hear(&self, hear: bool) {
        let standby = self.nodes.iter().find(|node| node.answers("/replica")).expect("somebody stands by");
        let postmaster = standby.postmaster().expect("it runs");
        let title = |id: Pid| fs::read_to_string(format!("/proc/{}/cmdline", id.as_raw_pid())).unwrap_or_default();
        let receiver = children(postmaster).find(|id| title(*id).contains("walreceiver")).expect("it hears the leader");
        kill_process(receiver, if hear { Signal::CONT } else { Signal::STOP }).expect("it runs");
    }

    /// Who is what, as the nodes that run tell: `leader`, `sync_standby`, `replica`.
    fn roles(&self) -> Vec<String> {
        let cluster = self.nodes.iter().find_map(|node| node.ask("/cluster")).unwrap_or_default();
        let members = cluster["members"].as_array().cloned().unwrap_or_default();
        let streams = members.iter().filter(|member| matches!(member["state"].as_str(), Some("running" | "streaming")));
        streams.filter_map(|member| member["role"].as_str()).map(str::to_owned).collect()
    }
}

/// One PostgreSQL with the Patroni that leads it.
#[derive(Debug)]
struct Node {
    name: &'static str,
    patroni: Process,
    data: PathBuf,
    port: u16,
    asked_at: Http,
}

impl Node {
    #[track_caller]
    fn start(name: &'static str, folder: &Path, coordinator: &str) -> Self {
        let (data, port, asked_at) = (folder.join(name), free_port(), format!("127.0.0.1:{}", free_port()));
        let config = folder.join(format!("{name}.json"));
        fs::write(&config, settings(name, &data, port, &asked_at, coordinator).to_string()).expect("a file");
        let mut command = Command::new("patroni");
        installed::detached_from_us(&mut command);
        let patroni = Process::start(command.arg(&config).current_dir(folder));
        Self { name, patroni, data, port, asked_at: Http::new(&format!("http://{asked_at}")) }
    }

    /// What its Patroni answers, if it does.
    fn ask(&self, path: &str) -> Option<Value> {
        Some(self.asked_at.attempt("GET", path, None).ok()?.json())
    }

    fn answers(&self, path: &str) -> bool {
        self.asked_at.attempt("GET", path, None).is_ok_and(|answer| answer.status == 200)
    }

    /// Its Patroni first, or that would start the rest again.
    #[track_caller]
    fn kill9(&mut self) {
        self.patroni.kill9();
        self.postmaster().into_iter().for_each(kill_tree);
    }

    /// No child of Patroni's, but a process for itself: its file says which, and is gone when it has ended.
    fn postmaster(&self) -> Option<Pid> {
        let file = fs::read_to_string(self.data.join("postmaster.pid")).ok()?;
        Pid::from_raw(file.lines().next()?.parse().ok()?)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// As quick to fail over as Patroni lets itself be told, but for `retry_timeout`, which a busy machine may need.
fn settings(name: &str, data: &Path, port: u16, asked_at: &str, coordinator: &str) -> Value {
    let listen = format!("127.0.0.1:{port}");
    let programs = installed::program("postgres");
    let programs = Path::new(programs.get_program()).parent().expect("it stands in a folder");
    json!({
        "scope": "seatkeeper", "name": name,
        "restapi": { "listen": asked_at, "connect_address": asked_at },
        "etcd3": { "host": coordinator },
        "bootstrap": {
            "dcs": {
                "ttl": 20, "loop_wait": 2, "retry_timeout": 4, "synchronous_mode": true,
                "postgresql": { "use_pg_rewind": true, "use_slots": true },
            },
            "initdb": [{ "auth": "trust" }, { "encoding": "UTF8" }, "no-locale", "no-sync"],
        },
        "postgresql": {
            "listen": listen, "connect_address": listen, "data_dir": data, "bin_dir": programs,
            "authentication": {
                "superuser": { "username": "postgres" },
                "replication": { "username": "postgres" },
                "rewind": { "username": "postgres" },
            },
            "parameters": { "unix_socket_directories": ".", "max_connections": 100 },
            "pg_hba": [
                "local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust",
            ],
        },
    })
}

/// An etcd of one member, and where it is asked.
#[track_caller]
fn etcd(folder: &Path) -> (Process, String) {
    let [clients, peers] = [(), ()].map(|()| format!("127.0.0.1:{}", free_port()));
    let (for_clients, for_peers) = (format!("http://{clients}"), format!("http://{peers}"));
    let mut command = Command::new("etcd");
    installed::detached_from_us(&mut command);
    command.args(["--name", "etcd", "--data-dir", "etcd", "--initial-cluster", &format!("etcd={for_peers}")]);
    command.args(["--listen-client-urls", &for_clients, "--advertise-client-urls", &for_clients]);
    command.args(["--listen-peer-urls", &for_peers, "--initial-advertise-peer-urls", &for_peers]);
    let mut etcd = Process::start(command.current_dir(folder));
    let http = Http::new(&for_clients);
    until(BOUND, "etcd to be healthy", || {
        assert!(etcd.is_running(), "etcd ended: {}", etcd.stderr());
        http.attempt("GET", "/health", None).is_ok_and(|answer| answer.status == 200).then_some(())
    });
    (etcd, clients)
}
