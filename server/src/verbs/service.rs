use loggia_catalog::Catalog;
use loggia_catalog::organise::Draft;
use loggia_model::{Actor, Kind};

use crate::Failure;
use crate::args::Service;
use crate::out::Out;

pub async fn run(catalog: &Catalog, actor: &Actor, service: &Service, out: &mut Out) -> Result<(), Failure> {
    match service {
        Service::Add { name } => {
            let draft = Draft { name: name.clone(), ..Draft::default() };
            let (urn, seq) = catalog.create(actor, Kind::Service, &draft).await?;
            catalog.until_found(seq).await;
            out.line(format!("{urn} is there, and sees nothing until it is given a role")).await;
            Ok(())
        }
        Service::List => {
            for service in catalog.names(actor).await?.all(Kind::Service) {
                out.line(format!("{}  {}", service.urn.rest(), service.name)).await;
            }
            Ok(())
        }
    }
}
