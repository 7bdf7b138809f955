//! The HTTP face in one process, on the real embedded store: everything but the socket.

mod activations;
mod app;
mod document;
mod local;
mod office;
mod operations;
mod secrets;
mod servers;
mod shapes;
mod world;
