//! What stood before a record: of one, or of many at once.

use std::collections::HashMap;
use std::sync::Arc;

use loggia_model::{Body, Op, Record, Urn};

use crate::{Catalog, Result};

/// What stood before each of some records.
pub struct Befores(HashMap<(Urn, u64), Arc<Body>>);

impl Befores {
    /// What stood before that record; `None` where there was nothing.
    pub fn take(&mut self, record: &Record) -> Option<Arc<Body>> {
        self.0.remove(&before(record)?)
    }
}

impl Catalog {
    pub(crate) async fn bodies_before(&self, records: impl Iterator<Item = &Record>) -> Result<Befores> {
        let wanted: Vec<(Urn, u64)> = records.filter_map(before).collect();
        let found = self.store.read_revisions(&wanted).await?.into_iter();
        let bodies = found.filter_map(|Record { urn, revision, op, .. }| Some(((urn, revision), body(op)?)));
        Ok(Befores(bodies.collect()))
    }

    /// What stood before a record; `None` where there was nothing.
    pub(crate) async fn body_before(&self, record: &Record) -> Result<Option<Arc<Body>>> {
        let Some((urn, revision)) = before(record) else { return Ok(None) };
        Ok(self.store.read_revision(&urn, revision).await?.and_then(|record| body(record.op)))
    }
}

fn before(record: &Record) -> Option<(Urn, u64)> {
    (record.revision > 1).then(|| (record.urn.clone(), record.revision - 1))
}

fn body(op: Op) -> Option<Arc<Body>> {
    match op {
        Op::Put(body) => Some(body),
        Op::Remove => None,
    }
}
