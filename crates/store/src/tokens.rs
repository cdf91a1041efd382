//! Tokens of people and services.

use async_trait::async_trait;
use loggia_catalog::ports::{StoreError, Token, Tokens};
use loggia_model::{ActorKey, Timestamp};

use crate::SqlStore;
use crate::db::{Db, on_read, on_write};
use crate::errors::{corrupt, corrupt_name, store_error};
use crate::rows::Fields;

#[async_trait]
impl Tokens for SqlStore {
    async fn put_token(&self, token: &Token) -> Result<(), StoreError> {
        put(&self.db, token).await
    }

    async fn token(&self, id: &str) -> Result<Option<Token>, StoreError> {
        one(&self.db, id).await
    }

    async fn token_by_digest(&self, digest: &str) -> Result<Option<Token>, StoreError> {
        by_digest(&self.db, digest).await
    }

    async fn tokens_of(&self, owner: &ActorKey) -> Result<Vec<Token>, StoreError> {
        of(&self.db, owner).await
    }

    async fn all_tokens(&self) -> Result<Vec<Token>, StoreError> {
        all(&self.db).await
    }

    async fn use_token(&self, id: &str, used: Timestamp) -> Result<(), StoreError> {
        mark_used(&self.db, id, used).await
    }

    async fn remove_token(&self, id: &str) -> Result<bool, StoreError> {
        remove(&self.db, id).await
    }

    async fn forget_tokens(&self, expired: Timestamp) -> Result<(), StoreError> {
        forget(&self.db, expired).await
    }
}

async fn put(db: &Db, token: &Token) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query(
            "INSERT INTO token (id, digest, owner, name, scope, made, made_by, expires, used) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&token.id)
        .bind(&token.digest)
        .bind(token.owner.as_str())
        .bind(&token.name)
        .bind(token.scope.as_str())
        .bind(token.made.micros())
        .bind(token.made_by.as_str())
        .bind(token.expires.micros())
        .bind(token.used.map(Timestamp::micros))
        .execute(pool)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

async fn one(db: &Db, id: &str) -> Result<Option<Token>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT id, digest, owner, name, scope, made, made_by, expires, used FROM token WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| read(&row)).transpose()
    })
}

async fn by_digest(db: &Db, digest: &str) -> Result<Option<Token>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT id, digest, owner, name, scope, made, made_by, expires, used FROM token WHERE digest = $1",
        )
        .bind(digest)
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| read(&row)).transpose()
    })
}

async fn of(db: &Db, owner: &ActorKey) -> Result<Vec<Token>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT id, digest, owner, name, scope, made, made_by, expires, used FROM token WHERE owner = $1 \
             ORDER BY made DESC, id",
        )
        .bind(owner.as_str())
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

async fn all(db: &Db) -> Result<Vec<Token>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT id, digest, owner, name, scope, made, made_by, expires, used FROM token \
             ORDER BY owner, made DESC, id",
        )
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

async fn mark_used(db: &Db, id: &str, used: Timestamp) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("UPDATE token SET used = $1 WHERE id = $2")
            .bind(used.micros())
            .bind(id)
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

async fn remove(db: &Db, id: &str) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query("DELETE FROM token WHERE id = $1")
            .bind(id)
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

async fn forget(db: &Db, expired: Timestamp) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("DELETE FROM token WHERE expires < $1")
            .bind(expired.micros())
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

fn read(row: &impl Fields) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.text("id")?,
        digest: row.text("digest")?,
        owner: row.text("owner")?.parse().map_err(corrupt_name)?,
        name: row.text("name")?,
        scope: row.text("scope")?.parse().map_err(corrupt)?,
        made: Timestamp::from_micros(row.integer("made")?),
        made_by: row.text("made_by")?.parse().map_err(corrupt_name)?,
        expires: Timestamp::from_micros(row.integer("expires")?),
        used: row.optional_integer("used")?.map(Timestamp::from_micros),
    })
}
