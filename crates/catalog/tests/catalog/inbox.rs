//! What people are told: what they follow and look after, and nothing that they may not know.

use std::time::Duration;

use loggia_catalog::edit::AssetEdit;
use loggia_catalog::inbox::EventView;
use loggia_catalog::ports::{Aside, Show, Store, What};
use loggia_catalog::posts::{PostDraft, ProposalDraft, Settling, Verdict};
use loggia_catalog::publishing::Fate;
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::{AssetFacts, PostFacts, PostKind, PostStatus, Role, Said};
use loggia_model::{Body, Change, Expected, Layered, Seq, Timestamp, Urn};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, Trouble, asset, glossary, group, member, person, product, project,
    signed_in, term, unit,
};

fn loans() -> Entity<AssetFacts> {
    asset("t.loans").in_unit("risk").owned_by("olga").with_column("id", "bigint").with_column("amount", "int")
}

/// Olga owns the table, Vera and Walter look at its unit, and only Olga and Conny at what the project has not published.
async fn risk() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let risk =
        unit("risk").named("Risk").member(has("vera", Role::Viewer)).member(has("walter", Role::Viewer));
    let churn = project("churn")
        .named("Churn")
        .in_unit("risk")
        .member(has("olga", Role::Owner))
        .member(has("conny", Role::Contributor));
    let people = ["olga", "conny", "vera", "walter", "stranger"].map(|name| person(name).put());
    catalog.holding(people.into_iter().chain([risk.put(), churn.put()])).await?;
    catalog.harvested("dbt:shop", [loans()]).await?;
    Ok(catalog)
}

/// What somebody has been told, the newest first, as soon as there is so much of it.
async fn told(catalog: &TestCatalog, who: &str, count: usize) -> Outcome<Vec<EventView>> {
    for _ in 0..200 {
        let events = catalog.events(&signed_in(who), Show::Open, None).await?.shown;
        if events.len() >= count {
            return Ok(events);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Err(Trouble::new(format!("{who} was not told {count} times")))
}

/// That nobody has been told is seen by what somebody else is told later.
async fn nothing_was_told(catalog: &TestCatalog, who: &[&str]) -> Outcome {
    catalog.set_following(&signed_in("vera"), &loans().urn, true).await?;
    let before = catalog.events(&signed_in("vera"), Show::Open, None).await?.shown.len();
    let edit = AssetEdit::Tags(format!("after-{before}"));
    catalog.edit_asset(&signed_in("olga"), &loans().urn, edit, None).await?;
    told(catalog, "vera", before + 1).await?;
    for who in who {
        assert_eq!(catalog.unread(&signed_in(who)).await?, 0, "{who}");
    }
    Ok(())
}

fn kinds(events: &[EventView]) -> Vec<What> {
    events.iter().map(|event| event.told.what).collect()
}

async fn follow(catalog: &TestCatalog, who: &str, urn: &Urn) -> Result<()> {
    catalog.set_following(&signed_in(who), urn, true).await
}

#[tokio::test]
async fn a_breaking_change_of_columns_is_told_to_who_follows_and_who_owns() -> Outcome {
    let catalog = risk().await?;
    follow(&catalog, "vera", &loans().urn).await?;
    let without = asset("t.loans").in_unit("risk").owned_by("olga").with_column("id", "bigint");
    catalog.harvested("dbt:shop", [without]).await?;

    for who in ["vera", "olga"] {
        let events = told(&catalog, who, 1).await?;
        assert_eq!(kinds(&events), [What::Breaking], "{who}");
        assert_eq!(events[0].told.detail, "drops amount");
        assert_eq!(events[0].name, "loans");
    }
    assert_eq!(catalog.unread(&signed_in("walter")).await?, 0);
    catalog.set_following(&signed_in("vera"), &loans().urn, false).await?;
    catalog.edit_asset(&signed_in("olga"), &loans().urn, AssetEdit::Tags("core".into()), None).await?;
    follow(&catalog, "walter", &unit("risk").urn).await?;
    catalog.edit_asset(&signed_in("olga"), &loans().urn, AssetEdit::Name("Loans".into()), None).await?;
    let events = told(&catalog, "walter", 1).await?;
    assert_eq!((kinds(&events), events[0].told.detail.as_str()), (vec![What::Described], "name"));
    assert_eq!(catalog.unread(&signed_in("vera")).await?, 1, "she follows it no more");
    Ok(())
}

#[tokio::test]
async fn a_listing_tells_its_followers_of_versions_and_of_its_end() -> Outcome {
    let catalog = risk().await?;
    let (olga, scores) = (signed_in("olga"), asset("t.scores").urn);
    catalog.harvested("dbt:lab", [asset("t.scores").with_column("score", "int").in_project("churn")]).await?;
    assert!(matches!(follow(&catalog, "vera", &scores).await, Err(CatalogError::NotFound(_))));
    follow(&catalog, "vera", &unit("risk").urn).await?;
    catalog.edit_asset(&signed_in("conny"), &scores, AssetEdit::Description("Inside.".into()), None).await?;
    catalog.publish(&olga, &scores, "The first.", None).await?;
    let events = told(&catalog, "vera", 1).await?;
    assert_eq!(events[0].told.detail, "version 1.0.0: The first.");
    follow(&catalog, "vera", &scores).await?;
    // A draft is nobody's news, but for those who write it.
    catalog.edit_asset(&signed_in("conny"), &scores, AssetEdit::Description("Better.".into()), None).await?;
    let ending = Fate::Deprecated { successor: String::new(), ends_on: "2031-12-31".into() };
    catalog.decide_listing(&olga, &scores, ending, None).await?;
    catalog.decide_listing(&olga, &scores, Fate::Withdrawn, None).await?;

    // What was there for her and is not any more leaves its name, and no way to it.
    for _ in 0..200 {
        let events = catalog.events(&signed_in("vera"), Show::Open, None).await?.shown;
        if let [gone] = events.as_slice()
            && gone.told.what == What::Withdrawn
        {
            assert_eq!((gone.name.as_str(), &gone.urn), ("scores", &None));
            assert_eq!(catalog.unread(&signed_in("vera")).await?, 3, "looking marks nothing as read");
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Err(Trouble::new("she was not told that it was taken back"))
}

#[tokio::test]
async fn who_builds_on_what_ends_is_told_what_to_use_where_they_may_know_of_it() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let hidden = asset("t.merger").in_project("churn");
    let better = asset("t.better").in_unit("risk").owned_by("olga");
    let report = asset("t.report").in_unit("risk").owned_by("walter").made_from(&loans().urn);
    catalog.harvested("dbt:lab", [hidden.clone(), better.clone(), report]).await?;
    catalog.publish(&olga, &loans().urn, "", None).await?;
    catalog.settled().await?;
    let ends = async |successor: &Urn, day: &str| {
        let fate = Fate::Deprecated { successor: successor.to_string(), ends_on: day.to_owned() };
        catalog.decide_listing(&olga, &loans().urn, fate, None).await
    };
    ends(&better.urn, "2031-12-31").await?;
    let events = told(&catalog, "walter", 1).await?;
    assert_eq!(kinds(&events), [What::Deprecated], "he owns what is made from it");
    assert_eq!(events[0].told.detail, "kept until 2031-12-31; use better in its place");
    // Another day and another successor are news, too; whoever may not know of that is not told its name.
    ends(&hidden.urn, "2031-06-30").await?;
    let events = told(&catalog, "walter", 2).await?;
    assert_eq!(events[0].told.detail, "kept until 2031-06-30");
    // What else becomes of it is for those who follow it.
    catalog.edit_asset(&olga, &loans().urn, AssetEdit::Tags("old".into()), None).await?;
    catalog.publish(&olga, &loans().urn, "", None).await?;
    nothing_was_told(&catalog, &[]).await?;
    assert_eq!(told(&catalog, "walter", 2).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn terms_products_units_and_projects_are_followed_as_tables_are() -> Outcome {
    let catalog = risk().await?;
    let vera = signed_in("vera");
    let words = [glossary("banking").in_unit("risk").put(), term("banking/arrears").named("Arrears").put()];
    let cards = product("cards").named("Cards").in_unit("risk");
    catalog.holding(words.into_iter().chain([cards.put()])).await?;
    catalog.settled().await?;
    let vera_urn = person("vera").urn;
    let owner = member(&person("olga").urn, Role::Owner);
    let renamed = [
        term("banking/arrears").named("In arrears").put(),
        product("cards").named("Cards of ours").in_unit("risk").put(),
        unit("risk").named("Risks").member(member(&vera_urn, Role::Viewer)).put(),
        project("churn").named("Leaving").in_unit("risk").member(owner).put(),
    ];
    for (count, change) in renamed.into_iter().enumerate() {
        let urn = &change.urn.clone();
        follow(&catalog, "vera", urn).await?;
        catalog.holding([change]).await?;
        let events = told(&catalog, "vera", count + 1).await?;
        assert_eq!(events[0].told.urn, *urn);
        assert_eq!(events[0].told.what, What::Described);
        assert!(events[0].told.detail.contains("name"), "{}", events[0].told.detail);
        catalog.set_following(&vera, urn, false).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_asked_replied_and_settled_is_told_to_who_it_concerns() -> Outcome {
    let catalog = risk().await?;
    let question = PostDraft { kind: "question".into(), text: "Why? @walter".into(), ..PostDraft::default() };
    let (post, _) = catalog.post(&signed_in("vera"), &loans().urn, &question).await?;
    assert_eq!(kinds(&told(&catalog, "olga", 1).await?), [What::Asked]);
    assert_eq!(kinds(&told(&catalog, "walter", 1).await?), [What::Mentioned]);
    catalog.reply(&signed_in("olga"), &post, "Because, @stranger.").await?;
    assert_eq!(kinds(&told(&catalog, "vera", 1).await?), [What::Replied]);
    catalog.settle(&signed_in("vera"), &post, Settling::Answer(1)).await?;
    let events = told(&catalog, "olga", 2).await?;
    assert_eq!(
        (kinds(&events), events[0].told.detail.as_str()),
        (vec![What::Settled, What::Asked], "question answered")
    );

    let draft =
        ProposalDraft { field: "description".into(), value: "Loans.".into(), ..ProposalDraft::default() };
    let (proposal, _) = catalog.propose(&signed_in("vera"), &loans().urn, &draft).await?;
    told(&catalog, "olga", 3).await?;
    let verdict = Verdict::Accepted(None);
    catalog.decide_proposal(&signed_in("olga"), &proposal, &verdict, "Thank you", None).await?;
    let events = told(&catalog, "vera", 2).await?;
    assert_eq!(events[0].told.detail, "proposal accepted");
    assert_eq!(events[0].by_name, "olga");
    nothing_was_told(&catalog, &["stranger"]).await
}

#[tokio::test]
async fn what_is_read_is_counted_no_more_and_what_is_hidden_is_not_shown() -> Outcome {
    let catalog = risk().await?;
    follow(&catalog, "vera", &loans().urn).await?;
    for tag in ["one", "two", "three"] {
        catalog.edit_asset(&signed_in("olga"), &loans().urn, AssetEdit::Tags(tag.into()), None).await?;
    }
    let events = told(&catalog, "vera", 3).await?;
    let vera = signed_in("vera");
    catalog.mark_read(&vera, events[2].told.seq, false).await?;
    assert_eq!(catalog.unread(&vera).await?, 2);
    assert_eq!(catalog.events(&vera, Show::Unread, None).await?.shown.len(), 2);
    catalog.mark_read(&vera, events[0].told.seq, true).await?;
    assert_eq!(catalog.unread(&vera).await?, 0);

    // Whoever may not read it any more is not told what it was.
    catalog
        .holding([unit("risk").named("Risk").member(member(&person("walter").urn, Role::Viewer)).put()])
        .await?;
    catalog.settled().await?;
    assert!(catalog.events(&vera, Show::Open, None).await?.shown.is_empty());
    assert!(catalog.following(&vera).await?.is_empty());
    assert!(
        catalog
            .mark_read(&loggia_model::Actor::local(loggia_model::Door::Browser), Seq(1), true)
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn who_is_to_be_informed_is_also_through_a_group() -> Outcome {
    let catalog = risk().await?;
    catalog.holding([group("office").named("Office").with(&person("walter").urn).put()]).await?;
    let edit = AssetEdit::Informed("office".into());
    catalog.edit_asset(&signed_in("olga"), &loans().urn, edit, None).await?;
    catalog
        .edit_asset(&signed_in("olga"), &loans().urn, AssetEdit::Description("Loans.".into()), None)
        .await?;
    assert_eq!(told(&catalog, "walter", 1).await?[0].told.detail, "description");
    Ok(())
}

#[tokio::test]
async fn a_post_about_nothing_stops_no_other_news() -> Outcome {
    let catalog = risk().await?;
    follow(&catalog, "vera", &loans().urn).await?;
    let said = |text: &str| Said {
        by: signed_in("vera").key,
        at: Timestamp::EPOCH,
        text: text.to_owned(),
        edited: None,
        removed_by: None,
    };
    for (number, about) in [asset("t.gone").urn, unit("risk").urn].into_iter().enumerate() {
        let facts = PostFacts {
            kind: Some(PostKind::Question),
            about: Some(about),
            said: Some(said("Why? @walter")),
            status: Some(PostStatus::Open),
            ..PostFacts::default()
        };
        let mut layers = Layered::default();
        layers.say("post", &signed_in("vera").key, Timestamp::EPOCH, |own| *own = facts);
        let urn: Urn = format!("urn:loggia:post:about-nothing-{number}").parse()?;
        let change = Change::put(urn, Expected::Absent, Body::Post(layers), "put here");
        catalog.store().append(&signed_in("vera"), vec![change]).await?;
    }
    catalog.edit_asset(&signed_in("olga"), &loans().urn, AssetEdit::Tags("core".into()), None).await?;

    assert_eq!(kinds(&told(&catalog, "vera", 1).await?), [What::Described]);
    assert!(catalog.posts_waiting(&signed_in("olga")).await?.is_empty());
    assert!(catalog.own_posts(&signed_in("vera")).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_is_put_aside_is_counted_again_when_it_comes_again() -> Outcome {
    let catalog = risk().await?;
    let vera = signed_in("vera");
    follow(&catalog, "vera", &loans().urn).await?;
    catalog.edit_asset(&signed_in("olga"), &loans().urn, AssetEdit::Name("Loans".into()), None).await?;
    let seq = told(&catalog, "vera", 1).await?[0].told.seq;
    let now = Timestamp::from_system(std::time::SystemTime::now());
    for until in [now.plus_seconds(-60), now.plus_seconds(800 * 86_400)] {
        let wrong = catalog.put_aside(&vera, seq, Some(Aside::Until(until))).await;
        assert!(matches!(wrong, Err(CatalogError::Invalid(_))));
    }
    catalog.put_aside(&vera, seq, Some(Aside::Until(now.plus_seconds(86_400)))).await?;
    assert_eq!(catalog.unread(&vera).await?, 0);
    assert!(catalog.events(&vera, Show::Open, None).await?.shown.is_empty());
    assert_eq!(catalog.events(&vera, Show::Later, None).await?.shown.len(), 1);
    catalog.put_aside(&vera, seq, Some(Aside::Done)).await?;
    assert_eq!(catalog.events(&vera, Show::Done, None).await?.shown.len(), 1);
    catalog.put_aside(&vera, seq, None).await?;
    assert_eq!(catalog.events(&vera, Show::Open, None).await?.shown.len(), 1);
    Ok(())
}

#[tokio::test]
async fn who_stands_in_is_told_what_waits_and_gets_no_rights_by_that() -> Outcome {
    let catalog = risk().await?;
    let (olga, conny) = (signed_in("olga"), signed_in("conny"));
    for (deputy, until, field) in [
        ("nobody", "2031-01-01", "deputy"),
        ("olga", "2031-01-01", "deputy"),
        ("conny", "2020-01-01", "until"),
        ("conny", "", "until"),
    ] {
        let Err(CatalogError::Invalid(errors)) = catalog.set_away(&olga, deputy, until).await else {
            panic!("{deputy} until {until}")
        };
        assert_eq!(errors[0].field, field, "{deputy} until {until}");
    }
    let day = Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(10 * 86_400).date();
    catalog.set_away(&olga, "vera", &day).await?;
    let first = told(&catalog, "vera", 1).await?;
    assert_eq!(
        (kinds(&first), first[0].told.detail.as_str()),
        (vec![What::StandingIn], format!("until {day}").as_str())
    );
    catalog.set_away(&olga, "vera", &day).await?;
    let ask = async || {
        let draft =
            PostDraft { kind: "question".into(), text: "Net or gross?".into(), ..PostDraft::default() };
        catalog.post(&signed_in("walter"), &loans().urn, &draft).await
    };
    ask().await?;
    assert_eq!(kinds(&told(&catalog, "vera", 2).await?), [What::Asked, What::StandingIn]);
    told(&catalog, "olga", 1).await?;
    assert!(catalog.posts_waiting(&signed_in("vera")).await?.is_empty(), "she may not edit it");
    assert_eq!(catalog.away(&olga).await?.deputy.map(|(who, _)| who.urn), Some(person("vera").urn));

    let may_edit = unit("risk").named("Risk").member(member(&person("conny").urn, Role::Contributor));
    catalog.holding([may_edit.member(member(&person("walter").urn, Role::Viewer)).put()]).await?;
    catalog.set_away(&olga, "conny", &day).await?;
    catalog.settled().await?;
    assert_eq!(catalog.posts_waiting(&conny).await?.len(), 1);
    assert_eq!(catalog.away(&conny).await?.absent.len(), 1);
    catalog.set_away(&olga, "", "").await?;
    catalog.settled().await?;
    assert!(catalog.posts_waiting(&conny).await?.is_empty(), "she is back");
    assert!(catalog.away(&conny).await?.absent.is_empty());
    Ok(())
}
