//! The log, replayed.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Read};
use std::path::Path;

use loggia_model::Timestamp;
use percent_encoding::percent_decode_str;

use super::actions::{Action, Add, CommitInfo, Metadata, Protocol, Stats};
use super::checkpoint;
use super::segment::Segment;
use crate::files::format::Format;
use crate::files::log::{TableLog, below, shortened};
use crate::files::partition::Partition;
use crate::files::reach::Reach;
use crate::files::tables::{Placed, Table};
use crate::files::walk::DataFile;

/// The table at a version.
#[derive(Default)]
pub struct State {
    pub version: u64,
    pub metadata: Option<Metadata>,
    pub protocol: Option<Protocol>,
    /// By path, and by the deletion vector that takes rows from it.
    pub live: HashMap<(String, Option<String>), Live>,
    /// Of the newest commit.
    pub changed: Option<Timestamp>,
    pub operation: Option<String>,
}

pub struct Live {
    bytes: u64,
    changed: Option<Timestamp>,
    /// In the order of the table's partition columns they are put later.
    partitions: Vec<(String, Option<String>)>,
    /// Without those that were deleted; `None` where the log does not say.
    rows: Option<u64>,
    pub has_deleted: bool,
}

/// Files at one version. More are some hundreds of megabytes of names.
const MOST_FILES: usize = 1_000_000;

/// Of one action.
const LONGEST_LINE: u64 = 16 << 20;

impl State {
    pub fn read(reach: &Reach, table: &Table, log: &TableLog) -> Result<Self, String> {
        let folder = log.path.parent().unwrap_or(Path::new(""));
        let newest = log.path.file_name().unwrap_or_default().to_string_lossy();
        let segment = Segment::of(&reach.list(folder)?, &newest)?;
        let mut state = Self { version: segment.version, ..Self::default() };
        for name in &segment.checkpoint {
            let told = checkpoint::read(reach, &folder.join(name), &mut |action| state.take(action));
            told.map_err(|why| format!("its checkpoint '{name}' {why}"))?;
        }
        for name in &segment.commits {
            state
                .take_commit(reach, &folder.join(name))
                .map_err(|why| format!("its commit '{name}' {why}"))?;
        }
        state.changed = state.changed.or(log.changed);
        // Where it cannot be found is said before anything is opened.
        for (path, _) in state.live.keys() {
            place(&table.path, path)?;
        }
        Ok(state)
    }

    fn take_commit(&mut self, reach: &Reach, path: &Path) -> Result<(), String> {
        let mut text = reach.text(path)?;
        self.operation = None;
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = text.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
            if read.map_err(|why| format!("cannot be read: {why}"))? == 0 {
                break;
            }
            if line.len() as u64 == LONGEST_LINE {
                return Err(format!("has more than {} MiB in line {number}", LONGEST_LINE >> 20));
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let action = serde_json::from_slice(&line)
                .map_err(|why| format!("is no action of Delta Lake in line {number}: {why}"))?;
            self.take(action).map_err(|why| format!("{why}, in line {number}"))?;
        }
        Ok(())
    }

    fn take(&mut self, action: Action) -> Result<(), String> {
        if action.sidecar.is_some() {
            return Err("keeps its actions in other files, as version 2 does, which is not read".to_owned());
        }
        if let Some(add) = action.add {
            self.add(add);
            if self.live.len() > MOST_FILES {
                return Err(format!("has more than {MOST_FILES} files, which are not read"));
            }
        }
        if let Some(remove) = action.remove {
            self.live.remove(&(remove.path, remove.deletion_vector.map(|vector| vector.id())));
        }
        if let Some(CommitInfo { timestamp, operation }) = action.commit_info {
            self.changed = timestamp.and_then(from_millis).or(self.changed);
            self.operation = operation.map(|operation| shortened(&operation));
        }
        self.metadata = action.meta_data.or(self.metadata.take());
        self.protocol = action.protocol.or(self.protocol.take());
        Ok(())
    }

    fn add(&mut self, add: Add) {
        let stats: Option<Stats> = add.stats.as_deref().and_then(|stats| serde_json::from_str(stats).ok());
        let deleted = add.deletion_vector.as_ref().map_or(0, |vector| vector.cardinality);
        let live = Live {
            bytes: add.size,
            changed: from_millis(add.modification_time),
            partitions: add.partition_values.into_iter().collect(),
            rows: stats.and_then(|stats| stats.num_records?.checked_sub(deleted)),
            has_deleted: add.deletion_vector.is_some(),
        };
        self.live.insert((add.path, add.deletion_vector.map(|vector| vector.id())), live);
    }

    /// `None` where not every file says how many.
    pub fn rows(&self) -> Option<u64> {
        self.live.values().try_fold(0_u64, |sum, live| Some(sum.saturating_add(live.rows?)))
    }

    pub fn bytes(&self) -> u64 {
        self.live.values().map(|live| live.bytes).fold(0, u64::saturating_add)
    }

    /// How many have files; `None` where it is not partitioned.
    pub fn partitions(&self) -> Option<u64> {
        self.metadata.as_ref().filter(|metadata| !metadata.partition_columns.is_empty())?;
        let distinct: HashSet<_> = self.live.values().map(|live| &live.partitions).collect();
        u64::try_from(distinct.len()).ok()
    }

    pub fn placed(&self, table: &Table, columns: &[String]) -> Result<Vec<Placed>, String> {
        let mut files = Vec::with_capacity(self.live.len());
        for ((path, _), live) in &self.live {
            let path = place(&table.path, path)?;
            let value = |key: &String| {
                let (_, value) = live.partitions.iter().find(|(name, _)| name == key)?;
                let value = value.clone().filter(|value| !value.is_empty());
                Some(Partition { key: key.clone(), value })
            };
            let (stem, format) = (path.clone(), Format::Parquet);
            let file = DataFile { path, stem, format, bytes: live.bytes, changed: live.changed };
            files.push(Placed { file, partitions: columns.iter().filter_map(value).collect() });
        }
        files.sort_by(|one, other| one.file.path.cmp(&other.file.path));
        Ok(files)
    }
}

fn place(table: &Path, encoded: &str) -> Result<std::path::PathBuf, String> {
    let path = percent_decode_str(encoded).decode_utf8();
    let path =
        path.map_err(|_| format!("its log names the file '{}', which is not UTF-8", shortened(encoded)))?;
    // With a scheme it is a whole address, of another table's file as shallow clones have them.
    if path.contains("://") || path.starts_with("file:") {
        return Err(format!("its log names the file '{}', which is not below its folder", shortened(&path)));
    }
    below(table, &path)
}

fn from_millis(millis: i64) -> Option<Timestamp> {
    millis.checked_mul(1_000).map(Timestamp::from_micros)
}
