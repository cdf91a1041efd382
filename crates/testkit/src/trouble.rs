//! What went wrong in a test, and on which line of it: `?` where others would write `unwrap`.

use std::fmt;
use std::panic::Location;

pub type Outcome<T = ()> = Result<T, Trouble>;

pub struct Trouble {
    what: String,
    at: &'static Location<'static>,
}

impl Trouble {
    #[track_caller]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), at: Location::caller() }
    }
}

impl<E: std::error::Error> From<E> for Trouble {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::new(error.to_string())
    }
}

/// What the test harness shows of a test that ended with an error.
impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.at)
    }
}

/// For what must be there.
pub trait There<T> {
    /// # Errors
    /// Where it is not.
    fn there(self) -> Outcome<T>;
}

impl<T> There<T> for Option<T> {
    #[track_caller]
    fn there(self) -> Outcome<T> {
        // Not `ok_or_else`: a closure would say its own line instead of the test's.
        match self {
            Some(value) => Ok(value),
            None => Err(Trouble::new("nothing is there")),
        }
    }
}
