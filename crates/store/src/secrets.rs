//! Named secrets, as they come: sealed.

use async_trait::async_trait;
use loggia_catalog::ports::{SealedSecret, Secrets, StoreError};
use loggia_model::Timestamp;

use crate::SqlStore;
use crate::db::{Db, on_read, on_tx, on_write};
use crate::errors::{corrupt_name, store_error};
use crate::rows::Fields;

#[async_trait]
impl Secrets for SqlStore {
    async fn put_secret(&self, secret: &SealedSecret) -> Result<(), StoreError> {
        put(&self.db, secret).await
    }

    async fn secret(&self, name: &str) -> Result<Option<SealedSecret>, StoreError> {
        one(&self.db, name).await
    }

    async fn secrets(&self) -> Result<Vec<SealedSecret>, StoreError> {
        all(&self.db).await
    }

    async fn remove_secret(&self, name: &str) -> Result<bool, StoreError> {
        remove(&self.db, name).await
    }

    async fn replace_secrets(&self, pairs: &[(SealedSecret, SealedSecret)]) -> Result<bool, StoreError> {
        replace(&self.db, pairs).await
    }
}

async fn put(db: &Db, secret: &SealedSecret) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query(
            "INSERT INTO secret (name, key, sealed, set_at, set_by) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (name) DO UPDATE SET key = excluded.key, sealed = excluded.sealed, \
             set_at = excluded.set_at, set_by = excluded.set_by",
        )
        .bind(&secret.name)
        .bind(&secret.key)
        .bind(&secret.sealed)
        .bind(secret.set_at.micros())
        .bind(secret.set_by.as_str())
        .execute(pool)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

async fn one(db: &Db, name: &str) -> Result<Option<SealedSecret>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT name, key, sealed, set_at, set_by FROM secret WHERE name = $1")
            .bind(name)
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| read(&row)).transpose()
    })
}

async fn all(db: &Db) -> Result<Vec<SealedSecret>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT name, key, sealed, set_at, set_by FROM secret ORDER BY name")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

async fn remove(db: &Db, name: &str) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query("DELETE FROM secret WHERE name = $1")
            .bind(name)
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

/// A transaction that is dropped leaves nothing.
async fn replace(db: &Db, pairs: &[(SealedSecret, SealedSecret)]) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, connection => {
        for (before, after) in pairs {
            let done = sqlx::query("UPDATE secret SET key = $1, sealed = $2 WHERE name = $3 AND sealed = $4")
                .bind(&after.key)
                .bind(&after.sealed)
                .bind(&before.name)
                .bind(&before.sealed)
                .execute(&mut *connection)
                .await
                .map_err(store_error)?;
            if done.rows_affected() != 1 {
                return Ok(false);
            }
        }
    });
    tx.commit().await?;
    Ok(true)
}

fn read(row: &impl Fields) -> Result<SealedSecret, StoreError> {
    Ok(SealedSecret {
        name: row.text("name")?,
        key: row.text("key")?,
        sealed: row.text("sealed")?,
        set_at: Timestamp::from_micros(row.integer("set_at")?),
        set_by: row.text("set_by")?.parse().map_err(corrupt_name)?,
    })
}
