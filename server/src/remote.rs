//! While `serve` runs, every verb reaches it through a socket in the data folder, and is done there.
//!
//! The asker sends its arguments and its folder as one JSON line; JSON lines come back until the last
//! says how it ended. The socket is its owner's alone, from the moment when it is there, and nobody else is answered:
//! whoever may open it may write the folder anyway, and so secrets may go through it.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use loggia_catalog::Catalog;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

use crate::args::Args;
use crate::brought::Brought;
use crate::out::{Out, Said, show};
use crate::{Failure, data, verbs};

#[derive(Serialize, Deserialize)]
struct Asked {
    arguments: Vec<String>,
    folder: PathBuf,
    #[serde(default)]
    brought: Brought,
}

const AFTER_A_FAILURE: Duration = Duration::from_millis(200);

/// The user who may do everything anyway.
const ROOT: u32 = 0;
/// Bytes of a socket's path that the system allows.
const LONGEST_SOCKET: usize = 107;

/// The server of a data folder, if one runs.
pub async fn find(folder: &Path) -> Option<UnixStream> {
    UnixStream::connect(data::socket(folder)).await.ok()
}

/// Has the server do what this process was asked.
pub async fn ask(server: UnixStream, brought: Brought) -> Result<ExitCode, Failure> {
    let asked = Asked { arguments: std::env::args().collect(), folder: std::env::current_dir()?, brought };
    let (read, mut write) = server.into_split();
    let mut line = serde_json::to_string(&asked)?;
    line.push('\n');
    write.write_all(line.as_bytes()).await?;
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Said::Exit { code, failure } => {
                if let Some(failure) = failure {
                    eprintln!("loggia: {failure}");
                }
                return Ok(ExitCode::from(code));
            }
            said => {
                if !show(&said) {
                    return Ok(ExitCode::SUCCESS);
                }
            }
        }
    }
    Err(Failure("the server went away before it had answered: whether it was done, 'loggia verify' and a second try will tell".into()))
}

/// Listens for verbs until the server ends.
pub async fn listen(folder: &Path, catalog: Catalog) -> Result<(), Failure> {
    let path = data::socket(folder);
    let cannot = |error: std::io::Error| Failure(format!("cannot listen on {}: {error}", path.display()));
    if path.as_os_str().len() > LONGEST_SOCKET {
        return Err(Failure(format!(
            "cannot listen on {}: a socket's path may have {LONGEST_SOCKET} bytes, so choose a shorter --data",
            path.display()
        )));
    }
    let listener = bind(folder, &path).map_err(cannot)?;
    let owner = fs::metadata(&path).map_err(cannot)?.uid();
    tokio::spawn(async move {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Such as too many open files, which passes.
                    tracing::warn!(%error, "a verb could not be heard");
                    tokio::time::sleep(AFTER_A_FAILURE).await;
                    continue;
                }
            };
            // Nobody else can open it; should the file be given away, they are still nobody.
            let is_owners = stream.peer_cred().is_ok_and(|peer| peer.uid() == owner || peer.uid() == ROOT);
            if !is_owners {
                tracing::warn!("somebody else asked through the socket, and was not answered");
                continue;
            }
            let catalog = catalog.clone();
            tokio::spawn(async move {
                if let Err(failure) = answer(stream, catalog).await {
                    tracing::warn!(%failure, "a verb was not answered");
                }
            });
        }
    });
    Ok(())
}

/// In a folder that nobody else can enter, and only then where verbs look for it: there is no moment at which others
/// could open it.
fn bind(folder: &Path, path: &Path) -> std::io::Result<UnixListener> {
    let own = folder.join(".listen");
    // What lies there is of a server that has ended: the lock is ours.
    if own.exists() {
        fs::remove_dir_all(&own)?;
    }
    DirBuilder::new().mode(0o700).create(&own)?;
    let made = own.join("s");
    let listener = UnixListener::bind(&made)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, path)?;
    fs::remove_dir(&own)?;
    Ok(listener)
}

async fn answer(stream: UnixStream, catalog: Catalog) -> Result<(), Failure> {
    let (read, mut write) = stream.into_split();
    let line = BufReader::new(read).lines().next_line().await?.unwrap_or_default();
    let asked: Asked = serde_json::from_str(&line)?;
    let (said, mut to_say) = mpsc::channel(64);
    let work = tokio::spawn(async move {
        let end = match Args::try_parse_from(&asked.arguments) {
            Err(error) => Said::Exit { code: 2, failure: Some(error.to_string()) },
            Ok(mut args) => {
                verbs::resolve(&mut args.verb, &asked.folder);
                match verbs::run(&catalog, &args.verb, &asked.brought, &mut Out::Socket(said.clone())).await {
                    Ok(()) => Said::Exit { code: 0, failure: None },
                    Err(Failure(failure)) => Said::Exit { code: 1, failure: Some(failure) },
                }
            }
        };
        // Nobody left to hear it is no failure of the work.
        let _gone = said.send(end).await;
    });
    while let Some(said) = to_say.recv().await {
        let mut line = serde_json::to_string(&said)?;
        line.push('\n');
        write.write_all(line.as_bytes()).await?;
    }
    work.await?;
    Ok(())
}
