//! One name of two people, groups or services.

use loggia_catalog::CatalogError;
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::organise::Draft;
use loggia_model::facts::Role;
use loggia_model::{Kind, Secret};
use loggia_testkit::{Outcome, TestCatalog, Trouble, ana, asset, group, person, unit};

#[tokio::test]
async fn a_name_that_two_have_gives_neither_of_them_a_role() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (loans, risk) = (asset("t.loans"), unit("risk"));
    let (one, other) = (person("zoe").named("Zoé"), person("another-zoe").named("zoé"));
    catalog
        .holding([one.put(), other.put(), group("zoes").named("Zoé").put(), loans.put(), risk.put()])
        .await?;
    let (owner, risk) = (ana(), risk.urn);
    let refused = catalog.set_member(&owner, &risk, "Zoé", Some(Role::Viewer), None).await;
    let Err(CatalogError::Invalid(errors)) = refused else { return Err(Trouble::new("not refused")) };
    assert!(errors.iter().any(|error| error.message.contains("means more than one")), "{errors:?}");
    let own = AssetEdit::Owners("Zoé".into());
    assert!(matches!(catalog.edit_asset(&owner, &loans.urn, own, None).await, Err(CatalogError::Invalid(_))));
    catalog.set_member(&owner, &risk, other.urn.as_str(), Some(Role::Viewer), None).await?;
    let account = catalog.add_account(&owner, "Zoé", None, &Secret::new("correct horse battery"), true).await;
    assert!(matches!(account, Err(CatalogError::Invalid(_))), "nor a third person an account");
    // A form that shows it tells the two apart, and sending it back changes nothing.
    let draft = Draft { name: "team".into(), members: one.urn.to_string(), ..Draft::default() };
    let (team, _) = catalog.create(&owner, Kind::Group, &draft).await?;
    let (shown, _) = catalog.draft(&owner, &team).await?;
    assert_eq!(shown.members, one.urn.to_string());
    Ok(())
}
