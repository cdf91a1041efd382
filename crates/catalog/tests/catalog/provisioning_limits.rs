//! What a company's directory may not: who is none, whom it has nothing to do with, and the last administrator.

use loggia_catalog::Catalog;
use loggia_catalog::audit::{AuditQuery, What};
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::{Act, Scope};
use loggia_catalog::provisioning::{Asked, GroupEdit, GroupWords, UserEdit, UserWords};
use loggia_catalog::tokens::Admission;
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Urn};
use loggia_testkit::{Engine, Outcome, TestCatalog, There, ana, group, person, service, signed_in};

use super::provisioning::{account, begun, called, directory, ines, made, refused};

#[tokio::test]
async fn only_a_service_that_was_made_for_it_brings_anybody() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let mut loader = service("loader");
    loader.facts.owners = Some(vec![person("olga").urn]);
    catalog.holding([loader.put_new(), person("olga").put_new()]).await?;
    catalog.set_account(&ana(), "olga", "olga", None).await?;
    let olga = signed_in("olga");

    let make = |by: Actor, owner: Urn| {
        let catalog = Catalog::clone(&catalog);
        async move { refused(catalog.make_token(&by, &owner, "x", Scope::Provision, 1).await) }
    };
    assert_eq!(make(olga.clone(), loader.urn.clone()).await, "forbidden", "its owner makes others");
    assert_eq!(make(olga.clone(), person("olga").urn).await, "forbidden");
    assert_eq!(make(signed_in("root"), person("root").urn).await, "scope", "nor is a person a directory");
    catalog.make_token(&olga, &loader.urn, "reads", Scope::Read, 1).await?;
    let loader = Actor::service("service:loader".parse()?, Door::Api);
    for other in [loader.clone(), olga, signed_in("root"), ana(), Actor::anonymous(Door::Api)] {
        assert_eq!(refused(catalog.provision_user(&other, ines()).await), "forbidden", "{}", other.key);
        let asked = Asked { filter: None, start: 1, count: 9 };
        assert_eq!(refused(catalog.provisioned_users(&other, &asked).await), "forbidden");
        let words = GroupWords { display_name: "x".into(), ..GroupWords::default() };
        assert_eq!(refused(catalog.provision_group(&other, words).await), "forbidden");
    }
    assert_eq!(make(signed_in("root"), service("loader").urn).await, "done");
    assert_eq!(refused(catalog.provision_user(&loader, ines()).await), "done");
    for token in catalog.tokens(&ana(), &service("entra").urn).await? {
        catalog.revoke_token(&ana(), &token.id).await?;
    }
    assert_eq!(refused(catalog.provisioned_user(&entra, "ines").await), "forbidden", "at once");
    Ok(())
}

#[tokio::test]
async fn its_token_opens_nothing_else_and_no_other_opens_this() -> Outcome {
    let (catalog, _) = begun(Engine::Sqlite).await?;
    let stranger = Actor::anonymous(Door::Api);
    for has in Scope::ALL {
        let made = catalog.make_token(&ana(), &service("entra").urn, "x", has, 1).await?;
        for needed in Scope::ALL {
            let admitted = catalog.admit(&stranger, &made.token, needed).await?;
            let is_in = matches!(admitted, Admission::Admitted(_));
            let is_right = has == needed || (has, needed) == (Scope::Read, Scope::Search);
            assert_eq!(is_in, is_right, "{has} for {needed}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn nobody_is_brought_before_somebody_can_administer() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog.holding([service("entra").put_new()]).await?;
    let entra = directory(&catalog, "entra").await?;
    assert_eq!(refused(catalog.provision_user(&entra, ines()).await), "refused");
    assert!(catalog.has_no_accounts().await?, "the first account is not that of somebody without a role");
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_is_neither_kept_out_nor_taken_away() -> Outcome {
    for engine in Engine::BOTH {
        let (catalog, entra) = begun(engine).await?;
        let chief = catalog.provision_user(&entra, called("chief")).await?;
        let chiefs = made(&catalog, &entra, "Chiefs", &[&chief]).await?;
        let everything = Urn::organisation();
        let to = Some(Role::Administrator);
        catalog.set_member(&ana(), &everything, chiefs.urn.as_str(), to, None).await?;
        catalog.set_member(&ana(), &everything, person("root").urn.as_str(), None, None).await?;
        catalog.settled().await?;
        let log = catalog.log_length().await?;

        let out = vec![UserEdit::Title(Some("x".into())), UserEdit::Active(Some(false))];
        assert_eq!(refused(catalog.edit_provisioned_user(&entra, "chief", out).await), "refused");
        let words = UserWords { active: Some(false), ..called("chief") };
        assert_eq!(refused(catalog.replace_provisioned_user(&entra, "chief", words).await), "refused");
        assert_eq!(refused(catalog.remove_provisioned_user(&entra, "chief").await), "refused");
        let slug = chiefs.urn.rest();
        let empty = vec![GroupEdit::Members(Vec::new())];
        assert_eq!(refused(catalog.edit_provisioned_group(&entra, slug, empty).await), "refused");
        assert_eq!(refused(catalog.remove_provisioned_group(&entra, slug).await), "refused");

        assert_eq!(catalog.log_length().await?, log, "nothing has changed");
        assert!(!account(&catalog, &chief.id).await?.is_disabled);
        assert_eq!(catalog.provisioned_user(&entra, "chief").await?, chief);
        let query = AuditQuery { what: Some(What::Did(Act::Refused)), ..AuditQuery::default() };
        let told = catalog.audit(&ana(), &query, None, 100).await?.entries;
        let by_entra = told.iter().filter(|entry| entry.actor.as_str() == "service:entra");
        let of: Vec<Option<Urn>> = by_entra.map(|entry| entry.urn.clone()).collect();
        assert!(of.contains(&chief.id.person()) && of.contains(&Some(chiefs.urn.clone())), "{of:?}");

        // Whoever cannot sign in administers nothing.
        let second = catalog.provision_user(&entra, called("second")).await?;
        let both = vec![GroupEdit::Add(vec![second.id.clone()])];
        catalog.edit_provisioned_group(&entra, slug, both).await?;
        let out = || vec![UserEdit::Active(Some(false))];
        catalog.edit_provisioned_user(&entra, "second", out()).await?;
        assert_eq!(refused(catalog.edit_provisioned_user(&entra, "chief", out()).await), "refused");
        let alone = vec![GroupEdit::Remove(vec![chief.id.clone()])];
        assert_eq!(refused(catalog.edit_provisioned_group(&entra, slug, alone).await), "refused");
        catalog.edit_provisioned_user(&entra, "second", vec![UserEdit::Active(Some(true))]).await?;
        catalog.edit_provisioned_user(&entra, "chief", out()).await?;
        assert_eq!(refused(catalog.edit_provisioned_user(&entra, "second", out()).await), "refused");
    }
    Ok(())
}

#[tokio::test]
async fn of_two_administrators_who_are_kept_out_at_once_one_stays() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let everything = Urn::organisation();
    for name in ["one", "other"] {
        let made = catalog.provision_user(&entra, called(name)).await?;
        let urn = made.id.person().there()?;
        let seq =
            catalog.set_member(&ana(), &everything, urn.as_str(), Some(Role::Administrator), None).await?;
        catalog.until_found(seq).await;
    }
    catalog.set_member(&ana(), &everything, person("root").urn.as_str(), None, None).await?;
    catalog.settled().await?;
    let out = || vec![UserEdit::Active(Some(false))];
    let (one, other) = tokio::join!(
        catalog.edit_provisioned_user(&entra, "one", out()),
        catalog.edit_provisioned_user(&entra, "other", out()),
    );
    let mut answers = [refused(one), refused(other)];
    answers.sort();
    assert_eq!(answers, ["done", "refused"]);
    Ok(())
}

#[tokio::test]
async fn a_directory_has_to_do_with_nobody_but_its_own() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    catalog.holding([service("okta").put_new(), group("stewards").put_new()]).await?;
    let okta = directory(&catalog, "okta").await?;
    let ines = catalog.provision_user(&entra, ines()).await?;
    let group = made(&catalog, &entra, "Analysts", &[&ines]).await?;
    let out = || vec![UserEdit::Active(Some(false))];
    for id in ["ines", "root", "nobody", "../root", "", "a\r\nb"] {
        assert_eq!(refused(catalog.edit_provisioned_user(&okta, id, out()).await), "not there", "{id:?}");
        assert_eq!(refused(catalog.remove_provisioned_user(&okta, id).await), "not there");
        assert_eq!(refused(catalog.provisioned_user(&okta, id).await), "not there");
    }
    for id in [group.urn.rest(), "stewards", "a/b", "ñ"] {
        let edits = vec![GroupEdit::Members(Vec::new())];
        assert_eq!(refused(catalog.edit_provisioned_group(&okta, id, edits).await), "not there", "{id}");
        assert_eq!(refused(catalog.remove_provisioned_group(&okta, id).await), "not there");
    }
    assert_eq!(refused(catalog.remove_provisioned_group(&entra, "stewards").await), "not there");
    let strangers =
        GroupWords { members: vec![ines.id.clone()], display_name: "Theirs".into(), ..Default::default() };
    assert_eq!(refused(catalog.provision_group(&okta, strangers).await), "members");
    let root = vec![GroupEdit::Add(vec!["root".parse()?])];
    assert_eq!(refused(catalog.edit_provisioned_group(&entra, group.urn.rest(), root).await), "members");
    let asked = Asked { filter: None, start: 1, count: 9 };
    assert_eq!(catalog.provisioned_users(&okta, &asked).await?.total, 0);
    assert_eq!(catalog.provisioned_groups(&okta, &asked).await?.total, 0);
    assert!(!account(&catalog, &"root".parse()?).await?.is_disabled);
    Ok(())
}

#[tokio::test]
async fn a_group_on_which_a_policy_rests_keeps_who_administers_by_it() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let chief = catalog.provision_user(&entra, called("chief")).await?;
    let chiefs = made(&catalog, &entra, "Breakglass", &[&chief]).await?;
    let everything = Urn::organisation();
    let urn = chief.id.person().there()?;
    catalog.set_member(&ana(), &everything, urn.as_str(), Some(Role::Administrator), None).await?;
    catalog.settled().await?;
    let text = r#"forbid (principal, action, resource) unless { principal in Group::"breakglass" };"#;
    let draft = Draft { name: "Only they".into(), text: text.into(), ..Draft::default() };
    catalog.create(&ana(), Kind::Policy, &draft).await?;
    catalog.settled().await?;

    let slug = chiefs.urn.rest();
    let empty = vec![GroupEdit::Members(Vec::new())];
    assert_eq!(refused(catalog.edit_provisioned_group(&entra, slug, empty).await), "refused");
    assert_eq!(refused(catalog.remove_provisioned_group(&entra, slug).await), "refused");
    assert_eq!(refused(catalog.remove_provisioned_user(&entra, "chief").await), "refused");
    let out = vec![UserEdit::Active(Some(false))];
    assert_eq!(
        refused(catalog.edit_provisioned_user(&entra, "chief", out).await),
        "refused",
        "root is not let"
    );
    Ok(())
}

#[tokio::test]
async fn whom_an_administrator_keeps_out_no_directory_lets_in() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let made = catalog.provision_user(&entra, called("ines")).await?;
    let says = |active: Option<bool>| {
        let (catalog, entra) = (Catalog::clone(&catalog), entra.clone());
        async move { catalog.edit_provisioned_user(&entra, "ines", vec![UserEdit::Active(active)]).await }
    };
    says(Some(false)).await?;
    says(Some(true)).await?;
    assert!(!account(&catalog, &made.id).await?.is_disabled, "what it did it may take back");
    catalog.disable_account(&ana(), "ines", true).await?;
    for active in [None, Some(true), Some(false), Some(true)] {
        says(active).await?;
        assert!(account(&catalog, &made.id).await?.is_disabled, "{active:?}");
    }
    catalog.remove_provisioned_user(&entra, "ines").await?;
    catalog.provision_user(&entra, called("ines")).await?;
    assert!(account(&catalog, &made.id).await?.is_disabled, "nor by going and coming");
    catalog.disable_account(&ana(), "ines", false).await?;
    says(Some(false)).await?;
    says(Some(true)).await?;
    assert!(!account(&catalog, &made.id).await?.is_disabled);
    Ok(())
}
