//! Trials and education licences that visitors ask for: what a mailbox gets, and when; what a device gets.

use seatkeeper_domain::answer::{Admitted, Answer, Done};
use seatkeeper_domain::ask::{Ask, Stage, Wanted, mailbox};
use seatkeeper_domain::attempts::Limit;
use seatkeeper_domain::catalogue::Offer;
use seatkeeper_domain::decide::{
    Activate, AnswerAsk, AskLicense, AskVerdict, BeginTrial, Command, ConfirmAsk, EndActivation, LicensePatch, Making,
    ProductPatch, PutProduct, UpdateLicense,
};
use seatkeeper_domain::id::{AskId, KeyId, LicenseId};
use seatkeeper_domain::license::Model;
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_domain::term::Term;

use crate::shop::{DAY, HOUR, Shop};

/// A shop whose product visitors may try for fourteen days, and ask for at schools.
fn open_shop() -> Shop {
    let mut shop = Shop::plain();
    offer(&mut shop, Offer { trial_days: Some(14), education: true }).unwrap();
    shop
}

fn offer(shop: &mut Shop, offer: Offer) -> Result<Done, Refusal> {
    let patch = ProductPatch { offer: Some(offer), ..ProductPatch::default() };
    shop.office(PutProduct { id: shop.product, new: false, patch, if_match: None })
}

fn asking(shop: &mut Shop, email: &str, wanted: Wanted) -> AskLicense {
    let study = wanted == Wanted::Education;
    AskLicense {
        under: vec![("one network".to_owned(), Limit { attempts: 4, seconds: 600 })],
        id: shop.draw().into(),
        wanted,
        product: "planner".to_owned(),
        email: email.to_owned(),
        name: "Ada Lovelace".to_owned(),
        company: study.then(|| "Analytical School".to_owned()),
        why: study.then(|| "A course for thirty".to_owned()),
    }
}

/// What an address asked for last.
fn ask(shop: &mut Shop, email: &str, wanted: Wanted) -> Ask {
    let asking = asking(shop, email, wanted);
    assert_eq!(shop.office(asking), Ok(Done::Counted { held_until: None }));
    let own = |ask: &&Ask| mailbox(&ask.email) == mailbox(email) && ask.wanted == wanted;
    shop.books().asks.values().find(own).unwrap().clone()
}

fn making(shop: &mut Shop, email: &str) -> Making {
    let own = |ask: &&Ask| mailbox(&ask.email) == mailbox(email);
    let before = shop.books().asks.values().filter(own).find_map(Ask::made);
    let serial_number = format!("SN-{}", shop.draw());
    Making {
        mailbox: mailbox(email),
        customer_id: before.map_or_else(|| shop.draw().into(), |made| made.customer_id),
        license_id: shop.draw().into(),
        serial_number,
        key: shop.new_key("default"),
    }
}

fn begin(shop: &mut Shop, id: AskId, email: &str) -> Result<(LicenseId, KeyId), Refusal> {
    let making = making(shop, email);
    match shop.office(BeginTrial { ask_id: id, making })? {
        Done::License { id, key_id: Some(key) } => Ok((id, key)),
        other => panic!("{other:?}"),
    }
}

/// A trial begun from an address.
fn trial(shop: &mut Shop, email: &str) -> (LicenseId, KeyId) {
    let ask = ask(shop, email, Wanted::Trial);
    begin(shop, ask.id, email).unwrap()
}

fn admission(shop: &mut Shop, (license_id, key_id): (LicenseId, KeyId), device: &str) -> Activate {
    Activate { license_id, key_id, trial: true, ..shop.admission(device) }
}

fn admit(shop: &mut Shop, trial: (LicenseId, KeyId), device: &str) -> Result<Admitted, Refusal> {
    let asked = admission(shop, trial, device);
    shop.admit(asked)
}

#[test]
fn a_trial_is_for_one_person_with_all_features_and_begins_on_its_first_device() {
    let mut shop = open_shop();
    let (license, key) = trial(&mut shop, "ada@example.com");
    let sold = shop.books().licenses[&license].clone();
    assert_eq!((sold.model, sold.features.len()), (Model::SingleUser, 2));
    assert_eq!(sold.term, Term::Trial { days: 14, started_at: None });
    let customer = shop.books().customers[&sold.customer_id].clone();
    assert_eq!((customer.name.as_str(), customer.contacts[0].email.as_str()), ("Ada Lovelace", "ada@example.com"));
    shop.pass(10 * DAY);
    admit(&mut shop, (license, key), "one").unwrap();
    assert_eq!(shop.books().licenses[&license].ends_at(), Some(shop.later(14 * DAY)));
    assert!(shop.events().contains(&"trial.started".to_owned()));
}

#[test]
fn nothing_is_begun_of_a_product_that_was_not_opened_or_was_shut() {
    let mut shop = Shop::plain();
    let closed = asking(&mut shop, "ada@example.com", Wanted::Trial);
    assert_eq!(shop.office(closed), Err(Refusal::NotFound { what: "product" }));
    offer(&mut shop, Offer { trial_days: Some(30), education: false }).unwrap();
    let study = asking(&mut shop, "ada@example.com", Wanted::Education);
    assert_eq!(shop.office(study), Err(Refusal::NotFound { what: "product" }));
    offer(&mut shop, Offer { trial_days: Some(30), education: true }).unwrap();
    let asked = ask(&mut shop, "ada@example.com", Wanted::Trial);
    let study = ask(&mut shop, "ada@example.com", Wanted::Education);
    offer(&mut shop, Offer::default()).unwrap();
    assert!(matches!(begin(&mut shop, asked.id, "ada@example.com"), Err(Refusal::Conflict(_))));
    assert!(matches!(shop.office(ConfirmAsk { ask_id: study.id }), Err(Refusal::Conflict(_))));
    assert!(matches!(offer(&mut shop, Offer { trial_days: Some(0), education: false }), Err(Refusal::Invalid(_))));
    assert!(matches!(offer(&mut shop, Offer { trial_days: Some(366), education: false }), Err(Refusal::Invalid(_))));
}

#[test]
fn who_asks_again_asks_for_the_same() {
    let mut shop = open_shop();
    let first = ask(&mut shop, "ada@example.com", Wanted::Trial);
    let mut other = asking(&mut shop, "Ada+new@Example.com", Wanted::Trial);
    other.name = "A. King".to_owned();
    shop.office(other).unwrap();
    let again = shop.books().asks[&first.id].clone();
    assert_eq!((shop.books().asks.len(), again.name.as_str()), (1, "A. King"));
    let made = begin(&mut shop, first.id, "ada@example.com").unwrap();
    assert_eq!(begin(&mut shop, first.id, "ada@example.com"), Ok(made), "the link used twice");
    let had = ask(&mut shop, "ada+third@example.com", Wanted::Trial);
    assert_eq!((had.stage(), had.name.as_str()), (Stage::Granted, "A. King"));
    assert_eq!(had.mail.next_at, Some(shop.now()), "a mail says so");
}

#[test]
fn a_link_confirms_for_three_days_and_shows_for_seven() {
    let mut shop = open_shop();
    let late = ask(&mut shop, "late@example.com", Wanted::Trial);
    let early = ask(&mut shop, "early@example.com", Wanted::Trial);
    shop.pass(3 * DAY - 1);
    let made = begin(&mut shop, early.id, "early@example.com").unwrap();
    shop.pass(1);
    assert_eq!(begin(&mut shop, late.id, "late@example.com"), Err(Refusal::LinkOver));
    shop.pass(7 * DAY - 2);
    assert_eq!(begin(&mut shop, early.id, "early@example.com"), Ok(made));
    shop.pass(1);
    assert_eq!(begin(&mut shop, early.id, "early@example.com"), Err(Refusal::LinkOver));
}

#[test]
fn strangers_are_held_back_and_write_nothing_meanwhile() {
    let mut shop = open_shop();
    for n in 0..4 {
        ask(&mut shop, &format!("someone{n}@example.com"), Wanted::Trial);
    }
    let events = shop.events().len();
    let fifth = asking(&mut shop, "someone5@example.com", Wanted::Trial);
    assert_eq!(shop.office(fifth), Ok(Done::Counted { held_until: Some(shop.later(600)) }));
    assert_eq!((shop.books().asks.len(), shop.events().len()), (4, events));
    for email in ["ada", "ada@example.com\r\nBcc: eve@example.com", "<ada@example.com>"] {
        let wrong = asking(&mut shop, email, Wanted::Trial);
        assert!(matches!(shop.office(wrong), Err(Refusal::Invalid(_))), "{email}");
    }
}

/// Seen red when other trials' devices are not asked for, and when only those still admitted are.
#[test]
fn a_device_that_had_a_trial_is_refused_another_in_one_batch_or_later() {
    let mut shop = open_shop();
    let (first, second) = (trial(&mut shop, "ada@example.com"), trial(&mut shop, "grace@example.com"));
    let both = [first, second].map(|trial| Command::Activate(Box::new(admission(&mut shop, trial, "one"))));
    let answers = shop.batch(&both);
    assert!(matches!(answers[0], Ok(Answer::Admitted(_))));
    assert_eq!(answers[1], Err(Refusal::TrialUsed));
    assert_eq!(admit(&mut shop, second, "one").map(drop), Err(Refusal::TrialUsed));
    assert!(admit(&mut shop, first, "one").is_ok(), "its own");
    shop.pass(20 * DAY);
    assert_eq!(admit(&mut shop, second, "one").map(drop), Err(Refusal::TrialUsed), "long after");
    let first_device = shop.books().activations.values().find(|device| device.license_id == first.0).unwrap().id;
    let end = EndActivation { activation_id: first_device, reason: "sold".to_owned(), finish: false };
    shop.office(end).unwrap();
    assert_eq!(admit(&mut shop, second, "one").map(drop), Err(Refusal::TrialUsed), "though it was given up");
    assert!(admit(&mut shop, second, "two").is_ok(), "another device");
    let refused = shop.books().denials.values().find(|denial| denial.code == "trial_used").cloned();
    assert_eq!(refused.map(|denial| denial.license_id), Some(second.0));
}

/// Seen red when other trials' devices are not asked for.
#[test]
fn a_device_is_known_by_half_of_what_it_is() {
    let mut shop = open_shop();
    let (first, second) = (trial(&mut shop, "ada@example.com"), trial(&mut shop, "grace@example.com"));
    admit(&mut shop, first, "one").unwrap();
    let mut changed = admission(&mut shop, first, "one");
    changed.fingerprint[2] = "another network card".to_owned();
    shop.admit(changed.clone()).unwrap();
    let again = Activate { activation_id: shop.draw().into(), ..admission(&mut shop, second, "one") };
    let fingerprint = vec![changed.fingerprint[0].clone(), "new board".to_owned(), "another network card".to_owned()];
    assert_eq!(shop.admit(Activate { fingerprint, ..again }).map(drop), Err(Refusal::TrialUsed));
}

#[test]
fn what_the_vendor_sells_or_lends_by_hand_is_free_of_it() {
    let mut shop = open_shop();
    let first = trial(&mut shop, "ada@example.com");
    admit(&mut shop, first, "one").unwrap();
    let lent = shop.offer("SN-2");
    let lent_key = (lent.id, lent.key.id);
    shop.office(lent).unwrap();
    let term = Some(Term::Trial { days: 14, started_at: None });
    let patch = LicensePatch { term, ..LicensePatch::default() };
    shop.office(UpdateLicense { license_id: lent_key.0, patch, if_match: None }).unwrap();
    let by_hand = Activate { license_id: lent_key.0, key_id: lent_key.1, ..shop.admission("one") };
    assert!(shop.admit(by_hand).is_ok(), "sales decided so");
    let second = trial(&mut shop, "grace@example.com");
    assert_eq!(admit(&mut shop, second, "one").map(drop), Err(Refusal::TrialUsed));
    let bought = Some(Term::Subscription { expires_at: shop.later(100 * DAY) });
    let patch = LicensePatch { term: bought, ..LicensePatch::default() };
    shop.office(UpdateLicense { license_id: second.0, patch, if_match: None }).unwrap();
    assert!(admit(&mut shop, second, "one").is_ok(), "bought");
}

#[test]
fn an_education_licence_is_the_vendors_to_grant() {
    let mut shop = open_shop();
    let asked = ask(&mut shop, "ada@school.example", Wanted::Education);
    let grant = |shop: &mut Shop, id| {
        let making = Box::new(making(shop, "ada@school.example"));
        let verdict = AskVerdict::Grant { making, expires_at: shop.later(300 * DAY), features: Vec::new() };
        shop.office(AnswerAsk { ask_id: id, verdict, said: String::new() })
    };
    assert!(matches!(grant(&mut shop, asked.id), Err(Refusal::Conflict(_))), "nobody confirmed the address");
    assert_eq!(begin(&mut shop, asked.id, "ada@school.example"), Err(Refusal::LinkOver), "nor is it begun as a trial");
    shop.office(ConfirmAsk { ask_id: asked.id }).unwrap();
    assert_eq!(shop.books().asks[&asked.id].stage(), Stage::Waiting);
    let other = asking(&mut shop, "ada+eve@school.example", Wanted::Education);
    shop.office(AskLicense { name: "Eve".to_owned(), ..other }).unwrap();
    let waits = shop.books().asks[&asked.id].clone();
    assert_eq!((waits.stage(), waits.name.as_str()), (Stage::Waiting, "Ada Lovelace"), "what was confirmed stays");
    let decline = |said: &str| AnswerAsk { ask_id: asked.id, verdict: AskVerdict::Decline, said: said.to_owned() };
    assert!(matches!(shop.office(decline("")), Err(Refusal::Invalid(_))), "a decline says why");
    let own = Some(shop.customer);
    assert!(matches!(shop.office_of(own, decline("no")), Err(Refusal::NotFound { .. })));
    shop.pass(10 * DAY);
    assert!(shop.books().asks[&asked.id].link_good(shop.now()), "its link shows that it waits");
    let Ok(Done::License { id, .. }) = grant(&mut shop, asked.id) else { panic!("not granted") };
    let license = shop.books().licenses[&id].clone();
    assert_eq!((license.ends_at(), license.tried_by), (Some(shop.later(300 * DAY)), None));
    assert!(matches!(grant(&mut shop, asked.id), Err(Refusal::Conflict(_))), "answered already");
    assert_eq!(shop.books().asks[&asked.id].mail.next_at, Some(shop.now()));
}

#[test]
fn who_was_declined_may_ask_anew() {
    let mut shop = open_shop();
    let asked = ask(&mut shop, "ada@school.example", Wanted::Education);
    shop.office(ConfirmAsk { ask_id: asked.id }).unwrap();
    let said = "We know no such school.".to_owned();
    shop.office(AnswerAsk { ask_id: asked.id, verdict: AskVerdict::Decline, said }).unwrap();
    assert_eq!(shop.books().asks[&asked.id].stage(), Stage::Declined);
    shop.pass(HOUR);
    assert_eq!(ask(&mut shop, "ada@school.example", Wanted::Education).stage(), Stage::Unconfirmed);
}

#[test]
fn a_mailbox_that_tries_two_products_is_one_customer() {
    let mut shop = open_shop();
    let first = trial(&mut shop, "ada@example.com");
    let customer = shop.books().licenses[&first.0].customer_id;
    let patch = ProductPatch {
        code: Some("surveyor".to_owned()),
        name: Some("Surveyor".to_owned()),
        offer: Some(Offer { trial_days: Some(7), education: false }),
        ..ProductPatch::default()
    };
    let id = shop.draw().into();
    shop.office(PutProduct { id, new: true, patch, if_match: None }).unwrap();
    let other = asking(&mut shop, "ada@example.com", Wanted::Trial);
    shop.office(AskLicense { product: "surveyor".to_owned(), ..other }).unwrap();
    let open = shop.books().asks.values().find(|ask| ask.product_id == id).unwrap().clone();
    assert_eq!(open.stage(), Stage::Unconfirmed, "the other product is asked for by itself");
    let second = begin(&mut shop, open.id, "ada@example.com").unwrap();
    admit(&mut shop, first, "one").unwrap();
    let other = Activate { product: "surveyor".to_owned(), ..admission(&mut shop, second, "one") };
    assert!(shop.admit(other).is_ok(), "and tried on the same device");
    let asked = ask(&mut shop, "ada@example.com", Wanted::Education);
    shop.office(ConfirmAsk { ask_id: asked.id }).unwrap();
    let mut making = making(&mut shop, "ada@example.com");
    assert_eq!(making.customer_id, customer);
    let grant = |making: &Making, expires_at| AnswerAsk {
        ask_id: asked.id,
        verdict: AskVerdict::Grant { making: Box::new(making.clone()), expires_at, features: Vec::new() },
        said: String::new(),
    };
    let until = shop.later(DAY);
    making.customer_id = shop.customer;
    assert_eq!(shop.office(grant(&making, until)), Err(Refusal::NotFound { what: "customer" }), "another's company");
    making.customer_id = customer;
    assert!(shop.office(grant(&making, until)).is_ok());
}
