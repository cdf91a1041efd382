//! Named secrets: kept sealed, opened for runs alone, and in nothing that leaves the store.

use loggia_catalog::CatalogError;
use loggia_catalog::ports::Secrets;
use loggia_catalog::secrets::{NoName, Rotated, SecretKey, SecretName};
use loggia_model::{Actor, Door, Secret};
use loggia_testkit::{Engine, Outcome, TestCatalog, TestStore, There, ana, nightly, sample};

const VALUE: &str = "s3cret «ñ»";

fn named(name: &str) -> Outcome<SecretName> {
    Ok(name.parse()?)
}

fn key() -> Outcome<SecretKey> {
    Ok(SecretKey::generate()?)
}

async fn set(catalog: &TestCatalog, name: &str, value: &str, key: &SecretKey) -> Outcome {
    Ok(catalog.set_secret(&nightly(), &named(name)?, &Secret::new(value), key).await?)
}

async fn opened(catalog: &TestCatalog, name: &str, key: &SecretKey) -> Result<String, String> {
    let name = name.parse().map_err(|error: NoName| error.to_string())?;
    let opened = catalog.secret(&Actor::local(Door::Job), &name, key).await;
    opened.map(|secret| secret.reveal().to_owned()).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_secret_is_opened_by_the_key_that_sealed_it_and_told_only_by_name() -> Outcome {
    for engine in Engine::BOTH {
        let (catalog, key) = (TestCatalog::in_engine(engine).await?, key()?);
        set(&catalog, "lake", "first", &key).await?;
        set(&catalog, "lake", VALUE, &key).await?;
        assert_eq!(opened(&catalog, "lake", &key).await.as_deref(), Ok(VALUE));

        let heads = catalog.secrets(&nightly()).await?;
        assert_eq!(
            heads.iter().map(|head| (head.name.as_str(), head.key.clone())).collect::<Vec<_>>(),
            [("lake", key.fingerprint())]
        );
        assert!(!format!("{heads:?}").contains("s3cret"));

        catalog.remove_secret(&nightly(), &named("lake")?).await?;
        assert_eq!(
            opened(&catalog, "lake", &key).await,
            Err("there is no secret 'lake' in this catalog".into())
        );
        assert!(matches!(
            catalog.remove_secret(&nightly(), &named("lake")?).await,
            Err(CatalogError::NotFound(_))
        ));
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_told_apart_from_a_damaged_secret() -> Outcome {
    let (catalog, key, other) = (TestCatalog::open().await?, key()?, key()?);
    set(&catalog, "lake", VALUE, &key).await?;
    set(&catalog, "core", "another", &key).await?;

    let said = opened(&catalog, "lake", &other).await.err().there()?;
    let keys =
        format!("sealed by the key {}, and the key at hand is {}", key.fingerprint(), other.fingerprint());
    assert!(said.contains(&keys), "{said}");

    let store = catalog.store();
    let (lake, core) = (store.secret("lake").await?.there()?, store.secret("core").await?.there()?);
    let flipped = format!(
        "{}{}",
        &lake.sealed[..lake.sealed.len() - 1],
        if lake.sealed.ends_with('0') { '1' } else { '0' }
    );
    for sealed in [core.sealed.clone(), flipped, String::new(), "x1:00".to_owned(), "x1:zz".to_owned()] {
        let mut changed = lake.clone();
        changed.sealed = sealed;
        store.put_secret(&changed).await?;
        let said = opened(&catalog, "lake", &key).await.err().there()?;
        assert!(said.contains("the secret 'lake' is damaged"), "another's row, or no row: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn keys_are_changed_for_all_or_for_none_and_a_second_time_does_no_harm() -> Outcome {
    for engine in Engine::BOTH {
        let (catalog, old, new, third) = (TestCatalog::in_engine(engine).await?, key()?, key()?, key()?);
        for name in ["a", "b"] {
            set(&catalog, name, VALUE, &old).await?;
        }
        set(&catalog, "c", "of another key", &third).await?;
        let before = catalog.store().secrets().await?;
        let refused = catalog.rotate_secrets(&nightly(), &old, &new).await.err().there()?.to_string();
        assert!(refused.contains("'c' was sealed by the key"), "{refused}");
        assert_eq!(catalog.store().secrets().await?, before);

        catalog.remove_secret(&nightly(), &named("c")?).await?;
        let rotated = catalog.rotate_secrets(&nightly(), &old, &new).await?;
        assert_eq!(rotated, Rotated { sealed_anew: 2, unchanged: 0 });
        let after = catalog.store().secrets().await?;
        assert_eq!(opened(&catalog, "b", &new).await.as_deref(), Ok(VALUE));
        assert!(opened(&catalog, "b", &old).await.is_err());

        let again = catalog.rotate_secrets(&nightly(), &old, &new).await?;
        assert_eq!(again, Rotated { sealed_anew: 0, unchanged: 2 });
        assert_eq!(catalog.store().secrets().await?, after);
    }
    Ok(())
}

#[tokio::test]
async fn neither_the_log_nor_a_backup_nor_an_export_has_any_of_it() -> Outcome {
    for engine in Engine::BOTH {
        let store = TestStore::open(engine).await?;
        sample::fill(&store).await?;
        let (catalog, key) = (TestCatalog::over(store).await?, key()?);
        let length = catalog.log_length().await?;
        set(&catalog, "lake-reader", VALUE, &key).await?;
        let sealed = catalog.store().secret("lake-reader").await?.there()?.sealed;
        assert!(!sealed.contains(VALUE) && !sealed.contains(&hex_of(VALUE)));

        let mut backup = Vec::new();
        catalog.backup(&ana(), &mut backup).await?;
        let (backup, log) = (String::from_utf8(backup)?, format!("{:?}", catalog.store().raw_log().await?));
        let exported = catalog.documents().await?.join("\n");
        for text in [&backup, &log, &exported] {
            for part in [VALUE, "s3cret", "lake-reader", &sealed, &key.fingerprint()] {
                assert!(!text.contains(part), "{part}");
            }
        }
        assert_eq!(catalog.log_length().await?, length);
    }
    Ok(())
}

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn only_the_command_line_sees_to_secrets_and_no_browser_opens_one() -> Outcome {
    let (catalog, key) = (TestCatalog::open().await?, key()?);
    set(&catalog, "lake", VALUE, &key).await?;
    let (name, value) = (named("lake")?, Secret::new("x"));
    for actor in [ana(), Actor::local(Door::Job)] {
        assert!(catalog.set_secret(&actor, &name, &value, &key).await.is_err());
        assert!(catalog.secrets(&actor).await.is_err());
        assert!(catalog.remove_secret(&actor, &name).await.is_err());
        assert!(catalog.rotate_secrets(&actor, &key, &key).await.is_err());
    }
    let refused = catalog.secret(&ana(), &name, &key).await.err().there()?;
    assert!(refused.to_string().contains("on the command line alone"), "{refused}");
    assert_eq!(opened(&catalog, "lake", &key).await.as_deref(), Ok(VALUE));
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_a_secret_is_refused_without_repeating_it() -> Outcome {
    let (catalog, key) = (TestCatalog::open().await?, key()?);
    for value in [String::new(), " \n".to_owned(), "s3cret".repeat(20_000)] {
        let refused = catalog.set_secret(&nightly(), &named("a")?, &Secret::new(value), &key).await;
        let said = refused.err().there()?.to_string();
        assert!(said.contains("a secret has 1 to 65536 bytes") && !said.contains("s3cret"), "{said}");
    }
    for name in ["", "s3cret key", "ñ", &"a".repeat(101)] {
        let said = name.parse::<SecretName>().err().there()?.to_string();
        assert!(!said.contains("s3cret"), "{said}");
    }
    Ok(())
}
