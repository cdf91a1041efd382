//! The portal and the command line, entered by their own doors.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod accounts;
mod api;
mod audit;
mod bucket;
mod data;
mod doors;
mod federation;
mod forms;
mod killed;
mod letters;
mod links;
mod notifying;
mod pages;
mod program;
mod schemathesis;
mod scim;
mod scim_tester;
mod secrets;
mod serving;
mod support;
mod verbs;
