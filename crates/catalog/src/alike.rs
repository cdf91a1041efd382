//! "Is this already in the catalog?": tables that have columns like those of a file somebody has at hand.

use std::collections::HashMap;

use loggia_model::{Actor, Urn};
use loggia_policy::Action;

use crate::ports::plain_name;
use crate::{Catalog, CatalogError, Result};

/// A table, and how much of what was asked for it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    pub urn: Urn,
    pub name: String,
    /// What its source calls it.
    pub technical: String,
    /// Columns with these names.
    pub shared: u32,
    /// Of these, with a type of the same family, too.
    pub same_type: u32,
    /// Columns that it has in all, without those that are nested in others.
    pub columns: u32,
}

/// Tables that are answered.
const MOST: usize = 10;

/// Tables that are looked at: those that share most, by how rare the names are.
const LOOKED_AT: u32 = 50;

/// Columns that may be asked for.
const MOST_COLUMNS: usize = 5_000;

/// What a table must share, of all columns that it and the file have: less is chance.
const LEAST: f64 = 0.15;

impl Catalog {
    /// Best first. `columns` are names and types, in the words of any engine.
    ///
    /// # Errors
    /// `Invalid` where there are too many columns.
    pub async fn alike(&self, actor: &Actor, columns: &[(String, String)]) -> Result<Vec<Alike>> {
        if columns.len() > MOST_COLUMNS {
            let message = format!("are {}, and at most {MOST_COLUMNS} are compared", columns.len());
            return Err(CatalogError::invalid("columns", message));
        }
        let wanted = Columns::of(columns.iter().cloned());
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let names: Vec<String> = wanted.0.keys().cloned().collect();
        let mut ranked = Vec::new();
        let index = self.index_as_it_is();
        let having = self.index.having(&names, LOOKED_AT, permits.filter(Action::Read)).await?;
        for urn in self.still_known(&permits, index, having, |urn| urn).await? {
            let Ok((layers, _, _)) = self.layers_of(&urn, None).await else { continue };
            let facts = layers.for_others().view();
            let own = facts.columns.iter().filter(|(path, _)| path.depth() == 0);
            let own = Columns::of(
                own.map(|(path, column)| (path.name(), column.data_type.clone().unwrap_or_default())),
            );
            let (shared, same_type) = wanted.shared(&own);
            let all = wanted.0.len() + own.0.len() - shared;
            let likeness = (shared as f64 + same_type as f64) / (2.0 * all.max(1) as f64);
            if likeness < LEAST || layers.missing_since().is_some() {
                continue;
            }
            let technical = urn.dataset().map(|dataset| dataset.name().to_owned()).unwrap_or_default();
            let short = urn.dataset().map(|dataset| dataset.short().to_owned()).unwrap_or_default();
            let name = facts.name.clone().unwrap_or(short);
            let [shared, same_type, columns] = [shared, same_type, own.0.len()].map(counted);
            ranked.push((likeness, Alike { urn, name, technical, shared, same_type, columns }));
        }
        ranked.sort_by(|(one, a), (other, b)| other.total_cmp(one).then_with(|| a.urn.cmp(&b.urn)));
        Ok(ranked.into_iter().take(MOST).map(|(_, alike)| alike).collect())
    }
}

/// Families of types by the plain names of columns.
struct Columns(HashMap<String, Family>);

impl Columns {
    fn of(columns: impl Iterator<Item = (String, String)>) -> Self {
        let named = columns.map(|(name, data_type)| (plain_name(&name), Family::of(&data_type)));
        Self(named.filter(|(name, _)| !name.is_empty()).collect())
    }

    /// How many are in both by their names, and how many of these by their types, too.
    fn shared(&self, other: &Self) -> (usize, usize) {
        let both = self.0.iter().filter_map(|(name, family)| Some((family, other.0.get(name)?)));
        both.fold((0, 0), |(names, types), (one, two)| (names + 1, types + usize::from(one == two)))
    }
}

/// What values of a type are like, whichever engine names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Whole,
    Fraction,
    Text,
    Time,
    Truth,
    Nested,
    Other,
}

impl Family {
    fn of(data_type: &str) -> Self {
        const FAMILIES: [(Family, &[&str]); 7] = [
            // Before `int`, which it begins with.
            (Family::Time, &["interval"]),
            (Family::Whole, &["int", "uint", "bigint", "smallint", "tinyint", "serial", "bigserial", "long"]),
            (Family::Fraction, &["float", "double", "decimal", "numeric", "number", "real", "money"]),
            (
                Family::Text,
                &["string", "varchar", "char", "text", "uuid", "enum", "utf8", "nvarchar", "citext"],
            ),
            (Family::Time, &["date", "time"]),
            (Family::Truth, &["bool"]),
            (Family::Nested, &["struct", "list", "array", "map", "json", "record", "variant"]),
        ];
        let name = data_type.to_lowercase();
        if name.ends_with("[]") {
            return Self::Nested;
        }
        // As Snowflake and Oracle say it.
        if name.starts_with("number") && name.ends_with(",0)") {
            return Self::Whole;
        }
        let begins = |names: &[&str]| names.iter().any(|known| name.starts_with(known));
        FAMILIES.iter().find(|(_, names)| begins(names)).map_or(Self::Other, |(family, _)| *family)
    }
}

fn counted(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_all_engines_have_their_families() {
        for (family, types) in [
            (Family::Whole, vec!["int64", "BIGINT", "uint8", "integer", "NUMBER(38,0)"]),
            (
                Family::Fraction,
                vec!["double", "decimal(12,2)", "numeric", "NUMBER(12,2)", "double precision"],
            ),
            (Family::Text, vec!["string", "character varying(20)", "uuid", "varchar"]),
            (
                Family::Time,
                vec!["date", "timestamp(us, utc)", "timestamp with time zone", "interval", "time(ms)"],
            ),
            (Family::Truth, vec!["boolean", "BOOL"]),
            (Family::Nested, vec!["list", "struct<a:int>", "text[]", "jsonb", "map"]),
            (Family::Other, vec!["", "geometry", "binary(16)"]),
        ] {
            for data_type in types {
                assert_eq!(Family::of(data_type), family, "{data_type}");
            }
        }
    }
}
