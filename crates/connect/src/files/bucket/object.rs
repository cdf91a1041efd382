//! One object, read at places of one's own, a block at a time.
//!
//! A question costs tens of milliseconds whatever it asks for, so a block is more than what is asked for, and
//! each that follows another is twice as large: who reads on is served by few, and who looks at a page by little.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectStoreExt};

use super::error::{Doing, status, words};
use super::{Bucket, key, patience};

pub struct Object {
    bucket: Arc<Bucket>,
    key: Key,
    pub length: u64,
    e_tag: Option<String>,
    blocks: Mutex<Vec<Block>>,
}

#[derive(Clone)]
struct Block {
    starts: u64,
    bytes: Bytes,
}

/// Asked for first, from the end: there the footer of Parquet is, and of a small object all.
const TAIL: u64 = 64 << 10;

const SMALLEST: u64 = 256 << 10;
const LARGEST: u64 = 4 << 20;

/// Blocks that are kept, beside the tail.
const KEPT: usize = 8;

/// What a server says where the object has no byte to give.
const NOT_SATISFIABLE: u16 = 416;

impl Object {
    pub fn open(bucket: &Arc<Bucket>, path: &Path) -> Result<Self, String> {
        let key = key(path).ok_or("has a key that cannot be asked for")?;
        let object = |length, e_tag, blocks| Self {
            bucket: bucket.clone(),
            key: key.clone(),
            length,
            e_tag,
            blocks: Mutex::new(blocks),
        };
        if !bucket.knows_suffixes() {
            let head = bucket.wait(patience::patiently(|| bucket.store.head(&key)));
            let head = head.map_err(|why| unread(&words(&bucket.address, &why, Doing::Reading)))?;
            return Ok(object(head.size, head.e_tag, Vec::new()));
        }
        match bucket.get(&key, GetRange::Suffix(TAIL), None) {
            Ok((meta, bytes)) => {
                let starts = meta.size.saturating_sub(bytes.len() as u64);
                Ok(object(meta.size, meta.e_tag, vec![Block { starts, bytes }]))
            }
            Err(why) if status(&why) == Some(NOT_SATISFIABLE) => Ok(object(0, None, Vec::new())),
            Err(why) => Err(unread(&words(&bucket.address, &why, Doing::Reading))),
        }
    }

    /// So many bytes from there, or those up to the end.
    pub fn bytes(&self, starts: u64, length: u64) -> Result<Bytes, String> {
        let ends = starts.saturating_add(length).min(self.length);
        if starts >= ends {
            return Ok(Bytes::new());
        }
        let mut size = SMALLEST;
        {
            let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(bytes) = blocks.iter().find_map(|block| block.slice(starts, ends)) {
                return Ok(bytes);
            }
            if let Some(before) = blocks.iter().find(|block| block.ends() >= starts && block.starts < starts)
            {
                size = (before.bytes.len() as u64).saturating_mul(2).clamp(SMALLEST, LARGEST);
            }
        }
        let until = ends.max(starts.saturating_add(size).min(self.length));
        let got = self.bucket.get(&self.key, GetRange::Bounded(starts..until), self.e_tag.clone());
        let (_, bytes) = got.map_err(|why| words(&self.bucket.address, &why, Doing::Reading))?;
        let block = Block { starts, bytes };
        let wanted = block.slice(starts, ends).ok_or("its answer has fewer bytes than were asked for")?;
        if until - starts <= LARGEST {
            let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
            if blocks.len() > KEPT {
                // The first is the tail.
                blocks.remove(1);
            }
            blocks.push(block);
        }
        Ok(wanted)
    }
}

impl Block {
    fn ends(&self) -> u64 {
        self.starts + self.bytes.len() as u64
    }

    fn slice(&self, starts: u64, ends: u64) -> Option<Bytes> {
        if starts < self.starts || ends > self.ends() {
            return None;
        }
        let place = |at: u64| usize::try_from(at - self.starts).ok();
        Some(self.bytes.slice(place(starts)?..place(ends)?))
    }
}

impl Bucket {
    fn get(
        &self,
        key: &Key,
        range: GetRange,
        if_match: Option<String>,
    ) -> object_store::Result<(object_store::ObjectMeta, Bytes)> {
        self.wait(patience::patiently(|| async {
            let options = GetOptions {
                range: Some(range.clone()),
                if_match: if_match.clone(),
                ..GetOptions::default()
            };
            let answer = self.store.get_opts(key, options).await?;
            Ok((answer.meta.clone(), answer.bytes().await?))
        }))
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bucket.address.root(), self.key)
    }
}

fn unread(why: &str) -> String {
    format!("cannot be read: {why}")
}
