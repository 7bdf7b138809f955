//! The pages in one process, on the real embedded store: who may see and do what, and what guards every page.

mod guards;
mod page;
mod reach;
mod rows;
mod tenants;
