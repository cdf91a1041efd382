//! Profiles of the data, and what of them may be shown.

use loggia_catalog::CatalogError;
use loggia_catalog::edit::ColumnEdit;
use loggia_catalog::ports::Store;
use loggia_testkit::{Outcome, TestCatalog, There, ana, asset, nightly, profile};

#[tokio::test]
async fn a_profile_is_wanted_once_for_each_version_of_the_data() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    let urn = accounts.urn.clone();
    let missing = catalog.record_profile(&nightly(), &urn, profile(1, &["id"])).await;
    assert!(matches!(missing, Err(CatalogError::NotFound(_))), "an asset comes first");
    catalog.harvested("files:bank", [accounts]).await?;

    assert!(catalog.is_to_be_profiled(&nightly(), &urn, "v1").await?);
    catalog.record_profile(&nightly(), &urn, profile(1, &["id"])).await?;
    assert!(!catalog.is_to_be_profiled(&nightly(), &urn, "v1").await?);
    assert!(catalog.is_to_be_profiled(&nightly(), &urn, "v2").await?);
    catalog.record_profile(&nightly(), &urn, profile(2, &["id"])).await?;

    let seen = catalog.seen(&urn).await?;
    let view = catalog.profile(&seen, 0, 10).await?.there()?;
    assert_eq!((view.head.version.as_str(), view.versions.len(), view.total), ("v2", 2, 1));
    let series = catalog.column_series(&seen, &"id".parse()?).await?;
    assert_eq!(series.profiles.len(), 2);
    let none = catalog.column_series(&seen, &"none".parse()?).await;
    assert!(matches!(none, Err(CatalogError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn an_asset_without_a_profile_says_so() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    catalog.harvested("files:bank", [accounts.clone()]).await?;
    let seen = catalog.seen(&accounts.urn).await?;
    assert!(catalog.profile(&seen, 0, 10).await?.is_none());
    assert!(!catalog.has_profile(&seen).await?);
    assert!(catalog.profiles_of(&seen, &["id".parse()?]).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn values_of_personal_data_are_not_even_kept() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let people = asset("core.people")
        .with_column("id", "int64")
        .with_column("contact", "struct")
        .with_column("contact.email", "string")
        .column_tagged("contact", "pii");
    catalog.harvested("files:bank", [people.clone()]).await?;

    catalog.record_profile(&nightly(), &people.urn, profile(1, &["id", "contact", "contact.email"])).await?;

    let kept = catalog.store().profile_columns(&people.urn, "v1", 0, 9).await?.0;
    let has_values: Vec<bool> = kept.iter().map(|column| format!("{column:?}").contains("secret")).collect();
    assert_eq!(has_values, [true, false, false], "what is nested in personal data is personal");
    Ok(())
}

#[tokio::test]
async fn values_of_what_is_tagged_later_are_no_longer_shown() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let people = asset("core.people").with_column("email", "string");
    catalog.harvested("files:bank", [people.clone()]).await?;
    catalog.record_profile(&nightly(), &people.urn, profile(1, &["email"])).await?;
    let tag = ColumnEdit::Tags("pii:email".into());
    catalog.edit_column(&ana(), &people.urn, &"email".parse()?, tag, None).await?;

    let seen = catalog.seen(&people.urn).await?;
    let view = catalog.profile(&seen, 0, 10).await?.there()?;
    let series = catalog.column_series(&seen, &"email".parse()?).await?;
    let some = catalog.profiles_of(&seen, &["email".parse()?]).await?;
    for told in [format!("{:?}", view.columns), format!("{:?}", series.profiles), format!("{some:?}")] {
        assert!(
            told.contains("personal: true") && !told.contains("secret") && !told.contains("7.5"),
            "{told}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_tag_that_was_published_hides_values_until_it_is_published_that_it_does_not() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let people = asset("core.people").with_column("email", "string");
    catalog.harvested("files:bank", [people.clone()]).await?;
    let column = "email".parse()?;
    catalog.edit_column(&ana(), &people.urn, &column, ColumnEdit::Tags("pii".into()), None).await?;
    catalog.publish(&ana(), &people.urn, "", None).await?;
    catalog.edit_column(&ana(), &people.urn, &column, ColumnEdit::Tags(String::new()), None).await?;

    let kept = async |version| {
        catalog.record_profile(&nightly(), &people.urn, profile(version, &["email"])).await?;
        let name = format!("v{version}");
        let columns = catalog.store().profile_columns(&people.urn, &name, 0, 9).await?.0;
        Outcome::Ok(format!("{columns:?}").contains("secret"))
    };
    assert!(!kept(1).await?, "taking it away is a draft");
    catalog.publish(&ana(), &people.urn, "Addresses of branches only.", None).await?;
    assert!(kept(2).await?);
    Ok(())
}

#[tokio::test]
async fn a_tag_under_any_of_an_assets_names_hides_its_values() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (people, modelled) = (
        asset("landing.people").with_column("email", "string"),
        asset("core.people").with_column("id", "int"),
    );
    catalog.harvested("files:bank", [people.clone()]).await?;
    catalog.harvested("dbt:shop", [modelled.clone()]).await?;
    let tag = ColumnEdit::Tags("pii".into());
    catalog.edit_column(&ana(), &people.urn, &"email".parse()?, tag, None).await?;
    catalog.set_alias(&ana(), &people.urn, Some(&modelled.urn)).await?;
    catalog.settled().await?;

    catalog.record_profile(&nightly(), &people.urn, profile(1, &["email", "unheard_of", "id"])).await?;

    let kept = catalog.store().profile_columns(&modelled.urn, "v1", 0, 9).await?.0;
    let has_values: Vec<bool> = kept.iter().map(|column| format!("{column:?}").contains("secret")).collect();
    assert_eq!(has_values, [false, false, true], "nor of a column that nobody could have tagged");
    Ok(())
}

#[tokio::test]
async fn a_page_of_the_past_shows_no_values_that_are_personal_now() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let people = asset("core.people").with_column("email", "string");
    catalog.harvested("files:bank", [people.clone()]).await?;
    catalog.record_profile(&nightly(), &people.urn, profile(1, &["email"])).await?;
    let before = catalog.seen(&people.urn).await?;
    let tag = ColumnEdit::Tags("pii".into());
    catalog.edit_column(&ana(), &people.urn, &"email".parse()?, tag, None).await?;

    // What was read before the tag was put says nothing of it.
    let some = catalog.profiles_of(&before, &["email".parse()?]).await?;
    assert!(!format!("{some:?}").contains("secret"));
    let mut file = Vec::new();
    catalog.backup(&ana(), &mut file).await?;
    assert!(!String::from_utf8(file)?.contains("secret"), "nor does a backup");
    Ok(())
}
