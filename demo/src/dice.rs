//! SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same on every machine.

pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from `low` to `high`, both included, each as likely.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.roll() % span)
    }

    /// As [`Self::between`], the middle more likely than the ends.
    pub fn around_the_middle(&mut self, low: i64, high: i64) -> i64 {
        (self.between(low, high) + self.between(low, high) + self.between(low, high)) / 3
    }

    /// As [`Self::between`], small ones far more likely than large ones, as money is.
    pub fn mostly_small(&mut self, low: i64, high: i64) -> i64 {
        let highest = self.between(low, high);
        self.between(low, highest)
    }

    pub fn chance(&mut self, per_mille: i64) -> bool {
        self.between(1, 1_000) <= per_mille
    }

    /// One of them, each as likely; the default of an empty list.
    pub fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        self.one_of(from).copied().unwrap_or_default()
    }

    /// As [`Self::pick`], where there is no default.
    pub fn one_of<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.roll() >> 33).unwrap_or_default() % from.len().max(1);
        from.get(at)
    }
}
