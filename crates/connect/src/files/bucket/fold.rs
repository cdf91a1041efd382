//! Keys in their order, folded into tables by the rules of folders ([`crate::files`]).
//!
//! A folder is open while keys below it come, and is a table, or several, as soon as it is closed: so what is
//! in memory are the folders that are open, and the tables. The one rule more: a folder with more parts than are
//! kept is a table even where other files lie beside them.

use std::path::{Path, PathBuf};

use object_store::ObjectMeta;

use super::kept::Kept;
use super::{data_file, when};
use crate::files::iceberg;
use crate::files::log::TableFormat;
use crate::files::partition::Partition;
use crate::files::tables::{Placed, Table, is_part};
use crate::files::walk::{DataFile, is_hidden};

/// A table, and whose log says which of its files count.
pub type Found = (Table, Option<TableFormat>);

pub struct Folding {
    prefix: PathBuf,
    /// The folder that was asked for, and those below it down to the last key.
    open: Vec<Folder>,
}

#[derive(Default)]
struct Folder {
    path: PathBuf,
    name: String,
    /// Files here that are named as parts of one table.
    parts: Kept,
    others: Vec<DataFile>,
    /// Of all partition folders below.
    partitioned: Kept,
    below: Vec<Found>,
    log: Option<TableFormat>,
}

/// Folders within folders.
const DEEPEST: usize = 100;

impl Folding {
    pub fn new(prefix: &Path) -> Self {
        Self { prefix: prefix.to_owned(), open: vec![Folder::at(prefix)] }
    }

    pub fn take(&mut self, object: ObjectMeta) -> Result<(), String> {
        let path = Path::new(object.location.as_ref());
        let Ok(below) = path.strip_prefix(&self.prefix) else { return Ok(()) };
        let names: Vec<String> = below.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        let Some((_, folders)) = names.split_last() else { return Ok(()) };
        if folders.len() > DEEPEST {
            return Err(format!("has folders nested more than {DEEPEST} deep"));
        }
        let hidden = names.iter().position(|name| is_hidden(name.as_ref()));
        let is_log = hidden.is_some_and(|place| {
            place < folders.len() && names.get(place).is_some_and(|name| name == TableFormat::Delta.folder())
        });
        if hidden.is_some() && !is_log {
            return Ok(());
        }
        self.enter(folders.get(..hidden.unwrap_or(folders.len())).unwrap_or_default());
        if is_log {
            if let Some(folder) = self.open.last_mut() {
                folder.log = Some(TableFormat::Delta);
            }
            return Ok(());
        }
        let is_metadata = names.last().is_some_and(|name| iceberg::is_metadata(name));
        let in_metadata = folders.last().is_some_and(|name| name == TableFormat::Iceberg.folder());
        if let Some(table) = self.open.iter_mut().rev().nth(1).filter(|_| is_metadata && in_metadata) {
            table.log.get_or_insert(TableFormat::Iceberg);
        }
        if let Some(file) = data_file(path, object.size, when(&object)) {
            self.put(file);
        }
        Ok(())
    }

    /// Closes what the key is not in, and opens what it is in.
    fn enter(&mut self, folders: &[String]) {
        let opened = self.open.iter().skip(1);
        let same = opened.zip(folders).take_while(|(open, name)| open.name == **name).count();
        self.close(same + 1);
        for name in folders.iter().skip(same) {
            let above = self.open.last().map(|folder| folder.path.as_path()).unwrap_or(Path::new(""));
            let path = above.join(name);
            self.open.push(Folder::at(&path));
        }
    }

    fn put(&mut self, file: DataFile) {
        // All that is below a partition folder is of the folder that holds it. What was asked for is none.
        let is_partition = |folder: &Folder| Partition::of(&folder.name).is_some();
        let first = self.open.iter().skip(1).position(is_partition).map(|place| place + 1);
        let partitions = first.and_then(|first| self.open.get(first..)).unwrap_or_default();
        let partitions: Vec<Partition> =
            partitions.iter().filter_map(|folder| Partition::of(&folder.name)).collect();
        let holder = first.unwrap_or(self.open.len()).saturating_sub(1);
        let Some(folder) = self.open.get_mut(holder) else { return };
        if !partitions.is_empty() {
            folder.partitioned.push(Placed { file, partitions });
        } else if is_part(&file) {
            folder.parts.push(Placed { file, partitions });
        } else {
            folder.others.push(file);
        }
    }

    /// Down to so many.
    fn close(&mut self, length: usize) {
        while self.open.len() > length.max(1) {
            let Some(closed) = self.open.pop() else { return };
            let tables = closed.tables();
            if let Some(above) = self.open.last_mut() {
                above.below.extend(tables);
            }
        }
    }

    pub fn finish(mut self) -> Vec<Found> {
        self.close(1);
        self.open.pop().map(Folder::tables).unwrap_or_default()
    }
}

impl Folder {
    fn at(path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { path: path.to_owned(), name, ..Self::default() }
    }

    fn tables(self) -> Vec<Found> {
        if self.log.is_some() {
            return vec![(Table::of_folder(self.path), self.log)];
        }
        let mut tables = self.below;
        let mut single = |file| tables.push((Table::of_one(file), None));
        let mut table = self.partitioned;
        let is_partitioned = !table.is_empty();
        let are_parts = self.others.is_empty() && self.parts.formats.len() == 1;
        if is_partitioned {
            let formats = table.formats.clone();
            let is_of_it = |file: &DataFile| formats.contains(&file.format);
            if self.parts.is_thinned() {
                table.absorb(self.parts);
            } else {
                for placed in self.parts.files() {
                    if is_of_it(&placed.file) { table.push(placed) } else { single(placed.file) }
                }
            }
            for file in self.others {
                if is_of_it(&file) {
                    table.push(Placed { file, partitions: Vec::new() });
                } else {
                    single(file);
                }
            }
        } else {
            self.others.into_iter().for_each(&mut single);
            if are_parts || self.parts.is_thinned() {
                table = self.parts;
            } else {
                self.parts.files().into_iter().for_each(|placed| single(placed.file));
            }
        }
        if !table.is_empty() {
            tables.push((table.into_table(&self.path), None));
        }
        tables
    }
}
