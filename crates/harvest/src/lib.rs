//! Runs the sources: what lies in folders and artifacts becomes the statements of one harvest.
//!
//! Everything here reads and nothing writes; what reads files blocks, so the server calls it from a thread
//! of its own. What
//! is read is nobody's promise: whatever a file holds, it is read or refused with a reason, within bounds.

pub mod dbt;
mod error;
pub mod files;
pub mod glue;
mod open;
pub mod postgres;

pub use error::HarvestError;
