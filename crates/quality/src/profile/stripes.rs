//! Where in a table the nulls are.

use arrow_buffer::NullBuffer;

use super::column::Rows;

/// As many as a picture can show.
pub const STRIPES: usize = 48;

#[derive(Debug, Default)]
pub struct Stripes(Vec<Stripe>);

#[derive(Debug, Clone, Copy, Default)]
struct Stripe {
    rows: u64,
    nulls: u64,
}

impl Stripes {
    pub fn add(&mut self, length: usize, nulls: Option<&NullBuffer>, rows: Rows) {
        self.add_stretches(length as u64, rows, |from, to| {
            // Both are within the length, which is one of memory.
            let (from, to) = (from as usize, to as usize);
            nulls.map_or(0, |nulls| nulls.slice(from, to - from).null_count() as u64)
        });
    }

    pub fn add_nulls(&mut self, count: u64, rows: Rows) {
        self.add_stretches(count, rows, |from, to| to - from);
    }

    /// `nulls` tells how many there are from one place to another.
    fn add_stretches(&mut self, length: u64, rows: Rows, nulls: impl Fn(u64, u64) -> u64) {
        if self.0.is_empty() {
            self.0 = vec![Stripe::default(); STRIPES];
        }
        let mut start = 0;
        while start < length {
            let row = rows.first + start;
            let place = place(row, rows.total);
            // The first row of the next stripe.
            let next = first_row(place + 1, rows.total).max(row + 1);
            let end = (next - rows.first).min(length);
            if let Some(stripe) = self.0.get_mut(place) {
                stripe.rows += end - start;
                stripe.nulls += nulls(start, end);
            }
            start = end;
        }
    }

    pub fn shares(&self) -> Vec<f32> {
        if self.0.iter().all(|stripe| stripe.nulls == 0) {
            return Vec::new();
        }
        self.0.iter().map(|stripe| stripe.nulls as f32 / stripe.rows.max(1) as f32).collect()
    }
}

/// A file may have more rows than its footer said: they are of the last stripe.
fn place(row: u64, total: u64) -> usize {
    let place = u128::from(row) * STRIPES as u128 / u128::from(total.max(1));
    usize::try_from(place).unwrap_or(STRIPES).min(STRIPES - 1)
}

fn first_row(place: usize, total: u64) -> u64 {
    if place >= STRIPES {
        return u64::MAX;
    }
    u64::try_from((place as u128 * u128::from(total)).div_ceil(STRIPES as u128)).unwrap_or(u64::MAX)
}
