//! The catalog as code: what would change, changing it, and giving it all away.

use loggia_catalog::apply::{Absent, Plan, Step};
use loggia_catalog::yaml::{Document, TextError, read_json_line, read_yaml, write_json_line, write_yaml};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::{Kind, Timestamp};
use loggia_testkit::{
    Engine, Outcome, TestCatalog, TestStore, ana, asset, bruno, looking_for, nightly, sample, term,
};

type Read = Vec<Result<Document, TextError>>;

fn yaml(text: &str) -> Read {
    match read_yaml(text, &nightly(), Timestamp::EPOCH) {
        Ok(documents) => documents.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    }
}

fn stated(name: &str, facts: &str) -> String {
    let urn = asset(name).urn;
    format!("---\nurn: '{urn}'\nkind: asset\nfacts: {{{facts}}}\n")
}

async fn exported(
    catalog: &Catalog,
    write: impl Fn(&loggia_catalog::ports::Stored) -> String,
) -> Outcome<Vec<String>> {
    let mut written = Vec::new();
    for kind in Kind::ALL {
        let mut after = None;
        loop {
            let page = catalog.export_page(&ana(), kind, after.as_ref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.urn.clone());
            written.extend(page.iter().map(&write));
        }
    }
    Ok(written)
}

fn json(lines: &[String]) -> Read {
    (1..).zip(lines).map(|(number, line)| read_json_line(number, line)).collect()
}

/// The sample, with texts that have broken many a YAML.
async fn with_everything() -> Outcome<TestCatalog> {
    let store = TestStore::open(Engine::Sqlite).await?;
    sample::fill(&store).await?;
    let catalog = TestCatalog::over(store).await?;
    let texts = [
        "yes",
        "null",
        "~",
        "1e3",
        "0x1F",
        "-",
        "---",
        "\n---\n",
        "a\n---\nb\n",
        "- a\n- b",
        "# no comment",
        "'",
        "\"",
        "a: b",
        " leading\n  and trailing  \n\n",
        "tab\tand\r\nreturn",
        "nul\0 bell\u{7}",
        "nel\u{85}ls\u{2028}",
        "\u{feff}bom",
        "👩‍👩‍👧 漢字",
        "{{ jinja }}",
        "%YAML",
        "!tag",
        "&anchor *alias",
        "2026-03-01",
        "...",
        "...\n",
        "|\n  x",
        ">",
        "?",
        "@",
        "`",
        "\\n",
    ];
    let tables = (0..).zip(texts).map(|(number, text)| {
        let table = asset(&format!("odd.t{number}"))
            .named(text)
            .described(text)
            .with_column("yes", text)
            .tagged("no");
        let table = if number % 2 == 0 { table.stated_by("code") } else { table };
        table.column_described("nested.\\[\\]", text).put()
    });
    catalog.holding(tables).await?;
    catalog.settled().await?;
    Ok(catalog)
}

#[tokio::test]
async fn a_plan_tells_what_would_change_and_changes_nothing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let same = stated("same", "name: Same");
    catalog
        .apply(&ana(), yaml(&(same.clone() + &stated("other", "name: Other"))).into_iter(), Absent::Keep)
        .await?;
    catalog.holding([asset("absent").put()]).await?;
    let length = catalog.log_length().await?;
    let files = same + &stated("other", "name: Another") + &stated("new", "name: New");

    let plan = catalog.plan(&ana(), yaml(&files).into_iter()).await?;

    let examples = vec![(Step::Change, asset("other").urn), (Step::Add, asset("new").urn)];
    let absent = vec![asset("absent").urn];
    assert_eq!(plan, Plan { added: 1, changed: 1, unchanged: 1, absent, examples });
    assert_eq!(catalog.log_length().await?, length);
    assert_eq!(
        catalog.apply(&ana(), yaml(&files).into_iter(), Absent::Keep).await?,
        plan,
        "and applying does that"
    );
    let again = catalog.plan(&ana(), yaml(&files).into_iter()).await?;
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3));
    Ok(())
}

#[tokio::test]
async fn what_the_files_do_not_have_is_removed_only_where_that_was_asked_for() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog.holding([asset("stays").put(), asset("goes").named("Goes").put(), term("b/goes").put()]).await?;
    let files = || yaml(&stated("stays", "name: Stays")).into_iter();

    catalog.apply(&ana(), files(), Absent::Keep).await?;
    assert_eq!(catalog.documents().await?.len(), 3);

    let plan = catalog.apply(&ana(), files(), Absent::Remove).await?;
    assert_eq!(plan.absent, [term("b/goes").urn, asset("goes").urn]);
    assert_eq!(catalog.documents().await?.len(), 1);
    assert_eq!(catalog.found(looking_for("goes")).await?, [""; 0]);
    assert_eq!(catalog.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test]
async fn applying_keeps_what_sources_and_people_say() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").named("The source's").described("The source's");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    let edit = loggia_catalog::edit::AssetEdit::Name("Bruno's".into());
    catalog.edit_asset(&bruno(), &accounts.urn, edit, None).await?;

    let files = stated("core.accounts", "name: The code's, description: The code's");
    catalog.apply(&ana(), yaml(&files).into_iter(), Absent::Keep).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!((seen.name.as_str(), seen.facts.description.as_deref()), ("Bruno's", Some("The code's")));
    assert_eq!(seen.layers.layers().count(), 3);
    Ok(())
}

#[tokio::test]
async fn an_export_applied_again_changes_nothing() -> Outcome {
    let catalog = with_everything().await?;
    let (length, documents) = (catalog.log_length().await?, catalog.documents().await?);

    let as_yaml = yaml(&exported(&catalog, write_yaml).await?.concat());
    let as_json = json(&exported(&catalog, write_json_line).await?);

    for (form, read) in [("YAML", as_yaml), ("JSON lines", as_json)] {
        let plan = catalog.apply(&bruno(), read.into_iter(), Absent::Remove).await?;
        let unchanged = documents.len() as u64;
        assert_eq!(plan, Plan { unchanged, ..Plan::default() }, "{form}");
    }
    assert_eq!(catalog.log_length().await?, length);
    assert_eq!(catalog.documents().await?, documents);
    Ok(())
}

#[tokio::test]
async fn an_export_applied_to_an_empty_catalog_makes_the_same() -> Outcome {
    let catalog = with_everything().await?;
    let as_yaml = exported(&catalog, write_yaml).await?;
    let as_json = exported(&catalog, write_json_line).await?;
    for (form, read) in [("YAML", yaml(&as_yaml.concat())), ("JSON lines", json(&as_json))] {
        let other = TestCatalog::open().await?;

        other.apply(&nightly(), read.into_iter(), Absent::Keep).await?;

        assert_eq!(exported(&other, write_yaml).await?, as_yaml, "{form}");
        assert_eq!(
            other.answer(looking_for("account")).await?.total,
            catalog.answer(looking_for("account")).await?.total
        );
        assert_eq!(other.verify(&ana()).await?, [], "{form}");
    }
    Ok(())
}

#[tokio::test]
async fn one_bad_document_and_nothing_is_applied() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog.holding([asset("known").named("Known").put()]).await?;
    let good = |number: u64| {
        format!(r#"{{"urn":"{}","kind":"asset","body":{{}}}}"#, asset(&format!("t{number}")).urn)
    };
    let (other, unknown) = (asset("other").urn, asset("unknown").urn);
    for (bad, why) in [
        ("{".to_owned(), "line 700: "),
        (
            format!(r#"{{"urn":"{unknown}","kind":"asset","body":{{"dbt:shop":{{}}}}}}"#),
            "line 700: the body of a asset",
        ),
        (
            format!(r#"{{"urn":"{other}","kind":"term","body":{{}}}}"#),
            "line 700: kind is term, but the URN says asset",
        ),
        (good(3), "t3 is stated twice"),
    ] {
        let mut lines: Vec<String> = (1..=1_100).map(good).collect();
        lines[699] = bad;

        let refused = catalog.apply(&ana(), json(&lines).into_iter(), Absent::Remove).await;

        let Err(CatalogError::Refused(told)) = refused else { panic!("{why}: {refused:?}") };
        assert!(told.contains(why), "{told}");
        assert_eq!(catalog.log_length().await?, 1, "{why}");
        assert_eq!(catalog.documents().await?.len(), 1);
    }
    catalog.holding([asset("after").put()]).await?;
    assert_eq!(catalog.verify(&ana()).await?, [], "and everything goes on");
    Ok(())
}

#[tokio::test]
async fn a_wrong_yaml_is_refused_with_the_line_of_the_file() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let files =
        stated("one", "name: One") + "---\nurn: urn:loggia:term:b/c\nkind: term\nfacts:\n  name: [a, b]\n";

    let refused = catalog.apply(&ana(), yaml(&files).into_iter(), Absent::Keep).await;

    let Err(CatalogError::Refused(told)) = refused else { panic!("{refused:?}") };
    assert!(told.starts_with("line 9: "), "{told}");
    assert_eq!(catalog.log_length().await?, 0);
    Ok(())
}
