//! `cargo xtask demo`: from a checkout to a portal full of a bank's data, at one address.

mod announce;
mod fill;

use std::os::unix::process::CommandExt;
use std::process::Stdio;

use crate::args::Args;
use crate::failure::{Failure, Result, While};
use crate::places::Places;
use crate::setup::{self, Need};
use crate::{http, release};

pub use announce::announce;
pub use fill::parquet_files;

/// The command, of no use to people, that waits for the server and then says where it is.
pub const ANNOUNCE: &str = "announce";

const PORT: u16 = 3000;

/// Whoever comes looks around as one of these, each with another role: administrator, owner, steward, contributor,
/// consumer and viewer.
const PEOPLE: &str = "ana.benitez,carlos.gimenez,lucia.ayala,joaquin.villalba,valeria.ortiz,noelia.franco";

pub fn run(places: &Places, mut args: Args) -> Result<()> {
    let fresh = args.flag("--fresh");
    let port = port(&mut args)?;
    args.done()?;
    // Before a build of minutes, not after it.
    insist_on(port)?;

    let tools = setup::everything(places, &[Need::Builder])?;
    let release = release::build(&tools)?;
    let catalog = if fresh { fill::anew(&tools, &release)? } else { fill::if_empty(&tools, &release)? };
    insist_on(port)?;

    let this_program = std::env::current_exe().while_(|| "cannot find this program".to_owned())?;
    tools
        .command(this_program)
        .args([ANNOUNCE, "--port", &port.to_string()])
        .stdin(Stdio::null())
        .spawn()
        .while_(|| "cannot start the announcer".to_owned())?;
    // The server takes this process's place, so that Ctrl-C and every other signal is for it alone,
    // and it ends as it thinks right.
    let error = tools
        .command(&release.loggia)
        .arg("--data")
        .arg(catalog)
        .args(["serve", "--addr", &format!("127.0.0.1:{port}"), "--sources"])
        .arg(fill::sources(&tools))
        .arg("--project-profiles")
        .arg(tools.places.root.join("demo/project-profiles.yaml"))
        .args(["--demo", PEOPLE])
        .exec();
    Err(Failure::from(format!("cannot start {}: {error}", release.loggia.display())))
}

fn port(args: &mut Args) -> Result<u16> {
    match args.values("--port")?.last() {
        None => Ok(PORT),
        Some(word) => word
            .parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(|| format!("--port {word} is no port; it is a number from 1 to 65535").into()),
    }
}

fn insist_on(port: u16) -> Result<()> {
    if http::is_free(port) {
        return Ok(());
    }
    let next = port.checked_add(1).unwrap_or(PORT);
    Err(format!(
        "cannot listen on 127.0.0.1:{port}: another program does, or it is not permitted\n  \
         stop that one, or choose a port: cargo xtask demo --port {next}"
    )
    .into())
}
