//! How often one address may do what costs the store something before anybody has signed in.

use std::collections::HashMap;
use std::net::Ipv6Addr;
use std::sync::{Mutex, PoisonError};

use loggia_model::Timestamp;

const A_MINUTE: i64 = 60;
/// Addresses that are remembered.
const REMEMBERED: usize = 100_000;

/// Counts by address, each from its own first time on.
#[derive(Default)]
pub(crate) struct Rate(Mutex<HashMap<String, Counted>>);

struct Counted {
    since: Timestamp,
    count: u32,
}

impl Rate {
    /// Counts once more; whether that is within `most` a minute.
    pub fn is_within(&self, most: u32, address: Option<&str>, at: Timestamp) -> bool {
        let from = network(address.unwrap_or_default());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What began in the future is over, too: the clock has gone back.
        let is_over = |counted: &Counted| counted.since.plus_seconds(A_MINUTE) <= at || counted.since > at;
        if known.len() >= REMEMBERED {
            known.retain(|_, counted| !is_over(counted));
        }
        if known.len() >= REMEMBERED && !known.contains_key(&from) {
            return false;
        }
        let counted = known.entry(from).or_insert(Counted { since: at, count: 0 });
        if is_over(counted) {
            *counted = Counted { since: at, count: 0 };
        }
        counted.count = counted.count.saturating_add(1);
        counted.count <= most
    }
}

/// Whoever has one IPv6 address has its network of 64 bits.
fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(address) if address.to_ipv4_mapped().is_none() => {
            let [one, two, three, four, ..] = address.segments();
            Ipv6Addr::new(one, two, three, four, 0, 0, 0, 0).to_string()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_count_and_a_minute_later_another() {
        let (rate, at) = (Rate::default(), Timestamp::from_micros(1_000_000));
        let (one, other) = (Some("192.0.2.1"), Some("192.0.2.2"));
        assert!(rate.is_within(2, one, at) && rate.is_within(2, one, at));
        assert!(!rate.is_within(2, one, at.plus_seconds(59)));
        assert!(rate.is_within(2, other, at) && rate.is_within(2, None, at));
        assert!(rate.is_within(2, one, at.plus_seconds(60)));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let (rate, at) = (Rate::default(), Timestamp::from_micros(1_000_000));
        assert!(rate.is_within(1, Some("2001:db8:0:7::1"), at));
        assert!(!rate.is_within(1, Some("2001:db8:0:7:ffff::2"), at));
        assert!(rate.is_within(1, Some("2001:db8:0:8::1"), at));
    }

    #[test]
    fn nobody_waits_for_a_clock_that_was_set_back() {
        let (rate, at) = (Rate::default(), Timestamp::from_micros(7_200_000_000));
        assert!(rate.is_within(1, None, at) && !rate.is_within(1, None, at));
        assert!(rate.is_within(1, None, at.plus_seconds(-3_600)));
        assert!(!rate.is_within(1, None, at.plus_seconds(-3_599)));
    }
}
