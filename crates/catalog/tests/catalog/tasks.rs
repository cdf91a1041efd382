//! What waits for somebody: certifications that end, what nobody owns, and what stands nowhere.

use loggia_catalog::CatalogError;
use loggia_catalog::certification::CertificationDraft;
use loggia_catalog::ports::Card;
use loggia_catalog::posts::PostDraft;
use loggia_catalog::tasks::{Task, Tasks};
use loggia_catalog::unplaced::{Because, Group};
use loggia_model::facts::Role;
use loggia_model::{Actor, Timestamp};
use loggia_testkit::{
    Outcome, TestCatalog, There, Trouble, asset, member, organisation, person, project, signed_in, unit,
};

/// Ada administers everything, Stella minds the words of risk, Olga owns what is in it.
async fn bank() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let bank = organisation().named("Bank").member(has("ada", Role::Administrator));
    let risk =
        unit("risk").named("Risk").member(has("stella", Role::Steward)).member(has("olga", Role::Owner));
    let people = ["ada", "stella", "olga"].map(|name| person(name).named(name).put());
    let fiona = person("fiona").named("Fiona").in_unit("sales").put();
    let others = [bank.put(), risk.put(), unit("sales").named("Sales").put(), fiona];
    catalog.holding(people.into_iter().chain(others)).await?;
    Ok(catalog)
}

async fn tasks(catalog: &TestCatalog, who: &str) -> Outcome<Tasks> {
    catalog.settled().await?;
    catalog.tasks(&signed_in(who)).await?.there()
}

fn names((cards, total): &(Vec<Card>, u64)) -> Vec<&str> {
    assert_eq!(cards.len() as u64, *total);
    cards.iter().map(|card| card.name.as_str()).collect()
}

#[tokio::test]
async fn a_certification_that_ends_soon_waits_for_who_gave_it_and_for_who_owns_the_table() -> Outcome {
    let catalog = bank().await?;
    let loans = asset("core.risk.loans").in_unit("risk").owned_by("olga");
    catalog.harvested("dbt:shop", [loans.clone()]).await?;
    let until = |days: i64| {
        let now = Timestamp::from_system(std::time::SystemTime::now());
        let until = now.plus_seconds(86_400 * days).date();
        CertificationDraft { level: "gold".into(), reason: "Looked at.".into(), until }
    };
    catalog.certify(&signed_in("stella"), &loans.urn, &until(90), None).await?;
    assert!(names(&tasks(&catalog, "stella").await?.certified).is_empty(), "there is time");
    catalog.certify(&signed_in("stella"), &loans.urn, &until(10), None).await?;
    assert_eq!(names(&tasks(&catalog, "stella").await?.certified), ["loans"]);
    assert_eq!(names(&tasks(&catalog, "olga").await?.certified), ["loans"]);
    assert!(names(&tasks(&catalog, "ada").await?.certified).is_empty());
    assert!(catalog.tasks(&Actor::anonymous(loggia_model::Door::Browser)).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn what_nobody_owns_waits_for_whoever_may_say_who_does() -> Outcome {
    let catalog = bank().await?;
    let owned = asset("core.risk.loans").in_unit("risk").owned_by("olga");
    let nobodys = asset("core.risk.arrears").in_unit("risk");
    catalog.harvested("dbt:shop", [owned, nobodys]).await?;
    assert_eq!(names(&tasks(&catalog, "olga").await?.without_owner), ["arrears"]);
    assert!(names(&tasks(&catalog, "stella").await?.without_owner).is_empty(), "a steward does not say that");
    Ok(())
}

#[tokio::test]
async fn what_there_is_to_do_is_put_aside_and_comes_again_when_there_is_more() -> Outcome {
    let catalog = bank().await?;
    let olga = signed_in("olga");
    let of_olga = asset("core.risk.loans").in_unit("risk").owned_by("olga").described("Loans.");
    catalog.harvested("dbt:shop", [of_olga, asset("core.risk.arrears").in_unit("risk")]).await?;
    let to_do = async || -> Outcome<(u64, Vec<Task>)> {
        let tasks = tasks(&catalog, "olga").await?;
        Ok((tasks.to_do(), tasks.aside.iter().map(|(task, _)| *task).collect()))
    };
    let (before, _) = to_do().await?;
    let at =
        |days: i64| Some(Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(86_400 * days));
    catalog.put_task_aside(&olga, Task::WithoutOwner, at(1)).await?;
    catalog.put_task_aside(&olga, Task::WithoutOwner, at(7)).await?;
    assert_eq!(to_do().await?, (before - 1, vec![Task::WithoutOwner]));
    assert_eq!(names(&tasks(&catalog, "stella").await?.without_owner), [""; 0], "hers are her own");
    catalog.put_task_aside(&olga, Task::WithoutOwner, None).await?;
    assert_eq!(to_do().await?, (before, vec![]));

    catalog.put_task_aside(&olga, Task::WithoutOwner, at(7)).await?;
    catalog.harvested("dbt:more", [asset("core.risk.defaults").in_unit("risk")]).await?;
    assert_eq!(to_do().await?, (before, vec![]), "there are two now");

    for wrong in [at(-1), at(1_000)] {
        let put = catalog.put_task_aside(&olga, Task::WithoutOwner, wrong).await;
        assert!(matches!(put, Err(CatalogError::Invalid(_))));
    }
    let nothing = catalog.put_task_aside(&olga, Task::Certified, at(7)).await;
    assert!(matches!(nothing, Err(CatalogError::Refused(_))));
    let nobody = Actor::anonymous(loggia_model::Door::Browser);
    assert!(catalog.put_task_aside(&nobody, Task::WithoutOwner, at(7)).await.is_err());
    Ok(())
}

#[tokio::test]
async fn what_ends_next_is_not_what_was_put_aside() -> Outcome {
    let catalog = bank().await?;
    let in_days =
        |days: i64| Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(86_400 * days);
    let (ada, olga) = (signed_in("ada"), signed_in("olga"));
    let ends = async |place: &str, days: i64| {
        let until = Some(in_days(days));
        catalog.set_member(&ada, &unit(place).urn, "olga", Some(Role::Viewer), until).await
    };
    ends("sales", 5).await?;
    assert_eq!(tasks(&catalog, "olga").await?.count(Task::Ending), 1);
    let (ending, certified) = (Task::Ending, Task::WithoutOwner);
    catalog.harvested("dbt:shop", [asset("core.risk.arrears").in_unit("risk")]).await?;
    catalog.settled().await?;
    let both = futures::join!(
        catalog.put_task_aside(&olga, ending, Some(in_days(20))),
        catalog.put_task_aside(&olga, certified, Some(in_days(20)))
    );
    assert!(both.0.is_ok() && both.1.is_ok());
    assert_eq!(tasks(&catalog, "olga").await?.aside.len(), 2, "neither is lost");
    ends("sales", 9).await?;
    assert_eq!(tasks(&catalog, "olga").await?.count(Task::Ending), 1, "it is one as before, and another");
    Ok(())
}

#[tokio::test]
async fn the_header_is_told_what_there_is_to_do_as_it_changes() -> Outcome {
    let catalog = bank().await?;
    let loans = asset("core.risk.loans").in_unit("risk").owned_by("olga").described("Loans.");
    catalog.harvested("dbt:shop", [loans.clone()]).await?;
    catalog.settled().await?;
    let mut listening = catalog.listen(&signed_in("olga"))?;
    let first = listening.next().await.there()?;
    let draft = PostDraft { kind: "question".into(), text: "Why?".into(), ..PostDraft::default() };
    let (post, _) = catalog.post(&signed_in("stella"), &loans.urn, &draft).await?;
    let mut asked = listening.next().await.there()?;
    // What they are told comes at once; what there is to do may be counted a moment later.
    if asked.to_do == first.to_do {
        assert_eq!(asked.unread, first.unread + 1);
        asked = listening.next().await.there()?;
    }
    assert_eq!((asked.unread, asked.to_do), (first.unread + 1, first.to_do + 1));
    assert_eq!(catalog.waits(&signed_in("olga")).await?, asked);

    // Whoever has done something is not told an old count.
    let seq = catalog.reply_as_answer(&signed_in("olga"), &post, "So.").await?;
    let olga = Actor { seen: seq, ..signed_in("olga") };
    for _ in 0..200 {
        // A page shows the last count where counting takes long.
        if catalog.waits(&olga).await?.to_do == first.to_do {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    Err(Trouble::new("what is answered is still to be done"))
}

#[tokio::test]
async fn what_stands_nowhere_waits_in_one_place_with_what_speaks_for_another() -> Outcome {
    let catalog = bank().await?;
    let in_risk = asset("core.risk.loans").in_unit("risk");
    let beside = ["arrears", "terms"].map(|name| asset(&format!("core.risk.{name}")));
    let of_fiona = asset("core.shop.leads").owned_by("fiona");
    let alone = asset("core.misc.notes");
    catalog.harvested("dbt:shop", [in_risk, of_fiona.clone(), alone].into_iter().chain(beside)).await?;
    assert_eq!(tasks(&catalog, "ada").await?.unplaced, 4);
    assert_eq!(tasks(&catalog, "stella").await?.unplaced, 0);

    let unplaced = catalog.unplaced(&signed_in("ada")).await?;
    let told = |group: &Group| {
        let suggested = group.suggestions.first().map(|one| (one.place.name.clone(), one.because));
        (group.schema.clone(), group.count, suggested)
    };
    let told: Vec<_> = unplaced.groups.iter().map(told).collect();
    assert_eq!(
        told,
        [
            ("core.risk".into(), 2, Some(("Risk".into(), Because::Neighbours(1)))),
            ("core.misc".into(), 1, None),
            ("core.shop".into(), 1, Some(("Sales".into(), Because::Owners(1)))),
        ]
    );
    let prefix = unplaced.groups.first().there()?.prefix.clone();
    let (_, count) = catalog.place(&signed_in("ada"), &prefix, "Risk").await?;
    assert_eq!((count, tasks(&catalog, "ada").await?.unplaced), (2, 2));
    let again = catalog.place(&signed_in("ada"), &prefix, "Risk").await;
    assert!(matches!(again, Err(CatalogError::Refused(_))));

    // Into a project too; but into nothing that is not there, and by nobody who may not.
    catalog.holding([project("crm").named("CRM").in_unit("sales").put()]).await?;
    let leads = "urn:loggia:asset:postgres://db.guarani:5432;core.shop.";
    assert!(matches!(
        catalog.place(&signed_in("ada"), leads, "Nowhere").await,
        Err(CatalogError::Invalid(_))
    ));
    assert!(catalog.place(&signed_in("stella"), leads, "CRM").await.is_err());
    catalog.holding([project("adrift").named("Adrift").put()]).await?;
    assert!(matches!(catalog.place(&signed_in("ada"), leads, "Adrift").await, Err(CatalogError::Invalid(_))));
    catalog.place(&signed_in("ada"), leads, "CRM").await?;
    catalog.settled().await?;
    let seen = catalog.seen(&of_fiona.urn).await?;
    assert_eq!(seen.project.map(|project| project.name).as_deref(), Some("CRM"));
    Ok(())
}
