//! Waits beside the demo's server until it is ready, then says where it is and what to try.

use std::os::unix::process::parent_id;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::args::Args;
use crate::failure::Result;
use crate::http;
use crate::places::Places;

const LIMIT: Duration = Duration::from_secs(60);

pub fn announce(places: &Places, mut args: Args) -> Result<()> {
    let port = super::port(&mut args)?;
    args.done()?;
    let server = parent_id();
    let started = Instant::now();
    while !http::answers(port, "/readyz") {
        if parent_id() != server {
            // The server has gone and has said why.
            return Ok(());
        }
        if started.elapsed() > LIMIT {
            return Err(format!(
                "the server has not been ready for {} s (http://127.0.0.1:{port}/readyz); its own lines above say why",
                LIMIT.as_secs()
            )
            .into());
        }
        sleep(Duration::from_millis(20));
    }
    let catalog = places.cache.join("demo/catalog");
    println!(
        "
Loggia is ready: http://127.0.0.1:{port}

  1. Choose as whom you look around: each of the people may see and do something else.
  2. Search for \"customer churn\" and narrow what comes with the filters beside it.
  3. Open the table \"accounts\" as Ana Benitez, edit its description, then undo the edit in History.
  4. Browse the glossary to the term \"Customer\" and see what it is put on.

Ctrl-C stops it. The catalog stays in {};
cargo xtask demo --fresh starts over.
",
        catalog.display()
    );
    Ok(())
}
