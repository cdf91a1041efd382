//! Reads data that nobody vouches for in a process of its own.
//!
//! A file of 4 KB can unfold to gigabytes, and a library that reads a dozen encodings can be led to fail or
//! to take memory that is not there, which ends the process that it is in. So this program starts itself
//! again (`loggia read`), with its memory bounded by the system; what breaks there is an error here, and
//! what takes too long is stopped.

pub mod child;
mod describer;
mod words;

use std::future::Future;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use loggia_catalog::ports::{Sample, SampleColumn};
use loggia_connect::files::{Table, Way};
use loggia_harvest::files::{Limits, SampleLimits, Sampled};
use loggia_quality::profile::TableProfile;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

pub use self::describer::Describer;
pub use self::words::{Ask, Said};

/// What a reader may take beyond the program itself.
const MEMORY: u64 = 768 << 20;

/// For a look at some rows, from the question to the answer.
const LOOKING: Duration = Duration::from_secs(60);

/// For what one table is. A terabyte of packed CSV takes longer, and is no table to harvest every night.
const DESCRIBING: Duration = Duration::from_secs(30 * 60);

/// For a profile. A terabyte takes about as long; a few kilobytes that say they have a trillion rows would take
/// for ever.
const PROFILING: Duration = Duration::from_secs(4 * 3_600);

/// What of the environment it takes to reach a bucket: the certificates that are trusted, and a proxy.
const PASSED_ON: [&str; 8] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// Of one line that a reader says. A profile of 100,000 columns is some 50 MB.
const LONGEST: u64 = 256 << 20;

/// What is kept of a reader's last words.
const LAST_WORDS: u64 = 64 << 10;

/// What the values of a table are like. `progress` hears how many of how many values are read.
///
/// # Errors
/// Why the table cannot be read: what is wrong with its files, or what reading them would have cost.
pub async fn profile(
    way: &Way,
    table: &Table,
    limits: Limits,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<TableProfile, String> {
    let profiling = async {
        let mut reader = Reader::start()?;
        reader.ask(&Ask::Profile { way: way.clone(), table: table.clone(), limits }).await?;
        loop {
            match reader.next().await? {
                Said::Progress(done, total) => progress(done, total),
                Said::Profile(profile) => return Ok(*profile),
                Said::Refused(why) => return Err(why),
                Said::Sample { .. } | Said::Described(_) => return Err(UNASKED.to_owned()),
            }
        }
    };
    within(PROFILING, profiling).await
}

/// Some rows of a table, of these of its columns.
///
/// # Errors
/// As [`profile`].
pub async fn sample(way: &Way, table: &Table, columns: &[String]) -> Result<Sample, String> {
    let limits = SampleLimits::default();
    let most = limits.bytes as u64;
    let ask = Ask::Sample { way: way.clone(), table: table.clone(), columns: columns.to_vec(), limits };
    let looking = async {
        let mut reader = Reader::start()?;
        reader.ask(&ask).await?;
        match reader.next().await? {
            Said::Sample { sampled, bytes } if bytes <= most => {
                let mut parquet = Vec::new();
                let read = (&mut reader.said).take(bytes).read_to_end(&mut parquet).await;
                read.map_err(|why| format!("was read, and not told: {why}"))?;
                if parquet.len() as u64 != bytes {
                    return Err(reader.post_mortem().await);
                }
                let Sampled { version, columns, width, first, rows } = sampled;
                let columns = columns.into_iter().map(|(name, data_type)| SampleColumn { name, data_type });
                Ok(Sample { version, columns: columns.collect(), width, first, rows, parquet })
            }
            Said::Refused(why) => Err(why),
            _ => Err(UNASKED.to_owned()),
        }
    };
    within(LOOKING, looking).await
}

/// A reader whose time is over ends with what waited for it.
async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let late = |_| Err(format!("takes too long to read: more than {} minutes", limit.as_secs().div_ceil(60)));
    timeout(limit, work).await.unwrap_or_else(late)
}

const UNASKED: &str = "was read, and its reader told something else than it was asked";

struct Reader {
    child: Child,
    asked: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Reader {
    fn start() -> Result<Self, String> {
        let unstarted = |why: &dyn std::fmt::Display| format!("no reader could be started: {why}");
        let program = program().map_err(|why| unstarted(&why))?;
        let mut child = Command::new(program)
            .arg("read")
            .env_clear()
            .envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .env("LOGGIA_READER_MEMORY", MEMORY.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|why| unstarted(&why))?;
        let asked = child.stdin.take().ok_or_else(|| unstarted(&"it has no input"))?;
        let said = child.stdout.take().ok_or_else(|| unstarted(&"it has no output"))?;
        Ok(Self { child, asked, said: BufReader::new(said) })
    }

    async fn ask(&mut self, ask: &Ask) -> Result<(), String> {
        let mut line = serde_json::to_vec(ask).map_err(|why| format!("cannot be asked for: {why}"))?;
        line.push(b'\n');
        // A reader that is gone before it was asked says why on its own.
        let _gone = self.asked.write_all(&line).await;
        Ok(())
    }

    async fn next(&mut self) -> Result<Said, String> {
        let mut line = Vec::new();
        let mut said = (&mut self.said).take(LONGEST);
        match said.read_until(b'\n', &mut line).await {
            Ok(_) if line.ends_with(b"\n") => {
                serde_json::from_slice(&line).map_err(|why| format!("was read, and not understood: {why}"))
            }
            _ => Err(self.post_mortem().await),
        }
    }

    /// Why a reader ended without an answer.
    async fn post_mortem(&mut self) -> String {
        let mut words = Vec::new();
        if let Some(error) = self.child.stderr.take() {
            // What cannot be read is not told.
            let _unread =
                timeout(Duration::from_secs(1), error.take(LAST_WORDS).read_to_end(&mut words)).await;
        }
        let words = String::from_utf8_lossy(&words);
        if words.contains("memory allocation of") {
            return format!("takes more than {} MiB of memory to read, which no file is given", MEMORY >> 20);
        }
        // What the library said may have a value in it, which may be nobody's to see.
        tracing::debug!(%words, "a reader ended without an answer");
        "cannot be decoded: it ended the process that read it".to_owned()
    }
}

/// This program, also where its file was replaced by a newer one meanwhile.
fn program() -> std::io::Result<PathBuf> {
    let linked = PathBuf::from("/proc/self/exe");
    if linked.exists() { Ok(linked) } else { std::env::current_exe() }
}
