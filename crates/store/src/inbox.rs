//! What people follow, and what they have been told.

use async_trait::async_trait;
use loggia_catalog::ports::{Aside, Chosen, Inbox, Show, StoreError, Told, What};
use loggia_model::{ActorKey, Seq, Timestamp, Urn};
use sqlx::QueryBuilder;

use crate::db::{Db, on_read, on_tx, on_write};
use crate::errors::{corrupt, corrupt_name, store_error};
use crate::rows::{self, Fields, number, signed};
use crate::{SqlStore, projections};

/// By which the table of projections knows this one.
const NAME: &str = "inbox";
/// Rows in one INSERT, of nine parameters each: well below SQLite's 32,766.
const ROWS_AT_ONCE: usize = 500;
pub const TOLD: &str = "person, seq, at, urn, what, actor, detail, is_read, aside";
/// Until when something is put aside with which somebody is done; the statements have it as a number.
const DONE: i64 = i64::MAX;

#[async_trait]
impl Inbox for SqlStore {
    async fn set_following(
        &self,
        person: &ActorKey,
        urn: &Urn,
        after: Option<Seq>,
    ) -> Result<(), StoreError> {
        set_following(&self.db, person, urn, after).await
    }

    async fn followed_by(&self, person: &ActorKey) -> Result<Vec<Urn>, StoreError> {
        followed_by(&self.db, person).await
    }

    async fn followers_of(&self, urns: &[Urn]) -> Result<Vec<(ActorKey, Urn, Seq)>, StoreError> {
        followers_of(&self.db, urns).await
    }

    async fn all_following(&self) -> Result<Vec<(ActorKey, Urn)>, StoreError> {
        all_following(&self.db).await
    }

    async fn told_until(&self) -> Result<Option<Seq>, StoreError> {
        projections::until(&self.db, NAME).await
    }

    async fn tell(&self, after: Option<Seq>, until: Seq, told: &[Told]) -> Result<bool, StoreError> {
        tell(&self.db, after, until, told).await
    }

    async fn told(
        &self,
        person: &ActorKey,
        chosen: Chosen,
        now: Timestamp,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Told>, StoreError> {
        list(&self.db, person, chosen, now, before, limit).await
    }

    async fn unread(&self, person: &ActorKey, now: Timestamp) -> Result<u64, StoreError> {
        unread(&self.db, person, now).await
    }

    async fn put_aside(
        &self,
        person: &ActorKey,
        seq: Seq,
        aside: Option<Aside>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        put_aside(&self.db, person, seq, aside, now).await
    }

    async fn mark_read(
        &self,
        person: &ActorKey,
        seq: Seq,
        and_before: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        mark_read(&self.db, person, seq, and_before, at).await
    }
}

async fn set_following(db: &Db, person: &ActorKey, urn: &Urn, after: Option<Seq>) -> Result<(), StoreError> {
    on_write!(db, pool => {
        let query = match after {
            Some(after) => sqlx::query(
                "INSERT INTO following (person, urn, seq) VALUES ($1, $2, $3) ON CONFLICT (person, urn) DO NOTHING",
            )
            .bind(person.as_str())
            .bind(urn.as_str())
            .bind(signed(after.0)?),
            None => sqlx::query("DELETE FROM following WHERE person = $1 AND urn = $2")
                .bind(person.as_str())
                .bind(urn.as_str()),
        };
        query.execute(pool).await.map_err(store_error)?;
    });
    Ok(())
}

async fn followed_by(db: &Db, person: &ActorKey) -> Result<Vec<Urn>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT urn FROM following WHERE person = $1 ORDER BY urn")
            .bind(person.as_str())
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(|row| rows::urn(&row.text("urn")?)).collect()
    })
}

async fn followers_of(db: &Db, urns: &[Urn]) -> Result<Vec<(ActorKey, Urn, Seq)>, StoreError> {
    let mut all = Vec::new();
    for some in urns.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = on_read!(db, pool => {
            let mut query = QueryBuilder::new("SELECT person, urn, seq FROM following WHERE urn IN (");
            let mut list = query.separated(", ");
            for urn in some {
                list.push_bind(urn.as_str());
            }
            query.push(") ORDER BY person, urn");
            let rows = query.build().fetch_all(pool).await.map_err(store_error)?;
            let mut following_after = Vec::with_capacity(rows.len());
            for row in &rows {
                let (person, urn) = following(row)?;
                following_after.push((person, urn, Seq(number(row.integer("seq")?)?)));
            }
            following_after
        });
        all.extend(rows);
    }
    Ok(all)
}

async fn all_following(db: &Db) -> Result<Vec<(ActorKey, Urn)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT person, urn FROM following ORDER BY person, urn")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(following).collect()
    })
}

fn following(row: &impl Fields) -> Result<(ActorKey, Urn), StoreError> {
    Ok((row.text("person")?.parse().map_err(corrupt_name)?, rows::urn(&row.text("urn")?)?))
}

/// The position moves in the transaction that tells: after a crash nothing is missed, and nobody is told twice.
async fn tell(db: &Db, after: Option<Seq>, until: Seq, told: &[Told]) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    if !projections::go_on(&mut tx, NAME, after, until).await? {
        return Ok(false);
    }
    for some in told.chunks(ROWS_AT_ONCE) {
        let seqs: Vec<i64> = some.iter().map(|told| signed(told.seq.0)).collect::<Result<_, _>>()?;
        on_tx!(&mut tx, connection => {
            let mut query =
                QueryBuilder::new("INSERT INTO inbox (person, seq, at, urn, what, actor, detail, is_read) ");
            query.push_values(some.iter().zip(seqs), |mut row, (told, seq)| {
                row.push_bind(told.person.as_str())
                    .push_bind(seq)
                    .push_bind(told.at.micros())
                    .push_bind(told.urn.as_str())
                    .push_bind(told.what.as_str())
                    .push_bind(told.by.as_str())
                    .push_bind(told.detail.as_str())
                    .push_bind(i64::from(told.is_read));
            });
            query.push(" ON CONFLICT (person, seq) DO NOTHING");
            query.build().execute(connection).await.map_err(store_error)?;
        });
    }
    tx.commit().await?;
    Ok(true)
}

async fn list(
    db: &Db,
    person: &ActorKey,
    chosen: Chosen,
    now: Timestamp,
    before: Option<Seq>,
    limit: u32,
) -> Result<Vec<Told>, StoreError> {
    // No record is so late that it could not be counted.
    let before = before.map_or(i64::MAX, |before| i64::try_from(before.0).unwrap_or(i64::MAX));
    let state = match chosen.show {
        Show::Open => "(aside IS NULL OR aside <= $5)",
        Show::Unread => "is_read = 0 AND (aside IS NULL OR aside <= $5)",
        Show::Later => "aside > $5 AND aside < 9223372036854775807",
        Show::Done => "aside = 9223372036854775807 AND aside > $5",
    };
    let statement = format!(
        "SELECT {TOLD} FROM inbox WHERE person = $1 AND seq < $2 AND ($4 = '' OR what = $4) AND {state} \
         ORDER BY seq DESC LIMIT $3"
    );
    on_read!(db, pool => {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(person.as_str())
            .bind(before)
            .bind(i64::from(limit))
            .bind(chosen.what.map_or("", What::as_str))
            .bind(now.micros())
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

async fn unread(db: &Db, person: &ActorKey, now: Timestamp) -> Result<u64, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT COUNT(*) AS unread FROM inbox \
             WHERE person = $1 AND is_read = 0 AND (aside IS NULL OR aside <= $2)",
        )
        .bind(person.as_str())
        .bind(now.micros())
        .fetch_one(pool)
        .await
        .map_err(store_error)?;
        number(row.integer("unread")?)
    })
}

async fn put_aside(
    db: &Db,
    person: &ActorKey,
    seq: Seq,
    aside: Option<Aside>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (until, is_read) = match aside {
        Some(Aside::Done) => (Some(DONE), 1_i64),
        Some(Aside::Until(until)) => (Some(until.micros()), 0),
        None => (None, 1),
    };
    on_write!(db, pool => {
        sqlx::query("UPDATE inbox SET aside = $1, is_read = $2, read_at = $3 WHERE person = $4 AND seq = $5")
            .bind(until)
            .bind(is_read)
            .bind(now.micros())
            .bind(person.as_str())
            .bind(i64::try_from(seq.0).unwrap_or(i64::MAX))
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

async fn mark_read(
    db: &Db,
    person: &ActorKey,
    seq: Seq,
    and_before: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let statement = if and_before {
        "UPDATE inbox SET is_read = 1, read_at = $1 WHERE person = $2 AND seq <= $3 AND is_read = 0 \
         AND (aside IS NULL OR aside <= $1)"
    } else {
        "UPDATE inbox SET is_read = 1, read_at = $1 WHERE person = $2 AND seq = $3 AND is_read = 0"
    };
    on_write!(db, pool => {
        sqlx::query(statement)
            .bind(at.micros())
            .bind(person.as_str())
            .bind(i64::try_from(seq.0).unwrap_or(i64::MAX))
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

pub fn read(row: &impl Fields) -> Result<Told, StoreError> {
    Ok(Told {
        person: row.text("person")?.parse().map_err(corrupt_name)?,
        seq: Seq(number(row.integer("seq")?)?),
        at: Timestamp::from_micros(row.integer("at")?),
        urn: rows::urn(&row.text("urn")?)?,
        what: row.text("what")?.parse().map_err(corrupt)?,
        by: row.text("actor")?.parse().map_err(corrupt_name)?,
        detail: row.text("detail")?,
        is_read: row.integer("is_read")? != 0,
        aside: row.optional_integer("aside")?.map(|until| match until {
            DONE => Aside::Done,
            until => Aside::Until(Timestamp::from_micros(until)),
        }),
    })
}
