//! Which files make one table.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use loggia_model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bucket::Whole;
use super::format::Format;
use super::log::TableLog;
use super::partition::Partition;
use super::reach::Reach;
use super::walk::{DataFile, Folder, is_hidden};
use crate::FilesError;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    /// The folder, or the file without its extension: what it is called by.
    pub name: PathBuf,
    /// The folder or the file itself.
    pub path: PathBuf,
    /// Those that count; none yet where a log says which.
    pub files: Vec<Placed>,
    pub log: Option<TableLog>,
    /// Of a table with more files than are kept here.
    pub whole: Option<Whole>,
    /// Why its files, as they were found, cannot tell of it.
    pub refused: Option<String>,
}

/// A file and the partition folders that it lies in, outermost first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Placed {
    pub file: DataFile,
    pub partitions: Vec<Partition>,
}

pub fn at(root: &Path) -> Result<Vec<Table>, FilesError> {
    let unreadable = |why| FilesError::unreadable(root, why);
    let metadata = root.metadata().map_err(unreadable)?;
    if !metadata.is_dir() {
        let file = DataFile::at(root, &metadata).filter(|_| metadata.is_file());
        let file =
            file.ok_or_else(|| FilesError::NoTable { path: root.to_owned(), known: Format::known() })?;
        return Ok(vec![Table::of_one(file)]);
    }
    let mut tables = Vec::new();
    find(Folder::list(root).map_err(unreadable)?, &mut tables);
    // Folders before files, Parquet before CSV: so the first of a name is always the same.
    tables.sort_by(|one, other| one.order().cmp(&other.order()));
    Ok(tables)
}

/// The table that is called so below a folder: its path there, without the extension of a file.
///
/// Only what lies in the folder is found, and nothing through a symbolic link, whatever the name says.
///
/// # Errors
/// Where the folder is not there or cannot be listed.
pub fn find_below(root: &Path, name: &str) -> Result<Option<Table>, FilesError> {
    let root = root.canonicalize().map_err(|why| FilesError::unreadable(root, why))?;
    let below = Path::new(name);
    // As a harvest writes it, and no other way to the same place: what is said of a table is said of its name.
    let names: Option<Vec<&str>> = below.components().map(plain_name).collect();
    if names.is_none_or(|names| names.is_empty() || names.join("/") != name) {
        return Ok(None);
    }
    let stem = if root.file_name() == Some(below.as_os_str()) { root.clone() } else { root.join(below) };
    // A folder before a file, Parquet before CSV, as where all are listed.
    for path in std::iter::once(stem.clone()).chain(files_called(&stem)) {
        let is_there = path.canonicalize().is_ok_and(|real| real == path && real.starts_with(&root));
        let tables = if is_there { at(&path)? } else { Vec::new() };
        if let Some(table) = tables.into_iter().find(|table| table.name == stem) {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// `None` of what a harvest passes over, and of what leads elsewhere.
pub fn plain_name(part: Component<'_>) -> Option<&str> {
    match part {
        Component::Normal(name) if !is_hidden(name) => name.to_str(),
        _ => None,
    }
}

/// Those beside each other that have this path but for the extension.
fn files_called(stem: &Path) -> Vec<PathBuf> {
    let beside = stem.parent().and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let mut files: Vec<(Format, PathBuf)> = beside
        .filter_map(|entry| {
            let name = entry.file_name();
            let (own, format) = Format::of(name.to_str()?)?;
            (stem.file_name()? == own).then(|| (format, entry.path()))
        })
        .collect();
    files.sort();
    files.into_iter().map(|(_, path)| path).collect()
}

fn find(folder: Folder, tables: &mut Vec<Table>) {
    let (partitions, others): (Vec<_>, Vec<_>) = folder
        .folders
        .into_iter()
        .partition(|inner| Partition::of(&inner.name).is_some() && inner.holds_data());
    let mut table = Table::of_folder(folder.path);
    table.refused = folder.unlisted.map(|why| format!("cannot be listed: {why}"));
    if let Some(format) = folder.log {
        // Its folder keeps files that were replaced or deleted from: counting them would be a wrong answer.
        match TableLog::find(&Reach::Disk, &table.path, format) {
            Ok(log) => table.log = Some(log),
            Err(why) => table.refused = Some(why),
        }
        return tables.push(table);
    }
    for partition in partitions {
        table.collect(partition, &[]);
    }
    let formats: HashSet<Format> = table.files.iter().map(|placed| placed.file.format).collect();
    let are_parts = formats.is_empty() && are_parts(&folder.files);
    for file in folder.files {
        if are_parts || formats.contains(&file.format) {
            table.files.push(Placed { file, partitions: Vec::new() });
        } else {
            tables.push(Table::of_one(file));
        }
    }
    if !table.files.is_empty() || table.refused.is_some() {
        tables.push(table);
    }
    for other in others {
        find(other, tables);
    }
}

impl Table {
    /// Changes whenever the data does: a digest of the names, sizes and times of its files.
    pub fn version(&self) -> String {
        if let Some(whole) = &self.whole {
            return whole.digest.clone();
        }
        let mut digest = Sha256::new();
        // A log is only ever added to, so its newest file stands for all that it says.
        let newest = self.log.iter().map(|log| (&log.path, log.bytes, log.changed));
        let files = self.files.iter().filter(|_| self.log.is_none());
        let files = files.map(|placed| (&placed.file.path, placed.file.bytes, placed.file.changed));
        for (path, bytes, changed) in newest.chain(files) {
            let below = path.strip_prefix(&self.path).unwrap_or(path);
            let changed = changed.map_or(0, Timestamp::micros);
            digest.update(below.as_os_str().as_encoded_bytes());
            digest.update([0]);
            digest.update(bytes.to_le_bytes());
            digest.update(changed.to_le_bytes());
        }
        hex::encode(digest.finalize().get(..12).unwrap_or_default())
    }

    pub fn of_one(file: DataFile) -> Self {
        let (name, path) = (file.stem.clone(), file.path.clone());
        Self {
            name,
            path,
            files: vec![Placed { file, partitions: Vec::new() }],
            log: None,
            whole: None,
            refused: None,
        }
    }

    pub fn of_folder(path: PathBuf) -> Self {
        Self { name: path.clone(), path, files: Vec::new(), log: None, whole: None, refused: None }
    }

    /// Takes all files at any depth below a partition folder.
    fn collect(&mut self, folder: Folder, above: &[Partition]) {
        let mut partitions = above.to_vec();
        partitions.extend(Partition::of(&folder.name));
        if let Some(why) = folder.unlisted {
            self.refused = Some(format!("its folder '{}' cannot be listed: {why}", folder.path.display()));
        }
        self.files
            .extend(folder.files.into_iter().map(|file| Placed { file, partitions: partitions.clone() }));
        for inner in folder.folders {
            self.collect(inner, &partitions);
        }
    }

    pub fn order(&self) -> (&Path, bool, Option<Format>, &Path) {
        let is_file = self.name != self.path;
        (&self.name, is_file, self.files.first().map(|placed| placed.file.format), &self.path)
    }
}

/// Whether the files are parts of one table, by their names: `part-00000-….parquet` (Spark),
/// `part.0.parquet` (Dask), `0001.csv`.
fn are_parts(files: &[DataFile]) -> bool {
    let mut formats = files.iter().map(|file| file.format);
    let first = formats.next();
    first.is_some() && formats.all(|format| Some(format) == first) && files.iter().all(is_part)
}

pub fn is_part(file: &DataFile) -> bool {
    let stem = file.stem.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_numbered = stem.starts_with(|letter: char| letter.is_ascii_digit())
        && stem.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    is_numbered || stem.strip_prefix("part").is_some_and(|rest| rest.starts_with(['-', '_', '.']))
}
