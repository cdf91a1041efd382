//! Chance that falls the same way on every run.

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough to make up data.
pub struct Dice(u64);

impl Dice {
    pub fn thrown(seed: u64) -> Self {
        Self(seed)
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    /// One of them; `None` where there is none.
    pub fn one_of<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let place = usize::try_from(self.below(things.len() as u64)).ok()?;
        things.get(place)
    }

    /// Each of them with the same chance, in their order.
    pub fn some_of<'a, T>(&mut self, things: &'a [T], in_a_hundred: u64) -> Vec<&'a T> {
        things.iter().filter(|_| self.below(100) < in_a_hundred).collect()
    }
}
