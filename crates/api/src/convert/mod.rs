//! Between the protocol's types and the domain's, in one place. Bounds what strangers write; decides nothing.

pub(crate) mod catalogue;
pub(crate) mod customer;
pub(crate) mod key;
pub(crate) mod license;
mod policy;
pub(crate) mod program;
pub(crate) mod record;
pub(crate) mod session;
mod term;
pub(crate) mod text;
pub(crate) mod token;

pub(crate) use text::Checked;
