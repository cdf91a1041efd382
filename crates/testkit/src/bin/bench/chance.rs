//! Chance with a skew: in every catalog a few words, owners and tags are everywhere, and most are rare.

use loggia_testkit::Dice;

/// Zipf's law over places 0 to n-1: the first is taken most, each later one in proportion to 1/place.
pub struct Zipf {
    /// What falls to each place and all before it, out of [`WHOLE`].
    up_to: Vec<u64>,
}

const WHOLE: u64 = 1 << 40;

impl Zipf {
    pub fn over(places: usize) -> Self {
        let weights = (1..=places).map(|place| WHOLE / (place as u64 + 2));
        let all: u64 = weights.clone().sum();
        let mut sum = 0_u64;
        let up_to = weights
            .map(|weight| {
                sum += weight;
                u64::try_from(u128::from(sum) * u128::from(WHOLE) / u128::from(all.max(1))).unwrap_or(WHOLE)
            })
            .collect();
        Self { up_to }
    }

    pub fn place(&self, dice: &mut Dice) -> usize {
        let fallen = dice.below(WHOLE);
        self.up_to.partition_point(|up_to| *up_to <= fallen).min(self.up_to.len().saturating_sub(1))
    }
}

/// Things of which the first is taken most.
pub struct Skewed<T> {
    things: Vec<T>,
    zipf: Zipf,
}

impl<T> Skewed<T> {
    pub fn new(things: Vec<T>) -> Self {
        Self { zipf: Zipf::over(things.len()), things }
    }

    pub fn one(&self, dice: &mut Dice) -> Option<&T> {
        self.things.get(self.zipf.place(dice))
    }
}

/// From `low` to `high`, both included.
pub fn between(dice: &mut Dice, low: u64, high: u64) -> u64 {
    low + dice.below(high - low + 1)
}

pub fn happens(dice: &mut Dice, in_a_hundred: u64) -> bool {
    dice.below(100) < in_a_hundred
}
