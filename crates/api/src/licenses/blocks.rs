//! Users and devices that a licence no longer admits.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use seatkeeper_domain::decide::{Block as PutBlock, Unblock};
use seatkeeper_protocol::admin::{Block, BlockNew, List};
use seatkeeper_service::read::Page;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::convert::session as convert;
use crate::done;
use crate::extract::{Admin, Path, Posted, Query, listed, page};
use crate::problem::Refused;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_blocks, put_block)).routes(routes!(lift_block))
}

/// Block a user or a device
///
/// Shuts out a leaver or a lost laptop, and ends what they hold. Takes the role `support`, `sales` or `admin`.
#[utoipa::path(
    post,
    path = "/v1/licenses/{id}/blocks",
    tag = "blocks",
    params(("id" = Uuid, Path, description = "The licence.")),
    request_body = BlockNew,
    responses((status = 201, description = "Blocked, now or before.", body = Block)),
)]
pub(crate) async fn put_block(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    posted: Posted<BlockNew>,
) -> Result<(StatusCode, Json<Block>), Refused> {
    let (who, reason) = convert::blocked(posted.body)?;
    let block = PutBlock { id: app.service.draw(), license_id: id.into(), who, reason, finish: false };
    let block_id = done::block(app.service.office_until_done(&posted.admin, posted.asked, block).await?)?;
    // The list begins at the block, so that one row is read however many there are.
    let before = block_id.0.as_u128().checked_sub(1).map(Uuid::from_u128);
    let page = Page { after: before, limit: 1 };
    let put = app.service.blocks(&posted.admin, id.into(), page).await?.items.pop();
    let put = put.filter(|block| block.id == block_id).ok_or_else(|| Refused::internal(&"a block was not kept"))?;
    Ok((StatusCode::CREATED, Json(convert::block(put))))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Blocks {
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many; 50 by default, at most 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List blocks
#[utoipa::path(
    get,
    path = "/v1/licenses/{id}/blocks",
    tag = "blocks",
    params(("id" = Uuid, Path, description = "The licence."), Blocks),
    responses((status = 200, description = "In the order in which they were put.", body = List<Block>)),
)]
pub(crate) async fn list_blocks(
    State(app): State<App>,
    Admin(admin): Admin,
    Path(id): Path<Uuid>,
    Query(query): Query<Blocks>,
) -> Result<Json<List<Block>>, Refused> {
    let page = page(query.cursor.as_deref(), query.limit)?;
    Ok(listed(app.service.blocks(&admin, id.into(), page).await?, convert::block))
}

/// Lift a block
///
/// Lets them in again. Takes the role `support`, `sales` or `admin`.
#[utoipa::path(
    delete,
    path = "/v1/licenses/{id}/blocks/{block_id}",
    tag = "blocks",
    params(("id" = Uuid, Path, description = "The licence."), ("block_id" = Uuid, Path, description = "The block.")),
    responses((status = 204, description = "Lifted.")),
)]
pub(crate) async fn lift_block(
    State(app): State<App>,
    Admin(admin): Admin,
    Path((id, block_id)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Refused> {
    let unblock = Unblock { license_id: id.into(), block_id: block_id.into() };
    app.service.office(&admin, None, unblock).await?;
    Ok(StatusCode::NO_CONTENT)
}
