//! Metadata forms of projects: what is said beforehand, who fills in what, and what is found by it.

use loggia_catalog::metadata_forms::{FieldDraft, Filling, FormDraft};
use loggia_catalog::ports::Facet;
use loggia_model::facts::Role;
use loggia_testkit::{Outcome, There, asset, everything, member, person, project, signed_in};

use super::metadata_forms::{field, filling, risk, told};

#[tokio::test]
async fn a_project_is_asked_as_a_table_is_and_what_nobody_says_is_said_beforehand() -> Outcome {
    let catalog = risk().await?;
    let churn =
        project("churn").named("Churn").in_unit("risk").member(member(&person("conny").urn, Role::Owner));
    catalog.holding([churn.put()]).await?;
    let size = FieldDraft {
        choices: "small\nlarge".to_owned(),
        default: "small".to_owned(),
        help: "By the number of people.".to_owned(),
        ..field("Size", "choice")
    };
    let draft = FormDraft {
        name: "Budget".to_owned(),
        unit: "Risk".to_owned(),
        on: vec!["project".to_owned()],
        fields: vec![size, field("Yearly cost", "money")],
        ..FormDraft::default()
    };
    let (form, _) = catalog.save_metadata_form(&signed_in("stella"), None, &draft, None).await?;
    catalog.settled().await?;
    let seen = async |who: &str| -> Outcome<_> {
        catalog.settled().await?;
        let view = catalog.project(&signed_in(who), &churn.urn, 0, 10).await?;
        let size = view.forms.into_iter().next().there()?.fields.into_iter().next().there()?;
        assert_eq!(size.field.help.as_deref(), Some("By the number of people."));
        Ok((size.shown.map(|shown| shown.text().to_owned()), size.input))
    };
    assert_eq!(seen("conny").await?, (None, "small".to_owned()), "it is filled in beforehand");
    let filled = |value: &str| Filling { form: form.clone(), ..filling(&[("size", value)]) };
    let refused = catalog.fill_form(&signed_in("vera"), &churn.urn, &filled("large"), None).await;
    assert!(told(refused).contains("may not"));
    let wrong = catalog.fill_form(&signed_in("conny"), &churn.urn, &filled("huge"), None).await;
    assert!(told(wrong).contains("small"), "it says which there are");
    catalog.fill_form(&signed_in("conny"), &churn.urn, &filled("large"), None).await?;
    assert_eq!(seen("vera").await?.0.as_deref(), Some("large"));
    let chosen = everything().choosing(Facet::Form, &["budget/size=large"]);
    assert_eq!(catalog.found(chosen).await?, ["Churn"]);
    // Of a table, it asks nothing.
    assert!(catalog.forms_of_asset(&catalog.seen(&asset("t.loans").urn).await?).is_empty());
    Ok(())
}
