//! Backups, and restoring them.

use std::io::{BufReader, Cursor};

use loggia_catalog::CatalogError;
use loggia_catalog::backup::Backed;
use loggia_catalog::ports::Store;
use loggia_testkit::{
    Engine, Outcome, TestCatalog, TestStore, There, ana, asset, bruno, looking_for, profile, sample,
};

async fn with_everything(engine: Engine) -> Outcome<TestCatalog> {
    let store = TestStore::open(engine).await?;
    sample::fill(&store).await?;
    for day in 1..=25 {
        store.record_profile(&sample::accounts().urn, &profile(day, &["id", "opened_at"]), 99).await?;
    }
    let catalog = TestCatalog::over(store).await?;
    catalog.settled().await?;
    Ok(catalog)
}

async fn backup_of(catalog: &TestCatalog) -> Outcome<String> {
    let mut file = Vec::new();
    catalog.backup(&ana(), &mut file).await?;
    Ok(String::from_utf8(file)?)
}

async fn restored(catalog: &TestCatalog, file: &str) -> Result<Backed, CatalogError> {
    let bytes = file.as_bytes().to_vec();
    catalog.restore_backup(&ana(), || Ok(BufReader::new(Cursor::new(bytes.clone())))).await
}

async fn comes_back_the_same(from: Engine, to: Engine) -> Outcome {
    let catalog = with_everything(from).await?;
    catalog.visit(&sample::accounts().urn);
    let other = TestCatalog::in_engine(to).await?;

    let backed = restored(&other, &backup_of(&catalog).await?).await?;

    assert_eq!(backed, Backed { records: catalog.log_length().await? });
    let (own, its) = (catalog.store(), other.store());
    assert_eq!(its.raw_log().await?, own.raw_log().await?);
    assert_eq!(its.chain().await?, own.chain().await?);
    assert_eq!(other.documents().await?, catalog.documents().await?);
    assert_eq!(its.visits().await?, own.visits().await?);
    assert_eq!(its.runs(99).await?, own.runs(99).await?);
    assert_eq!(its.all_profiles(None, 99).await?, own.all_profiles(None, 99).await?);
    assert_eq!(its.all_profiles(None, 99).await?.len(), 25);
    assert_eq!(other.verify(&ana()).await?, []);
    assert_eq!(
        other.found(looking_for("every account")).await?,
        catalog.found(looking_for("every account")).await?
    );
    Ok(())
}

#[tokio::test]
async fn a_backup_restores_to_the_same() -> Outcome {
    comes_back_the_same(Engine::Sqlite, Engine::Sqlite).await
}

#[tokio::test]
async fn a_backup_moves_from_sqlite_to_postgres() -> Outcome {
    comes_back_the_same(Engine::Sqlite, Engine::Postgres).await
}

#[tokio::test]
async fn a_backup_moves_from_postgres_to_sqlite() -> Outcome {
    comes_back_the_same(Engine::Postgres, Engine::Sqlite).await
}

#[tokio::test]
async fn a_restored_catalog_knows_its_names_at_once() -> Outcome {
    let catalog = with_everything(Engine::Sqlite).await?;
    let other = TestCatalog::open().await?;
    restored(&other, &backup_of(&catalog).await?).await?;

    let seen = other.seen(&sample::accounts().urn).await?;

    assert!(seen.unit_path.iter().map(|unit| unit.name.as_str()).eq(["Bank", "Lending"]));
    assert!(seen.owners.iter().map(|owner| owner.name.as_str()).eq(["Ana Benítez"]));
    assert_eq!(seen.aliases.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_people_write_is_whole() -> Outcome {
    let catalog = with_everything(Engine::Sqlite).await?;
    let store = catalog.store().shared();
    let writing = tokio::spawn(async move {
        for number in 0..200 {
            store
                .append(&bruno(), vec![asset(&format!("t{number}")).put_new(), asset("shared").put()])
                .await?;
        }
        Ok::<_, loggia_catalog::ports::AppendError>(())
    });
    for _ in 0..5 {
        let other = TestCatalog::open().await?;
        restored(&other, &backup_of(&catalog).await?).await?;
        assert_eq!(other.verify(&ana()).await?, []);
    }
    writing.await??;
    Ok(())
}

#[tokio::test]
async fn a_catalog_that_has_something_is_not_written_over() -> Outcome {
    let catalog = with_everything(Engine::Sqlite).await?;
    let file = backup_of(&catalog).await?;
    let before = catalog.documents().await?;

    let refused = restored(&catalog, &file).await;

    let Err(CatalogError::Refused(why)) = refused else { panic!("{refused:?}") };
    assert!(why.contains("not empty"), "{why}");
    assert_eq!(catalog.documents().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_a_whole_backup_is_refused_before_anything_is_written() -> Outcome {
    let file = backup_of(&with_everything(Engine::Sqlite).await?).await?;
    let lines: Vec<&str> = file.lines().collect();
    let without = |place: usize| {
        let mut some = lines.clone();
        some.remove(place);
        some.join("\n")
    };
    let cut_in_a_line = file.get(..file.len() - 30).there()?.to_owned();
    for (broken, why) in [
        (String::new(), "cut off"),
        ("not a backup".into(), "line 1"),
        (without(0), "line 1"),
        (without(5), "line 6: record 6 comes where record 5 should be"),
        (without(lines.len() - 1), "cut off"),
        (cut_in_a_line, "cannot be read"),
        (file.replace("\"version\":7", "\"version\":8"), "version 8"),
        (file.replace("loggia-backup", "another-backup"), "line 1"),
        (file.replacen(r#"\"columns\""#, r#"\"colums\""#, 1), "line 3"),
    ] {
        let other = TestCatalog::open().await?;

        let refused = restored(&other, &broken).await;

        let Err(CatalogError::Refused(told)) = &refused else { panic!("{why}: {refused:?}") };
        assert!(told.contains(why), "{why}: {told}");
        assert_eq!(other.log_length().await?, 0, "{why}");
        assert!(other.store().visits().await?.is_empty());
    }
    Ok(())
}
