//! Two names of one asset.

use loggia_catalog::CatalogError;
use loggia_catalog::assets::Looked;
use loggia_model::Urn;
use loggia_testkit::{Outcome, TestCatalog, ana, asset, everything, looking_for, product};

fn columns(view: &loggia_catalog::assets::AssetView) -> Vec<String> {
    let mut columns: Vec<String> = view.facts.columns.keys().map(ToString::to_string).collect();
    columns.sort();
    columns
}

async fn downstream(catalog: &TestCatalog, urn: &Urn) -> Outcome<Vec<String>> {
    let view = catalog.seen(urn).await?;
    let (cards, total) = catalog.downstream(&view, 0, 9).await?;
    assert_eq!((total, view.downstream), (cards.len() as u64, total));
    Ok(cards.into_iter().map(|card| card.name).collect())
}

#[tokio::test]
async fn two_names_are_one_asset_until_they_are_parted() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    let landed = asset("landing.cuentas").with_column("zorp", "string");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    catalog.harvested("files:landing", [landed.clone()]).await?;

    catalog.set_alias(&ana(), &landed.urn, Some(&accounts.urn)).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!((columns(&seen), seen.aliases), (vec!["id".into(), "zorp".into()], vec![landed.urn.clone()]));
    assert_eq!(catalog.found(everything()).await?, ["accounts"]);
    assert_eq!(
        catalog.found(looking_for("zorp")).await?,
        ["accounts"],
        "it is found by what either source says"
    );
    let looked = catalog.asset(&ana(), &landed.urn, None).await?;
    assert!(matches!(looked, Looked::Elsewhere(urn) if urn == accounts.urn));

    catalog.set_alias(&ana(), &landed.urn, None).await?;

    assert_eq!(columns(&catalog.seen(&accounts.urn).await?), ["id"]);
    assert_eq!(columns(&catalog.seen(&landed.urn).await?), ["zorp"]);
    assert_eq!(catalog.found(looking_for("zorp")).await?, ["cuentas"]);
    assert_eq!(catalog.answer(everything()).await?.total, 2);
    assert_eq!(catalog.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test]
async fn undoing_parts_them_too() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (accounts, landed) = (asset("core.accounts"), asset("landing.cuentas"));
    catalog.harvested("dbt:shop", [accounts.clone(), landed.clone()]).await?;
    catalog.set_alias(&ana(), &landed.urn, Some(&accounts.urn)).await?;

    catalog.undo(&ana(), &landed.urn).await?;

    assert_eq!(catalog.answer(everything()).await?.total, 2);
    Ok(())
}

#[tokio::test]
async fn what_is_made_from_either_name_is_made_from_the_asset() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (accounts, landed) = (asset("core.accounts"), asset("landing.cuentas"));
    let (one, other) =
        (asset("mart.one").made_from(&accounts.urn), asset("mart.other").made_from(&landed.urn));
    catalog.harvested("dbt:shop", [accounts.clone(), landed.clone(), one, other]).await?;
    assert_eq!(downstream(&catalog, &accounts.urn).await?, ["one"]);

    catalog.set_alias(&ana(), &landed.urn, Some(&accounts.urn)).await?;
    assert_eq!(downstream(&catalog, &accounts.urn).await?, ["one", "other"]);

    catalog.set_alias(&ana(), &landed.urn, None).await?;
    assert_eq!(downstream(&catalog, &accounts.urn).await?, ["one"]);
    assert_eq!(downstream(&catalog, &landed.urn).await?, ["other"]);
    Ok(())
}

#[tokio::test]
async fn a_product_that_offers_either_name_offers_the_asset() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (accounts, landed) = (asset("core.accounts"), asset("landing.cuentas"));
    catalog.harvested("dbt:shop", [accounts.clone(), landed.clone()]).await?;
    catalog.holding([product("ledger").named("Ledger").offering(&landed.urn).put()]).await?;

    catalog.set_alias(&ana(), &landed.urn, Some(&accounts.urn)).await?;

    let offered: Vec<String> =
        catalog.seen(&accounts.urn).await?.products.into_iter().map(|card| card.name).collect();
    assert_eq!(offered, ["Ledger"]);
    Ok(())
}

#[tokio::test]
async fn the_name_of_a_name_is_a_name_of_the_asset() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let [a, b, c] = ["one.a", "two.b", "three.c"].map(|name| asset(name).with_column(name, "int64"));
    for (source, asset) in [("files:one", &a), ("files:two", &b), ("files:three", &c)] {
        catalog.harvested(source, [asset.clone()]).await?;
    }
    catalog.set_alias(&ana(), &a.urn, Some(&b.urn)).await?;
    catalog.set_alias(&ana(), &b.urn, Some(&c.urn)).await?;

    let seen = catalog.seen(&c.urn).await?;
    assert_eq!(columns(&seen).len(), 3, "{:?}", columns(&seen));
    assert_eq!(seen.aliases.len(), 2);
    assert_eq!(catalog.found(looking_for("one")).await?, ["c"]);

    catalog.set_alias(&ana(), &a.urn, None).await?;
    assert_eq!(columns(&catalog.seen(&c.urn).await?).len(), 2);
    assert_eq!(catalog.found(looking_for("one")).await?, ["a"]);
    Ok(())
}

#[tokio::test]
async fn no_asset_is_another_name_of_itself() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (one, other) = (asset("one"), asset("other"));
    catalog.harvested("dbt:shop", [one.clone(), other.clone()]).await?;
    catalog.set_alias(&ana(), &one.urn, Some(&other.urn)).await?;
    catalog.settled().await?;

    for (alias, target) in [(&one.urn, &one.urn), (&other.urn, &one.urn)] {
        let refused = catalog.set_alias(&ana(), alias, Some(target)).await;
        assert!(matches!(refused, Err(CatalogError::Invalid(_))), "{alias} as {target}: {refused:?}");
    }
    let nothing = catalog.set_alias(&ana(), &one.urn, Some(&asset("never").urn)).await;
    assert!(matches!(nothing, Err(CatalogError::NotFound(_))), "{nothing:?}");
    Ok(())
}

#[tokio::test]
async fn a_name_can_be_known_before_anything_brings_it() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (accounts, landed) = (asset("core.accounts"), asset("landing.cuentas").with_column("zorp", "string"));
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    catalog.set_alias(&ana(), &landed.urn, Some(&accounts.urn)).await?;

    catalog.harvested("files:landing", [landed.clone()]).await?;

    assert_eq!(catalog.found(looking_for("zorp")).await?, ["accounts"]);
    assert_eq!(catalog.answer(everything()).await?.total, 1);
    Ok(())
}
