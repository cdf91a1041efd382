//! What can go wrong in a chore. There is one reader, a person at a terminal, so an error is a text:
//! what was wrong, where, and what to do about it. Nobody matches on it.

use std::fmt;

pub type Result<T> = std::result::Result<T, Failure>;

/// Lower-case, no full stop; may have several lines, of which the first must stand alone.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Puts what was being done before what the system said about it.
pub trait While<T> {
    fn while_(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> While<T> for std::result::Result<T, E> {
    fn while_(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|cause| Failure(format!("{}: {cause}", doing())))
    }
}
