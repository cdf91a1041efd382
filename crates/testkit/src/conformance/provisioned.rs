//! Whom the directories of companies have brought, and which groups.

use loggia_catalog::ports::{Provisioned, ProvisionedGroup, ProvisionedUser, Store};
use loggia_model::{ActorKey, Timestamp};

use crate::builders::parsed;
use crate::{Outcome, TestStore, group, person};

fn entra() -> ActorKey {
    parsed("service:entra")
}

fn user(key: &str, name: &str) -> ProvisionedUser {
    let at = Timestamp::from_micros(1_000_000);
    ProvisionedUser {
        service: entra(),
        person: parsed(key),
        user_name: name.to_owned(),
        external_id: None,
        stated: "{\"userName\":\"Ñandú\"}".to_owned(),
        made: at,
        changed: at,
        ended: None,
        is_kept_out: false,
    }
}

async fn keys(store: &TestStore, after: Option<&str>, limit: u32) -> Outcome<Vec<String>> {
    let after: Option<ActorKey> = after.map(parsed);
    let some = store.provisioned_users(&entra(), after.as_ref(), limit).await?;
    Ok(some.into_iter().map(|user| user.person.to_string()).collect())
}

pub async fn a_name_is_one_persons_in_each_directory_until_it_is_given_up(store: TestStore) -> Outcome {
    let ana = user("ana", "ana@bank.example");
    assert!(store.put_provisioned_user(&ana).await?);
    assert!(!store.put_provisioned_user(&user("bruno", "ana@bank.example")).await?, "it is hers");
    assert_eq!(store.provisioned_user(&entra(), &parsed("bruno")).await?, None);
    let elsewhere = ProvisionedUser { service: parsed("service:okta"), ..user("bruno", "ana@bank.example") };
    assert!(store.put_provisioned_user(&elsewhere).await?, "another directory has names of its own");
    assert_eq!(store.provisioned_user_named(&entra(), "ana@bank.example").await?, Some(ana.clone()));

    let moved = ProvisionedUser {
        user_name: "ana.b@bank.example".to_owned(),
        external_id: Some("Ü-1".to_owned()),
        changed: ana.made.plus_seconds(60),
        ..ana
    };
    assert!(store.put_provisioned_user(&moved).await?);
    assert_eq!(store.provisioned_user(&entra(), &moved.person).await?, Some(moved.clone()));
    assert_eq!(store.provisioned_user_named(&entra(), "ana@bank.example").await?, None);
    assert!(store.put_provisioned_user(&user("bruno", "ana@bank.example")).await?, "nobody has it now");

    let left = ProvisionedUser { ended: Some(moved.changed), is_kept_out: true, ..moved };
    assert!(store.put_provisioned_user(&left).await?);
    assert_eq!(store.provisioned_user(&entra(), &left.person).await?, Some(left.clone()));
    store.forget_kept_out(&left.person).await?;
    let left = ProvisionedUser { is_kept_out: false, ..left };
    assert_eq!(store.provisioned_user_named(&entra(), "ana.b@bank.example").await?, Some(left.clone()));
    assert!(!store.put_provisioned_user(&user("carla", "ana.b@bank.example")).await?, "it is kept for her");
    store.forget_provisioned_user(&entra(), &left.person).await?;
    assert!(store.put_provisioned_user(&user("carla", "ana.b@bank.example")).await?);
    Ok(())
}

pub async fn whom_a_directory_has_is_told_in_pages_without_those_who_left(store: TestStore) -> Outcome {
    for key in ["carla", "ana", "bruno", "dora"] {
        let external_id = (key != "dora").then(|| "the same".to_owned());
        store.put_provisioned_user(&ProvisionedUser { external_id, ..user(key, key) }).await?;
    }
    let left = ProvisionedUser { ended: Some(Timestamp::EPOCH), ..user("bruno", "bruno") };
    store.put_provisioned_user(&ProvisionedUser { external_id: Some("the same".into()), ..left }).await?;

    assert_eq!(keys(&store, None, 2).await?, ["ana", "carla"]);
    assert_eq!(keys(&store, Some("carla"), 2).await?, ["dora"]);
    let same = store.provisioned_users_of(&entra(), "the same", 9).await?;
    assert_eq!(same.iter().map(|user| user.person.as_str()).collect::<Vec<_>>(), ["ana", "carla"]);
    assert_eq!(store.provisioned_users_of(&entra(), "THE SAME", 9).await?, []);

    let mut asked: Vec<ActorKey> = (0..1_200).map(|number| parsed(&format!("nobody-{number}"))).collect();
    asked.extend(["ana", "bruno", "dora"].map(parsed::<ActorKey>));
    let there = store.provisioned_among(&entra(), &asked).await?;
    assert_eq!(there, ["ana", "dora"].map(parsed::<ActorKey>).into());
    assert!(store.provisioned_among(&parsed("service:okta"), &asked).await?.is_empty());
    assert!(store.provisioned_among(&entra(), &[]).await?.is_empty());
    Ok(())
}

pub async fn a_group_is_known_to_the_directory_that_made_it(store: TestStore) -> Outcome {
    let at = Timestamp::from_micros(1_000_000);
    let made = |slug: &str| ProvisionedGroup {
        service: entra(),
        urn: group(slug).urn,
        name: "Gestión «ñ»".to_owned(),
        external_id: None,
        made: at,
        changed: at,
    };
    let (one, other) = (made("b"), made("a"));
    store.put_provisioned_group(&one).await?;
    store.put_provisioned_group(&other).await?;
    let renamed = ProvisionedGroup { name: "Risk".to_owned(), external_id: Some("x".into()), ..one };
    store.put_provisioned_group(&renamed).await?;
    assert_eq!(store.provisioned_group(&entra(), &renamed.urn).await?, Some(renamed.clone()));
    assert_eq!(store.provisioned_group(&parsed("service:okta"), &renamed.urn).await?, None);
    assert_eq!(store.provisioned_groups(&entra(), None, 9).await?, [other.clone(), renamed.clone()]);
    assert_eq!(store.provisioned_groups(&entra(), Some(&other.urn), 9).await?, [renamed]);
    store.forget_provisioned_group(&entra(), &other.urn).await?;
    assert_eq!(store.provisioned_group(&entra(), &other.urn).await?, None);
    Ok(())
}

pub async fn who_is_erased_is_forgotten_by_every_directory(store: TestStore) -> Outcome {
    let ana = person("ana");
    store.write(ana.put_new()).await?;
    store.put_provisioned_user(&user("ana", "ana@bank.example")).await?;
    store.erase_person(&crate::nightly(), &ana.urn, &parsed("ana")).await?;
    assert_eq!(store.provisioned_user_named(&entra(), "ana@bank.example").await?, None);
    Ok(())
}
