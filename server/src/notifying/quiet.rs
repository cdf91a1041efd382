//! A thread of its own for what leaves: nobody waits for it, so it gives way to those who wait for a page.

use std::io;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, Handle};

/// As `nice` counts: 0 is everybody else, 19 the last.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Where tasks can be spawned that give way; as long as the program runs.
///
/// # Errors
/// Where no thread can be started.
pub fn handle() -> io::Result<Handle> {
    let (told, heard) = mpsc::channel();
    thread::Builder::new().name("notifying".to_owned()).spawn(move || {
        give_way();
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return told.send(Err(error)).unwrap_or_default(),
        };
        if told.send(Ok(runtime.handle().clone())).is_ok() {
            runtime.block_on(std::future::pending::<()>());
        }
    })?;
    heard.recv().map_err(|_| io::Error::other("the thread that sends has not started"))?
}

/// On Linux alone: elsewhere it would be the whole program that gives way.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "what leaves does not give way");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_gives_way_and_nothing_else_does() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let before = niceness();
        let there = handle().unwrap().spawn(async move { niceness() });
        let there = Builder::new_current_thread().build().unwrap().block_on(there).unwrap();
        assert_eq!((there, niceness()), (NICENESS, before));
    }
}
