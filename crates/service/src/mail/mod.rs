//! Mails on their way out: worded when they are sent, so that no secret waits in the books, and put where the vendor says. Knows
//! no page and decides nothing.

mod post;
mod round;
mod words;

pub use post::Post;
