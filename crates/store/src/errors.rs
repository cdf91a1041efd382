//! From the database's errors to the port's.

use loggia_catalog::ports::StoreError;
use loggia_model::{BodyError, ParseError};

pub fn store_error(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|database| database.code());
    match code.as_deref() {
        // SQLITE_FULL, and PostgreSQL's disk_full.
        Some("13" | "53100") => StoreError::DiskFull,
        _ => StoreError::Unavailable(format!("the database did not do as asked: {error}")),
    }
}

pub fn corrupt(what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(what.to_string())
}

pub fn corrupt_name(error: ParseError) -> StoreError {
    corrupt(error)
}

pub fn corrupt_body(error: BodyError) -> StoreError {
    corrupt(error)
}
