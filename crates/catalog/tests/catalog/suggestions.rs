//! What rules of sources suggest: once, to whoever looks after the table, and as people do.

use loggia_catalog::posts::Verdict;
use loggia_catalog::suggestions::Suggestion;
use loggia_catalog::{CatalogError, edit::AssetEdit};
use loggia_model::facts::{AssetFacts, Role};
use loggia_model::{Actor, Door};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, asset, glossary, member, person, signed_in, term, unit,
};

fn loans() -> Entity<AssetFacts> {
    asset("t.loans").in_unit("risk").owned_by("olga").with_column("id", "bigint")
}

async fn risk() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let looks = |name: &str| member(&person(name).urn, Role::Viewer);
    let risk = unit("risk").named("Risk").member(looks("vera")).member(looks("olga"));
    let words = [
        glossary("banking").in_unit("risk").put(),
        term("banking/arrears").named("Arrears").put(),
        term("banking/loan").named("Loan").put(),
    ];
    let people = ["olga", "vera"].map(|name| person(name).put());
    catalog.holding(people.into_iter().chain([risk.put()]).chain(words)).await?;
    catalog.harvested("dbt:shop", [loans()]).await?;
    Ok(catalog)
}

fn machine() -> Actor {
    Actor::local(Door::CommandLine)
}

fn suggestion() -> Suggestion {
    Suggestion {
        about: loans().urn,
        terms: vec![term("banking/arrears").urn, term("banking/loan").urn, term("banking/gone").urn],
        tags: vec!["core".parse().unwrap_or_else(|_| unreachable!("a tag"))],
        why: "The rule of the source `lake` for `*` suggests it.".to_owned(),
    }
}

#[tokio::test]
async fn what_a_rule_suggests_waits_for_the_owner_who_accepts_it_as_that_of_a_person() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    // A second rule suggests one of these tags too, and another.
    let mut second = Suggestion { terms: Vec::new(), ..suggestion() };
    second.tags.push("gdpr".parse()?);
    let suggested = catalog.suggest(&machine(), &[suggestion(), second]).await?;
    assert_eq!(suggested.proposals, 3, "one of terms, and of each tag one");
    assert_eq!(suggested.refused.len(), 1);
    assert!(suggested.refused[0].what.ends_with("banking/gone"));
    catalog.settled().await?;

    let waiting = catalog.posts_waiting(&olga).await?;
    assert!(catalog.posts_waiting(&signed_in("vera")).await?.is_empty());
    let terms = waiting.iter().find(|post| post.field.as_deref() == Some("terms")).there()?;
    assert_eq!(terms.proposed, Some((String::new(), "Arrears, Loan".to_owned())));
    assert_eq!(terms.by_name, "A rule of the sources");
    assert!(terms.text.contains("The rule of the source lake"), "{}", terms.text);
    catalog.decide_proposal(&olga, &terms.urn, &Verdict::Accepted(None), "", None).await?;
    let tags: Vec<_> = waiting.iter().filter(|post| post.field.as_deref() == Some("tags")).collect();
    let mut words: Vec<_> =
        tags.iter().filter_map(|post| post.proposed.clone()).map(|(_, after)| after).collect();
    words.sort_unstable();
    assert_eq!(words, ["core", "gdpr"]);
    for tags in tags {
        catalog.decide_proposal(&olga, &tags.urn, &Verdict::Refused, "It is not", None).await?;
    }
    let shown = catalog.seen(&loans().urn).await?;
    assert_eq!(shown.facts.terms.put.len(), 2);
    assert!(shown.facts.tags.put.is_empty());
    // Nobody is told who is no person.
    assert_eq!(catalog.unread(&signed_in("source-rules")).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_was_suggested_decided_or_taken_away_is_not_suggested_again() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let suggest = async || catalog.suggest(&machine(), &[suggestion()]).await.map(|made| made.proposals);
    let edit = async |edit: AssetEdit| catalog.edit_asset(&olga, &loans().urn, edit, None).await;
    edit(AssetEdit::Terms("Arrears".to_owned())).await?;
    // What the source says, and she does not.
    catalog.harvested("dbt:shop", [loans().tagged("core")]).await?;
    edit(AssetEdit::Tags(String::new())).await?;
    assert_eq!(suggest().await?, 1);
    assert_eq!(suggest().await?, 0, "it waits");
    catalog.settled().await?;
    let waiting = catalog.posts_waiting(&olga).await?;
    let proposed: Vec<_> = waiting.iter().map(|post| post.proposed.clone()).collect();
    assert_eq!(proposed, [Some(("Arrears".to_owned(), "Arrears, Loan".to_owned()))], "what is not there yet");
    catalog.decide_proposal(&olga, &waiting.first().there()?.urn, &Verdict::Refused, "", None).await?;
    catalog.settled().await?;
    assert_eq!(suggest().await?, 0, "it was refused");
    let refused = catalog.suggest(&olga, &[suggestion()]).await;
    assert!(matches!(refused, Err(CatalogError::Forbidden(_))), "{refused:?}");
    Ok(())
}
