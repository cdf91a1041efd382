//! What the values of a table are like: its files are read once, and each column told by `quality`.
//!
//! Of Parquet, columns are read apart, as many at once as there are processors: so one page of each is in
//! memory. Of CSV, one thread reads and the others count. A wide table is gone through in passes, some columns
//! at a time, so that what is kept of values does not grow with its width.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use loggia_connect::files::{Described, OpenFile, Parts, Placed, Reach, Table};
use loggia_model::{ColumnPath, Timestamp};
use loggia_quality::profile::{ColumnProfile, ColumnProfiler, ProfileHead, Rows, Skipped, TableProfile};
use serde::{Deserialize, Serialize};

/// What a profile may cost.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Limits {
    /// A table of more bytes than this is sampled: row groups evenly spread, of CSV the first rows.
    pub bytes: u64,
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 30, threads: thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// Distinct values that the columns of a pass may keep together.
const MOST_DISTINCT: usize = 2_000_000;

/// Columns that are told in one pass over the files.
const COLUMNS_OF_A_PASS: usize = 1_000;

/// `progress` hears how many of how many values are read, from any thread.
///
/// # Errors
/// Which file cannot be read, and why.
pub fn profile(
    reach: &Reach,
    table: &Table,
    limits: &Limits,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<TableProfile, String> {
    let (table, described) = table.for_rows(reach)?;
    let (chosen, rows) = choose(reach, &table, &described, limits)?;
    let known: u64 = chosen.iter().map(|file| file.rows).sum();
    let top = described.columns.iter().filter(|column| column.path.depth() == 0);
    let names: Vec<String> = top.map(|column| column.path.name()).collect();
    let told = Told { done: AtomicU64::new(0), values: known.saturating_mul(names.len() as u64), progress };
    let (mut columns, mut skipped, mut rows_read) = (Vec::new(), Vec::new(), 0);
    for names in names.chunks(COLUMNS_OF_A_PASS) {
        let pass = Taking {
            order: names.iter().map(String::as_str).zip(0..).collect(),
            columns: Mutex::default(),
            total: known,
            most_distinct: (MOST_DISTINCT / names.len()).clamp(500, 10_000),
            told: &told,
            threads: limits.threads.max(1),
        };
        rows_read = 0;
        for file in &chosen {
            let opened =
                file.placed.open(reach, &described).map_err(|why| table.of_file(file.placed, why))?;
            let read = pass.take(&opened, file, rows_read).map_err(|why| table.of_file(file.placed, why))?;
            rows_read += read;
        }
        pass.finish(rows_read, &mut columns, &mut skipped);
    }
    let head = ProfileHead {
        version: table.version(),
        taken: Timestamp::from_system(std::time::SystemTime::now()),
        data_changed_at: described.changed,
        rows,
        rows_read,
        skipped,
    };
    Ok(TableProfile { head, columns })
}

/// A file, and what of it is read.
struct Chosen<'t> {
    placed: &'t Placed,
    parts: Parts,
    /// As many as it says.
    rows: u64,
    /// After these no more is read, where parts cannot be chosen.
    most_rows: u64,
}

/// What to read, and how many rows the whole table has.
fn choose<'t>(
    reach: &Reach,
    table: &'t Table,
    described: &Described,
    limits: &Limits,
) -> Result<(Vec<Chosen<'t>>, u64), String> {
    // Of CSV, which is read from end to end, they are known.
    let known = described.rows.unwrap_or(0);
    let share = limits.bytes as f64 / described.bytes.max(1) as f64;
    if share >= 1.0 {
        let whole = |placed: &'t Placed| {
            let opened = placed.open(reach, described).map_err(|why| table.of_file(placed, why))?;
            // What CSV has in all is known; of several files, only together.
            let rows = opened.rows(&Parts::All).unwrap_or(known / table.files.len().max(1) as u64);
            Ok(Chosen { placed, parts: Parts::All, rows, most_rows: u64::MAX })
        };
        let all: Vec<Chosen<'t>> = table.files.iter().map(whole).collect::<Result<_, String>>()?;
        let rows = all.iter().map(|file| file.rows).sum();
        return Ok((all, described.rows.unwrap_or(rows)));
    }
    // One is due as soon as the shares of those that were passed add up to it.
    let mut due = 1.0;
    let mut all = 0;
    let mut chosen = Vec::new();
    for placed in &table.files {
        let opened = placed.open(reach, described).map_err(|why| table.of_file(placed, why))?;
        if !opened.is_columnar() {
            let rows = known as f64 * share * placed.file.bytes as f64 / described.bytes as f64;
            let most_rows = (rows.ceil() as u64).max(1);
            chosen.push(Chosen { placed, parts: Parts::All, rows: most_rows, most_rows });
            continue;
        }
        all += opened.rows(&Parts::All).unwrap_or(0);
        let mut parts = Vec::new();
        for part in 0..opened.parts() {
            if due >= 1.0 {
                due -= 1.0;
                parts.push(part);
            }
            due += share;
        }
        let parts = Parts::These(parts);
        let rows = opened.rows(&parts);
        if let Some(rows) = rows.filter(|rows| *rows > 0) {
            chosen.push(Chosen { placed, parts, rows, most_rows: u64::MAX });
        }
    }
    Ok((chosen, described.rows.unwrap_or(all)))
}

/// What is heard of the way.
struct Told<'p> {
    /// Values read so far, and all that there are.
    done: AtomicU64,
    values: u64,
    progress: &'p (dyn Fn(u64, u64) + Sync),
}

impl Told<'_> {
    fn more(&self, values: u64) {
        let done = self.done.fetch_add(values, Ordering::Relaxed) + values;
        (self.progress)(done, self.values.max(done));
    }
}

/// The columns of a pass, on the way.
struct Taking<'p> {
    /// The names that are told in this pass, and where each stands. What a log says was dropped, and lies in
    /// older files still, is in none.
    order: HashMap<&'p str, usize>,
    columns: Mutex<HashMap<String, Column>>,
    /// Rows that will be read, as far as is known.
    total: u64,
    most_distinct: usize,
    told: &'p Told<'p>,
    threads: usize,
}

struct Column {
    profiler: ColumnProfiler,
    /// Rows that it knows of.
    rows: u64,
    skipped: Option<String>,
}

impl Taking<'_> {
    /// Reads what is chosen of a file, and tells how many rows that was.
    fn take(&self, file: &OpenFile, chosen: &Chosen<'_>, first: u64) -> Result<u64, String> {
        if file.is_columnar() {
            self.take_apart(file, chosen, first)
        } else {
            self.take_rows(file, chosen, first)
        }
    }

    fn take_apart(&self, file: &OpenFile, chosen: &Chosen<'_>, first: u64) -> Result<u64, String> {
        let next = AtomicUsize::new(0);
        let places = self.places(file);
        let work = || -> Result<(), String> {
            while let Some(&place) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut column = self.column(file.schema(), place, first)?;
                let mut so_far = first;
                for batch in file.batches(&[place], &chosen.parts)? {
                    let batch = batch?;
                    column.add(&batch, 0, Rows { first: so_far, total: self.total });
                    so_far += batch.num_rows() as u64;
                    self.told.more(batch.num_rows() as u64);
                }
                if so_far - first != chosen.rows {
                    return Err(format!(
                        "has {} rows in its column '{}', and says {}",
                        so_far - first,
                        file.schema().field(place).name(),
                        chosen.rows
                    ));
                }
                column.rows = so_far;
                self.put_back(file.schema().field(place).name(), column);
            }
            Ok(())
        };
        thread::scope(|scope| {
            let others: Vec<_> = (1..self.threads.min(places.len())).map(|_| scope.spawn(work)).collect();
            let mine = work();
            others.into_iter().fold(mine, |so_far, other| {
                so_far.and(other.join().unwrap_or_else(|why| std::panic::resume_unwind(why)))
            })
        })?;
        Ok(chosen.rows)
    }

    fn take_rows(&self, file: &OpenFile, chosen: &Chosen<'_>, first: u64) -> Result<u64, String> {
        let mut places = self.places(file);
        if places.is_empty() {
            // How many rows it has is seen by reading it.
            places.push(0);
        }
        let mut columns = Vec::new();
        for (within, place) in places.iter().enumerate() {
            columns.push((within, *place, self.column(file.schema(), *place, first)?));
        }
        let a_thread = columns.len().div_ceil(self.threads).max(1);
        let counted = |rows: std::sync::mpsc::Receiver<(RecordBatch, u64)>,
                       mine: &mut [(usize, usize, Column)]| {
            for (batch, first) in rows {
                for (within, _, column) in mine.iter_mut() {
                    column.add(&batch, *within, Rows { first, total: self.total });
                }
            }
        };
        let so_far = thread::scope(|scope| {
            let mut senders: Vec<SyncSender<(RecordBatch, u64)>> = Vec::new();
            for mine in columns.chunks_mut(a_thread) {
                let (sender, receiver) = sync_channel(2);
                senders.push(sender);
                scope.spawn(move || counted(receiver, mine));
            }
            let mut so_far = first;
            for batch in file.batches(&places, &chosen.parts)? {
                let left = chosen.most_rows.saturating_sub(so_far - first);
                let batch = batch?;
                let batch = batch.slice(0, batch.num_rows().min(usize::try_from(left).unwrap_or(usize::MAX)));
                for sender in &senders {
                    // Who counts ends only by a panic, which the scope passes on.
                    let _ended = sender.send((batch.clone(), so_far));
                }
                so_far += batch.num_rows() as u64;
                self.told.more(batch.num_rows() as u64 * places.len() as u64);
                if so_far - first >= chosen.most_rows {
                    break;
                }
            }
            Ok::<_, String>(so_far)
        })?;
        for (_, place, mut column) in columns {
            column.rows = so_far;
            self.put_back(file.schema().field(place).name(), column);
        }
        Ok(so_far - first)
    }

    /// Where in the file the columns of this pass are.
    fn places(&self, file: &OpenFile) -> Vec<usize> {
        let fields = file.schema().fields().iter().zip(0..);
        fields
            .filter(|(field, _)| self.order.contains_key(field.name().as_str()))
            .map(|(_, place)| place)
            .collect()
    }

    /// The column as it was left by the files before, with the rows that had none of it.
    fn column(&self, schema: &Schema, place: usize, first: u64) -> Result<Column, String> {
        let field = schema.field(place);
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let known = columns.remove(field.name());
        drop(columns);
        let mut column = match known {
            Some(column) => column,
            None => Column::new(field.name(), field.data_type(), self.most_distinct)?,
        };
        column.add_missing(first, self.total);
        Ok(column)
    }

    fn put_back(&self, name: &str, column: Column) {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        columns.insert(name.to_owned(), column);
    }

    /// Puts what it has told after what the passes before have.
    fn finish(self, rows: u64, profiles: &mut Vec<ColumnProfile>, skipped: &mut Vec<Skipped>) {
        let columns = self.columns.into_inner().unwrap_or_else(PoisonError::into_inner);
        let order = |name: &String| self.order.get(name.as_str()).copied();
        let mut columns: Vec<_> =
            columns.into_iter().filter_map(|(name, column)| Some((order(&name)?, name, column))).collect();
        columns.sort_by_key(|(place, ..)| *place);
        for (_, name, mut column) in columns {
            column.add_missing(rows, self.total);
            match column.skipped {
                Some(why) => skipped.push(Skipped { column: name, why }),
                None => profiles.extend(column.profiler.finish()),
            }
        }
    }
}

impl Column {
    fn new(name: &str, data_type: &DataType, most_distinct: usize) -> Result<Self, String> {
        let unnamed = |why| format!("has a column that cannot be named: {why}");
        let path = ColumnPath::top(name).map_err(unnamed)?;
        let profiler = ColumnProfiler::new(path, data_type, most_distinct).map_err(unnamed)?;
        Ok(Self { profiler, rows: 0, skipped: None })
    }

    fn add(&mut self, batch: &RecordBatch, place: usize, rows: Rows) {
        if self.skipped.is_some() {
            return;
        }
        if let Err(unlike) = self.profiler.add(batch.column(place), rows) {
            self.skipped = Some(unlike.to_string());
        }
    }

    /// Those up to here that it has not seen.
    fn add_missing(&mut self, until: u64, total: u64) {
        let count = until.saturating_sub(self.rows);
        if count > 0 {
            self.profiler.add_missing(count, Rows { first: self.rows, total });
            self.rows = until;
        }
    }
}
