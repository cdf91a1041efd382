//! Every measurement of one catalog, in the order in which each leaves what the next needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use loggia_model::{Kind, Urn};
use loggia_testkit::Outcome;
use tokio::runtime::Runtime;

use crate::assets::{self, Maker, WIDE, WIDE_COLUMNS};
use crate::clients::{Answered, Client};
use crate::import::{self, Imported};
use crate::options::{Measure, Options};
use crate::peer::Peer;
use crate::program::{Loggia, Serving};
use crate::report::{Report, Row};
use crate::search::{self, Questions};
use crate::start;
use crate::timing::{Times, grouped, rate, shown};
use crate::web;

pub struct Bench<'a> {
    pub options: &'a Options,
    pub assets: usize,
    /// The smaller catalog is there for search alone.
    pub is_largest: bool,
    pub lasting: Duration,
    pub runtime: Runtime,
    pub report: &'a mut Report,
    pub scratch: PathBuf,
}

const MILLI: Duration = Duration::from_millis(1);
const STARTS: usize = 5;
/// Asset pages that the clients go through: more than any cache of pages would be fair to hold.
const PAGES: usize = 5_000;

impl Bench<'_> {
    pub fn run(&mut self) -> Outcome {
        eprintln!("{} assets", self.size());
        let loggia = Loggia::over(&self.options.program, &self.scratch.join("data"));
        self.import(&loggia)?;
        let (questions, searched) = self.search(&loggia)?;
        if self.wants(Measure::Start) {
            self.start(&loggia)?;
        }
        self.serve(&loggia, &questions)?;
        if self.wants(Measure::Rebuild) {
            self.rebuild(&loggia)?;
        }
        if self.wants(Measure::Peers) {
            self.peers(&questions, &searched)?;
        }
        Ok(())
    }

    /// The smaller catalog is measured for search alone.
    fn wants(&self, measure: Measure) -> bool {
        let for_both = matches!(measure, Measure::Import | Measure::Search | Measure::Http);
        self.options.wants(measure) && (self.is_largest || for_both)
    }

    fn size(&self) -> String {
        grouped(self.assets as u64)
    }

    fn import(&mut self, loggia: &Loggia) -> Outcome {
        let file = self.scratch.join("assets.jsonl");
        let bytes = assets::write(&file, Maker::new().everything(self.assets))?;
        let Imported { applied, found, peak_memory, processor } =
            import::import(&self.runtime, loggia, &file)?;
        if !self.wants(Measure::Import) {
            return Ok(());
        }
        let a_second = rate(self.assets, found);
        let size = self.size();
        let whole = Row::told(
            format!("import of {size} assets of {} columns, until the last is found", assets::COLUMNS),
            format!("{a_second:.0} assets/s"),
        );
        self.report.add(whole.against("10,000 assets/s", a_second >= 10_000.0));
        self.report.add(Row::told(
            "  of that: in the log, durably; then in the index, too",
            format!("{}; {}", shown(applied), shown(found.saturating_sub(applied))),
        ));
        let each =
            |time: Duration| time.as_secs_f64() * 1e6 * rate(1, Duration::from_secs(self.assets as u64));
        let (writing, all) = (each(processor.0), each(processor.1));
        self.report.add(Row::told(
            "  processor time of each asset: for the log; for the index",
            format!("{writing:.0} µs; {:.0} µs", all - writing),
        ));
        let disk = format!(
            "{} in; {} log; {} index; {peak_memory} MiB",
            mib(bytes),
            mib(size_of(&loggia.folder().join("loggia.sqlite"))?),
            mib(size_of(&loggia.folder().join("index"))?)
        );
        self.report.add(Row::told("  sizes: JSON lines, database, index; most memory of the server", disk));
        Ok(())
    }

    fn search(&mut self, loggia: &Loggia) -> Outcome<(Questions, Times)> {
        // A runtime of its own: what follows the log must end with it, so that a server can have the folder.
        let runtime = Runtime::new()?;
        let (questions, half, mixed) = runtime.block_on(searched(loggia.folder(), self.options))?;
        drop(runtime);
        if self.wants(Measure::Search) {
            let row = half_row(&self.size(), &questions, &half);
            self.report.add(self.against_search(row, "p95 < 7 ms", half.at(95) < 7 * MILLI));
            self.report.add(mixed_row(&self.size(), &questions, &mixed));
        }
        Ok((questions, half))
    }

    /// The bars of search are those of the larger catalog.
    fn against_search(&self, row: Row, bar: &'static str, is_met: bool) -> Row {
        if self.is_largest { row.against(bar, is_met) } else { row }
    }

    fn start(&mut self, loggia: &Loggia) -> Outcome {
        let mut times = Vec::with_capacity(STARTS);
        for _ in 0..STARTS {
            let (took, server) = start::cold(&self.runtime, loggia)?;
            times.push(took);
            server.stop()?;
        }
        let median = Times::of(times).median();
        let row = Row::told("start until ready and a search has answered (median of 5)", shown(median));
        self.report.add(row.against("< 1 s", median < Duration::from_secs(1)));
        Ok(())
    }

    fn serve(&mut self, loggia: &Loggia, questions: &Questions) -> Outcome {
        let (_, server) = start::cold(&self.runtime, loggia)?;
        std::thread::sleep(Duration::from_secs(2));
        let idle = (server.memory()?, server.own()?);
        if self.wants(Measure::Http) {
            self.http(&server, questions)?;
        }
        if self.wants(Measure::Pages) {
            self.pages(&server)?;
        }
        if self.wants(Measure::Start) {
            let (peak, own) = (server.peak()?, server.own()?);
            let row = Row::told(
                "memory, idle after the start (of that its own)",
                format!("{} MiB ({})", idle.0, idle.1),
            );
            self.report.add(row.against("< 150 MiB", idle.0 < 150));
            let row = Row::told(
                "memory, the most under 50 clients (of that its own)",
                format!("{peak} MiB ({own})"),
            );
            self.report.add(row.against("< 300 MiB", peak < 300));
        }
        if self.wants(Measure::Columns) {
            self.columns(loggia, &server)?;
        }
        server.stop()
    }

    fn http(&mut self, server: &Serving, questions: &Questions) -> Outcome {
        let half = web::searches(&questions.half);
        let mut client = self.runtime.block_on(Client::to(server.address))?;
        let (times, bytes) = web::alone(&self.runtime, &mut client, &half, half.len() * 3)?;
        let size = self.size();
        let what = format!("search page over HTTP, {size}: one client, matching half");
        self.report.add(Row::told(what, format!("{}; {} KB packed", spread(&times), bytes / 1_000)));
        let eased = web::at_ease(&self.runtime, server.address, &half, self.lasting)?;
        let row = Row::told(
            format!("search page over HTTP, {size}: 50 clients, each once a second"),
            spread(&eased.times),
        );
        self.report.add(self.against_search(row, "p95 < 25 ms", eased.times.at(95) < 25 * MILLI));
        let before = server.processor()?;
        let pressed = web::at_once(&self.runtime, server.address, &half, self.lasting)?;
        let each = each(&pressed, server.processor()?.saturating_sub(before));
        let what = format!("search page over HTTP, {size}: 50 clients without a pause");
        let row = Row::told(what, format!("{}; {each} of the processor each", load(&pressed)));
        self.report.add(self.against_search(row, "p95 < 25 ms", pressed.times.at(95) < 25 * MILLI));
        Ok(())
    }

    fn pages(&mut self, server: &Serving) -> Outcome {
        let some =
            Maker::new().everything(PAGES.min(self.assets.saturating_sub(1)) + 1).map(|entity| entity.urn);
        // The last one of this shorter run stands in another place of the catalog.
        let pages: Vec<String> =
            some.filter(is_asset).take(PAGES).filter(is_not_last).map(|urn| web::asset(&urn)).collect();
        let mut client = self.runtime.block_on(Client::to(server.address))?;
        let (times, bytes) = web::alone(&self.runtime, &mut client, &pages, 300)?;
        self.report.add(Row::told(
            "asset page: one client",
            format!("{}; {} KB packed", spread(&times), bytes / 1_000),
        ));
        let before = server.processor()?;
        let answered = web::at_once(&self.runtime, server.address, &pages, self.lasting)?;
        let each = each(&answered, server.processor()?.saturating_sub(before));
        let a_second = rate(answered.times.count(), answered.took);
        let p99 = answered.times.at(99);
        let row = Row::told(
            "asset page: 50 clients without a pause",
            format!("{a_second:.0} pages/s, p99 {}; {each} of the processor each", shown(p99)),
        );
        self.report
            .add(row.against(">= 2,000 pages/s, p99 < 20 ms", a_second >= 2_000.0 && p99 < 20 * MILLI));
        Ok(())
    }

    fn columns(&mut self, loggia: &Loggia, server: &Serving) -> Outcome {
        let wide = Maker::new().called(WIDE, WIDE_COLUMNS);
        let path = web::asset(&wide.urn);
        let file = self.scratch.join("wide.jsonl");
        assets::write(&file, std::iter::once(wide))?;
        let mut client = self.runtime.block_on(Client::to(server.address))?;
        import::add(&self.runtime, loggia, &file, &mut client, WIDE)?;
        let columns = grouped(WIDE_COLUMNS as u64);
        for (what, page) in [
            ("first page of the columns", format!("{path}?tab=columns")),
            ("filtered by a word", format!("{path}?tab=columns&filter=mortgage")),
            ("overview", path),
        ] {
            let (times, bytes) = web::alone(&self.runtime, &mut client, &[page], 20)?;
            let row = Row::told(
                format!("table of {columns} columns, {what}, whole response"),
                format!("{}; {} KB packed", spread(&times), bytes / 1_000),
            );
            // The bar is of the first paint, which the response is only a part of: see the browser's table.
            self.report.add(row.against("first paint < 300 ms", times.at(95) < 300 * MILLI));
        }
        Ok(())
    }

    fn rebuild(&mut self, loggia: &Loggia) -> Outcome {
        let begun = Instant::now();
        loggia.run(&["index", "--rebuild"])?;
        let took = begun.elapsed();
        let bar = Duration::from_secs(60).mul_f64(rate(self.assets, Duration::from_secs(1_000_000)));
        let row = Row::told(format!("index rebuild, {} assets", self.size()), shown(took));
        self.report.add(row.against("1M assets < 60 s, in proportion", took < bar));
        Ok(())
    }

    fn peers(&mut self, questions: &Questions, searched: &Times) -> Outcome {
        let entities = Maker::new().everything(self.assets);
        let (times, filling) = self.runtime.block_on(async {
            let (mut peer, filling) = Peer::filled(&self.scratch, entities).await?;
            Outcome::Ok((peer.times(&questions.half).await?, filling))
        })?;
        let what = format!("SQLite FTS5 in this run, {}: the same questions and facets", self.size());
        let factor = times.at(95).as_secs_f64() / searched.at(95).as_secs_f64().max(f64::EPSILON);
        let measured =
            format!("{}: {factor:.0} times Loggia's; filled in {}", spread(&times), shown(filling));
        self.report.add(Row::told(what, measured).against("Loggia 30x faster (p95)", factor >= 30.0));
        Ok(())
    }
}

/// Search alone, in a folder that is there.
pub async fn search_over(folder: &Path, options: &Options, report: &mut Report) -> Outcome {
    let (questions, half, mixed) = searched(folder, options).await?;
    report.add(half_row("there", &questions, &half));
    report.add(mixed_row("there", &questions, &mixed));
    Ok(())
}

async fn searched(folder: &Path, options: &Options) -> Outcome<(Questions, Times, Times)> {
    let rounds = if options.quick { 2 } else { 10 };
    let catalog = search::open(folder).await?;
    let questions = Questions::about(&catalog).await?;
    let half = search::times(&catalog, &questions.half, rounds).await?;
    let mixed = search::times(&catalog, &questions.mixed, rounds).await?;
    Ok((questions, half, mixed))
}

fn half_row(size: &str, questions: &Questions, times: &Times) -> Row {
    let count = questions.half.len();
    let what = format!("search in process, {size}: top 20 and all facets, matching half ({count})");
    Row::told(what, spread(times))
}

fn mixed_row(size: &str, questions: &Questions, times: &Times) -> Row {
    let count = questions.mixed.len();
    Row::told(format!("search in process, {size}: names, sentences, typing errors ({count})"), spread(times))
}

fn is_asset(urn: &Urn) -> bool {
    urn.kind() == Kind::Asset
}

fn is_not_last(urn: &Urn) -> bool {
    !urn.as_str().ends_with(assets::LAST)
}

fn spread(times: &Times) -> String {
    format!("p50 {}, p95 {}", shown(times.median()), shown(times.at(95)))
}

fn load(answered: &Answered) -> String {
    format!("{}, {:.0}/s", spread(&answered.times), rate(answered.times.count(), answered.took))
}

/// The processor time that one answer took.
fn each(answered: &Answered, processor: Duration) -> String {
    shown(processor.div_f64(rate(answered.times.count().max(1), Duration::from_secs(1))))
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

/// The bytes of a file, or of all in a folder.
fn size_of(path: &Path) -> Outcome<u64> {
    let metadata = fs::metadata(path)?;
    if metadata.is_file() {
        return Ok(metadata.len());
    }
    let mut sum = 0;
    for entry in fs::read_dir(path)? {
        sum += size_of(&entry?.path())?;
    }
    Ok(sum)
}
