//! What is reached over the network: a bucket of 100,000 objects, and a Glue catalog of 5,000 tables. Both are
//! moto's, which answers on the same processors.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loggia_testkit::{Outcome, There};
use tempfile::TempDir;

use crate::data::{python, watched};
use crate::options::Options;
use crate::program::{Loggia, ended_well};
use crate::report::{Report, Row};
use crate::timing::{grouped, shown};

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    let (objects, tables) = if options.quick { (10_000, 500) } else { (100_000, 5_000) };
    let moto = Moto::holding(objects, tables)?;
    let endpoint = format!("http://127.0.0.1:{}", moto.port);
    let bucket = ["harvest", "bucket", "s3://bench/lake", "--endpoint", &endpoint];
    let ((first, again), most) = twice(options, &bucket)?;
    let what = format!(
        "harvest of a bucket of {} Parquet objects, one table: at first; unchanged",
        grouped(objects)
    );
    report.add(Row::told(what, format!("{}; {}", shown(first), shown(again))));
    report.add(Row::told("  the most memory of a process", format!("{most} MiB")));

    let glue = ["harvest", "glue", "--region", "us-east-1", "--endpoint", &endpoint];
    let ((first, again), most) = twice(options, &glue)?;
    let what = format!("Glue harvest of {} tables of 20 columns: at first; unchanged", grouped(tables));
    report.add(Row::told(what, format!("{}; {}", shown(first), shown(again))));
    report.add(Row::told("  the most memory of a process", format!("{most} MiB")));
    Ok(())
}

/// How long a verb takes over an empty catalog, and how long again; the most memory of both, in MiB.
fn twice(options: &Options, verb: &[&str]) -> Outcome<((Duration, Duration), u64)> {
    let scratch = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let loggia = Loggia::over(&options.program, scratch.path());
    let once = || {
        let begun = Instant::now();
        let mut process = loggia.start(verb)?;
        let (status, most) = watched(process.id(), || process.wait());
        ended_well(status?, verb)?;
        Outcome::Ok((begun.elapsed(), most))
    };
    let (first, most) = once()?;
    let (again, most_again) = once()?;
    Ok(((first, again), most.max(most_again)))
}

/// Ends when this is dropped.
struct Moto {
    process: Child,
    port: u16,
}

const SCRIPT: &str = include_str!("moto.py");

impl Moto {
    fn holding(objects: u64, tables: u64) -> Outcome<Self> {
        eprintln!("{} objects and {} tables in moto", grouped(objects), grouped(tables));
        let mut process = Command::new(python()?)
            .args(["-c", SCRIPT, &objects.to_string(), &tables.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let said = BufReader::new(process.stdout.take().there()?);
        let port = said.lines().map_while(Result::ok).find_map(|line| line.trim().parse().ok());
        Ok(Self { process, port: port.there()? })
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _ended = self.process.wait();
    }
}
