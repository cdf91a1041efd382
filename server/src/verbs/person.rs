use loggia_catalog::Catalog;
use loggia_model::{Actor, Kind, Urn};

use crate::Failure;
use crate::args::Person;
use crate::out::Out;

pub async fn run(catalog: &Catalog, actor: &Actor, person: &Person, out: &mut Out) -> Result<(), Failure> {
    match person {
        Person::Erase { person, .. } => {
            let urn = found(catalog, actor, person.trim()).await?;
            catalog.erase_person(actor, &urn).await?;
            out.line(format!("{urn} is someone who was erased")).await;
            Ok(())
        }
    }
}

/// By name where just one is called so.
async fn found(catalog: &Catalog, actor: &Actor, person: &str) -> Result<Urn, Failure> {
    let known = catalog.names(actor).await?.all(Kind::Person);
    let named: Vec<Urn> =
        known.into_iter().filter(|entry| entry.name == person).map(|entry| entry.urn).collect();
    match named.as_slice() {
        [one] => Ok(one.clone()),
        [] => Ok(person.parse::<Urn>().or_else(|_| format!("urn:loggia:person:{person}").parse::<Urn>())?),
        _ => Err(Failure(format!("several people are called '{person}': say which by URN"))),
    }
}
