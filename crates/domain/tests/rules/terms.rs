//! For how long a licence may be used, and by which releases of the program.

use seatkeeper_domain::answer::Granted;
use seatkeeper_domain::decide::{LicensePatch, ProductPatch, PutProduct};
use seatkeeper_domain::license::{FeatureGrant, Model};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;

use crate::shop::{DAY, Shop, code, seats, version};

fn patch(term: Term) -> LicensePatch {
    LicensePatch { term: Some(term), ..LicensePatch::default() }
}

fn codes(held: &Granted) -> Vec<&str> {
    held.features.iter().map(|feature| feature.code.as_str()).collect()
}

#[test]
fn versions_are_compared_by_their_numbers() {
    let mut shop = Shop::plain();
    let minimum_version = Some(Some(version("16")));
    let patch = ProductPatch { minimum_version, ..ProductPatch::default() };
    shop.office(PutProduct { id: shop.product, new: false, patch, if_match: None }).unwrap();
    for (text, answer) in [
        ("9", "version_not_supported"),
        ("15.9.9", "version_not_supported"),
        ("16", "granted"),
        ("16.0", "granted"),
        ("16.10-beta", "granted"),
        ("100.1", "granted"),
    ] {
        let mut asked = shop.admission("one");
        asked.version = version(text);
        assert_eq!(code(&shop.admit(asked)), answer, "activating {text}");
    }
    let token = shop.activate("one").unwrap();
    let mut old = shop.request(token, "ann");
    old.version = version("15.2");
    assert_eq!(code(&shop.ask(old)), "version_not_supported");
}

#[test]
fn maintenance_covers_releases_up_to_its_date_for_ever() {
    let mut shop = Shop::plain();
    let until = shop.now();
    shop.update(patch(Term::Perpetual { maintenance_until: Some(until) })).unwrap();
    let token = shop.activate("one").unwrap();
    shop.pass(1000 * DAY);
    for (released_at, answer) in [(None, "granted"), (Some(until), "granted"), (Some(shop.now()), "maintenance_lapsed")]
    {
        let mut asked = shop.request(token, "ann");
        asked.released_at = released_at;
        assert_eq!(code(&shop.ask(asked)), answer, "{released_at:?}");
    }
}

#[test]
fn a_subscription_goes_on_for_its_renewal_grace() {
    let mut shop = Shop::selling(|terms| terms.policy.renewal_grace_seconds = Some(DAY));
    let expires_at = shop.later(10 * DAY);
    shop.update(patch(Term::Subscription { expires_at })).unwrap();
    let token = shop.activate("one").unwrap();
    shop.pass(11 * DAY - 1);
    let held = shop.open(token, "ann").unwrap();
    assert_eq!(held.times().grace_until, shop.later(1));
    shop.pass(1);
    let ended_at = shop.now();
    assert_eq!(shop.refresh(token, &held), Err(Refusal::LicenseExpired { ended_at }));
    assert_eq!(code(&shop.activate("two")), "license_expired");
    let expires_at = shop.later(DAY);
    shop.update(patch(Term::Subscription { expires_at })).unwrap();
    shop.refresh(token, &held).unwrap();
}

#[test]
fn a_trial_begins_with_its_first_device_and_has_all_features() {
    let mut shop = Shop::selling(|terms| terms.term = Term::Trial { days: 14, started_at: None });
    shop.pass(100 * DAY);
    let begins = shop.now();
    let token = shop.activate("one").unwrap();
    assert_eq!(shop.license().term, Term::Trial { days: 14, started_at: Some(begins) });
    assert_eq!(codes(&shop.open(token, "ann").unwrap()), ["bim", "4d"]);
    shop.pass(DAY);
    shop.activate("two").unwrap();
    assert_eq!(shop.license().term.expires_at(), Some(seatkeeper_domain::term::after(begins, 14 * i64::from(DAY))));
    shop.pass(13 * DAY);
    assert_eq!(code(&shop.open(token, "ann")), "license_expired");
}

#[test]
fn a_trial_converts_without_another_activation() {
    let mut shop = Shop::selling(|terms| terms.term = Term::Trial { days: 14, started_at: None });
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    let expires_at = shop.later(365 * DAY);
    shop.update(patch(Term::Subscription { expires_at })).unwrap();
    shop.refresh(token, &held).unwrap();
    shop.pass(60 * DAY);
    shop.open(token, "ann").unwrap();
    assert_eq!(shop.books().activations.len(), 1);
}

#[test]
fn a_trial_made_longer_began_when_it_began() {
    let mut shop = Shop::selling(|terms| terms.term = Term::Trial { days: 14, started_at: None });
    let begins = shop.now();
    shop.activate("one").unwrap();
    shop.pass(DAY);
    shop.update(patch(Term::Trial { days: 30, started_at: None })).unwrap();
    assert_eq!(shop.license().term, Term::Trial { days: 30, started_at: Some(begins) });
}

/// Nobody makes a trial longer by saying when it began, or by making a licence that is in use a trial.
#[test]
fn when_a_trial_began_is_nobodys_to_say() {
    let mut shop = Shop::selling(|terms| terms.term = Term::Trial { days: 14, started_at: None });
    let begins = shop.now();
    let told = shop.update(patch(Term::Trial { days: 14, started_at: Some(shop.later(DAY)) }));
    assert_eq!(code(&told), "invalid_request", "it has not begun");
    shop.activate("one").unwrap();
    shop.pass(DAY);
    let told = shop.update(patch(Term::Trial { days: 14, started_at: Some(shop.now()) }));
    assert_eq!(code(&told), "invalid_request");
    shop.update(patch(Term::Trial { days: 30, started_at: Some(begins) })).unwrap();
    assert_eq!(code(&shop.update(patch(Term::Trial { days: 1, started_at: None }))), "invalid_request", "over already");
    shop.update(patch(Term::Perpetual { maintenance_until: None })).unwrap();
    shop.pass(DAY);
    shop.update(patch(Term::Trial { days: 14, started_at: None })).unwrap();
    assert_eq!(shop.license().term, Term::Trial { days: 14, started_at: Some(shop.now()) });
}

#[test]
fn education_ends_on_its_day() {
    let mut shop = Shop::plain();
    let expires_at = shop.later(DAY);
    shop.update(patch(Term::Education { expires_at })).unwrap();
    let token = shop.activate("one").unwrap();
    shop.open(token, "ann").unwrap();
    shop.pass(DAY);
    assert_eq!(code(&shop.open(token, "ben")), "license_expired");
}

#[test]
fn a_feature_may_end_before_its_licence() {
    let mut shop = Shop::plain();
    let ends_at = Some(shop.later(DAY));
    let features =
        vec![FeatureGrant { code: "bim".to_owned(), ends_at }, FeatureGrant { code: "4d".to_owned(), ends_at: None }];
    shop.update(LicensePatch { features: Some(features), ..LicensePatch::default() }).unwrap();
    let token = shop.activate("one").unwrap();
    let held = shop.open(token, "ann").unwrap();
    assert_eq!(codes(&held), ["bim", "4d"]);
    let mut asked = shop.request(token, "ann");
    asked.features = Some(vec!["bim".to_owned(), "teleport".to_owned()]);
    assert_eq!(codes(&shop.ask(asked).unwrap()), ["bim"], "wanted and licensed");
    shop.pass(DAY);
    assert_eq!(codes(&shop.refresh(token, &held).unwrap()), ["4d"]);
}

#[test]
fn a_feature_that_was_sold_stays_when_the_product_goes_on_without_it() {
    let mut shop = Shop::plain();
    let features = vec![FeatureGrant { code: "4d".to_owned(), ends_at: None }];
    let with = |features| LicensePatch { features: Some(features), ..LicensePatch::default() };
    shop.update(with(features.clone())).unwrap();
    let left = ProductPatch { features: Some(Vec::new()), ..ProductPatch::default() };
    shop.office(PutProduct { id: shop.product, new: false, patch: left, if_match: None }).unwrap();
    shop.update(LicensePatch { grants: Some(seats(2)), ..LicensePatch::default() }).unwrap();
    shop.update(with(features)).unwrap();
    shop.update(with(Vec::new())).unwrap();
    let again = with(vec![FeatureGrant { code: "4d".to_owned(), ends_at: None }]);
    assert_eq!(code(&shop.update(again)), "invalid_request", "nobody gets it anew");
}

#[test]
fn only_a_trial_gets_features_that_nobody_named() {
    let paid = Shop::selling(|terms| terms.model = Model::Concurrent);
    assert_eq!(paid.license().features, []);
}
