use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::out::Out;

pub async fn run(catalog: &Catalog, actor: &Actor, out: &mut Out) -> Result<(), Failure> {
    let findings = catalog.verify(actor).await?;
    for finding in &findings {
        out.line(format!("{}: {}", finding.what, finding.differs)).await;
    }
    let (last, _) = catalog.progress().await?;
    match findings.len() {
        0 => {
            out.line(format!("{last} records of the log, the documents and the index agree")).await;
            Ok(())
        }
        count => Err(Failure(format!(
            "{count} things do not agree, as said above; 'loggia index --rebuild' mends the index, a backup the rest"
        ))),
    }
}
