//! What only SQLite needs: how its file is opened.

use std::path::Path;
use std::time::Duration;

use loggia_catalog::ports::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::db::Db;

/// In KiB, as SQLite's negative numbers mean. A transaction that outgrows the cache writes its pages of the
/// indexes again and again: this holds those of 100,000 entities.
const WRITE_CACHE: &str = "-49152";
const READ_CACHE: &str = "-8192";

pub async fn open(file: &Path) -> Result<Db, StoreError> {
    // An acknowledged write must survive a power cut, so FULL; group commit shares the fsync.
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .page_size(8_192)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30));
    let cannot_open = |error: sqlx::Error| {
        StoreError::Unavailable(format!("cannot open the database {}: {error}", file.display()))
    };
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone().pragma("cache_size", WRITE_CACHE))
        .await
        .map_err(cannot_open)?;
    let read = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options.read_only(true).create_if_missing(false).pragma("cache_size", READ_CACHE))
        .await
        .map_err(cannot_open)?;
    Ok(Db::Sqlite { read, write })
}
