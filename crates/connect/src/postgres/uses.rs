//! `pg_depend`: which relations the rules behind a view read.

use super::ask::Asking;
use super::{ByNumber, Name};
use crate::ConnectError;

/// A view is a rule (`pg_rewrite`) that depends on the relations in its query. One that reads a single
/// partition reads the table which that is part of.
const USES: &str = r"
SELECT DISTINCT r.ev_class::bigint AS number, n.nspname::text AS schema, c.relname::text AS relation
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_class c ON c.oid = CASE WHEN (SELECT relispartition FROM pg_class WHERE oid = d.refobjid)
                                THEN pg_partition_root(d.refobjid) ELSE d.refobjid END
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.ev_class::bigint = ANY ($1) AND d.refobjid <> r.ev_class AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
  AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
ORDER BY 1, 2, 3";

pub async fn add(asking: &mut Asking<'_>, relations: &mut ByNumber) -> Result<(), ConnectError> {
    let numbers: Vec<i64> = relations.keys().copied().collect();
    for row in asking.all("what its views read", sqlx::query(USES).bind(&numbers)).await? {
        let number: i64 = asking.field(&row, "number")?;
        let name = Name { schema: asking.field(&row, "schema")?, relation: asking.field(&row, "relation")? };
        if let Some(relation) = relations.get_mut(&number) {
            relation.uses.push(name);
        }
    }
    Ok(())
}
