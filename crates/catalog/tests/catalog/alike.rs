//! Tables that have columns like those of a file.

use loggia_catalog::CatalogError;
use loggia_testkit::{Outcome, TestCatalog, ana, asset};

fn columns(columns: &[(&str, &str)]) -> Vec<(String, String)> {
    columns.iter().map(|(name, data_type)| ((*name).to_owned(), (*data_type).to_owned())).collect()
}

#[tokio::test]
async fn the_table_that_has_the_columns_and_types_is_first() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let same = asset("core.public.customers")
        .with_column("customer_id", "bigint")
        .with_column("full_name", "character varying(200)")
        .with_column("born", "date");
    let other_types = asset("old.customers")
        .with_column("CUSTOMER_ID", "varchar")
        .with_column("fullName", "varchar")
        .with_column("born", "varchar");
    let wide = (0..40).fold(asset("wide").with_column("customer_id", "bigint"), |wide, number| {
        wide.with_column(&format!("measure_{number}"), "double")
    });
    catalog.harvested("dbt:shop", [same, other_types, wide]).await?;

    let file = columns(&[("Customer-ID", "int64"), ("full_name", "string"), ("born", "date")]);
    let found = catalog.alike(&ana(), &file).await?;

    let told: Vec<_> =
        found.iter().map(|alike| (alike.technical.as_str(), alike.shared, alike.same_type)).collect();
    assert_eq!(
        told,
        [("core.public.customers", 3, 3), ("old.customers", 3, 1)],
        "one column of forty is chance"
    );
    Ok(())
}

#[tokio::test]
async fn what_no_table_has_is_not_found_and_too_much_is_refused() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog.harvested("dbt:shop", [asset("a").with_column("id", "int64")]).await?;

    assert!(catalog.alike(&ana(), &columns(&[("nowhere", "int64"), ("¡!", "date")])).await?.is_empty());
    assert!(catalog.alike(&ana(), &[]).await?.is_empty());
    let many: Vec<_> = (0..5_001).map(|number| (format!("c{number}"), "int64".to_owned())).collect();
    assert!(matches!(catalog.alike(&ana(), &many).await, Err(CatalogError::Invalid(_))));
    Ok(())
}
