//! Customers and licences from a file: checked by line, looked over, brought in whole or not at all, their keys taken by those who may.

use seatkeeper_domain::decide::RecordKeyShown;
use seatkeeper_domain::license::{Legacy, Model};
use seatkeeper_domain::token::Role;
use seatkeeper_service::HistoryFilter;
use seatkeeper_service::read::{LicenseFilter, LicenseRow, Page};

use crate::browser::Browser;
use crate::world::World;

const HEAD: &str = "customer;customer_name;product;serial_number;term;seats;features;legacy\r\n";
const LINES: &str = "C-9;=HYPERLINK(\"x\");planner;OLD-1;perpetual:2027-12-31;12;bim 4d;\r\n\
                     C-9;;planner;OLD-2;subscription:2027-12-31;;;lease\r\n\
                     C-1;;planner;OLD-3;subscription:2020-12-31;3;;\r\n";

fn file() -> String {
    format!("\u{feff}{HEAD}{LINES}")
}

/// Every licence there is.
async fn licenses(world: &World) -> Vec<LicenseRow> {
    let page = Page { after: None, limit: 200 };
    world.service.licenses(&world.service.owner(), LicenseFilter::default(), page).await.unwrap().items
}

/// The field of a form.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap()
}

/// Applies a file that was checked; where its page is.
async fn applied(world: &World, who: &Browser, file: &str) -> String {
    let checked = world.post(who, "/imports", &[("text", file)]).await;
    checked.shows(&["Nothing is wrong with the file"]);
    let id = field(&checked.text, "id");
    world.post(who, "/imports", &[("text", file), ("sure", "yes"), ("id", id)]).await.leads().to_owned()
}

#[tokio::test]
async fn every_mistake_is_told_by_line_and_column_and_nothing_is_changed() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let before = licenses(&world).await.len();
    // Wrong by themselves: no server is asked about the rest.
    let wrong = format!("{HEAD}C-9;;planner;OLD-1;forever;12;;\r\n;;planner;OLD-2;perpetual;many;;\r\n");
    let page = world.post(&sales, "/imports", &[("text", &wrong)]).await;
    page.again(&[
        "3 mistakes in the file",
        "data-label=\"Line\">2</td><td data-label=\"Column\"><code>term</code>",
        "data-label=\"Line\">3</td><td data-label=\"Column\"><code>customer</code>",
        "data-label=\"Line\">3</td><td data-label=\"Column\"><code>seats</code>",
    ]);
    // What was pasted can be mended where it is.
    page.again(&["C-9;;planner;OLD-1;forever"]);
    // Against the books: a customer that is not there and has no name, another's serial number.
    let other = licenses(&world).await.into_iter().find(|row| row.license.customer_id == world.braun).unwrap();
    let serial = other.license.serial_number;
    let wrong = format!("{HEAD}\r\nC-8;;planner;OLD-1;perpetual;1;;\r\nC-1;;planner;{serial};perpetual;1;;\r\n");
    world.post(&sales, "/imports", &[("text", &wrong)]).await.again(&[
        "data-label=\"Line\">3</td><td data-label=\"Column\"><code>customer</code>",
        "fill in customer_name",
        "data-label=\"Line\">4</td><td data-label=\"Column\"><code>serial_number</code>",
        "is another customer’s licence already",
    ]);
    // Decided as it would be when it is applied: a product, a feature and seats that are none.
    let wrong = format!(
        "{HEAD}C-1;;planer;OLD-1;perpetual;1;;\r\nC-1;;planner;OLD-2;perpetual;1;6d;\r\nC-1;;planner;OLD-3;perpetual;0;;\r\n"
    );
    world.post(&sales, "/imports", &[("text", &wrong)]).await.again(&[
        "data-label=\"Line\">2</td><td data-label=\"Column\"><code>product</code>",
        "data-label=\"Line\">3</td><td data-label=\"Column\"><code>features</code>",
        "data-label=\"Line\">4</td><td data-label=\"Column\"><code>seats</code>",
    ]);
    world.post(&sales, "/imports", &[("text", &file())]).await.shows(&["Nothing was changed yet"]);
    world.post(&sales, "/imports", &[("text", " ")]).await.again(&["Choose a file, or paste its lines."]);
    assert_eq!(licenses(&world).await.len(), before);
}

#[tokio::test]
async fn a_file_is_looked_over_applied_and_its_keys_are_taken() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let before = licenses(&world).await.len();
    let checked = world.post(&sales, "/imports", &[("text", &file())]).await;
    checked.shows(&[
        "<b>planner</b><span>3 licences, 16 seats",
        "1 customer to be entered",
        "Import 3 licences",
        "=HYPERLINK",
        "31 Dec 2027",
    ]);
    let one = applied(&world, &sales, &file()).await;
    world.page(&sales, &one).await.shows(&["1 customer and 3 licences imported", "By Ada King", "OLD-1", "OLD-3"]);
    world.page(&sales, "/imports").await.shows(&["1 customer and 3 licences", &one]);
    let made = licenses(&world).await;
    assert_eq!(made.len(), before + 3);
    let lease = made.iter().find(|row| row.license.serial_number == "OLD-2").unwrap();
    assert_eq!((lease.license.model, lease.license.legacy), (Model::SingleUser, Some(Legacy::Lease)));

    let keys = format!("{one}/keys");
    world.page(&sales, &keys).await.shows(&["will stand in the history"]);
    world.post(&sales, &keys, &[("kind", "csv")]).await.is(400);
    let file = world.post(&sales, &keys, &[("sure", "yes"), ("kind", "csv")]).await;
    file.shows(&["Customer,Product,Serial number,Product key,Label"]);
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("product-keys.csv"));
    let lines: Vec<&str> = file.text.lines().skip(1).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("\"'=HYPERLINK(\"\"x\"\")\",planner,OLD-1,"), "{}", lines[0]);
    let owner = world.service.owner();
    let key = world.service.keys(&owner, lease.license.id).await.unwrap().remove(0).key.id;
    let secret = world.service.key_secret(&owner, lease.license.id, key).await.unwrap();
    assert!(lines[1].contains(&format!(",OLD-2,{secret},")), "{}", lines[1]);
    let shown = HistoryFilter { kinds: vec!["key.shown".to_owned()], ..HistoryFilter::default() };
    let shown = world.service.history(&owner, shown, Vec::new(), 99).await.unwrap().items;
    assert_eq!(shown.len(), 4, "three in the file, and one of this test's own");
}

#[tokio::test]
async fn the_same_file_twice_makes_nothing_twice() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let checked = world.post(&sales, "/imports", &[("text", &file())]).await;
    let form = [("text", file()), ("sure", "yes".to_owned()), ("id", field(&checked.text, "id").to_owned())];
    // An impatient hand, then a reload.
    let first = world.post(&sales, "/imports", &form).await.leads().to_owned();
    assert_eq!(world.post(&sales, "/imports", &form).await.leads(), first);
    world.page(&sales, &first).await.shows(&["3 licences imported"]);
    let made = licenses(&world).await.len();
    let again = world.post(&sales, "/imports", &[("text", &file())]).await;
    again.shows(&["There is nothing new in the file", "3 licences are there already, and stay as they are"]);
    again.lacks(&["Import 3"]);
    let form = [("text", file()), ("sure", "yes".to_owned()), ("id", field(&again.text, "id").to_owned())];
    let second = world.post(&sales, "/imports", &form).await.leads().to_owned();
    world.page(&sales, &second).await.shows(&["There was nothing new in the file"]);
    let longer = file() + "C-1;;planner;OLD-4;perpetual;3;;\r\n";
    world
        .post(&sales, "/imports", &[("text", &longer)])
        .await
        .shows(&["Import 1 licence", "3 licences are there already"]);
    assert_eq!(licenses(&world).await.len(), made);
}

#[tokio::test]
async fn what_changed_since_the_check_is_found_and_nothing_is_applied() {
    let world = World::new().await;
    let sales = world.vendor(Role::Sales).await;
    let checked = world.post(&sales, "/imports", &[("text", &file())]).await;
    // Meanwhile somebody else gives one of the serial numbers to another customer.
    applied(&world, &sales, &format!("{HEAD}C-2;;planner;OLD-2;perpetual;1;;\r\n")).await;
    let before = licenses(&world).await.len();
    let form = [("text", file()), ("sure", "yes".to_owned()), ("id", field(&checked.text, "id").to_owned())];
    let one = world.post(&sales, "/imports", &form).await.leads().to_owned();
    world.page(&sales, &one).await.shows(&[
        "Nothing was imported",
        "data-label=\"Line\">3",
        "another customer’s licence",
    ]);
    world.page(&sales, "/imports").await.shows(&["The last one was not applied."]);
    assert_eq!(licenses(&world).await.len(), before);
    world.page(&sales, "/imports/00000000-0000-4000-8000-000000000001").await.is(404);
}

#[tokio::test]
async fn a_file_is_uploaded_as_spreadsheets_save_it_within_bounds() {
    let world = World::new().await;
    let mut sales = world.vendor(Role::Sales).await;
    sales.upload("/imports", file().as_bytes()).await.shows(&["Import 3 licences"]);
    let latin: Vec<u8> = LINES.replace("C-9", "M\u{fc}ller").chars().map(|letter| letter as u8).collect();
    let latin = [HEAD.as_bytes(), &latin].concat();
    sales.upload("/imports", &latin).await.again(&["data-label=\"Line\">2", "not in UTF-8", "CSV UTF-8"]);
    let many: String = (0..5_001).map(|number| format!("C-1;;planner;N-{number};perpetual;1;;\n")).collect();
    let many = sales.upload("/imports", format!("{HEAD}{many}").as_bytes()).await;
    many.again(&["5,001 licences", "make it two files", "data-label=\"Line\">5002"]);
    let huge = sales.upload("/imports", &vec![b'x'; 7 << 20]).await;
    huge.is(413);
    assert!(huge.text.contains("This file is too large"), "{}", huge.text);
}

#[tokio::test]
async fn keys_are_shown_with_the_whole_of_them_on_record_first() {
    let world = World::new().await;
    let (sales, owner) = (world.vendor(Role::Sales).await, world.service.owner());
    let one = applied(&world, &sales, &file()).await;
    let support = world.vendor(Role::Support).await;
    world.post(&support, &format!("{one}/keys"), &[("sure", "yes")]).await.is(403);
    let customers = world.person(Role::Owner, Some(world.alpha)).await;
    world.post(&customers, &format!("{one}/keys"), &[("sure", "yes")]).await.is(404);
    // What was revoked is left out.
    let gone = licenses(&world).await.into_iter().find(|row| row.license.serial_number == "OLD-1").unwrap().license.id;
    let revoke = seatkeeper_domain::decide::Revoke { license_id: gone, reason: "returned".to_owned() };
    world.service.office(&owner, None, revoke).await.unwrap();
    let file = world.post(&sales, &format!("{one}/keys"), &[("sure", "yes")]).await;
    file.lacks(&["OLD-1"]);
    file.shows(&["OLD-2", "OLD-3"]);
    let unknown = RecordKeyShown { license_id: gone, key_id: world.service.draw() };
    assert!(world.service.office(&owner, None, unknown).await.is_err());
}
