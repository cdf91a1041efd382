//! Where rows and columns lie, in pixels, and which of them are seen.

use std::ops::Range;

/// Heights, which the style sheet has too.
pub const ROW: f64 = 28.0;
pub const HEAD: f64 = 84.0;
/// Width of the column of row numbers.
pub const NUMBERS: f64 = 64.0;

/// Rows and columns drawn beyond what is seen, at each end.
const BEYOND: usize = 3;

const NARROWEST: f64 = 104.0;
const WIDEST: f64 = 320.0;
const A_LETTER: f64 = 7.4;
const AROUND: f64 = 28.0;

pub struct Geometry {
    /// The left edge of each column, and the right edge of the last.
    edges: Vec<f64>,
}

impl Geometry {
    /// Of columns that are so many letters wide.
    pub fn of(letters: impl Iterator<Item = usize>) -> Self {
        let mut edges = vec![0.0];
        let mut edge = 0.0;
        for letters in letters {
            edge += (letters as f64 * A_LETTER + AROUND).clamp(NARROWEST, WIDEST);
            edges.push(edge);
        }
        Self { edges }
    }

    pub fn width(&self) -> f64 {
        self.edges.last().copied().unwrap_or(0.0)
    }

    pub fn columns(&self) -> usize {
        self.edges.len() - 1
    }

    pub fn left(&self, column: usize) -> f64 {
        self.edges.get(column).copied().unwrap_or_else(|| self.width())
    }

    pub fn width_of(&self, column: usize) -> f64 {
        self.left(column + 1) - self.left(column)
    }

    /// The column at this distance from the left; the nearest where none is there.
    pub fn column_at(&self, x: f64) -> usize {
        self.edges.partition_point(|edge| *edge <= x).saturating_sub(1).min(self.columns().saturating_sub(1))
    }

    pub fn columns_within(&self, from: f64, width: f64) -> Range<usize> {
        let first = self.column_at(from).saturating_sub(BEYOND);
        let last = self.column_at(from + width) + 1 + BEYOND;
        first..last.min(self.columns())
    }
}

pub fn row_at(y: f64, rows: usize) -> usize {
    // A scroll beyond the top is less than nothing, and becomes 0.
    ((y / ROW) as usize).min(rows.saturating_sub(1))
}

pub fn rows_within(from: f64, height: f64, rows: usize) -> Range<usize> {
    let first = row_at(from, rows).saturating_sub(BEYOND);
    first..(row_at(from + height, rows) + 1 + BEYOND).min(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_is_drawn_and_a_little_more() {
        assert_eq!(rows_within(0.0, 280.0, 5_000), 0..14);
        assert_eq!(rows_within(28_000.0, 280.0, 5_000), 997..1_014);
        assert_eq!(rows_within(28_000.0, 280.0, 4), 0..4);
        assert_eq!(rows_within(-50.0, 280.0, 0), 0..0);
        let geometry = Geometry::of((0..200).map(|_| 10));
        assert_eq!(geometry.width_of(3), NARROWEST);
        assert_eq!(geometry.columns_within(0.0, 500.0), 0..8);
        assert_eq!(geometry.columns_within(10_400.0, 500.0), 97..108);
        assert_eq!(geometry.columns_within(1e9, 500.0).end, 200);
        assert_eq!(Geometry::of([].into_iter()).columns_within(0.0, 500.0), 0..0);
    }

    #[test]
    fn wide_columns_have_bounds() {
        let geometry = Geometry::of([1, 20, 10_000].into_iter());
        assert_eq!(geometry.width_of(0), NARROWEST);
        assert_eq!(geometry.width_of(2), WIDEST);
        assert_eq!(geometry.column_at(geometry.left(1) + 1.0), 1);
        assert_eq!(geometry.column_at(1e9), 2);
    }
}
