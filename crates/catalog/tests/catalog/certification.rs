//! Certifications: who may give them, whom they are shown to, and when they hold no more.

use loggia_catalog::certification::{CertificationDraft, CertificationView};
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::{AssetFacts, CertificationLevel, Role, Standing};
use loggia_model::{Seq, Timestamp, Urn};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, asset, looking_for, member, person, signed_in, unit,
};

fn loans() -> Entity<AssetFacts> {
    asset("t.loans").in_unit("risk").with_column("id", "bigint").with_column("amount", "int")
}

/// Stella minds the words of the unit, Conny writes in it, Vera looks at it.
async fn risk() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let risk = unit("risk")
        .named("Risk")
        .member(has("stella", Role::Steward))
        .member(has("conny", Role::Contributor))
        .member(has("vera", Role::Viewer));
    let people = ["stella", "conny", "vera"].map(|name| person(name).put());
    catalog.holding(people.into_iter().chain([risk.put()])).await?;
    catalog.harvested("dbt:shop", [loans()]).await?;
    Ok(catalog)
}

fn draft(until: &str) -> CertificationDraft {
    let reason = "Reconciled with the ledger.".to_owned();
    CertificationDraft { level: "gold".to_owned(), reason, until: until.to_owned() }
}

async fn certify(catalog: &TestCatalog, who: &str, draft: &CertificationDraft) -> Result<Seq> {
    catalog.certify(&signed_in(who), &loans().urn, draft, None).await
}

async fn seen(catalog: &TestCatalog) -> Outcome<Option<CertificationView>> {
    let asset = catalog.seen(&loans().urn).await?;
    Ok(catalog.certification(&signed_in("vera"), &asset).await?)
}

/// As the list of what was found has it.
async fn on_the_card(catalog: &TestCatalog) -> Outcome<Option<(CertificationLevel, Option<Timestamp>)>> {
    let found = catalog.answer(looking_for("loans")).await?;
    Ok(found.hits.first().there()?.card.certified)
}

#[tokio::test]
async fn whoever_minds_the_words_certifies_and_others_read_why() -> Outcome {
    let catalog = risk().await?;
    for who in ["conny", "vera"] {
        let refused = certify(&catalog, who, &draft("")).await;
        assert!(matches!(refused, Err(CatalogError::Forbidden(_))), "{who}");
    }
    certify(&catalog, "stella", &draft("2031-12-31")).await?;
    let view = seen(&catalog).await?.there()?;
    assert_eq!((view.standing, view.by_name.as_str()), (Standing::Holds, "stella"));
    assert_eq!(view.certification.reason, "Reconciled with the ledger.");
    assert_eq!(
        on_the_card(&catalog).await?,
        Some((CertificationLevel::Gold, Some("2031-12-31T00:00:00Z".parse()?)))
    );

    // What somebody else writes leaves it, and bringing it back is for whoever may give it.
    let conny = signed_in("conny");
    catalog.edit_asset(&conny, &loans().urn, AssetEdit::Description("Loans.".into()), None).await?;
    assert!(seen(&catalog).await?.is_some());
    catalog.end_certification(&signed_in("stella"), &loans().urn, None).await?;
    assert!(seen(&catalog).await?.is_none() && on_the_card(&catalog).await?.is_none());
    let restored = catalog.restore_revision(&conny, &loans().urn, 2).await;
    assert!(matches!(restored, Err(CatalogError::Forbidden(_))), "{restored:?}");
    catalog.undo(&signed_in("stella"), &loans().urn).await?;
    assert!(seen(&catalog).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn it_lapses_when_columns_break_and_not_when_there_are_more() -> Outcome {
    let catalog = risk().await?;
    certify(&catalog, "stella", &draft("")).await?;
    let wider = loans().with_column("currency", "text");
    catalog.harvested("dbt:shop", [wider.clone()]).await?;
    assert_eq!(seen(&catalog).await?.there()?.standing, Standing::Holds);

    let without =
        asset("t.loans").in_unit("risk").with_column("id", "bigint").with_column("currency", "text");
    catalog.harvested("dbt:shop", [without]).await?;
    let view = seen(&catalog).await?.there()?;
    assert_eq!((view.standing, view.broken.len()), (Standing::Broken, 1));
    assert_eq!(on_the_card(&catalog).await?, None);

    // Given anew, it is given for the columns as they are now.
    certify(&catalog, "stella", &draft("")).await?;
    assert_eq!(seen(&catalog).await?.there()?.standing, Standing::Holds);
    assert!(on_the_card(&catalog).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn what_breaks_by_another_name_ends_it_too_and_nobody_hides_it_by_one() -> Outcome {
    let catalog = risk().await?;
    let other = asset("t.loans_copy").in_unit("risk");
    catalog.harvested("files:lake", [other.clone().with_column("rate", "numeric")]).await?;
    let stella = signed_in("stella");
    catalog.set_alias(&stella, &other.urn, Some(&loans().urn)).await?;
    certify(&catalog, "stella", &draft("")).await?;
    assert_eq!(seen(&catalog).await?.there()?.standing, Standing::Holds);
    catalog.harvested("files:lake", [other.clone().with_column("rate", "text")]).await?;
    assert_eq!(seen(&catalog).await?.there()?.standing, Standing::Broken);
    assert_eq!(on_the_card(&catalog).await?, None);

    catalog.harvested("files:more", [asset("t.others").in_unit("risk")]).await?;
    let others = asset("t.others").urn;
    let refused = catalog.set_alias(&signed_in("conny"), &loans().urn, Some(&others)).await;
    assert!(matches!(refused, Err(CatalogError::Forbidden(_))), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_its_field() -> Outcome {
    let catalog = risk().await?;
    let with = |change: fn(&mut CertificationDraft)| {
        let mut draft = draft("");
        change(&mut draft);
        draft
    };
    for (draft, field, why) in [
        (with(|draft| draft.level = String::new()), "level", "how far"),
        (with(|draft| draft.level = "platinum".into()), "level", "bronze, silver, gold"),
        (with(|draft| draft.reason = " ".into()), "reason", "say why"),
        (with(|draft| draft.reason = "x".repeat(1 << 20)), "reason", "may have"),
        (with(|draft| draft.until = "2020-01-01".into()), "until", "over already"),
        (with(|draft| draft.until = "soon".into()), "until", "soon"),
    ] {
        let Err(CatalogError::Invalid(errors)) = certify(&catalog, "stella", &draft).await else {
            return Err(loggia_testkit::Trouble::new(format!("{field} was taken")));
        };
        let error = errors.first().there()?;
        assert_eq!(error.field, field);
        assert!(error.message.contains(why), "{}", error.message);
    }
    let none: Result<Seq> = catalog.end_certification(&signed_in("stella"), &loans().urn, None).await;
    assert!(matches!(none, Err(CatalogError::Refused(_))));
    let nowhere: Urn = asset("t.nowhere").urn;
    assert!(catalog.certify(&signed_in("stella"), &nowhere, &draft(""), None).await.is_err());
    Ok(())
}
