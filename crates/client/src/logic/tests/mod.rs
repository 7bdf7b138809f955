//! The client's contract, each rule told as a story with invented time.
//!
//! Each rule was broken once and its story seen red: grace that ignores the term's end or an unreturned seat, that a restart
//! resets, or that a refusal does not end; dead copies not named; a fresh id for each try; time that follows the wall clock back,
//! or forgets the highest seen; a contact that does not forgive; a lease that is old or another checkout's; a certificate of
//! another device or of anybody's root; a key changed with the old seat kept; a released seat taken back; a lost one asked for
//! for ever; sleep not noticed; a close that forgets when; a token that another copy renewed; a device given up and activated again.

mod keys;
mod no_contact;
mod random;
mod seats;
mod server;
pub(crate) mod world;
