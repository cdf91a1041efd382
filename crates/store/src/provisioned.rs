//! Whom the directories of companies have brought, and which groups.

use std::collections::HashSet;

use async_trait::async_trait;
use loggia_catalog::ports::{Provisioned, ProvisionedGroup, ProvisionedUser, StoreError};
use loggia_model::{ActorKey, Timestamp, Urn};
use sqlx::QueryBuilder;

use crate::SqlStore;
use crate::db::{Db, on_read, on_write};
use crate::errors::{corrupt_name, store_error};
use crate::rows::{self, Fields};

#[async_trait]
impl Provisioned for SqlStore {
    async fn put_provisioned_user(&self, user: &ProvisionedUser) -> Result<bool, StoreError> {
        put_user(&self.db, user).await
    }

    async fn provisioned_user(
        &self,
        service: &ActorKey,
        person: &ActorKey,
    ) -> Result<Option<ProvisionedUser>, StoreError> {
        user(&self.db, service, person).await
    }

    async fn provisioned_user_named(
        &self,
        service: &ActorKey,
        name: &str,
    ) -> Result<Option<ProvisionedUser>, StoreError> {
        user_named(&self.db, service, name).await
    }

    async fn provisioned_users_of(
        &self,
        service: &ActorKey,
        external_id: &str,
        limit: u32,
    ) -> Result<Vec<ProvisionedUser>, StoreError> {
        users_of(&self.db, service, external_id, limit).await
    }

    async fn provisioned_users(
        &self,
        service: &ActorKey,
        after: Option<&ActorKey>,
        limit: u32,
    ) -> Result<Vec<ProvisionedUser>, StoreError> {
        users(&self.db, service, after, limit).await
    }

    async fn provisioned_among(
        &self,
        service: &ActorKey,
        people: &[ActorKey],
    ) -> Result<HashSet<ActorKey>, StoreError> {
        among(&self.db, service, people).await
    }

    async fn forget_kept_out(&self, person: &ActorKey) -> Result<(), StoreError> {
        forget_kept_out(&self.db, person).await
    }

    async fn forget_provisioned_user(&self, service: &ActorKey, person: &ActorKey) -> Result<(), StoreError> {
        forget_user(&self.db, service, person).await
    }

    async fn put_provisioned_group(&self, group: &ProvisionedGroup) -> Result<(), StoreError> {
        put_group(&self.db, group).await
    }

    async fn provisioned_group(
        &self,
        service: &ActorKey,
        urn: &Urn,
    ) -> Result<Option<ProvisionedGroup>, StoreError> {
        group(&self.db, service, urn).await
    }

    async fn provisioned_groups(
        &self,
        service: &ActorKey,
        after: Option<&Urn>,
        limit: u32,
    ) -> Result<Vec<ProvisionedGroup>, StoreError> {
        groups(&self.db, service, after, limit).await
    }

    async fn forget_provisioned_group(&self, service: &ActorKey, urn: &Urn) -> Result<(), StoreError> {
        forget_group(&self.db, service, urn).await
    }
}

/// How many keys go into one statement; both engines allow far more.
const KEYS_AT_ONCE: usize = 500;

async fn put_user(db: &Db, user: &ProvisionedUser) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query(
            "INSERT INTO provisioned_user \
             (service, person, user_name, external_id, stated, made, changed, ended, kept_out) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE NOT EXISTS \
             (SELECT 1 FROM provisioned_user WHERE service = $1 AND user_name = $3 AND person <> $2) \
             ON CONFLICT (service, person) DO UPDATE SET user_name = excluded.user_name, \
             external_id = excluded.external_id, stated = excluded.stated, made = excluded.made, \
             changed = excluded.changed, ended = excluded.ended, kept_out = excluded.kept_out",
        )
        .bind(user.service.as_str())
        .bind(user.person.as_str())
        .bind(&user.user_name)
        .bind(&user.external_id)
        .bind(&user.stated)
        .bind(user.made.micros())
        .bind(user.changed.micros())
        .bind(user.ended.map(Timestamp::micros))
        .bind(i64::from(user.is_kept_out))
        .execute(pool)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

async fn user(db: &Db, service: &ActorKey, person: &ActorKey) -> Result<Option<ProvisionedUser>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT service, person, user_name, external_id, stated, made, changed, ended, kept_out \
             FROM provisioned_user WHERE service = $1 AND person = $2",
        )
        .bind(service.as_str())
        .bind(person.as_str())
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| read_user(&row)).transpose()
    })
}

async fn user_named(db: &Db, service: &ActorKey, name: &str) -> Result<Option<ProvisionedUser>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT service, person, user_name, external_id, stated, made, changed, ended, kept_out \
             FROM provisioned_user WHERE service = $1 AND user_name = $2",
        )
        .bind(service.as_str())
        .bind(name)
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| read_user(&row)).transpose()
    })
}

async fn forget_kept_out(db: &Db, person: &ActorKey) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("UPDATE provisioned_user SET kept_out = 0 WHERE person = $1")
            .bind(person.as_str())
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(())
    })
}

async fn users_of(
    db: &Db,
    service: &ActorKey,
    external_id: &str,
    limit: u32,
) -> Result<Vec<ProvisionedUser>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT service, person, user_name, external_id, stated, made, changed, ended, kept_out \
             FROM provisioned_user WHERE service = $1 AND external_id = $2 AND ended IS NULL \
             ORDER BY person LIMIT $3",
        )
        .bind(service.as_str())
        .bind(external_id)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(read_user).collect()
    })
}

async fn users(
    db: &Db,
    service: &ActorKey,
    after: Option<&ActorKey>,
    limit: u32,
) -> Result<Vec<ProvisionedUser>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT service, person, user_name, external_id, stated, made, changed, ended, kept_out \
             FROM provisioned_user WHERE service = $1 AND person > $2 AND ended IS NULL \
             ORDER BY person LIMIT $3",
        )
        .bind(service.as_str())
        .bind(after.map_or("", ActorKey::as_str))
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(read_user).collect()
    })
}

async fn among(db: &Db, service: &ActorKey, people: &[ActorKey]) -> Result<HashSet<ActorKey>, StoreError> {
    let mut found = HashSet::with_capacity(people.len());
    for some in people.chunks(KEYS_AT_ONCE) {
        let known = on_read!(db, pool => {
            let mut query = QueryBuilder::new(
                "SELECT person FROM provisioned_user WHERE ended IS NULL AND service = ",
            );
            query.push_bind(service.as_str().to_owned());
            query.push(" AND person IN (");
            let mut keys = query.separated(", ");
            for person in some {
                keys.push_bind(person.as_str().to_owned());
            }
            query.push(")");
            let rows = query.build().fetch_all(pool).await.map_err(store_error)?;
            rows.iter().map(|row| key(row, "person")).collect::<Result<Vec<_>, _>>()
        })?;
        found.extend(known);
    }
    Ok(found)
}

async fn forget_user(db: &Db, service: &ActorKey, person: &ActorKey) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("DELETE FROM provisioned_user WHERE service = $1 AND person = $2")
            .bind(service.as_str())
            .bind(person.as_str())
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

async fn put_group(db: &Db, group: &ProvisionedGroup) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query(
            "INSERT INTO provisioned_group (service, urn, name, external_id, made, changed) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (service, urn) DO UPDATE SET name = excluded.name, \
             external_id = excluded.external_id, made = excluded.made, changed = excluded.changed",
        )
        .bind(group.service.as_str())
        .bind(group.urn.as_str())
        .bind(&group.name)
        .bind(&group.external_id)
        .bind(group.made.micros())
        .bind(group.changed.micros())
        .execute(pool)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

async fn group(db: &Db, service: &ActorKey, urn: &Urn) -> Result<Option<ProvisionedGroup>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT service, urn, name, external_id, made, changed FROM provisioned_group \
             WHERE service = $1 AND urn = $2",
        )
        .bind(service.as_str())
        .bind(urn.as_str())
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| read_group(&row)).transpose()
    })
}

async fn groups(
    db: &Db,
    service: &ActorKey,
    after: Option<&Urn>,
    limit: u32,
) -> Result<Vec<ProvisionedGroup>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT service, urn, name, external_id, made, changed FROM provisioned_group \
             WHERE service = $1 AND urn > $2 ORDER BY urn LIMIT $3",
        )
        .bind(service.as_str())
        .bind(after.map_or("", Urn::as_str))
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(read_group).collect()
    })
}

async fn forget_group(db: &Db, service: &ActorKey, urn: &Urn) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("DELETE FROM provisioned_group WHERE service = $1 AND urn = $2")
            .bind(service.as_str())
            .bind(urn.as_str())
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

fn key(row: &impl Fields, column: &'static str) -> Result<ActorKey, StoreError> {
    row.text(column)?.parse().map_err(corrupt_name)
}

fn read_user(row: &impl Fields) -> Result<ProvisionedUser, StoreError> {
    Ok(ProvisionedUser {
        service: key(row, "service")?,
        person: key(row, "person")?,
        user_name: row.text("user_name")?,
        external_id: row.optional_text("external_id")?,
        stated: row.text("stated")?,
        made: Timestamp::from_micros(row.integer("made")?),
        changed: Timestamp::from_micros(row.integer("changed")?),
        ended: row.optional_integer("ended")?.map(Timestamp::from_micros),
        is_kept_out: row.integer("kept_out")? != 0,
    })
}

fn read_group(row: &impl Fields) -> Result<ProvisionedGroup, StoreError> {
    Ok(ProvisionedGroup {
        service: key(row, "service")?,
        urn: rows::urn(&row.text("urn")?)?,
        name: row.text("name")?,
        external_id: row.optional_text("external_id")?,
        made: Timestamp::from_micros(row.integer("made")?),
        changed: Timestamp::from_micros(row.integer("changed")?),
    })
}
