//! What a run is asked to do.

use std::path::PathBuf;

use loggia_testkit::{Outcome, There, Trouble};

pub const USAGE: &str = "\
usage: bench [--assets NUMBER] [--only NAME]… [--quick] [--markdown] [--scratch FOLDER]
       bench data [--quick] [--markdown] [--scratch FOLDER]
       bench policy [--assets NUMBER] [--quick] [--markdown] [--scratch FOLDER]
       bench publish [--quick] [--markdown] [--scratch FOLDER]
       bench --write FILE [--assets NUMBER]
       bench --over FOLDER [--quick]
  --assets    how many the large catalog has (100000; of policy 1000000)
  data        reading the data itself: profiles beside DuckDB and pandas, previews, a database of 5,000 tables
  policy      decisions, filters, searching through them, trials, and what refusals cost those who write
  publish     publishing 10,000 assets at once, with five rules; inboxes; what leaves by webhooks, and who listens
  --only      import, start, search, http, pages, columns, rebuild or peers; may come more than once
  --quick     a large catalog of 10000, and short loads: to see whether something is far off
  --markdown  the table as Markdown
  --scratch   where the catalogs are made (a new folder in /var/tmp, deleted afterwards); on a disk, not in memory
  --write     only write the large catalog as JSON lines, which 'loggia apply' takes
  --over      only search in this data folder, in this process: for a profiler to look at
The program to measure is named by LOGGIA_BIN.";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Import,
    Start,
    Search,
    Http,
    Pages,
    Columns,
    Rebuild,
    Peers,
}

const MEASURES: [(&str, Measure); 8] = [
    ("import", Measure::Import),
    ("start", Measure::Start),
    ("search", Measure::Search),
    ("http", Measure::Http),
    ("pages", Measure::Pages),
    ("columns", Measure::Columns),
    ("rebuild", Measure::Rebuild),
    ("peers", Measure::Peers),
];

pub struct Options {
    pub program: PathBuf,
    pub assets: usize,
    only: Vec<Measure>,
    pub quick: bool,
    pub markdown: bool,
    pub scratch: PathBuf,
    pub write: Option<PathBuf>,
    pub over: Option<PathBuf>,
    /// The data itself, and no catalog of made-up assets.
    pub data: bool,
    /// Decisions alone.
    pub policy: bool,
    /// Publishing alone.
    pub publish: bool,
}

impl Options {
    pub fn given(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            program: std::env::var_os("LOGGIA_BIN").map(PathBuf::from).unwrap_or_default(),
            assets: 0,
            only: Vec::new(),
            quick: false,
            markdown: false,
            scratch: PathBuf::from("/var/tmp"),
            write: None,
            over: None,
            data: false,
            policy: false,
            publish: false,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "data" => options.data = true,
                "policy" => options.policy = true,
                "publish" => options.publish = true,
                "--assets" => options.assets = words.next().there()?.parse()?,
                "--only" => options.only.push(measure(&words.next().there()?)?),
                "--quick" => options.quick = true,
                "--markdown" => options.markdown = true,
                "--write" => options.write = Some(words.next().there()?.into()),
                "--over" => options.over = Some(words.next().there()?.into()),
                "--scratch" => options.scratch = words.next().there()?.into(),
                other => return Err(Trouble::new(format!("'{other}' is not known\n{USAGE}"))),
            }
        }
        if options.assets == 0 {
            options.assets = match (options.quick, options.policy) {
                (true, _) => 10_000,
                (false, true) => 1_000_000,
                (false, false) => 100_000,
            };
        }
        let needs_none = options.policy || options.write.is_some() || options.over.is_some();
        if !options.program.is_file() && !needs_none {
            return Err(Trouble::new("LOGGIA_BIN does not name the program to measure"));
        }
        Ok(options)
    }

    pub fn wants(&self, measure: Measure) -> bool {
        self.only.is_empty() || self.only.contains(&measure)
    }
}

fn measure(name: &str) -> Outcome<Measure> {
    let known = MEASURES.iter().find(|(known, _)| *known == name).map(|(_, measure)| *measure);
    known.ok_or_else(|| Trouble::new(format!("'{name}' is not a measurement\n{USAGE}")))
}
