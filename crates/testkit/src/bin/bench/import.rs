//! From JSON lines into an empty SQLite store, beside a running server, until the last asset is found.

use std::path::Path;
use std::time::{Duration, Instant};

use loggia_testkit::{Outcome, Trouble};
use tokio::runtime::Runtime;

use crate::assets::LAST;
use crate::clients::Client;
use crate::program::{Loggia, ended_well};

pub struct Imported {
    /// Until the verb had ended: everything is in the log, durably.
    pub applied: Duration,
    /// Until the index had the last record, and a search showed the last asset.
    pub found: Duration,
    pub peak_memory: u64,
    /// The processor time of the server until each of these.
    pub processor: (Duration, Duration),
}

/// Far more than any import that is worth waiting for.
const PATIENCE: Duration = Duration::from_secs(900);

pub fn import(runtime: &Runtime, loggia: &Loggia, file: &Path) -> Outcome<Imported> {
    let server = loggia.serve()?;
    let verb = ["apply", &file.to_string_lossy()];
    let begun = Instant::now();
    ended_well(loggia.start(&verb)?.wait()?, &verb)?;
    let (applied, writing) = (begun.elapsed(), server.processor()?);
    runtime.block_on(async {
        let mut client = Client::to(server.address).await?;
        while !is_caught_up(&client.text("/readyz").await?) {
            if begun.elapsed() > PATIENCE {
                return Err(Trouble::new("the index does not catch up"));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        until_found(&mut client, LAST).await
    })?;
    let found = begun.elapsed();
    let (peak_memory, processor) = (server.peak()?, (writing, server.processor()?));
    server.stop()?;
    Ok(Imported { applied, found, peak_memory, processor })
}

/// Applies one more file to a running server, until that asset is found.
pub fn add(runtime: &Runtime, loggia: &Loggia, file: &Path, client: &mut Client, name: &str) -> Outcome {
    loggia.run(&["apply", &file.to_string_lossy()])?;
    runtime.block_on(until_found(client, name))
}

/// Whether the index has the whole log, in the words of `/readyz`.
fn is_caught_up(ready: &str) -> bool {
    let value =
        |name: &str| ready.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    value("log").is_some_and(|log| value("index") == Some(log))
}

async fn until_found(client: &mut Client, name: &str) -> Outcome {
    let begun = Instant::now();
    while !finds(client, name).await? {
        if begun.elapsed() > PATIENCE {
            return Err(Trouble::new(format!("{name} is not found")));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Whether the first result is a link to the asset of that name.
pub async fn finds(client: &mut Client, name: &str) -> Outcome<bool> {
    let page = client.text(&format!("/search?q={name}")).await?;
    Ok(page
        .split("href=\"/assets/")
        .skip(1)
        .any(|link| link.split('"').next().is_some_and(|link| link.ends_with(name))))
}
