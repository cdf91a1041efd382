//! An organisation's own policies: saved, explained, and tried before they are saved.

use std::collections::{BTreeMap, BTreeSet};

use loggia_catalog::edit::AssetEdit;
use loggia_catalog::explain::Because;
use loggia_catalog::organise::Draft;
use loggia_catalog::simulate::Effect;
use loggia_catalog::yaml::read_yaml;
use loggia_catalog::{Action, CatalogError, Result};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Timestamp, Urn};
use loggia_testkit::{
    Outcome, TestCatalog, Trouble, asset, everything, glossary, group, member, organisation, person, policy,
    project, shown_names, signed_in, unit,
};

/// A bank with two units; the analysts (vera and victor) may read `risk`, olga owns a table in `cards`, and adam
/// administers everything.
async fn bank() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let analysts = group("analysts").named("Analysts").with(&person("vera").urn).with(&person("victor").urn);
    let all = organisation().member(member(&person("adam").urn, Role::Administrator));
    let people = ["vera", "victor", "olga", "adam", "nobody"].into_iter().map(|name| person(name).put());
    catalog
        .holding(people.chain([
            all.put(),
            analysts.put(),
            unit("risk").named("Risk").member(member(&analysts.urn, Role::Viewer)).put(),
            unit("cards").named("Cards").put(),
            glossary("words").named("Words").in_unit("risk").put(),
            asset("t.loans").in_unit("risk").put(),
            asset("t.arrears").in_unit("risk").tagged("pii").put(),
            asset("t.limits").in_unit("cards").owned_by("olga").put(),
            asset("t.holders").in_unit("cards").tagged("pii").put(),
        ]))
        .await?;
    Ok(catalog)
}

fn draft(name: &str, text: &str) -> Draft {
    Draft { name: name.to_owned(), text: text.to_owned(), ..Draft::default() }
}

const NO_PII: &str = r#"forbid (principal, action in [Action::"read", Action::"sample"], resource is Asset)
when { resource.tags.contains("pii") }
unless { principal == Person::"adam" };"#;

fn is_forbidden<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(CatalogError::Forbidden(_)))
}

/// The field that is wrong, and why.
fn wrong<T>(answer: Result<T>) -> String {
    match answer {
        Err(CatalogError::Invalid(errors)) => {
            errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
        }
        Err(other) => other.to_string(),
        Ok(_) => "nothing was wrong".to_owned(),
    }
}

#[tokio::test]
async fn a_policy_holds_as_soon_as_it_is_saved_and_until_it_is_paused() -> Outcome {
    let catalog = bank().await?;
    let (adam, vera) = (signed_in("adam"), signed_in("vera"));
    let arrears = asset("t.arrears").urn;
    assert!(catalog.asset(&vera, &arrears, None).await.is_ok());
    let (saved, _) = catalog.create(&adam, Kind::Policy, &draft("No personal data", NO_PII)).await?;
    let refused = catalog.asset(&vera, &arrears, None).await;
    assert!(is_forbidden(&refused));
    let why = refused.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(why.contains("by the policy No personal data"), "{why}");
    assert!(catalog.asset(&adam, &arrears, None).await.is_ok(), "whom it spares");
    let paused = Draft { status: "paused".into(), ..draft("No personal data", NO_PII) };
    catalog.update(&adam, &saved, &paused, None).await?;
    assert!(catalog.asset(&vera, &arrears, None).await.is_ok());
    catalog.undo(&adam, &saved).await?;
    assert!(is_forbidden(&catalog.asset(&vera, &arrears, None).await), "undoing brings it back");
    let history = catalog.history(&adam, &saved, None, 10).await?;
    assert_eq!(history.len(), 3, "and it all stands in its history");
    Ok(())
}

#[tokio::test]
async fn only_administrators_of_everything_see_and_change_policies() -> Outcome {
    let catalog = bank().await?;
    let adam = signed_in("adam");
    let (saved, _) = catalog.create(&adam, Kind::Policy, &draft("No personal data", NO_PII)).await?;
    for who in ["vera", "olga", "nobody"] {
        let who = signed_in(who);
        assert!(is_forbidden(
            &catalog
                .create(&who, Kind::Policy, &draft("Mine", "permit (principal, action, resource);"))
                .await
        ));
        assert!(matches!(catalog.policy(&who, &saved).await, Err(CatalogError::NotFound(_))));
        assert!(matches!(
            catalog.update(&who, &saved, &draft("x", NO_PII), None).await,
            Err(CatalogError::NotFound(_))
        ));
        assert!(is_forbidden(&catalog.policies(&who).await));
        let trial = catalog.simulate(&who, None, &draft("x", NO_PII), "").await;
        assert!(matches!(trial, Err(CatalogError::NotFound(_))));
        let found = catalog.search(&who, everything().into()).await?;
        assert!(!shown_names(&found).contains(&"No personal data".to_owned()));
    }
    assert_eq!(catalog.policies(&adam).await?.own.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_policy_that_cannot_be_used_is_refused_with_the_reason_wherever_it_comes_from() -> Outcome {
    let catalog = bank().await?;
    let adam = signed_in("adam");
    for (text, why) in [
        ("", "text: is empty"),
        ("permit everything", "text: is not one policy in Cedar's language"),
        ("permit (principal, action == Action::\"fly\", resource);", "text: does not fit the schema"),
        ("permit (principal, action, resource) when { resource.tags == principal.tags };", "text: "),
        (
            "permit (principal, action, resource); forbid (principal, action, resource);",
            "text: is not one policy",
        ),
    ] {
        let said = wrong(catalog.create(&adam, Kind::Policy, &draft("Mine", text)).await);
        assert!(said.starts_with(why), "{text}: {said}");
        let tried = wrong(catalog.simulate(&adam, None, &draft("Mine", text), "").await);
        assert!(tried.starts_with(why), "{text}: {tried}");
    }
    assert!(catalog.policies(&adam).await?.own.is_empty(), "nothing of it was kept");
    let file = "---\nurn: urn:loggia:policy:mine\nkind: policy\nfacts: {text: permit everything}\n";
    let read = read_yaml(file, &Actor::local(Door::CommandLine), Timestamp::from_micros(0));
    let said = read.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said.contains("is not one policy in Cedar's language"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_policy_that_locks_out_the_last_administrator_is_refused() -> Outcome {
    let catalog = bank().await?;
    let adam = signed_in("adam");
    for text in [
        "forbid (principal, action, resource);",
        "forbid (principal == Person::\"adam\", action == Action::\"administer\", resource);",
        "forbid (principal, action, resource is Policy);",
    ] {
        let said = wrong(catalog.create(&adam, Kind::Policy, &draft("Closed", text)).await);
        assert!(said.contains("no administrator of the organisation could take this back"), "{text}: {said}");
    }
    assert!(catalog.policies(&adam).await.is_ok());
    // With a second administrator whom it spares it is well; then that one may not go.
    let everywhere = organisation().urn;
    catalog.set_member(&adam, &everywhere, "vera", Some(Role::Administrator), None).await?;
    let not_adam = "forbid (principal == Person::\"adam\", action, resource);";
    catalog.create(&adam, Kind::Policy, &draft("Not Adam", not_adam)).await?;
    assert!(catalog.policies(&adam).await.is_err());
    let said = wrong(catalog.set_member(&signed_in("vera"), &everywhere, "vera", None, None).await);
    assert!(said.contains("no administrator of the organisation could take this back"), "{said}");
    Ok(())
}

#[tokio::test]
async fn one_is_told_why_one_may_and_what_would_let_one() -> Outcome {
    let catalog = bank().await?;
    let (adam, vera) = (signed_in("adam"), signed_in("vera"));
    let loans = asset("t.loans").urn;
    let told = catalog.explain(&vera, &loans, None).await?;
    let of = |action: Action| told.lines.iter().find(|line| line.action == action);
    let Some(read) = of(Action::Read) else { return Err(Trouble::new("no line about reading")) };
    assert!(read.is_allowed);
    match read.because.as_slice() {
        [Because::Role { role: Role::Viewer, scope, through: Some(group) }] => {
            assert_eq!((scope.name.as_str(), group.name.as_str()), ("Risk", "Analysts"));
        }
        other => return Err(Trouble::new(format!("another reason: {other:?}"))),
    }
    let Some(edit) = of(Action::Edit) else { return Err(Trouble::new("no line about editing")) };
    assert_eq!((edit.is_allowed, edit.because.len(), edit.would_do), (false, 0, Some(Role::Contributor)));
    assert_eq!(told.helpers.iter().map(|who| who.name.as_str()).collect::<Vec<_>>(), ["adam"]);
    assert!(!told.may_ask_of_others && !told.may_see_who);
    assert!(is_forbidden(&catalog.explain(&vera, &loans, Some("olga")).await));
    assert!(is_forbidden(&catalog.who_may(&vera, &loans, Action::Read, 0).await));

    catalog.create(&adam, Kind::Policy, &draft("No personal data", NO_PII)).await?;
    let of_vera = catalog.explain(&adam, &asset("t.arrears").urn, Some("vera")).await?;
    let read = of_vera.lines.iter().find(|line| line.action == Action::Read);
    let because = read.map(|line| (line.is_allowed, line.because.clone(), line.would_do));
    match because {
        Some((false, because, None)) => {
            assert!(
                matches!(because.as_slice(), [Because::Own(policy)] if policy.name == "No personal data")
            );
        }
        other => return Err(Trouble::new(format!("another answer: {other:?}"))),
    }
    let hidden = catalog.explain(&vera, &asset("t.holders").urn, None).await;
    assert!(matches!(hidden, Err(CatalogError::NotFound(_))), "of what is hidden nothing is told");
    let unknown = catalog.explain(&adam, &loans, Some("Quetzal")).await;
    assert!(wrong(unknown).starts_with("who: there is no person or service"));
    Ok(())
}

#[tokio::test]
async fn who_may_see_it_is_who_sees_it() -> Outcome {
    let catalog = bank().await?;
    let adam = signed_in("adam");
    catalog.create(&adam, Kind::Policy, &draft("No personal data", NO_PII)).await?;
    for name in ["t.loans", "t.arrears", "t.limits", "t.holders"] {
        let urn = asset(name).urn;
        let (listed, all) = catalog.who_may(&adam, &urn, Action::Read, 0).await?;
        let listed: BTreeSet<String> = listed.iter().map(|line| line.who.name.clone()).collect();
        let mut seeing = BTreeSet::new();
        for who in ["vera", "victor", "olga", "adam", "nobody"] {
            if catalog.asset(&signed_in(who), &urn, None).await.is_ok() {
                seeing.insert(who.to_owned());
            }
        }
        assert_eq!((all, &listed), (seeing.len(), &seeing), "{name}");
    }
    Ok(())
}

/// What each person finds.
async fn found(catalog: &TestCatalog) -> Outcome<BTreeMap<String, BTreeSet<Urn>>> {
    let mut found = BTreeMap::new();
    for who in ["vera", "victor", "olga", "adam", "nobody"] {
        let hits = catalog.search(&signed_in(who), everything().into()).await?.hits;
        found.insert(who.to_owned(), hits.into_iter().map(|hit| hit.card.urn).collect());
    }
    Ok(found)
}

#[tokio::test]
async fn what_a_trial_says_of_a_policy_is_what_it_then_does() -> Outcome {
    for text in [
        r#"permit (principal in Group::"analysts", action == Action::"discover", resource in DomainUnit::"cards");"#,
        r#"forbid (principal, action == Action::"discover", resource is Asset) when { resource.tags.contains("pii") } unless { principal == Person::"adam" };"#,
        r#"permit (principal is Person, action == Action::"discover", resource is Asset) when { !(resource.tags.contains("pii")) };"#,
        r#"forbid (principal, action == Action::"discover", resource) when { principal is Person && resource.owners.contains(principal) };"#,
        r#"permit (principal == Person::"nobody", action == Action::"discover", resource == Asset::"postgres://db.guarani:5432;t.loans");"#,
        r#"permit (principal == Person::"adam", action == Action::"discover", resource);"#,
    ] {
        let catalog = bank().await?;
        let adam = signed_in("adam");
        let trial = catalog.simulate(&adam, None, &draft("Tried", text), "").await?;
        assert_eq!((trial.looked_at, trial.all), (5, 5));
        let before = found(&catalog).await?;
        catalog.create(&adam, Kind::Policy, &draft("Tried", text)).await?;
        let mut after = found(&catalog).await?;
        // The policy itself, whoever sees it.
        let own = policy("tried", text).urn;
        after.values_mut().for_each(|seen| {
            seen.remove(&own);
        });
        let mut told: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for effect in &trial.effects {
            assert_eq!(effect.actions, [Action::Discover]);
            assert_eq!(effect.people.len(), effect.count, "all of them are named: {text}");
            for who in &effect.people {
                told.insert(who.name.clone(), (effect.gained.most, effect.lost.most));
            }
        }
        for (who, then) in &before {
            let now = after.get(who).cloned().unwrap_or_default();
            let (gained, lost) = (now.difference(then).count() as u64, then.difference(&now).count() as u64);
            assert_eq!(told.get(who).copied().unwrap_or_default(), (gained, lost), "{who}: {text}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_trial_of_a_change_tells_only_what_differs_and_keeps_nothing() -> Outcome {
    let catalog = bank().await?;
    let adam = signed_in("adam");
    let (saved, _) = catalog.create(&adam, Kind::Policy, &draft("No personal data", NO_PII)).await?;
    let same = catalog.simulate(&adam, Some(&saved), &draft("No personal data", NO_PII), "").await?;
    assert!(same.effects.is_empty());
    let paused = Draft { status: "paused".into(), ..draft("No personal data", NO_PII) };
    let trial = catalog.simulate(&adam, Some(&saved), &paused, "").await?;
    let told: Vec<_> =
        trial.effects.iter().map(|effect| (effect.count, effect.gained.most, effect.lost.most)).collect();
    assert_eq!(told, [(2, 1, 0)], "vera and victor would read the one table in their unit again");
    assert_eq!(trial.before.as_deref(), Some(NO_PII));
    assert!(is_forbidden(&catalog.asset(&signed_in("vera"), &asset("t.arrears").urn, None).await));
    Ok(())
}

#[tokio::test]
async fn what_has_just_changed_is_in_no_list_though_the_index_is_behind() -> Outcome {
    const HIDDEN: &str = r#"forbid (principal, action, resource is Asset) when { resource.tags.contains("pii") }
unless { principal == Person::"adam" };"#;
    let catalog = bank().await?;
    let (adam, vera) = (signed_in("adam"), signed_in("vera"));
    catalog.create(&adam, Kind::Policy, &draft("No personal data", HIDDEN)).await?;
    let (loans, risk) = (asset("t.loans").urn, unit("risk").urn);
    for round in 0..20 {
        catalog.edit_asset(&adam, &loans, AssetEdit::Tags("pii".into()), None).await?;
        let found = catalog.search(&vera, everything().into()).await?;
        assert!(!shown_names(&found).contains(&"loans".to_owned()), "in round {round}");
        let entries = catalog.unit(&vera, &risk, 0, 20).await?.entries;
        assert!(entries.iter().all(|card| card.urn != loans), "in round {round}");
        // Until the index has it, so that each round begins with an index that knows better of the last.
        let seq = catalog.edit_asset(&adam, &loans, AssetEdit::Tags(String::new()), None).await?;
        let found = catalog.search(&vera.clone().having_seen(seq), everything().into()).await?;
        assert!(shown_names(&found).contains(&"loans".to_owned()), "in round {round}");
    }
    Ok(())
}

/// Thirty people with roles here and there, who own this and that.
async fn crowd() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let name = |place: usize| format!("p{}", place % 30);
    let units = (0..6).map(|place| {
        let roles = [Role::Viewer, Role::Consumer, Role::Steward, Role::Owner];
        let holders = (0..5).zip(roles.into_iter().cycle());
        let unit = holders.fold(unit(&format!("u{place}")), |unit, (step, role)| {
            unit.member(member(&person(&name(place * 7 + step * 3)).urn, role))
        });
        if place < 2 { unit.put() } else { unit.below(&format!("u{}", place % 2)).put() }
    });
    let projects = (0..3).map(|place| {
        let in_it = member(&person(&name(place * 4 + 1)).urn, Role::Consumer);
        project(&format!("x{place}")).in_unit(&format!("u{place}")).member(in_it).put()
    });
    let tables = (0..40).map(|place| {
        let table = asset(&format!("t.table{place}"))
            .in_unit(&format!("u{}", place % 6))
            .owned_by(&name(place * 11))
            .tagged(&format!("t{}", place % 3));
        if place % 4 == 0 { table.in_project(&format!("x{}", place % 3)).put() } else { table.put() }
    });
    let first = group("first").with(&person("p1").urn).with(&person("p2").urn).with(&person("p8").urn);
    let all = organisation()
        .member(member(&person("adam").urn, Role::Administrator))
        .member(member(&person("p5").urn, Role::Viewer));
    let people = (0..30).map(|place| person(&name(place)).put()).chain([person("adam").put()]);
    let rest = units.chain(projects).chain(tables).chain([first.put(), all.put()]);
    catalog.holding(people.chain(rest)).await?;
    let adam = signed_in("adam");
    let there = [
        r#"forbid (principal in Group::"first", action == Action::"discover", resource) when { resource has unit && resource.unit == DomainUnit::"u2" };"#,
        r#"permit (principal in Group::"first", action == Action::"discover", resource is Asset) when { resource.tags.contains("t2") };"#,
    ];
    for (place, text) in there.into_iter().enumerate() {
        catalog.create(&adam, Kind::Policy, &draft(&format!("There {place}"), text)).await?;
    }
    Ok(catalog)
}

/// How many things each finds.
async fn finding(catalog: &TestCatalog) -> Outcome<Vec<i64>> {
    // Whoever sees policies finds the one that is tried, too.
    catalog.settled().await?;
    let mut finding = Vec::new();
    for place in 0..30 {
        let found = catalog.search(&signed_in(&format!("p{place}")), everything().into()).await?;
        finding.push(i64::try_from(found.total)?);
    }
    Ok(finding)
}

#[tokio::test]
async fn a_trial_over_many_roles_says_how_much_each_gains_and_loses() -> Outcome {
    for text in [
        r#"permit (principal is Person, action == Action::"discover", resource is Asset) when { resource.tags.contains("t1") };"#,
        r#"forbid (principal is Person, action == Action::"discover", resource is Asset) when { resource.tags.contains("t1") } unless { principal == Person::"adam" };"#,
        r#"forbid (principal, action == Action::"discover", resource) when { principal is Person && resource.owners.contains(principal) };"#,
        r#"permit (principal in Group::"first", action == Action::"discover", resource in Project::"x1");"#,
        r#"forbid (principal is Person, action == Action::"discover", resource is Asset) when { resource.owners.contains(Person::"p0") } unless { principal == Person::"adam" };"#,
        r#"forbid (principal, action == Action::"discover", resource in DomainUnit::"u1") unless { principal is Person && resource.owners.contains(principal) || principal == Person::"adam" };"#,
    ] {
        let catalog = crowd().await?;
        let adam = signed_in("adam");
        // It is there before, so that whoever sees policies finds as many.
        let paused = Draft { status: "paused".into(), ..draft("Tried", text) };
        let (tried, _) = catalog.create(&adam, Kind::Policy, &paused).await?;
        let trial = catalog.simulate(&adam, Some(&tried), &draft("Tried", text), "").await?;
        assert_eq!((trial.looked_at, trial.all), (31, 31));
        let before = finding(&catalog).await?;
        catalog.update(&adam, &tried, &draft("Tried", text), None).await?;
        let after = finding(&catalog).await?;
        let changes = before.iter().zip(&after).map(|(before, after)| after - before);
        let changes: Vec<i64> = changes.filter(|change| *change != 0).collect();
        // None of these gives with one hand and takes with the other, but for those whose forbid spares what is theirs.
        let is_permit = text.starts_with("permit");
        let of = |effect: &Effect| if is_permit { effect.gained.clone() } else { effect.lost.clone() };
        let told: usize = trial.effects.iter().map(|effect| effect.count).sum();
        assert_eq!(told, changes.len(), "{text}");
        let most = trial.effects.iter().map(|effect| of(effect).most).max().unwrap_or_default();
        let least = trial.effects.iter().map(|effect| of(effect).least).min().unwrap_or_default();
        let amounts = changes.iter().map(|change| change.unsigned_abs());
        assert_eq!(most, amounts.clone().max().unwrap_or_default(), "{text}");
        assert_eq!(least, amounts.min().unwrap_or_default(), "{text}");
    }
    Ok(())
}
