//! The process that reads: it answers what it is asked, and ends where nothing more is.

use std::io::{Write, stderr, stdin, stdout};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use loggia_connect::files::{Reach, Way};
use loggia_harvest::files;

use super::{Ask, Said};

const EVERY: Duration = Duration::from_millis(100);

pub fn run() -> ExitCode {
    bound_itself();
    let mut known = (Way::Disk, Reach::Disk);
    for asked in stdin().lines() {
        let asked = match asked {
            Ok(asked) => asked,
            Err(why) => return failed(&why),
        };
        let (said, bytes) = match serde_json::from_str(&asked) {
            Ok(ask) => match reach(&mut known, &ask) {
                Ok(reach) => answer(&reach, ask),
                Err(why) => (Said::Refused(why), Vec::new()),
            },
            Err(why) => return failed(&why),
        };
        if !say(&said) || stdout().write_all(&bytes).and_then(|()| stdout().flush()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// As it was for the last question, where it is the same.
fn reach(known: &mut (Way, Reach), ask: &Ask) -> Result<Reach, String> {
    let (Ask::Profile { way, .. } | Ask::Sample { way, .. } | Ask::Describe { way, .. }) = ask;
    if known.0 != *way {
        *known = (way.clone(), way.open().map_err(|why| format!("cannot be reached: {why}"))?);
    }
    Ok(known.1.clone())
}

/// What to say, and what follows it.
fn answer(reach: &Reach, ask: Ask) -> (Said, Vec<u8>) {
    match ask {
        Ask::Sample { table, columns, limits, .. } => match files::sample(reach, &table, &columns, &limits) {
            Ok((sampled, parquet)) => (Said::Sample { sampled, bytes: parquet.len() as u64 }, parquet),
            Err(why) => (Said::Refused(why), Vec::new()),
        },
        Ask::Profile { table, limits, .. } => {
            let told = Mutex::new(Instant::now());
            let progress = |done, total| {
                // Who meets another telling leaves it to that one.
                let Ok(mut last) = told.try_lock() else { return };
                if last.elapsed() >= EVERY {
                    *last = Instant::now();
                    if !say(&Said::Progress(done, total)) {
                        // Nobody waits for it any more.
                        std::process::exit(1);
                    }
                }
            };
            let said = match files::profile(reach, &table, &limits, &progress) {
                Ok(profile) => Said::Profile(Box::new(profile)),
                Err(why) => Said::Refused(why),
            };
            (said, Vec::new())
        }
        Ask::Describe { table, .. } => {
            let said = match files::describe(reach, &table) {
                Ok(facts) => Said::Described(Box::new(facts)),
                Err(why) => Said::Refused(why),
            };
            (said, Vec::new())
        }
    }
}

fn say(said: &Said) -> bool {
    let Ok(mut line) = serde_json::to_vec(said) else { return false };
    line.push(b'\n');
    let mut out = stdout().lock();
    out.write_all(&line).and_then(|()| out.flush()).is_ok()
}

/// No more memory than it was given, no file written, and no picture of a process that was led astray.
fn bound_itself() {
    let most: Option<u64> = std::env::var("LOGGIA_READER_MEMORY").ok().and_then(|bytes| bytes.parse().ok());
    let memory = most.map(|most| most.saturating_add(mapped()));
    let bounds = [
        (rlimit::Resource::AS, memory),
        (rlimit::Resource::FSIZE, Some(0)),
        (rlimit::Resource::CORE, Some(0)),
    ];
    for (what, most) in bounds {
        if let Some(Err(why)) = most.map(|most| rlimit::setrlimit(what, most, most)) {
            // A system that has no such bound still has its own.
            let _unheard = writeln!(stderr(), "no bound of {what:?}: {why}");
        }
    }
}

/// Bytes of addresses that this process has already; 0 where the system does not tell.
fn mapped() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0).saturating_mul(1024)
}

fn failed(why: &dyn std::fmt::Display) -> ExitCode {
    let _unheard = writeln!(stderr(), "was not asked anything that it understands: {why}");
    ExitCode::FAILURE
}
