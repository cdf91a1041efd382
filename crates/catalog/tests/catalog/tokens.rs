//! Tokens: made, used and revoked; kept as digests; and who may have to do with whose.

use loggia_catalog::CatalogError;
use loggia_catalog::assets::Looked;
use loggia_catalog::ports::{Accounts, Scope, Token, Tokens};
use loggia_catalog::tokens::{Admission, MOST_DAYS, MadeToken, USUAL_DAYS};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Secret, Timestamp, Urn, Who};
use loggia_testkit::{
    Engine, Outcome, TestCatalog, Trouble, ana, asset, group, member, organisation, person, service,
    signed_in, unit,
};

/// A service that `olga` answers for and that sees what is in `risk`; `ada` administers everything, `vera` sees
/// `risk`. All have accounts but `nadia`.
async fn with_a_service(engine: Engine) -> Outcome<TestCatalog> {
    let catalog = TestCatalog::in_engine(engine).await?;
    let mut loader = service("loader");
    loader.facts.owners = Some(vec![person("olga").urn]);
    let risk = unit("risk")
        .member(member(&loader.urn, Role::Viewer))
        .member(member(&person("vera").urn, Role::Viewer));
    let all = organisation().member(member(&person("ada").urn, Role::Administrator));
    let people = ["ada", "olga", "vera", "nadia"].map(|name| person(name).put());
    let changes = [loader.put(), risk.put(), unit("cards").put(), all.put()];
    let assets = [asset("t.loans").in_unit("risk").put(), asset("t.cards").in_unit("cards").put()];
    catalog.holding(people.into_iter().chain(changes).chain(assets)).await?;
    for name in ["ada", "olga", "vera"] {
        catalog.set_account(&ana(), name, name, None).await?;
    }
    Ok(catalog)
}

fn loader() -> Urn {
    service("loader").urn
}

async fn made(catalog: &TestCatalog, by: &str, owner: &Urn) -> Outcome<MadeToken> {
    Ok(catalog.make_token(&signed_in(by), owner, "Nightly load", Scope::Read, USUAL_DAYS).await?)
}

async fn told(catalog: &TestCatalog, token: &Secret, needed: Scope) -> Outcome<String> {
    Ok(match catalog.admit(&Actor::anonymous(Door::Api), token, needed).await? {
        Admission::Admitted(actor) => format!("{:?} {}", actor.who, actor.key),
        Admission::Unknown => "unknown".to_owned(),
        Admission::TooNarrow(scope) => format!("only {scope}"),
    })
}

async fn sees(catalog: &TestCatalog, actor: &Actor, name: &str) -> Outcome<bool> {
    match catalog.asset(actor, &asset(name).urn, None).await {
        Ok(Looked::Here(_)) => Ok(true),
        Err(CatalogError::NotFound(_)) => Ok(false),
        Ok(Looked::Elsewhere(urn)) => Err(Trouble::new(format!("it is {urn}"))),
        Err(error) => Err(error.into()),
    }
}

#[tokio::test]
async fn a_token_comes_in_as_its_service_until_it_is_revoked_and_is_kept_as_a_digest() -> Outcome {
    for engine in Engine::BOTH {
        let catalog = with_a_service(engine).await?;
        let token = made(&catalog, "olga", &loader()).await?;
        let text = token.token.reveal().to_owned();
        assert!(text.starts_with("loggia_"));

        let Admission::Admitted(actor) =
            catalog.admit(&Actor::anonymous(Door::Api), &token.token, Scope::Read).await?
        else {
            return Err(Trouble::new("it was not let in"));
        };
        assert_eq!((actor.who, actor.door, actor.entity()), (Who::Service, Door::Api, Some(loader())));
        assert!(sees(&catalog, &actor, "t.loans").await?, "by the role of the service");
        assert!(!sees(&catalog, &actor, "t.cards").await?);
        assert!(!sees(&catalog, &signed_in("olga"), "t.loans").await?, "which is not that of its owner");

        let listed = catalog.tokens(&signed_in("olga"), &loader()).await?;
        let shown: Vec<_> = listed.iter().map(|token| (token.name.as_str(), token.used.is_some())).collect();
        assert_eq!(shown, [("Nightly load", true)]);
        let kept = catalog
            .store()
            .database()
            .texts("SELECT id || digest || owner || name || scope FROM token")
            .await?
            .concat();
        assert!(kept.contains("service:loader") && !kept.contains(&text), "{kept}");
        assert!(!kept.contains(text.trim_start_matches("loggia_")), "nor without its beginning");

        catalog.revoke_token(&signed_in("olga"), &token.id).await?;
        assert_eq!(told(&catalog, &token.token, Scope::Search).await?, "unknown", "at once");
        assert!(catalog.tokens(&signed_in("olga"), &loader()).await?.is_empty());
        let again = catalog.revoke_token(&signed_in("olga"), &token.id).await;
        assert!(matches!(again, Err(CatalogError::NotFound(_))));
    }
    Ok(())
}

#[tokio::test]
async fn the_file_of_the_store_does_not_have_the_token() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let token = made(&catalog, "ada", &loader()).await?;
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("copy.sqlite");
    catalog.store().database().sql(&format!("VACUUM INTO '{}'", copy.display())).await?;
    let bytes = std::fs::read(&copy)?;
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("Nightly load"), "what is kept is in it");
    assert!(!has(token.token.reveal()));
    Ok(())
}

#[tokio::test]
async fn a_personal_token_acts_as_the_person_for_as_long_as_they_could_sign_in() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let vera = person("vera").urn;
    let token = made(&catalog, "vera", &vera).await?;
    assert_eq!(told(&catalog, &token.token, Scope::Read).await?, "Person vera");
    let Admission::Admitted(actor) =
        catalog.admit(&Actor::anonymous(Door::Api), &token.token, Scope::Read).await?
    else {
        return Err(Trouble::new("it was not let in"));
    };
    assert!(sees(&catalog, &actor, "t.loans").await? && !sees(&catalog, &actor, "t.cards").await?);

    catalog.disable_account(&ana(), "vera", true).await?;
    assert_eq!(told(&catalog, &token.token, Scope::Read).await?, "unknown");
    catalog.disable_account(&ana(), "vera", false).await?;
    assert_eq!(told(&catalog, &token.token, Scope::Read).await?, "Person vera");
    catalog.holding([person("vera").remove()]).await?;
    assert_eq!(told(&catalog, &token.token, Scope::Read).await?, "unknown", "whoever has gone");
    Ok(())
}

#[tokio::test]
async fn what_has_expired_or_is_of_another_scope_or_is_none_opens_nothing() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let by = signed_in("olga");
    let narrow = catalog.make_token(&by, &loader(), "Agent", Scope::Search, 1).await?;
    assert_eq!(told(&catalog, &narrow.token, Scope::Search).await?, "Service service:loader");
    assert_eq!(told(&catalog, &narrow.token, Scope::Read).await?, "only search");
    let wide = made(&catalog, "olga", &loader()).await?;
    assert_eq!(told(&catalog, &wide.token, Scope::Search).await?, "Service service:loader");

    // As it stands when its day has come.
    let known = catalog.store().token(&narrow.id).await?;
    let known = known.ok_or_else(|| Trouble::new("it is not kept"))?;
    catalog.store().remove_token(&narrow.id).await?;
    let yesterday = Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(-86_400);
    catalog.store().put_token(&Token { expires: yesterday, ..known }).await?;
    assert_eq!(told(&catalog, &narrow.token, Scope::Search).await?, "unknown");
    let listed = catalog.tokens(&by, &loader()).await?;
    assert_eq!(listed.iter().filter(|token| token.has_expired).count(), 1, "it is still told of");

    let other = wide.token.reveal().replace("loggia_", "loggia-");
    for none in ["", "loggia_", &other, &wide.token.reveal().to_uppercase()] {
        assert_eq!(told(&catalog, &Secret::new(none), Scope::Search).await?, "unknown", "{none}");
    }
    catalog.holding([service("loader").remove()]).await?;
    assert_eq!(told(&catalog, &wide.token, Scope::Search).await?, "unknown", "its service has gone");
    Ok(())
}

#[tokio::test]
async fn who_may_make_see_and_revoke_whose_tokens() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let vera = person("vera").urn;
    let mut actors: Vec<Actor> = ["ada", "olga", "vera", "nadia"].map(signed_in).to_vec();
    actors.extend([Actor::anonymous(Door::Browser), ana()]);
    let mut table = String::new();
    for actor in &actors {
        let mut line = vec![actor.key.to_string()];
        for owner in [&loader(), &vera] {
            let made = catalog.make_token(actor, owner, "x", Scope::Read, 1).await;
            line.push(word(&made));
            line.push(word(&catalog.tokens(actor, owner).await));
            let maker = if *owner == loader() { signed_in("ada") } else { signed_in("vera") };
            let other = catalog.make_token(&maker, owner, "y", Scope::Read, 1).await?;
            line.push(word(&catalog.revoke_token(actor, &other.id).await));
        }
        line.push(word(&catalog.all_tokens(actor).await));
        table.push_str(&line.join(" "));
        table.push('\n');
    }
    // Make, see and revoke those of the service; of Vera; see all. `ana` has the machine here.
    insta::assert_snapshot!(table.trim_end(), @r"
    ada yes yes yes refused yes yes yes
    olga yes yes yes refused 403 404 403
    vera 403 403 404 yes yes yes 403
    nadia 403 403 404 refused 403 404 403
    anonymous 404 404 404 refused 404 404 404
    ana yes yes yes refused yes yes yes
    ");
    Ok(())
}

fn word<T>(answer: &loggia_catalog::Result<T>) -> String {
    match answer {
        Ok(_) => "yes".to_owned(),
        Err(CatalogError::NotFound(_)) => "404".to_owned(),
        Err(CatalogError::Forbidden(_)) => "403".to_owned(),
        Err(CatalogError::Refused(_)) => "refused".to_owned(),
        Err(other) => other.to_string(),
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_told_before_it_is_made() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let by = signed_in("ada");
    let refused = catalog.make_token(&by, &loader(), " ", Scope::Read, MOST_DAYS + 1).await.err();
    let said = refused.map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(
        said,
        "name: is empty: say what the token is for; days: is 366: a token is good for 1 to 365 days"
    );
    let of_a_unit = catalog.make_token(&ana(), &unit("risk").urn, "x", Scope::Read, 1).await;
    assert!(matches!(of_a_unit, Err(CatalogError::Refused(_))));
    for n in 0..50 {
        catalog.make_token(&by, &loader(), &format!("Token {n}"), Scope::Read, 1).await?;
    }
    let one_more = catalog.make_token(&by, &loader(), "One more", Scope::Read, 1).await;
    assert!(matches!(one_more, Err(CatalogError::Refused(_))), "nobody tells 51 apart");
    Ok(())
}

#[tokio::test]
async fn a_service_has_roles_by_its_name_and_by_its_groups() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let cards = unit("cards").urn;
    let token = made(&catalog, "ada", &loader()).await?;
    let Admission::Admitted(actor) =
        catalog.admit(&Actor::anonymous(Door::Api), &token.token, Scope::Read).await?
    else {
        return Err(Trouble::new("it was not let in"));
    };
    catalog.set_member(&signed_in("ada"), &cards, "loader", Some(Role::Viewer), None).await?;
    assert!(sees(&catalog, &actor, "t.cards").await?, "found by its name");
    catalog.set_member(&signed_in("ada"), &cards, loader().as_str(), None, None).await?;
    assert!(!sees(&catalog, &actor, "t.cards").await?);

    let programs = group("programs").with(&loader());
    catalog.holding([programs.put()]).await?;
    catalog.set_member(&signed_in("ada"), &cards, "programs", Some(Role::Viewer), None).await?;
    assert!(sees(&catalog, &actor, "t.cards").await?);
    let view = catalog.service(&signed_in("vera"), &loader()).await?;
    assert!(view.tokens.is_none() && !view.may_change, "nothing of its tokens for others");
    assert_eq!(view.roles.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_a_service_did_is_told_by_its_name() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let mut named = service("named");
    named.facts.name = Some("Nightly loader".to_owned());
    catalog.holding([named.put()]).await?;
    let key = loggia_model::ActorKey::of_service(&named.urn)?;
    let names = catalog.names(&ana()).await?;
    assert_eq!(names.of_actor(&key), "Nightly loader");
    assert!(catalog.store().account(&key).await?.is_none(), "and nobody signs in as it");
    Ok(())
}

#[tokio::test]
async fn what_is_shown_once_waits_sealed_and_is_taken_once() -> Outcome {
    let catalog = with_a_service(Engine::Sqlite).await?;
    let secret = Secret::new("loggia_of-one-page");
    let key = catalog.keep_sealed(&secret, 600).await?;
    let kept = catalog.store().database().texts("SELECT name || value FROM kept").await?.concat();
    assert!(kept.contains("sealed ") && !kept.contains("of-one-page"), "{kept}");
    assert!(!kept.contains(key.written().reveal()), "nor the key");
    assert_eq!(catalog.take_sealed(&loggia_catalog::secrets::SecretKey::generate()?).await?, None);
    assert_eq!(catalog.take_sealed(&key).await?, Some(secret));
    assert_eq!(catalog.take_sealed(&key).await?, None);
    Ok(())
}
