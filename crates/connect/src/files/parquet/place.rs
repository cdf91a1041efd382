//! A file that several threads read at once, each at places of its own.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

/// The library's own reader of files moves one position that all its clones share.
#[derive(Clone)]
pub struct Place {
    file: Arc<File>,
    length: u64,
}

/// A page's header is some hundred bytes.
const AHEAD: usize = 1_024;

impl Place {
    pub fn new(file: File, length: u64) -> Self {
        Self { file: Arc::new(file), length }
    }
}

impl Length for Place {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Place {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(AHEAD, From { file: self.file.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let ends = start.checked_add(length as u64).filter(|ends| *ends <= self.length);
        ends.ok_or_else(|| ParquetError::EOF(format!("{length} bytes from {start} are not in the file")))?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
pub struct From {
    file: Arc<File>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
