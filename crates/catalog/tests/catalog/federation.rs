//! Signing in by a provider: who comes in, as whom, into which groups, and how it ends.

use loggia_catalog::federation::{Admits, Claims, Entering, Provider, SignedOutThere};
use loggia_catalog::ports::{FederatedSession, Store};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::facts::Role;
use loggia_model::{Actor, ActorKey, Body, Change, Door, Expected, Secret, Timestamp, Urn, Who};
use loggia_testkit::{
    Engine, Outcome, TestCatalog, There, Trouble, asset, group, member, nightly, organisation, person,
    policy, unit,
};

const ISSUER: &str = "https://login.bank.example";

/// Whom a provider knows as `8f1c`; each test says what else.
fn claims() -> Claims {
    Claims {
        provider: "bank".into(),
        issuer: ISSUER.into(),
        subject: "8f1c".into(),
        name: Some("Inés Núñez".into()),
        email: Some("ines@bank.example".into()),
        email_is_verified: true,
        login: Some("ines.nunez".into()),
        groups: Default::default(),
        sid: None,
        id_token: Secret::new("a.b.c"),
    }
}

fn saying(groups: &[&str]) -> Claims {
    Claims { groups: groups.iter().map(|group| (*group).to_owned()).collect(), ..claims() }
}

fn provider(admits: Admits) -> Provider {
    Provider {
        name: "bank".into(),
        title: "Banco Guaraní".into(),
        groups: [("data-stewards".to_owned(), group("stewards").urn), ("it".to_owned(), group("it").urn)]
            .into(),
        admits,
        trusts_email: false,
    }
}

/// As whom one comes who has not signed in.
fn nobody() -> Actor {
    Actor::anonymous(Door::Browser)
}

/// With one account already, of `root`.
async fn begun(catalog: &TestCatalog, provider: Provider) -> Outcome<Catalog> {
    let root = person("root");
    let everything = organisation().member(member(&root.urn, Role::Administrator));
    catalog.holding([root.put_new(), everything.put_new()]).await?;
    catalog.set_account(&nightly(), "root", "root", None).await?;
    Ok(Catalog::clone(catalog).entered_by(vec![provider]))
}

async fn entered(catalog: &Catalog, claims: &Claims) -> Outcome<ActorKey> {
    Ok(catalog.sign_in_with(&nobody(), claims, "Ñandú/1.0").await?.person)
}

async fn refused(catalog: &Catalog, claims: &Claims) -> Outcome<String> {
    Ok(catalog.sign_in_with(&nobody(), claims, "").await.err().there()?.to_string())
}

async fn who(catalog: &Catalog, token: &Secret) -> Outcome<Who> {
    Ok(catalog.actor(Some(token), Door::Browser).await?.who)
}

async fn members(catalog: &TestCatalog, slug: &str) -> Outcome<Vec<Urn>> {
    let stored = catalog.store().document(&group(slug).urn).await?.there()?;
    let Body::Group(layers) = stored.body.as_ref() else { return Ok(Vec::new()) };
    Ok(layers.view().members.clone().unwrap_or_default())
}

#[tokio::test]
async fn whom_nobody_knew_becomes_a_person_with_no_more_rights_than_anybody() -> Outcome {
    for engine in Engine::BOTH {
        let catalog = TestCatalog::in_engine(engine).await?;
        let portal = begun(&catalog, provider(Admits::Everyone)).await?;
        let key = entered(&portal, &claims()).await?;
        assert_eq!(key.as_str(), "ines.nunez");
        let own = Actor::person(key.clone(), Door::Browser);
        let view = portal.person(&own, &person("ines.nunez").urn, 0, 1).await?;
        assert_eq!(
            (view.name.as_str(), view.facts.email.as_deref()),
            ("Inés Núñez", Some("ines@bank.example"))
        );
        assert!(matches!(
            portal.accounts(&own).await,
            Err(CatalogError::Forbidden(_) | CatalogError::NotFound(_))
        ));

        assert_eq!(entered(&portal, &claims()).await?, key, "and is the same when they come again");
        let written = catalog.store().last().await?;
        entered(&portal, &claims()).await?;
        assert_eq!(catalog.store().last().await?, written, "which the log does not need to know");
    }
    Ok(())
}

#[tokio::test]
async fn nobody_gets_a_name_that_is_was_or_will_be_another_persons() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let removed = person("carla");
    catalog
        .holding([
            person("ana").put_new(),
            removed.put_new(),
            unit("risk").member(member(&person("bruno").urn, Role::Owner)).put_new(),
            group("it").with(&person("dora").urn).put_new(),
            asset("loans").owned_by("elsa").put_new(),
        ])
        .await?;
    catalog.holding([removed.remove()]).await?;
    catalog.set_account(&nightly(), "ana", "fabio", None).await?;
    for (number, name) in
        ["ana", "bruno", "carla", "dora", "elsa", "fabio", "root", "local"].iter().enumerate()
    {
        let subject = format!("s{number}");
        let claims = Claims { subject, login: Some((*name).into()), email: None, ..claims() };
        assert_eq!(entered(&portal, &claims).await?.as_str(), format!("{name}-2"));
    }
    for (number, (login, name)) in
        [("Gul@corp.example", "gul"), ("../../x", "x"), ("日本", "ines"), ("", "ines-2"), ("a/b c", "a-b-c")]
            .into_iter()
            .enumerate()
    {
        let subject = format!("t{number}");
        let claims = Claims { subject, login: Some(login.into()), ..claims() };
        assert_eq!(entered(&portal, &claims).await?.as_str(), name, "{login}");
    }
    Ok(())
}

#[tokio::test]
async fn a_persons_own_words_stand_above_the_providers() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let key = entered(&portal, &claims()).await?;
    let urn = person("ines.nunez").urn;
    let renamed = Claims { name: Some("Inés N. de Franco".into()), email: None, ..claims() };
    entered(&portal, &renamed).await?;
    assert_eq!(portal.own_name(&urn), "Inés N. de Franco");

    let stored = catalog.store().document(&urn).await?.there()?;
    let Body::Person(layers) = stored.body.as_ref() else { return Err(Trouble::new("no person")) };
    let mut layers = layers.clone();
    layers.say("name", &key, Timestamp::EPOCH, |facts| facts.name = Some("Nené".into()));
    let said = Change::put(urn.clone(), Expected::Revision(stored.revision), Body::Person(layers), "");
    catalog.holding([said]).await?;
    entered(&portal, &claims()).await?;
    assert_eq!(portal.own_name(&urn), "Nené");

    let long = Claims { name: Some("n".repeat(5_000)), email: Some("a\nb".into()), ..claims() };
    entered(&portal, &long).await?;
    Ok(())
}

#[tokio::test]
async fn an_address_is_somebody_only_where_it_is_verified_trusted_and_one_persons() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let trusting = Provider { trusts_email: true, ..provider(Admits::Known) };
    let portal = begun(&catalog, trusting).await?;
    let known = |slug: &str, email: &str| {
        let mut known = person(slug);
        known.facts.email = Some(email.into());
        // What a harvest states makes nobody anybody.
        let source = if slug == "harvested" { "dbt:shop" } else { "code" };
        known.stated_by(source).put_new()
    };
    catalog
        .holding([
            known("ana", "Ines@bank.example"),
            known("harvested", "harvested@bank.example"),
            known("b", "two@b.example"),
            known("c", "two@b.example"),
        ])
        .await?;

    let unverified = Claims { email_is_verified: false, ..claims() };
    let two = Claims { email: Some("two@b.example".into()), ..claims() };
    let nobody = Claims { email: None, ..claims() };
    let harvested = Claims { email: Some("harvested@bank.example".into()), ..claims() };
    let untrusting = Catalog::clone(&catalog).entered_by(vec![provider(Admits::Known)]);
    let why = "Banco Guaraní knows you, and this catalog does not let you in: ask whoever runs it";
    for claims in [unverified, two, nobody, harvested] {
        assert_eq!(refused(&portal, &claims).await?, why);
    }
    assert_eq!(refused(&untrusting, &claims()).await?, why);

    assert_eq!(entered(&portal, &claims()).await?.as_str(), "ana");
    let moved = Claims { email: None, ..claims() };
    assert_eq!(
        entered(&untrusting, &moved).await?.as_str(),
        "ana",
        "from then on, the subject says who it is"
    );
    let heir = Claims { subject: "9999".into(), ..claims() };
    assert_eq!(refused(&portal, &heir).await?, why, "the address is somebody else's now");
    Ok(())
}

#[tokio::test]
async fn what_one_provider_says_of_an_address_makes_nobody_known_to_another() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let careless = Provider { name: "careless".into(), ..provider(Admits::Everyone) };
    begun(&catalog, careless.clone()).await?;
    let trusting = Provider { trusts_email: true, ..provider(Admits::Everyone) };
    let portal = Catalog::clone(&catalog).entered_by(vec![careless, trusting]);
    let squatter =
        Claims { provider: "careless".into(), issuer: "https://careless.example".into(), ..claims() };
    let squatter = entered(&portal, &squatter).await?;
    assert_ne!(entered(&portal, &claims()).await?, squatter);
    Ok(())
}

#[tokio::test]
async fn whoever_is_disabled_stays_out_in_the_words_of_whoever_is_not_known() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let session = portal.sign_in_with(&nobody(), &claims(), "").await?;
    assert_eq!(who(&portal, &session.token).await?, Who::Person);
    portal.disable_account(&nightly(), "ines.nunez", true).await?;
    assert_eq!(who(&portal, &session.token).await?, Who::Anonymous);
    let disabled = refused(&portal, &claims()).await?;
    let unknown = Claims { subject: "other".into(), ..claims() };
    let closed = Catalog::clone(&catalog).entered_by(vec![provider(Admits::Known)]);
    assert_eq!(disabled, refused(&closed, &unknown).await?);
    Ok(())
}

#[tokio::test]
async fn groups_follow_the_provider_and_leave_alone_what_others_have_said() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let (by_hand, ines) = (person("ana").urn, person("ines.nunez").urn);
    catalog
        .holding([
            group("stewards").with(&by_hand).put_new(),
            group("it").put_new(),
            unit("risk").member(member(&group("stewards").urn, Role::Steward)).put_new(),
            asset("loans").in_unit("risk").put_new(),
        ])
        .await?;
    let key = entered(&portal, &saying(&["data-stewards", "unheard-of", "stewards"])).await?;
    assert_eq!(members(&catalog, "stewards").await?, [by_hand.clone(), ines.clone()]);
    assert_eq!(members(&catalog, "it").await?, []);
    let own = Actor::person(key, Door::Browser);
    assert!(portal.asset(&own, &asset("loans").urn, None).await.is_ok(), "the group's role is hers");

    entered(&portal, &saying(&["it"])).await?;
    assert_eq!(members(&catalog, "stewards").await?, std::slice::from_ref(&by_hand));
    assert_eq!(members(&catalog, "it").await?, std::slice::from_ref(&ines));
    assert!(portal.asset(&own, &asset("loans").urn, None).await.is_err(), "and no longer");

    // Whom somebody here has put into a group is none of the provider's business.
    let hers = Claims { subject: "a1".into(), login: Some("x".into()), ..claims() };
    let other = person("x").urn;
    entered(&portal, &hers).await?;
    let with_her = group("stewards").with(&by_hand).with(&other).stated_by("person");
    let revision = catalog.store().document(&group("stewards").urn).await?.there()?.revision;
    catalog.holding([with_her.put_over(revision)]).await?;
    entered(&portal, &hers).await?;
    assert_eq!(members(&catalog, "stewards").await?, [by_hand, other]);
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_stays_one_whatever_a_provider_says() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let administrators = group("it").urn;
    let everything = organisation().member(member(&administrators, Role::Administrator));
    catalog.holding([person("root").put_new(), group("it").put_new(), everything.put_new()]).await?;
    catalog.set_account(&nightly(), "root", "root", None).await?;
    let portal = Catalog::clone(&catalog).entered_by(vec![provider(Admits::Everyone)]);
    entered(&portal, &saying(&["it"])).await?;
    let last = [person("ines.nunez").urn];
    assert_eq!(members(&catalog, "it").await?, last);
    entered(&portal, &saying(&[])).await?;
    assert_eq!(members(&catalog, "it").await?, last, "nobody would be left");

    let other = Claims { subject: "77aa".into(), login: Some("omar".into()), ..saying(&["it"]) };
    entered(&portal, &other).await?;
    entered(&portal, &saying(&[])).await?;
    assert_eq!(members(&catalog, "it").await?, [person("omar").urn], "it is taken once somebody else has it");
    Ok(())
}

#[tokio::test]
async fn the_first_account_is_nobodys_who_comes_by_a_provider() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = Catalog::clone(&catalog).entered_by(vec![provider(Admits::Everyone)]);
    assert!(refused(&portal, &claims()).await?.contains("nobody has an account here yet"));
    assert!(catalog.has_no_accounts().await?);
    let unheard = Claims { provider: "other".into(), ..claims() };
    assert_eq!(refused(&portal, &unheard).await?, "there is no such provider in this catalog");
    Ok(())
}

#[tokio::test]
async fn a_provider_ends_what_was_begun_by_it_once() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let here = portal.sign_in_with(&nobody(), &Claims { sid: Some("s1".into()), ..claims() }, "").await?;
    let there = portal.sign_in_with(&nobody(), &Claims { sid: Some("s2".into()), ..claims() }, "").await?;
    let begun_by = portal.signed_in_by(&here.token).await?;
    assert!(matches!(begun_by, Some(FederatedSession { sid: Some(sid), .. }) if sid == "s1"));

    let said = |token: &str, sid: Option<&str>, subject: Option<&str>| SignedOutThere {
        provider: "bank".into(),
        token: token.into(),
        subject: subject.map(Into::into),
        sid: sid.map(Into::into),
    };
    assert_eq!(portal.signed_out_there(&said("j1", Some("s1"), Some("8f1c"))).await?, 1);
    assert_eq!(who(&portal, &here.token).await?, Who::Anonymous);
    assert_eq!(who(&portal, &there.token).await?, Who::Person);
    for _ in 0..2 {
        let again = portal.signed_out_there(&said("j1", None, Some("8f1c"))).await;
        assert!(matches!(again, Err(CatalogError::Refused(_))), "a token that was heard before");
    }
    assert_eq!(who(&portal, &there.token).await?, Who::Person);
    assert!(portal.signed_out_there(&said("j2", None, None)).await.is_err());
    assert_eq!(portal.signed_out_there(&said("j3", None, Some("8f1c"))).await?, 1);
    assert_eq!(who(&portal, &there.token).await?, Who::Anonymous);
    Ok(())
}

fn entering() -> Entering {
    Entering {
        provider: "bank".into(),
        state: "s".into(),
        nonce: "n".into(),
        verifier: "v".into(),
        redirect: "https://catalog.example/sign-in/with/bank/back".into(),
        back: "/search".into(),
    }
}

#[tokio::test]
async fn what_is_taken_along_to_a_provider_comes_back_once_and_to_who_has_the_secret() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let entering = entering();
    let key = catalog.begin_entering(&Actor::anonymous(Door::Browser), &entering).await?;
    assert!(catalog.take_entering(&Secret::new("another")).await?.is_none());
    assert!(catalog.take_leaving(&key).await?.is_none(), "it is for coming in alone");
    assert_eq!(catalog.take_entering(&key).await?.there()?.state, "s");
    assert!(catalog.take_entering(&key).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn a_provider_calls_nobody_what_another_is_called() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    catalog
        .holding([
            person("zoe").named("Zoé Acosta").put_new(),
            group("owners").named("Data Owners").put_new(),
        ])
        .await?;
    for (number, name) in ["Zoé Acosta", "zoé acosta", "Data Owners"].into_iter().enumerate() {
        let claims = Claims {
            subject: format!("s{number}"),
            login: Some(format!("eve{number}")),
            email: None,
            name: Some(name.into()),
            ..claims()
        };
        let eve = entered(&portal, &claims).await?;
        let view = portal.person(&nightly(), &eve.person().there()?, 0, 1).await?;
        assert_eq!(view.name, format!("eve{number}"));
    }
    Ok(())
}

#[tokio::test]
async fn nobody_gets_a_key_that_a_policy_names() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let text = "permit (principal == Person::\"auditor\", action, resource);";
    catalog.holding([policy("audits", text).put_new()]).await?;
    let claims = Claims { login: Some("auditor".into()), email: None, ..claims() };
    assert_eq!(entered(&portal, &claims).await?.as_str(), "auditor-2");
    Ok(())
}

#[tokio::test]
async fn whom_people_have_put_into_a_group_the_provider_takes_out_of_it_never() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let portal = begun(&catalog, provider(Admits::Everyone)).await?;
    let ines = entered(&portal, &claims()).await?.person().there()?;
    catalog.holding([group("stewards").with(&ines).put_new()]).await?;
    entered(&portal, &saying(&["data-stewards"])).await?;
    entered(&portal, &saying(&[])).await?;
    assert_eq!(members(&catalog, "stewards").await?, [ines]);
    Ok(())
}

#[tokio::test]
async fn whoever_begins_without_an_end_is_told_to_wait_and_others_are_not() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let from = |address: &str| Actor::anonymous(Door::Browser).from_address(Some(address.into()));
    let entering = entering();
    for _ in 0..600 {
        catalog.begin_entering(&from("198.51.100.9"), &entering).await?;
    }
    let refused = catalog.begin_entering(&from("198.51.100.9"), &entering).await;
    assert!(matches!(refused, Err(CatalogError::Busy(_))));
    catalog.begin_entering(&from("198.51.100.10"), &entering).await?;
    Ok(())
}
