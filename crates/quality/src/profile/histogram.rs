//! Bins over the numbers of a column.

use super::Histogram;

pub const MOST_BINS: usize = 32;

/// Where the edges are. Whole numbers of a narrow range get a bin each; amounts of which the largest are far
/// from the rest get bins that grow, or nearly all of them would be in the first.
#[derive(Debug, Clone, Copy)]
pub struct Bins {
    from: f64,
    to: f64,
    count: usize,
    is_logarithmic: bool,
}

/// How many times the median the largest must be for the bins to grow.
const FAR: f64 = 50.0;

impl Bins {
    pub fn over(min: f64, max: f64, median: f64, are_whole: bool, may_grow: bool) -> Self {
        let width = max - min;
        if are_whole && width < MOST_BINS as f64 {
            // Between 1 and 32.
            return Self { from: min, to: max + 1.0, count: width as usize + 1, is_logarithmic: false };
        }
        if width > 0.0 && width.is_finite() {
            let is_logarithmic = may_grow && min > 0.0 && max / median >= FAR && max / min < 1e30;
            return Self { from: min, to: max, count: MOST_BINS, is_logarithmic };
        }
        Self { from: min, to: max, count: 1, is_logarithmic: false }
    }

    fn of(&self, number: f64) -> usize {
        let share = if self.is_logarithmic {
            (number / self.from).ln() / (self.to / self.from).ln()
        } else {
            (number - self.from) / (self.to - self.from)
        };
        // Not a number where there is one bin; a cast makes that 0.
        ((share * self.count as f64) as usize).min(self.count - 1)
    }

    /// All but the outermost.
    pub fn inner_edges(&self) -> Vec<f64> {
        let empty = Histogram {
            from: self.from,
            to: self.to,
            counts: vec![0; self.count],
            is_logarithmic: self.is_logarithmic,
        };
        (1..self.count).map(|place| empty.edge(place)).collect()
    }

    pub fn exactly(self, counted: impl Iterator<Item = (f64, u64)>) -> Histogram {
        let mut counts = vec![0; self.count];
        for (number, count) in counted {
            if let Some(bin) = counts.get_mut(self.of(number)) {
                *bin += count;
            }
        }
        self.filled(counts)
    }

    /// `below` are the shares of values below each inner edge.
    pub fn estimated(self, below: &[f64], total: u64) -> Histogram {
        let mut counts = Vec::with_capacity(self.count);
        let mut before = 0.0;
        for share in below.iter().copied().chain([1.0]) {
            counts.push(((share - before).max(0.0) * total as f64).round() as u64);
            before = share;
        }
        self.filled(counts)
    }

    fn filled(self, counts: Vec<u64>) -> Histogram {
        Histogram { from: self.from, to: self.to, counts, is_logarithmic: self.is_logarithmic }
    }
}

impl Histogram {
    /// Where so many bins end.
    pub fn edge(&self, place: usize) -> f64 {
        let share = place as f64 / self.counts.len().max(1) as f64;
        if self.is_logarithmic {
            self.from * (self.to / self.from).powf(share)
        } else {
            self.from + (self.to - self.from) * share
        }
    }
}
