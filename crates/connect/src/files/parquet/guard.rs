//! Looks over a footer before the Parquet library does, which reserves memory for as many children and row
//! groups as the footer says (`num_children` of two billion is 16 GiB, and an allocation that fails ends the
//! process) and follows nested groups by recursion, to any depth.
//!
//! A footer is a `FileMetaData` (parquet-format, parquet.thrift) in Thrift's compact protocol
//! (thrift-compact-protocol.md): here only the shape of the schema's tree and the lengths of lists are read.

use loggia_formats::csv::MOST_COLUMNS;

/// Groups within groups. Each list or map is two of them.
const DEEPEST: usize = 100;

/// Of a column's path, as the catalog can name it.
const LONGEST_PATH: u64 = 2_000;

/// Of all paths together.
const LONGEST_PATHS: u64 = 16 << 20;

/// The Parquet library numbers them with 16 bits.
const MOST_ROW_GROUPS: u64 = 32_768;

/// Structs, lists and maps within one another; `FileMetaData` itself has about eight.
const DEEPEST_THRIFT: usize = 32;

pub fn check(footer: &[u8]) -> Result<(), String> {
    let mut bytes = Bytes(footer);
    let mut last = 0;
    while let Some((id, kind)) = bytes.field(last)? {
        match (id, kind) {
            (2, LIST) => check_schema(&mut bytes)?,
            (4, LIST) => check_row_groups(&mut bytes)?,
            _ => bytes.skip(kind, DEEPEST_THRIFT)?,
        }
        last = id;
    }
    Ok(())
}

/// The tree is written in depth-first order, each element saying how many children follow.
fn check_schema(bytes: &mut Bytes<'_>) -> Result<(), String> {
    let (kind, count) = bytes.list()?;
    let most = MOST_COLUMNS as u64;
    if kind != STRUCT || count > most {
        return Err(format!(
            "its schema has {count} elements of Thrift type {kind}: at most {most} structs are read"
        ));
    }
    // How many children each open group still waits for, and the bytes of the path to them.
    let mut open: Vec<(u64, u64)> = Vec::new();
    let mut all_paths: u64 = 0;
    for place in 0..count {
        let (children, name) = element(bytes)?;
        let left = count - place - 1;
        if children > left {
            return Err(format!(
                "a group of its schema says {children} children where {left} elements follow"
            ));
        }
        while open.last().is_some_and(|(waiting, _)| *waiting == 0) {
            open.pop();
        }
        let above = open.last().map_or(0, |(_, path)| *path);
        if let Some((waiting, _)) = open.last_mut() {
            *waiting -= 1;
        }
        // Each leaf gets a copy of all the names above it. The root's own is in none.
        let path = if place == 0 { 0 } else { above + name };
        if path > LONGEST_PATH {
            return Err(format!("its schema has a column whose path is longer than {LONGEST_PATH} bytes"));
        }
        all_paths += path;
        if all_paths > LONGEST_PATHS {
            return Err(format!("its schema has paths of more than {} MiB in all", LONGEST_PATHS >> 20));
        }
        if children > 0 {
            open.push((children, path));
        }
        if open.len() > DEEPEST {
            return Err(format!("its schema is nested more than {DEEPEST} deep"));
        }
    }
    Ok(())
}

/// `num_children` (5) of one `SchemaElement`, 0 where it is not said, and the bytes of its `name` (4).
fn element(bytes: &mut Bytes<'_>) -> Result<(u64, u64), String> {
    let (mut children, mut name) = (0, 0);
    let mut last = 0;
    while let Some((id, kind)) = bytes.field(last)? {
        match (id, kind) {
            (5, I32) => {
                let said = unzigzag(bytes.varint()?);
                children =
                    u64::try_from(said).map_err(|_| format!("a group of its schema says {said} children"))?;
            }
            (4, BINARY) => {
                name = bytes.varint()?;
                bytes.leap(name)?;
            }
            _ => bytes.skip(kind, DEEPEST_THRIFT)?,
        }
        last = id;
    }
    Ok((children, name))
}

fn check_row_groups(bytes: &mut Bytes<'_>) -> Result<(), String> {
    let (kind, count) = bytes.list()?;
    if count > MOST_ROW_GROUPS {
        return Err(format!("it says {count} row groups: at most {MOST_ROW_GROUPS} are read"));
    }
    for _ in 0..count {
        bytes.skip(kind, DEEPEST_THRIFT)?;
    }
    Ok(())
}

const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// What has not been read yet.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Result<u8, String> {
        let (first, rest) = self.0.split_first().ok_or("it ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err("it has a number of more than 64 bits".to_owned())
    }

    /// The id and type of the next field; `None` at the end of the struct.
    fn field(&mut self, last: i64) -> Result<Option<(i64, u8)>, String> {
        let header = self.byte()?;
        let (delta, kind) = (header >> 4, header & 0x0f);
        if kind == 0 {
            return Ok(None);
        }
        let id = if delta == 0 { unzigzag(self.varint()?) } else { last.saturating_add(i64::from(delta)) };
        Ok(Some((id, kind)))
    }

    /// The type and number of the elements of a list or set.
    fn list(&mut self) -> Result<(u8, u64), String> {
        let header = self.byte()?;
        let (size, kind) = (header >> 4, header & 0x0f);
        Ok((kind, if size == 15 { self.varint()? } else { u64::from(size) }))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("it is nested too deep")?;
        match kind {
            // A field's header has the truth itself.
            1 | 2 => Ok(()),
            BYTE => self.leap(1),
            I16 | I32 | I64 => self.varint().map(|_| ()),
            DOUBLE => self.leap(8),
            UUID => self.leap(16),
            BINARY => {
                let length = self.varint()?;
                self.leap(length)
            }
            LIST | SET => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.skip_element(kind, depth))
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                (0..count).try_for_each(|_| {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 0x0f, depth)
                })
            }
            STRUCT => {
                let mut last = 0;
                while let Some((id, kind)) = self.field(last)? {
                    self.skip(kind, depth)?;
                    last = id;
                }
                Ok(())
            }
            other => Err(format!("it has a value of type {other}, which Thrift does not know")),
        }
    }

    /// Truth has a byte of its own here.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Result<(), String> {
        if matches!(kind, 1 | 2) { self.leap(1) } else { self.skip(kind, depth) }
    }

    fn leap(&mut self, length: u64) -> Result<(), String> {
        let rest = usize::try_from(length).ok().and_then(|length| self.0.get(length..));
        self.0 = rest.ok_or("it ends too early")?;
        Ok(())
    }
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `SchemaElement` that says so many children and nothing else.
    fn group(children: u64) -> Vec<u8> {
        [vec![0x55], varint(children << 1), vec![0]].concat()
    }

    fn varint(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    fn list(id: u8, count: u64, elements: Vec<u8>) -> Vec<u8> {
        [vec![id << 4 | LIST, 0xf0 | STRUCT], varint(count), elements, vec![0]].concat()
    }

    #[test]
    fn what_would_take_the_memory_or_the_stack_is_refused() {
        for (footer, why) in [
            (
                list(2, 2, [group(i32::MAX as u64), group(0)].concat()),
                "2147483647 children where 1 elements follow",
            ),
            (list(2, 200_000, group(0)), "200000 elements"),
            (list(2, 1_000, group(1).repeat(999)), "nested more than 100 deep"),
            (list(4, 2_000_000_000, vec![]), "2000000000 row groups"),
            (vec![0x1c; 100], "nested too deep"),
            (vec![0x18, 0xff, 0xff, 0xff, 0x7f], "ends too early"),
            (vec![0x1e], "type 14, which Thrift does not know"),
        ] {
            let error = check(&footer).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn long_names_above_many_columns_are_refused() {
        // A name is field 4: after nothing, that is its delta.
        let named = |name: usize, children: u64| {
            let mut element = [vec![0x48], varint(name as u64), vec![b'x'; name]].concat();
            if children > 0 {
                element.extend([vec![0x15], varint(children << 1)].concat());
            }
            [element, vec![0]].concat()
        };
        let of = |name: usize, leaves: u64| {
            let leaf = named(4, 0);
            let schema = [named(9_000, 1), named(name, leaves), leaf.repeat(leaves as usize)].concat();
            check(&list(2, leaves + 2, schema))
        };
        assert_eq!(of(100, 10), Ok(()));
        assert!(of(2_500, 1).unwrap_err().contains("longer than 2000 bytes"));
        assert!(of(1_900, 20_000).unwrap_err().contains("more than 16 MiB in all"));
    }

    #[test]
    fn a_schema_of_groups_beside_groups_is_no_deeper_than_it_is() {
        let wide = [group(500), [group(1), group(0)].concat().repeat(500)].concat();
        assert_eq!(check(&list(2, 1_001, wide)), Ok(()));
    }
}
