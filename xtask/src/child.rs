//! Runs a child process quietly: its words go to a log and to memory, the terminal shows only that it
//! is at work, and what it said comes out when it failed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Result, While};
use crate::ticker::Ticker;

/// How a quiet child ended, and all that it said, free of colours.
pub struct Outcome {
    pub success: bool,
    pub lines: Vec<String>,
    pub took: Duration,
    pub log: PathBuf,
}

/// How lines begin that say only that something goes on, or that all is well.
const PROGRESS: &[&str] = &[
    "Adding",
    "Blocking",
    "Checking",
    "Compiling",
    "Doc-tests",
    "Downloaded",
    "Downloading",
    "Finished",
    "Fresh",
    "Locking",
    "Running",
    "Updating",
    "running",
    "✓",
];

const SETTLING: Duration = Duration::from_secs(2);

/// Runs `command` to its end, with its output in `log`.
///
/// # Errors
/// When it cannot be started or the log cannot be written; that it failed is in the [`Outcome`].
pub fn quietly(command: &mut Command, log: &Path) -> Result<Outcome> {
    quietly_within(command, log, Duration::MAX)
}

/// As [`quietly`], and ends the child when `limit` has passed; that counts as failed.
pub fn quietly_within(command: &mut Command, log: &Path, limit: Duration) -> Result<Outcome> {
    let mut log_file = open(log)?;
    let writing = || format!("cannot write {}", log.display());
    writeln!(log_file, "$ {}", words_of(command)).while_(writing)?;

    let mut child = start(command)?;
    let (sender, lines_said) = mpsc::channel();
    listen(child.stdout.take(), sender.clone());
    listen(child.stderr.take(), sender);

    let mut ticker = Ticker::start();
    let mut lines: Vec<String> = Vec::new();
    let mut ended: Option<Instant> = None;
    loop {
        match lines_said.recv_timeout(Duration::from_millis(250)) {
            Ok(line) => {
                writeln!(log_file, "{line}").while_(writing)?;
                lines.push(line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        ticker.tick(lines.last().map_or("", String::as_str));
        if ticker.elapsed() > limit {
            // Its own end is awaited below; an error here means that it has ended already.
            let _ = child.kill();
        }
        // A daemon that the child left behind may hold the pipes for ever.
        if ended.is_none() && child.try_wait().is_ok_and(|status| status.is_some()) {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|since| since.elapsed() > SETTLING) {
            break;
        }
    }
    ticker.clear();
    let status = child.wait().while_(|| "cannot wait for a child process".to_owned())?;
    Ok(Outcome { success: status.success(), lines, took: ticker.elapsed(), log: log.to_owned() })
}

/// What a short command printed; an error when it failed.
pub fn output_of(command: &mut Command) -> Result<String> {
    let what = words_of(command);
    let output = command.stdin(Stdio::null()).output().while_(|| format!("cannot run {what}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{what} failed:\n{}", said.trim_end()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

impl Outcome {
    /// Turns a failed run into an error with its last words, the log's place and what to do.
    pub fn or_advise(self, what: &str, advice: &str) -> Result<Self> {
        if self.success {
            return Ok(self);
        }
        let log = self.log.display();
        Err(format!("{what} failed\n{}\n  the whole log: {log}\n  {advice}", self.last_words(20)).into())
    }

    /// The last lines but those of progress and of tests that passed, indented.
    pub fn last_words(&self, count: usize) -> String {
        let mut words: Vec<&str> = self
            .lines
            .iter()
            .rev()
            .map(String::as_str)
            .filter(|line| !is_progress(line))
            .take(count)
            .collect();
        words.reverse();
        words.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    }
}

fn is_progress(line: &str) -> bool {
    let first = line.split_whitespace().next();
    let passed = line.starts_with("test ") && line.ends_with(" ... ok");
    let all_passed = line.starts_with("test result: ok");
    passed || all_passed || first.is_none_or(|word| PROGRESS.contains(&word))
}

/// The command as it would be typed, without the environment.
fn words_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn open(log: &Path) -> Result<File> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).while_(|| format!("cannot make {}", folder.display()))?;
    }
    File::create(log).while_(|| format!("cannot write {}", log.display()))
}

fn start(command: &mut Command) -> Result<Child> {
    let program = command.get_program().to_string_lossy().into_owned();
    command
        .env("NO_COLOR", "1")
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .while_(|| format!("cannot start {program}"))
}

/// Sends every line of a child's stream, until the stream or the listener ends.
fn listen(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = without_colours(String::from_utf8_lossy(&bytes).trim_end());
            if sender.send(line).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

/// Drops ANSI escapes, for the tools that colour whatever they are told.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char == '\x1b' {
            // ESC [ parameters letter
            chars.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(char);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn scratch_log(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("xtask-{}-{name}.log", std::process::id()))
    }

    #[test]
    fn both_streams_are_kept_and_failure_is_told_with_the_last_words() {
        let log = scratch_log("both");
        let outcome =
            quietly(&mut sh("echo out; echo '   Compiling x'; echo err >&2; exit 3"), &log).unwrap();
        let kept = fs::read_to_string(&log).unwrap();
        fs::remove_file(&log).unwrap();
        assert!(kept.contains("out") && kept.contains("err"));
        let failure = outcome.or_advise("the trial", "try again").err().unwrap().to_string();
        assert!(failure.starts_with("the trial failed") && failure.contains("    err"), "{failure}");
        assert!(failure.ends_with("try again") && !failure.contains("Compiling"), "{failure}");
    }

    #[test]
    fn a_child_that_takes_too_long_is_ended() {
        let log = scratch_log("limit");
        let outcome = quietly_within(&mut sh("exec sleep 600"), &log, Duration::from_millis(50)).unwrap();
        fs::remove_file(&log).unwrap();
        assert!(!outcome.success);
    }

    #[test]
    fn a_daemon_that_keeps_the_pipes_does_not_hold_us() {
        let log = scratch_log("daemon");
        let started = Instant::now();
        let outcome = quietly(&mut sh("sleep 20 & echo started"), &log).unwrap();
        fs::remove_file(&log).unwrap();
        assert!(outcome.success && started.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn colours_are_dropped() {
        assert_eq!(without_colours("\x1b[1m\x1b[32mok\x1b[0m done"), "ok done");
    }
}
