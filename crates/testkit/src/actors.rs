//! Who does things in tests.

use loggia_model::{Actor, Door, Seq};

use crate::builders::parsed;

/// A steward, in her browser.
pub fn ana() -> Actor {
    someone("ana", Door::Browser)
}

/// Another, in his.
pub fn bruno() -> Actor {
    someone("bruno", Door::Browser)
}

/// What runs the harvests.
pub fn nightly() -> Actor {
    someone("nightly", Door::CommandLine)
}

fn someone(key: &str, door: Door) -> Actor {
    Actor { key: parsed(key), door, seen: Seq::default() }
}
