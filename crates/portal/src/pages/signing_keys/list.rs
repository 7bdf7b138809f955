//! The signing keys and their stages.

use askama::Template;
use axum::extract::State;
use seatkeeper_domain::signing::{SigningKey, Stage};

use crate::portal::Portal;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, When};
use seatkeeper_service::Permission;

#[derive(Template)]
#[template(path = "signing_keys/list.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    /// Whether one waits to sign.
    next: bool,
    root_here: bool,
}

struct Row {
    kid: String,
    class: &'static str,
    word: &'static str,
    means: &'static str,
    made: When,
    retired: Option<When>,
}

/// All of them, the one that signs first.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor) -> Answer {
    visitor.vendor_only()?;
    visitor.admin.may(Permission::Govern)?;
    let health = portal.service.health(&visitor.admin).await?;
    let mut keys = health.keys;
    keys.sort_by_key(|key| (order(key.stage), std::cmp::Reverse(key.created_at)));
    shown(&Page {
        next: keys.iter().any(|key| key.stage == Stage::Next),
        rows: keys.into_iter().map(|key| Row::of(key, &visitor.face)).collect(),
        root_here: health.root_here,
        shell: Shell::of(&mut visitor, "/server", "Signing keys"),
    })
}

fn order(stage: Stage) -> u8 {
    match stage {
        Stage::Current => 0,
        Stage::Next => 1,
        Stage::Retired => 2,
    }
}

impl Row {
    fn of(key: SigningKey, face: &Face) -> Self {
        let (class, word, means) = match key.stage {
            Stage::Current => ("live", "Signs", "Signs every lease and every activation."),
            Stage::Next => ("silent", "Next", "Published, so that programs and monitors know it before it signs."),
            Stage::Retired => ("ended", "Retired", "Signs nothing; what it signed is believed until that ends."),
        };
        Self {
            kid: key.kid,
            class,
            word,
            means,
            made: face.day(key.created_at),
            retired: key.retired_at.map(|at| face.day(at)),
        }
    }
}
