//! Who does things in tests where it is not the question who may: they have the machine.

use loggia_model::{Actor, Door, Seq, Who};

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

/// A person of whom policies decide what they may.
pub fn signed_in(key: &str) -> Actor {
    Actor::person(parsed(key), Door::Browser)
}

fn someone(key: &str, door: Door) -> Actor {
    Actor { key: parsed(key), who: Who::Machine, door, seen: Seq::default(), from: None }
}
