//! What the history of a table says of its columns.

use loggia_catalog::ports::Store;
use loggia_model::compatibility::{ColumnChanged, Level, level_of};
use loggia_testkit::{Outcome, TestCatalog, There, ana, asset, nightly};

#[tokio::test]
async fn a_revision_says_whether_it_breaks_who_reads_the_table() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let table = |type_of_amount: &str| {
        asset("core.loans").with_column("id", "int8").with_column("amount", type_of_amount)
    };
    let urn = asset("core.loans").urn;
    for harvested in [
        table("numeric(10,2)"),
        table("numeric(12,2)"),
        table("numeric(8,2)"),
        asset("core.loans").with_column("id", "int8"),
    ] {
        catalog.store().append(&nightly(), vec![harvested.put()]).await?;
    }
    let history = catalog.history(&ana(), &urn, None, 10).await?;
    let levels: Vec<Option<Level>> = history.iter().map(|entry| level_of(&entry.columns)).collect();
    assert_eq!(levels, [Some(Level::Major), Some(Level::Major), Some(Level::Minor), None]);
    let gone = history.first().there()?.columns.first().there()?.clone();
    assert_eq!((gone.path.as_str(), gone.what), ("amount", ColumnChanged::Dropped));
    Ok(())
}
