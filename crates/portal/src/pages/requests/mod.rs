//! More seats: asked for by customers, granted or declined by the vendor's sales.

mod answer;
mod ask;
mod list;
mod told;

use crate::routes::{Table, action, page};
pub(crate) use told::Told;

pub(crate) fn table() -> Table {
    vec![
        page("/requests", list::list),
        page("/requests/{id}", answer::read),
        action("/requests/{id}", answer::answer),
        page("/licenses/{id}/ask", ask::form),
        action("/licenses/{id}/ask", ask::ask),
    ]
}
