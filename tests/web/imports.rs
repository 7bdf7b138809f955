//! An estate of another system, brought in by sales: mistakes seen by line, the mended file applied, its keys taken; and a server
//! that dies in the middle leaves nothing or everything.

use std::thread;
use std::time::Duration;

use seatkeeper_test_browser::{Browser, Look, PHONE, SCREEN};
use seatkeeper_test_support::{Http, until};
use seatkeeper_test_world::{Desk, Dice, License, World};

use crate::looked::Looked;
use crate::people::Person;

const LOOKS: [Look; 3] = [Look::new(SCREEN), Look::new(PHONE), Look::new(SCREEN).dark().no_script()];

const HEAD: &str = "customer;customer_name;product;serial_number;term;seats;legacy";

/// Three licences, each with a serial number of this look's own.
fn file(number: usize) -> String {
    format!(
        "{HEAD}\nC-{number};Delta Tiefbau GmbH;planner;OLD-{number}1;perpetual;12;\n\
         C-{number};;planner;OLD-{number}2;subscription:2099-12-31;;lease\n\
         C-{number};;planner;OLD-{number}3;trial:14;3;\n"
    )
}

/// The file of product keys, as the page's form gets it: a download leaves the page as it is.
fn keys(browser: &Browser) -> String {
    let script = "const form = document.querySelector('main form');
        return fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).then((a) => a.text());";
    browser.ask(script).as_str().expect("a file").to_owned()
}

#[test]
fn sales_imports_an_estate_and_a_program_runs_with_its_keys() {
    let world = World::start();
    let mut looked = Looked::default();
    for (number, look) in LOOKS.into_iter().enumerate() {
        let browser = Person::Vendors("sales").at(&world, look);
        browser.click("Licences");
        browser.click("Import");
        let wrong =
            file(number).replace("perpetual", "for ever").replace("lease", "rented").replace("14;3", "14;three");
        browser.fill("Or its lines, pasted", &wrong);
        browser.click("Check it");
        browser.shows("3 mistakes in the file");
        for (row, line, why) in
            [(1, "2", "a term is perpetual"), (2, "3", "is not lease"), (3, "4", "is no number of seats")]
        {
            let told = browser.text(&format!("main table tbody tr:nth-child({row})"));
            assert!(told.contains(line) && told.contains(why), "{told}");
        }
        looked.at(&browser, "import-mistakes");
        browser.fill("Or its lines, pasted", &file(number));
        browser.click("Check it");
        browser.shows("Nothing is wrong with the file");
        browser.shows("3 licences, 16 seats");
        looked.at(&browser, "import-checked");
        browser.click("Import 3 licences");
        browser.shows("1 customer and 3 licences imported");
        looked.at(&browser, "import-done");
        // Whoever closed the window finds it again.
        browser.click("Licences");
        browser.click("Import");
        browser.click("1 customer and 3 licences");
        browser.click("Serial numbers and product keys");
        browser.shows("will stand in the history");
        looked.at(&browser, "import-keys-asked");
        let file = keys(&browser);
        let line = file.lines().find(|line| line.contains(&format!("OLD-{number}1"))).expect("the licence");
        let cell = |at: usize| line.split(',').nth(at).expect("a cell").to_owned();
        let sold = License { id: String::new(), serial_number: cell(2), product_key: cell(3) };
        Desk::new("Fay", "LDN-WS-0300", world.server.url(), &sold).seated();
        // The same file again makes nothing.
        browser.visit(&format!("{}/imports", world.server.url()));
        browser.fill("Or its lines, pasted", &self::file(number));
        browser.click("Check it");
        browser.shows("There is nothing new in the file");
        browser.shows("3 licences are there already, and stay as they are");
    }
    looked.all_well();
}

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

/// Seen red when each half of the licences is written in a commit of its own.
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
            match number % 2 {
                0 => thread::sleep(dice.while_below(Duration::from_millis(1_200))),
                // As soon as its first licence is seen.
                _ => {
                    let first = format!("/v1/licenses?serial_number=N{number}-0");
                    until(Duration::from_secs(60), "a licence", || world.list(&first).pop());
                }
            }
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
