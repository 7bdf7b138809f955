//! What programs and administrators are asked to do: small words that shrink well, drawn so that pools are
//! often full and replies often lost. It knows no ids; the world turns it into commands.

mod people;
mod visit;

use proptest::collection::vec;
use proptest::prelude::*;
use seatkeeper_domain::license::Model;
use seatkeeper_domain::policy::{CountBy, Hold};

pub use people::{Door, People, doors};
pub use visit::{Visit, visits};

use people::{door, people};

/// A licence and what happens to it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The licence that most programs use.
    pub sold: Sold,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// What differs in the licence under test.
#[derive(Clone, Copy, Debug)]
pub struct Sold {
    /// Pool or single user.
    pub model: Model,
    /// Seats of a pool.
    pub seats: u32,
    /// When an unreturned seat is taken back.
    pub hold: Hold,
    /// Who counts as one, in a pool.
    pub count_by: CountBy,
    /// Seats beyond those bought, in a pool.
    pub overdraft: u32,
    /// Holders on one device.
    pub holders_per_device: Option<u32>,
    /// Ends so many seconds after the start; never where absent.
    pub ends_after: Option<u32>,
}

impl Sold {
    /// One seat of a pool, for ever.
    pub fn plain() -> Self {
        Self {
            model: Model::Concurrent,
            seats: 1,
            hold: Hold::Grace,
            count_by: CountBy::Holder,
            overdraft: 0,
            holders_per_device: None,
            ends_after: None,
        }
    }
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// Programs ask, in one batch.
    Batch(Vec<Ask>, Fate),
    /// An administrator asks, by whose right, and asks again with the same idempotency key.
    Office(Desk, By, bool, Fate),
    /// So many seconds pass.
    Pass(u32),
    /// The server stops and starts.
    Restart,
    /// A backup is made.
    Backup,
    /// The books are restored from it.
    Restore,
}

/// What becomes of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is committed and answered.
    Done,
    /// The server dies before it is committed.
    DiesBefore,
    /// The server dies after, before it answers.
    DiesAfter,
}

/// One program asks.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Which program.
    pub program: usize,
    /// What.
    pub act: Act,
    /// Whether the reply reaches it.
    pub heard: bool,
}

/// What a program does.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Activates its device, admitted or not.
    Activate,
    /// Asks for a seat, again where it does not know whether it has one, and renews its lease where it has.
    Open,
    /// Returns its checkout, or repeats the last return.
    Close,
    /// Notes a return that happened with no contact; the next close sends it.
    CloseOffline,
    /// Dies without a word. The next start on its device says so.
    Die,
    /// Goes on with a copy of its twin's state, as a cloned machine does.
    Copy,
    /// Gives its device up.
    Deactivate,
    /// The server takes back what is due of its licence, at most so many seats.
    Reclaim(u32),
    /// Somebody types a wrong key.
    WrongKey,
    /// Activates its device with the key of one of the last trials that visitors began.
    Try(usize),
}

/// By whose right an administrator asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The vendor.
    Vendor,
    /// The licence's own customer.
    Owner,
    /// Another customer.
    Stranger,
}

/// What an administrator does. Numbers name licences, users, devices and programs of the world.
#[derive(Clone, Copy, Debug)]
pub enum Desk {
    /// Sells so many seats.
    Seats(usize, u32),
    /// Asks for so many more.
    Ask(usize, u32),
    /// Grants so many of those asked for, or declines with none.
    Answer(usize, u32),
    /// Sets when an unreturned seat is taken back.
    Hold(Hold),
    /// Sets how long a program may go on with no contact, in seconds.
    Grace(u32),
    /// Sets how long a lease lasts, in seconds.
    Lease(u32),
    /// Sets who counts as one.
    CountBy(CountBy),
    /// Sets the overdraft.
    Overdraft(u32),
    /// Ends the licence so many seconds from now, or never.
    Term(Option<u32>),
    /// Pauses.
    Suspend(usize),
    /// Lifts a pause.
    Resume(usize),
    /// Ends for ever.
    Revoke(usize),
    /// Shuts a user out.
    BlockUser(usize),
    /// Shuts a device out.
    BlockDevice(usize),
    /// Lifts the last block.
    Unblock,
    /// Releases a program's seat.
    Release(usize),
    /// Ends a device.
    EndDevice(usize),
    /// Replaces the last key: overlap, and until when what is open is refreshed, in seconds; with a new serial
    /// number where asked.
    Reissue(u32, Option<u32>, bool),
    /// Lets the last key open programs and refresh them so many seconds more, or for ever.
    CutOff(Option<u32>, Option<u32>),
    /// Makes one more key, which programs use from then on.
    AddKey,
    /// Shows the last key.
    ShowKey,
    /// Sets the earliest version that may use the product.
    MinimumVersion(Option<&'static str>),
    /// Writes down a user as their customer's contact.
    Contact(usize),
    /// Opens the customer's page of free seats, or shuts it.
    FreePage(bool),
    /// Makes a token, a customer's own or the vendor's.
    Token(bool),
    /// Revokes the last token.
    RevokeToken,
    /// Adds a signing key.
    SigningKey,
    /// Lets the next signing key sign.
    Promote,
    /// Erases a user's names.
    Erase(usize),
    /// Manages people who sign in.
    People(People),
    /// Somebody signs in, or does something with their own account.
    Door(Door, usize),
    /// A visitor asks for something, or the vendor answers.
    Visit(Visit),
}

/// Programs in the world.
pub const PROGRAMS: usize = 8;

/// Plans of up to so many steps.
pub fn plans(steps: usize) -> impl Strategy<Value = Plan> {
    let seats = (sold(), vec(step(), 1..steps)).prop_map(|(sold, steps)| Plan { sold, steps });
    prop_oneof![5 => seats, 1 => doors(steps), 1 => visits(steps)]
}

fn sold() -> impl Strategy<Value = Sold> {
    let hold = prop_oneof![3 => Just(Hold::Grace), 2 => Just(Hold::Lease), 1 => Just(Hold::Indefinite)];
    let count_by = prop_oneof![4 => Just(CountBy::Holder), 1 => Just(CountBy::User), 1 => Just(CountBy::Device)];
    let model = prop_oneof![5 => Just(Model::Concurrent), 1 => Just(Model::SingleUser)];
    let limit = prop_oneof![4 => Just(None), 1 => Just(Some(1)), 1 => Just(Some(2))];
    let end = prop_oneof![4 => Just(None), 1 => soon().prop_map(Some)];
    (model, 1..4_u32, hold, count_by, 0..2_u32, limit, end).prop_map(
        |(model, seats, hold, count_by, overdraft, holders_per_device, ends_after)| {
            let pool = model == Model::Concurrent;
            Sold {
                model,
                seats: if pool { seats } else { 1 },
                hold,
                count_by: if pool { count_by } else { CountBy::Holder },
                overdraft: if pool { overdraft } else { 0 },
                holders_per_device,
                ends_after,
            }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        14 => (vec(ask(), 1..8), fate()).prop_map(|(asks, fate)| Step::Batch(asks, fate)),
        4 => (desk(), by(), any::<bool>(), fate()).prop_map(|(desk, by, again, fate)| Step::Office(desk, by, again, fate)),
        5 => prop::sample::select(vec![1, 29, 61, 99, 101, 500, 901, 1001, 5000, 1_000_000]).prop_map(Step::Pass),
        1 => Just(Step::Restart),
        1 => Just(Step::Backup),
        1 => Just(Step::Restore),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![12 => Just(Fate::Done), 1 => Just(Fate::DiesBefore), 1 => Just(Fate::DiesAfter)]
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![6 => Just(By::Vendor), 1 => Just(By::Owner), 1 => Just(By::Stranger)]
}

fn ask() -> impl Strategy<Value = Ask> {
    (0..PROGRAMS, act(), prop::bool::weighted(0.85)).prop_map(|(program, act, heard)| Ask { program, act, heard })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        24 => Just(Act::Open),
        3 => Just(Act::Close),
        1 => Just(Act::CloseOffline),
        2 => Just(Act::Die),
        2 => Just(Act::Copy),
        1 => Just(Act::Activate),
        1 => Just(Act::Deactivate),
        2 => (1..4_u32).prop_map(Act::Reclaim),
        1 => Just(Act::WrongKey),
    ]
}

/// An end that a plan reaches, in seconds: often within a lease.
fn soon() -> impl Strategy<Value = u32> {
    prop_oneof![1..150_u32, 150..5_000_u32]
}

fn cut_off() -> impl Strategy<Value = Option<u32>> {
    prop::option::of(0..1_000_u32)
}

/// What touches no seat.
fn catalogue() -> impl Strategy<Value = Desk> {
    prop_oneof![
        Just(Desk::AddKey),
        Just(Desk::ShowKey),
        prop::sample::select(vec![None, Some("16"), Some("16.10"), Some("17")]).prop_map(Desk::MinimumVersion),
        (0..4_usize).prop_map(Desk::Contact),
        any::<bool>().prop_map(Desk::FreePage),
        any::<bool>().prop_map(Desk::Token),
        Just(Desk::RevokeToken),
        Just(Desk::SigningKey),
        Just(Desk::Promote),
    ]
}

fn desk() -> impl Strategy<Value = Desk> {
    let hold = prop::sample::select(vec![Hold::Grace, Hold::Lease, Hold::Indefinite]);
    let count_by = prop::sample::select(vec![CountBy::Holder, CountBy::User, CountBy::Device]);
    prop_oneof![
        6 => (0..2_usize, 1..5_u32).prop_map(|(license, seats)| Desk::Seats(license, seats)),
        2 => (0..2_usize, 0..3_u32).prop_map(|(license, seats)| Desk::Ask(license, seats)),
        2 => (0..2_usize, 0..3_u32).prop_map(|(license, seats)| Desk::Answer(license, seats)),
        1 => hold.prop_map(Desk::Hold),
        4 => prop::sample::select(vec![0, 200, 1000, 5000]).prop_map(Desk::Grace),
        1 => prop::sample::select(vec![50, 100, 200]).prop_map(Desk::Lease),
        1 => count_by.prop_map(Desk::CountBy),
        1 => (0..3_u32).prop_map(Desk::Overdraft),
        2 => prop::option::of(soon()).prop_map(Desk::Term),
        1 => (0..2_usize).prop_map(Desk::Suspend),
        3 => (0..2_usize).prop_map(Desk::Resume),
        1 => (0..2_usize).prop_map(Desk::Revoke),
        1 => (0..4_usize).prop_map(Desk::BlockUser),
        1 => (0..4_usize).prop_map(Desk::BlockDevice),
        2 => Just(Desk::Unblock),
        6 => (0..PROGRAMS).prop_map(Desk::Release),
        1 => (0..4_usize).prop_map(Desk::EndDevice),
        1 => (0..200_u32, prop::option::of(200..2_000_u32), any::<bool>())
            .prop_map(|(over, end, serial)| Desk::Reissue(over, end, serial)),
        1 => (cut_off(), cut_off()).prop_map(|(open, refresh)| Desk::CutOff(open, refresh)),
        1 => catalogue(),
        1 => (0..4_usize).prop_map(Desk::Erase),
        1 => people().prop_map(Desk::People),
        4 => (door(), 0..5_usize).prop_map(|(door, who)| Desk::Door(door, who)),
    ]
}
