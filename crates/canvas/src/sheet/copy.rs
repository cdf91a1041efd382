//! Cells as text for somewhere else.

use std::ops::Range;

use super::{Kind, Sheet};

/// Bytes of one cell.
pub const LONGEST: usize = 1 << 20;

impl Sheet {
    /// Rows of these columns under their names (RFC 4180). Null is an empty field, an empty text a quoted one,
    /// which no writer of the library tells apart.
    pub fn as_csv(&self, rows: &[usize], columns: Range<usize>) -> String {
        let mut csv = columns.clone().map(|column| field(self.name(column))).collect::<Vec<_>>().join(",");
        csv.push('\n');
        for row in rows {
            let value = |column| {
                if self.is_null(column, *row) {
                    String::new()
                } else {
                    field(&self.text(column, *row, LONGEST))
                }
            };
            csv.push_str(&columns.clone().map(value).collect::<Vec<_>>().join(","));
            csv.push('\n');
        }
        csv
    }

    /// The same as a table of Markdown.
    pub fn as_markdown(&self, rows: &[usize], columns: Range<usize>) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut table = line(columns.clone().map(|column| cell(self.name(column))).collect());
        let rule = |column| if self.kind(column) == Kind::Number { "---:" } else { "---" };
        table.push_str(&line(columns.clone().map(|column| rule(column).to_owned()).collect()));
        for row in rows {
            let value = |column| {
                if self.is_null(column, *row) {
                    "*null*".to_owned()
                } else {
                    cell(&self.text(column, *row, LONGEST))
                }
            };
            table.push_str(&line(columns.clone().map(value).collect()));
        }
        table
    }
}

fn field(text: &str) -> String {
    let is_plain = !text.is_empty() && !text.contains([',', '"', '\n', '\r']);
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::of_csv;

    #[test]
    fn what_is_copied_can_be_read_again() {
        let sheet = of_csv("name,note\nana,\"says \"\"hi\"\", twice\"\nblas,\n");
        let csv = sheet.as_csv(&[1, 0], 0..2);
        assert_eq!(csv, "name,note\nblas,\nana,\"says \"\"hi\"\", twice\"\n");
        assert_eq!(of_csv(&csv).text(1, 1, 100), "says \"hi\", twice");
    }

    #[test]
    fn a_table_of_markdown_keeps_its_columns() {
        let sheet = of_csv("a|b,n\nx|y,1\n,2\n");
        assert_eq!(
            sheet.as_markdown(&[0, 1], 0..2),
            "| a\\|b | n |\n| --- | ---: |\n| x\\|y | 1 |\n| *null* | 2 |\n"
        );
    }
}
