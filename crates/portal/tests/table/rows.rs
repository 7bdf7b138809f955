//! Every page and every action, with an address and a form of one's own, and who may. The tests walk it; one that is missing
//! here turns the first of them red.

use std::collections::BTreeSet;

use seatkeeper_domain::token::Role;
use seatkeeper_portal::routes;

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum May {
    /// Whoever comes, or whatever becomes of it: `tests/people` asks that.
    Anybody,
    /// Whoever is signed in.
    Read,
    /// A customer's own people; for the vendor's there is no such page.
    CustomerReads,
    /// Those of them who help people at their desks.
    CustomerSupports,
    /// Whoever manages people: a customer's owners, the vendor's administrators.
    Manage,
    /// The vendor's own people; for a customer's there is no such page.
    VendorReads,
    /// Those who help people at their desks.
    Support,
    /// The vendor's own people but those who only read.
    Suspend,
    /// The vendor's sales and administrators.
    Sell,
    /// The vendor's administrators.
    Finish,
    /// The vendor's administrators.
    Govern,
}

/// Somebody who asks: the role, and whether they are the customer's own.
pub(crate) type Person = (Role, bool);

/// Everybody who can be signed in.
pub(crate) const PEOPLE: [Person; 7] = [
    (Role::Admin, false),
    (Role::Sales, false),
    (Role::Support, false),
    (Role::Viewer, false),
    (Role::Owner, true),
    (Role::Admin, true),
    (Role::Viewer, true),
];

impl May {
    /// Whether these may.
    pub(crate) fn admits(self, (role, customers): Person) -> bool {
        match self {
            Self::Anybody | Self::Read => true,
            Self::Manage => role == if customers { Role::Owner } else { Role::Admin },
            Self::CustomerReads => customers,
            Self::CustomerSupports => customers && role != Role::Viewer,
            Self::VendorReads => !customers,
            Self::Support => role != Role::Viewer,
            Self::Suspend => !customers && role != Role::Viewer,
            Self::Finish => !customers && role == Role::Admin,
            Self::Govern => !customers && role == Role::Admin,
            Self::Sell => !customers && matches!(role, Role::Admin | Role::Sales),
        }
    }
}

/// A page or an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// As the router has it: `GET /sessions`.
    pub(crate) route: &'static str,
    /// Where it is, with the names of a tenant's facts in braces.
    pub(crate) at: &'static str,
    /// What is sent; empty for a page.
    pub(crate) form: &'static str,
    pub(crate) may: May,
}

impl Row {
    pub(crate) fn method(&self) -> &'static str {
        self.route.split_once(' ').expect("a method and a path").0
    }

    pub(crate) fn changes(&self) -> bool {
        self.method() == "POST"
    }

    /// Whether it may change how whoever sends it is signed in, or what they see then.
    pub(crate) fn is_about_oneself(&self) -> bool {
        self.at.starts_with("/account") || self.at.ends_with("/view")
    }

    /// Whether it is about something that is somebody's: for others it is not there.
    pub(crate) fn names_something(&self) -> bool {
        self.at.contains('{') || self.form.contains('{')
    }
}

const fn page(route: &'static str, at: &'static str, may: May) -> Row {
    Row { route, at, form: "", may }
}

const fn action(route: &'static str, at: &'static str, form: &'static str, may: May) -> Row {
    Row { route, at, form, may }
}

pub(crate) const TABLE: &[Row] = &[
    page("GET /", "/", May::Read),
    page("GET /account", "/account", May::Read),
    action("POST /account", "/account", "name=Other", May::Read),
    page("GET /account/password", "/account/password", May::Read),
    action("POST /account/password", "/account/password", "current_password=x", May::Anybody),
    page("GET /account/two-factor", "/account/two-factor", May::Read),
    action("POST /account/two-factor", "/account/two-factor", "code=1", May::Anybody),
    action("POST /account/two-factor/begin", "/account/two-factor/begin", "sure=yes", May::Read),
    action("POST /account/two-factor/codes", "/account/two-factor/codes", "sure=yes", May::Anybody),
    action("POST /account/two-factor/off", "/account/two-factor/off", "sure=yes", May::Read),
    action("POST /account/sign-ins/end", "/account/sign-ins/end", "sure=yes", May::Read),
    action("POST /account/sign-ins/{id}/end", "/account/sign-ins/{customer}/end", "sure=yes", May::Anybody),
    page("GET /ask/{text}", "/ask/none", May::Anybody),
    action("POST /ask/{text}", "/ask/none", "sure=yes", May::Anybody),
    page("GET /asks", "/asks", May::VendorReads),
    page("GET /asks/{id}", "/asks/{ask}", May::VendorReads),
    action("POST /asks/{id}", "/asks/{ask}", "verdict=grant&until=2027-07-31", May::Sell),
    page("GET /changes", "/changes", May::Read),
    page("GET /confirm", "/confirm", May::Read),
    action("POST /confirm", "/confirm", "current_password=x", May::Anybody),
    page("GET /customers", "/customers", May::VendorReads),
    page("GET /customers/new", "/customers/new", May::Sell),
    action("POST /customers/new", "/customers/new", "name=New", May::Sell),
    page("GET /customers/{id}", "/customers/{customer}", May::VendorReads),
    page("GET /customers/{id}/edit", "/customers/{customer}/edit", May::Sell),
    action("POST /customers/{id}/edit", "/customers/{customer}/edit", "name=Other&revision=1", May::Sell),
    page("GET /customers/{id}/issue", "/customers/{customer}/issue", May::Sell),
    action(
        "POST /customers/{id}/issue",
        "/customers/{customer}/issue",
        "product=planner&seats=2&term=perpetual",
        May::Sell,
    ),
    action("POST /customers/{id}/view", "/customers/{customer}/view", "sure=yes", May::VendorReads),
    page("GET /free", "/free", May::CustomerReads),
    action("POST /free/open", "/free/open", "sure=yes", May::CustomerSupports),
    action("POST /free/shut", "/free/shut", "sure=yes", May::CustomerSupports),
    page("GET /free/{address}", "/free/{free}", May::Anybody),
    page("GET /devices/{id}", "/devices/{activation}", May::Read),
    page("GET /users/{id}", "/users/{customer}?name={user}", May::Read),
    page("GET /forgotten", "/forgotten", May::Anybody),
    action("POST /forgotten", "/forgotten", "email=nobody@example.com", May::Anybody),
    page("GET /imports", "/imports", May::Sell),
    action(
        "POST /imports",
        "/imports",
        "sure=yes&text=customer,product,serial_number,term,seats%0A{customer},planner,N-{customer},perpetual,2",
        May::Sell,
    ),
    page("GET /imports/template", "/imports/template", May::Sell),
    page("GET /imports/{id}", "/imports/{import}", May::Sell),
    page("GET /imports/{id}/keys", "/imports/{import}/keys", May::Sell),
    action("POST /imports/{id}/keys", "/imports/{import}/keys", "sure=yes", May::Sell),
    page("GET /issue", "/issue", May::Sell),
    page("GET /link/{text}", "/link/none", May::Anybody),
    action("POST /link/{text}", "/link/none", "password=x", May::Anybody),
    page("GET /licenses", "/licenses", May::Read),
    page("GET /licenses/export/{kind}", "/licenses/export/csv", May::Read),
    page("GET /licenses/{id}", "/licenses/{license}", May::Read),
    page("GET /licenses/{id}/ask", "/licenses/{license}/ask", May::Support),
    action("POST /licenses/{id}/ask", "/licenses/{license}/ask", "seats=2&reason=more people", May::Support),
    page("GET /licenses/{id}/blocks", "/licenses/{license}/blocks", May::Read),
    action("POST /licenses/{id}/blocks", "/licenses/{license}/blocks", "user=gone&reason=left", May::Support),
    action(
        "POST /licenses/{id}/blocks/{block}/lift",
        "/licenses/{license}/blocks/{block}/lift",
        "sure=yes",
        May::Support,
    ),
    page("GET /licenses/{id}/deploy", "/licenses/{license}/deploy", May::Read),
    page("GET /licenses/{id}/deploy/file", "/licenses/{license}/deploy/file", May::Read),
    action("POST /licenses/{id}/deploy/file", "/licenses/{license}/deploy/file", "key={key}", May::Support),
    page("GET /licenses/{id}/devices", "/licenses/{license}/devices", May::Read),
    page("GET /licenses/{id}/devices/{device}/end", "/licenses/{license}/devices/{activation}/end", May::Support),
    action(
        "POST /licenses/{id}/devices/{device}/end",
        "/licenses/{license}/devices/{activation}/end",
        "reason=lost",
        May::Support,
    ),
    page("GET /licenses/{id}/held", "/licenses/{license}/held?at=2026-11-16T09:03", May::Read),
    page("GET /licenses/{id}/features", "/licenses/{license}/features", May::Sell),
    action(
        "POST /licenses/{id}/features",
        "/licenses/{license}/features",
        "code=bim&until=&on=bim&revision=2",
        May::Sell,
    ),
    page("GET /licenses/{id}/keys", "/licenses/{license}/keys", May::Read),
    page("GET /licenses/{id}/keys/new", "/licenses/{license}/keys/new", May::Support),
    action("POST /licenses/{id}/keys/new", "/licenses/{license}/keys/new", "label=Bonn", May::Support),
    page("GET /licenses/{id}/keys/{key}", "/licenses/{license}/keys/{key}", May::Support),
    action("POST /licenses/{id}/keys/{key}", "/licenses/{license}/keys/{key}", "label=Bonn&revision=1", May::Support),
    page("GET /licenses/{id}/keys/{key}/reissue", "/licenses/{license}/keys/{key}/reissue", May::Support),
    action(
        "POST /licenses/{id}/keys/{key}/reissue",
        "/licenses/{license}/keys/{key}/reissue",
        "overlap=1&unit=days",
        May::Support,
    ),
    page("GET /licenses/{id}/keys/{key}/show", "/licenses/{license}/keys/{key}/show", May::Support),
    action("POST /licenses/{id}/keys/{key}/show", "/licenses/{license}/keys/{key}/show", "sure=yes", May::Support),
    page("GET /licenses/{id}/notes", "/licenses/{license}/notes", May::Sell),
    action("POST /licenses/{id}/notes", "/licenses/{license}/notes", "metadata=a: b&revision=2", May::Sell),
    page("GET /licenses/{id}/policy", "/licenses/{license}/policy", May::Sell),
    action(
        "POST /licenses/{id}/policy",
        "/licenses/{license}/policy",
        "lease=20&lease_unit=minutes&refresh=5&refresh_unit=minutes&grace=3&grace_unit=days&renewal=0&renewal_unit=days\
         &revision=2",
        May::Sell,
    ),
    page("GET /licenses/{id}/resume", "/licenses/{paused}/resume", May::Suspend),
    action("POST /licenses/{id}/resume", "/licenses/{paused}/resume", "reason=paid", May::Suspend),
    page("GET /licenses/{id}/revoke", "/licenses/{license}/revoke", May::Finish),
    action("POST /licenses/{id}/revoke", "/licenses/{license}/revoke", "reason=returned&typed={serial}", May::Finish),
    page("GET /licenses/{id}/seats", "/licenses/{license}/seats", May::Sell),
    action(
        "POST /licenses/{id}/seats",
        "/licenses/{license}/seats",
        "seats=3&from=&until=&order=7&revision=2",
        May::Sell,
    ),
    page("GET /licenses/{id}/suspend", "/licenses/{license}/suspend", May::Suspend),
    action("POST /licenses/{id}/suspend", "/licenses/{license}/suspend", "reason=unpaid", May::Suspend),
    page("GET /licenses/{id}/term", "/licenses/{license}/term", May::Sell),
    action(
        "POST /licenses/{id}/term",
        "/licenses/{license}/term",
        "kind=perpetual&maintenance_until=2027-03-31&revision=2",
        May::Sell,
    ),
    page("GET /overview", "/overview", May::Read),
    page("GET /people", "/people", May::Manage),
    page("GET /people/invite", "/people/invite", May::Manage),
    action(
        "POST /people/invite",
        "/people/invite",
        "customer={customer}&email={customer}@example.com&name=New&role=viewer",
        May::Manage,
    ),
    page("GET /people/{id}", "/people/{person}", May::Manage),
    action("POST /people/{id}", "/people/{person}", "role=admin", May::Manage),
    action("POST /people/{id}/link", "/people/{person}/link", "sure=yes", May::Manage),
    action("POST /people/{id}/erase", "/people/{leaver}/erase", "sure=yes", May::Manage),
    action("POST /people/{id}/end", "/people/{person}/end", "sure=yes", May::Manage),
    action("POST /people/{id}/two-factor/off", "/people/{person}/two-factor/off", "sure=yes", May::Manage),
    page("GET /products", "/products", May::VendorReads),
    page("GET /products/new", "/products/new", May::Sell),
    action("POST /products/new", "/products/new", "name=New&code=new-{customer}", May::Sell),
    page("GET /products/{id}", "/products/{spare}", May::Sell),
    action("POST /products/{id}", "/products/{spare}", "name=Other&code=other-{customer}&revision=1", May::Sell),
    page("GET /requests", "/requests", May::VendorReads),
    page("GET /requests/{id}", "/requests/{paused}", May::Sell),
    action(
        "POST /requests/{id}",
        "/requests/{paused}",
        "asked_at=2026-11-21T12:00:00Z&verdict=grant&seats=2",
        May::Sell,
    ),
    page("GET /server", "/server", May::Govern),
    page("GET /denials", "/denials", May::Read),
    page("GET /denials/export/{kind}", "/denials/export/csv", May::Read),
    page("GET /denials/{id}", "/denials/{denial}", May::Read),
    page("GET /reports", "/reports", May::Read),
    page("GET /reports/export/{kind}", "/reports/export/csv?license={license}", May::Read),
    page("GET /activity", "/activity", May::Read),
    page("GET /activity/chain", "/activity/chain?license={license}", May::Read),
    page("GET /activity/export/{kind}", "/activity/export/csv", May::Read),
    page("GET /search", "/search?q=x", May::Read),
    page("GET /sessions", "/sessions", May::Read),
    page("GET /sessions/export/{kind}", "/sessions/export/csv", May::Read),
    page("GET /sessions/release/all", "/sessions/release/all?license={license}", May::Support),
    action(
        "POST /sessions/release/all",
        "/sessions/release/all",
        "license={license}&taken_by=4000000000000000&reason=gone",
        May::Support,
    ),
    page("GET /sessions/release", "/sessions/release?id={session}", May::Support),
    action("POST /sessions/release", "/sessions/release", "id={session}&reason=gone", May::Support),
    page("GET /sign-in", "/sign-in", May::Anybody),
    action("POST /sign-in", "/sign-in", "email=nobody@example.com&password=x", May::Anybody),
    page("GET /sign-in/code", "/sign-in/code", May::Anybody),
    action("POST /sign-in/code", "/sign-in/code", "code=1", May::Anybody),
    action("POST /sign-out", "/sign-out", "sure=yes", May::Anybody),
    page("GET /signing-keys", "/signing-keys", May::Govern),
    page("GET /signing-keys/add", "/signing-keys/add", May::Govern),
    action("POST /signing-keys/add", "/signing-keys/add", "sure=yes", May::Govern),
    page("GET /signing-keys/promote", "/signing-keys/promote", May::Govern),
    action("POST /signing-keys/promote", "/signing-keys/promote", "sure=yes", May::Govern),
    page("GET /tokens", "/tokens", May::Govern),
    page("GET /tokens/new", "/tokens/new", May::Govern),
    action("POST /tokens/new", "/tokens/new", "label=shop&role=viewer", May::Govern),
    page("GET /tokens/{id}/revoke", "/tokens/{token}/revoke", May::Govern),
    action("POST /tokens/{id}/revoke", "/tokens/{token}/revoke", "sure=yes", May::Govern),
    page("GET /trial", "/trial", May::Anybody),
    page("GET /trial/{product}", "/trial/planner", May::Anybody),
    action("POST /trial/{product}", "/trial/planner", "name=x&email=nobody", May::Anybody),
    page("GET /trial/{product}/education", "/trial/planner/education", May::Anybody),
    action("POST /trial/{product}/education", "/trial/planner/education", "name=x&email=nobody", May::Anybody),
    page("GET /trial/{product}/sent", "/trial/planner/sent", May::Anybody),
    action("POST /viewing/end", "/viewing/end", "sure=yes", May::Anybody),
];

#[test]
fn the_table_names_every_page_once() {
    let named: BTreeSet<String> = TABLE.iter().map(|row| row.route.to_owned()).collect();
    assert_eq!(named.len(), TABLE.len(), "a page stands in it twice");
    let served: BTreeSet<String> = routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let missing: Vec<_> = served.difference(&named).collect();
    let gone: Vec<_> = named.difference(&served).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in the table: {missing:?}; no longer served: {gone:?}");
}
