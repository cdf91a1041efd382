//! What is kept beside the log: runs of harvests, which sources are paused, visits, and what waits between two
//! requests.

use loggia_catalog::ports::{HarvestRun, StoreError};
use loggia_model::{Timestamp, Urn};

use crate::db::{Db, on_read, on_write};
use crate::errors::{corrupt, store_error};
use crate::rows::{self, Fields, number, signed};

pub async fn record_run(db: &Db, run: &HarvestRun) -> Result<(), StoreError> {
    let body = rows::json(run)?;
    on_write!(db, pool => {
        sqlx::query("INSERT INTO harvest_run (id, body) SELECT COALESCE(MAX(id), 0) + 1, $1 FROM harvest_run")
            .bind(body)
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

pub async fn runs(db: &Db, limit: u32) -> Result<Vec<HarvestRun>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT body FROM harvest_run ORDER BY id DESC LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(|row| serde_json::from_str(&row.text("body")?).map_err(corrupt)).collect()
    })
}

pub async fn pause(db: &Db, label: &str, paused: bool) -> Result<(), StoreError> {
    let statement = if paused {
        "INSERT INTO paused_source (label) VALUES ($1) ON CONFLICT (label) DO NOTHING"
    } else {
        "DELETE FROM paused_source WHERE label = $1"
    };
    on_write!(db, pool => {
        sqlx::query(statement).bind(label).execute(pool).await.map_err(store_error)?;
    });
    Ok(())
}

pub async fn paused(db: &Db) -> Result<Vec<String>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT label FROM paused_source ORDER BY label")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(|row| row.text("label")).collect()
    })
}

pub async fn add_visits(db: &Db, day: i64, visits: &[(Urn, u64)]) -> Result<(), StoreError> {
    on_write!(db, pool => {
        let mut tx = pool.begin().await.map_err(store_error)?;
        for (urn, count) in visits {
            sqlx::query(
                "INSERT INTO visit (day, urn, visits) VALUES ($1, $2, $3) \
                 ON CONFLICT (day, urn) DO UPDATE SET visits = visit.visits + excluded.visits",
            )
            .bind(day)
            .bind(urn.as_str())
            .bind(signed(*count)?)
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        }
        tx.commit().await.map_err(store_error)
    })
}

pub async fn most_visited(db: &Db, since_day: i64, limit: u32) -> Result<Vec<(Urn, u64)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT v.urn, CAST(SUM(v.visits) AS BIGINT) AS visits FROM visit v \
             JOIN document d ON d.urn = v.urn AND d.removed = 0 \
             WHERE v.day >= $1 GROUP BY v.urn ORDER BY 2 DESC, v.urn LIMIT $2",
        )
        .bind(since_day)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(|row| Ok((rows::urn(&row.text("urn")?)?, number(row.integer("visits")?)?))).collect()
    })
}

pub async fn visits(db: &Db) -> Result<Vec<(i64, Urn, u64)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT day, urn, visits FROM visit ORDER BY day, urn")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter()
            .map(|row| Ok((row.integer("day")?, rows::urn(&row.text("urn")?)?, number(row.integer("visits")?)?)))
            .collect()
    })
}

pub async fn keep(db: &Db, key: &str, value: &str, until: Timestamp) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query(
            "INSERT INTO kept (name, value, until) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, until = excluded.until",
        )
        .bind(key)
        .bind(value)
        .bind(until.micros())
        .execute(pool)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

pub async fn kept(db: &Db, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT value FROM kept WHERE name = $1 AND until >= $2")
            .bind(key)
            .bind(now.micros())
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| row.text("value")).transpose()
    })
}

pub async fn keep_instead(
    db: &Db,
    key: &str,
    was: Option<&str>,
    is: Option<(&str, Timestamp)>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let query = match (was, is) {
            (None, None) => return Ok(true),
            (None, Some((is, until))) => sqlx::query(
                "INSERT INTO kept (name, value, until) VALUES ($1, $2, $3) ON CONFLICT (name) \
                 DO UPDATE SET value = excluded.value, until = excluded.until WHERE kept.until < $4",
            )
            .bind(key)
            .bind(is)
            .bind(until.micros())
            .bind(now.micros()),
            (Some(was), Some((is, until))) => {
                sqlx::query("UPDATE kept SET value = $1, until = $2 WHERE name = $3 AND value = $4")
                    .bind(is)
                    .bind(until.micros())
                    .bind(key)
                    .bind(was)
            }
            (Some(was), None) => {
                sqlx::query("DELETE FROM kept WHERE name = $1 AND value = $2").bind(key).bind(was)
            }
        };
        Ok(query.execute(pool).await.map_err(store_error)?.rows_affected() == 1)
    })
}

pub async fn take(db: &Db, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    on_write!(db, pool => {
        let row = sqlx::query("DELETE FROM kept WHERE name = $1 OR until < $2 RETURNING name, value, until")
            .bind(key)
            .bind(now.micros())
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        for row in &row {
            if row.text("name")? == key && row.integer("until")? >= now.micros() {
                return row.text("value").map(Some);
            }
        }
        Ok(None)
    })
}
