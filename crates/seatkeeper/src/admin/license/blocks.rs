//! Whom a licence shuts out: a user who left, a device that is gone.

use clap::Args;
use seatkeeper_protocol::admin::{self, BlockNew};
use uuid::Uuid;

use super::{Desk, Length, Named};
use crate::admin::{Listing, Names, Why};
use crate::arguments::shown_instant;
use crate::out::table;

#[derive(Debug, Args)]
pub(crate) struct Block {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    why: Why,
}

/// Who is shut out: exactly one.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// The user's name, whatever its case
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The device, by its activation's id
    #[arg(long, value_name = "ID")]
    device: Option<Uuid>,
}

#[derive(Debug, Args)]
pub(crate) struct Blocks {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    length: Length,
}

#[derive(Debug, Args)]
pub(crate) struct Unblock {
    #[command(flatten)]
    named: Named,
    /// The block's id, as `license blocks` shows it
    block: Uuid,
}

const HEAD: &[&str] = &["user", "device", "reason", "since", "id"];
const NONE: &str = "Nobody is shut out.";

impl Block {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let Who { user, device } = self.who.clone();
        let new = BlockNew { user, device, reason: self.why.body().reason };
        let answer = desk.client.post(&self.named.path(desk, "blocks")?, &new)?;
        desk.show(&answer, |block| table(HEAD, [row(&block, &Names::default())]))
    }
}

impl Blocks {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        let path = &self.named.path(desk, "blocks")?;
        desk.list(&Listing { path, query: &[], head: HEAD, of: None, none: NONE }, &self.length, row)
    }
}

impl Unblock {
    pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
        desk.client.delete(&self.named.path(desk, &format!("blocks/{}", self.block))?)?;
        Ok(())
    }
}

fn row(block: &admin::Block, _: &Names) -> Vec<String> {
    vec![
        block.user.clone().unwrap_or_default(),
        block.device.map(|id| id.to_string()).unwrap_or_default(),
        block.reason.clone(),
        shown_instant(block.created_at),
        block.id.to_string(),
    ]
}
