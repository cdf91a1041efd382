//! The data itself: profiles beside DuckDB and pandas, the first look at a table, and a large database.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use loggia_testkit::{Engine, Outcome, TestDatabase, There, Trouble};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::clients::Client;
use crate::options::Options;
use crate::program::{Loggia, ended_well};
use crate::report::{Report, Row, field};
use crate::timing::{Times, grouped, rate, shown};
use crate::{reached, rows};

const TABLES: usize = 5_000;
const LOOKS: usize = 50;

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    let scratch = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let millions = if options.quick { 1 } else { 20 };
    fs::create_dir(scratch.path().join("lake"))?;
    let file = scratch.path().join("lake/orders.parquet");
    eprintln!("{millions} million rows");
    let bytes = rows::write(&file, millions)?;
    let sources = sources(scratch.path())?;
    let loggia = Loggia::over(&options.program, &scratch.path().join("data"));
    profiled(&loggia, &sources, (bytes, millions), report)?;
    peers(&file, report)?;
    looked_at(&loggia, &sources, report)?;
    database(options, report)?;
    reached::run(options, report)
}

fn sources(folder: &Path) -> Outcome<String> {
    let file = folder.join("loggia.yaml");
    let text = "sources: [{name: lake, files: lake, namespace: 'file://lake', profile: true, preview: true}]";
    fs::write(&file, text)?;
    Ok(file.to_str().there()?.to_owned())
}

fn profiled(loggia: &Loggia, sources: &str, (bytes, millions): (u64, usize), report: &mut Report) -> Outcome {
    let verb = ["harvest", "sources", sources];
    let begun = Instant::now();
    let mut process = loggia.start(&verb)?;
    let (status, most) = watched(process.id(), || process.wait());
    ended_well(status?, &verb)?;
    let took = begun.elapsed();
    let mib = bytes / (1 << 20);
    let what = format!("profile of {} MiB of Parquet, {millions} million rows of 12 columns", grouped(mib));
    let speed = rate(usize::try_from(mib)?, took);
    let rows = rate(millions * 1_000_000, took);
    report.add(Row::told(
        what,
        format!("{} ({speed:.0} MiB/s, {:.1} million rows/s)", shown(took), rows / 1e6),
    ));
    let memory = Row::told("  the most memory of a process", format!("{most} MiB"));
    report.add(memory.against("< 500 MiB", most < 500));
    Ok(())
}

/// Does the work, and looks meanwhile how much memory a process and its children take: the most of one, in MiB.
pub fn watched<T>(parent: u32, work: impl FnOnce() -> T) -> (T, u64) {
    let (is_done, most) = (AtomicBool::new(false), AtomicU64::new(0));
    let done = thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                most.fetch_max(peak(parent), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20));
            }
        });
        let done = work();
        is_done.store(true, Ordering::Relaxed);
        done
    });
    (done, most.into_inner())
}

fn peak(parent: u32) -> u64 {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let status = processes.map(|process| process.path().join("status"));
    let of_parent = status.filter(|status| {
        let is = |name| status.to_str().and_then(|status| field(status, name)) == Some(parent.to_string());
        is("PPid") || is("Pid")
    });
    let peak = of_parent
        .filter_map(|status| field(status.to_str()?, "VmHWM")?.split(' ').next()?.parse::<u64>().ok());
    peak.max().unwrap_or(0).div_ceil(1 << 10)
}

/// What each prints: seconds of the question alone, and the most memory in KiB.
const DUCKDB: &str = "
import duckdb, resource, sys, time
connection = duckdb.connect()
connection.execute('SET threads = 2')
connection.execute('SET enable_progress_bar = false')
begun = time.time()
connection.execute(f\"SUMMARIZE SELECT * FROM '{sys.argv[1]}'\").fetchall()
print(time.time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
";
const PANDAS: &str = "
import pandas, resource, sys, time
begun = time.time()
pandas.read_parquet(sys.argv[1], dtype_backend='pyarrow').describe(include='all')
print(time.time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
";

fn peers(file: &Path, report: &mut Report) -> Outcome {
    let python = python()?;
    for (what, script) in [
        ("  DuckDB's SUMMARIZE of the same file, two threads", DUCKDB),
        ("  pandas' describe of the same file", PANDAS),
    ] {
        let output = Command::new(&python).arg("-c").arg(script).arg(file).output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
            report.add(Row::told(what, format!("failed: {} {error}", output.status)));
            continue;
        }
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        // The last line; what a library has to say may stand before it.
        let (seconds, kib) = told.lines().last().there()?.trim().split_once(' ').there()?;
        let (seconds, kib): (f64, u64) = (seconds.parse()?, kib.parse()?);
        report.add(Row::told(
            what,
            format!("{}, {} MiB", shown(Duration::from_secs_f64(seconds)), grouped(kib >> 10)),
        ));
    }
    Ok(())
}

/// The interpreter that has what is measured beside.
pub fn python() -> Outcome<PathBuf> {
    let python = std::env::var_os("LOGGIA_BENCH_PYTHON").map(PathBuf::from);
    python.ok_or_else(|| {
        Trouble::new("LOGGIA_BENCH_PYTHON does not name a Python that has DuckDB, pandas and moto")
    })
}

fn looked_at(loggia: &Loggia, sources: &str, report: &mut Report) -> Outcome {
    let runtime = Runtime::new()?;
    let server = loggia.serve_with(&["--sources", sources])?;
    let page = "/assets/file:%2F%2Flake;orders?tab=preview";
    let (first, again) = runtime.block_on(async {
        let mut client = Client::to(server.address).await?;
        let mut times = Vec::new();
        for _ in 0..=LOOKS {
            let asked = Instant::now();
            let text = client.text(page).await?;
            times.push(asked.elapsed());
            if !text.contains("@example.com") {
                return Err(Trouble::new("the preview shows no rows"));
            }
        }
        let first = times.remove(0);
        Ok::<_, Trouble>((first, Times::of(times)))
    })?;
    server.stop()?;
    let told = format!("{}; p95 {}", shown(first), shown(again.at(95)));
    report.add(Row::told("preview of that table, the page with its first rows: at first; again", told));
    Ok(())
}

fn database(options: &Options, report: &mut Report) -> Outcome {
    let tables = if options.quick { TABLES / 10 } else { TABLES };
    let runtime = Runtime::new()?;
    let database = runtime.block_on(TestDatabase::new(Engine::Postgres))?;
    runtime.block_on(async {
        for some in (0..tables).collect::<Vec<_>>().chunks(250) {
            let statements: Vec<String> = some.iter().map(|table| made(*table)).collect();
            database.sql(&statements.join(";")).await?;
        }
        Ok::<_, Trouble>(())
    })?;
    let scratch = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let loggia = Loggia::over(&options.program, scratch.path());
    let address = database.address().there()?;
    let mut times = Vec::new();
    for _ in 0..2 {
        let begun = Instant::now();
        loggia.run(&["harvest", "postgres", &address])?;
        times.push(begun.elapsed());
    }
    let [first, again] = times.as_slice() else { return Ok(()) };
    let what =
        format!("PostgreSQL harvest of {} tables of 20 columns: at first; unchanged", grouped(tables as u64));
    report.add(Row::told(what, format!("{}; {}", shown(*first), shown(*again))));
    Ok(())
}

fn made(table: usize) -> String {
    let columns: Vec<String> = (1..20).map(|column| format!("c{column} numeric(12, 2)")).collect();
    format!(
        "CREATE TABLE t{table:05} (id bigint PRIMARY KEY, {}); COMMENT ON TABLE t{table:05} IS 'Table {table}.'",
        columns.join(", ")
    )
}
