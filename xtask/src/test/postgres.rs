//! A PostgreSQL server for one test run: made, started, stopped and deleted again, whatever happens.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::child;
use crate::failure::{Result, While};
use crate::http;
use crate::places::Places;
use crate::setup::system;

/// PostgreSQL refuses to run as root; then it runs as this user.
const USER: &str = "postgres";

/// Nothing here outlives the run, so nothing need reach the disk.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "listen_addresses=127.0.0.1",
];

/// Ends when its input does: that is when this program drops it, and also when this program is killed.
/// Being in a process group of its own, it is not reached by Ctrl-C.
const KEEPER: &str = r#"cat >/dev/null; "$1/pg_ctl" -D "$2/data" stop -m immediate -s; rm -rf "$2""#;

pub struct Cluster {
    port: u16,
    keeper: Child,
    keepers_input: Option<ChildStdin>,
}

impl Cluster {
    pub fn start(places: &Places) -> Result<Self> {
        let programs = system::postgres(places)?;
        let account = Account::that_may_run_it()?;
        let made = child::output_of(&mut account.command("mktemp", &["-d", "/tmp/loggia-postgres.XXXXXX"]))?;
        let folder = PathBuf::from(made.trim());
        let port = http::free_port().while_(|| "cannot find a free port".to_owned())?;

        let mut keeper = account.command("sh", &["-c", KEEPER, "sh"]);
        keeper.arg(&programs).arg(&folder).process_group(0);
        let mut keeper = keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .while_(|| "cannot start the keeper of PostgreSQL".to_owned())?;
        let keepers_input = keeper.stdin.take();
        let cluster = Self { port, keeper, keepers_input };

        account.initialise(&programs, &folder)?;
        account.serve(&programs, &folder, port)?;
        Ok(cluster)
    }

    pub fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keepers_input.take());
        // Nothing is left to do about a keeper that failed.
        let _ = self.keeper.wait();
    }
}

/// Whose processes the server's are.
enum Account {
    Ours,
    Postgres,
}

impl Account {
    fn that_may_run_it() -> Result<Self> {
        if !system::is_root() {
            return Ok(Self::Ours);
        }
        if child::output_of(Command::new("id").args(["-u", USER])).is_err() {
            child::output_of(Command::new("useradd").args(["--system", "--no-create-home", USER]))?;
        }
        Ok(Self::Postgres)
    }

    fn command(&self, program: impl AsRef<Path>, args: &[&str]) -> Command {
        let mut command = match self {
            Self::Ours => Command::new(program.as_ref()),
            Self::Postgres => {
                let mut command = Command::new("runuser");
                command.args(["-u", USER, "--"]).arg(program.as_ref());
                command
            }
        };
        // The other user may not be able to enter the checkout.
        command.args(args).current_dir("/");
        command
    }

    fn initialise(&self, programs: &Path, folder: &Path) -> Result<()> {
        let args =
            ["--username", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"];
        let mut initdb = self.command(programs.join("initdb"), &args);
        child::output_of(initdb.arg(folder.join("data"))).map(|_| ())
    }

    fn serve(&self, programs: &Path, folder: &Path, port: u16) -> Result<()> {
        let log = folder.join("log");
        let mut options = format!("-p {port} -c unix_socket_directories={}", folder.display());
        for setting in SETTINGS {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        let mut pg_ctl = self
            .command(programs.join("pg_ctl"), &["start", "--wait", "--silent", "--timeout=60", "--options"]);
        pg_ctl.arg(options).arg("--log").arg(&log).arg("--pgdata").arg(folder.join("data"));
        // Not through pipes: the server keeps them open.
        let status = pg_ctl
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .while_(|| "cannot run pg_ctl".to_owned())?;
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        Err(format!("PostgreSQL did not start on port {port}\n{}", said.trim_end()).into())
    }
}
