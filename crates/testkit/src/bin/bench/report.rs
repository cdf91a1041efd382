//! The table: what was measured, beside what it should be.

use std::fs;
use std::thread::available_parallelism;

/// One line of the table.
pub struct Row {
    what: String,
    measured: String,
    /// The bar of DESIGN.md section 5 or of the issue, and whether it is met; `None` where there is none.
    bar: Option<(&'static str, bool)>,
}

impl Row {
    pub fn told(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), bar: None }
    }

    #[must_use]
    pub fn against(self, bar: &'static str, is_met: bool) -> Self {
        Self { bar: Some((bar, is_met)), ..self }
    }

    fn cells(&self) -> [String; 4] {
        let (bar, met) = match self.bar {
            Some((bar, true)) => (bar, "yes"),
            Some((bar, false)) => (bar, "NO"),
            None => ("", ""),
        };
        [self.what.clone(), self.measured.clone(), bar.to_owned(), met.to_owned()]
    }
}

#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Takes a line, and shows it at once on the error stream: a whole run takes minutes.
    pub fn add(&mut self, row: Row) {
        let [what, measured, ..] = row.cells();
        eprintln!("  {what}: {measured}");
        self.rows.push(row);
    }

    pub fn aligned(&self) -> String {
        let lines = self.lines();
        let mut widths = [0; 4];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let padded = |line: &[String; 4]| {
            let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        lines.iter().map(padded).collect::<String>() + "\n" + &machine() + "\n"
    }

    pub fn markdown(&self) -> String {
        let mut lines = self.lines().into_iter().map(|line| format!("| {} |\n", line.join(" | ")));
        let head = lines.next().unwrap_or_default();
        head + "| --- | --- | --- | --- |\n" + &lines.collect::<String>() + "\n" + &machine() + "\n"
    }

    fn lines(&self) -> Vec<[String; 4]> {
        let head = ["what", "measured", "bar", "met"].map(str::to_owned);
        std::iter::once(head).chain(self.rows.iter().map(Row::cells)).collect()
    }
}

/// `2 cores (AMD EPYC), 24 GiB`.
fn machine() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = field("/proc/meminfo", "MemTotal");
    let kib: u64 = memory.and_then(|memory| memory.split(' ').next()?.parse().ok()).unwrap_or(0);
    // What the kernel keeps for itself is not counted there, so the next whole number is the machine's.
    format!(
        "{cores} cores ({model}), {} GiB of memory; the clients ran on the same cores",
        kib.div_ceil(1 << 20)
    )
}

/// The value of a line `NAME: VALUE` of one of the kernel's files.
pub fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}
