use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::out::Out;
use crate::verbs::progress::{Count, telling};

pub async fn run(catalog: &Catalog, actor: &Actor, rebuild: bool, out: &mut Out) -> Result<(), Failure> {
    if rebuild {
        let indexed = Count::default();
        let rebuild = catalog.rebuild_index(actor, |done| indexed.set(done));
        let count = telling(out, &indexed, |done| format!("{done} documents"), rebuild).await?;
        out.line(format!("{count} documents indexed anew")).await;
        return Ok(());
    }
    let (last, applied) = catalog.progress().await?;
    out.note(format!("the index has {applied} of {last} records")).await;
    catalog.until_found(last).await;
    out.line(format!("the index has all {last} records")).await;
    Ok(())
}
