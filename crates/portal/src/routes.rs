//! Every page and every action, in one table: what is not in it is not served, and the tests walk it.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use seatkeeper_service::Service;

use crate::portal::{Options, Portal};
use crate::{assets, live, pages, security};

/// One entry of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` reads and changes nothing; `POST` changes.
    pub method: Method,
    /// The path, with `{…}` where an id stands.
    pub path: &'static str,
}

type Entry = (Route, MethodRouter<Portal>);

/// All pages and actions.
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|(route, _)| route).collect()
}

/// The pages, for a server whose other paths are somebody else's.
pub fn router(service: Arc<Service>, options: Options) -> Router {
    let pages = table().into_iter().fold(Router::new(), |router, (route, handler)| router.route(route.path, handler));
    let portal = Portal { service, options };
    security::guarded(pages.merge(assets::routes()), &portal).with_state(portal)
}

fn table() -> Vec<Entry> {
    let mut table = vec![page("/", pages::home::home), page("/changes", live::changes)];
    table.extend(pages::account::table());
    table.extend(pages::activity::table());
    table.extend(pages::asks::table());
    table.extend(pages::customers::table());
    table.extend(pages::denials::table());
    table.extend(pages::door::table());
    table.extend(pages::free::table());
    table.extend(pages::imports::table());
    table.extend(pages::issue::table());
    table.extend(pages::licenses::table());
    table.extend(pages::overview::table());
    table.extend(pages::people::table());
    table.extend(pages::products::table());
    table.extend(pages::requests::table());
    table.extend(pages::reports::table());
    table.extend(pages::search::table());
    table.extend(pages::server::table());
    table.extend(pages::signing_keys::table());
    table.extend(pages::timelines::table());
    table.extend(pages::tokens::table());
    table.extend(pages::sessions::table());
    table.extend(pages::trial::table());
    table.extend(pages::viewing::table());
    table
}

/// A page.
pub(crate) fn page<T: 'static>(path: &'static str, handler: impl Handler<T, Portal>) -> Entry {
    (Route { method: Method::GET, path }, get(handler))
}

/// An action.
pub(crate) fn action<T: 'static>(path: &'static str, handler: impl Handler<T, Portal>) -> Entry {
    (Route { method: Method::POST, path }, post(handler))
}

/// Entries as the modules of pages give them.
pub(crate) type Table = Vec<Entry>;
