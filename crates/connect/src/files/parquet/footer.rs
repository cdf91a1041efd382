//! Finds the footer: a Parquet file ends in it, its length (4 bytes, little-endian) and `PAR1`.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::open;

/// `PAR1`, data, footer, length, `PAR1`.
const SHORTEST: u64 = 12;
const TAIL: u64 = 8;

/// Of a footer. The largest that are useful, of tens of thousands of columns, are some 20 MiB.
const LARGEST: u64 = 64 << 20;

pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unread = |why: io::Error| format!("cannot be read: {why}");
    let mut file = open::data(path).map_err(unread)?;
    let length = file.seek(SeekFrom::End(0)).map_err(unread)?;
    if length < SHORTEST {
        return Err(format!("has {length} bytes, too few for Parquet: was it written to the end?"));
    }
    let tail_starts = length - TAIL;
    let mut tail = [0; 8];
    file.seek(SeekFrom::Start(tail_starts)).and_then(|_| file.read_exact(&mut tail)).map_err(unread)?;
    let [a, b, c, d, magic @ ..] = tail;
    match &magic {
        b"PAR1" => {}
        b"PARE" => return Err("has an encrypted footer, which is not read".to_owned()),
        _ => return Err("does not end in PAR1, as Parquet does: was it written to the end?".to_owned()),
    }
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    if size > LARGEST {
        return Err(format!("says that its footer has {size} bytes: more than 64 MiB are not read"));
    }
    let Some(starts) = tail_starts.checked_sub(size) else {
        return Err(format!("says that its footer has {size} bytes, and has only {length} in all"));
    };
    let mut footer = Vec::new();
    file.seek(SeekFrom::Start(starts))
        .and_then(|_| file.take(size).read_to_end(&mut footer))
        .map_err(unread)?;
    Ok(footer)
}
