//! One import: how far it is, and what came of it. The page looks again by itself until it is over.

use askama::Template;
use axum::extract::State;
use jiff::SignedDuration;
use seatkeeper_domain::id::ImportId;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_service::read::refusals::Label;
use seatkeeper_service::{Became, Failure, Imported, Mistake, Permission, Stage};
use uuid::Uuid;

use super::allowed;
use crate::labels::Labels;
use crate::named::Named;
use crate::pages::activity::said::who;
use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{When, many};

/// Imports listed.
const LISTED: usize = 5;
/// Licences listed of one.
const ROWS: usize = 20;
/// How long an import that is in no books is told of: whoever sent it may still look at its page.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// An import as a list has it.
pub(super) struct Last {
    pub(super) id: Uuid,
    /// When it was applied, if it was.
    pub(super) at: Option<When>,
    pub(super) said: String,
    pub(super) who: String,
}

#[derive(Template)]
#[template(path = "imports/one.html")]
struct Page {
    shell: Shell,
    id: Uuid,
    state: Standing,
}

/// How it stands.
enum Standing {
    Running { said: String, percent: usize },
    Applied { said: String, who: String, at: When, rows: Vec<Label>, all: bool, may_keys: bool },
    NothingNew,
    Wrong(Vec<Mistake>),
    Failed(String),
    Unknown,
}

/// One import.
pub(crate) async fn one(State(portal): State<Portal>, mut visitor: Visitor, Named(id): Named<ImportId>) -> Answer {
    allowed(&visitor)?;
    let here = portal.service.import_here().filter(|(known, _)| *known == id).map(|(_, stage)| stage);
    let state = match here {
        Some(Stage::Over(Became::NothingNew)) => Standing::NothingNew,
        Some(Stage::Over(Became::Wrong(mistakes))) => Standing::Wrong(mistakes),
        // What is in the books is in the books, whatever was thought of it.
        Some(Stage::Over(became)) => match applied(&portal, &visitor, id).await? {
            Some(applied) => applied,
            None => Standing::Failed(why(became)),
        },
        Some(stage) => running(&stage),
        None => match applied(&portal, &visitor, id).await? {
            Some(applied) => applied,
            None if lately(id, &visitor) => Standing::Unknown,
            None => return Err(Refused::not_found()),
        },
    };
    shown(&Page { id: id.0, state, shell: Shell::of(&mut visitor, "/licenses", "Import") })
}

/// The imports to go back to: the one that runs on this server, and the last that are in the books.
pub(super) async fn last(portal: &Portal, visitor: &Visitor) -> Result<Vec<Last>, Refused> {
    let mut last = Vec::new();
    if let Some((id, stage)) = portal.service.import_here() {
        let said = match stage {
            Stage::Over(Became::Wrong(_) | Became::Failed(_)) => Some("The last one was not applied."),
            Stage::Over(_) => None,
            _ => Some("One is running."),
        };
        last.extend(said.map(|said| Last { id: id.0, at: None, said: said.to_owned(), who: String::new() }));
    }
    let found = portal.service.imports(&visitor.admin, LISTED).await?;
    let events: Vec<_> = found.iter().map(|import| import.row.clone()).collect();
    let mentioned = portal.service.mentioned(&visitor.admin, &events).await?;
    last.extend(found.into_iter().map(|import| Last {
        id: import.id.0,
        at: Some(visitor.face.at(import.row.event.at)),
        said: said(&import),
        who: who(&import.row.event, &mentioned, true),
    }));
    Ok(last)
}

fn said(import: &Imported) -> String {
    match import.customers {
        0 => many(import.licenses, "licence"),
        customers => format!("{} and {}", many(customers, "customer"), many(import.licenses, "licence")),
    }
}

fn running(stage: &Stage) -> Standing {
    // Parts of a whole as they take time.
    let part = |done: &usize, of: &usize, from: usize, to: usize| from + (to - from) * done / (*of).max(1);
    let (said, percent) = match stage {
        Stage::Checking { done, of } => (format!("Looking up {}", many(*of as u64, "line")), part(done, of, 0, 45)),
        Stage::Sealing { done, of } => (format!("Making {}", many(*of as u64, "product key")), part(done, of, 45, 60)),
        Stage::Writing { of } => (format!("Writing {}, all in one step", many(*of as u64, "licence")), 60),
        Stage::Over(_) => (String::new(), 100),
    };
    Standing::Running { said, percent }
}

async fn applied(portal: &Portal, visitor: &Visitor, id: ImportId) -> Result<Option<Standing>, Refused> {
    let import = match portal.service.imported(&visitor.admin, id).await {
        Ok(import) => import,
        Err(Failure::Refused { refusal: Refusal::NotFound { .. }, .. }) => return Ok(None),
        Err(failure) => return Err(failure.into()),
    };
    let licenses = portal.service.imported_licenses(&visitor.admin, id, ROWS).await?;
    let labels = Labels::of(portal, visitor, licenses.iter().copied()).await?;
    let mentioned = portal.service.mentioned(&visitor.admin, std::slice::from_ref(&import.row)).await?;
    Ok(Some(Standing::Applied {
        said: said(&import),
        who: who(&import.row.event, &mentioned, true),
        at: visitor.face.at(import.row.event.at),
        all: import.licenses <= ROWS as u64,
        rows: licenses.into_iter().map(|license| labels.one(license)).collect(),
        may_keys: visitor.may(Permission::Support),
    }))
}

fn why(became: Became) -> String {
    match became {
        Became::Failed(why) => why,
        _ => "It is not in the books.".to_owned(),
    }
}

/// Whether an id was drawn a short while ago: ids begin with the time.
fn lately(id: ImportId, visitor: &Visitor) -> bool {
    let drawn = id.0.get_timestamp().map(|time| time.to_unix().0.cast_signed());
    drawn.is_some_and(|second| (visitor.now().as_second() - second).abs() < LATELY.as_secs())
}
