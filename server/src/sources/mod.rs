//! Where data lies: what the operator wrote into `loggia.yaml`.
//!
//! Only this file says what the program may reach; no page and no visitor can add to it.

mod bucket;
mod file;
mod lake;
mod rule;
mod runner;

pub use self::bucket::way;
pub use self::file::{Source, SourcesFile};
pub use self::lake::Lake;
pub use self::runner::{Handle, Runner};
