//! Who signs in, as the machine's owner keeps them: the first ones, and whoever lost the last way in.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use seatkeeper_domain::account::Account;
use seatkeeper_domain::decide::AccountPatch;
use seatkeeper_protocol::Secret;
use seatkeeper_protocol::admin::{self, AccountDisabled, AccountErased, AccountNew, LinkAsked, LinkMade, List};
use seatkeeper_service::NewPerson;
use seatkeeper_service::read::Scope;
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::convert::token::{role, spelled};
use crate::extract::{Admin, Posted, listed, page};
use crate::problem::Refused;

/// Whose people: the vendor's, or a customer's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    customer_id: Option<Uuid>,
    cursor: Option<String>,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(of): Query<Of>,
) -> Result<Json<List<admin::Account>>, Refused> {
    let page = page(of.cursor.as_deref(), of.limit)?;
    let of = of.customer_id.map_or(Scope::Vendor, |id| Scope::Customer(id.into()));
    Ok(listed(app.service.people(&admin, of, page).await?, shown))
}

/// With a password the account is made; without one its owner is invited.
pub(super) async fn create(
    State(app): State<App>,
    posted: Posted<AccountNew>,
) -> Result<(StatusCode, Json<admin::Account>), Refused> {
    let (admin, new) = (posted.admin, posted.body);
    let customer_id = new.customer_id.map(Into::into);
    let person = NewPerson { customer_id, email: new.email, name: new.name, role: role(new.role) };
    let id = match new.password {
        Some(password) => app.service.make_account(&admin, person, password.expose()).await?,
        None => app.service.invite(&admin, person).await?,
    };
    Ok((StatusCode::CREATED, Json(shown(app.service.person(&admin, id).await?))))
}

pub(super) async fn disable(
    State(app): State<App>,
    posted: Posted<AccountDisabled>,
) -> Result<Json<admin::Account>, Refused> {
    let id = app.service.person_by_email(&posted.admin, &posted.body.email).await?.id;
    let patch = AccountPatch { disabled: Some(posted.body.disabled), ..AccountPatch::default() };
    app.service.update_person(&posted.admin, id, patch, None).await?;
    Ok(Json(shown(app.service.person(&posted.admin, id).await?)))
}

pub(super) async fn erase(
    State(app): State<App>,
    posted: Posted<AccountErased>,
) -> Result<Json<admin::Account>, Refused> {
    let id = app.service.person_by_email(&posted.admin, &posted.body.email).await?.id;
    app.service.erase_person(&posted.admin, id).await?;
    Ok(Json(shown(app.service.person(&posted.admin, id).await?)))
}

/// A link that its asker hands on: it goes by no mail.
pub(super) async fn link(State(app): State<App>, posted: Posted<LinkAsked>) -> Result<Json<LinkMade>, Refused> {
    let text = match posted.body.email {
        None => app.service.administrator_link(&posted.admin).await?,
        Some(email) => {
            let id = app.service.person_by_email(&posted.admin, &email).await?.id;
            app.service.link_for(&posted.admin, id).await?
        }
    };
    Ok(Json(LinkMade { path: Secret::new(format!("/link/{text}")) }))
}

fn shown(account: Account) -> admin::Account {
    admin::Account {
        id: account.id.0,
        customer_id: account.customer_id.map(|id| id.0),
        two_factor: account.asked_factor().is_some(),
        has_password: account.password.is_some(),
        role: spelled(account.role),
        email: account.email,
        name: account.name,
        disabled_at: account.disabled_at,
        created_at: account.created_at,
    }
}
