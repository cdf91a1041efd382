//! How the files of a table are reached: what lies beside them, and their bytes.

use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use loggia_model::Timestamp;

use super::parquet::place::Place;
use crate::open;

/// Handed beside a table to whatever reads it.
#[derive(Debug, Clone, Default)]
pub enum Reach {
    #[default]
    Disk,
}

/// A file, by its name in the folder that was listed.
#[derive(Debug, Clone)]
pub struct Entry {
    pub name: String,
    pub bytes: u64,
    pub changed: Option<Timestamp>,
}

/// Of one folder of a log. A log that was never cleaned has one a commit.
const MOST_ENTRIES: usize = 1_000_000;

impl Reach {
    /// The files in a folder, without those below it, in the order of names.
    pub fn list(&self, folder: &Path) -> Result<Vec<Entry>, String> {
        let unlisted = |why: io::Error| {
            let name = folder.file_name().unwrap_or_default().display();
            format!("has a folder {name} that cannot be listed: {why}")
        };
        let Self::Disk = self;
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(unlisted)? {
            let entry = entry.map_err(unlisted)?;
            // What is deleted while we look was not there; what is no file, or has a name that no log has,
            // is none of it.
            let Ok(metadata) = entry.metadata() else { continue };
            let Ok(name) = entry.file_name().into_string() else { continue };
            if metadata.is_file() {
                let changed = metadata.modified().ok().map(Timestamp::from_system);
                entries.push(Entry { name, bytes: metadata.len(), changed });
            }
            if entries.len() > MOST_ENTRIES {
                return Err(unlisted(io::Error::other(format!("it has more than {MOST_ENTRIES} files"))));
            }
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// A file's text, unpacked on the way where it is packed.
    pub fn text(&self, path: &Path) -> Result<Box<dyn BufRead + Send>, String> {
        let Self::Disk = self;
        open::data_reader(path).map_err(|why| format!("cannot be read: {why}"))
    }

    /// A file to be read at places of one's own.
    pub fn place(&self, path: &Path) -> Result<Place, String> {
        let Self::Disk = self;
        let unread = |why| format!("cannot be read: {why}");
        let file = open::data(path).map_err(unread)?;
        let length = file.metadata().map_err(unread)?.len();
        Ok(Place::new(file, length))
    }
}
