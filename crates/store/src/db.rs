//! Two concrete pools, and the macro that writes a statement once for both.
//!
//! `sqlx::Any` would be the ready-made way; it fails on column types that PostgreSQL's users have.

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::errors::store_error;
use loggia_catalog::ports::StoreError;

#[derive(Clone)]
pub enum Db {
    /// SQLite has one writer; readers have their own connections and never wait for it.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same expression over either engine's pool for reading.
macro_rules! on_read {
    ($db:expr, $pool:ident => $do:expr) => {
        match $db {
            $crate::db::Db::Sqlite { read: $pool, .. } => $do,
            $crate::db::Db::Postgres($pool) => $do,
        }
    };
}

/// Runs the same expression over either engine's pool for writing.
macro_rules! on_write {
    ($db:expr, $pool:ident => $do:expr) => {
        match $db {
            $crate::db::Db::Sqlite { write: $pool, .. } => $do,
            $crate::db::Db::Postgres($pool) => $do,
        }
    };
}

/// Runs the same expression over the connection of an open transaction.
macro_rules! on_tx {
    ($tx:expr, $connection:ident => $do:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $do
            }
            $crate::db::Tx::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $do
            }
        }
    };
}

pub(crate) use {on_read, on_tx, on_write};

impl Db {
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Sqlite { write, .. } => {
                write.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite).map_err(store_error)
            }
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres).map_err(store_error),
        }
    }
}

impl Tx {
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
        .map_err(store_error)
    }
}
