//! What is to leave the catalog, and how far of the log it has been made.

mod letters;
mod states;

use std::collections::BTreeMap;

use async_trait::async_trait;
use loggia_catalog::ports::{
    Channel, ChannelState, Failed, How, Outbox, Outgoing, StoreError, Told, Waiting, What,
};
use loggia_model::{ActorKey, Seq, Timestamp};
use sqlx::QueryBuilder;

use crate::db::{Db, Tx, on_read, on_tx, on_write};
use crate::errors::{corrupt, store_error};
use crate::rows::{Fields, number, signed};
use crate::{SqlStore, projections};

/// Rows in one INSERT, of ten parameters each: well below SQLite's 32,766.
const ROWS_AT_ONCE: usize = 500;
/// Of what is about the same, looked at at once: one that changes all the time keeps no other waiting.
const OF_ONE: u32 = 20;
/// What is due at an instant. Where the clock has gone back, that is no reason to wait: behind the last try, or to more than
/// eight days before, which nothing is made to wait for.
const DUE: &str = "(due <= $2 OR COALESCE(last_try, 0) > $2 OR due - 691200000000 > $2)";
const FIELDS: &str = "id, channel, about, seq, at, due, tries, last_try, why, body";

#[async_trait]
impl Outbox for SqlStore {
    async fn made_until(&self, projection: &str) -> Result<Option<Seq>, StoreError> {
        projections::until(&self.db, projection).await
    }

    async fn begin_anew(&self, projection: &str) -> Result<(), StoreError> {
        let db = &self.db;
        on_write!(db, pool => {
            sqlx::query("DELETE FROM projection WHERE name = $1")
                .bind(projection)
                .execute(pool)
                .await
                .map_err(store_error)?;
        });
        Ok(())
    }

    async fn put_out(
        &self,
        projection: &str,
        after: Option<Seq>,
        until: Seq,
        outgoing: &[Outgoing],
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        if !projections::go_on(&mut tx, projection, after, until).await? {
            return Ok(false);
        }
        for some in outgoing.chunks(ROWS_AT_ONCE) {
            insert(&mut tx, some).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn post(&self, outgoing: &Outgoing) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        insert(&mut tx, std::slice::from_ref(outgoing)).await?;
        tx.commit().await
    }

    async fn due(&self, channel: &Channel, now: Timestamp, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        due(&self.db, channel, now, limit).await
    }

    async fn as_letter(
        &self,
        about: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<(String, Vec<Waiting>), StoreError> {
        letters::as_letter(&self.db, about, id, now).await
    }

    async fn next_due(&self, channel: &Channel, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        next_due(&self.db, channel, now).await
    }

    async fn arrived(&self, channel: &Channel, ids: &[String], at: Timestamp) -> Result<(), StoreError> {
        arrived(&self.db, channel, ids, at).await
    }

    async fn left_out(&self, ids: &[String]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        forget(&mut tx, ids).await?;
        tx.commit().await
    }

    async fn failed(&self, channel: &Channel, failed: &[Failed]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        for one in failed {
            fail(&mut tx, one).await?;
        }
        for (about, next) in held_up(&mut tx, failed).await? {
            hold_up(&mut tx, channel, &about, next).await?;
        }
        if let Some(last) = failed.last() {
            states::note_failure(&mut tx, channel, last).await?;
        }
        tx.commit().await
    }

    async fn channel_states(&self) -> Result<Vec<ChannelState>, StoreError> {
        states::all(&self.db).await
    }

    async fn dead(&self, channel: &Channel, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        dead(&self.db, channel, limit).await
    }

    async fn revive(&self, channel: &Channel, id: Option<&str>) -> Result<u64, StoreError> {
        let anew = "UPDATE outbox SET is_dead = 0, tries = 0, due = 0, letter = NULL WHERE channel = $1 AND is_dead = 1";
        of_the_dead(&self.db, anew, channel, id).await
    }

    async fn bury(&self, channel: &Channel, id: Option<&str>) -> Result<u64, StoreError> {
        of_the_dead(&self.db, "DELETE FROM outbox WHERE channel = $1 AND is_dead = 1", channel, id).await
    }

    async fn hold(&self, channel: &Channel, holder: &str) -> Result<bool, StoreError> {
        hold(&self.db, channel, holder).await
    }

    async fn told_between(&self, after: Seq, until: Seq, limit: u32) -> Result<Vec<Told>, StoreError> {
        letters::told_between(&self.db, after, until, limit).await
    }

    async fn told_by_records(&self, person: &ActorKey, seqs: &[Seq]) -> Result<Vec<Told>, StoreError> {
        letters::told_by_records(&self.db, person, seqs).await
    }

    async fn mail_choices(&self, person: &ActorKey) -> Result<Vec<(What, How)>, StoreError> {
        letters::choices(&self.db, person).await
    }

    async fn set_mail_choices(&self, person: &ActorKey, choices: &[(What, How)]) -> Result<(), StoreError> {
        letters::set_choices(&self.db, person, choices).await
    }

    async fn all_mail_choices(&self) -> Result<Vec<(ActorKey, What, How)>, StoreError> {
        letters::all_choices(&self.db).await
    }
}

async fn insert(tx: &mut Tx, some: &[Outgoing]) -> Result<(), StoreError> {
    let seqs: Vec<i64> = some.iter().map(|one| signed(one.seq.0)).collect::<Result<_, _>>()?;
    on_tx!(tx, connection => {
        let mut query =
            QueryBuilder::new("INSERT INTO outbox (id, channel, about, seq, at, due, tries, why, is_dead, body) ");
        query.push_values(some.iter().zip(seqs), |mut row, (one, seq)| {
            row.push_bind(one.id.as_str())
                .push_bind(one.channel.to_string())
                .push_bind(one.about.as_str())
                .push_bind(seq)
                .push_bind(one.at.micros())
                .push_bind(one.due.micros())
                .push_bind(0_i64)
                .push_bind("")
                .push_bind(0_i64)
                .push_bind(one.body.as_str());
        });
        query.push(" ON CONFLICT (id) DO NOTHING");
        query.build().execute(connection).await.map_err(store_error)?;
    });
    Ok(())
}

async fn due(db: &Db, channel: &Channel, now: Timestamp, limit: u32) -> Result<Vec<Waiting>, StoreError> {
    // A letter that has not arrived goes before what came later; of lines that are in none yet, each has its own time.
    let before = match channel {
        Channel::Mail => "earlier.letter IS NOT NULL",
        Channel::Webhook(_) => "earlier.seq < outbox.seq",
    };
    let statement = format!(
        "SELECT {FIELDS} FROM (SELECT outbox.*, ROW_NUMBER() OVER (PARTITION BY about ORDER BY seq, id) AS place \
         FROM outbox WHERE channel = $1 AND is_dead = 0 AND {DUE}) AS outbox WHERE place <= {OF_ONE} AND NOT EXISTS (\
         SELECT 1 FROM outbox AS earlier WHERE earlier.channel = outbox.channel AND earlier.about = outbox.about \
         AND earlier.is_dead = 0 AND {before} \
         AND earlier.due > $2 AND COALESCE(earlier.last_try, 0) <= $2) ORDER BY seq, id LIMIT $3"
    );
    on_read!(db, pool => {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(channel.to_string())
            .bind(now.micros())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

async fn next_due(db: &Db, channel: &Channel, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT MIN(due) AS due FROM outbox WHERE channel = $1 AND is_dead = 0 AND due > $2")
            .bind(channel.to_string())
            .bind(now.micros())
            .fetch_one(pool)
            .await
            .map_err(store_error)?;
        Ok(row.optional_integer("due")?.map(Timestamp::from_micros))
    })
}

async fn arrived(db: &Db, channel: &Channel, ids: &[String], at: Timestamp) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    forget(&mut tx, ids).await?;
    states::count_arrived(&mut tx, channel, ids.len(), at).await?;
    tx.commit().await
}

async fn forget(tx: &mut Tx, ids: &[String]) -> Result<(), StoreError> {
    for some in ids.chunks(ROWS_AT_ONCE) {
        on_tx!(&mut *tx, connection => {
            let mut query = QueryBuilder::new("DELETE FROM outbox WHERE id IN (");
            let mut list = query.separated(", ");
            for id in some {
                list.push_bind(id.as_str());
            }
            query.push(")");
            query.build().execute(connection).await.map_err(store_error)?;
        });
    }
    Ok(())
}

async fn fail(tx: &mut Tx, failed: &Failed) -> Result<(), StoreError> {
    let at = failed.at.micros();
    on_tx!(tx, connection => {
        sqlx::query(
            "UPDATE outbox SET tries = tries + 1, last_try = $1, due = $2, why = $3, is_dead = $4 WHERE id = $5",
        )
        .bind(at)
        .bind(failed.next.map_or(at, Timestamp::micros))
        .bind(failed.why.as_str())
        .bind(i64::from(failed.next.is_none()))
        .bind(failed.id.as_str())
        .execute(connection)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

/// What these failures are about, each once, with the one that is tried last.
async fn held_up<'f>(tx: &mut Tx, failed: &'f [Failed]) -> Result<BTreeMap<String, &'f Failed>, StoreError> {
    let mut held_up = BTreeMap::new();
    for one in failed.iter().filter(|one| one.next.is_some()) {
        let about = on_tx!(&mut *tx, connection => {
            let row = sqlx::query("SELECT about FROM outbox WHERE id = $1")
                .bind(one.id.as_str())
                .fetch_optional(connection)
                .await
                .map_err(store_error)?;
            row.map(|row| row.text("about")).transpose()?
        });
        if let Some(about) = about {
            held_up.insert(about, one);
        }
    }
    Ok(held_up)
}

/// What is about the same waits as long, so that it is not looked through again and again until then.
async fn hold_up(tx: &mut Tx, channel: &Channel, about: &str, failed: &Failed) -> Result<(), StoreError> {
    let Some(next) = failed.next else { return Ok(()) };
    on_tx!(tx, connection => {
        sqlx::query(
            "UPDATE outbox SET due = $1, last_try = $2 WHERE channel = $3 AND about = $4 AND is_dead = 0 AND due < $1",
        )
        .bind(next.micros())
        .bind(failed.at.micros())
        .bind(channel.to_string())
        .bind(about)
        .execute(connection)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

async fn dead(db: &Db, channel: &Channel, limit: u32) -> Result<Vec<Waiting>, StoreError> {
    let statement = format!(
        "SELECT {FIELDS} FROM outbox WHERE channel = $1 AND is_dead = 1 ORDER BY seq DESC, id LIMIT $2"
    );
    on_read!(db, pool => {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(channel.to_string())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

async fn of_the_dead(
    db: &Db,
    statement: &'static str,
    channel: &Channel,
    id: Option<&str>,
) -> Result<u64, StoreError> {
    let statement = format!("{statement} AND ($2 = '' OR id = $2)");
    on_write!(db, pool => {
        let done = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(channel.to_string())
            .bind(id.unwrap_or_default())
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected())
    })
}

/// By the clock of the database, since those of two machines differ; a data folder has one process anyway.
async fn hold(db: &Db, channel: &Channel, holder: &str) -> Result<bool, StoreError> {
    let Db::Postgres(pool) = db else { return Ok(true) };
    let held = sqlx::query(
        "INSERT INTO outbox_holder (channel, holder, until) \
         VALUES ($1, $2, CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) + 60) \
         ON CONFLICT (channel) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until \
         WHERE outbox_holder.holder = EXCLUDED.holder \
         OR outbox_holder.until < CAST(EXTRACT(EPOCH FROM now()) AS BIGINT)",
    )
    .bind(channel.to_string())
    .bind(holder)
    .execute(pool)
    .await
    .map_err(store_error)?;
    Ok(held.rows_affected() > 0)
}

fn read(row: &impl Fields) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        outgoing: Outgoing {
            id: row.text("id")?,
            channel: row.text("channel")?.parse().map_err(corrupt)?,
            about: row.text("about")?,
            seq: Seq(number(row.integer("seq")?)?),
            at: Timestamp::from_micros(row.integer("at")?),
            due: Timestamp::from_micros(row.integer("due")?),
            body: row.text("body")?,
        },
        tries: u32::try_from(row.integer("tries")?).map_err(corrupt)?,
        last_try: row.optional_integer("last_try")?.map(Timestamp::from_micros),
        why: row.text("why")?,
    })
}
