//! Products, customers and licences as administrators put them: nonsense is refused by field, a unique name is
//! taken once, a stale change is told.

use seatkeeper_domain::catalogue::{Contact, Feature};
use seatkeeper_domain::decide::{
    CustomerPatch, Issue, LicensePatch, LicenseTerms, ProductPatch, PutCustomer, PutProduct, UpdateLicense,
};
use seatkeeper_domain::license::{FeatureGrant, Grant, Model};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;

use crate::shop::{DAY, Shop, code, seats};

/// The fields that a refusal names.
fn fields<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> Vec<String> {
    match answer {
        Err(Refusal::Invalid(wrong)) => wrong.into_iter().map(|(field, _)| field).collect(),
        other => panic!("{other:?}"),
    }
}

type Nonsense = (&'static str, fn(&mut LicenseTerms));

#[test]
fn a_nonsensical_licence_is_refused_by_field() {
    let table: &[Nonsense] = &[
        ("seats", |t| t.grants = seats(0)),
        ("seats", |t| t.grants = seats(10_000_001)),
        ("grants", |t| t.grants = Vec::new()),
        ("grants", |t| t.grants = (0..101).flat_map(|_| seats(1)).collect()),
        ("policy.refresh_seconds", |t| t.policy.refresh_seconds = Some(1200)),
        ("policy.refresh_seconds", |t| t.policy.refresh_seconds = Some(0)),
        ("policy.lease_seconds", |t| {
            t.policy.lease_seconds = Some(29);
            t.policy.refresh_seconds = Some(10);
        }),
        ("policy.grace_seconds", |t| t.policy.grace_seconds = Some(60)),
        ("policy.grace_seconds", |t| t.policy.grace_seconds = Some(401 * DAY)),
        ("policy.overdraft", |t| t.policy.overdraft = Some(1_000_001)),
        ("policy.devices", |t| t.policy.devices = Some(Some(0))),
        ("policy.holders_per_device", |t| t.policy.holders_per_device = Some(Some(0))),
        ("policy.moves_per_year", |t| {
            t.model = Model::SingleUser;
            t.policy.moves_per_year = Some(Some(0));
        }),
        ("policy.moves_per_year", |t| t.policy.moves_per_year = Some(Some(3))),
        ("policy.renewal_grace_seconds", |t| t.policy.renewal_grace_seconds = Some(367 * DAY)),
        ("serial_number", |t| t.serial_number = " ".to_owned()),
        ("serial_number", |t| t.serial_number = "x".repeat(65)),
        ("product", |t| t.product = "no such".to_owned()),
        ("customer_id", |t| t.customer_id = uuid::Uuid::from_u128(99).into()),
        ("features[0].code", |t| t.features = Some(vec![FeatureGrant { code: "no such".to_owned(), ends_at: None }])),
        ("features[1].code", |t| {
            let bim = FeatureGrant { code: "bim".to_owned(), ends_at: None };
            t.features = Some(vec![bim.clone(), bim]);
        }),
        ("term.expires_at", |t| t.term = Term::Subscription { expires_at: jiff::Timestamp::UNIX_EPOCH }),
        ("term.days", |t| t.term = Term::Trial { days: 0, started_at: None }),
        ("term.started_at", |t| t.term = Term::Trial { days: 1, started_at: Some(jiff::Timestamp::MAX) }),
        ("grants[0].ends_at", |t| {
            t.grants[0].starts_at = Some(jiff::Timestamp::MAX);
            t.grants[0].ends_at = Some(jiff::Timestamp::UNIX_EPOCH);
        }),
        ("seats", |t| {
            t.model = Model::SingleUser;
            t.grants = seats(2);
        }),
        ("policy.devices", |t| {
            t.model = Model::SingleUser;
            t.policy.devices = Some(None);
        }),
        ("policy.overdraft", |t| {
            t.model = Model::SingleUser;
            t.policy.overdraft = Some(1);
        }),
    ];
    let mut shop = Shop::plain();
    for (n, (field, spoil)) in table.iter().enumerate() {
        let mut issue: Issue = shop.offer("SN-9");
        spoil(&mut issue.terms);
        assert_eq!(fields(shop.office(issue)), [*field], "row {n}");
    }
    assert_eq!(shop.books().licenses.len(), 1);
}

#[test]
fn every_mistake_is_told_at_once() {
    let mut shop = Shop::plain();
    let mut issue = shop.offer("SN-9");
    issue.terms.grants = seats(0);
    issue.terms.policy.refresh_seconds = Some(5000);
    issue.terms.term = Term::Trial { days: 0, started_at: None };
    assert_eq!(fields(shop.office(issue)).len(), 3);
}

#[test]
fn a_stale_change_is_told() {
    let mut shop = Shop::plain();
    let read = shop.license().revision;
    let change = |shop: &mut Shop, if_match| {
        let patch = LicensePatch { grants: Some(seats(2)), ..LicensePatch::default() };
        shop.office(UpdateLicense { license_id: shop.license, patch, if_match })
    };
    change(&mut shop, Some(read)).unwrap();
    assert_eq!(change(&mut shop, Some(read)), Err(Refusal::PreconditionFailed));
    change(&mut shop, None).unwrap();
    assert_eq!(shop.license().revision, read + 2);
}

#[test]
fn a_term_that_ended_may_be_left_alone_but_not_set() {
    let mut shop = Shop::plain();
    let expires_at = shop.later(DAY);
    let ending = Some(Term::Subscription { expires_at });
    shop.update(LicensePatch { term: ending, ..LicensePatch::default() }).unwrap();
    shop.pass(2 * DAY);
    shop.update(LicensePatch { grants: Some(seats(2)), ..LicensePatch::default() }).unwrap();
    let set = shop.update(LicensePatch { term: ending, ..LicensePatch::default() });
    assert_eq!(fields(set), ["term.expires_at"]);
}

#[test]
fn a_unique_name_is_taken_once() {
    let mut shop = Shop::plain();
    let twice = shop.offer("sn-1");
    assert_eq!(code(&shop.office(twice)), "already_exists", "whatever its case");
    let patch =
        ProductPatch { code: Some("planner".to_owned()), name: Some("Another".to_owned()), ..ProductPatch::default() };
    let id = shop.draw().into();
    assert_eq!(code(&shop.office(PutProduct { id, new: true, patch, if_match: None })), "already_exists");
    let external_id = Some(Some("crm-1".to_owned()));
    let patch = CustomerPatch { name: Some("Another".to_owned()), external_id, ..CustomerPatch::default() };
    let id = shop.draw().into();
    assert_eq!(code(&shop.office(PutCustomer { id, new: true, patch, if_match: None })), "already_exists");
}

#[test]
fn products_and_customers_are_checked_by_field() {
    let mut shop = Shop::plain();
    let twice = || Feature { code: "a b".to_owned(), name: String::new() };
    let patch = ProductPatch {
        code: Some("Planner!".to_owned()),
        name: Some(String::new()),
        minimum_version: None,
        features: Some(vec![twice()]),
        offer: None,
    };
    let id = shop.draw().into();
    let wrong = fields(shop.office(PutProduct { id, new: true, patch, if_match: None }));
    assert_eq!(wrong, ["code", "name", "features[0].code", "features[0].name"]);
    let contact = Contact { name: String::new(), email: "nowhere".to_owned() };
    let patch = CustomerPatch { name: Some(" ".to_owned()), contacts: Some(vec![contact]), ..CustomerPatch::default() };
    let wrong = fields(shop.office(PutCustomer { id: shop.customer, new: false, patch, if_match: None }));
    assert_eq!(wrong, ["name", "contacts[0].name", "contacts[0].email"]);
}

#[test]
fn what_is_not_there_cannot_be_changed() {
    let mut shop = Shop::plain();
    let id = shop.draw();
    let product = PutProduct { id: id.into(), new: false, patch: ProductPatch::default(), if_match: None };
    assert_eq!(shop.office(product), Err(Refusal::NotFound { what: "product" }));
    let customer = PutCustomer { id: id.into(), new: false, patch: CustomerPatch::default(), if_match: None };
    assert_eq!(shop.office(customer), Err(Refusal::NotFound { what: "customer" }));
    let license = UpdateLicense { license_id: id.into(), patch: LicensePatch::default(), if_match: None };
    assert_eq!(shop.office(license), Err(Refusal::NotFound { what: "licence" }));
}

#[test]
fn grants_add_up_and_keep_their_orders() {
    let mut shop = Shop::plain();
    let grant =
        |seats, order: &str| Grant { seats, starts_at: None, ends_at: None, order_reference: Some(order.to_owned()) };
    let grants = vec![grant(10, "A-1"), grant(5, "A-2")];
    shop.update(LicensePatch { grants: Some(grants.clone()), ..LicensePatch::default() }).unwrap();
    assert_eq!((shop.license().seats(shop.now()), shop.license().grants), (15, grants));
}
