//! What people follow, and what they are told.

use loggia_catalog::ports::{Aside, Chosen, Inbox, Show, Store, Told, What};
use loggia_model::{Actor, ActorKey, Door, Seq, Timestamp, Urn};

use crate::builders::parsed;
use crate::{Outcome, TestStore, asset, person, unit};

const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

fn told(who: &str, seq: u64, what: What) -> Told {
    Told {
        person: parsed(who),
        seq: Seq(seq),
        at: Timestamp::EPOCH.plus_seconds(100),
        urn: asset("t.loans").urn,
        what,
        by: parsed("ana"),
        detail: "drops «monto»".to_owned(),
        is_read: false,
        aside: None,
    }
}

pub async fn each_is_told_once_whoever_tells(store: TestStore) -> Outcome {
    assert_eq!(store.told_until().await?, None);
    assert!(store.tell(None, Seq(4), &[]).await?);
    assert!(!store.tell(None, Seq(9), &[told("vera", 9, What::New)]).await?, "another has begun");
    let both =
        [told("vera", 5, What::Breaking), told("olga", 5, What::Breaking), told("vera", 6, What::Replied)];
    assert!(store.tell(Some(Seq(4)), Seq(6), &both).await?);
    assert!(!store.tell(Some(Seq(4)), Seq(6), &both).await?, "it was told already");
    assert_eq!(store.told_until().await?, Some(Seq(6)));

    let vera = parsed("vera");
    assert_eq!(
        store.told(&vera, Show::Open.into(), NOW, None, 10).await?,
        [both[2].clone(), both[0].clone()]
    );
    assert_eq!(store.told(&vera, Show::Open.into(), NOW, Some(Seq(6)), 10).await?, [both[0].clone()]);
    assert_eq!(store.told(&vera, Show::Open.into(), NOW, None, 1).await?.len(), 1);
    let many: Vec<Told> = (7..1_207).map(|seq| told("olga", seq, What::Columns)).collect();
    assert!(store.tell(Some(Seq(6)), Seq(1_207), &many).await?);
    assert_eq!(store.unread(&parsed("olga"), NOW).await?, 1_201);
    Ok(())
}

pub async fn what_is_read_stays_and_is_not_counted(store: TestStore) -> Outcome {
    let vera = parsed("vera");
    let all: Vec<Told> = (1..=4).map(|seq| told("vera", seq, What::Described)).collect();
    store.tell(None, Seq(4), &all).await?;
    store.mark_read(&vera, Seq(4), false, Timestamp::EPOCH).await?;
    store.mark_read(&parsed("olga"), Seq(3), true, Timestamp::EPOCH).await?;
    assert_eq!(store.unread(&vera, NOW).await?, 3);
    store.mark_read(&vera, Seq(2), true, Timestamp::EPOCH).await?;
    let unread = store.told(&vera, Show::Unread.into(), NOW, None, 10).await?;
    assert_eq!(unread.iter().map(|told| told.seq).collect::<Vec<_>>(), [Seq(3)]);
    let replies = Chosen { what: Some(What::Replied), show: Show::Open };
    assert!(store.told(&vera, replies, NOW, None, 10).await?.is_empty());
    let described = Chosen { what: Some(What::Described), show: Show::Unread };
    assert_eq!(store.told(&vera, described, NOW, None, 10).await?.len(), 1);
    let read: Vec<bool> =
        store.told(&vera, Show::Open.into(), NOW, None, 10).await?.iter().map(|told| told.is_read).collect();
    assert_eq!(read, [true, false, true, true]);
    Ok(())
}

pub async fn what_is_put_aside_comes_again_and_what_is_done_does_not(store: TestStore) -> Outcome {
    let vera = parsed("vera");
    let all: Vec<Told> = (1..=3).map(|seq| told("vera", seq, What::Described)).collect();
    store.tell(None, Seq(3), &all).await?;
    let until = Aside::Until(NOW.plus_seconds(60));
    store.put_aside(&vera, Seq(1), Some(until), NOW).await?;
    store.put_aside(&vera, Seq(2), Some(Aside::Done), NOW).await?;
    store.put_aside(&parsed("olga"), Seq(3), Some(Aside::Done), NOW).await?;
    let seen = async |show: Show, now: Timestamp| -> Outcome<Vec<(u64, Option<Aside>)>> {
        let told = store.told(&vera, show.into(), now, None, 10).await?;
        Ok(told.into_iter().map(|told| (told.seq.0, told.aside)).collect())
    };
    assert_eq!(seen(Show::Open, NOW).await?, [(3, None)]);
    assert_eq!(seen(Show::Later, NOW).await?, [(1, Some(until))]);
    assert_eq!(seen(Show::Done, NOW).await?, [(2, Some(Aside::Done))]);
    assert_eq!(store.unread(&vera, NOW).await?, 1);
    // Whoever reads everything has not read what comes again.
    store.mark_read(&vera, Seq(3), true, NOW).await?;
    let later = NOW.plus_seconds(60);
    assert_eq!(seen(Show::Unread, later).await?, [(1, Some(until))]);
    assert_eq!((store.unread(&vera, NOW).await?, store.unread(&vera, later).await?), (0, 1));
    assert!(seen(Show::Later, later).await?.is_empty());
    store.put_aside(&vera, Seq(2), None, later).await?;
    assert_eq!(seen(Show::Open, NOW).await?, [(3, None), (2, None)]);
    Ok(())
}

pub async fn what_is_followed_is_followed_once_and_ends(store: TestStore) -> Outcome {
    let (vera, olga) = (parsed("vera"), parsed("olga"));
    let (loans, risk) = (asset("t.loans").urn, unit("risk").urn);
    let after = Some(Seq(7));
    for (who, urn) in [(&vera, &loans), (&vera, &loans), (&vera, &risk), (&olga, &risk)] {
        store.set_following(who, urn, after).await?;
    }
    assert_eq!(store.followed_by(&vera).await?, [loans.clone(), risk.clone()]);
    let follows = |who: &ActorKey, urn: &Urn| (who.clone(), urn.clone(), Seq(7));
    assert_eq!(
        store.followers_of(&[loans.clone(), risk.clone()]).await?,
        [follows(&olga, &risk), follows(&vera, &loans), follows(&vera, &risk)]
    );
    assert!(store.followers_of(&[]).await?.is_empty());
    store.set_following(&vera, &risk, None).await?;
    assert_eq!(store.followers_of(std::slice::from_ref(&risk)).await?, [follows(&olga, &risk)]);
    assert_eq!(store.all_following().await?, [(olga, risk), (vera, loans)]);
    Ok(())
}

pub async fn what_is_kept_is_changed_by_who_knows_what_it_was(store: TestStore) -> Outcome {
    let (now, later) = (NOW, NOW.plus_seconds(60));
    assert!(store.keep_instead("aside vera", None, Some(("one", later)), now).await?);
    assert!(!store.keep_instead("aside vera", None, Some(("other", later)), now).await?, "it is there");
    assert!(!store.keep_instead("aside vera", Some("two"), Some(("other", later)), now).await?);
    assert!(!store.keep_instead("aside vera", Some("two"), None, now).await?);
    assert_eq!(store.kept("aside vera", now).await?.as_deref(), Some("one"));
    assert!(store.keep_instead("aside vera", Some("one"), Some(("two", later)), now).await?);
    // What is over is as if it were not there.
    let over = later.plus_seconds(1);
    assert!(store.kept("aside vera", over).await?.is_none());
    assert!(store.keep_instead("aside vera", None, Some(("three", over)), over).await?);
    assert!(store.keep_instead("aside vera", Some("three"), None, over).await?);
    assert!(store.kept("aside vera", over).await?.is_none());
    Ok(())
}

pub async fn with_a_person_goes_what_they_were_told(store: TestStore) -> Outcome {
    let vera = person("vera");
    let machine = Actor::local(Door::CommandLine);
    store.append(&machine, vec![vera.clone().put_new()]).await?;
    store.set_following(&parsed("vera"), &asset("t.loans").urn, Some(Seq(0))).await?;
    store.tell(None, Seq(1), &[told("vera", 1, What::New), told("olga", 1, What::New)]).await?;
    let later = NOW.plus_seconds(60);
    for kept in ["aside vera", "unsaved vera urn:loggia:asset:x", "aside olga"] {
        store.keep(kept, "{}", later).await?;
    }
    store.erase_person(&machine, &vera.urn, &parsed("vera")).await?;
    assert!(store.kept("aside vera", NOW).await?.is_none());
    assert!(store.kept("unsaved vera urn:loggia:asset:x", NOW).await?.is_none());
    assert!(store.kept("aside olga", NOW).await?.is_some(), "what others put aside stays so");
    assert!(store.told(&parsed("vera"), Show::Open.into(), NOW, None, 10).await?.is_empty());
    assert!(store.all_following().await?.is_empty());
    assert_eq!(store.unread(&parsed("olga"), NOW).await?, 1);
    Ok(())
}
