use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::out::Out;

pub async fn run(catalog: &Catalog, actor: &Actor, rebuild: bool, out: &mut Out) -> Result<(), Failure> {
    if rebuild {
        let count = catalog.rebuild_index(actor, |_| {}).await?;
        out.line(format!("{count} documents indexed anew")).await;
        return Ok(());
    }
    let (last, applied) = catalog.progress().await?;
    out.note(format!("the index has {applied} of {last} records")).await;
    catalog.until_found(last).await;
    out.line(format!("the index has all {last} records")).await;
    Ok(())
}
