//! Accounts and sessions, which the store keeps beside the log.

use loggia_catalog::ports::{Account, Accounts, Session};
use loggia_model::Timestamp;

use crate::builders::parsed;
use crate::{Outcome, TestStore};

fn account(person: &str, login: &str) -> Account {
    Account {
        person: parsed(person),
        login: login.to_owned(),
        password: None,
        is_disabled: false,
        made: Timestamp::from_micros(1_000_000),
    }
}

fn session(id: &str, person: &str, begun: i64, seen: i64) -> Session {
    let [begun, seen] = [begun, seen].map(|second| Timestamp::EPOCH.plus_seconds(second));
    Session { id: id.to_owned(), person: parsed(person), begun, seen, agent: "Ñandú/1.0".to_owned() }
}

pub async fn an_account_is_kept_in_place_of_the_one_before_it_and_a_login_is_one_persons(
    store: TestStore,
) -> Outcome {
    let (ana, bruno) = (account("ana", "ana@bank.example"), account("bruno", "bruno"));
    assert!(store.put_account(&ana).await?);
    assert!(store.put_account(&bruno).await?);
    let hers = Account { password: Some("$argon2id$…".into()), is_disabled: true, ..ana.clone() };
    assert!(store.put_account(&hers).await?);
    assert_eq!(store.accounts().await?, [hers.clone(), bruno.clone()], "by login");
    assert_eq!(store.account_by_login("ana@bank.example").await?, Some(hers.clone()));
    assert_eq!(store.account(&bruno.person).await?, Some(bruno.clone()));

    let taken = Account { login: "bruno".into(), ..hers.clone() };
    assert!(!store.put_account(&taken).await?, "somebody else has the login");
    assert_eq!(store.account(&ana.person).await?, Some(hers));
    assert_eq!(store.account_by_login("nobody").await?, None);

    let hers = Account { password: Some("$argon2id$…".into()), is_disabled: false, ..ana.clone() };
    store.put_account(&hers).await?;
    assert!(!store.change_password(&ana.person, "$another$", "$new$").await?, "it is not the old one");
    assert!(store.change_password(&ana.person, "$argon2id$…", "$new$").await?);
    store.put_account(&Account { is_disabled: true, password: Some("$new$".into()), ..ana.clone() }).await?;
    assert!(!store.change_password(&ana.person, "$new$", "$newer$").await?, "nor of whoever is disabled");
    Ok(())
}

pub async fn a_password_is_set_and_taken_away_of_whoever_is_not_disabled(store: TestStore) -> Outcome {
    let ana = account("ana", "ana");
    store.put_account(&ana).await?;
    store.put_account(&account("bruno", "bruno")).await?;

    assert!(store.set_password(&ana.person, Some("$new$")).await?);
    let hers = store.account(&ana.person).await?;
    assert_eq!(hers, Some(Account { password: Some("$new$".into()), ..ana.clone() }));
    assert_eq!(store.account(&parsed("bruno")).await?, Some(account("bruno", "bruno")), "nobody else's");
    assert!(store.set_password(&ana.person, None).await?);
    assert_eq!(store.account(&ana.person).await?, Some(ana.clone()));

    store.put_account(&Account { is_disabled: true, ..ana.clone() }).await?;
    assert!(!store.set_password(&ana.person, Some("$new$")).await?);
    assert_eq!(store.account(&ana.person).await?, Some(Account { is_disabled: true, ..ana }));
    assert!(!store.set_password(&parsed("nobody"), Some("$new$")).await?);
    Ok(())
}

pub async fn a_session_is_there_until_it_is_ended_or_too_old(store: TestStore) -> Outcome {
    for session in
        [session("a", "ana", 100, 900), session("b", "ana", 200, 800), session("c", "bruno", 300, 300)]
    {
        store.put_session(&session).await?;
    }
    store.put_account(&account("ana", "ana")).await?;
    let ids = async |person: &str| -> Outcome<Vec<String>> {
        Ok(store.sessions(&parsed(person)).await?.into_iter().map(|session| session.id).collect())
    };
    assert_eq!(ids("ana").await?, ["a", "b"], "the one seen last first");
    store.see_session("b", Timestamp::EPOCH.plus_seconds(950)).await?;
    assert_eq!(ids("ana").await?, ["b", "a"]);
    assert_eq!(store.session("b").await?, Some(session("b", "ana", 200, 950)));

    assert_eq!(store.session("c").await?, None, "who has no account has no session");
    store.put_account(&Account { is_disabled: true, ..account("ana", "ana") }).await?;
    assert_eq!(store.session("b").await?, None, "nor has who is disabled");

    assert!(store.end_session("c").await?);
    assert!(!store.end_session("c").await?);
    store.put_session(&session("d", "ana", 1_000, 1_000)).await?;
    store.forget_sessions(Timestamp::EPOCH.plus_seconds(150), Timestamp::EPOCH.plus_seconds(950)).await?;
    assert_eq!(ids("ana").await?, ["d", "b"], "one was begun too long ago");
    store.forget_sessions(Timestamp::EPOCH, Timestamp::EPOCH.plus_seconds(960)).await?;
    assert_eq!(ids("ana").await?, ["d"], "one was seen too long ago");
    store.put_session(&session("e", "ana", 1_001, 1_001)).await?;
    store.end_sessions(&parsed("ana"), Some("d")).await?;
    assert_eq!(ids("ana").await?, ["d"]);
    store.end_sessions(&parsed("ana"), None).await?;
    assert!(ids("ana").await?.is_empty());
    Ok(())
}
