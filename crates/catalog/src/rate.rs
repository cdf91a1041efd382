//! How often one address may do what costs the store something before anybody has signed in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use loggia_model::Timestamp;

const A_MINUTE: i64 = 60;
/// Addresses that are remembered.
const REMEMBERED: usize = 100_000;

/// Counts by address, each from its own first time on.
#[derive(Default)]
pub(crate) struct Rate(Mutex<HashMap<Option<Arc<str>>, Counted>>);

struct Counted {
    since: Timestamp,
    count: u32,
}

impl Rate {
    /// Counts once more; whether that is within `most` a minute.
    pub fn is_within(&self, most: u32, address: Option<&Arc<str>>, at: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |counted: &Counted| counted.since.plus_seconds(A_MINUTE) <= at;
        if known.len() >= REMEMBERED {
            known.retain(|_, counted| !is_over(counted));
        }
        let counted = known.entry(address.cloned()).or_insert(Counted { since: at, count: 0 });
        if is_over(counted) {
            *counted = Counted { since: at, count: 0 };
        }
        counted.count = counted.count.saturating_add(1);
        counted.count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_count_and_a_minute_later_another() {
        let (rate, at) = (Rate::default(), Timestamp::from_micros(1_000_000));
        let (one, other): (Arc<str>, Arc<str>) = ("192.0.2.1".into(), "192.0.2.2".into());
        assert!(rate.is_within(2, Some(&one), at) && rate.is_within(2, Some(&one), at));
        assert!(!rate.is_within(2, Some(&one), at.plus_seconds(59)));
        assert!(rate.is_within(2, Some(&other), at) && rate.is_within(2, None, at));
        assert!(rate.is_within(2, Some(&one), at.plus_seconds(60)));
    }
}
