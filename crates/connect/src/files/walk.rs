//! What lies below a folder, in the order of names, without opening a file.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use loggia_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::format::Format;
use super::iceberg;
use super::log::TableFormat;

pub struct Folder {
    pub path: PathBuf,
    /// The nearest that is UTF-8.
    pub name: String,
    pub folders: Vec<Folder>,
    pub files: Vec<DataFile>,
    /// Why it could not be listed; it then looks empty.
    pub unlisted: Option<io::Error>,
    /// It is a table whose own log says which of the files count.
    pub log: Option<TableFormat>,
    /// It is such a log, of an Iceberg table.
    pub is_iceberg_log: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DataFile {
    pub path: PathBuf,
    /// Its path without the extension.
    pub stem: PathBuf,
    pub format: Format,
    pub bytes: u64,
    pub changed: Option<Timestamp>,
}

/// Folders within each other. No lake of people has so many, and each takes room on the stack of whoever goes
/// through them.
const DEEPEST: usize = 100;

impl Folder {
    /// Fails only where the folder itself cannot be listed; one below it says so of itself.
    pub fn list(path: &Path) -> io::Result<Self> {
        Self::list_at(path, 0)
    }

    fn list_at(path: &Path, depth: usize) -> io::Result<Self> {
        if depth > DEEPEST {
            return Err(io::Error::other(format!("it is more than {DEEPEST} folders deep")));
        }
        let mut entries: Vec<DirEntry> = fs::read_dir(path)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(DirEntry::file_name);
        let mut folder = Self::empty(path);
        for entry in entries {
            // What is deleted while we look was not there.
            let Ok(kind) = entry.file_type() else { continue };
            if is_hidden(&entry.file_name()) {
                if kind.is_dir() && entry.file_name() == TableFormat::Delta.folder() {
                    folder.log = Some(TableFormat::Delta);
                }
                continue;
            }
            if kind.is_dir() {
                let path = entry.path();
                let inner = Self::list_at(&path, depth + 1);
                let inner = inner.unwrap_or_else(|why| Self { unlisted: Some(why), ..Self::empty(&path) });
                if inner.is_iceberg_log && inner.name == TableFormat::Iceberg.folder() {
                    folder.log.get_or_insert(TableFormat::Iceberg);
                }
                folder.folders.push(inner);
            } else if kind.is_file() {
                let Ok(metadata) = entry.metadata() else { continue };
                folder.is_iceberg_log |= entry.file_name().to_str().is_some_and(iceberg::is_metadata);
                folder.files.extend(DataFile::at(&entry.path(), &metadata));
            }
        }
        Ok(folder)
    }

    fn empty(path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            path: path.to_owned(),
            name,
            folders: Vec::new(),
            files: Vec::new(),
            unlisted: None,
            log: None,
            is_iceberg_log: false,
        }
    }

    /// Or might, for all we know.
    pub fn holds_data(&self) -> bool {
        self.unlisted.is_some() || !self.files.is_empty() || self.folders.iter().any(Self::holds_data)
    }
}

impl DataFile {
    /// `None` where the name does not say a format.
    pub fn at(path: &Path, metadata: &Metadata) -> Option<Self> {
        let name = path.file_name()?;
        let end = name.to_string_lossy();
        let (stem, format) = Format::of(&end)?;
        // Where the name is not UTF-8 its stem cannot be had so, and it will be refused for its name.
        let stem = if name.to_str().is_some() { path.with_file_name(stem) } else { path.to_owned() };
        let changed = metadata.modified().ok().map(Timestamp::from_system);
        Some(Self { path: path.to_owned(), stem, format, bytes: metadata.len(), changed })
    }
}

pub fn is_hidden(name: &OsStr) -> bool {
    // `_col=1` is a partition of a column that is called so.
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".") || (bytes.starts_with(b"_") && !bytes.contains(&b'='))
}
