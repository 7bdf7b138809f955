//! Pausing a licence, lifting the pause, ending it for ever.

use clap::Args;

use super::show::page;
use super::{Desk, Named};
use crate::admin::Why;

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident $path:literal)+) => {
        $($(#[$doc])*
        #[derive(Debug, Args)]
        pub(crate) struct $name {
            #[command(flatten)]
            named: Named,
            #[command(flatten)]
            why: Why,
        }

        impl $name {
            pub(super) fn run(&self, desk: &Desk<'_>) -> anyhow::Result<()> {
                let path = self.named.path(desk, $path)?;
                page(desk, &desk.client.post(&path, &self.why.body())?)
            }
        })+
    };
}

verbs! {
    Suspend "suspend"
    Resume "resume"
    Revoke "revoke"
}
