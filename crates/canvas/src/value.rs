//! One value: as a cell shows it, and unfolded.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use web_sys::{Element, HtmlElement};

use crate::dom;
use crate::locale::Locale;
use crate::sheet::{Kind, Sheet, formatted};

/// Bytes of a value that a cell shows.
const IN_A_CELL: usize = 200;

/// Bytes of a value that is shown alone.
const ALONE: usize = 20_000;

/// Elements of a list that are unfolded.
const UNFOLDED: usize = 100;

/// What a cell shows, and the class of how it looks.
pub fn cell(sheet: &Sheet, locale: &Locale, column: usize, row: usize) -> (String, &'static str) {
    if sheet.is_null(column, row) {
        return ("null".to_owned(), "grid-cell nothing");
    }
    let text = sheet.text(column, row, IN_A_CELL);
    if text.is_empty() {
        return ("empty".to_owned(), "grid-cell nothing");
    }
    let kind = sheet.kind(column);
    let shown = sheet.array(column).and_then(|array| in_the_locale(array, kind, row, &text, locale));
    let class = if kind == Kind::Number { "grid-cell number" } else { "grid-cell" };
    (shown.unwrap_or(text), class)
}

/// The least or most of a column. The code `00045` is no number, and keeps its zeros.
pub fn end_of_range(sheet: &Sheet, column: usize, end: &str, locale: &Locale) -> String {
    if sheet.kind(column) == Kind::Number { locale.number(end) } else { end.to_owned() }
}

fn in_the_locale(array: &ArrayRef, kind: Kind, row: usize, text: &str, locale: &Locale) -> Option<String> {
    match kind {
        Kind::Number => Some(match array.data_type() {
            DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Decimal256(..) => locale.decimal(text),
            _ => locale.number(text),
        }),
        Kind::Date => locale.date(milliseconds(array, row)?),
        Kind::DateTime => locale.date_time(milliseconds(array, row)?),
        Kind::Instant => locale.instant(milliseconds(array, row)?),
        _ => None,
    }
}

/// Since the epoch.
fn milliseconds(array: &ArrayRef, row: usize) -> Option<f64> {
    let (units, a_second) = match array.data_type() {
        DataType::Date32 => {
            return Some(f64::from(array.as_primitive_opt::<Date32Type>()?.value(row)) * 86_400_000.0);
        }
        DataType::Date64 => (array.as_primitive_opt::<Date64Type>()?.value(row), 1e3),
        DataType::Timestamp(TimeUnit::Second, _) => {
            (array.as_primitive_opt::<TimestampSecondType>()?.value(row), 1.0)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            (array.as_primitive_opt::<TimestampMillisecondType>()?.value(row), 1e3)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            (array.as_primitive_opt::<TimestampMicrosecondType>()?.value(row), 1e6)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (array.as_primitive_opt::<TimestampNanosecondType>()?.value(row), 1e9)
        }
        _ => return None,
    };
    Some(units as f64 * 1e3 / a_second)
}

/// A value with all that is in it, each group and list to be unfolded.
pub fn unfolded(sheet: &Sheet, column: usize, row: usize) -> HtmlElement {
    match sheet.array(column).filter(|array| row < array.len()) {
        Some(array) => tree(array, row, true),
        None => dom::text("span", "nothing", "null"),
    }
}

fn tree(array: &ArrayRef, row: usize, is_open: bool) -> HtmlElement {
    if array.is_null(row) {
        return dom::text("span", "nothing", "null");
    }
    match array.data_type() {
        DataType::Struct(fields) => {
            let Some(group) = array.as_struct_opt() else { return leaf(array, row) };
            let parts = fields.iter().zip(group.columns());
            let parts: Vec<_> =
                parts.map(|(field, inner)| (field.name().clone(), inner.clone(), row)).collect();
            folded(&format!("{} fields", parts.len()), &parts, 0, is_open)
        }
        DataType::List(_) => array
            .as_list_opt::<i32>()
            .map_or_else(|| leaf(array, row), |list| elements(&list.value(row), is_open)),
        DataType::LargeList(_) => array
            .as_list_opt::<i64>()
            .map_or_else(|| leaf(array, row), |list| elements(&list.value(row), is_open)),
        DataType::FixedSizeList(..) => array
            .as_fixed_size_list_opt()
            .map_or_else(|| leaf(array, row), |list| elements(&list.value(row), is_open)),
        DataType::Map(..) => {
            let Some(map) = array.as_map_opt() else { return leaf(array, row) };
            let entries = map.value(row);
            let (Some(keys), Some(values)) = (entries.columns().first(), entries.columns().get(1)) else {
                return leaf(array, row);
            };
            let shown = entries.len().min(UNFOLDED);
            let parts: Vec<_> = (0..shown)
                .map(|entry| (formatted(keys.as_ref(), entry, IN_A_CELL), values.clone(), entry))
                .collect();
            folded(&counted(entries.len(), "entry", "entries"), &parts, entries.len() - shown, is_open)
        }
        _ => leaf(array, row),
    }
}

fn elements(list: &ArrayRef, is_open: bool) -> HtmlElement {
    let shown = list.len().min(UNFOLDED);
    let parts: Vec<_> = (0..shown).map(|place| ((place + 1).to_string(), list.clone(), place)).collect();
    folded(&counted(list.len(), "element", "elements"), &parts, list.len() - shown, is_open)
}

/// Named parts under a summary; what is not unfolded yet is made when it is.
fn folded(summary: &str, parts: &[(String, ArrayRef, usize)], left: usize, is_open: bool) -> HtmlElement {
    let details = dom::new("details", "unfold");
    dom::put(&details, &dom::text("summary", "", summary));
    let fill = {
        let (inside, parts) = (details.clone(), parts.to_vec());
        move || fill(&inside, &parts, left)
    };
    if is_open {
        dom::set(&details, "open", "");
        fill();
    } else {
        let mut waiting = Some(fill);
        dom::on(&details, "toggle", move |_| {
            if let Some(fill) = waiting.take() {
                fill();
            }
        });
    }
    details
}

fn fill(inside: &Element, parts: &[(String, ArrayRef, usize)], left: usize) {
    let list = dom::new("dl", "");
    for (name, array, row) in parts {
        let value = dom::new("dd", "");
        dom::put(&value, &tree(array, *row, false));
        dom::put_all(&list, &[&dom::text("dt", "", name), &value]);
    }
    dom::put(inside, &list);
    if left > 0 {
        dom::put(inside, &dom::text("p", "quiet", &format!("and {left} more")));
    }
}

fn leaf(array: &ArrayRef, row: usize) -> HtmlElement {
    let text = formatted(array.as_ref(), row, ALONE);
    if text.is_empty() { dom::text("span", "nothing", "empty") } else { dom::text("span", "value", &text) }
}

pub fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
