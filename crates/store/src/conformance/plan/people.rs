//! What people do who sign in, and whoever manages them.

use proptest::collection::vec;
use proptest::prelude::*;
use seatkeeper_domain::token::Role;

use super::{Desk, Plan, Sold, Step, by, fate};

/// What whoever manages people does. Numbers name houses (two customers, the vendor) and people.
#[derive(Clone, Copy, Debug)]
pub enum People {
    /// Invites somebody to a house.
    Invite(usize, usize, Role),
    /// Gives somebody a role, shuts them out or lets them in.
    Change(usize, Option<Role>, Option<bool>),
    /// Erases somebody's name and address.
    Erase(usize),
    /// Has a link sent to somebody.
    Send(usize),
    /// Ends somebody's sign-ins.
    End(usize),
    /// Switches somebody's two-factor sign-in off.
    RemoveFactor(usize),
}

/// What somebody does at the door, and with their own account.
#[derive(Clone, Copy, Debug)]
pub enum Door {
    /// Tries a password or a code.
    Count,
    /// Forgets the password, of an account or of none.
    AskReset(bool),
    /// Signs in, with the right password or another.
    SignIn(bool),
    /// Gives a code, or a recovery code.
    Code(bool),
    /// Goes on.
    Seen,
    /// Gives the password again.
    Confirm,
    /// Signs out.
    SignOut,
    /// Ends the other sign-ins.
    EndOthers,
    /// Changes name and time zone.
    Profile,
    /// Changes the password.
    Password,
    /// Begins two-factor sign-in.
    DrawFactor,
    /// Switches it on.
    ConfirmFactor,
    /// Renews its recovery codes.
    Renew,
    /// Switches it off.
    RemoveFactor,
    /// Sees a customer's pages.
    View(usize),
    /// Sees their own again.
    StopViewing,
    /// The machine's owner makes a link, for the first administrator or one more.
    MakeLink(bool),
    /// Uses one of the last links.
    Redeem,
    /// The server sent a mail, or could not.
    Mailed(bool),
}

/// Who may sign in.
pub(super) fn people() -> impl Strategy<Value = People> {
    let role = || prop::sample::select(vec![Role::Owner, Role::Admin, Role::Sales, Role::Viewer]);
    prop_oneof![
        4 => (0..3_usize, 0..4_usize, role()).prop_map(|(house, person, role)| People::Invite(house, person, role)),
        4 => (0..9_usize, prop::option::of(role()), prop::option::of(any::<bool>()))
            .prop_map(|(person, role, disabled)| People::Change(person, role, disabled)),
        1 => (0..9_usize).prop_map(People::Erase),
        1 => (0..9_usize).prop_map(People::Send),
        1 => (0..9_usize).prop_map(People::End),
        1 => (0..9_usize).prop_map(People::RemoveFactor),
    ]
}

pub(super) fn door() -> impl Strategy<Value = Door> {
    prop_oneof![
        3 => Just(Door::Count),
        1 => any::<bool>().prop_map(Door::AskReset),
        6 => prop::bool::weighted(0.9).prop_map(Door::SignIn),
        4 => any::<bool>().prop_map(Door::Code),
        1 => Just(Door::Seen),
        1 => Just(Door::Confirm),
        1 => Just(Door::SignOut),
        1 => Just(Door::EndOthers),
        1 => Just(Door::Profile),
        1 => Just(Door::Password),
        3 => Just(Door::DrawFactor),
        3 => Just(Door::ConfirmFactor),
        1 => Just(Door::Renew),
        1 => Just(Door::RemoveFactor),
        2 => (0..2_usize).prop_map(Door::View),
        1 => Just(Door::StopViewing),
        1 => any::<bool>().prop_map(Door::MakeLink),
        3 => Just(Door::Redeem),
        1 => any::<bool>().prop_map(Door::Mailed),
    ]
}

/// Plans of up to so many steps in which people sign in, and little else happens.
pub fn doors(steps: usize) -> impl Strategy<Value = Plan> {
    let desk = prop_oneof![1 => people().prop_map(Desk::People), 3 => (door(), 0..5_usize).prop_map(|(door, who)| Desk::Door(door, who))];
    let step = prop_oneof![
        6 => (desk, by(), any::<bool>(), fate()).prop_map(|(desk, by, again, fate)| Step::Office(desk, by, again, fate)),
        1 => prop::sample::select(vec![29, 61, 601, 2_000, 50_000, 1_000_000]).prop_map(Step::Pass),
    ];
    vec(step, 1..steps).prop_map(|steps| Plan { sold: Sold::plain(), steps })
}
