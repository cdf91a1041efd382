//! Projects, what they give to whom, and units that roles of above do not reach.

use loggia_catalog::edit::AssetEdit;
use loggia_catalog::find::SearchRequest;
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::{Facet, Store};
use loggia_catalog::project_profiles::ProjectProfiles;
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::{AssetFacts, Role};
use loggia_model::{Kind, Timestamp};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, Trouble, ana, asset, everything, group, looking_for, member,
    nightly, organisation, person, product, project, signed_in, unit,
};

/// As the doors tell it: `404` where nothing is said to be there, `403` where it may not be done.
fn status<T>(answer: &Result<T>) -> Outcome<&'static str> {
    match answer {
        Ok(_) => Ok("yes"),
        Err(CatalogError::NotFound(_)) => Ok("404"),
        Err(CatalogError::Forbidden(_)) => Ok("403"),
        Err(other) => Err(Trouble::new(format!("another answer: {other}"))),
    }
}

fn scores() -> Entity<AssetFacts> {
    asset("t.scores")
}

fn calls() -> Entity<AssetFacts> {
    asset("t.calls")
}

/// Two projects in two units below the bank. Petra contributes to `churn`, which has a table of its own (`scores`) and
/// one that belongs to risk (`calls`); `quetzal` is somebody else's.
async fn two_projects() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let churn = project("churn")
        .named("Churn")
        .in_unit("analytics")
        .member(member(&person("petra").urn, Role::Contributor));
    let people = ["petra", "rita", "bea", "stranger"].map(|name| person(name).put());
    let units = [
        unit("bank").named("Bank").member(member(&person("bea").urn, Role::Administrator)),
        unit("analytics").named("Analytics").below("bank"),
        unit("risk").named("Risk").below("bank").member(member(&person("rita").urn, Role::Contributor)),
    ];
    let things = [
        scores().in_project("churn").put(),
        calls().in_unit("risk").in_project("churn").put(),
        asset("t.quetzal").in_project("quetzal").put(),
        asset("t.loans").in_unit("risk").put(),
        product("quetzal-offers").in_unit("analytics").put(),
    ];
    let other = project("quetzal").named("Quetzal").in_unit("risk");
    catalog
        .holding(
            people
                .into_iter()
                .chain(units.map(|unit| unit.put()))
                .chain([churn.put(), other.put()])
                .chain(things),
        )
        .await?;
    Ok(catalog)
}

/// What somebody finds, by name.
async fn found(catalog: &TestCatalog, who: &str) -> Outcome<Vec<String>> {
    catalog.settled().await?;
    let data = everything().choosing(Facet::Kind, &["table", "data-product", "project"]);
    let view = catalog.search(&signed_in(who), SearchRequest::from(data)).await?;
    let mut names: Vec<String> = view.hits.into_iter().map(|hit| hit.card.name).collect();
    names.sort();
    Ok(names)
}

#[tokio::test]
async fn a_role_in_a_project_reaches_what_it_has_and_nothing_else() -> Outcome {
    let catalog = two_projects().await?;
    let petra = signed_in("petra");
    assert_eq!(found(&catalog, "petra").await?, ["Churn", "calls", "scores"]);
    let described = || AssetEdit::Description("Words.".into());
    for (name, expected) in [("scores", "yes"), ("calls", "yes"), ("quetzal", "404"), ("loans", "404")] {
        let urn = asset(&format!("t.{name}")).urn;
        assert_eq!(status(&catalog.edit_asset(&petra, &urn, described(), None).await)?, expected, "{name}");
    }
    let churn = catalog.project(&petra, &project("churn").urn, 0, 10).await?;
    assert_eq!((churn.total, churn.assets, churn.products), (2, 2, 0));
    assert_eq!(status(&catalog.project(&petra, &project("quetzal").urn, 0, 10).await)?, "404");
    assert_eq!(found(&catalog, "stranger").await?, Vec::<String>::new());
    // What has no unit of its own stands where its project is, on its page too.
    let path: Vec<String> =
        catalog.seen(&scores().urn).await?.unit_path.into_iter().map(|unit| unit.name).collect();
    assert_eq!(path, ["Bank", "Analytics"]);
    Ok(())
}

#[tokio::test]
async fn a_role_in_a_project_ends_on_its_day_and_when_it_is_taken() -> Outcome {
    let catalog = two_projects().await?;
    let churn = project("churn").urn;
    let mut ended = member(&person("stranger").urn, Role::Viewer);
    ended.until = Some(Timestamp::EPOCH);
    let facts = project("churn").named("Churn").in_unit("analytics").member(ended);
    catalog.holding([facts.put()]).await?;
    assert_eq!(found(&catalog, "stranger").await?, Vec::<String>::new());
    let tomorrow = Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(86_400);
    let bea = signed_in("bea");
    catalog.set_member(&bea, &churn, "stranger", Some(Role::Viewer), Some(tomorrow)).await?;
    assert_eq!(found(&catalog, "stranger").await?, ["Churn", "calls", "scores"]);
    catalog.set_member(&bea, &churn, "stranger", None, None).await?;
    assert_eq!(found(&catalog, "stranger").await?, Vec::<String>::new());
    // Who only works there gives nobody a role.
    catalog.set_member(&bea, &churn, "petra", Some(Role::Owner), None).await?;
    let given = catalog.set_member(&signed_in("petra"), &churn, "stranger", Some(Role::Viewer), None).await;
    assert_eq!(status(&given)?, "403");
    Ok(())
}

#[tokio::test]
async fn what_goes_into_a_project_must_be_for_one_to_change_there_too() -> Outcome {
    let catalog = two_projects().await?;
    let into = |name: &str| AssetEdit::Project(name.into());
    let (petra, rita, bea) = (signed_in("petra"), signed_in("rita"), signed_in("bea"));
    let loans = asset("t.loans").urn;
    // Rita may change the table and has no role in the project.
    let unseen = catalog.edit_asset(&rita, &loans, into("Churn"), None).await;
    assert!(matches!(unseen, Err(CatalogError::Invalid(_))), "one that she may not know of");
    catalog.set_member(&bea, &project("churn").urn, "rita", Some(Role::Viewer), None).await?;
    assert_eq!(status(&catalog.edit_asset(&rita, &loans, into("Churn"), None).await)?, "403");
    catalog.set_member(&bea, &project("churn").urn, "rita", Some(Role::Contributor), None).await?;
    assert_eq!(status(&catalog.edit_asset(&rita, &loans, into("Churn"), None).await)?, "yes");
    assert!(found(&catalog, "petra").await?.contains(&"loans".to_owned()));
    // Petra may change it now, in the project: she puts it neither into another unit nor into another project.
    let away = AssetEdit::Unit("Analytics".into());
    assert_eq!(status(&catalog.edit_asset(&petra, &loans, away, None).await)?, "403");
    catalog.set_member(&bea, &project("quetzal").urn, "petra", Some(Role::Viewer), None).await?;
    assert_eq!(status(&catalog.edit_asset(&petra, &loans, into("Quetzal"), None).await)?, "403");
    // Rita takes it out again: it stays in her unit.
    assert_eq!(status(&catalog.edit_asset(&rita, &loans, into(""), None).await)?, "yes");
    assert!(!found(&catalog, "petra").await?.contains(&"loans".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_project_is_moved_by_whoever_administers_it_and_the_place_it_comes_to() -> Outcome {
    let catalog = two_projects().await?;
    let quetzal = project("quetzal").urn;
    let moved = Draft { name: "Quetzal".into(), unit: "Analytics".into(), ..Draft::default() };
    let steward = unit("bank")
        .named("Bank")
        .member(member(&person("bea").urn, Role::Administrator))
        .member(member(&person("rita").urn, Role::Steward));
    catalog.holding([steward.put()]).await?;
    assert_eq!(status(&catalog.update(&signed_in("rita"), &quetzal, &moved, None).await)?, "403");
    assert_eq!(found(&catalog, "rita").await?.len(), 7, "all there is");
    assert_eq!(status(&catalog.update(&signed_in("bea"), &quetzal, &moved, None).await)?, "yes");
    // What it has goes along, for the index too.
    catalog.settled().await?;
    let unit = catalog.unit(&ana(), &unit("analytics").urn, 0, 10).await?;
    let names: Vec<&str> = unit.entries.iter().map(|card| card.name.as_str()).collect();
    assert_eq!(names, ["quetzal", "quetzal-offers", "scores"]);
    assert_eq!(unit.projects.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_project_that_others_speak_of_already_is_not_for_everybody_to_make() -> Outcome {
    let catalog = two_projects().await?;
    catalog.holding([asset("t.ledger").in_unit("risk").in_project("finance").put()]).await?;
    let risk = unit("risk").urn;
    catalog.set_member(&signed_in("bea"), &risk, "rita", Some(Role::Steward), None).await?;
    let draft = |name: &str| Draft { name: name.into(), unit: "Risk".into(), ..Draft::default() };
    let rita = signed_in("rita");
    assert_eq!(status(&catalog.create(&rita, Kind::Project, &draft("Finance")).await)?, "403");
    assert_eq!(status(&catalog.create(&rita, Kind::Project, &draft("Arrears")).await)?, "yes");
    assert_eq!(status(&catalog.create(&signed_in("petra"), Kind::Project, &draft("Mine")).await)?, "403");
    // Nor is a unit that another is said to be below.
    catalog.holding([unit("branch").below("treasury").put()]).await?;
    let above = |name: &str| Draft { parent: "Risk".into(), ..draft(name) };
    assert_eq!(status(&catalog.create(&rita, Kind::DomainUnit, &above("Treasury")).await)?, "403");
    assert_eq!(status(&catalog.create(&rita, Kind::DomainUnit, &above("Collections")).await)?, "yes");
    Ok(())
}

#[tokio::test]
async fn a_master_data_project_publishes_one_source() -> Outcome {
    let catalog = two_projects().await?;
    let customers = project("customers").named("Customers").in_unit("risk").of_master_data();
    let mut foreign = asset("t.elsewhere");
    foreign.urn = "urn:loggia:asset:s3://lake;landing/customers".parse()?;
    catalog.holding([customers.put(), foreign.put()]).await?;
    let into = || AssetEdit::Project("Customers".into());
    catalog.edit_asset(&ana(), &asset("t.loans").urn, into(), None).await?;
    let second = catalog.edit_asset(&ana(), &foreign.urn, into(), None).await.err().there()?;
    assert!(second.to_string().contains("publishes one source"), "{second}");
    catalog.edit_asset(&ana(), &scores().urn, into(), None).await?;
    // Nor does a project with two become one.
    catalog.edit_asset(&ana(), &foreign.urn, AssetEdit::Project("Churn".into()), None).await?;
    let draft = Draft { name: "Churn".into(), master_data: "yes".into(), ..Draft::default() };
    let refused = catalog.update(&ana(), &project("churn").urn, &draft, None).await.err().there()?;
    assert!(refused.to_string().contains("comes from more"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_project_made_from_a_profile_has_its_roles_and_its_goal() -> Outcome {
    let catalog = two_projects().await?;
    catalog.holding([group("data-office").with(&person("stranger").urn).put()]).await?;
    let text = "profiles:\n  - name: analytics\n    title: Analytics\n    goal: Answer one question.\n    roles: {maker: owner, data-office: viewer}\n  - name: broken\n    title: Broken\n    roles: {nobody-here: owner}\n";
    let with_profiles = catalog.clone().with_project_profiles(ProjectProfiles::read(text)?);
    let bea = signed_in("bea");
    let draft = |name: &str, profile: &str| Draft {
        name: name.into(),
        unit: "Analytics".into(),
        profile: profile.into(),
        ..Draft::default()
    };
    let (made, _) = with_profiles.create(&bea, Kind::Project, &draft("Why they leave", "analytics")).await?;
    let view = with_profiles.project(&bea, &made, 0, 10).await?;
    assert_eq!(view.goal.as_deref(), Some("Answer one question."));
    assert_eq!(view.profile.there()?.title, "Analytics");
    let members = with_profiles.members(&bea, &made).await?.own;
    let said: Vec<_> = members.iter().map(|member| (member.who.name.as_str(), member.role)).collect();
    assert_eq!(said, [("bea", Role::Owner), ("data-office", Role::Viewer)]);
    assert!(found(&catalog, "stranger").await?.contains(&"Why they leave".to_owned()));
    for (profile, wrong) in [("other", "no profile called"), ("broken", "which is not in this catalog")] {
        let refused = with_profiles.create(&bea, Kind::Project, &draft("Another", profile)).await;
        assert!(refused.err().there()?.to_string().contains(wrong));
    }
    // Giving roles is for who administers, by a profile too.
    catalog.set_member(&bea, &unit("analytics").urn, "rita", Some(Role::Steward), None).await?;
    let rita = signed_in("rita");
    let by_profile = with_profiles.create(&rita, Kind::Project, &draft("Another", "analytics")).await;
    assert_eq!(status(&by_profile)?, "403");
    assert_eq!(status(&with_profiles.create(&rita, Kind::Project, &draft("Another", "")).await)?, "yes");
    Ok(())
}

/// Bea administers the bank; what is below `vault` is not for her.
async fn with_a_vault() -> Outcome<TestCatalog> {
    let catalog = two_projects().await?;
    let vault = unit("vault").named("Vault").below("risk").cut_off();
    let vault = vault.member(member(&person("petra").urn, Role::Administrator));
    let everywhere = organisation().member(member(&person("oscar").urn, Role::Contributor));
    let others = [
        person("oscar").put(),
        everywhere.put(),
        vault.put(),
        unit("safe").named("Safe").below("vault").put(),
        project("gold").named("Gold").in_unit("safe").put(),
        asset("t.vaulted").in_unit("vault").put(),
        asset("t.safe").in_unit("safe").put(),
        asset("t.gold").in_project("gold").put(),
    ];
    catalog.holding(others).await?;
    Ok(catalog)
}

#[tokio::test]
async fn roles_of_above_do_not_reach_a_unit_that_does_not_inherit() -> Outcome {
    let catalog = with_a_vault().await?;
    let hidden = ["Gold", "gold", "safe", "vaulted"];
    let sees = |names: &[String]| hidden.iter().filter(|name| names.contains(&(**name).to_owned())).count();
    assert_eq!(sees(&found(&catalog, "bea").await?), 0);
    assert_eq!(sees(&found(&catalog, "petra").await?), 4, "who has a role in it");
    assert_eq!(sees(&found(&catalog, "oscar").await?), 4, "a role in the organisation holds everywhere");
    for name in ["vaulted", "safe", "gold"] {
        let urn = asset(&format!("t.{name}")).urn;
        assert_eq!(status(&catalog.asset(&signed_in("bea"), &urn, None).await)?, "404", "{name}");
        assert_eq!(status(&catalog.asset(&signed_in("petra"), &urn, None).await)?, "yes", "{name}");
    }
    // The tree stays a tree: it is on the path, and what is below counts above for who may see it.
    let safe = catalog.unit(&signed_in("petra"), &unit("safe").urn, 0, 10).await?;
    let path: Vec<&str> = safe.path.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(path, ["Bank", "Risk", "Vault", "Safe"]);
    let above = catalog.members(&signed_in("petra"), &unit("safe").urn).await?.from_above;
    let above: Vec<&str> = above.iter().map(|(place, _)| place.name.as_str()).collect();
    assert_eq!(above, ["Vault", "all"]);
    let in_the_bank = looking_for("vaulted").choosing(Facet::Domain, &["bank"]);
    let view = catalog.search(&signed_in("petra"), SearchRequest::from(in_the_bank)).await?;
    assert!(view.hits.iter().any(|hit| hit.card.name == "vaulted"));
    Ok(())
}

#[tokio::test]
async fn whether_a_unit_inherits_is_for_who_administers_it_and_what_is_above() -> Outcome {
    let catalog = with_a_vault().await?;
    let vault = unit("vault").urn;
    let draft = |inherits: &str| Draft {
        name: "Vault".into(),
        parent: "Risk".into(),
        inherits: inherits.into(),
        ..Draft::default()
    };
    let open = draft("yes");
    assert_eq!(status(&catalog.update(&signed_in("bea"), &vault, &open, None).await)?, "403");
    assert_eq!(status(&catalog.update(&signed_in("petra"), &vault, &open, None).await)?, "403");
    // A form that does not ask leaves it as it is.
    assert_eq!(status(&catalog.update(&signed_in("petra"), &vault, &draft(""), None).await)?, "yes");
    assert!(!found(&catalog, "bea").await?.contains(&"vaulted".to_owned()));
    catalog
        .set_member(&signed_in("bea"), &unit("risk").urn, "petra", Some(Role::Administrator), None)
        .await?;
    assert_eq!(status(&catalog.update(&signed_in("petra"), &vault, &open, None).await)?, "yes");
    assert!(found(&catalog, "bea").await?.contains(&"gold".to_owned()));
    catalog.update(&signed_in("petra"), &vault, &draft("no"), None).await?;
    assert!(!found(&catalog, "bea").await?.contains(&"gold".to_owned()));
    // Bringing the open state back is the same question.
    catalog.set_member(&signed_in("bea"), &unit("risk").urn, "petra", None, None).await?;
    assert_eq!(status(&catalog.restore_revision(&signed_in("petra"), &vault, 2).await)?, "403");
    assert_eq!(status(&catalog.undo(&signed_in("petra"), &vault).await)?, "403");
    let wrong = catalog.update(&ana(), &vault, &draft("perhaps"), None).await;
    assert!(matches!(wrong, Err(CatalogError::Invalid(_))));
    Ok(())
}

#[tokio::test]
async fn a_unit_that_does_not_inherit_is_not_made_by_who_would_not_reach_it() -> Outcome {
    let catalog = two_projects().await?;
    let shut =
        Draft { name: "Vault".into(), parent: "Bank".into(), inherits: "no".into(), ..Draft::default() };
    assert_eq!(status(&catalog.create(&signed_in("bea"), Kind::DomainUnit, &shut).await)?, "403");
    let open = Draft { inherits: "yes".into(), ..shut };
    assert_eq!(status(&catalog.create(&signed_in("bea"), Kind::DomainUnit, &open).await)?, "yes");
    Ok(())
}

#[tokio::test]
async fn the_list_of_projects_is_by_unit_and_has_only_what_one_may_know() -> Outcome {
    let catalog = two_projects().await?;
    let told = |units: Vec<loggia_catalog::projects::ProjectsOfUnit>| {
        let line = |unit: &loggia_catalog::projects::ProjectsOfUnit| {
            let path: Vec<&str> = unit.path.iter().map(|unit| unit.name.as_str()).collect();
            let projects: Vec<String> = unit
                .projects
                .iter()
                .map(|line| format!("{} ({}, {})", line.project.name, line.members, line.inventory))
                .collect();
            format!("{}: {}", path.join(" › "), projects.join(", "))
        };
        units.iter().map(line).collect::<Vec<_>>()
    };
    let all = told(catalog.projects(&ana()).await?);
    assert_eq!(all, ["Bank › Analytics: Churn (1, 2)", "Bank › Risk: Quetzal (0, 1)"]);
    assert_eq!(told(catalog.projects(&signed_in("petra")).await?), ["Bank › Analytics: Churn (1, 2)"]);
    catalog.deprecate(&ana(), &project("churn").urn).await?;
    catalog.settled().await?;
    assert!(catalog.project(&ana(), &project("churn").urn, 0, 10).await?.has_ended);
    catalog.use_again(&ana(), &project("churn").urn).await?;
    assert!(!catalog.project(&ana(), &project("churn").urn, 0, 10).await?.has_ended);
    catalog.store().append(&nightly(), vec![project("churn").remove()]).await?;
    assert_eq!(found(&catalog, "petra").await?, Vec::<String>::new(), "its roles go with it");
    Ok(())
}

#[tokio::test]
async fn who_has_a_role_in_a_project_alone_takes_nothing_out_of_its_unit() -> Outcome {
    let catalog = two_projects().await?;
    // By a person's word, so that an empty field takes it away.
    catalog.edit_asset(&ana(), &scores().urn, AssetEdit::Unit("Risk".into()), None).await?;
    let none = || AssetEdit::Unit(String::new());
    assert_eq!(
        status(&catalog.edit_asset(&signed_in("petra"), &scores().urn, none(), None).await)?,
        "403",
        "it would come to stand in the unit of the project, for all who read there"
    );
    assert_eq!(status(&catalog.edit_asset(&signed_in("bea"), &scores().urn, none(), None).await)?, "yes");
    Ok(())
}
