//! How each channel goes.

use std::collections::BTreeMap;

use loggia_catalog::ports::{Channel, ChannelState, Failed, StoreError};
use loggia_model::Timestamp;

use crate::db::{Db, Tx, on_read, on_tx};
use crate::errors::{corrupt, store_error};
use crate::rows::{Fields, number};

pub async fn count_arrived(
    tx: &mut Tx,
    channel: &Channel,
    count: usize,
    at: Timestamp,
) -> Result<(), StoreError> {
    let count = i64::try_from(count).map_err(corrupt)?;
    on_tx!(tx, connection => {
        sqlx::query(
            "INSERT INTO outbox_channel (channel, arrived, last_arrived, why) VALUES ($1, $2, $3, '') \
             ON CONFLICT (channel) DO UPDATE SET arrived = outbox_channel.arrived + EXCLUDED.arrived, \
             last_arrived = EXCLUDED.last_arrived",
        )
        .bind(channel.to_string())
        .bind(count)
        .bind(at.micros())
        .execute(connection)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

pub async fn note_failure(tx: &mut Tx, channel: &Channel, failed: &Failed) -> Result<(), StoreError> {
    on_tx!(tx, connection => {
        sqlx::query(
            "INSERT INTO outbox_channel (channel, arrived, last_failed, why) VALUES ($1, 0, $2, $3) \
             ON CONFLICT (channel) DO UPDATE SET last_failed = EXCLUDED.last_failed, why = EXCLUDED.why",
        )
        .bind(channel.to_string())
        .bind(failed.at.micros())
        .bind(failed.why.as_str())
        .execute(connection)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

pub async fn all(db: &Db) -> Result<Vec<ChannelState>, StoreError> {
    let mut states: BTreeMap<Channel, ChannelState> = BTreeMap::new();
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT channel, arrived, last_arrived, last_failed, why FROM outbox_channel")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        for row in &rows {
            let channel: Channel = row.text("channel")?.parse().map_err(corrupt)?;
            let state = ChannelState {
                arrived: number(row.integer("arrived")?)?,
                last_arrived: row.optional_integer("last_arrived")?.map(Timestamp::from_micros),
                last_failed: row.optional_integer("last_failed")?.map(Timestamp::from_micros),
                why: row.text("why")?,
                ..ChannelState::of(channel.clone())
            };
            states.insert(channel, state);
        }
        let rows = sqlx::query(
            "SELECT channel, is_dead, COUNT(*) AS many, MIN(at) AS oldest FROM outbox GROUP BY channel, is_dead",
        )
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        for row in &rows {
            let channel: Channel = row.text("channel")?.parse().map_err(corrupt)?;
            let state = states.entry(channel.clone()).or_insert_with(|| ChannelState::of(channel));
            let many = number(row.integer("many")?)?;
            if row.integer("is_dead")? == 0 {
                state.waiting = many;
                state.oldest = row.optional_integer("oldest")?.map(Timestamp::from_micros);
            } else {
                state.dead = many;
            }
        }
    });
    Ok(states.into_values().collect())
}
