//! `pg_constraint`: keys, and what they lead to.

use super::ask::Asking;
use super::{ByNumber, ForeignKey, Name};
use crate::ConnectError;

/// The columns in the order of the key. Of a partitioned table the constraints are its own; those that its
/// partitions inherit are not listed with them.
const CONSTRAINTS: &str = r"
SELECT k.conrelid::bigint AS number, k.contype::text AS kind,
       (SELECT array_agg(a.attname::text ORDER BY part.place)
        FROM unnest(k.conkey) WITH ORDINALITY AS part(attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.attnum) AS columns,
       n.nspname::text AS to_schema, f.relname::text AS to_relation,
       (SELECT array_agg(a.attname::text ORDER BY part.place)
        FROM unnest(k.confkey) WITH ORDINALITY AS part(attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = part.attnum) AS to_columns
FROM pg_constraint k
LEFT JOIN pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
WHERE k.conrelid::bigint = ANY ($1) AND k.contype IN ('p', 'u', 'f') AND k.conparentid = 0
ORDER BY k.conrelid, k.conname";

pub async fn add(asking: &mut Asking<'_>, relations: &mut ByNumber) -> Result<(), ConnectError> {
    let numbers: Vec<i64> = relations.keys().copied().collect();
    for row in asking.all("its keys", sqlx::query(CONSTRAINTS).bind(&numbers)).await? {
        let number: i64 = asking.field(&row, "number")?;
        let kind: String = asking.field(&row, "kind")?;
        let columns: Option<Vec<String>> = asking.field(&row, "columns")?;
        let columns = columns.unwrap_or_default();
        let Some(relation) = relations.get_mut(&number) else { continue };
        match kind.as_str() {
            "p" => relation.primary_key = columns,
            "u" => relation.unique.push(columns),
            _ => {
                let schema: Option<String> = asking.field(&row, "to_schema")?;
                let to: Option<String> = asking.field(&row, "to_relation")?;
                let to_columns: Option<Vec<String>> = asking.field(&row, "to_columns")?;
                if let (Some(schema), Some(to)) = (schema, to) {
                    let to = Name { schema, relation: to };
                    let to_columns = to_columns.unwrap_or_default();
                    relation.foreign_keys.push(ForeignKey { columns, to, to_columns });
                }
            }
        }
    }
    Ok(())
}
