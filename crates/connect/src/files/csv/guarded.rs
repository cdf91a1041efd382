//! Bounds what one record may take, and finds the byte that is not UTF-8, before the parser sees either.

use std::borrow::Cow;
use std::io::{self, Read};

use super::wrong::Wrong;

/// Of one record, with its quotes. One that is longer is most likely a quote that is never closed.
const LONGEST: usize = 16 << 20;

pub struct Guarded<R> {
    inner: R,
    /// What is wrong with the text, once reading has failed for it.
    pub wrong: Option<Wrong>,
    /// Bytes read so far.
    offset: u64,
    /// The start of a letter whose end has not been read yet.
    begun: Vec<u8>,
    record_starts: u64,
    in_record: usize,
}

impl<R: Read> Guarded<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, wrong: None, offset: 0, begun: Vec::new(), record_starts: 0, in_record: 0 }
    }

    /// What is read from here on belongs to the record that starts at this byte.
    pub fn start_record(&mut self, starts: u64) {
        self.record_starts = starts;
        self.in_record = 0;
    }

    /// No bytes are the end.
    fn check(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        let text = if self.begun.is_empty() {
            Cow::Borrowed(bytes)
        } else {
            Cow::Owned([self.begun.as_slice(), bytes].concat())
        };
        let starts = self.offset.saturating_sub(self.begun.len() as u64);
        let broken = std::str::from_utf8(&text).err();
        let good = broken.map_or(text.len(), |error| error.valid_up_to());
        if broken.is_some_and(|error| error.error_len().is_some() || bytes.is_empty()) {
            return Err(Wrong::NotUtf8 { byte: starts + good as u64 });
        }
        self.begun = text.get(good..).unwrap_or_default().to_vec();
        self.offset += bytes.len() as u64;
        self.in_record += bytes.len();
        if self.in_record > LONGEST {
            return Err(Wrong::TooLong { starts: self.record_starts });
        }
        Ok(())
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        self.check(bytes).map_err(|wrong| {
            self.wrong = Some(wrong);
            io::Error::from(io::ErrorKind::InvalidData)
        })?;
        Ok(count)
    }
}
