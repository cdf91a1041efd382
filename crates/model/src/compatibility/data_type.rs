//! Whether one type holds all that another does, over the names that databases, Arrow and Spark give to types.

/// What becomes of values when a column changes its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Same,
    Wider,
    Narrower,
    /// Neither holds all of the other, or the type is not known here.
    Other,
}

/// A type, as far as it can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    /// Bits, and whether below zero too.
    Integer(u32, bool),
    Float(u32),
    /// Digits in all, and after the point; `None` for as many as one likes.
    Decimal(Option<(u32, u32)>),
    /// Letters; `None` for as many as one likes.
    Text(Option<u32>),
    /// Digits of a second, and whether the zone is known.
    Timestamp(u32, bool),
    Other(String),
}

pub fn fit(from: &str, to: &str) -> Fit {
    let in_bytes = counts_bytes(from) || counts_bytes(to);
    let (old, new) = (known(from, in_bytes), known(to, in_bytes));
    if old == new {
        return Fit::Same;
    }
    match (holds(&new, &old), holds(&old, &new)) {
        (true, _) => Fit::Wider,
        (_, true) => Fit::Narrower,
        _ => Fit::Other,
    }
}

fn holds(wide: &Known, narrow: &Known) -> bool {
    match (wide, narrow) {
        (Known::Integer(bits, true), Known::Integer(others, false)) => bits > others,
        (Known::Integer(_, false), Known::Integer(_, true)) => false,
        (Known::Integer(bits, _), Known::Integer(others, _)) | (Known::Float(bits), Known::Float(others)) => {
            bits >= others
        }
        (Known::Decimal(None), Known::Decimal(Some(_)) | Known::Integer(..)) => true,
        (Known::Decimal(Some((all, after))), Known::Decimal(Some((others, others_after)))) => {
            after >= others_after && all - after >= others - others_after
        }
        (Known::Decimal(Some((all, after))), Known::Integer(bits, _)) => all - after >= digits(*bits),
        (Known::Text(None), Known::Text(_)) => true,
        (Known::Text(Some(letters)), Known::Text(Some(others))) => letters >= others,
        (Known::Timestamp(digits, zone), Known::Timestamp(others, others_zone)) => {
            zone == others_zone && digits >= others
        }
        _ => false,
    }
}

/// That an integer of so many bits may have.
fn digits(bits: u32) -> u32 {
    match bits {
        0..=8 => 3,
        9..=16 => 5,
        17..=32 => 10,
        33..=64 => 20,
        _ => 39,
    }
}

/// PostgreSQL counts the bytes of an integer, Arrow its bits: `int8` is either, and what stands beside it tells.
fn counts_bytes(name: &str) -> bool {
    matches!(
        head(name).as_str(),
        "int2" | "int4" | "smallint" | "integer" | "bigint" | "serial" | "float4" | "float8"
    )
}

fn head(name: &str) -> String {
    name.split('(').next().unwrap_or(name).trim().to_lowercase()
}

/// The numbers in the brackets.
fn numbers(name: &str) -> Vec<u32> {
    let inside = name.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let inside = inside.map_or("", |(inside, _)| inside);
    inside.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

fn known(name: &str, in_bytes: bool) -> Known {
    let numbers = numbers(name);
    let first = numbers.first().copied();
    let second_fraction = || first.unwrap_or(6);
    match head(name).as_str() {
        "tinyint" | "byte" | "int1" => Known::Integer(8, true),
        "smallint" | "short" | "int2" | "int16" | "smallserial" => Known::Integer(16, true),
        "int" | "integer" | "int4" | "int32" | "serial" => Known::Integer(32, true),
        "bigint" | "long" | "int64" | "bigserial" => Known::Integer(64, true),
        "int8" if in_bytes => Known::Integer(64, true),
        "int8" => Known::Integer(8, true),
        "hugeint" | "int128" => Known::Integer(128, true),
        "uint8" | "utinyint" => Known::Integer(8, false),
        "uint16" | "usmallint" => Known::Integer(16, false),
        "uint32" | "uinteger" => Known::Integer(32, false),
        "uint64" | "ubigint" => Known::Integer(64, false),
        "real" | "float4" | "float32" | "float" => Known::Float(32),
        "double" | "double precision" | "float8" | "float64" => Known::Float(64),
        "decimal" | "numeric" | "number" | "decimal128" | "bignumeric" => Known::Decimal(first.map(|all| {
            let after = numbers.get(1).copied().unwrap_or(0);
            (all.max(after), after)
        })),
        "char" | "varchar" | "character" | "character varying" | "nvarchar" | "bpchar" | "text"
        | "string" | "utf8" | "large_utf8" | "largeutf8" => Known::Text(first),
        "timestamp" | "timestamp without time zone" | "datetime" => {
            Known::Timestamp(second_fraction(), false)
        }
        "timestamptz" | "timestamp with time zone" => Known::Timestamp(second_fraction(), true),
        _ => Known::Other(name.trim().to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_fits_into_a_wider_one_and_not_the_other_way() {
        for (narrow, wide) in [
            ("int4", "int8"),
            ("Int8", "Int32"),
            ("integer", "bigint"),
            ("uint32", "int64"),
            ("varchar(20)", "varchar(40)"),
            ("varchar(20)", "text"),
            ("decimal(10,2)", "decimal(12, 2)"),
            ("decimal(10,2)", "numeric"),
            ("int", "decimal(12,2)"),
            ("float", "double"),
            ("timestamp(3)", "timestamp(6)"),
        ] {
            assert_eq!(fit(narrow, wide), Fit::Wider, "{narrow} to {wide}");
            assert_eq!(fit(wide, narrow), Fit::Narrower, "{wide} to {narrow}");
        }
    }

    #[test]
    fn what_is_only_called_otherwise_is_the_same_and_what_is_something_else_is_other() {
        for (one, other) in [("VARCHAR", "text"), ("int4", "integer"), ("BIGINT", "int8"), ("jsonb", "JSONB")]
        {
            assert_eq!(fit(one, other), Fit::Same, "{one}, {other}");
        }
        for (one, other) in [
            ("int", "text"),
            ("decimal(10,2)", "decimal(10,4)"),
            ("date", "timestamp"),
            ("timestamp", "timestamptz"),
            ("int32", "uint32"),
            ("struct<a:int>", "struct<a:bigint>"),
        ] {
            assert_eq!(fit(one, other), Fit::Other, "{one}, {other}");
        }
    }
}
