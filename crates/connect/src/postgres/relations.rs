//! `pg_class`: what there is.

use loggia_model::Timestamp;
use sqlx::postgres::PgRow;

use super::ask::Asking;
use super::{ByNumber, Relation, RelationKind};
use crate::ConnectError;

/// Of a partitioned table, rows and bytes are those of its partitions, which are not listed themselves.
const RELATIONS: &str = r"
SELECT c.oid::bigint AS number, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
       obj_description(c.oid, 'pg_class') AS comment,
       CASE WHEN c.relkind = 'p' THEN parts.rows WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0
            THEN c.reltuples::float8 END AS rows,
       CASE WHEN c.relkind = 'p' THEN parts.bytes
            WHEN c.relkind IN ('r', 'm') THEN pg_total_relation_size(c.oid) END AS bytes,
       CASE WHEN c.relkind = 'p' THEN parts.number END AS partitions,
       (extract(epoch FROM greatest(s.last_analyze, s.last_autoanalyze)) * 1000000)::bigint AS analyzed,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END AS sql
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
LEFT JOIN LATERAL (
    SELECT count(*) AS number, sum(greatest(l.reltuples, 0))::float8 AS rows,
           sum(pg_total_relation_size(l.oid))::bigint AS bytes
    FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
    WHERE t.isleaf AND t.relid <> c.oid
) parts ON c.relkind = 'p'
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1))
  AND has_schema_privilege(n.oid, 'USAGE')";

pub async fn all(asking: &mut Asking<'_>, schemas: &[String]) -> Result<ByNumber, ConnectError> {
    let rows = asking.all("its tables", sqlx::query(RELATIONS).bind(schemas)).await?;
    rows.iter().map(|row| relation(asking, row)).collect()
}

fn relation(asking: &Asking<'_>, row: &PgRow) -> Result<(i64, Relation), ConnectError> {
    let kind: String = asking.field(row, "kind")?;
    let number = |name: &str| -> Result<Option<u64>, ConnectError> {
        let number: Option<i64> = asking.field(row, name)?;
        Ok(number.and_then(|number| u64::try_from(number).ok()))
    };
    let rows: Option<f64> = asking.field(row, "rows")?;
    let analyzed: Option<i64> = asking.field(row, "analyzed")?;
    let comment: Option<String> = asking.field(row, "comment")?;
    let relation = Relation {
        schema: asking.field(row, "schema")?,
        name: asking.field(row, "name")?,
        kind: match kind.as_str() {
            "p" => RelationKind::PartitionedTable,
            "f" => RelationKind::ForeignTable,
            "v" => RelationKind::View,
            "m" => RelationKind::MaterializedView,
            _ => RelationKind::Table,
        },
        comment: comment.filter(|comment| !comment.trim().is_empty()),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate, never below 0"
        )]
        estimated_rows: rows.map(|rows| rows.max(0.0) as u64),
        bytes: number("bytes")?,
        partitions: number("partitions")?,
        analyzed_at: analyzed.map(Timestamp::from_micros),
        sql: asking.field(row, "sql")?,
        columns: Vec::new(),
        primary_key: Vec::new(),
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        uses: Vec::new(),
    };
    Ok((asking.field(row, "number")?, relation))
}
