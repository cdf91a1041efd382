//! The files of a table that may have very many: all of them counted, some of them kept.

use std::path::Path;

use loggia_model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::files::format::Format;
use crate::files::partition::Partition;
use crate::files::tables::{Placed, Table};

/// More than these are thinned out, evenly.
pub const MOST_KEPT: usize = 10_000;

/// What all files of a table are, of which only some were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    pub files: u64,
    pub bytes: u64,
    pub changed: Option<Timestamp>,
    pub partitions: Option<u64>,
    /// Of their names, sizes and times.
    pub digest: String,
}

/// In the order of keys.
#[derive(Default)]
pub struct Kept {
    placed: Vec<Placed>,
    /// Each so many-th is kept; 0 where each is.
    stride: u64,
    files: u64,
    bytes: u64,
    newest: Option<Placed>,
    digest: Sha256,
    partitions: u64,
    last_partition: Vec<Partition>,
    pub formats: Vec<Format>,
}

impl Kept {
    pub fn push(&mut self, placed: Placed) {
        let file = &placed.file;
        self.digest.update(file.path.as_os_str().as_encoded_bytes());
        self.digest.update([0]);
        self.digest.update(file.bytes.to_le_bytes());
        self.digest.update(file.changed.map_or(0, Timestamp::micros).to_le_bytes());
        if !placed.partitions.is_empty() && placed.partitions != self.last_partition {
            self.partitions += 1;
            self.last_partition.clone_from(&placed.partitions);
        }
        if !self.formats.contains(&file.format) {
            self.formats.push(file.format);
        }
        if self.newest.as_ref().is_none_or(|newest| newest.file.changed < file.changed) {
            self.newest = Some(placed.clone());
        }
        self.bytes = self.bytes.saturating_add(file.bytes);
        if self.files.is_multiple_of(self.stride.max(1)) {
            self.placed.push(placed);
        }
        self.files += 1;
        if self.placed.len() > MOST_KEPT {
            let mut place = 0_u64;
            self.placed.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.stride = self.stride.max(1) * 2;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.files == 0
    }

    pub fn is_thinned(&self) -> bool {
        self.stride > 0
    }

    pub fn files(self) -> Vec<Placed> {
        self.placed
    }

    /// Takes those of another into itself.
    pub fn absorb(&mut self, other: Self) {
        if !other.is_thinned() {
            other.placed.into_iter().for_each(|placed| self.push(placed));
            return;
        }
        let (files, bytes, newest) = (other.files, other.bytes, other.newest);
        self.digest.update(other.digest.finalize());
        let (own_files, own_bytes) = (self.files, self.bytes);
        other.placed.into_iter().for_each(|placed| self.push(placed));
        newest.into_iter().for_each(|placed| self.push(placed));
        self.stride = self.stride.max(other.stride);
        self.files = own_files + files;
        self.bytes = own_bytes.saturating_add(bytes);
    }

    pub fn into_table(self, path: &Path) -> Table {
        let mut table = Table::of_folder(path.to_owned());
        if self.is_thinned() {
            table.whole = Some(Whole {
                files: self.files,
                bytes: self.bytes,
                changed: self.newest.as_ref().and_then(|newest| newest.file.changed),
                partitions: Some(self.partitions).filter(|count| *count > 0),
                digest: hex::encode(self.digest.finalize().get(..12).unwrap_or_default()),
            });
        }
        table.files = self.placed;
        // The newest says what the table is like now.
        let newest =
            self.newest.filter(|newest| !table.files.iter().any(|kept| kept.file.path == newest.file.path));
        table.files.extend(newest);
        table
    }
}
