//! Who may do what, through every use case: by role, by place, and what shows of the rest.

use loggia_catalog::assets::Looked;
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::find::SearchRequest;
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::{Facet, Store};
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Timestamp, Urn};
use loggia_testkit::{
    Outcome, TestCatalog, There, Trouble, ana, asset, everything, glossary, group, looking_for, member,
    nightly, organisation, person, product, profile, signed_in, term, unit,
};

/// Two units side by side, each with a table, a glossary with a term, and a product. Whoever is called after a
/// role has that one in `risk`; what is in `cards` has `quetzal` in its name.
async fn two_units() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let mut risk = unit("risk").named("Risk").below("bank");
    for role in Role::ALL {
        risk = risk.member(member(&person(role.as_str()).urn, *role));
    }
    let analysts = group("analysts").with(&person("erin").urn);
    let risk = risk.member(member(&analysts.urn, Role::Viewer));
    let people = Role::ALL.iter().map(|role| person(role.as_str()).put());
    let loans = loans().in_unit("risk").carrying("risk/arrears").carrying("cards/quetzal-term");
    let cards = cards().in_unit("cards").made_from(&loans.urn).carrying("cards/quetzal-term");
    catalog
        .holding(
            people
                .chain([unit("bank").put(), risk.put(), unit("cards").put(), analysts.put()])
                .chain([person("erin").put(), person("stranger").put()])
                .chain([glossary("risk").in_unit("risk").put(), term("risk/arrears").put()])
                .chain([glossary("cards").in_unit("cards").named("quetzal words").put()])
                .chain([term("cards/quetzal-term").put(), product("quetzal-offers").in_unit("cards").put()])
                .chain([loans.made_from(&cards.urn).put(), cards.put()]),
        )
        .await?;
    catalog.record_profile(&nightly(), &loans_urn(), profile(3, &["id"])).await?;
    Ok(catalog)
}

fn loans() -> loggia_testkit::Entity<loggia_model::facts::AssetFacts> {
    asset("t.loans").with_column("id", "bigint")
}

fn cards() -> loggia_testkit::Entity<loggia_model::facts::AssetFacts> {
    asset("t.quetzal_cards").with_column("id", "bigint")
}

fn loans_urn() -> Urn {
    loans().urn
}

/// As the doors tell it: `404` where nothing is said to be there, `403` where it may not be done.
fn status<T>(answer: &Result<T>) -> Outcome<&'static str> {
    match answer {
        Ok(_) => Ok("yes"),
        Err(CatalogError::NotFound(_)) => Ok("404"),
        Err(CatalogError::Forbidden(_)) => Ok("403"),
        Err(other) => Err(Trouble::new(format!("another answer: {other}"))),
    }
}

const QUESTIONS: [&str; 16] = [
    "asset",
    "profile",
    "describe",
    "own",
    "move away",
    "undo",
    "history",
    "restore",
    "term",
    "new term",
    "edit unit",
    "deprecate",
    "new product",
    "roles",
    "set role",
    "everything",
];

/// What one actor may do, each in a catalog of its own, so that no answer changes another.
async fn answers(actor: &Actor) -> Outcome<Vec<&'static str>> {
    let mut answers = Vec::new();
    for question in QUESTIONS {
        let catalog = two_units().await?;
        answers.push(answer(&catalog, actor, question).await?);
    }
    Ok(answers)
}

async fn answer(catalog: &TestCatalog, actor: &Actor, question: &str) -> Outcome<&'static str> {
    let (loans, risk) = (loans_urn(), unit("risk").urn);
    let named = |name: &str| Draft { name: name.to_owned(), ..Draft::default() };
    match question {
        "asset" => status(&catalog.asset(actor, &loans, None).await),
        "profile" => match catalog.asset(actor, &loans, None).await {
            Ok(Looked::Here(view)) => status(&catalog.profile(&view, 0, 10).await),
            other => status(&other),
        },
        "describe" => {
            status(&catalog.edit_asset(actor, &loans, AssetEdit::Description("x".into()), None).await)
        }
        "own" => status(&catalog.edit_asset(actor, &loans, AssetEdit::Owners("stranger".into()), None).await),
        "move away" => status(&catalog.edit_asset(actor, &loans, AssetEdit::Unit("bank".into()), None).await),
        "undo" => {
            catalog.edit_asset(&nightly(), &loans, AssetEdit::Name("Loans".into()), None).await?;
            match catalog.undo(actor, &loans).await {
                // Nothing of one's own to undo: but one was let near.
                Err(CatalogError::Refused(_)) => Ok("yes"),
                other => status(&other),
            }
        }
        "history" => status(&catalog.history(actor, &loans, None, 10).await),
        "restore" => {
            catalog.edit_asset(&nightly(), &loans, AssetEdit::Name("Loans".into()), None).await?;
            status(&catalog.restore_revision(actor, &loans, 1).await)
        }
        "term" => status(&catalog.term(actor, &term("risk/arrears").urn, 0, 10).await),
        "new term" => {
            let draft = Draft { glossary: "risk".into(), ..named("Collateral") };
            match catalog.create(actor, Kind::Term, &draft).await {
                // Whoever may not know of the glossary cannot name it.
                Err(CatalogError::Invalid(_)) => Ok("404"),
                other => status(&other),
            }
        }
        "edit unit" => {
            let draft = Draft { parent: "bank".into(), description: "x".into(), ..named("Risk") };
            status(&catalog.update(actor, &risk, &draft, None).await)
        }
        "deprecate" => status(&catalog.deprecate(actor, &term("risk/arrears").urn).await),
        "new product" => {
            let draft = Draft { unit: "Risk".into(), ..named("Loan book") };
            match catalog.create(actor, Kind::DataProduct, &draft).await {
                Err(CatalogError::Invalid(_)) => Ok("404"),
                other => status(&other),
            }
        }
        "roles" => status(&catalog.members(actor, &risk).await),
        "set role" => match catalog.set_member(actor, &risk, "stranger", Some(Role::Viewer), None).await {
            Err(CatalogError::Invalid(_)) => Ok("404"),
            other => status(&other),
        },
        "everything" => status(&catalog.export_page(actor, Kind::Asset, None).await),
        other => Err(Trouble::new(format!("nobody asks {other}"))),
    }
}

#[tokio::test]
async fn each_role_gets_from_the_use_cases_what_the_table_says() -> Outcome {
    let mut actors = vec![("anonymous".to_owned(), Actor::anonymous(Door::Browser))];
    actors.push(("stranger".to_owned(), signed_in("stranger")));
    actors.push(("by a group".to_owned(), signed_in("erin")));
    actors.extend(Role::ALL.iter().map(|role| (role.as_str().to_owned(), signed_in(role.as_str()))));
    actors.push(("the machine".to_owned(), ana()));
    let mut table = format!("{:<14}", "use case");
    for (name, _) in &actors {
        table += &format!(" {name:<13}");
    }
    let mut columns = Vec::new();
    for (_, actor) in &actors {
        columns.push(answers(actor).await?);
    }
    for (row, question) in QUESTIONS.iter().enumerate() {
        table = format!("{}\n{question:<14}", table.trim_end());
        for column in &columns {
            table += &format!(" {:<13}", column.get(row).there()?);
        }
    }
    insta::assert_snapshot!(table.trim_end(), @r"
    use case       anonymous     stranger      by a group    viewer        consumer      contributor   steward       owner         administrator the machine
    asset          404           404           yes           yes           yes           yes           yes           yes           yes           yes
    profile        404           404           403           403           yes           yes           yes           yes           yes           yes
    describe       404           404           403           403           403           yes           yes           yes           yes           yes
    own            404           404           403           403           403           403           403           yes           yes           yes
    move away      404           404           403           403           403           403           403           403           403           yes
    undo           404           404           403           403           403           yes           yes           yes           yes           yes
    history        404           404           yes           yes           yes           yes           yes           yes           yes           yes
    restore        404           404           403           403           403           yes           yes           yes           yes           yes
    term           404           404           yes           yes           yes           yes           yes           yes           yes           yes
    new term       404           404           403           403           403           403           yes           yes           yes           yes
    edit unit      404           403           403           403           403           403           yes           yes           yes           yes
    deprecate      404           404           403           403           403           403           yes           yes           yes           yes
    new product    404           403           403           403           403           yes           yes           yes           yes           yes
    roles          404           yes           yes           yes           yes           yes           yes           yes           yes           yes
    set role       404           403           403           403           403           403           403           403           yes           yes
    everything     404           403           403           403           403           403           403           403           403           yes
    ");
    Ok(())
}

#[tokio::test]
async fn what_one_may_not_know_of_is_nowhere() -> Outcome {
    let catalog = two_units().await?;
    let viewer = signed_in("viewer");
    let hidden =
        [cards().urn, term("cards/quetzal-term").urn, glossary("cards").urn, product("quetzal-offers").urn];
    for urn in &hidden {
        assert_eq!(status(&catalog.history(&viewer, urn, None, 10).await)?, "404", "{urn}");
    }
    let Looked::Here(loans) = catalog.asset(&viewer, &loans_urn(), None).await? else {
        return Err(Trouble::new("elsewhere"));
    };
    let mut said = format!("{:?} {:?} {} {}", loans.facts, loans.terms, loans.upstream, loans.downstream);
    assert_eq!((loans.upstream, loans.downstream), (0, 0));
    let (down, total) = catalog.downstream(&loans, 0, 10).await?;
    assert_eq!((down.len(), total), (0, 0));
    said += &format!("{:?}", catalog.upstream(&loans).await?);
    for entry in catalog.history(&viewer, &loans_urn(), None, 10).await? {
        said += &format!("{:?}", entry.differences);
    }
    for entry in catalog.glossaries(&viewer).await? {
        said += &entry.name;
    }
    for card in catalog.products(&viewer).await? {
        said += &card.name;
    }
    let home = catalog.home(&viewer).await?;
    said += &format!("{:?} {:?}", home.newest, home.kinds);
    for text in ["", "quetzal", "cards"] {
        let found = catalog.search(&viewer, SearchRequest::from(looking_for(text))).await?;
        said += &format!("{:?}", found.hits);
        for facet in &found.facets {
            said += &facet.values.iter().map(|value| format!("{} ", value.title)).collect::<String>();
        }
        assert!(found.hits.len() as u64 == found.total, "counts what is shown: {text}");
    }
    let names = catalog.names(&viewer).await?;
    said += &names.of(&term("cards/quetzal-term").urn);
    for kind in [Kind::Term, Kind::Glossary, Kind::DataProduct] {
        said += &names.all(kind).iter().map(|entry| entry.name.clone()).collect::<String>();
    }
    assert!(!said.contains("quetzal"), "{said}");

    let everything_there = catalog.answer(everything()).await?;
    let seen = catalog.search(&viewer, SearchRequest::from(everything())).await?;
    assert!(seen.total < everything_there.total && seen.total > 0);
    let alike = catalog.alike(&viewer, &[("id".into(), "bigint".into())]).await?;
    assert_eq!(alike.iter().map(|alike| alike.urn.clone()).collect::<Vec<_>>(), [loans_urn()]);
    Ok(())
}

#[tokio::test]
async fn a_refusal_says_who_can_help_and_why() -> Outcome {
    let catalog = two_units().await?;
    catalog.edit_asset(&ana(), &loans_urn(), AssetEdit::Owners("owner".into()), None).await?;
    let refused = catalog
        .edit_asset(&signed_in("viewer"), &loans_urn(), AssetEdit::Description("x".into()), None)
        .await;
    let why = refused.err().there()?.to_string();
    assert_eq!(why, "you may not edit loans: ask owner");
    Ok(())
}

#[tokio::test]
async fn a_role_taken_away_ends_at_once() -> Outcome {
    let catalog = two_units().await?;
    let (viewer, risk) = (signed_in("viewer"), unit("risk").urn);
    catalog.asset(&viewer, &loans_urn(), None).await?;
    catalog.set_member(&ana(), &risk, "viewer", None, None).await?;
    assert_eq!(status(&catalog.asset(&viewer, &loans_urn(), None).await)?, "404");
    assert_eq!(catalog.search(&viewer, SearchRequest::from(looking_for("loans"))).await?.total, 0);
    catalog.set_member(&ana(), &risk, "viewer", Some(Role::Viewer), None).await?;
    assert_eq!(status(&catalog.asset(&viewer, &loans_urn(), None).await)?, "yes");

    // By a group, and out of it again.
    let erin = signed_in("erin");
    catalog.asset(&erin, &loans_urn(), None).await?;
    catalog.store().append(&nightly(), vec![group("analysts").put()]).await?;
    assert_eq!(status(&catalog.asset(&erin, &loans_urn(), None).await)?, "404");

    // A unit that moves takes its roles along, and those of above with it.
    let bank = unit("bank").member(member(&person("stranger").urn, Role::Viewer));
    catalog.store().append(&nightly(), vec![bank.put()]).await?;
    let stranger = signed_in("stranger");
    assert_eq!(status(&catalog.asset(&stranger, &loans_urn(), None).await)?, "yes");
    let alone = Draft { name: "Risk".into(), ..Draft::default() };
    catalog.update(&ana(), &risk, &alone, None).await?;
    assert_eq!(status(&catalog.asset(&stranger, &loans_urn(), None).await)?, "yes", "a file still says so");
    Ok(())
}

#[tokio::test]
async fn a_role_ends_when_it_is_said_to() -> Outcome {
    let catalog = two_units().await?;
    let risk = unit("risk").urn;
    let soon = Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(2);
    catalog.set_member(&ana(), &risk, "stranger", Some(Role::Viewer), Some(soon)).await?;
    let stranger = signed_in("stranger");
    assert_eq!(status(&catalog.asset(&stranger, &loans_urn(), None).await)?, "yes");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(status(&catalog.asset(&stranger, &loans_urn(), None).await)?, "404");
    let members = catalog.members(&ana(), &risk).await?;
    assert!(members.own.iter().any(|member| member.who.name == "stranger" && member.has_ended));
    let past = catalog.set_member(&ana(), &risk, "stranger", Some(Role::Viewer), Some(soon)).await;
    assert!(matches!(past, Err(CatalogError::Invalid(_))));
    Ok(())
}

#[tokio::test]
async fn nobody_gives_themselves_more_than_they_have() -> Outcome {
    let catalog = two_units().await?;
    let risk = unit("risk").urn;
    let steward = signed_in("steward");
    // By an older revision that says so.
    catalog.set_member(&ana(), &risk, "steward", Some(Role::Administrator), None).await?;
    catalog.set_member(&ana(), &risk, "steward", Some(Role::Steward), None).await?;
    assert_eq!(status(&catalog.restore_revision(&steward, &risk, 2).await)?, "403");
    // By owning what one edits.
    let contributor = signed_in("contributor");
    let own = AssetEdit::Owners("contributor".into());
    assert_eq!(status(&catalog.edit_asset(&contributor, &loans_urn(), own, None).await)?, "403");
    // By moving it to where one has a role, or to where one has none.
    let away = AssetEdit::Unit("cards".into());
    assert_eq!(status(&catalog.edit_asset(&contributor, &loans_urn(), away, None).await)?, "403");
    // By joining what one may not see to what one may.
    assert_eq!(status(&catalog.set_alias(&contributor, &cards().urn, Some(&loans_urn())).await)?, "404");
    assert_eq!(
        status(&catalog.set_alias(&contributor, &asset("t.to_come").urn, Some(&loans_urn())).await)?,
        "404"
    );
    // By a group that one is in.
    let draft = Draft { name: "analysts".into(), members: "steward".into(), ..Draft::default() };
    assert_eq!(status(&catalog.update(&steward, &group("analysts").urn, &draft, None).await)?, "403");
    // By asking for all.
    for role in ["viewer", "owner", "administrator"] {
        assert_eq!(status(&catalog.sources(&signed_in(role)).await)?, "403", "{role} of one unit");
    }
    Ok(())
}

#[tokio::test]
async fn owning_what_one_makes_or_moving_a_unit_is_no_way_to_a_role() -> Outcome {
    let catalog = two_units().await?;
    let (stranger, risk) = (signed_in("stranger"), unit("risk").urn);
    // Whoever makes a thing says whose it is, and so does that not count.
    let own =
        Draft { name: "Mine".into(), unit: "Risk".into(), owners: "stranger".into(), ..Draft::default() };
    assert_eq!(status(&catalog.create(&stranger, Kind::DataProduct, &own).await)?, "403");
    let contributor = signed_in("contributor");
    let owned = Draft { owners: "contributor".into(), ..own };
    assert_eq!(status(&catalog.create(&contributor, Kind::DataProduct, &owned).await)?, "403");
    // Nor may an owner put what they own where they have no role.
    let theirs = asset("t.theirs").in_unit("bank").owned_by("stranger");
    catalog.holding([theirs.put()]).await?;
    let into = AssetEdit::Unit("Risk".into());
    assert_eq!(status(&catalog.edit_asset(&stranger, &theirs.urn, into, None).await)?, "403");
    // A steward edits a unit where it stands, and moves it neither to the top nor below another.
    let steward = signed_in("steward");
    for parent in ["", "cards"] {
        let draft = Draft { name: "Risk".into(), parent: parent.into(), ..Draft::default() };
        let moved = catalog.update(&steward, &risk, &draft, None).await;
        // What a file states comes back where a person leaves it empty, so that is no move.
        let expected = if parent.is_empty() { "yes" } else { "403" };
        assert_eq!(status(&moved)?, expected, "to '{parent}'");
    }
    assert_eq!(status(&catalog.merge(&steward, &risk, "cards").await)?, "403");
    Ok(())
}

#[tokio::test]
async fn a_change_replaces_what_was_looked_at_and_nothing_newer() -> Outcome {
    let catalog = two_units().await?;
    let risk = unit("risk").urn;
    let draft =
        Draft { name: "Risk".into(), parent: "bank".into(), description: "x".into(), ..Draft::default() };
    // One that is to come would match what somebody writes meanwhile, with another body.
    for seen in [2, 7] {
        let forged = catalog.update(&signed_in("steward"), &risk, &draft, Some(seen)).await;
        assert!(matches!(forged, Err(CatalogError::Conflict(_))), "based on {seen}");
    }
    catalog.update(&signed_in("steward"), &risk, &draft, Some(1)).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_joined_before_is_not_joined_again_by_restoring() -> Outcome {
    let catalog = two_units().await?;
    let other = asset("t.other").in_unit("risk");
    catalog.holding([other.put()]).await?;
    catalog.set_alias(&ana(), &other.urn, Some(&cards().urn)).await?;
    catalog.set_alias(&ana(), &other.urn, None).await?;
    catalog.settled().await?;
    let contributor = signed_in("contributor");
    assert_eq!(status(&catalog.restore_revision(&contributor, &other.urn, 2).await)?, "404");
    Ok(())
}

#[tokio::test]
async fn a_unit_that_others_speak_of_already_is_not_for_everybody_to_make() -> Outcome {
    let catalog = two_units().await?;
    catalog.holding([asset("t.ledger").in_unit("finance").put()]).await?;
    let draft = Draft { name: "Finance".into(), parent: "Risk".into(), ..Draft::default() };
    assert_eq!(status(&catalog.create(&signed_in("steward"), Kind::DomainUnit, &draft).await)?, "403");
    let draft = Draft { name: "Credit".into(), ..draft };
    assert_eq!(status(&catalog.create(&signed_in("steward"), Kind::DomainUnit, &draft).await)?, "yes");
    Ok(())
}

#[tokio::test]
async fn the_past_and_another_name_of_what_is_hidden_tell_nothing() -> Outcome {
    let catalog = two_units().await?;
    let viewer = signed_in("viewer");
    let alias = asset("t.old_name");
    catalog.holding([alias.also_called(&cards().urn).put()]).await?;
    let long_ago = Some(Timestamp::EPOCH);
    for (urn, at) in
        [(cards().urn, long_ago), (asset("t.old_name").urn, None), (asset("t.old_name").urn, long_ago)]
    {
        let answer = catalog.asset(&viewer, &urn, at).await;
        assert_eq!(answer.err().there()?.to_string(), CatalogError::no(&urn).to_string());
        assert_eq!(status(&catalog.history(&viewer, &urn, None, 1).await)?, "404");
    }
    // Chosen by its exact name, a hidden term finds as much as one that is not there.
    let chosen = everything().choosing(Facet::Term, &["cards/quetzal-term"]);
    assert_eq!(catalog.search(&viewer, SearchRequest::from(chosen)).await?.total, 0);
    // A product offers what its maker sees.
    let owner = signed_in("owner");
    for hidden in [cards().urn, asset("t.nothing").urn] {
        let draft =
            Draft { name: "P".into(), unit: "Risk".into(), assets: hidden.to_string(), ..Draft::default() };
        let refused = catalog.create(&owner, Kind::DataProduct, &draft).await;
        assert!(refused.err().there()?.to_string().contains("that you can see"), "{hidden}");
    }
    Ok(())
}

#[tokio::test]
async fn an_index_that_catches_up_brings_no_old_role_back() -> Outcome {
    let catalog = two_units().await?;
    let risk = unit("risk").urn;
    catalog.set_member(&ana(), &risk, "stranger", Some(Role::Administrator), None).await?;
    let tables = (0..4_000).map(|number| asset(&format!("t.n{number}")).in_unit("cards").put());
    catalog.holding(tables).await?;
    catalog.set_member(&ana(), &risk, "stranger", None, None).await?;
    let (store, folder) = catalog.into_parts();
    drop(folder);
    // As after a start with an index that was lost.
    let catalog = TestCatalog::over(store).await?;
    let stranger = signed_in("stranger");
    let mut asked = 0;
    while {
        let (last, applied) = catalog.progress().await?;
        applied < last
    } {
        asked += 1;
        assert_eq!(
            status(&catalog.set_member(&stranger, &risk, "stranger", Some(Role::Owner), None).await)?,
            "403"
        );
        tokio::task::yield_now().await;
    }
    assert!(asked > 0, "the index was behind");
    Ok(())
}

#[tokio::test]
async fn the_last_administrator_stays() -> Outcome {
    let catalog = two_units().await?;
    let everywhere = organisation().urn;
    let admins = group("admins").with(&person("owner").urn);
    catalog.holding([admins.put()]).await?;
    catalog.set_member(&ana(), &everywhere, "admins", Some(Role::Administrator), None).await?;
    let owner = signed_in("owner");
    catalog.sources(&owner).await?;
    let reason = |answer: Result<_>| match answer {
        Err(CatalogError::Refused(why)) => why.starts_with("nobody would be left"),
        _ => false,
    };
    assert!(reason(catalog.set_member(&owner, &everywhere, "admins", None, None).await));
    assert!(reason(catalog.set_member(&owner, &everywhere, "admins", Some(Role::Owner), None).await));
    let later = Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(86_400);
    let ending = catalog.set_member(&owner, &everywhere, "admins", Some(Role::Administrator), Some(later));
    assert!(reason(ending.await), "a role that ends is not one that stays");
    let empty = Draft { name: "admins".into(), members: "viewer".into(), ..Draft::default() };
    catalog.update(&owner, &admins.urn, &empty, None).await?;
    assert_eq!(status(&catalog.sources(&owner).await)?, "403", "who was taken out of the group");
    assert_eq!(status(&catalog.sources(&signed_in("viewer")).await)?, "yes");
    assert!(reason(catalog.undo(&ana(), &everywhere).await), "nor by undoing");
    Ok(())
}
