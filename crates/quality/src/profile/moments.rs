//! Mean and deviation, by batches: each is computed in two passes, and joined to what was before by the
//! formula of Chan, Golub and LeVeque (1979), which loses no digits where the mean is far from zero.

#[derive(Debug, Clone, Copy, Default)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// The sum of the squares of the distances from the mean.
    squares: f64,
}

impl Moments {
    pub fn add(&mut self, numbers: &[f64]) {
        if numbers.is_empty() {
            return;
        }
        let count = numbers.len() as u64;
        let rough = numbers.iter().sum::<f64>() / count as f64;
        // What rounding lost of the sum, where it did not overflow.
        let rest = numbers.iter().map(|number| number - rough).sum::<f64>() / count as f64;
        let mean = if rest.is_finite() { rough + rest } else { rough };
        let squares = numbers.iter().map(|number| (number - mean) * (number - mean)).sum();
        self.join(Self { count, mean, squares });
    }

    fn join(&mut self, other: Self) {
        if self.count == 0 {
            *self = other;
            return;
        }
        let count = self.count + other.count;
        let share = other.count as f64 / count as f64;
        let apart = other.mean - self.mean;
        self.squares += other.squares + apart * apart * self.count as f64 * share;
        self.mean += apart * share;
        self.count = count;
    }

    /// `None` without numbers, and where the numbers are too large for it.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0 && self.mean.is_finite()).then_some(self.mean)
    }

    pub fn deviation(&self) -> Option<f64> {
        let deviation = (self.squares / self.count as f64).sqrt();
        (self.count > 0 && deviation.is_finite()).then_some(deviation)
    }
}
