//! Hive's types (Hive Language Manual, "Types"), with what is nested in them as columns: the paths are those
//! that Parquet files give, `tags.[]` and `geo.lat`.

use std::collections::HashSet;

use loggia_model::ColumnPath;

/// A column, and what it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    pub path: ColumnPath,
    pub data_type: String,
}

/// How deep is looked: what is nested deeper is told as it is written.
const DEEPEST: usize = 50;

/// The column, and those nested in it. A type that is not as Hive writes it is told as it is written.
///
/// # Errors
/// Where the column itself cannot be named.
pub fn columns(name: &str, text: &str) -> Result<Vec<Typed>, String> {
    let top = ColumnPath::top(name).map_err(|error| format!("has a column that cannot be named: {error}"))?;
    let flat = || vec![Typed { path: top.clone(), data_type: text.trim().to_owned() }];
    let Some(shape) = Reader { rest: text }.whole() else { return Ok(flat()) };
    let mut found = Vec::new();
    let is_told = add(&mut vec![name.to_owned()], &shape, &mut found).is_some();
    let mut paths = HashSet::with_capacity(found.len());
    let is_plain = is_told && found.iter().all(|typed| paths.insert(&typed.path));
    Ok(if is_plain { found } else { flat() })
}

/// `None` where something nested cannot be named.
fn add(path: &mut Vec<String>, shape: &Shape, found: &mut Vec<Typed>) -> Option<()> {
    let column = ColumnPath::from_segments(path).ok()?;
    found.push(Typed { path: column, data_type: shape.words() });
    let mut below = |name: &str, shape: &Shape| {
        path.push(name.to_owned());
        let added = add(path, shape, found);
        path.pop();
        added
    };
    match shape {
        Shape::Value(_) => {}
        Shape::Array(element) => below("[]", element)?,
        Shape::Map(key, value) => {
            below("{key}", key)?;
            below("{value}", value)?;
        }
        Shape::Struct(fields) => {
            for (name, field) in fields {
                below(name, field)?;
            }
        }
    }
    Some(())
}

enum Shape {
    Value(String),
    Array(Box<Shape>),
    Map(Box<Shape>, Box<Shape>),
    Struct(Vec<(String, Shape)>),
}

impl Shape {
    fn words(&self) -> String {
        match self {
            Self::Value(words) => words.clone(),
            Self::Struct(_) => "struct".to_owned(),
            Self::Array(element) => format!("array<{}>", element.words()),
            Self::Map(key, value) => format!("map<{}, {}>", key.words(), value.words()),
        }
    }
}

/// Every part answers `None` where the text is not as Hive writes it.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn whole(mut self) -> Option<Shape> {
        let shape = self.shape(0)?;
        self.rest.trim().is_empty().then_some(shape)
    }

    fn shape(&mut self, depth: usize) -> Option<Shape> {
        if depth > DEEPEST {
            return None;
        }
        if self.opens("array") {
            let element = self.shape(depth + 1)?;
            self.sign('>')?;
            return Some(Shape::Array(Box::new(element)));
        }
        if self.opens("map") {
            let key = self.shape(depth + 1)?;
            self.sign(',')?;
            let value = self.shape(depth + 1)?;
            self.sign('>')?;
            return Some(Shape::Map(Box::new(key), Box::new(value)));
        }
        if self.opens("struct") {
            let mut fields = Vec::new();
            loop {
                let name = self.name()?;
                self.sign(':')?;
                fields.push((name, self.shape(depth + 1)?));
                if self.sign(',').is_none() {
                    self.sign('>')?;
                    return Some(Shape::Struct(fields));
                }
            }
        }
        self.value()
    }

    /// `array <`, in letters of any size.
    fn opens(&mut self, word: &str) -> bool {
        let text = self.rest.trim_start();
        let Some((begin, after)) = text.split_at_checked(word.len()) else { return false };
        let Some(after) = after.trim_start().strip_prefix('<') else { return false };
        let is_so = begin.eq_ignore_ascii_case(word);
        if is_so {
            self.rest = after;
        }
        is_so
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(sign)?;
        Some(())
    }

    /// Of a field; in backticks it may hold any letter.
    fn name(&mut self) -> Option<String> {
        let text = self.rest.trim_start();
        if let Some(quoted) = text.strip_prefix('`') {
            let (name, after) = quoted.split_once('`')?;
            self.rest = after;
            return Some(name.to_owned());
        }
        let (name, _) = text.split_once(':')?;
        self.rest = text.get(name.len()..)?;
        let name = name.trim();
        (!name.is_empty() && !name.contains(['<', '>', ','])).then(|| name.to_owned())
    }

    /// A type without columns in it: `decimal(12,2)`, `uniontype<int,string>`.
    fn value(&mut self) -> Option<Shape> {
        let text = self.rest;
        let mut open = 0_usize;
        let end = text.char_indices().find_map(|(place, letter)| match letter {
            '(' | '<' => {
                open += 1;
                None
            }
            ',' | '>' if open == 0 => Some(place),
            ')' | '>' => {
                open = open.saturating_sub(1);
                None
            }
            _ => None,
        });
        let (words, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        let words = words.trim();
        (!words.is_empty() && open == 0).then(|| Shape::Value(words.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let columns = columns("c", text).unwrap();
        columns.iter().map(|typed| format!("{} {}", typed.path, typed.data_type)).collect()
    }

    #[test]
    fn what_is_nested_becomes_columns() {
        assert_eq!(told("decimal(12, 2)"), ["c decimal(12, 2)"]);
        assert_eq!(told("array<string>"), ["c array<string>", "c.[] string"]);
        assert_eq!(
            told("struct<a:int,b:array<struct<x:decimal(3,1)>>>"),
            ["c struct", "c.a int", "c.b array<struct>", "c.b.[] struct", "c.b.[].x decimal(3,1)"]
        );
        assert_eq!(
            told("MAP < string , Struct<`a:b`:int, año : timestamp with local time zone> >"),
            [
                "c MAP",
                "c.{key} string",
                "c.{value} struct",
                "c.{value}.a:b int",
                "c.{value}.año timestamp with local time zone"
            ]
            .map(|line| line.replace("c MAP", "c map<string, struct>"))
        );
        assert_eq!(
            told("struct<u:uniontype<int,string>,v:int>"),
            ["c struct", "c.u uniontype<int,string>", "c.v int"]
        );
        assert_eq!(columns("a.b", "struct<c.d:int>").unwrap()[1].path.as_str(), r"a\.b.c\.d");
    }

    #[test]
    fn what_hive_would_not_write_is_told_as_it_is() {
        for text in [
            "array<string",
            "array<>",
            "struct<>",
            "struct<a>",
            "struct<:int>",
            "map<string>",
            "int>",
            "struct<a:int,a:int>",
            "struct<`a:int>",
            "decimal(3",
            "struct<a:int>b",
            "år<int",
        ] {
            assert_eq!(told(text), [format!("c {text}")]);
        }
        let deep = format!("{}int{}", "array<".repeat(5_000), ">".repeat(5_000));
        assert_eq!(told(&deep), [format!("c {deep}")]);
        assert_eq!(told(""), ["c "]);
        assert!(columns("", "int").is_err());
    }
}
