//! The list of who holds seats: searched, filtered, sorted, and kept up to date while it is looked at.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use seatkeeper_domain::id::LicenseId;
use seatkeeper_service::Permission;
use seatkeeper_service::read::{LicenseRow, Page as Part, SessionFilter, SessionRow, SessionState};
use serde::Deserialize;
use uuid::Uuid;

use crate::portal::Portal;
use crate::refused::Refused;
use crate::shell::Shell;
use crate::shown::{Answer, shown};
use crate::visitor::Visitor;
use crate::words::{Face, State as Standing, When};

/// Rows on a page.
const ROWS: u32 = 50;

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    license: Option<Uuid>,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "sessions/list.html")]
struct Page {
    shell: Shell,
    asked: Asked,
    rows: Vec<Row>,
    next: Option<Uuid>,
    may_release: bool,
    vendor: bool,
}

struct Row {
    id: Uuid,
    user: String,
    device: String,
    os_session: Option<String>,
    product: String,
    serial: String,
    version: String,
    address: String,
    copies: u32,
    started: When,
    heard: When,
    state: Standing,
    back_by: Option<When>,
}

/// Who holds seats.
pub(crate) async fn list(State(portal): State<Portal>, mut visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let text = Some(asked.q.trim().to_owned()).filter(|text| !text.is_empty());
    let state = match asked.state.as_str() {
        "live" => Some(SessionState::Live),
        "silent" => Some(SessionState::Silent),
        "ended" => Some(SessionState::Ended),
        _ => None,
    };
    let filter = SessionFilter { license_id: asked.license.map(Into::into), user: text, state, ..Default::default() };
    let part = Part { after: asked.after, limit: ROWS };
    let listed = portal.service.sessions(&visitor.admin, filter, part).await?;
    let licenses = licenses(&portal, &visitor, &listed.items).await?;
    let rows = listed.items.into_iter().map(|row| Row::of(row, &licenses, &visitor.face)).collect();
    shown(&Page {
        rows,
        asked,
        next: listed.next,
        may_release: visitor.may(Permission::Support),
        vendor: visitor.vendor(),
        shell: Shell::live(&mut visitor, "/sessions", "Sessions"),
    })
}

/// The licences whose seats these are.
async fn licenses(
    portal: &Portal,
    visitor: &Visitor,
    rows: &[SessionRow],
) -> Result<HashMap<LicenseId, LicenseRow>, Refused> {
    let mut licenses = HashMap::new();
    for row in rows {
        let id = row.session.license_id;
        if !licenses.contains_key(&id) {
            licenses.insert(id, portal.service.license(&visitor.admin, id).await?);
        }
    }
    Ok(licenses)
}

impl Row {
    fn of(row: SessionRow, licenses: &HashMap<LicenseId, LicenseRow>, face: &Face) -> Self {
        let license = licenses.get(&row.session.license_id);
        let state = Standing::of(&row, face);
        let names = row.session.names;
        Self {
            id: row.session.id.0,
            user: names.user.unwrap_or_else(|| "name erased".to_owned()),
            device: names.device_name.unwrap_or_default(),
            os_session: names.os_session,
            product: license.map(|row| row.product.name.clone()).unwrap_or_default(),
            serial: license.map(|row| row.license.serial_number.clone()).unwrap_or_default(),
            version: row.session.version,
            address: row.session.address.unwrap_or_default(),
            copies: row.session.checkouts,
            started: face.at(row.session.started_at),
            heard: face.ago(row.refreshed_at),
            back_by: row.back_by.map(|at| face.at(at)),
            state,
        }
    }
}
