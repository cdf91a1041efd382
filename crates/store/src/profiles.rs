//! Profiles of the data, kept beside the log: they can be made again from the data, and nobody edits them.

use loggia_catalog::ports::StoreError;
use loggia_model::{ColumnPath, Urn};
use loggia_quality::profile::{ColumnProfile, ProfileHead, TableProfile};
use serde::de::DeserializeOwned;
use sqlx::QueryBuilder;

use crate::db::{Db, on_read, on_tx};
use crate::errors::{corrupt, store_error};
use crate::rows::{self, Fields, number, signed};

const COLUMNS_AT_ONCE: usize = 500;

const FORGET: [&str; 2] = [
    "DELETE FROM profile_column WHERE urn = $1 AND version = $2",
    "DELETE FROM profile WHERE urn = $1 AND version = $2",
];

pub async fn record(db: &Db, urn: &Urn, profile: &TableProfile, keep: u32) -> Result<(), StoreError> {
    let version = profile.head.version.as_str();
    let head = rows::json(&profile.head)?;
    let mut lines = Vec::with_capacity(profile.columns.len());
    for (place, column) in (0_i64..).zip(&profile.columns) {
        lines.push((column.path.as_str(), place, rows::json(column)?));
    }
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, connection => {
        for table in FORGET {
            sqlx::query(table).bind(urn.as_str()).bind(version).execute(&mut *connection).await.map_err(store_error)?;
        }
        sqlx::query("INSERT INTO profile (urn, version, at, head) VALUES ($1, $2, $3, $4)")
            .bind(urn.as_str())
            .bind(version)
            .bind(profile.head.taken.micros())
            .bind(head)
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
        for some in lines.chunks(COLUMNS_AT_ONCE) {
            let mut query = QueryBuilder::new("INSERT INTO profile_column (urn, version, path, place, body) ");
            query.push_values(some, |mut row, (path, place, body)| {
                row.push_bind(urn.as_str().to_owned())
                    .push_bind(version.to_owned())
                    .push_bind((*path).to_owned())
                    .push_bind(*place)
                    .push_bind(body.clone());
            });
            query.build().execute(&mut *connection).await.map_err(store_error)?;
        }
        let all = sqlx::query("SELECT version FROM profile WHERE urn = $1 ORDER BY at DESC, version")
            .bind(urn.as_str())
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
        for row in all.iter().skip(usize::try_from(keep).unwrap_or(usize::MAX)) {
            let old = row.text("version")?;
            for table in FORGET {
                sqlx::query(table).bind(urn.as_str()).bind(&old).execute(&mut *connection).await.map_err(store_error)?;
            }
        }
    });
    tx.commit().await
}

pub async fn heads(db: &Db, urn: &Urn, limit: u32) -> Result<Vec<ProfileHead>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT head FROM profile WHERE urn = $1 ORDER BY at DESC, version LIMIT $2")
            .bind(urn.as_str())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(|row| read(&row.text("head")?)).collect()
    })
}

pub async fn columns(
    db: &Db,
    urn: &Urn,
    version: &str,
    offset: u64,
    limit: u32,
) -> Result<(Vec<ColumnProfile>, u64), StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT body FROM profile_column WHERE urn = $1 AND version = $2 ORDER BY place LIMIT $3 OFFSET $4",
        )
        .bind(urn.as_str())
        .bind(version)
        .bind(i64::from(limit))
        .bind(signed(offset)?)
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        let all = sqlx::query("SELECT COUNT(*) AS columns FROM profile_column WHERE urn = $1 AND version = $2")
            .bind(urn.as_str())
            .bind(version)
            .fetch_one(pool)
            .await
            .map_err(store_error)?;
        let columns: Result<_, _> = rows.iter().map(|row| read(&row.text("body")?)).collect();
        Ok((columns?, number(all.integer("columns")?)?))
    })
}

pub async fn columns_of(
    db: &Db,
    urn: &Urn,
    version: &str,
    paths: &[ColumnPath],
) -> Result<Vec<ColumnProfile>, StoreError> {
    let mut found = Vec::new();
    for some in paths.chunks(COLUMNS_AT_ONCE) {
        on_read!(db, pool => {
            let mut query = QueryBuilder::new("SELECT body FROM profile_column WHERE urn = ");
            query.push_bind(urn.as_str().to_owned()).push(" AND version = ").push_bind(version.to_owned());
            query.push(" AND path IN (");
            let mut list = query.separated(", ");
            for path in some {
                list.push_bind(path.as_str().to_owned());
            }
            query.push(")");
            for row in query.build().fetch_all(pool).await.map_err(store_error)? {
                found.push(read(&row.text("body")?)?);
            }
        });
    }
    Ok(found)
}

pub async fn of_column(
    db: &Db,
    urn: &Urn,
    path: &ColumnPath,
    limit: u32,
) -> Result<Vec<(ProfileHead, ColumnProfile)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT p.head, c.body FROM profile_column c JOIN profile p ON p.urn = c.urn AND p.version = c.version \
             WHERE c.urn = $1 AND c.path = $2 ORDER BY p.at DESC, p.version LIMIT $3",
        )
        .bind(urn.as_str())
        .bind(path.as_str())
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(|row| Ok((read(&row.text("head")?)?, read(&row.text("body")?)?))).collect()
    })
}

pub async fn all(
    db: &Db,
    after: Option<(&Urn, &str)>,
    limit: u32,
) -> Result<Vec<(Urn, TableProfile)>, StoreError> {
    let (urn, version) = after.map_or(("", ""), |(urn, version)| (urn.as_str(), version));
    on_read!(db, pool => {
        let heads = sqlx::query(
            "SELECT urn, version, head FROM profile WHERE urn > $1 OR (urn = $1 AND version > $2) \
             ORDER BY urn, version LIMIT $3",
        )
        .bind(urn)
        .bind(version)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        let mut all = Vec::new();
        for row in &heads {
            let (urn, version) = (row.text("urn")?, row.text("version")?);
            let columns = sqlx::query(
                "SELECT body FROM profile_column WHERE urn = $1 AND version = $2 ORDER BY place",
            )
            .bind(&urn)
            .bind(&version)
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
            let columns: Result<_, _> = columns.iter().map(|row| read(&row.text("body")?)).collect();
            all.push((rows::urn(&urn)?, TableProfile { head: read(&row.text("head")?)?, columns: columns? }));
        }
        Ok(all)
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(corrupt)
}
