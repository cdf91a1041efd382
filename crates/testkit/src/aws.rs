//! A server that speaks the protocols of AWS, for tests.

use crate::{Outcome, Trouble};

/// Where it listens: `http://HOST:PORT`.
///
/// # Errors
/// Where nobody said so.
pub fn aws() -> Outcome<String> {
    std::env::var("LOGGIA_TEST_AWS").map_err(|_| {
        Trouble::new(
            "LOGGIA_TEST_AWS does not say where a server is that speaks as AWS does: 'cargo xtask test' starts one",
        )
    })
}
