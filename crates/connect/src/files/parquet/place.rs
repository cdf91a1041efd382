//! A file that several threads read at once, each at places of its own.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

use crate::files::bucket::object::Object;

/// The library's own reader of files moves one position that all its clones share.
#[derive(Clone)]
pub enum Place {
    Disk { file: Arc<File>, length: u64 },
    Bucket(Arc<Object>),
}

/// A page's header is some hundred bytes.
const AHEAD: usize = 1_024;

impl Length for Place {
    fn len(&self) -> u64 {
        match self {
            Self::Disk { length, .. } => *length,
            Self::Bucket(object) => object.length,
        }
    }
}

impl ChunkReader for Place {
    type T = BufReader<Ahead>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(AHEAD, Ahead::new(self.clone(), start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let ends = start.checked_add(length as u64).filter(|ends| *ends <= self.len());
        ends.ok_or_else(|| ParquetError::EOF(format!("{length} bytes from {start} are not in the file")))?;
        match self {
            Self::Disk { file, .. } => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, start)?;
                Ok(bytes.into())
            }
            Self::Bucket(object) => object.bytes(start, length as u64).map_err(ParquetError::General),
        }
    }
}

/// Reads on from a place.
pub struct Ahead {
    place: Place,
    at: u64,
}

impl Ahead {
    pub fn new(place: Place, at: u64) -> Self {
        Self { place, at }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &self.place {
            Place::Disk { file, .. } => file.read_at(buffer, self.at)?,
            Place::Bucket(object) => {
                let bytes = object.bytes(self.at, buffer.len() as u64).map_err(io::Error::other)?;
                if let Some(part) = buffer.get_mut(..bytes.len()) {
                    part.copy_from_slice(&bytes);
                }
                bytes.len()
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}
