//! What is wrong with a text, and in which line: the line is looked for only once it is needed.

use std::io::BufRead;
use std::path::Path;

use crate::files::reach::Reach;

/// Bytes count from 0, in the unpacked text.
#[derive(Debug)]
pub enum Wrong {
    NotUtf8 { byte: u64 },
    TooLong { starts: u64 },
    Ragged { starts: u64, fields: usize, expected: usize },
    Other(String),
}

impl Wrong {
    pub fn words(&self, reach: &Reach, path: &Path) -> String {
        match self {
            Self::NotUtf8 { byte } => {
                format!("is not UTF-8 at byte {byte}{}: save it as UTF-8", line(reach, path, *byte))
            }
            Self::TooLong { starts } => {
                let line = line(reach, path, *starts);
                format!("has a record of more than 16 MiB{line}: is a quote never closed?")
            }
            Self::Ragged { starts, fields, expected } => {
                format!("has {expected} fields in its first line, and {fields}{}", line(reach, path, *starts))
            }
            Self::Other(why) => why.clone(),
        }
    }
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Self::Other(why)
    }
}

/// ` in line 7`; nothing where the file can no longer be read.
fn line(reach: &Reach, path: &Path, byte: u64) -> String {
    let mut place = Place { byte, passed: 0, line: 1, after_return: false };
    let found = reach.text(path).ok().and_then(|text| place.find(text));
    found.map(|line| format!(" in line {line}")).unwrap_or_default()
}

/// Lines end in `\n`, `\r\n` or `\r`. Those that are empty at the place itself belong to no record.
struct Place {
    byte: u64,
    passed: u64,
    line: u64,
    after_return: bool,
}

impl Place {
    fn find(&mut self, mut text: impl BufRead) -> Option<u64> {
        loop {
            let bytes = text.fill_buf().ok()?;
            let length = bytes.len();
            if length == 0 || bytes.iter().any(|byte| self.is_at(*byte)) {
                return Some(self.line);
            }
            text.consume(length);
        }
    }

    fn is_at(&mut self, byte: u8) -> bool {
        if self.passed >= self.byte && !matches!(byte, b'\r' | b'\n') {
            return true;
        }
        self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_return));
        self.after_return = byte == b'\r';
        self.passed += 1;
        false
    }
}
