//! Equal bins over the numbers of a column.

use super::Histogram;

pub const MOST_BINS: usize = 32;

/// Where the edges are. Whole numbers of a narrow range get a bin each.
pub struct Bins {
    from: f64,
    to: f64,
    count: usize,
}

impl Bins {
    pub fn over(min: f64, max: f64, are_whole: bool) -> Self {
        let width = max - min;
        if are_whole && width < MOST_BINS as f64 {
            // Between 1 and 32.
            return Self { from: min, to: max + 1.0, count: width as usize + 1 };
        }
        if width > 0.0 && width.is_finite() {
            return Self { from: min, to: max, count: MOST_BINS };
        }
        Self { from: min, to: max, count: 1 }
    }

    pub fn of(&self, number: f64) -> usize {
        let share = (number - self.from) / (self.to - self.from);
        // Not a number where there is one bin; a cast makes that 0.
        ((share * self.count as f64) as usize).min(self.count - 1)
    }

    /// All but the outermost.
    pub fn inner_edges(&self) -> Vec<f64> {
        let step = (self.to - self.from) / self.count as f64;
        let mut edges: Vec<f64> = (1..self.count).map(|bin| self.from + step * bin as f64).collect();
        // Where the range is narrower than the numbers are fine, edges fall together.
        edges.dedup();
        edges
    }

    pub fn exactly(self, counted: impl Iterator<Item = (f64, u64)>) -> Histogram {
        let mut counts = vec![0; self.count];
        for (number, count) in counted {
            if let Some(bin) = counts.get_mut(self.of(number)) {
                *bin += count;
            }
        }
        Histogram { from: self.from, to: self.to, counts }
    }

    /// `below` are the shares of values below each inner edge.
    pub fn estimated(self, below: &[f64], total: u64) -> Histogram {
        let mut counts = Vec::with_capacity(self.count);
        let mut before = 0.0;
        for share in below.iter().copied().chain([1.0]) {
            counts.push(((share - before).max(0.0) * total as f64).round() as u64);
            before = share;
        }
        Histogram { from: self.from, to: self.to, counts }
    }
}
