//! Taking back, and going back to an earlier revision.

use loggia_catalog::CatalogError;
use loggia_catalog::edit::{AssetEdit, ColumnEdit};
use loggia_catalog::organise::Draft;
use loggia_model::{ColumnPath, Kind};
use loggia_testkit::{Entity, Outcome, TestCatalog, There, ana, asset, bruno, looking_for};

async fn catalog_with(accounts: &Entity<loggia_model::facts::AssetFacts>) -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    Ok(catalog)
}

#[tokio::test]
async fn an_edit_is_undone_as_if_it_had_not_been() -> Outcome {
    let accounts = asset("core.accounts").described("From the source.");
    let catalog = catalog_with(&accounts).await?;
    let before = catalog.documents().await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description("A slip.".into()), None).await?;

    catalog.undo(&ana(), &accounts.urn).await?;

    assert_eq!(catalog.documents().await?, before);
    assert_eq!(catalog.found(looking_for("slip")).await?, [""; 0]);
    assert_eq!(
        catalog.history(&ana(), &accounts.urn, None, 9).await?.len(),
        3,
        "and all of it is remembered"
    );
    Ok(())
}

#[tokio::test]
async fn undoing_leaves_what_somebody_else_has_changed_since() -> Outcome {
    let accounts = asset("core.accounts").with_column("id", "int64").with_column("segment", "string");
    let catalog = catalog_with(&accounts).await?;
    let urn = &accounts.urn;
    catalog.edit_asset(&ana(), urn, AssetEdit::Description("A slip.".into()), None).await?;
    catalog.edit_asset(&bruno(), urn, AssetEdit::Name("His".into()), None).await?;

    catalog.undo(&ana(), urn).await?;

    let seen = catalog.seen(urn).await?;
    assert_eq!((seen.name.as_str(), &seen.facts.description), ("His", &None));
    assert_eq!(seen.name_from.there()?.by, bruno().key);

    catalog.edit_column(&ana(), urn, &"id".parse()?, ColumnEdit::Description("A slip.".into()), None).await?;
    catalog
        .edit_column(&bruno(), urn, &"segment".parse()?, ColumnEdit::Description("His.".into()), None)
        .await?;
    catalog.undo(&ana(), urn).await?;

    let seen = catalog.seen(urn).await?;
    let columns = &seen.facts.columns;
    assert_eq!(columns.get(&"id".parse::<ColumnPath>()?).there()?.description, None);
    assert_eq!(columns.get(&"segment".parse::<ColumnPath>()?).there()?.description.as_deref(), Some("His."));
    assert_eq!(catalog.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test]
async fn undoing_leaves_what_a_harvest_has_brought_since() -> Outcome {
    let accounts = asset("core.accounts").described("Old words.");
    let catalog = catalog_with(&accounts).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description("A slip.".into()), None).await?;
    catalog.harvested("dbt:shop", [accounts.clone().described("New words.")]).await?;

    catalog.undo(&ana(), &accounts.urn).await?;

    assert_eq!(catalog.seen(&accounts.urn).await?.facts.description.as_deref(), Some("New words."));
    Ok(())
}

#[tokio::test]
async fn undoing_is_refused_where_somebody_has_changed_the_same_field_since() -> Outcome {
    let accounts = asset("core.accounts");
    let catalog = catalog_with(&accounts).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description("Hers.".into()), None).await?;
    catalog.edit_asset(&bruno(), &accounts.urn, AssetEdit::Description("His.".into()), None).await?;
    let length = catalog.log_length().await?;

    let refused = catalog.undo(&ana(), &accounts.urn).await;

    let Err(CatalogError::Refused(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains("description") && why.contains("changed again since"), "{why}");
    assert_eq!(catalog.seen(&accounts.urn).await?.facts.description.as_deref(), Some("His."));
    assert_eq!(catalog.log_length().await?, length);
    Ok(())
}

#[tokio::test]
async fn nobody_undoes_what_another_did() -> Outcome {
    let accounts = asset("core.accounts");
    let catalog = catalog_with(&accounts).await?;
    catalog.edit_asset(&bruno(), &accounts.urn, AssetEdit::Name("His".into()), None).await?;

    let refused = catalog.undo(&ana(), &accounts.urn).await;

    assert!(matches!(refused, Err(CatalogError::Refused(_))), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn what_was_made_is_unmade() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let draft = Draft { name: "Lending".into(), ..Draft::default() };
    let (urn, _) = catalog.create(&ana(), Kind::DomainUnit, &draft).await?;

    catalog.undo(&ana(), &urn).await?;

    assert_eq!(catalog.found(looking_for("lending")).await?, [""; 0]);
    let (again, _) = catalog.create(&bruno(), Kind::DomainUnit, &draft).await?;
    assert_eq!(again, urn, "its name is free again");
    assert_eq!(catalog.history(&ana(), &urn, None, 9).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn an_earlier_revision_becomes_the_newest_again() -> Outcome {
    let accounts = asset("core.accounts");
    let catalog = catalog_with(&accounts).await?;
    for name in ["First", "Second", "Third"] {
        catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Name(name.into()), None).await?;
    }

    catalog.restore_revision(&bruno(), &accounts.urn, 2).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!((seen.name.as_str(), seen.revision), ("First", 5));
    assert_eq!(catalog.found(looking_for("first")).await?, ["First"]);
    assert_eq!(catalog.compare(&ana(), &accounts.urn, 2, 5).await?, []);
    let entry = catalog.history(&ana(), &accounts.urn, None, 1).await?.pop().there()?.entry;
    assert_eq!((entry.actor, entry.reason.as_str()), (bruno().key, "restored revision 2"));
    let never = catalog.restore_revision(&ana(), &accounts.urn, 99).await;
    assert!(matches!(never, Err(CatalogError::NotFound(_))), "{never:?}");
    Ok(())
}

#[tokio::test]
async fn what_was_removed_is_brought_back() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").named("Accounts");
    catalog.holding([accounts.put()]).await?;
    catalog.holding([accounts.remove()]).await?;
    assert_eq!(catalog.found(looking_for("accounts")).await?, [""; 0]);

    catalog.restore_revision(&ana(), &accounts.urn, 1).await?;

    assert_eq!(catalog.found(looking_for("accounts")).await?, ["Accounts"]);
    Ok(())
}

#[tokio::test]
async fn a_history_tells_what_each_change_changed() -> Outcome {
    let accounts = asset("core.accounts");
    let catalog = catalog_with(&accounts).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Name("First".into()), None).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Name("Second".into()), None).await?;

    let newest = catalog.history(&ana(), &accounts.urn, None, 1).await?.pop().there()?;

    let name = newest.differences.iter().find(|change| change.path == ["name"]).there()?;
    assert_eq!((name.before.clone(), name.after.clone()), (Some("First".into()), Some("Second".into())));
    let older = catalog.history(&ana(), &accounts.urn, Some(3), 9).await?;
    assert!(older.iter().map(|entry| entry.entry.revision).eq([2, 1]));
    Ok(())
}

#[tokio::test]
async fn what_was_made_is_unmade_where_it_is_again_as_it_was_made() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let draft = Draft { name: "Lending".into(), ..Draft::default() };
    let (urn, _) = catalog.create(&ana(), Kind::DomainUnit, &draft).await?;
    catalog.deprecate(&bruno(), &urn).await?;

    let refused = catalog.undo(&ana(), &urn).await;

    let Err(CatalogError::Refused(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains("deprecate it instead"), "{why}");
    catalog.undo(&bruno(), &urn).await?;
    catalog.undo(&ana(), &urn).await?;
    assert_eq!(catalog.found(looking_for("lending")).await?, [""; 0]);
    Ok(())
}
