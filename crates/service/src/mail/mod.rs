//! Mails on their way out, to accounts and to visitors: worded when they are sent, so that no secret waits in the books, and put where the vendor says. Knows
//! no page and decides nothing.

mod ask;
mod post;
mod round;
mod words;

pub use post::Post;
