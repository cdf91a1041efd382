//! What is noted though it changes nothing that the log has: looks at profiles, secrets, sources, another host.

use std::sync::Arc;

use loggia_catalog::audit::{AuditEntry, AuditQuery, What};
use loggia_catalog::ports::{Act, AuditFilter, AuditStream, DefinedSource, NotStarted, Sources};
use loggia_catalog::secrets::{SecretKey, SecretName};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::{Actor, Door, Secret};
use loggia_testkit::{Outcome, TestCatalog, There, ana, asset, nightly, profile};

async fn told(catalog: &Catalog, act: Act) -> Outcome<Vec<AuditEntry>> {
    let query = AuditQuery { what: Some(What::Did(act)), ..AuditQuery::default() };
    Ok(catalog.audit(&nightly(), &query, None, 100).await?.entries)
}

/// One source that can be begun, and that is all.
struct Shop;

impl Sources for Shop {
    fn defined(&self) -> Vec<DefinedSource> {
        let (name, place) = ("shop".to_owned(), "/data".to_owned());
        vec![DefinedSource { name, kind: "files", place, schedule: None, next: None, running: None }]
    }

    fn start(&self, name: &str) -> Result<(), NotStarted> {
        if name == "shop" { Ok(()) } else { Err(NotStarted(format!("there is no source '{name}'"))) }
    }
}

#[tokio::test]
async fn a_look_at_a_profile_is_one_line_with_a_count_and_a_look_at_nothing_is_none() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").with_column("id", "int64");
    catalog.harvested("files:bank", [accounts.clone()]).await?;
    let before = catalog.seen(&accounts.urn).await?;
    assert!(catalog.profile(&before, 0, 10).await?.is_none());
    assert!(catalog.profiles_of(&before, &["id".parse()?]).await?.is_empty());
    assert!(told(&catalog, Act::Profiled).await?.is_empty(), "there was nothing to see");
    catalog.record_profile(&nightly(), &accounts.urn, profile(1, &["id"])).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    catalog.profile(&seen, 0, 10).await?.there()?;
    catalog.column_series(&seen, &"id".parse()?).await?;
    assert_eq!(catalog.profiles_of(&seen, &["id".parse()?]).await?.len(), 1);

    let lines = told(&catalog, Act::Profiled).await?;
    assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), 3);
    assert!(lines.iter().all(|line| line.urn.as_ref() == Some(&accounts.urn)));
    assert!(lines.iter().all(|line| line.why == "a profile of version v1"), "{lines:?}");
    Ok(())
}

#[tokio::test]
async fn whoever_sees_to_secrets_is_noted_and_no_value_is() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (old, new) = (SecretKey::generate()?, SecretKey::generate()?);
    let name: SecretName = "lake".parse()?;
    catalog.set_secret(&nightly(), &name, &Secret::new("s3cret"), &old).await?;
    catalog.rotate_secrets(&nightly(), &old, &new).await?;
    catalog.remove_secret(&nightly(), &name).await?;
    assert!(catalog.remove_secret(&nightly(), &name).await.is_err(), "it is gone, and nothing was done");
    assert!(catalog.set_secret(&ana(), &name, &Secret::new("s3cret"), &old).await.is_err());

    catalog.flush_audit().await?;

    let lines = catalog.store().audit(&AuditFilter::default(), Some(Act::ChangedSecret), None, 9).await?;
    let why: Vec<_> = lines.iter().rev().map(|line| line.noted.why.as_str()).collect();
    assert_eq!(why, ["set 'lake'", "sealed 1 anew by another key", "removed 'lake'"]);
    assert!(lines.iter().all(|line| line.noted.actor.as_str() == "nightly"));
    assert!(!format!("{lines:?}").contains("s3cret"));
    Ok(())
}

#[tokio::test]
async fn whoever_steers_a_source_is_noted_where_something_came_of_it() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let fed = Catalog::clone(&catalog).fed_by(Arc::new(Shop));
    fed.start_source(&nightly(), "shop").await?;
    fed.pause_source(&nightly(), "shop", true).await?;
    fed.pause_source(&nightly(), "shop", false).await?;
    assert!(matches!(fed.start_source(&nightly(), "attic").await, Err(CatalogError::Refused(_))));
    assert!(matches!(fed.pause_source(&nightly(), "attic", true).await, Err(CatalogError::NotFound(_))));

    let lines = told(&catalog, Act::SteeredSource).await?;

    let why: Vec<_> = lines.iter().rev().map(|line| line.why.as_str()).collect();
    assert_eq!(why, ["began a run of 'shop'", "paused 'shop'", "let run again 'shop'"]);
    Ok(())
}

#[tokio::test]
async fn who_asks_for_another_host_is_noted_without_its_name() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let stranger = Actor::anonymous(Door::Api).from_address(Some("198.51.100.9".into()));
    catalog.misdirected(&stranger);
    catalog.misdirected(&stranger);

    let lines = told(&catalog, Act::Misdirected).await?;

    let line = lines.first().there()?;
    assert_eq!((line.door, line.origin.as_deref()), (Door::Api, Some("198.51.100.9")));
    assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), 2);
    Ok(())
}
