//! Reports over days that have been: a server whose clock was behind, so that its history is known to the hour.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use seatkeeper_test_browser::Browser;
use seatkeeper_test_support::{BOUND, FakeClock, Start, until};
use seatkeeper_test_world::{License, Machine, World};
use uuid::Uuid;

use crate::looked::{BOTH, Looked};
use crate::people::{PASSWORD, Person, is_in, sign_in};

/// Time passes while the server rests: it takes the new time up when it starts.
fn passes_to(world: &mut World, clock: &FakeClock, seconds: i64) {
    world.server.stop();
    clock.step_to(seconds);
    world.server.restart();
}

/// A pool of two that two people filled for three hours, two days ago at ten, when a third was refused and gave up. The server
/// goes by the clock, at last the real one.
fn history(now: i64) -> (FakeClock, World, License) {
    const DAY: i64 = 86_400;
    const HOUR: i64 = 3_600;
    let ten = now - now % DAY - 2 * DAY + 10 * HOUR;
    let clock = FakeClock::real();
    clock.step_to(ten - now);
    let mut world = World::on(clock.on(Start::default()).ready());
    let pool = world.pool(2);
    let at = |world: &World, name: &str, device: &str| {
        let program = Machine::new(device).activate(&world.server.http(), &pool);
        let mut seat = program.take(name);
        program.renew(&mut seat);
        (program, seat)
    };
    let held = [at(&world, "Anna Okafor", "WS-1"), at(&world, "Ben Whitfield", "WS-2")];
    let late = Machine::new("WS-3").activate(&world.server.http(), &pool);
    late.ask(Uuid::new_v4(), "Chidi Eze").expect(409);
    passes_to(&mut world, &clock, ten + 3 * HOUR - now);
    for (program, seat) in held {
        program.at(&world.server.http()).give_back(seat.checkout).expect(204);
    }
    passes_to(&mut world, &clock, 0);
    (clock, world, pool)
}

fn book(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook")
}

/// The rows of a sheet below its headings.
#[track_caller]
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    let range = book.worksheet_range(sheet).unwrap_or_else(|error| panic!("{sheet}: {error}"));
    range.rows().skip(1).map(<[Data]>::to_vec).collect()
}

/// Seen red when the files number the seats otherwise than the page.
#[test]
fn a_history_is_charted_sized_and_taken_away_as_files() {
    let browsers = BOTH.map(Browser::start);
    let (_clock, world, pool) = history(browsers[0].clock());
    let owner = Person::Customers("owner").account(&world).email;
    let mut looked = Looked::default();
    for browser in browsers {
        sign_in(&browser, &world, &owner, PASSWORD);
        is_in(&browser);
        let page = format!("{}/reports?license={}&range=30d", world.server.url(), pool.id);
        until(BOUND, "the hours to be gone through", || {
            browser.visit(&page);
            (!browser.text("main").contains("No use on record yet")).then_some(())
        });
        browser.shows("At most 2 seats at once");
        browser.shows("at the limit in 1 day.");
        browser.shows("3 seats would have refused nobody.");
        browser.shows("Anna Okafor");
        assert_eq!(browser.count("svg.chart .full[d]:not([d=''])"), 1, "no bar is at the limit");
        assert_eq!(browser.count("svg.heat rect.some"), 1, "one hour in which somebody was refused");
        looked.at(&browser, "report-30d");
        browser.fill("Try", "1");
        browser.click("Show");
        browser.shows("tried");
        looked.at(&browser, "report-tried");
        for range in ["24 hours", "60 days", "12 months"] {
            browser.click(range);
            browser.shows(if range == "24 hours" { "never at the limit" } else { "At most 2 seats at once" });
            looked.at(&browser, &format!("report-{}", range.replace(' ', "")));
        }
        if browser.look().script {
            files(&browser, &pool);
        }
    }
    looked.all_well();
}

/// What the page says, as CSV and as a workbook that another program reads.
fn files(browser: &Browser, pool: &License) {
    let path = |kind: &str| format!("/reports/export/{kind}?license={}&range=30d", pool.id);
    let csv = String::from_utf8(browser.download(&path("csv"))).expect("UTF-8");
    // Seats, refusals, people, minutes waited, peak; and who had a seat for three hours, once.
    for line in ["\r\n2,1,1,", "\r\n3,0,0,0,3\r\n", "\r\nAnna Okafor,3"] {
        assert!(csv.contains(line), "no {line:?} in {csv}");
    }
    let mut book = book(browser.download(&path("xlsx")));
    let sized = rows(&mut book, "Right-sizing");
    let three = sized.iter().find(|row| row[0] == Data::Float(3.0)).unwrap_or_else(|| panic!("{sized:?}"));
    assert_eq!(three[1..], [0.0, 0.0, 0.0, 3.0].map(Data::Float), "{sized:?}");
    let use_by_day = rows(&mut book, "Use");
    assert_eq!(use_by_day.len(), 30);
    assert_eq!(use_by_day.iter().filter(|row| row[1] == Data::Float(2.0)).count(), 1, "{use_by_day:?}");
    let people = rows(&mut book, "People");
    let names: Vec<String> = people.iter().map(|row| row[0].to_string()).collect();
    assert_eq!((names.contains(&"Anna Okafor".to_owned()), names.len()), (true, 2), "{names:?}");
}
