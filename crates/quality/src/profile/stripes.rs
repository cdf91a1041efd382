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
        if self.0.is_empty() {
            self.0 = vec![Stripe::default(); STRIPES];
        }
        let mut start = 0;
        while start < length {
            let row = rows.first + start as u64;
            let place = place(row, rows.total);
            // The first row of the next stripe.
            let next = first_row(place + 1, rows.total).max(row + 1);
            let end = usize::try_from(next - rows.first).unwrap_or(length).min(length);
            let in_stripe = nulls.map_or(0, |nulls| nulls.slice(start, end - start).null_count());
            if let Some(stripe) = self.0.get_mut(place) {
                stripe.rows += (end - start) as u64;
                stripe.nulls += in_stripe as u64;
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
