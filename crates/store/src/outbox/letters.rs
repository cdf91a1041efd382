//! What leaves by mail: what people were told, put together as letters, when they want it.

use std::collections::HashSet;

use loggia_catalog::ports::{Channel, How, StoreError, Told, Waiting, What};
use loggia_model::{ActorKey, Seq, Timestamp};
use sqlx::QueryBuilder;

use super::{DUE, FIELDS, read};
use crate::db::{Db, on_read, on_tx};
use crate::errors::{corrupt, corrupt_name, store_error};
use crate::inbox::{self, TOLD};
use crate::rows::{Fields, signed};

pub async fn as_letter(
    db: &Db,
    about: &str,
    id: &str,
    now: Timestamp,
) -> Result<(String, Vec<Waiting>), StoreError> {
    let channel = Channel::Mail.to_string();
    let mut tx = db.begin().await?;
    let earlier = on_tx!(&mut tx, connection => {
        let row = sqlx::query(
            "SELECT letter FROM outbox WHERE channel = $1 AND about = $2 AND is_dead = 0 AND letter IS NOT NULL \
             ORDER BY seq LIMIT 1",
        )
        .bind(&channel)
        .bind(about)
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
        row.map(|row| row.text("letter")).transpose()?
    });
    if earlier.is_none() {
        let statement = format!(
            "UPDATE outbox SET letter = $4 WHERE channel = $1 AND {DUE} AND about = $3 AND is_dead = 0 \
             AND letter IS NULL"
        );
        on_tx!(&mut tx, connection => {
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(&channel)
                .bind(now.micros())
                .bind(about)
                .bind(id)
                .execute(connection)
                .await
                .map_err(store_error)?;
        });
    }
    let letter = earlier.unwrap_or_else(|| id.to_owned());
    let statement = format!(
        "SELECT {FIELDS} FROM outbox WHERE channel = $1 AND about = $2 AND is_dead = 0 AND letter = $3 ORDER BY seq"
    );
    let lines: Vec<Waiting> = on_tx!(&mut tx, connection => {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(&channel)
            .bind(about)
            .bind(&letter)
            .fetch_all(connection)
            .await
            .map_err(store_error)?;
        rows.iter().map(read).collect::<Result<_, _>>()?
    });
    tx.commit().await?;
    Ok((letter, lines))
}

pub async fn told_between(db: &Db, after: Seq, until: Seq, limit: u32) -> Result<Vec<Told>, StoreError> {
    // Whole records: what one tells is not cut in two.
    let statement = format!(
        "SELECT {TOLD} FROM inbox WHERE seq > $1 AND seq <= (\
         SELECT COALESCE(MAX(seq), 0) FROM (SELECT seq FROM inbox WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3) AS page\
         ) ORDER BY seq, person"
    );
    on_read!(db, pool => {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(signed(after.0)?)
            .bind(signed(until.0)?)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(inbox::read).collect()
    })
}

pub async fn told_by_records(db: &Db, person: &ActorKey, seqs: &[Seq]) -> Result<Vec<Told>, StoreError> {
    let (Some(first), Some(last)) = (seqs.iter().min(), seqs.iter().max()) else { return Ok(Vec::new()) };
    let statement =
        format!("SELECT {TOLD} FROM inbox WHERE person = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq");
    let all: Vec<Told> = on_read!(db, pool => {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(person.as_str())
            .bind(signed(first.0)?)
            .bind(signed(last.0)?)
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(inbox::read).collect::<Result<_, _>>()?
    });
    let asked: HashSet<Seq> = seqs.iter().copied().collect();
    Ok(all.into_iter().filter(|told| asked.contains(&told.seq)).collect())
}

pub async fn choices(db: &Db, person: &ActorKey) -> Result<Vec<(What, How)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT what, how FROM mail_choice WHERE person = $1 ORDER BY what")
            .bind(person.as_str())
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter()
            .map(|row| {
                let what = row.text("what")?.parse().map_err(corrupt)?;
                Ok((what, row.text("how")?.parse().map_err(corrupt)?))
            })
            .collect()
    })
}

pub async fn set_choices(db: &Db, person: &ActorKey, choices: &[(What, How)]) -> Result<(), StoreError> {
    if choices.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, connection => {
        let mut query = QueryBuilder::new("INSERT INTO mail_choice (person, what, how) ");
        query.push_values(choices, |mut row, (what, how)| {
            row.push_bind(person.as_str()).push_bind(what.as_str()).push_bind(how.as_str());
        });
        query.push(" ON CONFLICT (person, what) DO UPDATE SET how = EXCLUDED.how");
        query.build().execute(connection).await.map_err(store_error)?;
    });
    tx.commit().await
}

pub async fn all_choices(db: &Db) -> Result<Vec<(ActorKey, What, How)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT person, what, how FROM mail_choice ORDER BY person, what")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter()
            .map(|row| {
                let person = row.text("person")?.parse().map_err(corrupt_name)?;
                let what = row.text("what")?.parse().map_err(corrupt)?;
                Ok((person, what, row.text("how")?.parse().map_err(corrupt)?))
            })
            .collect()
    })
}
