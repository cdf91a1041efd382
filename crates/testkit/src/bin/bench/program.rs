//! The program that is measured: `LOGGIA_BIN`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use loggia_model::Secret;
use loggia_testkit::{Outcome, There, Trouble};

use crate::report::field;

/// Linux shows all programs its times in hundredths of a second, whatever it counts in itself.
const TICKS_A_SECOND: u64 = 100;

pub struct Loggia {
    program: PathBuf,
    folder: PathBuf,
    /// By which it opens what is sealed in the folder.
    secret_key: Option<Secret>,
}

impl Loggia {
    pub fn over(program: &Path, folder: &Path) -> Self {
        Self { program: program.to_owned(), folder: folder.to_owned(), secret_key: None }
    }

    pub fn with_secret_key(self, key: Secret) -> Self {
        Self { secret_key: Some(key), ..self }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a verb; its words are thrown away.
    pub fn start(&self, verb: &[&str]) -> Outcome<Child> {
        Ok(self.command(verb).stdout(Stdio::null()).spawn()?)
    }

    /// Does a verb to its end.
    pub fn run(&self, verb: &[&str]) -> Outcome {
        ended_well(self.start(verb)?.wait()?, verb)
    }

    /// Starts to serve; the address is known once it listens.
    pub fn serve(&self) -> Outcome<Serving> {
        self.serve_with(&[])
    }

    pub fn serve_with(&self, words: &[&str]) -> Outcome<Serving> {
        let verb = [&["serve", "--addr", "127.0.0.1:0"], words].concat();
        let mut process = self.command(&verb).stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(process.stdout.take().there()?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().and_then(|address| address.parse().ok());
        let Some(address) = address else {
            process.kill()?;
            return Err(Trouble::new(format!("'serve' said '{}' instead of where it listens", line.trim())));
        };
        Ok(Serving { process, address })
    }

    fn command(&self, verb: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(&self.folder).args(verb).env("LOGGIA_LOG", "error").stdin(Stdio::null());
        command.env_remove("LOGGIA_DATABASE");
        if let Some(key) = &self.secret_key {
            command.env("LOGGIA_SECRET_KEY", key.reveal());
        }
        // For what speaks as AWS does, and asks nobody who they are.
        command.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
        command
    }
}

pub fn ended_well(status: std::process::ExitStatus, verb: &[&str]) -> Outcome {
    if status.success() {
        Ok(())
    } else {
        Err(Trouble::new(format!("'loggia {}' failed: {status}", verb.join(" "))))
    }
}

/// A running server; it ends when this is dropped.
pub struct Serving {
    process: Child,
    pub address: SocketAddr,
}

impl Serving {
    /// What it holds in memory now, in MiB.
    pub fn memory(&self) -> Outcome<u64> {
        self.status("VmRSS")
    }

    /// The most that it has held.
    pub fn peak(&self) -> Outcome<u64> {
        self.status("VmHWM")
    }

    /// What of its memory is its own, and not of files that the kernel may drop.
    pub fn own(&self) -> Outcome<u64> {
        self.status("RssAnon")
    }

    /// The same, in KiB.
    pub fn own_kib(&self) -> Outcome<u64> {
        self.kib("RssAnon")
    }

    /// The processor time that it has used so far, over all its threads: what stays true on a busy machine.
    pub fn processor(&self) -> Outcome<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // After the name, which may have blanks; user and system time are the 14th and 15th of all fields.
        let fields = stat.rsplit_once(')').there()?.1.split_whitespace();
        let ticks = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND))
    }

    /// Ends it as an operator would, so that it leaves the folder in order.
    pub fn stop(mut self) -> Outcome {
        Command::new("kill").arg("-TERM").arg(self.process.id().to_string()).status()?;
        ended_well(self.process.wait()?, &["serve"])
    }

    fn status(&self, name: &str) -> Outcome<u64> {
        Ok(self.kib(name)?.div_ceil(1 << 10))
    }

    fn kib(&self, name: &str) -> Outcome<u64> {
        let kib = field(&format!("/proc/{}/status", self.process.id()), name).there()?;
        Ok(kib.split(' ').next().there()?.parse()?)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}
