//! Care of the books on the server's own machine: backup, restore, check. Knows nothing of what is in them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use jiff::Timestamp;
use seatkeeper_protocol::admin::{self, Finding, TaskLine};
use seatkeeper_store::SteadyClock;
use seatkeeper_store_postgres::{Database, PostgresMigration};
use seatkeeper_store_sqlite::{RestoreError, restore};
use serde::Serialize;
use serde_json::json;

use crate::admin::local;
use crate::failure::WrongWords;
use crate::out::{self, Out, printable};
use crate::place::{BooksAt, Place, PlaceArgs};

/// Copy the books to a file, also while the server runs
///
/// They are copied as they are at one instant, to a new file that is its owner's alone.
///
/// The master secret in DIR/master.key is not part of it: without it what is sealed in the books (product keys, signing keys)
/// cannot be opened. Keep a copy of it apart from the backups.
///
/// Books in a database are backed up by its own tools (pg_dump, pgBackRest); this command says so and does nothing.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: PlaceArgs,
    /// The new file; there must be nothing yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Put a backup in the place of the books, whole or not at all; the server must not run
///
/// Seats that were taken after the backup was made are adopted when their programs next refresh. Where the data folder is new,
/// copy master.key and root.key (or root.pub) of the server that the backup comes from into it.
///
/// Books in a database are restored by its own tools, with every server stopped; then, before the first is started again,
/// `restore --database URL` counts the restore, so that what programs hold from before it is told from a copy.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    place: PlaceArgs,
    /// The backup; none for books in a database
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Let go of the books that are there
    #[arg(long)]
    replace: bool,
}

/// Read all the books and say what is wrong with them, also while the server runs
///
/// Looks at the file, the counters against the rows, every chain of events, and names against what the chains say. Ends with 1
/// where something is wrong.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    place: PlaceArgs,
}

impl Backup {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let place = self.place.place()?;
        if place.books != BooksAt::Folder {
            bail!(
                "{ITS_OWN_TOOLS} back it up with pg_dump or pgBackRest, and keep copies of master.key and the root key apart from that"
            );
        }
        // The server has a working folder of its own.
        let to = std::path::absolute(&self.to)?;
        let to = to.to_str().with_context(|| format!("{} is no text in UTF-8", to.display()))?;
        task(&place, "/local/backup", &admin::Backup { to: to.to_owned() })?;
        Ok(())
    }
}

impl Check {
    pub(crate) fn run(&self, out: Out) -> anyhow::Result<ExitCode> {
        let findings = task(&self.place.place()?, "/local/check", &json!({}))?;
        if out.json {
            out::line(&serde_json::to_string_pretty(&findings)?)?;
        } else {
            for finding in &findings {
                out::line(&printable(&format!("{}: {}", finding.what, finding.detail)))?;
            }
            eprintln!("{}", if findings.is_empty() { "The books are sound." } else { "The books are damaged." });
        }
        Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Restore {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let place = self.place.place()?;
        match (&place.books, &self.from) {
            (BooksAt::Folder, Some(from)) => self.put_back(from, &place.data),
            (BooksAt::Database(url), None) => counted(url.expose()),
            (BooksAt::Folder, None) => Err(WrongWords("which backup? Name its file with --from".to_owned()).into()),
            (BooksAt::Database(_), Some(_)) => Err(WrongWords(format!(
                "{ITS_OWN_TOOLS} restore it with those, every server stopped, then say `seatkeeper restore` without --from"
            ))
            .into()),
        }
    }

    fn put_back(&self, from: &Path, data: &Path) -> anyhow::Result<()> {
        let clock = SteadyClock::starting(Timestamp::UNIX_EPOCH);
        let bar = out::bar();
        let restored = restore(from, data, self.replace, &clock, &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        restored.map_err(|error| match error {
            RestoreError::NotEmpty { .. } => {
                anyhow!(
                    "there are books in {} already: name another folder, or let them go with --replace",
                    data.display()
                )
            }
            other => other.into(),
        })?;
        for name in ["master.key", "root.key"] {
            remind(data, name);
        }
        Ok(())
    }
}

const ITS_OWN_TOOLS: &str = "the books are in a database, which has tools of its own:";

/// Counts that a database was restored, which its own tools cannot know.
fn counted(url: &str) -> anyhow::Result<()> {
    // Looks, as a move does, that no server has them: it would go on in the epoch before.
    drop(PostgresMigration::from(url)?);
    let epoch = Database::open(url)?.new_epoch()?;
    eprintln!(
        "The books are in epoch {epoch} now: seats that were taken after the backup are adopted when programs refresh."
    );
    Ok(())
}

/// Without its secrets a restored server does not start, or makes others that no program believes.
fn remind(data: &Path, name: &str) {
    let elsewhere = name == "root.key" && data.join("root.pub").exists();
    if !elsewhere && !data.join(name).exists() {
        eprintln!(
            "Before the first start, copy {name} of the server that the backup comes from into {}.",
            data.display()
        );
    }
}

/// Has the server do what takes long, and shows how far it is.
fn task(place: &Place, path: &str, body: &impl Serialize) -> anyhow::Result<Vec<Finding>> {
    let connected = local(place)?;
    let answer = connected.client.stream(path, body)?;
    let bar = out::bar();
    for line in BufReader::new(answer.into_body().into_reader()).lines() {
        match serde_json::from_str(&line.context("the server broke off")?)? {
            TaskLine::Progress { done, total } => {
                bar.set_length(total);
                bar.set_position(done);
            }
            TaskLine::Finished { findings } => {
                bar.finish_and_clear();
                return Ok(findings);
            }
            TaskLine::Failed(problem) => return Err(problem.into()),
        }
    }
    bail!("the server broke off")
}
