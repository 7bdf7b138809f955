//! The rules of licences, devices and seats by example: each as an administrator or a program meets it.

mod asks;
mod attempts;
mod catalogue;
mod devices;
mod forks;
mod free_page;
mod holders;
mod holds;
mod imports;
mod joined;
mod keys;
mod names;
mod requests;
mod restore;
mod returns;
mod seats;
mod shop;
mod status;
mod terms;
mod tokens;
