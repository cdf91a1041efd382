//! What the tables of one catalog are called.

use loggia_connect::glue::{Database, Glue, Target};
use loggia_model::{DatasetName, Source, Urn};

use crate::HarvestError;

pub struct Naming {
    namespace: String,
    region: String,
    account: String,
}

impl Naming {
    /// The account is that of the databases.
    pub fn new(glue: &Glue, databases: &[Database], given: Option<&str>) -> Result<Self, HarvestError> {
        let region = glue.region().to_owned();
        let account = databases.iter().find_map(|database| database.catalog_id.clone());
        let Some(account) = account.filter(|account| !account.is_empty()) else {
            return Err(HarvestError::NoDatabases { region });
        };
        let namespace = given.map_or_else(|| namespace(&region, &account), str::to_owned);
        DatasetName::new(namespace.as_str(), "any").map_err(HarvestError::Namespace)?;
        Ok(Self { namespace, region, account })
    }

    pub fn source(&self, databases: &[String]) -> Result<Source, HarvestError> {
        let mut databases = databases.to_vec();
        databases.sort();
        databases.dedup();
        let catalog = format!("{}/{}", self.region, self.account);
        let name = match databases.as_slice() {
            [] => catalog,
            some => format!("{catalog}/{}", some.join(",")),
        };
        Source::harvest("glue", &name).map_err(HarvestError::Namespace)
    }

    pub fn urn(&self, database: &str, table: &str) -> Result<Urn, String> {
        urn(&self.namespace, database, table)
    }

    /// Of a table that may be of another account or region.
    pub fn elsewhere(&self, target: &Target) -> Option<Urn> {
        let account = target.catalog_id.as_deref().unwrap_or(&self.account);
        let region = target.region.as_deref().unwrap_or(&self.region);
        let is_here = account == self.account && region == self.region;
        let namespace = if is_here { self.namespace.clone() } else { namespace(region, account) };
        urn(&namespace, target.database_name.as_deref()?, target.name.as_deref()?).ok()
    }
}

fn namespace(region: &str, account: &str) -> String {
    format!("arn:aws:glue:{region}:{account}")
}

fn urn(namespace: &str, database: &str, table: &str) -> Result<Urn, String> {
    let name = DatasetName::new(namespace, format!("table/{database}/{table}"))
        .map_err(|error| format!("cannot be named: {error}"))?;
    Ok(Urn::asset(&name))
}
