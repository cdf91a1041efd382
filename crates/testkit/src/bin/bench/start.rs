//! From nothing to the first answer of a search.

use std::time::{Duration, Instant};

use loggia_testkit::{Outcome, Trouble};
use tokio::runtime::Runtime;

use crate::assets::LAST;
use crate::clients::Client;
use crate::import::finds;
use crate::program::{Loggia, Serving};

/// Starts a server and waits until it is ready and finds something.
pub fn cold(runtime: &Runtime, loggia: &Loggia) -> Outcome<(Duration, Serving)> {
    let begun = Instant::now();
    let server = loggia.serve()?;
    runtime.block_on(async {
        let mut client = Client::to(server.address).await?;
        client.text("/readyz").await?;
        if finds(&mut client, LAST).await? {
            Ok(())
        } else {
            Err(Trouble::new("a server that is ready finds nothing"))
        }
    })?;
    Ok((begun.elapsed(), server))
}
