//! What only PostgreSQL needs: how it is reached, and hearing what other replicas commit.

use std::time::Duration;

use loggia_catalog::ports::StoreError;
use loggia_model::Seq;
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::watch;

use crate::db::Db;
use crate::read;

/// The channel on which every commit is announced.
pub const CHANNEL: &str = "loggia_log";

/// Polling stands behind the announcements: a lost connection delays a follower by this at most.
const POLL: Duration = Duration::from_secs(1);

pub async fn open(url: &str) -> Result<Db, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect(url)
        .await
        .map_err(|error| StoreError::Unavailable(format!("cannot reach the PostgreSQL database: {error}")))?;
    Ok(Db::Postgres(pool))
}

/// Keeps the highest committed sequence up to date with what other replicas write.
pub fn hear_commits(db: &Db, announcer: watch::Sender<Seq>) {
    let Db::Postgres(pool) = db else { return };
    let pool = pool.clone();
    tokio::spawn(async move {
        let mut listener = listen(&pool).await;
        while !announcer.is_closed() {
            let heard = async {
                match &mut listener {
                    Some(listener) => listener.recv().await.is_ok(),
                    None => false,
                }
            };
            if let Ok(false) = tokio::time::timeout(POLL, heard).await {
                tokio::time::sleep(POLL).await;
                listener = listen(&pool).await;
            }
            if let Ok(last) = read::last(&Db::Postgres(pool.clone())).await {
                announcer.send_if_modified(|known| std::mem::replace(known, last.max(*known)) < last);
            }
        }
    });
}

async fn listen(pool: &PgPool) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(pool).await.ok()?;
    listener.listen(CHANNEL).await.ok()?;
    Some(listener)
}
