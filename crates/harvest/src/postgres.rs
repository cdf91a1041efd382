//! A PostgreSQL database: one asset a table or view, named by OpenLineage's naming specification
//! (spec/Naming.md): namespace `postgres://HOST:PORT`, name `DATABASE.SCHEMA.TABLE`.
//!
//! Rows are those that the database estimates, as of its last analyze.

mod facts;

use std::time::Duration;

use loggia_catalog::harvest::Harvested;
use loggia_catalog::ports::Refusal;
use loggia_connect::postgres::{Name, Place, Postgres, Relation};
use loggia_model::{DatasetName, Secret, Source, Urn};

use crate::HarvestError;

/// What is asked of a database.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// `postgres://USER@HOST:PORT/DATABASE`.
    pub address: String,
    /// Where the address has none, nor the environment of this program.
    pub password: Option<Secret>,
    /// Instead of `postgres://HOST:PORT`, where others call the server something else.
    pub namespace: Option<String>,
    /// These alone; all but the system's own where none is named.
    pub schemas: Vec<String>,
    /// For one question to the database.
    pub limit: Duration,
}

/// The source is `postgres:HOST:PORT/DATABASE`, with the schemas where some are named: each such choice is
/// a source of its own, so that one never takes the other's tables for gone.
///
/// # Errors
/// Where the database cannot be reached, or breaks off.
pub async fn read(wanted: &Wanted) -> Result<Harvested, HarvestError> {
    let mut database = match &wanted.password {
        Some(password) => Postgres::connect_by(&wanted.address, password).await?,
        None => Postgres::connect(&wanted.address).await?,
    };
    let naming = Naming::new(database.place(), wanted)?;
    let source = naming.source(&wanted.schemas)?;
    let relations = database.relations(&wanted.schemas, wanted.limit).await?;
    let mut harvested = Harvested {
        label: None,
        source,
        assets: Vec::with_capacity(relations.len()),
        people: Vec::new(),
        refused: Vec::new(),
        unreadable: Vec::new(),
    };
    for relation in relations {
        take(relation, &naming, &mut harvested);
    }
    Ok(harvested)
}

fn take(relation: Relation, naming: &Naming, harvested: &mut Harvested) {
    let name = relation.full_name();
    let refusal = |why: String| Refusal { what: format!("{}.{}", name.schema, name.relation), why };
    let urn = match naming.urn(&name) {
        Ok(urn) => urn,
        Err(why) => return harvested.refused.push(refusal(why)),
    };
    match facts::of(relation, naming) {
        Ok(facts) => harvested.assets.push((urn, facts)),
        Err(why) => {
            harvested.refused.push(refusal(why));
            harvested.unreadable.push(urn);
        }
    }
}

struct Naming {
    namespace: String,
    place: Place,
}

impl Naming {
    fn new(place: &Place, wanted: &Wanted) -> Result<Self, HarvestError> {
        let own = || format!("postgres://{}:{}", place.host, place.port);
        let namespace = wanted.namespace.clone().unwrap_or_else(own);
        DatasetName::new(namespace.as_str(), "any").map_err(HarvestError::Namespace)?;
        Ok(Self { namespace, place: place.clone() })
    }

    fn source(&self, schemas: &[String]) -> Result<Source, HarvestError> {
        let Place { host, port, database } = &self.place;
        let mut schemas = schemas.to_vec();
        schemas.sort();
        schemas.dedup();
        let name = match schemas.as_slice() {
            [] => format!("{host}:{port}/{database}"),
            some => format!("{host}:{port}/{database}/{}", some.join(",")),
        };
        Source::harvest("postgres", &name).map_err(HarvestError::Namespace)
    }

    fn urn(&self, name: &Name) -> Result<Urn, String> {
        let full = format!("{}.{}.{}", self.place.database, name.schema, name.relation);
        let name = DatasetName::new(self.namespace.as_str(), full)
            .map_err(|error| format!("cannot be named: {error}"))?;
        Ok(Urn::asset(&name))
    }
}
