//! What an asset of dbt is called, by the OpenLineage naming specification (spec/Naming.md), as `dbt-ol`
//! sends it, so that lineage events and artifacts speak of the same table.
//!
//! The name is `database.schema.table`, without the parts that the engine does not have, in the case that
//! the manifest has. The table is the alias, or a source's identifier. (`dbt-ol` takes a source's dbt name
//! instead, which is not what the database calls it; the two differ only where an identifier is given.)
//!
//! The namespace says where the database is, and the manifest names only the engine. In this order:
//! 1. what the caller gives, such as `postgres://db.bank:5432` or `snowflake://org-account`;
//! 2. `bigquery`, which has no host;
//! 3. for DuckDB `duckdb://DATABASE.duckdb`: the database is called as its file is, `dbt-ol` sends the
//!    profile's path, and that is most often the bare file name; `duckdb://:memory:` for one in memory;
//! 4. the adapter's own name: `postgres`, `snowflake`. Right within one project, and not met by events.
//!
//! OpenLineage has no name for what dbt calls an exposure: namespace `dbt://PACKAGE`, the package that has
//! it (most often the project itself), and name `exposure.NAME`.

use loggia_model::{DatasetName, Urn};

use super::manifest::{Exposure, Relation, package, said};

#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    pub adapter: Option<&'a str>,
    pub namespace: Option<&'a str>,
}

impl Naming<'_> {
    pub fn relation(&self, relation: &Relation) -> Result<Urn, String> {
        let table = [&relation.identifier, &relation.alias, &relation.name];
        let Some(table) = table.into_iter().find_map(|name| said(name.as_deref())) else {
            return Err("it has neither an alias nor an identifier nor a name".to_owned());
        };
        let database = said(relation.database.as_deref());
        let parts: Vec<&str> =
            [database, said(relation.schema.as_deref()), Some(table)].into_iter().flatten().collect();
        urn(self.of_tables(database), parts.join("."))
    }

    pub fn exposure(&self, id: &str, exposure: &Exposure) -> Result<Urn, String> {
        let Some(name) = said(exposure.name.as_deref()) else {
            return Err("it has no name".to_owned());
        };
        urn(format!("dbt://{}", package(id)), format!("exposure.{name}"))
    }

    /// Columns of BigQuery cannot have a dot in their names: there it leads to a field of a record.
    pub fn dots_nest(&self) -> bool {
        self.adapter == Some("bigquery")
    }

    fn of_tables(&self, database: Option<&str>) -> String {
        let adapter = self.adapter.and_then(|adapter| said(Some(adapter))).unwrap_or("dbt");
        match (self.namespace, adapter, database) {
            (Some(given), _, _) => given.to_owned(),
            (None, "duckdb", Some("memory")) => "duckdb://:memory:".to_owned(),
            (None, "duckdb", Some(database)) => format!("duckdb://{database}.duckdb"),
            (None, adapter, _) => adapter.to_owned(),
        }
    }
}

fn urn(namespace: String, name: String) -> Result<Urn, String> {
    DatasetName::new(namespace, name).map(|name| Urn::asset(&name)).map_err(|error| error.to_string())
}
