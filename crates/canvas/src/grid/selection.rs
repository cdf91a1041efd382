//! The cell that the reader is at, and what is chosen from there.

use std::ops::Range;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selection {
    pub at: Place,
    /// Where a choice of several began.
    pub from: Place,
}

/// Rows count as they are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    pub row: usize,
    pub column: usize,
}

impl Selection {
    pub fn one(at: Place) -> Self {
        Self { at, from: at }
    }

    /// Goes there, alone or with all that lies between.
    pub fn to(self, at: Place, is_extended: bool) -> Self {
        if is_extended { Self { at, ..self } } else { Self::one(at) }
    }

    pub fn rows(&self) -> Range<usize> {
        self.at.row.min(self.from.row)..self.at.row.max(self.from.row) + 1
    }

    pub fn columns(&self) -> Range<usize> {
        self.at.column.min(self.from.column)..self.at.column.max(self.from.column) + 1
    }

    pub fn is_several(&self) -> bool {
        self.at != self.from
    }

    pub fn holds(&self, place: Place) -> bool {
        self.rows().contains(&place.row) && self.columns().contains(&place.column)
    }
}

/// Where a key leads from here; `None` of a key that leads nowhere. `a_page` is how many rows are seen.
pub fn moved(
    key: &str,
    with_control: bool,
    here: Place,
    rows: usize,
    columns: usize,
    a_page: usize,
) -> Option<Place> {
    let (last_row, last_column) = (rows.saturating_sub(1), columns.saturating_sub(1));
    let Place { row, column } = here;
    let (row, column) = match key {
        "ArrowUp" => (row.saturating_sub(1), column),
        "ArrowDown" => (row + 1, column),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "ArrowRight" => (row, column + 1),
        "PageUp" => (row.saturating_sub(a_page), column),
        "PageDown" => (row + a_page, column),
        "Home" => (if with_control { 0 } else { row }, 0),
        "End" => (if with_control { last_row } else { row }, last_column),
        _ => return None,
    };
    Some(Place { row: row.min(last_row), column: column.min(last_column) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: usize, column: usize) -> Place {
        Place { row, column }
    }

    #[test]
    fn keys_lead_no_further_than_the_edges() {
        let go = |key, control, from| moved(key, control, from, 100, 5, 20);
        assert_eq!(go("ArrowUp", false, place(0, 2)), Some(place(0, 2)));
        assert_eq!(go("PageDown", false, place(90, 2)), Some(place(99, 2)));
        assert_eq!(go("End", true, place(3, 1)), Some(place(99, 4)));
        assert_eq!(go("Home", false, place(3, 1)), Some(place(3, 0)));
        assert_eq!(go("a", false, place(3, 1)), None);
        assert_eq!(moved("End", true, place(0, 0), 0, 0, 20), Some(place(0, 0)));
    }

    #[test]
    fn a_choice_holds_what_lies_between() {
        let chosen = Selection::one(place(5, 3)).to(place(3, 4), true);
        assert_eq!((chosen.rows(), chosen.columns()), (3..6, 3..5));
        assert!(chosen.is_several() && chosen.holds(place(4, 3)) && !chosen.holds(place(4, 2)));
        assert!(!chosen.to(place(9, 9), false).is_several());
    }
}
