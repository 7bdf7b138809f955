//! Many people at once through the batch driver: what is counted is what is there.

use std::sync::Arc;

use seatkeeper_domain::answer::Answer;
use seatkeeper_domain::decide::{Command, Return};
use seatkeeper_domain::refusal::Refusal;
use seatkeeper_store::read::Scope;
use seatkeeper_store::{Driver, Reader, Upkeep};

use crate::shop::Shop;

#[test]
fn two_hundred_people_at_a_pool_of_fifty() {
    let mut shop = Shop::open();
    let customer = shop.customer("Acme");
    let sold = shop.pool(customer, 50);
    let device = shop.device(sold, "TERMINAL");
    let people: Vec<Vec<Command>> =
        (0..200).map(|person| (0..3).map(|_| shop.checkout(device, &format!("user{person}"))).collect()).collect();
    let driver = Driver::start(shop.books.writer(shop.clock.clone())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let held = runtime.block_on(async {
        let tasks: Vec<_> = people
            .into_iter()
            .map(|wishes| {
                let submit = driver.submit();
                tokio::spawn(async move {
                    let mut held = 0;
                    // Takes a seat and returns it, but for the last time.
                    for (n, wish) in wishes.into_iter().enumerate() {
                        match submit.submit(wish).await.unwrap() {
                            Ok(Answer::Granted(granted)) if n < 2 => {
                                let back = Return { credential: device, id: granted.checkout.id, ended_at: None };
                                submit.submit(Command::Return(back)).await.unwrap().unwrap();
                            }
                            Ok(Answer::Granted(_)) => held += 1,
                            Err(Refusal::NoSeatAvailable { in_use, .. }) => assert!(in_use <= 50, "{in_use}"),
                            other => panic!("{other:?}"),
                        }
                    }
                    held
                })
            })
            .collect();
        let mut held = 0;
        for task in tasks {
            held += task.await.unwrap();
        }
        held
    });
    assert!(driver.submit().healthy());
    drop(driver);
    let reader = Arc::new(shop.reader());
    let counters = reader.license(Scope::Vendor, sold.license).unwrap().unwrap().counters;
    assert_eq!(counters.in_use, held);
    assert!(held <= 50, "{held}");
    assert_eq!(shop.upkeep().check(&mut |_, _| {}).unwrap(), []);
}
