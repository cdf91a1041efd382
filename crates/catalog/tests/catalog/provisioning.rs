//! People and groups that a company's directory brings: who they become, and what becomes of them.

use loggia_catalog::federation::{Admits, Claims, Provider};
use loggia_catalog::ports::{Account, Accounts, Scope, Store};
use loggia_catalog::provisioning::{
    Asked, Email, Filter, Group, GroupEdit, GroupWords, PersonName, User, UserEdit, UserWords,
};
use loggia_catalog::tokens::Admission;
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::facts::Role;
use loggia_model::{Actor, ActorKey, Body, Door, Secret, Source, Urn, Who};
use loggia_testkit::{
    Engine, Outcome, TestCatalog, There, Trouble, ana, asset, member, nightly, organisation, person, policy,
    service, unit,
};

/// Where `root` administers and has an account, and the directory `entra` brings people.
pub async fn begun(engine: Engine) -> Outcome<(TestCatalog, Actor)> {
    let catalog = TestCatalog::in_engine(engine).await?;
    let root = person("root");
    let everything = organisation().member(member(&root.urn, Role::Administrator));
    catalog.holding([root.put_new(), everything.put_new(), service("entra").put_new()]).await?;
    catalog.set_account(&ana(), "root", "root", None).await?;
    let entra = directory(&catalog, "entra").await?;
    Ok((catalog, entra))
}

pub async fn directory(catalog: &TestCatalog, slug: &str) -> Outcome<Actor> {
    let made = catalog.make_token(&ana(), &service(slug).urn, "sync", Scope::Provision, 30).await?;
    match catalog.admit(&Actor::anonymous(Door::Api), &made.token, Scope::Provision).await? {
        Admission::Admitted(actor) => Ok(actor),
        Admission::Unknown | Admission::TooNarrow(_) => Err(Trouble::new("it was not let in")),
    }
}

pub fn ines() -> UserWords {
    UserWords {
        user_name: "Ines@Bank.example".into(),
        external_id: Some("8F1C".into()),
        display_name: Some("Inés Núñez".into()),
        title: Some("Analyst".into()),
        emails: vec![email("ines@bank.example")],
        active: Some(true),
        ..UserWords::default()
    }
}

fn email(address: &str) -> Email {
    Email { value: address.into(), kind: Some("work".into()), primary: Some(true) }
}

pub fn called(user_name: &str) -> UserWords {
    UserWords { user_name: user_name.into(), ..UserWords::default() }
}

pub async fn account(catalog: &TestCatalog, key: &ActorKey) -> Outcome<Account> {
    catalog.store().account(key).await?.there()
}

async fn members(catalog: &TestCatalog, urn: &Urn) -> Outcome<Vec<Urn>> {
    let stored = catalog.store().document(urn).await?.there()?;
    let Body::Group(layers) = stored.body.as_ref() else { return Err(Trouble::new("no group")) };
    Ok(layers.view().members.clone().unwrap_or_default())
}

pub async fn made(catalog: &TestCatalog, by: &Actor, name: &str, members: &[&User]) -> Outcome<Group> {
    let members = members.iter().map(|user| user.id.clone()).collect();
    let words = GroupWords { display_name: name.into(), external_id: None, members };
    Ok(catalog.provision_group(by, words).await?)
}

pub fn refused<T>(answer: loggia_catalog::Result<T>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(CatalogError::Taken(_)) => "taken".to_owned(),
        Err(CatalogError::NotFound(_)) => "not there".to_owned(),
        Err(CatalogError::Forbidden(_)) => "forbidden".to_owned(),
        Err(CatalogError::Refused(_)) => "refused".to_owned(),
        Err(CatalogError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
        Err(other) => other.to_string(),
    }
}

#[tokio::test]
async fn who_comes_to_the_company_comes_to_the_catalog_and_who_leaves_it_leaves_it() -> Outcome {
    for engine in Engine::BOTH {
        let (catalog, entra) = begun(engine).await?;
        let made = catalog.provision_user(&entra, ines()).await?;
        assert_eq!((made.id.as_str(), &made.words), ("ines", &ines()), "as it was said, letter by letter");
        let urn = person("ines").urn;
        let view = catalog.person(&ana(), &urn, 0, 1).await?;
        let facts = (view.name.as_str(), view.facts.email.as_deref(), view.facts.title.as_deref());
        assert_eq!(facts, ("Inés Núñez", Some("ines@bank.example"), Some("Analyst")));
        let kept = account(&catalog, &made.id).await?;
        assert_eq!((kept.password, kept.is_disabled), (None, false), "she comes in by a provider alone");
        let entry = catalog.store().history(&urn, None, 1).await?.pop().there()?;
        assert_eq!((entry.actor.as_str(), entry.door), ("service:entra", Door::Api));

        let session = catalog.clone().demonstrating(vec![made.id.clone()]);
        let entered = session.sign_in_as(&Actor::anonymous(Door::Browser), &made.id, "").await?;
        let out = vec![UserEdit::Active(Some(false))];
        let left = catalog.edit_provisioned_user(&entra, "ines", out).await?;
        assert_eq!(left.words.active, Some(false));
        assert!(account(&catalog, &made.id).await?.is_disabled);
        let asks = catalog.actor(Some(&entered.token), Door::Browser).await?;
        assert_eq!(asks.who, Who::Anonymous, "the session has ended");

        catalog.edit_provisioned_user(&entra, "ines", vec![UserEdit::Active(Some(true))]).await?;
        assert!(!account(&catalog, &made.id).await?.is_disabled);
        assert_eq!(catalog.verify(&ana()).await?, []);
    }
    Ok(())
}

#[tokio::test]
async fn whoever_is_deleted_is_out_and_comes_back_by_the_same_name_as_the_same_person() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let made = catalog.provision_user(&entra, ines()).await?;
    let group = self::made(&catalog, &entra, "Analysts", &[&made]).await?;
    catalog.remove_provisioned_user(&entra, "ines").await?;
    assert!(account(&catalog, &made.id).await?.is_disabled);
    assert_eq!(members(&catalog, &group.urn).await?, []);
    assert!(catalog.store().document(&person("ines").urn).await?.is_some(), "what is known of her stays");
    assert_eq!(refused(catalog.provisioned_user(&entra, "ines").await), "not there");
    assert_eq!(refused(catalog.remove_provisioned_user(&entra, "ines").await), "not there");

    let again = catalog.provision_user(&entra, called("INES@bank.example")).await?;
    assert_eq!(again.id, made.id);
    assert!(!account(&catalog, &made.id).await?.is_disabled);
    assert_eq!(members(&catalog, &group.urn).await?, [], "and is in the groups that are said anew");
    assert_eq!(refused(catalog.provision_user(&entra, called("Ines@bank.example")).await), "taken");
    Ok(())
}

#[tokio::test]
async fn the_one_person_who_is_known_by_the_address_is_meant() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let known = |slug: &str, address: &str, source: &str| {
        let mut known = person(slug);
        known.facts.email = Some(address.into());
        known.stated_by(source).put_new()
    };
    catalog
        .holding([
            known("omar", "OMAR@bank.example", "code"),
            known("zoe", "zoe@bank.example", "person"),
            known("a", "two@bank.example", "code"),
            known("b", "two@bank.example", "person"),
            known("harvested", "harvested@bank.example", "dbt:shop"),
            known("came", "came@bank.example", "oidc:bank"),
        ])
        .await?;
    catalog.set_account(&ana(), "zoe", "zoe", None).await?;
    catalog.disable_account(&ana(), "zoe", true).await?;
    for (address, id) in [
        ("omar@bank.example", "omar"),
        ("zoe@bank.example", "zoe"),
        ("two@bank.example", "two"),
        ("harvested@bank.example", "harvested-2"),
        ("came@bank.example", "came-2"),
    ] {
        let words = UserWords { emails: vec![email(address)], ..called(address) };
        assert_eq!(catalog.provision_user(&entra, words).await?.id.as_str(), id, "{address}");
    }
    let zoe = account(&catalog, &"zoe".parse()?).await?;
    assert!(zoe.is_disabled, "whom somebody here has kept out, a directory does not let in by knowing them");
    let second = UserWords { emails: vec![email("omar@bank.example")], ..called("omar.two") };
    assert_eq!(
        catalog.provision_user(&entra, second).await?.id.as_str(),
        "omar.two",
        "one person is meant by one name"
    );

    // Another directory may mean the same person, by what the first has said.
    catalog.holding([service("okta").put_new()]).await?;
    let okta = directory(&catalog, "okta").await?;
    let first = catalog.provision_user(&entra, ines()).await?;
    assert_eq!(catalog.provision_user(&okta, ines()).await?.id, first.id);
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_given_to_somebody_else_makes_them_nobody_else() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let first = catalog.provision_user(&entra, ines()).await?;
    catalog.remove_provisioned_user(&entra, first.id.as_str()).await?;
    let heir = UserWords { emails: vec![email("ines@bank.example")], ..called("ines.franco") };
    assert_eq!(catalog.provision_user(&entra, heir).await?.id.as_str(), "ines.franco");
    Ok(())
}

#[tokio::test]
async fn nobody_gets_a_key_or_a_name_that_another_has() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let text = "permit (principal == Person::\"auditor\", action, resource);";
    catalog
        .holding([
            policy("audits", text).put_new(),
            unit("risk").member(member(&person("bruno").urn, Role::Owner)).put_new(),
            asset("loans").owned_by("elsa").put_new(),
            person("zoe").named("Zoé Acosta").put_new(),
        ])
        .await?;
    for name in ["auditor", "bruno", "elsa", "root", "local", "oidc"] {
        let made = catalog.provision_user(&entra, called(name)).await?;
        assert_eq!(made.id.as_str(), format!("{name}-2"));
    }
    let eve = UserWords { display_name: Some("zoé acosta".into()), ..called("eve") };
    let eve = catalog.provision_user(&entra, eve).await?;
    assert_eq!(eve.words.display_name.as_deref(), Some("zoé acosta"), "as the directory has it");
    assert_eq!(catalog.own_name(&person("eve").urn), "eve");
    let parts = PersonName {
        given_name: Some("Gül".into()),
        family_name: Some("Ríos".into()),
        ..PersonName::default()
    };
    let gul = UserWords { name: Some(parts), ..called("gul@corp.example") };
    catalog.provision_user(&entra, gul).await?;
    assert_eq!(catalog.own_name(&person("gul").urn), "Gül Ríos");
    Ok(())
}

#[tokio::test]
async fn a_group_gives_its_members_the_roles_that_administrators_give_it() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let ines = catalog.provision_user(&entra, ines()).await?;
    let group = made(&catalog, &entra, "Risk readers", &[]).await?;
    let risk = unit("risk").member(member(&group.urn, Role::Viewer));
    catalog.holding([risk.put_new(), asset("loans").in_unit("risk").put_new()]).await?;
    let own = Actor::person(ines.id.clone(), Door::Browser);
    let loans = asset("loans").urn;
    assert!(catalog.asset(&own, &loans, None).await.is_err());
    let slug = group.urn.rest();
    let into = vec![GroupEdit::Add(vec![ines.id.clone(), ines.id.clone()])];
    let joined = catalog.edit_provisioned_group(&entra, slug, into).await?;
    assert_eq!(joined.words.members, std::slice::from_ref(&ines.id), "once");
    assert!(catalog.asset(&own, &loans, None).await.is_ok());
    catalog.edit_provisioned_group(&entra, slug, vec![GroupEdit::Remove(vec![ines.id])]).await?;
    assert!(catalog.asset(&own, &loans, None).await.is_err(), "and no longer");

    for taken in ["risk READERS", "root", "entra"] {
        let words = GroupWords { display_name: taken.into(), ..GroupWords::default() };
        assert_eq!(refused(catalog.provision_group(&entra, words).await), "taken", "{taken}");
    }
    catalog.remove_provisioned_group(&entra, slug).await?;
    assert_eq!(refused(catalog.provisioned_group(&entra, slug).await), "not there");
    let again = made(&catalog, &entra, "Risk readers", &[]).await?;
    assert_ne!(again.urn, group.urn, "the roles of one that has gone are not another's");
    Ok(())
}

#[tokio::test]
async fn a_group_of_ten_thousand_is_one_write() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let ines = catalog.provision_user(&entra, ines()).await?;
    let group = made(&catalog, &entra, "Everybody", &[]).await?;
    // As they stand once the directory has brought them.
    let at = ines.made;
    let mut everybody = vec![ines.id];
    for number in 0..10_000 {
        let person: ActorKey = format!("p{number}").parse()?;
        everybody.push(person);
    }
    catalog
        .store()
        .database()
        .sql(&format!(
            "INSERT INTO provisioned_user (service, person, user_name, stated, made, changed, kept_out) \
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) \
             SELECT 'service:entra', 'p' || i, 'p' || i, '{{\"userName\":\"p\"}}', {at}, {at}, 0 FROM n",
            at = at.micros()
        ))
        .await?;
    let log = catalog.log_length().await?;
    let into = vec![GroupEdit::Add(everybody.clone())];
    let joined = catalog.edit_provisioned_group(&entra, group.urn.rest(), into).await?;
    assert_eq!(joined.words.members, everybody);
    assert_eq!(catalog.log_length().await?, log + 1);
    assert_eq!(members(&catalog, &group.urn).await?.len(), 10_001);
    let asked = Asked { filter: None, start: 1, count: 200 };
    assert_eq!(catalog.provisioned_users(&entra, &asked).await?.items.len(), 200);
    Ok(())
}

#[tokio::test]
async fn a_change_of_several_things_is_whole_or_not_at_all() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let before = catalog.provision_user(&entra, ines()).await?;
    catalog.provision_user(&entra, called("omar")).await?;
    let log = catalog.log_length().await?;
    for (edits, why) in [
        (vec![UserEdit::Title(Some("x".into())), UserEdit::UserName("OMAR".into())], "taken"),
        (vec![UserEdit::Active(Some(false)), UserEdit::UserName(" ".into())], "userName"),
        (vec![UserEdit::Active(Some(false)), UserEdit::Title(Some("a\r\nb".into()))], "title"),
        (vec![UserEdit::Emails(vec![Email::default()])], "emails.value"),
        (vec![UserEdit::Emails(vec![email("a"), email("b")])], "emails.primary"),
        (vec![UserEdit::ExternalId(Some("x".repeat(401)))], "externalId"),
    ] {
        assert_eq!(refused(catalog.edit_provisioned_user(&entra, "ines", edits).await), why);
    }
    assert_eq!(catalog.log_length().await?, log);
    assert_eq!(catalog.provisioned_user(&entra, "ines").await?, before);
    catalog.edit_provisioned_user(&entra, "ines", vec![UserEdit::Active(Some(true))]).await?;
    assert_eq!(catalog.log_length().await?, log, "what is so already is no change");
    let whole = UserWords { active: None, ..called("Ines@Bank.example") };
    let replaced = catalog.replace_provisioned_user(&entra, "ines", whole).await?;
    assert_eq!((replaced.words.title, replaced.words.active), (None, Some(true)));
    Ok(())
}

#[tokio::test]
async fn they_are_found_by_what_is_said_of_them() -> Outcome {
    for engine in Engine::BOTH {
        let (catalog, entra) = begun(engine).await?;
        catalog.provision_user(&entra, ines()).await?;
        for name in ["ana", "bruno", "carla"] {
            let external_id = Some("same".to_owned());
            catalog.provision_user(&entra, UserWords { external_id, ..called(name) }).await?;
        }
        catalog.edit_provisioned_user(&entra, "carla", vec![UserEdit::Active(Some(false))]).await?;
        let found = async |filter: &str, start: u64, count: u32| -> Outcome<(u64, Vec<String>)> {
            let filter = Some(Filter::of_users(filter)?);
            let part = catalog.provisioned_users(&entra, &Asked { filter, start, count }).await?;
            Ok((part.total, part.items.iter().map(|user| user.id.to_string()).collect()))
        };
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(found("userName eq \"INES@bank.example\"", 1, 9).await?, (1, all(&["ines"])));
        assert_eq!(found("externalId eq \"same\"", 2, 1).await?, (3, all(&["bruno"])));
        assert_eq!(found("externalId eq \"same\" and active eq false", 1, 9).await?, (1, all(&["carla"])));
        assert_eq!(found("id eq \"bruno\" and userName eq \"ana\"", 1, 9).await?, (0, all(&[])));
        assert_eq!(found("userName pr", 3, 1).await?, (4, all(&["carla"])));
        assert_eq!(found("userName pr", 9, 5).await?, (4, all(&[])));
        assert_eq!(found("id eq \"no such\"", 1, 9).await?, (0, all(&[])));
    }
    Ok(())
}

#[tokio::test]
async fn a_trusted_address_lets_whom_a_directory_has_in_by_a_provider_and_nobody_who_left() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let provider = Provider {
        name: "bank".into(),
        title: "Banco Guaraní".into(),
        groups: Default::default(),
        admits: Admits::Known,
        trusts_email: true,
    };
    let portal = Catalog::clone(&catalog).entered_by(vec![provider]);
    let claims = Claims {
        provider: "bank".into(),
        issuer: "https://login.bank.example".into(),
        subject: "8f1c".into(),
        name: None,
        email: Some("ines@bank.example".into()),
        email_is_verified: true,
        login: None,
        groups: Default::default(),
        sid: None,
        id_token: Secret::new("a.b.c"),
    };
    let nobody = Actor::anonymous(Door::Browser);
    assert!(portal.sign_in_with(&nobody, &claims, "").await.is_err());
    let made = catalog.provision_user(&entra, ines()).await?;
    assert_eq!(portal.sign_in_with(&nobody, &claims, "").await?.person, made.id);
    catalog.remove_provisioned_user(&entra, made.id.as_str()).await?;
    assert!(portal.sign_in_with(&nobody, &claims, "").await.is_err());
    let other = Claims { subject: "another".into(), ..claims };
    assert!(portal.sign_in_with(&nobody, &other, "").await.is_err(), "nor by another subject");
    Ok(())
}

#[tokio::test]
async fn whoever_is_erased_here_leaves_the_group_and_the_directory_goes_on() -> Outcome {
    let (catalog, entra) = begun(Engine::Sqlite).await?;
    let ines = catalog.provision_user(&entra, ines()).await?;
    let omar = catalog.provision_user(&entra, called("omar")).await?;
    let group = made(&catalog, &entra, "Analysts", &[&ines, &omar]).await?;
    catalog.erase_person(&nightly(), &person("ines").urn).await?;
    assert_eq!(refused(catalog.provisioned_user(&entra, "ines").await), "not there");
    assert_eq!(members(&catalog, &group.urn).await?, [person("omar").urn]);
    let out = vec![GroupEdit::Remove(vec![omar.id])];
    catalog.edit_provisioned_group(&entra, group.urn.rest(), out).await?;
    assert_eq!(members(&catalog, &group.urn).await?, [], "its word counts as before");
    let again = catalog.provision_user(&entra, self::ines()).await?;
    assert_eq!(again.id.as_str(), "ines-2", "somebody new: nobody is to be known by what was erased");
    let stored = catalog.store().document(&person("ines-2").urn).await?.there()?;
    let Body::Person(layers) = stored.body.as_ref() else { return Err(Trouble::new("no person")) };
    assert!(layers.layer(&Source::harvest("scim", "entra")?).is_some());
    Ok(())
}
