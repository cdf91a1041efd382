//! Who is responsible, accountable, consulted and informed, and what waits for whom.

use loggia_catalog::edit::AssetEdit;
use loggia_catalog::organise::Draft;
use loggia_catalog::raci::{MatrixView, PartView, SaidBy};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::facts::Role;
use loggia_model::{Actor, Timestamp};
use loggia_testkit::{
    Outcome, TestCatalog, There, ana, asset, group, member, organisation, person, policy, product, project,
    signed_in, unit,
};

/// `lending` says who owns it, the bank who does the work; `cards` is in neither, and nobody says anything of it.
async fn bank() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let reader = member(&person("victor").urn, Role::Viewer);
    catalog
        .holding([
            person("olga").named("Olga").put(),
            person("wanda").named("Wanda").put(),
            person("victor").named("Victor").put(),
            group("crew").named("Crew").put(),
            unit("bank").named("Bank").done_by(&group("crew").urn).member(reader.clone()).put(),
            unit("lending").named("Lending").below("bank").owned_by("olga").put(),
            unit("cards").named("Cards").member(reader).put(),
            asset("t.loans").named("Loans").in_unit("lending").put(),
            asset("t.arrears").named("Arrears").in_unit("lending").done_by(&person("wanda").urn).put(),
            product("ledger").named("Ledger").in_unit("lending").owned_by("wanda").put(),
            asset("t.limits").named("Limits").in_unit("cards").put(),
            asset("t.tokens").named("Tokens").in_unit("cards").owned_by("olga").put(),
        ])
        .await?;
    Ok(catalog)
}

fn told(parts: &[PartView]) -> String {
    let part = |part: &PartView| {
        let mut who: Vec<&str> = part.who.iter().map(|who| who.name.as_str()).collect();
        who.extend(part.has_hidden.then_some("somebody"));
        let from = match &part.said_by {
            SaidBy::Itself => String::new(),
            SaidBy::Above(unit) => format!(" from {}", unit.name),
            SaidBy::Hidden => " from above".to_owned(),
            SaidBy::Nobody if part.is_missing() => "missing".to_owned(),
            SaidBy::Nobody => "-".to_owned(),
        };
        format!("{}{from}", who.join(" and "))
    };
    parts.iter().map(part).collect::<Vec<_>>().join(" | ")
}

fn table(view: &MatrixView) -> String {
    let lines = view.rows.iter().map(|row| format!("{} ({}): {}", row.name, row.sort, told(&row.parts)));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_is_not_said_of_a_thing_is_taken_from_the_nearest_unit_that_says_it() -> Outcome {
    let catalog = bank().await?;
    let matrix = catalog.raci_matrix(&ana(), &unit("lending").urn, false, 1).await?;
    insta::assert_snapshot!(table(&matrix), @r"
    Lending (domain-unit): Crew from Bank | Olga | - | -
    Arrears (table): Wanda | Olga from Lending | - | -
    Ledger (data-product): Crew from Bank | Wanda | - | -
    Loans (table): Crew from Bank | Olga from Lending | - | -
    ");
    assert_eq!((matrix.without_accountable, matrix.without_responsible, matrix.left_out), (0, 0, 0));
    assert_eq!(
        told(&catalog.seen(&asset("t.loans").urn).await?.parts),
        "Crew from Bank | Olga from Lending | - | -"
    );
    assert_eq!(
        told(&catalog.product(&ana(), &product("ledger").urn).await?.parts),
        "Crew from Bank | Wanda | - | -"
    );
    Ok(())
}

#[tokio::test]
async fn what_is_missing_is_marked_counted_and_can_be_looked_at_alone() -> Outcome {
    let catalog = bank().await?;
    let cards = unit("cards").urn;
    let matrix = catalog.raci_matrix(&ana(), &cards, false, 1).await?;
    insta::assert_snapshot!(table(&matrix), @r"
    Cards (domain-unit): missing | missing | - | -
    Limits (table): missing | missing | - | -
    Tokens (table): missing | Olga | - | -
    ");
    assert_eq!((matrix.without_accountable, matrix.without_responsible), (2, 3));
    for (field, who) in [("tokens", "Wanda, Crew"), ("limits", "Crew")] {
        let edit = AssetEdit::Responsible(who.into());
        catalog.edit_asset(&ana(), &asset(&format!("t.{field}")).urn, edit, None).await?;
    }
    catalog.settled().await?;
    let missing = catalog.raci_matrix(&ana(), &cards, true, 1).await?;
    insta::assert_snapshot!(table(&missing), @r"
    Cards (domain-unit): missing | missing | - | -
    Limits (table): Crew | missing | - | -
    ");
    assert_eq!((missing.matching, missing.without_accountable, missing.without_responsible), (2, 2, 1));
    // Said of the unit, it holds for all below.
    let draft = Draft {
        name: "Cards".into(),
        owners: "Olga".into(),
        responsible: "Crew".into(),
        informed: "Victor".into(),
        ..Draft::default()
    };
    catalog.update(&ana(), &cards, &draft, None).await?;
    catalog.settled().await?;
    let none = catalog.raci_matrix(&ana(), &cards, true, 1).await?;
    assert_eq!((none.matching, none.without_accountable, none.without_responsible), (0, 0, 0));
    let shown = catalog.seen(&asset("t.limits").urn).await?;
    assert_eq!(told(&shown.parts), "Crew | Olga from Cards | - | Victor from Cards");
    Ok(())
}

#[tokio::test]
async fn a_project_has_a_matrix_of_what_it_works_with() -> Outcome {
    let catalog = bank().await?;
    let churn = project("churn").named("Churn").in_unit("cards");
    catalog.holding([churn.put(), asset("t.own").named("Own").in_project("churn").put()]).await?;
    catalog.edit_asset(&ana(), &asset("t.loans").urn, AssetEdit::Project("Churn".into()), None).await?;
    catalog.settled().await?;
    let matrix = catalog.raci_matrix(&ana(), &project("churn").urn, false, 1).await?;
    insta::assert_snapshot!(table(&matrix), @r"
    Loans (table): Crew from Bank | Olga from Lending | - | -
    Own (table): missing | missing | - | -
    ");
    let none = catalog.raci_matrix(&ana(), &asset("t.loans").urn, false, 1).await;
    assert!(matches!(none, Err(CatalogError::NotFound(_))), "a table has no matrix");
    Ok(())
}

async fn said_of_loans(catalog: &Catalog, actor: &Actor) -> Outcome<String> {
    match catalog.asset(actor, &asset("t.loans").urn, None).await? {
        loggia_catalog::assets::Looked::Here(view) => Ok(told(&view.parts)),
        loggia_catalog::assets::Looked::Elsewhere(urn) => Ok(urn.to_string()),
    }
}

#[tokio::test]
async fn people_whom_one_may_not_know_are_not_named_and_stay() -> Outcome {
    let catalog = bank().await?;
    let loans = asset("t.loans").urn;
    catalog.edit_asset(&ana(), &loans, AssetEdit::Consulted("Olga, Wanda".into()), None).await?;
    let hide = "forbid (principal == Person::\"victor\", action, resource == Person::\"olga\");";
    let root = organisation().member(member(&person("root").urn, Role::Administrator));
    catalog.holding([person("root").put(), root.put(), policy("no-olga", hide).put()]).await?;
    catalog.set_member(&ana(), &unit("lending").urn, "Victor", Some(Role::Contributor), None).await?;
    let victor = signed_in("victor");
    // Somebody is accountable: a gap would not be true.
    assert_eq!(
        said_of_loans(&catalog, &victor).await?,
        "Crew from Bank | somebody from Lending | Wanda and somebody | -"
    );
    catalog.edit_asset(&victor, &loans, AssetEdit::Consulted("Crew".into()), None).await?;
    catalog.settled().await?;
    assert_eq!(
        said_of_loans(&catalog, &ana()).await?,
        "Crew from Bank | Olga from Lending | Crew and Olga | -"
    );
    let unknown = catalog.edit_asset(&victor, &loans, AssetEdit::Informed("Olga".into()), None).await;
    assert!(unknown.err().there()?.to_string().contains("no person or group called 'Olga'"));
    Ok(())
}

#[tokio::test]
async fn a_person_sees_what_they_answer_for_and_what_waits_for_them() -> Outcome {
    let catalog = bank().await?;
    let day = 86_400;
    let now = Timestamp::from_system(std::time::SystemTime::now());
    let mut soon = member(&person("wanda").urn, Role::Owner);
    soon.until = Some(now.plus_seconds(7 * day));
    let mut later = member(&person("wanda").urn, Role::Viewer);
    later.until = Some(now.plus_seconds(90 * day));
    let mut of_crew = member(&group("crew").urn, Role::Viewer);
    of_crew.until = Some(now.plus_seconds(day));
    catalog
        .holding([
            group("crew").named("Crew").with(&person("wanda").urn).put(),
            project("churn").named("Churn").in_unit("lending").member(soon).put(),
            unit("lending").named("Lending").below("bank").owned_by("olga").member(later).put(),
            unit("cards")
                .named("Cards")
                .member(of_crew)
                .member(member(&person("olga").urn, Role::Administrator))
                .put(),
        ])
        .await?;
    let wanda = catalog.person(&signed_in("wanda"), &person("wanda").urn, 0, 10).await?;
    let roles: Vec<String> = wanda
        .roles
        .iter()
        .map(|role| {
            let through =
                role.through.as_ref().map(|group| format!(" by {}", group.name)).unwrap_or_default();
            format!("{} of {}{through}", role.role.as_str(), role.place.name)
        })
        .collect();
    assert_eq!(roles, ["viewer of Cards by Crew", "viewer of Lending", "owner of Churn"]);
    assert_eq!(wanda.responsible.0.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["Arrears"]);
    let waiting = wanda.tasks.there()?;
    let ending: Vec<&str> = waiting.ending.iter().map(|role| role.place.name.as_str()).collect();
    assert_eq!(ending, ["Cards", "Churn"]);
    assert_eq!(waiting.undescribed.1, 1, "the ledger");
    assert_eq!(waiting.without_responsible.1, 0, "the bank says who does the work");
    // Others see the roles where they may read who has which, and nothing of what waits.
    let olga = signed_in("olga");
    let wanda = catalog.person(&olga, &person("wanda").urn, 0, 10).await?;
    assert!(wanda.tasks.is_none() && wanda.roles.len() == 2, "no role of the project");
    let olga = catalog.person(&olga, &person("olga").urn, 0, 10).await?.tasks.there()?;
    let others: Vec<String> = olga
        .of_others
        .iter()
        .map(|(place, member)| format!("{} in {}", member.who.name, place.name))
        .collect();
    assert_eq!(others, ["Crew in Cards"]);
    assert_eq!(
        olga.without_responsible.0.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(),
        ["Tokens"]
    );
    Ok(())
}
