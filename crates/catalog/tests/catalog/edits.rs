//! Editing in place.

use loggia_catalog::edit::{AssetEdit, ColumnEdit, Edit};
use loggia_catalog::{CatalogError, FieldError};
use loggia_model::facts::Role;
use loggia_model::{Actor, ColumnPath, Door, Timestamp};
use loggia_testkit::{
    Outcome, TestCatalog, There, Trouble, ana, asset, bruno, glossary, looking_for, member, person,
    shown_names, signed_in, term, unit,
};

#[tokio::test]
async fn the_writer_finds_an_edit_at_once() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    for word in ["zorp", "quix", "blem", "tarn", "ulvo"] {
        let seq =
            catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description(word.into()), None).await?;

        let found = catalog.search(&ana().having_seen(seq), looking_for(word).into()).await?;

        assert_eq!(shown_names(&found), ["accounts"], "{word}");
    }
    Ok(())
}

#[tokio::test]
async fn every_field_of_an_asset_is_edited_and_shows_who_said_it() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    catalog
        .holding([
            unit("lending").named("Lending").put(),
            person("ana").named("Ana Benítez").put(),
            glossary("business").named("Business").put(),
            term("business/account").named("Account").or("Cuenta").put(),
        ])
        .await?;
    let urn = &accounts.urn;
    for edit in [
        AssetEdit::Name("Accounts".into()),
        AssetEdit::Description("Every *account*.".into()),
        AssetEdit::Unit("lending".into()),
        AssetEdit::Owners("ana benítez".into()),
        AssetEdit::Tags("PII, gold; pii".into()),
        AssetEdit::Terms("cuenta".into()),
    ] {
        catalog.edit_asset(&ana(), urn, edit, None).await?;
    }
    for edit in [
        ColumnEdit::Name("Number".into()),
        ColumnEdit::Terms("Account".into()),
        ColumnEdit::Tags("key".into()),
    ] {
        catalog.edit_column(&bruno(), urn, &"id".parse()?, edit, None).await?;
    }

    let seen = catalog.seen(urn).await?;

    assert_eq!(
        (seen.name.as_str(), seen.facts.description.as_deref()),
        ("Accounts", Some("Every *account*."))
    );
    assert!(seen.unit_path.iter().map(|unit| unit.name.as_str()).eq(["Lending"]));
    assert!(seen.owners.iter().map(|owner| owner.name.as_str()).eq(["Ana Benítez"]));
    assert!(seen.facts.tags.put.iter().map(|tag| tag.as_str()).eq(["gold", "pii"]));
    assert!(seen.terms.iter().map(|term| term.name.as_str()).eq(["Account"]));
    let column = seen.facts.columns.get(&"id".parse::<ColumnPath>()?).there()?;
    assert_eq!((column.name.as_deref(), column.data_type.as_deref()), (Some("Number"), Some("int64")));
    assert_eq!((column.terms.put.len(), column.tags.put.len()), (1, 1));
    assert_eq!(seen.name_from.there()?.by, ana().key);
    let entry = catalog.history(&ana(), urn, None, 1).await?.pop().there()?.entry;
    assert_eq!(
        (entry.actor, entry.door, entry.reason.as_str()),
        (bruno().key, Door::Browser, "edited tags of column id")
    );
    Ok(())
}

#[tokio::test]
async fn whoever_saw_an_older_revision_is_told_who_was_faster() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    catalog.edit_asset(&bruno(), &accounts.urn, AssetEdit::Name("His".into()), Some(1)).await?;

    let refused = catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Name("Hers".into()), Some(1)).await;

    let Err(CatalogError::Conflict(conflict)) = refused else { panic!("{refused:?}") };
    assert_eq!((conflict.by, conflict.revision), (bruno().key, 2));
    assert_eq!(catalog.seen(&accounts.urn).await?.name, "His");
    Ok(())
}

#[tokio::test]
async fn two_who_edit_at_once_are_merged_field_by_field() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int").with_column("mail", "text");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let column = |name: &str, edit, seen| {
        let (catalog, urn, path) = (&catalog, accounts.urn.clone(), ColumnPath::top(name));
        async move { catalog.edit_column(&ana(), &urn, &path?, edit, seen).await.map_err(Trouble::from) }
    };
    catalog.edit_asset(&bruno(), &accounts.urn, AssetEdit::Name("His".into()), Some(1)).await?;
    let words = AssetEdit::Description("Hers.".into());
    catalog.edit_asset(&ana(), &accounts.urn, words, Some(1)).await?;
    column("id", ColumnEdit::Description("The number.".into()), Some(1)).await?;
    column("mail", ColumnEdit::Description("The address.".into()), Some(1)).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!((seen.name.as_str(), seen.facts.description.as_deref()), ("His", Some("Hers.")));
    assert!(seen.facts.columns.values().all(|column| column.description.is_some()));
    let again = column("id", ColumnEdit::Description("The key.".into()), Some(1)).await;
    assert!(again.is_err(), "that one has been changed since");
    Ok(())
}

#[tokio::test]
async fn saying_the_same_again_writes_nothing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.harvested("dbt:shop", [accounts.clone().tagged("pii")]).await?;
    let said = catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Name("Accounts".into()), None).await?;

    let again =
        catalog.edit_asset(&bruno(), &accounts.urn, AssetEdit::Name(" Accounts ".into()), None).await?;
    let tags = catalog.edit_asset(&bruno(), &accounts.urn, AssetEdit::Tags("pii".into()), None).await?;

    assert_eq!((again, tags), (said, said));
    assert_eq!(catalog.log_length().await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_wrong_field_is_named_and_nothing_is_written() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let length = catalog.log_length().await?;
    for (edit, field, message) in [
        (AssetEdit::Name("two\nlines".into()), "name", "line breaks"),
        (AssetEdit::Name("x".repeat(201)), "name", "201 characters"),
        (AssetEdit::Unit("Nowhere".into()), "unit", "no domain unit called 'Nowhere'"),
        (AssetEdit::Owners("Nobody".into()), "owners", "no person called 'Nobody'"),
        (AssetEdit::Terms("Nothing".into()), "terms", "no glossary term called 'Nothing'"),
        (AssetEdit::Tags("x".repeat(65)), "tags", "longer than 64"),
    ] {
        let refused = catalog.edit_asset(&ana(), &accounts.urn, edit, None).await;
        let Err(CatalogError::Invalid(errors)) = refused else { panic!("{field}: {refused:?}") };
        let [FieldError { field: wrong, message: said }] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(wrong == field && said.contains(message), "{wrong}: {said}");
    }
    let column = "nothing".parse()?;
    let refused =
        catalog.edit_column(&ana(), &accounts.urn, &column, ColumnEdit::Name("x".into()), None).await;
    assert!(matches!(refused, Err(CatalogError::NotFound(_))), "{refused:?}");
    let nobody = catalog.edit_asset(&ana(), &asset("nothing").urn, AssetEdit::Name("x".into()), None).await;
    assert!(matches!(nobody, Err(CatalogError::NotFound(_))), "{nobody:?}");
    assert_eq!(catalog.log_length().await?, length);
    Ok(())
}

#[tokio::test]
async fn a_page_can_be_read_as_of_an_instant() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").described("First.");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let then = catalog.history(&ana(), &accounts.urn, None, 1).await?.pop().there()?.entry.at;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description("Second.".into()), None).await?;

    let loggia_catalog::assets::Looked::Here(seen) = catalog.asset(&ana(), &accounts.urn, Some(then)).await?
    else {
        panic!("it has no other name")
    };

    assert_eq!((seen.facts.description.as_deref(), seen.revision), (Some("First."), 1));
    let before = catalog.asset(&ana(), &accounts.urn, Some(Timestamp::EPOCH)).await;
    assert!(matches!(before, Err(CatalogError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn a_sources_word_cannot_be_emptied_and_the_own_word_can_be_taken_back() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").described("The source's.").with_column("id", "int64");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let length = catalog.log_length().await?;
    let empty = || AssetEdit::Description("  ".into());

    let refused = catalog.edit_asset(&ana(), &accounts.urn, empty(), None).await;

    let Err(CatalogError::Invalid(errors)) = refused else { return Err(Trouble::new("it was emptied")) };
    assert_eq!(errors.first().there()?.field, "description");
    assert_eq!(catalog.log_length().await?, length);
    let own = AssetEdit::Description("Hers.".into());
    catalog.edit_asset(&ana(), &accounts.urn, own, None).await?;
    catalog.edit_asset(&ana(), &accounts.urn, empty(), None).await?;
    assert_eq!(catalog.seen(&accounts.urn).await?.facts.description.as_deref(), Some("The source's."));
    // What nobody has said can be left unsaid.
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Owners(String::new()), None).await?;
    catalog.edit_column(&ana(), &accounts.urn, &"id".parse()?, ColumnEdit::Name(String::new()), None).await?;
    Ok(())
}

#[tokio::test]
async fn documents_are_pages_and_nothing_else() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let edit = |text: &str| {
        let (catalog, edit) = (&catalog, AssetEdit::Documents(text.to_owned()));
        let urn = accounts.urn.clone();
        async move { catalog.edit_asset(&ana(), &urn, edit, None).await }
    };
    for wrong in
        ["The design", "The design javascript:alert(1)", "https:///nowhere", "a\nhttps://a.example b"]
    {
        assert!(matches!(edit(wrong).await, Err(CatalogError::Invalid(_))), "{wrong}");
    }
    edit("The design of it https://wiki.example/design\n\n https://a.example/b ").await?;
    let documents = catalog.seen(&accounts.urn).await?.facts.documents.clone().there()?;
    let told: Vec<_> = documents.iter().map(|one| (one.title.as_str(), one.url.as_str())).collect();
    assert_eq!(
        told,
        [("The design of it", "https://wiki.example/design"), ("https://a.example/b", "https://a.example/b")]
    );
    assert_eq!(catalog.found(looking_for("design")).await?, ["accounts"]);
    edit("").await?;
    assert_eq!(catalog.seen(&accounts.urn).await?.facts.documents, None);
    Ok(())
}

#[tokio::test]
async fn what_is_typed_is_kept_for_whoever_typed_it() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").in_unit("risk").with_column("id", "int64");
    let risk = unit("risk")
        .member(member(&person("ana").urn, Role::Contributor))
        .member(member(&person("bruno").urn, Role::Contributor))
        .member(member(&person("vera").urn, Role::Viewer));
    let people = ["ana", "bruno", "vera"].map(|name| person(name).put());
    catalog.holding(people.into_iter().chain([risk.put()])).await?;
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let (urn, ana) = (&accounts.urn, signed_in("ana"));
    let words = |column: &str| Edit::of(column, "description", "Half".to_owned());
    catalog.keep_unsaved(&ana, urn, &words("")?, "Half", None).await?;
    catalog.keep_unsaved(&ana, urn, &words("id")?, "Half an id", Some(1)).await?;
    let kept = catalog.unsaved(&ana, urn).await?;
    assert_eq!(kept.get("description").map(|kept| kept.words.as_str()), Some("Half"));
    assert_eq!(kept.get("columns/id/description").map(|kept| kept.revision), Some(1));
    assert!(catalog.unsaved(&signed_in("bruno"), urn).await?.is_empty());
    let refused = catalog.keep_unsaved(&signed_in("vera"), urn, &words("")?, "Half", None).await;
    assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
    let endless = "a".repeat(100_001);
    assert!(catalog.keep_unsaved(&ana, urn, &words("")?, &endless, None).await.is_err());
    catalog.edit(&ana, urn, words("")?, None).await?;
    assert_eq!(catalog.unsaved(&ana, urn).await?.len(), 1, "what is saved is not kept any more");
    // What was typed before and comes after it was saved, on its way since, is not kept.
    catalog.keep_unsaved(&ana, urn, &words("")?, "Hal", Some(1)).await?;
    assert_eq!(catalog.unsaved(&ana, urn).await?.len(), 1);
    // Two that come at once are both kept.
    let names = ["id", "balance"].map(|column| Edit::of(column, "name", "A name".to_owned()));
    let [one, other] = names;
    let (one, other) = (one?, other?);
    let both = futures::join!(
        catalog.keep_unsaved(&ana, urn, &one, "One", None),
        catalog.keep_unsaved(&ana, urn, &other, "Other", None)
    );
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    assert_eq!(catalog.unsaved(&ana, urn).await?.len(), 3);
    catalog.erase_person(&Actor::local(Door::CommandLine), &person("ana").urn).await?;
    assert!(catalog.unsaved(&ana, urn).await?.is_empty(), "with a person goes what they typed");
    Ok(())
}
