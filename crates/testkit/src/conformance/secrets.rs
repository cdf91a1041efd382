//! Named secrets, which the store keeps as they come.

use loggia_catalog::ports::{SealedSecret, Secrets};
use loggia_model::Timestamp;

use crate::{Outcome, TestStore, ana};

fn secret(name: &str, key: &str, sealed: &str) -> SealedSecret {
    SealedSecret {
        name: name.to_owned(),
        key: key.to_owned(),
        sealed: sealed.to_owned(),
        set_at: Timestamp::from_micros(1_772_366_400_000_000),
        set_by: ana().key,
    }
}

pub async fn a_secret_is_kept_in_place_of_the_one_before_it_until_it_is_removed(store: TestStore) -> Outcome {
    let (old, new, other) =
        (secret("b", "k1", "x1:00"), secret("b", "k2", "x1:01"), secret("a.Z", "k1", "x1:02"));
    for secret in [&old, &other, &new] {
        store.put_secret(secret).await?;
    }
    assert_eq!(store.secrets().await?, [other, new.clone()], "by name");
    assert_eq!(store.secret("b").await?, Some(new));

    assert!(store.remove_secret("b").await?);
    assert!(!store.remove_secret("b").await?);
    assert_eq!(store.secret("b").await?, None);
    Ok(())
}

pub async fn secrets_are_replaced_together_or_where_one_has_changed_not_at_all(store: TestStore) -> Outcome {
    let [a, b] = ["a", "b"].map(|name| secret(name, "k1", "x1:00"));
    let anew =
        |secret: &SealedSecret| SealedSecret { key: "k2".into(), sealed: "x1:11".into(), ..secret.clone() };
    store.put_secret(&a).await?;
    store.put_secret(&secret("b", "k1", "x1:ff")).await?;
    let pairs = [(a.clone(), anew(&a)), (b.clone(), anew(&b))];

    assert!(!store.replace_secrets(&pairs).await?, "somebody has set b meanwhile");
    assert_eq!(store.secret("a").await?, Some(a.clone()));

    store.put_secret(&b).await?;
    assert!(store.replace_secrets(&pairs).await?);
    assert_eq!(store.secrets().await?, [anew(&a), anew(&b)]);
    assert!(store.replace_secrets(&[]).await?);
    Ok(())
}
