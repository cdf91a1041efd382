//! How often each value occurs: exactly while they are few, by sketches once they are many.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use datasketches::common::NumStdDev;
use datasketches::frequencies::{ErrorType, FrequentItemsSketch, Row};
use datasketches::hll::{Coupon, HllSketch, HllType};
use foldhash::fast::RandomState;

use super::Estimate;

/// What is told of the most frequent.
pub const TOP: usize = 10;

/// Registers of HyperLogLog are two to this: a relative error of 1.04/√4096, 1.6%, at one standard deviation.
const LG_REGISTERS: u8 = 12;

/// Of frequent items. A count is off by at most 0.35% of the values: 3.5 divided by this.
const FREQUENT: usize = 1_024;

/// Bytes of texts that are kept before they go over to sketches.
const MOST_BYTES: usize = 4 << 20;

pub struct Counts<K> {
    most: usize,
    bytes: usize,
    state: State<K>,
}

enum State<K> {
    Exact(HashMap<K, u64, RandomState>),
    Sketched(Box<Sketched<K>>),
}

struct Sketched<K> {
    frequent: FrequentItemsSketch<K>,
    distinct: HllSketch,
}

impl<K: Eq + Hash + Clone + Ord> Counts<K> {
    /// `most` distinct values are counted exactly.
    pub fn new(most: usize) -> Self {
        Self { most, bytes: 0, state: State::Exact(HashMap::default()) }
    }

    /// `bytes` is what the value takes beyond its own size.
    pub fn add<Q>(&mut self, value: &Q, count: u64, bytes: usize)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        match &mut self.state {
            State::Exact(counts) => {
                if let Some(known) = counts.get_mut(value) {
                    *known += count;
                    return;
                }
                counts.insert(value.to_owned(), count);
                self.bytes += bytes;
            }
            State::Sketched(sketched) => {
                sketched.distinct.update_with_coupon(Coupon::from_value(value));
                sketched.frequent.update_with_count_ref(value, count);
            }
        }
    }

    /// Whether they are counted exactly, and should no longer be: time to [go over](Counts::go_over).
    pub fn are_too_many(&self) -> bool {
        match &self.state {
            State::Exact(counts) => counts.len() > self.most || self.bytes > MOST_BYTES,
            State::Sketched(_) => false,
        }
    }

    /// Leaves the exact counts for sketches, and hands the counts over.
    pub fn go_over(&mut self) -> HashMap<K, u64, RandomState> {
        let State::Exact(counts) = &mut self.state else { return HashMap::default() };
        let counts = std::mem::take(counts);
        let sketches = FrequentItemsSketch::new(FREQUENT)
            .and_then(|frequent| Ok((frequent, HllSketch::new(LG_REGISTERS, HllType::Hll8)?)));
        let Ok((mut frequent, mut distinct)) = sketches else {
            unreachable!("both sizes are constants that the sketches allow")
        };
        for (value, count) in &counts {
            distinct.update_with_coupon(Coupon::from_value(value));
            frequent.update_with_count(value.clone(), *count);
        }
        self.state = State::Sketched(Box::new(Sketched { frequent, distinct }));
        counts
    }

    pub fn exact(&self) -> Option<impl Iterator<Item = (&K, u64)>> {
        match &self.state {
            State::Exact(counts) => Some(counts.iter().map(|(value, count)| (value, *count))),
            State::Sketched(_) => None,
        }
    }

    /// Of so many values: a sketch may think of more.
    pub fn distinct(&self, values: u64) -> Estimate {
        match &self.state {
            State::Exact(counts) => Estimate::exact(counts.len() as u64),
            State::Sketched(sketched) => Estimate {
                value: (sketched.distinct.estimate().round() as u64).min(values),
                from: (sketched.distinct.lower_bound(NumStdDev::Two).floor() as u64).min(values),
                to: (sketched.distinct.upper_bound(NumStdDev::Two).ceil() as u64).min(values),
            },
        }
    }

    /// Most frequent first; of those that are as frequent, the lesser value. Of sketches, only what is sure
    /// to be frequent.
    pub fn top(&self) -> Vec<(K, Estimate)> {
        let mut all: Vec<(K, Estimate)> = match &self.state {
            State::Exact(counts) => {
                counts.iter().map(|(value, count)| (value.clone(), Estimate::exact(*count))).collect()
            }
            State::Sketched(sketched) => {
                let rows = sketched.frequent.frequent_items(ErrorType::NoFalsePositives);
                rows.iter().map(|row| (row.item().clone(), estimate(row))).collect()
            }
        };
        all.sort_by(|(one, count), (other, counted)| {
            (Reverse(count.value), one).cmp(&(Reverse(counted.value), other))
        });
        all.truncate(TOP);
        all
    }
}

fn estimate<K>(row: &Row<K>) -> Estimate {
    Estimate { value: row.estimate(), from: row.lower_bound(), to: row.upper_bound() }
}
