//! An estate of another system, brought in by sales: a server that dies in the middle leaves nothing or everything.

use std::thread;
use std::time::Duration;

use seatkeeper_test_support::{Http, until};
use seatkeeper_test_world::{Dice, World};

use crate::people::Person;

const HEAD: &str = "customer;customer_name;product;serial_number;term;seats;legacy";

/// Licences of one import of these: enough that a kill meets each of its stages.
const MANY: usize = 300;

fn estate(number: u32) -> String {
    let line = |at: usize| format!("K{number}-{at};Kunde {at};planner;N{number}-{at};perpetual;5;\n");
    format!("{HEAD}\n{}", (0..MANY).map(line).collect::<String>())
}

fn imported(world: &World, number: u32) -> usize {
    let prefix = format!("N{number}-");
    let all = world.list("/v1/licenses?limit=200");
    all.iter().filter(|row| row["serial_number"].as_str().is_some_and(|serial| serial.starts_with(&prefix))).count()
}

/// Has a file checked, and what applies it then.
fn checked(http: &Http, file: &str) -> String {
    let page = http.form("/imports", &[("text", file)]);
    let id = page.body.split("name=\"id\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    id.unwrap_or_else(|| panic!("nothing to apply: {}", page.body)).to_owned()
}

#[test]
fn a_server_killed_in_the_middle_leaves_nothing_or_everything() {
    let mut world = World::start();
    let sales = Person::Vendors("sales").http(&world);
    let mut dice = Dice::seeded(27);
    let (mut none, mut whole) = (0, 0);
    for number in 0..8 {
        let file = estate(number);
        let id = checked(&sales, &file);
        let form = [("sure", "yes"), ("id", &id), ("text", &file)];
        thread::scope(|scope| {
            // Its answer is lost with the server, or was given before.
            scope.spawn(|| drop(sales.attempt_form("/imports", &form)));
            thread::sleep(dice.while_below(Duration::from_millis(1_200)));
            world.server.kill9();
        });
        world.server.restart();
        world.check();
        let came = imported(&world, number);
        let page = sales.get(&format!("/imports/{id}"));
        match came {
            0 => assert!(page.body.contains("Nothing of this import is in the books"), "{}", page.body),
            MANY => assert!(page.body.contains("300 licences imported"), "{}", page.body),
            some => panic!("{some} of {MANY} licences came in"),
        }
        none += usize::from(came == 0);
        whole += usize::from(came == MANY);
        // Sent again, all of it is there, once.
        assert_eq!(sales.form("/imports", &form).status, 303);
        until(Duration::from_secs(60), "the import to be over", || (imported(&world, number) == MANY).then_some(()));
    }
    println!("killed before the commit {none} times, after it {whole} times");
}
