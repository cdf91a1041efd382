//! From rows to the types of the model. What does not parse was not written by this program.

use std::sync::Arc;

use loggia_catalog::ports::{Entry, RawRecord, StoreError, Stored};
use loggia_model::{Body, Op, Record, Seq, Timestamp, Urn};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::errors::{corrupt, corrupt_body, corrupt_name, store_error};
use crate::origin::Origin;

pub fn number(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| corrupt(format!("a negative number, {value}, where there can be none")))
}

pub fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| corrupt(format!("a number too large to be stored, {value}")))
}

/// The columns of a row of either engine.
pub trait Fields {
    fn text(&self, column: &'static str) -> Result<String, StoreError>;
    fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError>;
    fn integer(&self, column: &'static str) -> Result<i64, StoreError>;
    fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError>;
}

macro_rules! fields {
    ($row:ty) => {
        impl Fields for $row {
            fn text(&self, column: &'static str) -> Result<String, StoreError> {
                self.try_get(column).map_err(store_error)
            }

            fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
                self.try_get(column).map_err(store_error)
            }

            fn integer(&self, column: &'static str) -> Result<i64, StoreError> {
                self.try_get(column).map_err(store_error)
            }

            fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
                self.try_get(column).map_err(store_error)
            }
        }
    };
}

fields!(SqliteRow);
fields!(PgRow);

pub fn urn(text: &str) -> Result<Urn, StoreError> {
    text.parse().map_err(corrupt_name)
}

pub fn stored(row: &impl Fields) -> Result<Stored, StoreError> {
    let urn = urn(&row.text("urn")?)?;
    let body = row.optional_text("body")?.ok_or_else(|| corrupt(format!("{urn} has no body")))?;
    let body = Arc::new(Body::parse(urn.kind(), &body).map_err(corrupt_body)?);
    Ok(Stored {
        revision: number(row.integer("revision")?)?,
        seq: Seq(number(row.integer("seq")?)?),
        at: Timestamp::from_micros(row.integer("at")?),
        urn,
        body,
    })
}

pub fn raw_record(row: &impl Fields) -> Result<RawRecord, StoreError> {
    Ok(RawRecord {
        seq: Seq(number(row.integer("seq")?)?),
        at: Timestamp::from_micros(row.integer("at")?),
        actor: row.text("actor")?.parse().map_err(corrupt_name)?,
        door: row.text("door")?.parse().map_err(corrupt_name)?,
        urn: urn(&row.text("urn")?)?,
        revision: number(row.integer("revision")?)?,
        reason: row.text("reason")?,
        body: row.optional_text("body")?,
        erased: None,
        origin: None,
    })
}

/// With the digest of a body that was erased, and from where it came.
pub fn dumped(row: &impl Fields) -> Result<RawRecord, StoreError> {
    let record = raw_record(row)?;
    let digest = row.text("body_digest")?;
    let is_erased = record.body.is_none() && !digest.is_empty();
    Ok(RawRecord { erased: is_erased.then_some(digest), origin: Origin::read(row)?.dumped(), ..record })
}

pub fn record(row: &impl Fields) -> Result<Record, StoreError> {
    let raw = raw_record(row)?;
    let op = match &raw.body {
        Some(body) => Op::Put(Arc::new(Body::parse(raw.urn.kind(), body).map_err(corrupt_body)?)),
        None => Op::Remove,
    };
    Ok(Record {
        seq: raw.seq,
        at: raw.at,
        actor: raw.actor,
        door: raw.door,
        urn: raw.urn,
        revision: raw.revision,
        op,
        reason: raw.reason,
    })
}

pub fn entry(row: &impl Fields) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: Seq(number(row.integer("seq")?)?),
        at: Timestamp::from_micros(row.integer("at")?),
        actor: row.text("actor")?.parse().map_err(corrupt_name)?,
        door: row.text("door")?.parse().map_err(corrupt_name)?,
        revision: number(row.integer("revision")?)?,
        removed: row.integer("removed")? != 0,
        reason: row.text("reason")?,
    })
}

pub fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(corrupt)
}
