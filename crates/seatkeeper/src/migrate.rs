//! `seatkeeper migrate`: all books from a folder to a database, or back. Says where from, where to and how far it is; the
//! engines do the rest.

use std::path::PathBuf;

use clap::Args;
use seatkeeper_protocol::Secret;
use seatkeeper_store::migrate::{Source, Target, copy};
use seatkeeper_store_postgres::PostgresMigration;
use seatkeeper_store_sqlite::SqliteMigration;

use crate::failure::WrongWords;
use crate::out;
use crate::place::{BooksAt, unread};

/// Move all books from a data folder to a PostgreSQL database, or back; no server may run on either
///
/// Every row is copied, and at the end every row is compared; until then nobody can serve the copy. What broke off is gone on
/// with by saying the same again. What the books are copied from stays as it is, and must not be served any more.
///
/// The secrets are not among the books: a server needs the master.key and root.key (or root.pub) that they were begun with in
/// its data folder.
#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    /// Where the books are: a data folder, or postgres://…
    #[arg(long, value_name = "DIR|URL", value_parser = unread)]
    from: Secret,
    /// Where they are to be: a data folder, or postgres://…
    #[arg(long, value_name = "DIR|URL", value_parser = unread)]
    to: Secret,
}

/// One end of a move.
#[derive(Debug)]
enum End {
    Folder(PathBuf),
    /// Its address holds a password.
    Database(Secret),
}

fn end(named: &Secret) -> Result<End, WrongWords> {
    match BooksAt::parse(named.expose()) {
        Ok(BooksAt::Database(url)) => Ok(End::Database(url)),
        Err(wrong) if named.expose().contains("://") => Err(WrongWords(format!("the database {wrong}"))),
        _ => Ok(End::Folder(named.expose().into())),
    }
}

/// Moves them.
pub(crate) fn run(args: &MigrateArgs) -> anyhow::Result<()> {
    let (from, to) = (end(&args.from)?, end(&args.to)?);
    let mut source: Box<dyn Source> = match &from {
        End::Folder(dir) => Box::new(SqliteMigration::from(dir)?),
        End::Database(url) => Box::new(PostgresMigration::from(url.expose())?),
    };
    let mut target: Box<dyn Target> = match &to {
        End::Folder(dir) => Box::new(SqliteMigration::to(dir)?),
        End::Database(url) => Box::new(PostgresMigration::to(url.expose())?),
    };
    let bar = out::bar();
    let copied = copy(&mut *source, &mut *target, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    copied?;
    match &to {
        End::Folder(dir) => eprintln!(
            "The books are in {0} now. Before `seatkeeper serve --data {0}`, copy master.key and root.key (or root.pub) there.",
            dir.display()
        ),
        End::Database(_) => eprintln!(
            "The books are in the database now: serve them with SEATKEEPER_DATABASE or `database` in the configuration, and the \
             data folder whose secrets they were begun with."
        ),
    }
    eprintln!("Those they were copied from are as they were. Put them away: served again, they would go another way.");
    Ok(())
}
