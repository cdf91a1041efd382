//! `pg_attribute`: the columns, in the table's own order.

use super::ask::Asking;
use super::{ByNumber, Column};
use crate::ConnectError;

const COLUMNS: &str = r"
SELECT a.attrelid::bigint AS number, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable, col_description(a.attrelid, a.attnum) AS comment
FROM pg_attribute a
WHERE a.attrelid::bigint = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum";

pub async fn add(asking: &mut Asking<'_>, relations: &mut ByNumber) -> Result<(), ConnectError> {
    let numbers: Vec<i64> = relations.keys().copied().collect();
    for row in asking.all("its columns", sqlx::query(COLUMNS).bind(&numbers)).await? {
        let number: i64 = asking.field(&row, "number")?;
        let comment: Option<String> = asking.field(&row, "comment")?;
        let column = Column {
            name: asking.field(&row, "name")?,
            data_type: asking.field(&row, "type")?,
            nullable: asking.field(&row, "nullable")?,
            comment: comment.filter(|comment| !comment.trim().is_empty()),
        };
        if let Some(relation) = relations.get_mut(&number) {
            relation.columns.push(column);
        }
    }
    Ok(())
}
