//! A change that is asked for, and the record that it leaves in the log.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ActorKey, Body, Door, Timestamp, Urn};

/// A place in the log. The first record is 1; 0 is before all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the writer believes it is changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there.
    Any,
    /// Nothing is there: never was, or has been removed.
    Absent,
    Revision(u64),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    Put(Arc<Body>),
    Remove,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub urn: Urn,
    pub expected: Expected,
    pub op: Op,
    /// Why, in the actor's words; may be empty.
    pub reason: String,
}

impl Change {
    pub fn put(urn: Urn, expected: Expected, body: Body, reason: impl Into<String>) -> Self {
        Self { urn, expected, op: Op::Put(Arc::new(body)), reason: reason.into() }
    }

    pub fn remove(urn: Urn, expected: Expected, reason: impl Into<String>) -> Self {
        Self { urn, expected, op: Op::Remove, reason: reason.into() }
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub seq: Seq,
    pub at: Timestamp,
    pub actor: ActorKey,
    pub door: Door,
    pub urn: Urn,
    pub revision: u64,
    pub op: Op,
    pub reason: String,
}
