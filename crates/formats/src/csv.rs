//! CSV: what its first line names, what its values tell of the columns' types, and Arrow arrays of them.
//!
//! Files of any length are streamed by `connect`; the beginning of one, which is all that a look at it needs,
//! is read here, so that the browser and the server tell the same of it.

mod beginning;
mod columns;
pub mod delimiter;
mod guess;
mod values;

pub use self::beginning::beginning;
pub use self::columns::{Column, Columns, MOST_COLUMNS};
pub use self::guess::Guess;
pub use self::values::{Builder, Unlike, repeated};
