//! Finding.

use loggia_catalog::CatalogError;
use loggia_catalog::find::PAGE;
use loggia_catalog::ports::{Facet, Fragment, Sort};
use loggia_model::Timestamp;
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, ana, asset, everything, looking_for, person, product, term,
};

type Asset = Entity<loggia_model::facts::AssetFacts>;

async fn catalog_of(assets: impl IntoIterator<Item = Asset>) -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    catalog.harvested("dbt:shop", assets).await?;
    Ok(catalog)
}

/// Forty tables that speak of accounts more than the one that is called so.
fn about_accounts() -> impl Iterator<Item = Asset> {
    (0..40).map(|number| {
        asset(&format!("mart.accounts_{number}"))
            .named(&format!("Accounts accounts {number}"))
            .described("Accounts of accounts: every account, accounts alone.")
            .with_column("accounts", "int64")
    })
}

#[tokio::test]
async fn the_thing_whose_name_was_typed_is_first() -> Outcome {
    let quiet = asset("core.public.accounts").described("Something else, at length, with many words in it.");
    let named = asset("core.public.zz9").named("Cuentas de clientes");
    let catalog = catalog_of(about_accounts().chain([quiet, named])).await?;

    for (asked, name) in [
        ("accounts", "accounts"),
        ("Accounts", "accounts"),
        ("core.public.accounts", "accounts"),
        ("accounts 7", "Accounts accounts 7"),
        ("mart.accounts_31", "Accounts accounts 31"),
        ("CUENTAS de clientes", "Cuentas de clientes"),
        ("zz9", "Cuentas de clientes"),
    ] {
        let found = catalog.found(looking_for(asked)).await?;
        if asked == "accounts 7" {
            assert!(found.iter().take(3).any(|hit| hit == name), "{asked}: {found:?}");
        } else {
            assert_eq!(found.first().there()?, name, "{asked}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_synonym_finds_its_term_first() -> Outcome {
    let catalog = catalog_of(about_accounts()).await?;
    catalog.holding([term("business/holding").named("Holding").or("Accounts").put()]).await?;

    assert_eq!(catalog.found(looking_for("accounts")).await?.first().there()?, "Holding");
    Ok(())
}

#[tokio::test]
async fn one_and_many_are_the_same_word() -> Outcome {
    let catalog = catalog_of([
        asset("t.a").described("Every transaction of the day."),
        asset("t.b").described("Transactions by region."),
        asset("t.c").with_column("transactionId", "int64"),
        asset("t.d").described("Nothing of the sort."),
    ])
    .await?;
    for asked in ["transaction", "transactions", "TRANSACTIONS"] {
        let mut found = catalog.found(looking_for(asked)).await?;
        found.sort();
        assert_eq!(found, ["a", "b", "c"], "{asked}");
    }
    Ok(())
}

#[tokio::test]
async fn an_accent_more_or_less_does_not_matter() -> Outcome {
    let catalog = catalog_of([asset("t.a").described("Días de mora")]).await?;
    for asked in ["dias mora", "DÍAS", "día", "d\u{ed}as"] {
        assert_eq!(catalog.found(looking_for(asked)).await?, ["a"], "{asked}");
    }
    Ok(())
}

#[tokio::test]
async fn one_wrong_word_does_not_give_nothing() -> Outcome {
    let catalog =
        catalog_of([asset("core.accounts").described("Every account of the bank."), asset("core.other")])
            .await?;
    for (asked, loosened) in [
        ("accounts of the bank zzyzx", false),
        ("accounts zzyzx", true),
        ("acounts", true),
        ("acconts zzyzx", true),
    ] {
        let answer = catalog.answer(looking_for(asked)).await?;
        let names: Vec<&str> = answer.hits.iter().map(|hit| hit.card.name.as_str()).collect();
        assert_eq!((names, answer.loosened), (vec!["accounts"], loosened), "{asked}");
    }
    Ok(())
}

#[tokio::test]
async fn what_does_not_exist_is_not_found_and_says_so() -> Outcome {
    let catalog = catalog_of([asset("core.accounts")]).await?;
    let answer = catalog.answer(looking_for("zzyzx")).await?;
    assert_eq!((answer.total, answer.pages), (0, 1));
    assert!(!answer.loosened, "nothing was found by asking for less");
    Ok(())
}

#[tokio::test]
async fn no_question_finds_everything_and_no_text_breaks_it() -> Outcome {
    let catalog = catalog_of([asset("core.accounts"), asset("core.other")]).await?;
    for asked in ["", "   ", "¡…!", "*", "the"] {
        let total = catalog.answer(looking_for(asked)).await?.total;
        assert_eq!(total, if asked == "the" { 0 } else { 2 }, "{asked:?}");
    }
    for hostile in [
        "\"",
        "\"a b",
        "a:b AND (c",
        "-accounts",
        "text:x^9",
        "\\",
        "\0",
        "漢字",
        &"x ".repeat(400),
        &"y".repeat(999),
    ] {
        catalog.answer(looking_for(hostile)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_beginning_of_a_name_is_enough() -> Outcome {
    let catalog =
        catalog_of([asset("core.transactions"), asset("core.other").described("transitory")]).await?;
    assert_eq!(catalog.found(looking_for("trans")).await?, ["transactions"]);
    Ok(())
}

#[tokio::test]
async fn quoted_words_stand_together() -> Outcome {
    let catalog = catalog_of([
        asset("t.a").described("The churn rate of today."),
        asset("t.b").described("The rate of churn."),
    ])
    .await?;
    assert_eq!(catalog.found(looking_for("\"churn rate\"")).await?, ["a"]);
    assert_eq!(catalog.answer(looking_for("churn rate")).await?.total, 2);
    Ok(())
}

#[tokio::test]
async fn a_hit_shows_why_it_was_found() -> Outcome {
    let table = asset("core.customers")
        .described("Who they are.")
        .with_column("id", "int64")
        .with_column("churn_score", "float");
    let catalog = catalog_of([table]).await?;

    let hit = catalog.answer(looking_for("churn")).await?.hits.into_iter().next().there()?;

    let fragment = |text: &str, matched| Fragment { text: text.into(), matched };
    assert_eq!(hit.column.there()?, [fragment("churn", true), fragment("_score", false)]);
    assert_eq!(hit.summary, [fragment("Who they are.", false)]);
    Ok(())
}

#[tokio::test]
async fn every_page_shows_others_and_all_of_them_together_everything() -> Outcome {
    let catalog = catalog_of((0..47).map(|number| asset(&format!("t.t{number:02}")))).await?;
    for sort in Sort::ALL {
        let mut seen = Vec::new();
        for page in 1..=3 {
            let answer = catalog.answer(everything().sorted_by(sort).on_page(page)).await?;
            assert_eq!((answer.total, answer.pages), (47, 3));
            assert!(answer.hits.len() <= PAGE as usize);
            seen.extend(loggia_testkit::shown_names(&answer));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 47, "{sort:?}");
    }
    for page in [0, 501] {
        let refused = catalog.search(&ana(), everything().on_page(page).into()).await.err().there()?;
        assert!(matches!(refused, CatalogError::Invalid(_)), "page {page}");
    }
    let long = catalog.search(&ana(), looking_for(&"x".repeat(1_001)).into()).await.err().there()?;
    assert!(matches!(long, CatalogError::Invalid(_)));
    Ok(())
}

#[tokio::test]
async fn hits_are_sorted_as_asked() -> Outcome {
    let day = |day: i64| Timestamp::EPOCH.plus_seconds(day * 86_400);
    let catalog = catalog_of([asset("t.b").data_of(day(2)), asset("t.C").data_of(day(3))]).await?;
    catalog.harvested("files:landing", [asset("t.a"), asset("t.d").data_of(day(1))]).await?;
    catalog.harvested("files:more", [asset("t.b").named("Béta")]).await?;

    assert_eq!(catalog.found(everything().sorted_by(Sort::Name)).await?, ["a", "Béta", "C", "d"]);
    assert_eq!(catalog.found(everything().sorted_by(Sort::Fresh)).await?, ["C", "Béta", "d", "a"]);
    assert_eq!(catalog.found(everything().sorted_by(Sort::Changed)).await?.first().there()?, "Béta");
    Ok(())
}

#[tokio::test]
async fn sorting_by_freshness_needs_nobody_to_know_it() -> Outcome {
    let catalog = catalog_of([asset("t.a"), asset("t.b")]).await?;
    assert_eq!(catalog.answer(everything().sorted_by(Sort::Fresh)).await?.total, 2);
    Ok(())
}

#[tokio::test]
async fn an_owner_named_twice_counts_once() -> Outcome {
    let catalog =
        catalog_of([asset("t.a").owned_by("ana").owned_by("ana"), asset("t.b").owned_by("ana")]).await?;
    catalog.holding([person("ana").named("Ana").put()]).await?;
    catalog.settled().await?;

    let owners = catalog.facet_values(&ana(), Facet::Owner).await?;

    assert_eq!(
        owners.iter().map(|owner| (owner.title.as_str(), owner.count)).collect::<Vec<_>>(),
        [("Ana", 2)]
    );
    let owned = catalog.person(&ana(), &person("ana").urn, 0, 9).await?;
    assert_eq!((owned.total, owned.owns.len()), (2, 2));
    Ok(())
}

#[tokio::test]
async fn a_page_far_beyond_the_end_is_empty() -> Outcome {
    let table = asset("t.a").owned_by("ana");
    let catalog = catalog_of([table.clone()]).await?;
    catalog.holding([person("ana").put(), product("ledger").offering(&table.urn).put()]).await?;
    catalog.settled().await?;

    let owned = catalog.person(&ana(), &person("ana").urn, u32::MAX, 20).await?;

    assert_eq!((owned.total, owned.owns.len()), (1, 0));
    Ok(())
}

#[tokio::test]
async fn what_is_removed_is_not_found() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (stays, goes) = (asset("stays").named("Zorp one"), asset("goes").named("Zorp two"));
    catalog.holding([stays.put(), goes.put()]).await?;
    catalog.holding([goes.remove()]).await?;

    assert_eq!(catalog.found(looking_for("zorp")).await?, ["Zorp one"]);
    Ok(())
}

#[tokio::test]
async fn what_is_found_by_another_of_its_names_says_which() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog.holding([term("banking/account").named("Account").or("Cuenta").or("Depósito").put()]).await?;

    let found = catalog.search(&ana(), looking_for("cuenta").into()).await?;

    let hit = found.hits.first().there()?;
    assert_eq!(hit.also, Some(vec![Fragment { text: "Cuenta".into(), matched: true }]));
    let by_name = catalog.search(&ana(), looking_for("account").into()).await?;
    assert_eq!(by_name.hits.first().there()?.also, None, "its own name says enough");
    Ok(())
}
