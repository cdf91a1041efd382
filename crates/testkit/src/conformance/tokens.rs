//! Tokens, which the store keeps beside the log.

use loggia_catalog::ports::{Scope, Store, Token, Tokens};
use loggia_model::{Actor, Door, Timestamp};

use crate::builders::parsed;
use crate::{Outcome, TestStore, There, asset};

fn token(id: &str, owner: &str, made: i64, expires: i64) -> Token {
    let [made, expires] = [made, expires].map(|second| Timestamp::EPOCH.plus_seconds(second));
    Token {
        id: id.to_owned(),
        digest: format!("digest of {id}"),
        owner: parsed(owner),
        name: "Nightly «ñ»".to_owned(),
        scope: Scope::Read,
        made,
        made_by: parsed("ana"),
        expires,
        used: None,
    }
}

pub async fn a_token_is_there_until_it_is_removed_or_long_expired(store: TestStore) -> Outcome {
    let (first, second) = (token("a", "service:loader", 100, 900), token("b", "service:loader", 200, 800));
    let hers = Token { scope: Scope::Search, ..token("c", "ana", 300, 1_000) };
    for token in [&first, &second, &hers] {
        store.put_token(token).await?;
    }
    assert!(store.put_token(&first).await.is_err(), "one of this id is there");
    assert!(
        store.put_token(&Token { id: "d".into(), ..first.clone() }).await.is_err(),
        "one of this digest is there"
    );
    assert_eq!(store.token("c").await?, Some(hers.clone()));
    assert_eq!(store.token_by_digest("digest of a").await?, Some(first.clone()));
    assert_eq!(store.token_by_digest("a").await?, None);
    assert_eq!(store.tokens_of(&first.owner).await?, [second.clone(), first.clone()], "made last first");
    assert_eq!(store.all_tokens().await?, [hers.clone(), second.clone(), first.clone()], "by owner");

    let at = Timestamp::EPOCH.plus_seconds(500);
    store.use_token("a", at).await?;
    assert_eq!(store.token("a").await?, Some(Token { used: Some(at), ..first }));

    assert!(store.remove_token("c").await?);
    assert!(!store.remove_token("c").await?);
    assert_eq!(store.token_by_digest("digest of c").await?, None);
    store.forget_tokens(Timestamp::EPOCH.plus_seconds(850)).await?;
    assert_eq!(store.token("b").await?, None, "it expired before");
    assert!(store.token("a").await?.is_some());
    Ok(())
}

pub async fn what_a_service_did_stands_in_the_log_by_its_key(store: TestStore) -> Outcome {
    let loader = Actor::service(parsed("service:loader"), Door::Api);
    store.append(&loader, vec![asset("first").put_new()]).await?;

    let history = store.history(&asset("first").urn, None, 1).await?;

    let entry = history.first().there()?;
    assert_eq!((entry.actor.as_str(), entry.door), ("service:loader", Door::Api));
    assert_eq!(store.verify().await?, []);
    Ok(())
}
