//! Finds the footer: a Parquet file ends in it, its length (4 bytes, little-endian) and `PAR1`.

use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

use super::place::Place;
use super::plain_words;

/// `PAR1`, data, footer, length, `PAR1`.
const SHORTEST: u64 = 12;
const TAIL: u64 = 8;

/// Of a footer. The largest that are useful, of tens of thousands of columns, are some 20 MiB.
const LARGEST: u64 = 64 << 20;

pub fn read(file: &Place) -> Result<Bytes, String> {
    let bytes = |starts: u64, length: u64| {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        file.get_bytes(starts, length).map_err(|why| format!("cannot be read: {}", plain_words(&why)))
    };
    let length = file.len();
    if length < SHORTEST {
        return Err(format!("has {length} bytes, too few for Parquet: was it written to the end?"));
    }
    let tail_starts = length - TAIL;
    let tail = bytes(tail_starts, TAIL)?;
    let [a, b, c, d, magic @ ..] = tail.as_ref() else {
        return Err("cannot be read: it became shorter meanwhile".to_owned());
    };
    match magic {
        b"PAR1" => {}
        b"PARE" => return Err("has an encrypted footer, which is not read".to_owned()),
        _ => return Err("does not end in PAR1, as Parquet does: was it written to the end?".to_owned()),
    }
    let size = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
    if size > LARGEST {
        return Err(format!("says that its footer has {size} bytes: more than 64 MiB are not read"));
    }
    let Some(starts) = tail_starts.checked_sub(size) else {
        return Err(format!("says that its footer has {size} bytes, and has only {length} in all"));
    };
    bytes(starts, size)
}
