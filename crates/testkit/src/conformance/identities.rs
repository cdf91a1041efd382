//! Whom providers of identities mean, and the sessions that were begun by one.

use loggia_catalog::ports::{Account, Accounts, FederatedSession, Identities, Identity, Session};
use loggia_model::{Secret, Timestamp};

use crate::builders::parsed;
use crate::{Outcome, TestStore, group};

const ISSUER: &str = "https://login.bank.example";

fn identity(subject: &str, person: &str) -> Identity {
    let at = Timestamp::from_micros(1_000_000);
    let (issuer, subject) = (ISSUER.to_owned(), subject.to_owned());
    Identity { issuer, subject, person: parsed(person), groups: Default::default(), made: at, seen: at }
}

/// A session that was begun by the provider `bank`.
async fn begun(store: &TestStore, id: &str, subject: &str, sid: Option<&str>) -> Outcome<FederatedSession> {
    let at = Timestamp::from_micros(1_000_000);
    let session =
        Session { id: id.to_owned(), person: parsed("ana"), begun: at, seen: at, agent: String::new() };
    store.put_session(&session).await?;
    let federated = FederatedSession {
        session: id.to_owned(),
        provider: "bank".to_owned(),
        subject: subject.to_owned(),
        sid: sid.map(ToOwned::to_owned),
        id_token: Secret::new("a.b.c"),
    };
    store.put_federated_session(&federated).await?;
    Ok(federated)
}

async fn ids(store: &TestStore) -> Outcome<Vec<String>> {
    Ok(store.sessions(&parsed("ana")).await?.into_iter().map(|session| session.id).collect())
}

pub async fn a_subject_is_one_persons_for_good(store: TestStore) -> Outcome {
    let ana = identity("8f1c", "ana");
    assert!(store.add_identity(&ana).await?);
    assert!(!store.add_identity(&identity("8f1c", "bruno")).await?, "it is hers");
    assert!(store.add_identity(&identity("8F1C", "bruno")).await?, "upper and lower case are two");
    assert_eq!(store.identity(ISSUER, "8f1c").await?, Some(ana.clone()));
    assert_eq!(store.identity("https://other.example", "8f1c").await?, None);

    let later = Identity { groups: [group("stewards").urn].into(), seen: ana.made.plus_seconds(60), ..ana };
    store.see_identity(&later).await?;
    assert_eq!(store.identities(&parsed("ana")).await?, [later]);
    assert_eq!(store.identities(&parsed("carla")).await?, []);
    Ok(())
}

pub async fn what_a_session_was_begun_by_goes_with_it(store: TestStore) -> Outcome {
    let account = Account {
        person: parsed("ana"),
        login: "ana".to_owned(),
        password: None,
        is_disabled: false,
        made: Timestamp::EPOCH,
    };
    store.put_account(&account).await?;
    let first = begun(&store, "a", "8f1c", Some("s1")).await?;
    begun(&store, "b", "8f1c", None).await?;
    assert_eq!(store.federated_session("a").await?, Some(first));

    store.end_session("a").await?;
    assert_eq!(store.federated_session("a").await?, None);
    store.end_sessions(&parsed("ana"), None).await?;
    assert_eq!(store.federated_session("b").await?, None);
    begun(&store, "c", "8f1c", None).await?;
    store.forget_sessions(Timestamp::from_micros(2_000_000), Timestamp::EPOCH).await?;
    assert_eq!(store.federated_session("c").await?, None);
    Ok(())
}

pub async fn a_provider_ends_the_sessions_of_its_own_session_or_subject_and_no_others(
    store: TestStore,
) -> Outcome {
    begun(&store, "a", "8f1c", Some("s1")).await?;
    begun(&store, "b", "8f1c", Some("s2")).await?;
    begun(&store, "c", "77aa", None).await?;
    let at = Timestamp::from_micros(1_000_000);
    let local =
        Session { id: "d".to_owned(), person: parsed("ana"), begun: at, seen: at, agent: String::new() };
    store.put_session(&local).await?;

    assert_eq!(store.end_sessions_of_sid("other", "s1").await?, 0, "another provider's");
    assert_eq!(store.end_sessions_of_sid("bank", "s1").await?, 1);
    assert_eq!(ids(&store).await?, ["b", "c", "d"]);
    assert_eq!(store.end_sessions_of_subject("other", "8f1c").await?, 0);
    assert_eq!(store.end_sessions_of_subject("bank", "8f1c").await?, 1);
    assert_eq!(ids(&store).await?, ["c", "d"]);
    Ok(())
}
