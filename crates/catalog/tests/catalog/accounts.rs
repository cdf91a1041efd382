//! Accounts that administrators see to, and the links by which people choose their passwords.

use loggia_catalog::CatalogError;
use loggia_catalog::accounts::{AccountsPage, PasswordLink};
use loggia_catalog::audit::{AuditQuery, What};
use loggia_catalog::ports::Act;
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Secret, Urn, Who};
use loggia_testkit::{Outcome, TestCatalog, There, member, nightly, organisation, person, signed_in};

const PASSWORD: &str = "correct horse battery";

/// Ada administers everything; Vera has an account and no role.
async fn a_bank() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    catalog
        .holding([
            person("vera").named("Vera Núñez").put(),
            person("ada").named("Ada Lovelace").put(),
            organisation().member(member(&person("ada").urn, Role::Administrator)).put(),
        ])
        .await?;
    for who in ["ada", "vera"] {
        catalog.set_account(&nightly(), who, who, Some(&Secret::new(PASSWORD))).await?;
    }
    Ok(catalog)
}

fn ada() -> Actor {
    signed_in("ada")
}

fn browser() -> Actor {
    Actor::anonymous(Door::Browser).from_address(Some("203.0.113.7".into()))
}

async fn choose(catalog: &TestCatalog, link: &PasswordLink, password: &str) -> Result<Secret, CatalogError> {
    let entered = catalog.choose_password(&browser(), &link.key, &Secret::new(password), "").await?;
    Ok(entered.token)
}

async fn signs_in(catalog: &TestCatalog, login: &str, password: &str) -> bool {
    catalog.sign_in(&browser(), login, &Secret::new(password), "").await.is_ok()
}

/// Why a link was not taken.
fn why<T>(refused: Result<T, CatalogError>) -> String {
    refused.err().map(|error| error.to_string()).unwrap_or_default()
}

fn logins(page: &AccountsPage) -> Vec<&str> {
    page.accounts.iter().map(|account| account.login.as_str()).collect()
}

#[tokio::test]
async fn somebody_new_gets_an_account_and_chooses_a_password_by_a_link_that_works_once() -> Outcome {
    let catalog = a_bank().await?;
    let link = catalog.open_account(&ada(), "Noé Ñandutí", Some("noe@bank.example")).await?;
    assert_eq!((link.person.as_str(), link.login.as_str()), ("noe-nanduti", "noe@bank.example"));
    assert!(link.path().starts_with("/password?key=") && link.path().len() > 70);
    assert!(!signs_in(&catalog, "noe@bank.example", "").await);

    assert!(why(choose(&catalog, &link, "short").await).contains("12 to 256"), "and the link is still good");
    let token = choose(&catalog, &link, "a password of my own").await?;

    let actor = catalog.actor(Some(&token), Door::Browser).await?;
    assert_eq!((actor.who, actor.key.as_str()), (Who::Person, "noe-nanduti"));
    assert!(signs_in(&catalog, "noe@bank.example", "a password of my own").await);
    assert!(why(choose(&catalog, &link, "another of my own").await).contains("this link opens nothing"));
    assert!(signs_in(&catalog, "noe@bank.example", "a password of my own").await);
    Ok(())
}

#[tokio::test]
async fn a_person_who_is_there_gets_an_account_and_one_who_has_one_gets_no_second() -> Outcome {
    let catalog = a_bank().await?;
    catalog.holding([person("carlos").named("Carlos").put()]).await?;
    let link = catalog.open_account(&ada(), "Carlos", None).await?;
    assert_eq!((link.person.as_str(), link.login.as_str()), ("carlos", "carlos"));
    let people = catalog.names(&ada()).await?.all(Kind::Person).len();

    for (person, login, wrong) in [
        ("Vera Núñez", None, "person: has an account already"),
        ("Somebody Else", Some("vera"), "login: is somebody else's"),
        ("Somebody Else", Some("two words"), "login: has 1 to 100 letters"),
        ("  ", None, "name: "),
    ] {
        let refused = why(catalog.open_account(&ada(), person, login).await);
        assert!(refused.contains(wrong), "{person}: {refused}");
    }
    assert_eq!(catalog.names(&ada()).await?.all(Kind::Person).len(), people, "nobody was made");
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_the_password_and_the_sessions_and_only_the_newest_link_opens() -> Outcome {
    let catalog = a_bank().await?;
    let entered = catalog.sign_in(&browser(), "vera", &Secret::new(PASSWORD), "").await?;

    let first = catalog.reset_password(&ada(), " VERA ").await?;
    assert_eq!(catalog.actor(Some(&entered.token), Door::Browser).await?.who, Who::Anonymous);
    assert!(!signs_in(&catalog, "vera", PASSWORD).await);
    let second = catalog.reset_password(&nightly(), "vera").await?;

    assert!(why(choose(&catalog, &first, "a password of my own").await).contains("opens nothing"));
    choose(&catalog, &second, "a password of my own").await?;
    assert!(signs_in(&catalog, "vera", "a password of my own").await);

    // Whoever is given a password otherwise, or chooses another, leaves no link behind.
    let third = catalog.reset_password(&ada(), "vera").await?;
    catalog.set_account(&nightly(), "vera", "vera", Some(&Secret::new(PASSWORD))).await?;
    assert!(why(choose(&catalog, &third, "a password of my own").await).contains("opens nothing"));
    assert!(signs_in(&catalog, "vera", PASSWORD).await);
    Ok(())
}

#[tokio::test]
async fn whoever_is_kept_out_has_no_link_and_every_link_that_opens_nothing_is_told_in_the_same_words()
-> Outcome {
    let catalog = a_bank().await?;
    let link = catalog.reset_password(&ada(), "vera").await?;
    catalog.disable_account(&ada(), "vera", true).await?;
    let of_nobody =
        PasswordLink { key: Secret::new("00"), ..catalog.open_account(&ada(), "Noé", None).await? };

    let (kept_out, never) =
        (why(choose(&catalog, &link, PASSWORD).await), why(choose(&catalog, &of_nobody, PASSWORD).await));
    assert!(!kept_out.is_empty() && kept_out == never, "{kept_out} / {never}");
    let disabled = why(catalog.reset_password(&ada(), "vera").await);
    assert!(disabled.contains("is kept out"), "{disabled}");
    catalog.disable_account(&ada(), "vera", false).await?;
    assert!(why(choose(&catalog, &link, PASSWORD).await).contains("opens nothing"), "it ended for good");
    assert!(!signs_in(&catalog, "vera", PASSWORD).await, "nor has the old password come back");
    Ok(())
}

#[tokio::test]
async fn neither_oneself_nor_the_last_administrator_is_kept_out_or_reset() -> Outcome {
    let catalog = a_bank().await?;
    let own = why(catalog.disable_account(&ada(), "ada", true).await);
    assert!(own.contains("your own account"), "{own}");
    let own = why(catalog.reset_password(&ada(), "ada").await);
    assert!(own.contains("your own account"), "{own}");
    let last = why(catalog.disable_account(&nightly(), "ada", true).await);
    assert!(last.contains("nobody would be left who administers"), "{last}");
    assert!(signs_in(&catalog, "ada", PASSWORD).await);

    // Another who administers everything counts as soon as they could sign in, and as long as they can.
    catalog.holding([person("bea").put()]).await?;
    let both = organisation()
        .member(member(&person("ada").urn, Role::Administrator))
        .member(member(&person("bea").urn, Role::Administrator));
    catalog.holding([both.put()]).await?;
    assert!(catalog.disable_account(&nightly(), "ada", true).await.is_err());
    catalog.open_account(&ada(), "bea", None).await?;
    catalog.disable_account(&nightly(), "ada", true).await?;
    assert!(catalog.disable_account(&nightly(), "bea", true).await.is_err());
    assert!(matches!(catalog.reset_password(&nightly(), "nobody").await, Err(CatalogError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn administrators_see_who_has_an_account_how_they_come_in_and_when_they_last_did() -> Outcome {
    let catalog = a_bank().await?;
    catalog.open_account(&ada(), "Noé", None).await?;
    catalog.disable_account(&ada(), "noe", true).await?;
    assert!(signs_in(&catalog, "vera", PASSWORD).await);

    let all = catalog.accounts_like(&ada(), "", 0, 50).await?;
    assert_eq!((logins(&all), all.total), (vec!["ada", "noe", "vera"], 3));
    let told: Vec<_> = all
        .accounts
        .iter()
        .map(|account| {
            let (is_own, administers) = (account.is_own, account.is_administrator);
            (account.has_password, account.entered.is_some(), account.is_disabled, is_own, administers)
        })
        .collect();
    assert_eq!(
        told,
        [
            (true, false, false, true, true),
            (false, false, true, false, false),
            (true, true, false, false, false),
        ]
    );
    let by_name = catalog.accounts_like(&ada(), "núñ", 0, 50).await?;
    assert_eq!(logins(&by_name), ["vera"]);
    assert_eq!(by_name.accounts.first().there()?.person.as_ref().there()?.name, "Vera Núñez");
    let second = catalog.accounts_like(&ada(), "", 1, 1).await?;
    assert_eq!((logins(&second), second.total), (vec!["noe"], 3));
    for refused in [
        why(catalog.accounts_like(&signed_in("vera"), "", 0, 50).await),
        why(catalog.open_account(&signed_in("vera"), "Mine", None).await),
        why(catalog.reset_password(&signed_in("vera"), "ada").await),
        why(catalog.disable_account(&signed_in("vera"), "ada", true).await),
    ] {
        assert!(!refused.is_empty());
    }
    assert!(signs_in(&catalog, "ada", PASSWORD).await, "nothing was done");
    Ok(())
}

#[tokio::test]
async fn the_first_account_is_made_by_no_link_that_an_administrator_would_lose() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let refused = why(catalog.open_account(&Actor::local(Door::Browser), "Ada", None).await);
    assert!(refused.contains("nobody has an account yet"), "{refused}");
    assert!(catalog.has_no_accounts().await?);
    assert!(catalog.names(&nightly()).await?.all(Kind::Person).is_empty());
    Ok(())
}

#[tokio::test]
async fn all_of_it_is_in_the_audit_and_no_link_or_password_is() -> Outcome {
    let catalog = a_bank().await?;
    let link = catalog.reset_password(&ada(), "vera").await?;
    choose(&catalog, &link, "a password of my own").await?;
    assert!(choose(&catalog, &link, "a password of my own").await.is_err());
    catalog.disable_account(&ada(), "vera", true).await?;

    let all = catalog.audit(&ada(), &AuditQuery::default(), None, 100).await?.entries;

    let changed = all.iter().filter(|line| line.what == What::Did(Act::ChangedAccount)).rev().skip(2);
    let changed: Vec<_> =
        changed.map(|line| (line.actor.as_str(), line.origin.as_deref(), line.why.as_str())).collect();
    assert_eq!(
        changed,
        [
            ("ada", None, "lost their password, and given a link to choose another"),
            ("vera", Some("203.0.113.7"), "chose a password, by a link"),
            ("ada", None, "kept out"),
        ]
    );
    let not = all.iter().filter(|line| line.what == What::Did(Act::NotSignedIn)).count();
    assert_eq!(not, 1);
    let told = format!("{all:?}");
    assert!(!told.contains(link.key.reveal()) && !told.contains("of my own"), "{told}");
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_who_can_sign_in_keeps_the_role_and_is_not_erased() -> Outcome {
    let catalog = a_bank().await?;
    let everything = Urn::organisation();
    // Zoe has the role, and no account.
    catalog.holding([person("zoe").put()]).await?;
    let (zoe_urn, ada_urn) = (person("zoe").urn, person("ada").urn);
    catalog.set_member(&ada(), &everything, zoe_urn.as_str(), Some(Role::Administrator), None).await?;
    catalog.settled().await?;
    let gone = catalog.set_member(&ada(), &everything, ada_urn.as_str(), None, None).await;
    assert!(matches!(gone, Err(CatalogError::Refused(_))));
    assert!(matches!(catalog.erase_person(&signed_in("zoe"), &ada_urn).await, Err(CatalogError::Refused(_))));
    assert!(catalog.accounts(&ada()).await.is_ok(), "nothing was done by halves");
    Ok(())
}
