//! That somebody stands for an asset: how far, why, until when, and for which columns.

use serde::{Deserialize, Serialize};

use super::word_list;
use crate::compatibility::{ColumnChange, Level};
use crate::{ActorKey, Timestamp};

word_list! {
    /// From what is good enough to work with to what reports to others may rest on.
    CertificationLevel, "level of certification":
    Bronze = "bronze" / "Bronze",
    Silver = "silver" / "Silver",
    Gold = "gold" / "Gold",
}

/// Holds for the columns as they were when it was given: it lapses when a change of them breaks readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    pub level: CertificationLevel,
    /// Why: what was looked at, and found.
    pub reason: String,
    pub by: ActorKey,
    pub at: Timestamp,
    /// The revision of the asset that says so first; where a file states it, `at` says which columns are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// From when on it holds no more; `None` for as long as the columns stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Whether a certification holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Holds,
    /// It does, and its end is near.
    Ending,
    /// Its time is over.
    Expired,
    /// Columns that it was given for break readers now.
    Broken,
}

/// Seconds before its end from which on its end is near: thirty days.
const NEAR: i64 = 30 * 86_400;

impl Certification {
    /// At an instant, by what has become of the columns since it was given.
    pub fn standing(&self, now: Timestamp, columns: &[ColumnChange]) -> Standing {
        if columns.iter().any(|change| change.what.level() == Level::Major) {
            return Standing::Broken;
        }
        match self.until {
            Some(until) if until <= now => Standing::Expired,
            Some(until) if now.seconds_until(until) <= NEAR => Standing::Ending,
            _ => Standing::Holds,
        }
    }
}

impl Standing {
    /// Whether one can still rest on it.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds | Self::Ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compatibility::ColumnChanged;

    fn certification(until: Option<&str>) -> Certification {
        Certification {
            level: CertificationLevel::Gold,
            reason: "Reconciled with the ledger.".into(),
            by: "olga".parse().unwrap(),
            at: Timestamp::EPOCH,
            revision: None,
            until: until.map(|until| until.parse().unwrap()),
        }
    }

    #[test]
    fn it_ends_with_its_time_or_with_its_columns() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let standing = |until| certification(until).standing(now, &[]);
        assert_eq!(standing(None), Standing::Holds);
        assert_eq!(standing(Some("2027-11-22T00:00:00Z")), Standing::Holds);
        assert_eq!(standing(Some("2026-12-20T00:00:00Z")), Standing::Ending);
        assert_eq!(standing(Some("2026-11-22T10:00:00Z")), Standing::Expired);
        let change = |what| ColumnChange { path: "amount".parse().unwrap(), what };
        let added = [change(ColumnChanged::Added)];
        assert_eq!(certification(None).standing(now, &added), Standing::Holds);
        let dropped = [change(ColumnChanged::Dropped)];
        assert_eq!(certification(None).standing(now, &dropped), Standing::Broken);
    }
}
