//! What is to leave, until it has arrived.

use loggia_catalog::ports::{Channel, Failed, How, Inbox, Outbox, Outgoing, Store, Told, What};
use loggia_model::{Actor, Door, Seq, Timestamp};

use crate::builders::parsed;
use crate::{Outcome, TestStore, There, asset, person};

fn lake() -> Channel {
    Channel::Webhook("lake".into())
}

fn at(second: i64) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(second)
}

fn outgoing(channel: Channel, about: &str, seq: u64, due: Timestamp) -> Outgoing {
    let id = format!("{channel}-{about}-{seq}");
    Outgoing { id, channel, about: about.into(), seq: Seq(seq), at: at(50), due, body: "{}".into() }
}

fn message(about: &str, seq: u64) -> Outgoing {
    outgoing(lake(), about, seq, Timestamp::EPOCH)
}

fn failed(id: &str, now: i64, next: Option<i64>) -> Failed {
    Failed { id: id.into(), at: at(now), next: next.map(at), why: "it answers 500".into() }
}

/// The ids of what is due.
async fn due(store: &TestStore, channel: &Channel, now: i64) -> Outcome<Vec<String>> {
    let due = store.due(channel, at(now), 100).await?;
    Ok(due.into_iter().map(|waiting| waiting.outgoing.id).collect())
}

pub async fn what_is_put_out_is_put_out_once(store: TestStore) -> Outcome {
    let both = [message("a", 5), message("b", 6)];
    assert_eq!(store.made_until("webhooks").await?, None);
    assert!(store.put_out("webhooks", None, Seq(4), &[]).await?);
    assert!(store.put_out("webhooks", Some(Seq(4)), Seq(6), &both).await?);
    assert!(
        !store.put_out("webhooks", Some(Seq(4)), Seq(6), &[message("c", 6)]).await?,
        "it was made already"
    );
    assert_eq!(store.made_until("webhooks").await?, Some(Seq(6)));
    assert_eq!(store.made_until("mail").await?, None, "each goes on by itself");
    assert_eq!(due(&store, &lake(), 100).await?, ["webhook:lake-a-5", "webhook:lake-b-6"]);
    assert!(due(&store, &Channel::Mail, 100).await?.is_empty());
    let first = store.due(&lake(), at(100), 1).await?.pop().there()?;
    assert_eq!((Some(&first.outgoing), first.tries), (both.first(), 0));

    store.arrived(&lake(), &["webhook:lake-a-5".into()], at(100)).await?;
    assert_eq!(due(&store, &lake(), 100).await?, ["webhook:lake-b-6"]);
    let state = store.channel_states().await?.pop().there()?;
    assert_eq!((state.waiting, state.arrived, state.last_arrived), (1, 1, Some(at(100))));
    assert_eq!(state.oldest, Some(at(50)));
    Ok(())
}

pub async fn what_failed_is_tried_again_before_what_came_after_it(store: TestStore) -> Outcome {
    let all = [message("a", 1), message("b", 2), message("a", 3)];
    store.put_out("webhooks", None, Seq(3), &all).await?;
    store.failed(&lake(), &[failed("webhook:lake-a-1", 100, Some(105))]).await?;
    assert_eq!(due(&store, &lake(), 101).await?, ["webhook:lake-b-2"]);
    store.put_out("webhooks", Some(Seq(3)), Seq(4), &[message("a", 4)]).await?;
    assert_eq!(due(&store, &lake(), 101).await?, ["webhook:lake-b-2"], "what comes now comes after it, too");
    store.arrived(&lake(), &["webhook:lake-b-2".into()], at(101)).await?;
    assert_eq!(
        store.next_due(&lake(), at(101)).await?,
        Some(at(105)),
        "not when what waits behind it would be"
    );
    assert_eq!(store.next_due(&lake(), at(105)).await?, None);
    let of_a = ["webhook:lake-a-1", "webhook:lake-a-3", "webhook:lake-a-4"];
    assert_eq!(due(&store, &lake(), 105).await?, of_a);
    let first = store.due(&lake(), at(105), 1).await?.pop().there()?;
    assert_eq!((first.tries, first.last_try, first.why.as_str()), (1, Some(at(100)), "it answers 500"));
    // A clock that was set back is no reason to wait until it is there again.
    assert_eq!(due(&store, &lake(), 7).await?, of_a);
    Ok(())
}

pub async fn what_is_given_up_can_be_seen_and_sent_anew(store: TestStore) -> Outcome {
    let all = [message("a", 1), message("a", 2), message("b", 3)];
    store.put_out("webhooks", None, Seq(3), &all).await?;
    for one in ["webhook:lake-a-1", "webhook:lake-b-3"] {
        store.failed(&lake(), &[failed(one, 100, None)]).await?;
    }
    assert_eq!(due(&store, &lake(), 101).await?, ["webhook:lake-a-2"], "what comes after it goes on");
    let dead = store.dead(&lake(), 10).await?;
    assert_eq!(dead.iter().map(|dead| dead.outgoing.seq).collect::<Vec<_>>(), [Seq(3), Seq(1)]);
    let state = store.channel_states().await?.pop().there()?;
    assert_eq!((state.dead, state.waiting, state.last_failed), (2, 1, Some(at(100))));

    assert_eq!(store.revive(&Channel::Mail, None).await?, 0);
    assert_eq!(store.revive(&lake(), Some("webhook:lake-a-1")).await?, 1);
    assert_eq!(due(&store, &lake(), 101).await?, ["webhook:lake-a-1", "webhook:lake-a-2"]);
    assert_eq!(store.bury(&lake(), None).await?, 1);
    assert!(store.dead(&lake(), 10).await?.is_empty());
    store.left_out(&["webhook:lake-a-1".into()]).await?;
    assert_eq!(due(&store, &lake(), 101).await?, ["webhook:lake-a-2"]);
    assert_eq!(store.channel_states().await?.pop().there()?.arrived, 0, "it went nowhere");
    store.begin_anew("webhooks").await?;
    assert_eq!(store.made_until("webhooks").await?, None);
    Ok(())
}

pub async fn what_changes_all_the_time_keeps_nothing_waiting(store: TestStore) -> Outcome {
    let mut all: Vec<Outgoing> = (1..=900).map(|seq| message("hot", seq)).collect();
    all.push(message("cold", 901));
    store.put_out("webhooks", None, Seq(901), &all).await?;
    let due = due(&store, &lake(), 100).await?;
    assert_eq!((due.len(), due.last().map(String::as_str)), (21, Some("webhook:lake-cold-901")));
    assert_eq!(due.first().map(String::as_str), Some("webhook:lake-hot-1"));
    Ok(())
}

pub async fn lines_of_mail_are_gathered_until_they_are_due(store: TestStore) -> Outcome {
    let mail = |seq, due| outgoing(Channel::Mail, "vera", seq, at(due));
    let of_olga = outgoing(Channel::Mail, "olga", 4, at(0));
    store.put_out("mail", None, Seq(4), &[mail(1, 500), mail(2, 0), mail(3, 0), of_olga]).await?;
    assert_eq!(due(&store, &Channel::Mail, 100).await?, ["mail-vera-2", "mail-vera-3", "mail-olga-4"]);
    let (letter, lines) = store.as_letter("vera", "first", at(100)).await?;
    assert_eq!((letter.as_str(), lines.len()), ("first", 2));
    // What has not arrived leaves as it was: whoever got it all the same knows it again.
    store.put_out("mail", Some(Seq(4)), Seq(5), &[mail(5, 0)]).await?;
    let (letter, lines) = store.as_letter("vera", "second", at(100)).await?;
    assert_eq!((letter.as_str(), lines.len()), ("first", 2));
    let ids: Vec<String> = lines.into_iter().map(|line| line.outgoing.id).collect();
    let failures: Vec<Failed> = ids.iter().map(|id| failed(id, 100, Some(160))).collect();
    store.failed(&Channel::Mail, &failures).await?;
    assert_eq!(due(&store, &Channel::Mail, 120).await?, ["mail-olga-4"]);
    store.arrived(&Channel::Mail, &ids, at(160)).await?;
    let (letter, lines) = store.as_letter("vera", "third", at(600)).await?;
    assert_eq!((letter.as_str(), lines.len()), ("third", 2), "the daily one and the one that came later");
    Ok(())
}

pub async fn no_line_waits_for_a_clock_that_was_set_back(store: TestStore) -> Outcome {
    const DAY: i64 = 86_400;
    let mail = |seq, due| outgoing(Channel::Mail, "vera", seq, at(due));
    // Put out when the clock was a year ahead, and by one that is right: to be gathered by day.
    store.put_out("mail", None, Seq(2), &[mail(1, 366 * DAY), mail(2, 7 * DAY)]).await?;
    assert_eq!(due(&store, &Channel::Mail, 100).await?, ["mail-vera-1"]);
    assert_eq!(store.as_letter("vera", "first", at(100)).await?.1.len(), 1);
    Ok(())
}

pub async fn mail_is_chosen_and_goes_with_the_person(store: TestStore) -> Outcome {
    let (vera, olga) = (parsed("vera"), parsed("olga"));
    store.set_mail_choices(&vera, &[(What::Breaking, How::AtOnce), (What::New, How::Never)]).await?;
    store.set_mail_choices(&vera, &[(What::New, How::Weekly)]).await?;
    store.set_mail_choices(&olga, &[(What::New, How::Daily)]).await?;
    let chosen = [(What::Breaking, How::AtOnce), (What::New, How::Weekly)];
    assert_eq!(store.mail_choices(&vera).await?, chosen);
    assert_eq!(store.all_mail_choices().await?.len(), 3);
    let told = |who: &str, seq| Told {
        person: parsed(who),
        seq: Seq(seq),
        at: at(0),
        urn: asset("t.loans").urn,
        what: What::New,
        by: parsed("ana"),
        detail: String::new(),
        is_read: false,
        aside: None,
    };
    let all = [told("olga", 1), told("vera", 1), told("vera", 2), told("olga", 3)];
    store.tell(None, Seq(3), &all).await?;
    let [first, second, third, _] = &all;
    assert_eq!(
        store.told_between(Seq(0), Seq(3), 1).await?,
        [first.clone(), second.clone()],
        "a record is whole"
    );
    assert_eq!(store.told_between(Seq(1), Seq(2), 10).await?, std::slice::from_ref(third));
    assert!(store.told_between(Seq(3), Seq(9), 10).await?.is_empty());
    assert_eq!(store.told_by_records(&vera, &[Seq(2), Seq(3)]).await?, std::slice::from_ref(third));

    let machine = Actor::local(Door::CommandLine);
    store.append(&machine, vec![person("vera").put_new()]).await?;
    store.put_out("mail", None, Seq(1), &[outgoing(Channel::Mail, "vera", 1, at(0))]).await?;
    store.erase_person(&machine, &person("vera").urn, &vera).await?;
    assert!(store.mail_choices(&vera).await?.is_empty());
    assert!(due(&store, &Channel::Mail, 100).await?.is_empty());
    assert_eq!(store.mail_choices(&olga).await?.len(), 1);
    Ok(())
}
