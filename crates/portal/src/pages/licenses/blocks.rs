//! People and devices that a licence no longer admits: a leaver, a lost laptop.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::{Form, Query};
use seatkeeper_domain::block::{Block, Blocked};
use seatkeeper_domain::decide::{Block as PutBlock, Unblock};
use seatkeeper_domain::holder::fold;
use seatkeeper_domain::id::{ActivationId, BlockId, LicenseId};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::read::Page as Part;
use seatkeeper_service::{Failure, Permission};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Of};
use crate::form::{self, Wrong};
use crate::named::Named;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, again, done, shown};
use crate::visitor::Visitor;
use crate::words::{When, length};

/// Rows on a page.
const ROWS: u32 = 50;
/// A person's name at most, and a reason, in characters.
const NAME: usize = 256;
const REASON: usize = 500;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<Uuid>,
    /// A device that is about to be blocked.
    device: Option<Uuid>,
}

/// The form as it was filled in: a user, or else a device.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    user: String,
    device: Option<Uuid>,
    reason: String,
}

#[derive(Template)]
#[template(path = "licenses/blocks.html")]
struct Page {
    shell: Shell,
    frame: Frame,
    rows: Vec<Row>,
    next: Option<Uuid>,
    may: bool,
    /// The device that is about to be blocked, by name.
    device: Option<String>,
    /// How soon an open program learns of it, and how long one without contact can go on.
    told_within: String,
    grace: String,
    form: Filled,
    wrong: Wrong,
}

struct Row {
    id: Uuid,
    who: String,
    device: bool,
    reason: String,
    since: When,
}

/// Those who are blocked, and a form to block another.
pub(crate) async fn list(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let form = Filled { device: asked.device, ..Filled::default() };
    shown(&page(&portal, &mut visitor, id, asked.after, form, Wrong::default()).await?)
}

/// Blocks somebody.
pub(crate) async fn put(
    State(portal): State<Portal>,
    mut visitor: Visitor,
    Named(id): Named<LicenseId>,
    Form(form): Form<Filled>,
) -> Answer {
    portal.service.license(&visitor.admin, id).await?;
    visitor.admin.may(Permission::Support)?;
    let mut wrong = Wrong::default();
    let who = match form.device {
        Some(device) => Blocked::Device(ActivationId(device)),
        None => Blocked::User(fold(&form.user)),
    };
    if form.device.is_none() && !(1..=NAME).contains(&form.user.trim().chars().count()) {
        wrong.note("user", format!("say who, in 1 to {NAME} characters"));
    }
    if !(1..=REASON).contains(&form.reason.trim().chars().count()) {
        wrong.note(
            "reason",
            format!("say why, in 1 to {REASON} characters: whoever reads the history later will want to know"),
        );
    }
    if wrong.is_empty() {
        let reason = form.reason.trim().to_owned();
        let block = PutBlock { id: portal.service.draw(), license_id: id, who, reason, finish: false };
        match portal.service.office_until_done(&visitor.admin, None, block).await {
            Ok(_) => return done(&format!("/licenses/{id}/blocks"), "Blocked. What they held is free again."),
            Err(failure) => wrong = Wrong::of(failure, &["user", "device"])?,
        }
    }
    again(&page(&portal, &mut visitor, id, None, form, wrong).await?)
}

async fn page(
    portal: &Portal,
    visitor: &mut Visitor,
    id: LicenseId,
    after: Option<Uuid>,
    form: Filled,
    wrong: Wrong,
) -> Result<Page, Refused> {
    let (frame, row) = Frame::read(portal, visitor, id, "blocks").await?;
    let device = match form.device {
        Some(device) => Some(device_name(portal, visitor, id, ActivationId(device)).await?),
        None => None,
    };
    let listed = portal.service.blocks(&visitor.admin, id, Part { after, limit: ROWS }).await?;
    let mut rows = Vec::new();
    for block in listed.items {
        let who = match &block.who {
            Blocked::User(user) => user.clone(),
            Blocked::Device(device) => device_name(portal, visitor, id, *device).await?,
        };
        rows.push(Row::of(&block, who, visitor));
    }
    let policy = &row.license.policy;
    Ok(Page {
        rows,
        next: listed.next,
        may: visitor.may(Permission::Support),
        device,
        told_within: length(policy.refresh_seconds.into()),
        grace: length(policy.grace_seconds.into()),
        form,
        wrong,
        shell: Shell::of(visitor, "/licenses", frame.title("Blocks")),
        frame,
    })
}

impl Row {
    fn of(block: &Block, who: String, visitor: &Visitor) -> Self {
        Self {
            id: block.id.0,
            who,
            device: matches!(block.who, Blocked::Device(_)),
            reason: block.reason.clone(),
            since: visitor.face.at(block.created_at),
        }
    }
}

/// The name of a device of this licence.
async fn device_name(
    portal: &Portal,
    visitor: &Visitor,
    license: LicenseId,
    device: ActivationId,
) -> Result<String, Refused> {
    let device = portal.service.activation(&visitor.admin, device).await?;
    if device.license_id != license {
        return Err(Refused::not_found());
    }
    Ok(device.names.device_name.unwrap_or_else(|| "a device whose name was erased".to_owned()))
}

/// Lets somebody in again.
pub(crate) async fn lift(
    State(portal): State<Portal>,
    visitor: Visitor,
    Of(license_id, block_id): Of<BlockId>,
    Form(form): Form<form::Filled>,
) -> Answer {
    form.sure()?;
    portal.service.license(&visitor.admin, license_id).await?;
    let list = format!("/licenses/{license_id}/blocks");
    match portal.service.office(&visitor.admin, None, Unblock { license_id, block_id }).await {
        // Lifted by somebody else meanwhile: what was wanted is so.
        Ok(_) | Err(Failure::Refused { refusal: Refusal::NotFound { .. }, .. }) => {
            done(&list, "The block is lifted: they may use the licence again.")
        }
        Err(failure) => Err(failure.into()),
    }
}
