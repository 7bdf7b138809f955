//! Who reaches what: each page and action, by each role, about one's own and about another customer's.

use super::rows::{May, PEOPLE, Row, TABLE};
use super::tenants::{Tenant, Tenants};
use crate::browser::Answer;

async fn ask(world: &Tenants, row: &Row, about: &Tenant, cookie: &str) -> Answer {
    let headers: &[(&str, &str)] = if cookie.is_empty() { &[] } else { &[("cookie", cookie)] };
    world.ask(row.method(), &about.fill(row.at), headers, &about.fill(row.form)).await
}

/// What is asked for was given, or done.
fn is_given(row: &Row, page: &Answer) -> bool {
    // An action leads on, or shows a secret once; a form that is shown again is 422.
    match row.changes() {
        true => page.status == 200 || page.status == 303 && !page.wants_sign_in(),
        false => page.status == 200 || row.at == "/",
    }
}

fn is_refused(page: &Answer) -> bool {
    page.status == 403 || page.status == 404
}

/// Seen red when a page asks for no visitor.
#[tokio::test]
async fn nobody_sees_or_does_anything_without_signing_in() {
    let world = Tenants::start().await;
    let one = world.tenant(1).await;
    let before = world.record(&one).await;
    for row in TABLE.iter().filter(|row| row.may != May::Anybody) {
        for cookie in ["", "__Host-seatkeeper=", "__Host-seatkeeper=skt_made_up"] {
            let page = ask(&world, row, &one, cookie).await;
            assert!(page.wants_sign_in(), "{row:?}: {page:?}");
            assert_tells_nothing(&page, &one, row);
        }
    }
    assert_eq!(world.record(&one).await, before);
}

/// Seen red when releasing asks for no permission, and when a customer's people reach the console's page of their company.
#[tokio::test]
async fn each_role_reaches_what_the_table_says() {
    let world = Tenants::start().await;
    let mut numbers = 1..;
    let mut wrong = Vec::new();
    for person in PEOPLE {
        let mut one = world.tenant(numbers.next().unwrap()).await;
        let mut cookie = world.cookie(person.0, person.1.then(|| one.fact("customer"))).await;
        let mut before = world.record(&one).await;
        for row in TABLE.iter().filter(|row| row.may != May::Anybody) {
            let page = ask(&world, row, &one, &cookie).await;
            let after = world.record(&one).await;
            let changed = after != before;
            before = after;
            let well = if row.may.admits(person) {
                is_given(row, &page) && changed == row.changes()
            } else {
                is_refused(&page) && !changed
            };
            if !well {
                wrong.push(format!("{person:?} {}: {} {}", row.route, page.status, page.text));
            }
            // What an action did to something is not what the next one finds; what was refused did nothing.
            if changed && row.names_something() {
                one = world.anew(&one, numbers.next().unwrap()).await;
                before = world.record(&one).await;
            }
            if changed && row.is_about_oneself() {
                cookie = world.cookie(person.0, person.1.then(|| one.fact("customer"))).await;
                before = world.record(&one).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Seen red when customers read within what is the vendor's.
#[tokio::test]
async fn what_is_another_customers_is_not_there() {
    let world = Tenants::start().await;
    let (one, two) = (world.tenant(1).await, world.tenant(2).await);
    let mut others = Vec::new();
    for person in PEOPLE.into_iter().filter(|person| person.1) {
        others.push((person, world.cookie(person.0, Some(two.fact("customer"))).await));
    }
    let before = world.record(&one).await;
    for (person, cookie) in others {
        for row in TABLE.iter().filter(|row| row.may != May::Anybody && row.may.admits(person)) {
            // What they do to what is their own changes the record too.
            if row.changes() && !row.names_something() {
                continue;
            }
            let page = ask(&world, row, &one, &cookie).await;
            if row.names_something() {
                assert_eq!(page.status, 404, "{person:?} {row:?}: {page:?}");
            } else {
                assert!(is_given(row, &page), "{person:?} {row:?}: {page:?}");
            }
            assert_tells_nothing(&page, &one, row);
        }
    }
    assert_eq!(world.record(&one).await, before);
}

/// What was in the question may be in the answer.
#[track_caller]
fn assert_tells_nothing(page: &Answer, one: &Tenant, row: &Row) {
    let asked = format!("{} {}", one.fill(row.at), one.fill(row.form));
    for (name, value) in one.facts.iter().filter(|(name, value)| *name != "product" && !asked.contains(value)) {
        assert!(!page.text.contains(value), "{row:?} tells another's {name}: {page:?}");
    }
}
