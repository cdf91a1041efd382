//! Which files of a log say what the table is at a version: a checkpoint and the commits after it.

use std::collections::BTreeMap;

use crate::files::reach::Entry;

/// What a file of the log is, by its name.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Commit(u64),
    /// Part so much of so many.
    Checkpoint(u64, u64, u64),
    /// Of the second kind, which keeps its actions in other files.
    CheckpointV2(u64),
}

#[derive(Debug)]
pub struct Segment {
    pub version: u64,
    /// Names of the parts.
    pub checkpoint: Vec<String>,
    /// Names, oldest first.
    pub commits: Vec<String>,
}

/// The newest commit, or the checkpoint that it was cleaned away for.
pub fn newest(entries: &[Entry]) -> Option<&Entry> {
    let version = |entry: &&Entry| match Kind::of(&entry.name)? {
        Kind::Commit(version) => Some((version, true)),
        Kind::Checkpoint(version, ..) | Kind::CheckpointV2(version) => Some((version, false)),
    };
    entries.iter().filter(|entry| version(entry).is_some()).max_by_key(version)
}

impl Segment {
    /// Up to the version that the name says.
    pub fn of(entries: &[Entry], newest: &str) -> Result<Self, String> {
        let version = match Kind::of(newest) {
            Some(Kind::Commit(version) | Kind::Checkpoint(version, ..) | Kind::CheckpointV2(version)) => {
                version
            }
            None => return Err(format!("has a log whose newest file '{newest}' says no version")),
        };
        let mut commits = BTreeMap::new();
        let mut checkpoints: BTreeMap<u64, BTreeMap<(u64, u64), &str>> = BTreeMap::new();
        let mut newest_v2 = None;
        for entry in entries {
            match Kind::of(&entry.name) {
                Some(Kind::Commit(at)) if at <= version => {
                    commits.insert(at, entry.name.clone());
                }
                Some(Kind::Checkpoint(at, part, parts)) if at <= version => {
                    checkpoints.entry(at).or_default().insert((parts, part), &entry.name);
                }
                Some(Kind::CheckpointV2(at)) if at <= version => newest_v2 = newest_v2.max(Some(at)),
                _ => {}
            }
        }
        let whole = checkpoints.iter().rev().find_map(|(at, parts)| Some((*at, whole(parts)?)));
        let (first, checkpoint) = whole.map_or((0, Vec::new()), |(at, parts)| (at + 1, parts));
        let mut needed = Vec::new();
        // Not counted through: a name can say any version.
        let mut next = first;
        for (at, name) in commits.range(first..) {
            if *at != next {
                break;
            }
            needed.push(name.clone());
            next += 1;
        }
        if next <= version {
            let why = match newest_v2 {
                Some(at) if at >= first => "only a checkpoint of version 2 stands for it, which is not read",
                _ => "and no checkpoint stands for it",
            };
            return Err(format!("has a log that lacks its commit {next} of {version}: {why}"));
        }
        Ok(Self { version, checkpoint, commits: needed })
    }
}

/// The parts of a checkpoint, where all of them are there.
fn whole(parts: &BTreeMap<(u64, u64), &str>) -> Option<Vec<String>> {
    let totals = parts.keys().map(|(total, _)| *total);
    let complete = totals.into_iter().find(|total| {
        let there = parts.range((*total, 1)..=(*total, *total)).count();
        u64::try_from(there).is_ok_and(|there| there == *total)
    })?;
    Some(parts.range((complete, 1)..=(complete, complete)).map(|(_, name)| (*name).to_owned()).collect())
}

impl Kind {
    /// `…20 digits….json`, `….checkpoint.parquet`, `….checkpoint.0000000001.0000000003.parquet`,
    /// `….checkpoint.UUID.parquet` or `.json`.
    fn of(name: &str) -> Option<Self> {
        let (version, rest) = name.split_at_checked(20)?;
        let version = number(version)?;
        let parts: Vec<&str> = rest.split('.').collect();
        match parts.as_slice() {
            ["", "json"] => Some(Self::Commit(version)),
            ["", "checkpoint", "parquet"] => Some(Self::Checkpoint(version, 1, 1)),
            ["", "checkpoint", part, of, "parquet"] => {
                let (part, of) = (number(part)?, number(of)?);
                (part >= 1 && part <= of).then_some(Self::Checkpoint(version, part, of))
            }
            ["", "checkpoint", _, "parquet" | "json"] => Some(Self::CheckpointV2(version)),
            _ => None,
        }
    }
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[&str]) -> Vec<Entry> {
        names.iter().map(|name| Entry { name: (*name).to_owned(), bytes: 1, changed: None }).collect()
    }

    fn commit(version: u64) -> String {
        format!("{version:020}.json")
    }

    #[test]
    fn commits_after_the_newest_whole_checkpoint_count() {
        let part = |at: u64, part: u32| format!("{at:020}.checkpoint.{part:010}.0000000002.parquet");
        let names = [
            "_last_checkpoint".to_owned(),
            format!("{:020}.checkpoint.parquet", 2),
            commit(2),
            commit(3),
            part(3, 1),
            part(3, 2),
            commit(4),
            part(4, 1),
            format!("{:020}.{:020}.compacted.json", 2, 4),
            commit(5),
        ];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let entries = entries(&names);
        assert_eq!(newest(&entries).unwrap().name, commit(5));
        let segment = Segment::of(&entries, &commit(5)).unwrap();
        assert_eq!(segment.checkpoint, [part(3, 1), part(3, 2)]);
        assert_eq!(segment.commits, [commit(4), commit(5)]);
        let segment = Segment::of(&entries, &commit(3)).unwrap();
        assert!(segment.commits.is_empty(), "what came later is not there yet");
    }

    #[test]
    fn a_gap_is_said_and_not_counted_through() {
        let far = commit(9_999_999_999);
        let gap = entries(&[&commit(0), &far]);
        let why = Segment::of(&gap, &far).unwrap_err();
        assert_eq!(why, "has a log that lacks its commit 1 of 9999999999: and no checkpoint stands for it");
        let second = format!("{:020}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json", 4);
        let why = Segment::of(&entries(&[&second, &commit(5)]), &commit(5)).unwrap_err();
        assert!(why.ends_with("only a checkpoint of version 2 stands for it, which is not read"), "{why}");
        assert!(newest(&entries(&["x.json", "1.json"])).is_none());
    }
}
