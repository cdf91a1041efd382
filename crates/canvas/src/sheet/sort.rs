//! Rows in the order of one column; where it is the same, in the order of the file.

use arrow_array::Array;
use arrow_ord::ord::make_comparator;
use arrow_schema::SortOptions;

use super::Sheet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub is_descending: bool,
}

impl Sort {
    /// What a touch of a column's head does: ascending, descending, the file's own order.
    pub fn after(sort: Option<Self>, column: usize) -> Option<Self> {
        match sort.filter(|sort| sort.column == column) {
            None => Some(Self { column, is_descending: false }),
            Some(Self { is_descending: false, .. }) => Some(Self { column, is_descending: true }),
            Some(_) => None,
        }
    }

    /// What is null comes last, whichever way. A column that has no order leaves the rows as they are.
    pub fn apply(self, sheet: &Sheet, view: &mut [usize]) {
        let Some(array) = sheet.array(self.column) else { return };
        let array: &dyn Array = array.as_ref();
        let options = SortOptions { descending: self.is_descending, nulls_first: false };
        if let Ok(compare) = make_comparator(array, array, options) {
            view.sort_by(|one, other| compare(*one, *other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::of_csv;
    use super::*;

    #[test]
    fn nulls_come_last_and_equals_keep_their_order() {
        let sheet = of_csv("n,t\n2,a\n,b\n10,c\n2,d\n");
        let sorted = |is_descending| sheet.view(None, Some(Sort { column: 0, is_descending }));
        assert_eq!(sorted(false), [0, 3, 2, 1]);
        assert_eq!(sorted(true), [2, 0, 3, 1]);
    }

    #[test]
    fn a_third_touch_brings_the_order_of_the_file_back() {
        let first = Sort::after(None, 1);
        let second = Sort::after(first, 1);
        assert_eq!(second, Some(Sort { column: 1, is_descending: true }));
        assert_eq!(Sort::after(second, 1), None);
        assert_eq!(Sort::after(second, 2), Some(Sort { column: 2, is_descending: false }));
    }
}
