//! Where data lies, reached for reading alone.
//!
//! What may be reached is the operator's word, from the command line, never a web visitor's. No message of
//! this crate names a password.

pub mod aws;
mod error;
pub mod files;
pub mod open;
pub mod postgres;

pub use aws::AwsError;
pub use error::ConnectError;
pub use files::FilesError;
