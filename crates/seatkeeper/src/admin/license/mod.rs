//! `seatkeeper license …`: what was sold.

mod blocks;
mod export;
mod import;
mod issue;
mod keys;
mod show;
mod status;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Desk, Length, Verb};

/// What can be done to licences.
#[derive(Debug, Subcommand)]
pub(crate) enum LicenseVerb {
    /// Issue a licence; prints its serial number and product key
    Issue(issue::Issue),
    /// List licences
    List(show::List),
    /// Show a licence
    Show(Named),
    /// Change a licence: seats, term, features, policy
    ///
    /// What is given takes the place of what was before; an empty word ('') is none. What is not given stays.
    Change(issue::Change),
    /// Pause a licence; seats are kept and resuming is enough
    Suspend(status::Suspend),
    /// Lift a pause
    Resume(status::Resume),
    /// End a licence for ever
    Revoke(status::Revoke),
    /// Put a new product key in place of one
    Reissue(keys::Reissue),
    /// List the product keys of a licence
    Keys(Named),
    /// Add a product key, change one, show one again, or print those of many licences
    #[command(subcommand)]
    Key(keys::KeyVerb),
    /// Shut a user or a device out of a licence (a leaver)
    Block(blocks::Block),
    /// List whom a licence shuts out
    Blocks(blocks::Blocks),
    /// Let a user or a device in again
    Unblock(blocks::Unblock),
    Import(import::Import),
}

/// A licence, as people name it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Named {
    /// Its serial number or id
    license: String,
}

impl Named {
    fn id(&self, desk: &Desk<'_>) -> anyhow::Result<Uuid> {
        desk.client.license_id(&self.license)
    }

    /// The path of the licence, or of what belongs to it: `keys`, `blocks`.
    fn path(&self, desk: &Desk<'_>, part: &str) -> anyhow::Result<String> {
        let id = self.id(desk)?;
        Ok(if part.is_empty() { format!("/v1/licenses/{id}") } else { format!("/v1/licenses/{id}/{part}") })
    }
}

impl Verb for LicenseVerb {
    fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        match self {
            LicenseVerb::Issue(issue) => issue.run(desk),
            LicenseVerb::List(list) => list.run(desk),
            LicenseVerb::Show(named) => show::page(desk, &desk.client.get(&named.path(desk, "")?, &[])?),
            LicenseVerb::Change(change) => change.run(desk),
            LicenseVerb::Suspend(suspend) => suspend.run(desk),
            LicenseVerb::Resume(resume) => resume.run(desk),
            LicenseVerb::Revoke(revoke) => revoke.run(desk),
            LicenseVerb::Reissue(reissue) => reissue.run(desk),
            LicenseVerb::Keys(named) => keys::list(named, desk),
            LicenseVerb::Key(verb) => verb.run(desk),
            LicenseVerb::Block(block) => block.run(desk),
            LicenseVerb::Blocks(blocks) => blocks.run(desk),
            LicenseVerb::Unblock(unblock) => unblock.run(desk),
            LicenseVerb::Import(import) => import.run(desk),
        }
    }
}
