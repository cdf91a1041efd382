//! How the files of a table are reached: what lies beside them, and their bytes.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use std::{fmt, fs};

use loggia_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::bucket::object::Object;
use super::bucket::{Access, Bucket, BucketAddress, BucketError};
use super::parquet::place::{Ahead, Place};
use crate::open;

/// Handed beside a table to whatever reads it.
#[derive(Debug, Clone, Default)]
pub enum Reach {
    #[default]
    Disk,
    Bucket(Arc<Bucket>),
}

/// What it takes to get there, for a process that has not been there yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    #[default]
    Disk,
    Bucket {
        address: BucketAddress,
        access: Access,
    },
}

impl Way {
    /// # Errors
    /// Where what there is to open a bucket with cannot be.
    pub fn open(&self) -> Result<Reach, BucketError> {
        match self {
            Self::Disk => Ok(Reach::Disk),
            Self::Bucket { address, access } => Ok(Reach::Bucket(Arc::new(Bucket::open(address, access)?))),
        }
    }

    /// For somebody who waits: what a bucket does not answer by then is not waited for.
    ///
    /// # Errors
    /// As [`Way::open`] has them.
    pub fn open_until(&self, until: Instant) -> Result<Reach, BucketError> {
        match self {
            Self::Disk => Ok(Reach::Disk),
            Self::Bucket { address, access } => {
                Ok(Reach::Bucket(Arc::new(Bucket::open(address, access)?.until(until))))
            }
        }
    }
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
        let unlisted = |why: &dyn fmt::Display| {
            let name = folder.file_name().unwrap_or_default().display();
            format!("has a folder {name} that cannot be listed: {why}")
        };
        if let Self::Bucket(bucket) = self {
            return bucket.entries(folder, MOST_ENTRIES).map_err(|why| unlisted(&why));
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(|why| unlisted(&why))? {
            let entry = entry.map_err(|why| unlisted(&why))?;
            // What is deleted while we look was not there; what is no file, or has a name that no log has,
            // is none of it.
            let Ok(metadata) = entry.metadata() else { continue };
            let Ok(name) = entry.file_name().into_string() else { continue };
            if metadata.is_file() {
                let changed = metadata.modified().ok().map(Timestamp::from_system);
                entries.push(Entry { name, bytes: metadata.len(), changed });
            }
            if entries.len() > MOST_ENTRIES {
                return Err(unlisted(&format!("it has more than {MOST_ENTRIES} files")));
            }
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// A file's text, unpacked on the way where it is packed.
    pub fn text(&self, path: &Path) -> Result<Box<dyn BufRead + Send>, String> {
        let unread = |why| format!("cannot be read: {why}");
        match self {
            Self::Disk => open::data_reader(path).map_err(unread),
            Self::Bucket(bucket) => {
                let object = Object::open(bucket, path)?;
                open::unpacked(Ahead::new(Place::Bucket(Arc::new(object)), 0)).map_err(unread)
            }
        }
    }

    /// A file to be read at places of one's own.
    pub fn place(&self, path: &Path) -> Result<Place, String> {
        if let Self::Bucket(bucket) = self {
            return Ok(Place::Bucket(Arc::new(Object::open(bucket, path)?)));
        }
        let unread = |why| format!("cannot be read: {why}");
        let file = open::data(path).map_err(unread)?;
        let length = file.metadata().map_err(unread)?.len();
        Ok(Place::Disk { file: Arc::new(file), length })
    }
}
