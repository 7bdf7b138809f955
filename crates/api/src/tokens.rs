//! Administration tokens: made, listed, revoked. The secret is shown once, when it is made.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::decide::RevokeToken;
use seatkeeper_domain::id::TokenId;
use seatkeeper_protocol::admin::{List, Token, TokenIssued, TokenNew};
use seatkeeper_service::read::Page;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::text::one as checked;
use crate::convert::token as convert;
use crate::done;
use crate::extract::{Admin, Path, Posted, Query, listed, page};
use crate::problem::Refused;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

/// Make a token
///
/// Its secret is shown in this answer and never again. Takes the role `admin`.
#[utoipa::path(
    post,
    path = "/v1/tokens",
    tag = "tokens",
    request_body = TokenNew,
    responses((status = 201, description = "Made.", body = TokenIssued)),
)]
pub(crate) async fn create_token(
    State(app): State<App>,
    posted: Posted<TokenNew>,
) -> Result<(StatusCode, Json<TokenIssued>), Refused> {
    let new = posted.body;
    let label = checked("label", new.label, 0..=200)?;
    let (role, customer) = (convert::role(new.role), new.customer_id.map(Into::into));
    let made = app.service.create_token(&posted.admin, posted.asked, label, role, customer, new.expires_at).await?;
    let secret = done::secret(&made)?;
    let token = one(&app, &posted.admin, done::token(made)?).await?;
    Ok((StatusCode::CREATED, Json(TokenIssued { token, secret })))
}

async fn one(app: &App, admin: &seatkeeper_service::Admin, id: TokenId) -> Result<Token, Refused> {
    // The list begins at the token, so that one row is read however many there are.
    let before = id.0.as_u128().checked_sub(1).map(Uuid::from_u128);
    let row = app.service.tokens(admin, Page { after: before, limit: 1 }).await?.items.pop();
    let row = row.filter(|token| token.id == id).ok_or_else(|| Refused::internal(&"a token was not kept"))?;
    Ok(convert::token(row))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Tokens {
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List tokens
///
/// Revoked ones too; without their secrets. Takes the role `admin`.
#[utoipa::path(
    get,
    path = "/v1/tokens",
    tag = "tokens",
    params(Tokens),
    responses((status = 200, description = "In the order in which they were made.", body = List<Token>)),
)]
pub(crate) async fn list_tokens(
    State(app): State<App>,
    Admin(admin): Admin,
    Query(query): Query<Tokens>,
) -> Result<Json<List<Token>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    Ok(listed(app.service.tokens(&admin, page).await?, convert::token))
}

/// Revoke a token
///
/// It is good for nothing from now on. Safe to repeat. Takes the role `admin`.
#[utoipa::path(
    delete,
    path = "/v1/tokens/{id}",
    tag = "tokens",
    params(("id" = Uuid, Path, description = "The token.")),
    responses((status = 204, description = "Revoked, now or before.")),
)]
pub(crate) async fn revoke_token(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Refused> {
    app.service.office(&admin, None, RevokeToken { id: id.into() }).await?;
    Ok(StatusCode::NO_CONTENT)
}
