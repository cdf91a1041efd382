//! How far of the log projections with tables of their own have come.

use loggia_catalog::ports::StoreError;
use loggia_model::Seq;

use crate::db::{Db, Tx, on_read, on_tx};
use crate::errors::store_error;
use crate::rows::{Fields, number, signed};

pub async fn until(db: &Db, name: &str) -> Result<Option<Seq>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT seq FROM projection WHERE name = $1")
            .bind(name)
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| Ok(Seq(number(row.integer("seq")?)?))).transpose()
    })
}

/// Goes on from where it is believed to be; `false` where it is somewhere else.
pub async fn go_on(tx: &mut Tx, name: &str, after: Option<Seq>, until: Seq) -> Result<bool, StoreError> {
    let until = signed(until.0)?;
    let moved = on_tx!(tx, connection => {
        let query = match after {
            Some(after) => sqlx::query("UPDATE projection SET seq = $1 WHERE name = $2 AND seq = $3")
                .bind(until)
                .bind(name)
                .bind(signed(after.0)?),
            None => sqlx::query("INSERT INTO projection (seq, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
                .bind(until)
                .bind(name),
        };
        query.execute(connection).await.map_err(store_error)?.rows_affected()
    });
    Ok(moved > 0)
}
