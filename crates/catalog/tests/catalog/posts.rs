//! Questions, problems, comments and proposals: who may say, see, answer and decide what.

use loggia_catalog::apply::Absent;
use loggia_catalog::assets::{AssetView, Looked};
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::ports::Store;
use loggia_catalog::posts::{PostDraft, ProposalDraft, Settling, Verdict};
use loggia_catalog::yaml::read_yaml;
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::{AssetFacts, PostStatus, Role};
use loggia_model::{Actor, Door, Timestamp, Urn};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, Trouble, asset, glossary, member, person, policy, project, signed_in, term,
    unit,
};

fn loans() -> Entity<AssetFacts> {
    asset("t.loans").with_column("id", "bigint").with_column("amount", "decimal")
}

/// Olga owns the table, Conny contributes to its unit, Vera and Walter only look at it. Of the inventory of `churn` only
/// Pia, a viewer there, and Olga know.
async fn risk() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let risk = unit("risk")
        .named("Risk")
        .member(has("conny", Role::Contributor))
        .member(has("vera", Role::Viewer))
        .member(has("walter", Role::Viewer));
    let churn = project("churn")
        .named("Churn")
        .in_unit("risk")
        .member(has("olga", Role::Owner))
        .member(has("pia", Role::Viewer));
    let people = ["olga", "conny", "vera", "walter", "pia", "stranger"].map(|name| person(name).put());
    catalog.holding(people.into_iter().chain([risk.put(), churn.put()])).await?;
    catalog
        .holding([glossary("banking").in_unit("risk").put(), term("banking/arrears").named("Arrears").put()])
        .await?;
    catalog.harvested("dbt:shop", [loans().in_unit("risk").owned_by("olga")]).await?;
    catalog.harvested("dbt:lab", [asset("t.scores").with_column("score", "int").in_project("churn")]).await?;
    Ok(catalog)
}

fn question(text: &str) -> PostDraft {
    PostDraft { kind: "question".into(), text: text.into(), ..PostDraft::default() }
}

fn description(value: &str) -> ProposalDraft {
    ProposalDraft { field: "description".into(), value: value.into(), ..ProposalDraft::default() }
}

async fn view(catalog: &TestCatalog, who: &str) -> Outcome<Box<AssetView>> {
    catalog.settled().await?;
    match catalog.asset(&signed_in(who), &loans().urn, None).await? {
        Looked::Here(view) => Ok(view),
        Looked::Elsewhere(urn) => Err(Trouble::new(format!("it is shown as {urn}"))),
    }
}

async fn ask(catalog: &TestCatalog, who: &str, text: &str) -> Outcome<Urn> {
    let (post, _) = catalog.post(&signed_in(who), &loans().urn, &question(text)).await?;
    catalog.settled().await?;
    Ok(post)
}

async fn propose(catalog: &TestCatalog, who: &str, draft: ProposalDraft) -> Outcome<Urn> {
    let (post, _) = catalog.propose(&signed_in(who), &loans().urn, &draft).await?;
    catalog.settled().await?;
    Ok(post)
}

async fn status(catalog: &TestCatalog, post: &Urn) -> Outcome<PostStatus> {
    Ok(catalog.post_view(&signed_in("vera"), post).await?.status)
}

fn told<T>(result: Result<T>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn a_question_waits_until_it_is_answered_and_the_answer_stands() -> Outcome {
    let catalog = risk().await?;
    let post = ask(&catalog, "vera", "Is *amount* in guaraníes?").await?;
    let waits = catalog.posts_waiting(&signed_in("olga")).await?;
    assert_eq!(waits.iter().map(|post| post.text.as_str()).collect::<Vec<_>>(), ["Is amount in guaraníes?"]);
    assert!(catalog.posts_waiting(&signed_in("conny")).await?.is_empty(), "she does not answer for it");
    assert!(catalog.posts_waiting(&signed_in("vera")).await?.is_empty());

    catalog.reply(&signed_in("walter"), &post, "I think so.").await?;
    catalog.reply(&signed_in("olga"), &post, "In thousands of them.").await?;
    let by_another = catalog.settle(&signed_in("walter"), &post, Settling::Answer(1)).await;
    assert!(told(by_another).contains("may not edit"));
    catalog.settle(&signed_in("vera"), &post, Settling::Answer(2)).await?;

    assert_eq!(status(&catalog, &post).await?, PostStatus::Answered);
    let asset = view(&catalog, "walter").await?;
    let standing = catalog.answered(&signed_in("walter"), &asset).await?;
    let answer = standing.iter().flat_map(|post| &post.said).find(|said| said.is_answer);
    assert_eq!(answer.and_then(|said| said.text.as_deref()), Some("In thousands of them."));
    assert!(catalog.posts_waiting(&signed_in("olga")).await?.is_empty());
    let own = catalog.own_posts(&signed_in("vera")).await?;
    assert_eq!(own.first().map(|post| post.status), Some(PostStatus::Answered));

    // An answer that is taken back answers nothing.
    catalog.remove_said(&signed_in("olga"), &post, 2).await?;
    assert_eq!(status(&catalog, &post).await?, PostStatus::Open);
    let gone = catalog.settle(&signed_in("vera"), &post, Settling::Answer(2)).await;
    assert!(told(gone).contains("not there any more"));
    assert!(
        told(catalog.settle(&signed_in("vera"), &post, Settling::Answer(0)).await).contains("choose a reply")
    );
    Ok(())
}

#[tokio::test]
async fn whoever_looks_after_a_table_answers_at_once_and_nobody_else_does() -> Outcome {
    let catalog = risk().await?;
    let post = ask(&catalog, "vera", "Is amount in guaraníes?").await?;
    assert!(matches!(
        catalog.reply_as_answer(&signed_in("walter"), &post, "Yes.").await,
        Err(CatalogError::Forbidden(_))
    ));
    assert!(told(catalog.reply_as_answer(&signed_in("vera"), &post, "Yes.").await).contains("may not edit"));
    assert!(matches!(
        catalog.reply_as_answer(&signed_in("olga"), &post, " ").await,
        Err(CatalogError::Invalid(_))
    ));
    assert_eq!(catalog.post_view(&signed_in("olga"), &post).await?.said.len(), 1, "nothing of it stands");

    catalog.reply_as_answer(&signed_in("olga"), &post, "In thousands of them.").await?;
    let view = catalog.post_view(&signed_in("vera"), &post).await?;
    let answer = view.said.iter().find(|said| said.is_answer).and_then(|said| said.text.as_deref());
    assert_eq!((view.status, answer), (PostStatus::Answered, Some("In thousands of them.")));
    assert!(
        told(catalog.reply_as_answer(&signed_in("olga"), &post, "Again.").await).contains("already said")
    );

    let draft = PostDraft { kind: "comment".into(), ..question("Nice.") };
    let (comment, _) = catalog.post(&signed_in("vera"), &loans().urn, &draft).await?;
    assert!(matches!(
        catalog.reply_as_answer(&signed_in("olga"), &comment, "Yes.").await,
        Err(CatalogError::Refused(_))
    ));
    Ok(())
}

#[tokio::test]
async fn whoever_may_know_who_reads_it_is_told_whom_they_named_in_vain() -> Outcome {
    let catalog = risk().await?;
    let words = "Does @walter know, or @stranger, or @nobody.here? I, @olga, do not; @vera asked.";
    let post = ask(&catalog, "vera", "How old, @stranger?").await?;
    catalog.reply(&signed_in("olga"), &post, words).await?;
    let said = async |who: &str| -> Outcome<Vec<(bool, Vec<String>)>> {
        let view = catalog.post_view(&signed_in(who), &post).await?;
        Ok(view.said.into_iter().map(|said| (said.names_somebody, said.untold)).collect())
    };
    let untold = vec!["nobody.here".to_owned(), "stranger".to_owned()];
    assert_eq!(said("olga").await?, [(false, vec![]), (true, untold)]);
    assert_eq!(said("vera").await?, [(true, vec![]), (false, vec![])], "who reads it is not hers to know");

    // Who began a thread is told what is said in it, where they may know of the asset and no more.
    let seen = r#"permit (principal == Person::"stranger", action == Action::"discover", resource);"#;
    catalog.holding([policy("seen", seen).put()]).await?;
    let post = ask(&catalog, "stranger", "May I read it?").await?;
    catalog.reply(&signed_in("olga"), &post, "Yes, @stranger.").await?;
    let view = catalog.post_view(&signed_in("olga"), &post).await?;
    assert!(view.said.iter().all(|said| said.untold.is_empty()));
    Ok(())
}

#[tokio::test]
async fn a_problem_shows_until_it_is_solved() -> Outcome {
    let catalog = risk().await?;
    let mut problem =
        PostDraft { kind: "problem".into(), column: "amount".into(), ..question("Half are negative.") };
    let missing = catalog.post(&signed_in("vera"), &loans().urn, &problem).await;
    let Err(CatalogError::Invalid(wrong)) = missing else { return Err(Trouble::new("it was taken")) };
    assert_eq!(wrong.iter().map(|wrong| wrong.field.as_str()).collect::<Vec<_>>(), ["problem", "severity"]);
    (problem.problem, problem.severity) = ("wrong-values".into(), "high".into());
    let (post, _) = catalog.post(&signed_in("vera"), &loans().urn, &problem).await?;
    let asset = view(&catalog, "walter").await?;
    assert_eq!(catalog.talk(&signed_in("walter"), &asset).open_problems, 1);

    catalog.settle(&signed_in("olga"), &post, Settling::Solve("Loaded again.".into())).await?;

    let asset = view(&catalog, "walter").await?;
    assert_eq!(catalog.talk(&signed_in("walter"), &asset).open_problems, 0);
    let twice = catalog.settle(&signed_in("olga"), &post, Settling::Close(String::new())).await;
    assert!(told(twice).contains("already said"));
    catalog.settle(&signed_in("vera"), &post, Settling::Reopen).await?;
    assert_eq!(status(&catalog, &post).await?, PostStatus::Open);
    let nowhere = PostDraft { column: "price".into(), ..question("?") };
    assert!(
        told(catalog.post(&signed_in("vera"), &loans().urn, &nowhere).await).contains("no column 'price'")
    );
    Ok(())
}

#[tokio::test]
async fn a_proposal_is_accepted_amended_or_refused() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let first = propose(&catalog, "vera", description("Loans that were paid out.")).await?;
    assert!(
        told(catalog.decide_proposal(&signed_in("walter"), &first, &Verdict::Accepted(None), "", None).await)
            .contains("may not edit")
    );
    catalog.decide_proposal(&olga, &first, &Verdict::Accepted(None), "Thank you", None).await?;
    let asset = view(&catalog, "walter").await?;
    assert_eq!(asset.facts.description.as_deref(), Some("Loans that were paid out."));
    assert_eq!(status(&catalog, &first).await?, PostStatus::Accepted);
    let again = catalog.decide_proposal(&olga, &first, &Verdict::Refused, "", None).await;
    assert!(told(again).contains("already said"));

    let second = propose(
        &catalog,
        "vera",
        ProposalDraft { field: "tags".into(), value: "core, gdpr".into(), ..Default::default() },
    )
    .await?;
    catalog.decide_proposal(&olga, &second, &Verdict::Accepted(Some("core".into())), "", None).await?;
    let asset = view(&catalog, "walter").await?;
    assert_eq!(asset.facts.tags.put.iter().map(ToString::to_string).collect::<Vec<_>>(), ["core"]);
    let seen = catalog.post_view(&signed_in("vera"), &second).await?;
    assert!(seen.facts.decided.as_ref().is_some_and(|decided| decided.with_other_words));

    let third = propose(
        &catalog,
        "vera",
        ProposalDraft {
            field: "description".into(),
            column: "amount".into(),
            value: "In thousands.".into(),
            ..Default::default()
        },
    )
    .await?;
    let both = catalog.posts_waiting(&olga).await?;
    assert_eq!(both.iter().map(|post| &post.urn).collect::<Vec<_>>(), [&third]);
    catalog.decide_proposal(&olga, &third, &Verdict::Refused, "It is in millions", None).await?;
    assert_eq!(status(&catalog, &third).await?, PostStatus::Refused);

    let fourth = propose(&catalog, "vera", description("Another.")).await?;
    assert!(
        told(catalog.decide_proposal(&signed_in("walter"), &fourth, &Verdict::Withdrawn, "", None).await)
            .contains("only who made")
    );
    catalog.decide_proposal(&signed_in("vera"), &fourth, &Verdict::Withdrawn, "", None).await?;
    assert_eq!(status(&catalog, &fourth).await?, PostStatus::Withdrawn);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_told_to_whoever_proposes_it() -> Outcome {
    let catalog = risk().await?;
    let vera = signed_in("vera");
    let try_ = async |field: &str, value: &str| {
        let draft = ProposalDraft { field: field.into(), value: value.into(), ..Default::default() };
        told(catalog.propose(&vera, &loans().urn, &draft).await)
    };
    assert!(try_("terms", "No such term").await.contains("no glossary term called"));
    assert!(try_("unit", "Risk").await.contains("is none of"));
    assert!(try_("owners", "olga").await.contains("already"));
    assert!(try_("description", &"x".repeat(1_000_000)).await.contains("and may have"));
    let editor = catalog.propose(&signed_in("conny"), &loans().urn, &description("Mine")).await;
    assert!(told(editor).contains("edit this yourself"));
    let another_owner = ProposalDraft { field: "owners".into(), value: "conny".into(), ..Default::default() };
    catalog.propose(&signed_in("conny"), &loans().urn, &another_owner).await?;
    let stranger = catalog.propose(&signed_in("stranger"), &loans().urn, &description("Mine")).await;
    assert!(matches!(stranger, Err(CatalogError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn a_proposal_on_what_has_changed_since_is_not_laid_over_it() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let post = propose(&catalog, "vera", description("Hers.")).await?;
    let seen = view(&catalog, "olga").await?.revision;
    catalog
        .edit_asset(&signed_in("conny"), &loans().urn, AssetEdit::Description("Conny's.".into()), None)
        .await?;

    let blind = catalog.decide_proposal(&olga, &post, &Verdict::Accepted(None), "", None).await;
    assert!(told(blind).contains("changed since this was proposed"));
    let late = catalog.decide_proposal(&olga, &post, &Verdict::Accepted(None), "", Some(seen)).await;
    assert!(matches!(late, Err(CatalogError::Conflict(_))));
    assert_eq!(status(&catalog, &post).await?, PostStatus::Open, "with the words, its fate stays");

    let looked = catalog.post_view(&olga, &post).await?.proposal.unwrap();
    assert!(looked.has_moved && looked.now.as_deref() == Some("Conny's."));
    catalog.decide_proposal(&olga, &post, &Verdict::Accepted(None), "", Some(looked.based_on)).await?;
    assert_eq!(view(&catalog, "vera").await?.facts.description.as_deref(), Some("Hers."));
    Ok(())
}

#[tokio::test]
async fn a_proposal_about_a_column_that_is_gone_says_so_and_can_be_refused() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let of_amount = ProposalDraft { column: "amount".into(), ..description("In thousands.") };
    let post = propose(&catalog, "vera", of_amount).await?;
    let without = asset("t.loans").with_column("id", "bigint").in_unit("risk").owned_by("olga");
    catalog.harvested("dbt:shop", [without]).await?;
    for seen in [None, Some(view(&catalog, "olga").await?.revision)] {
        let accepted = catalog.decide_proposal(&olga, &post, &Verdict::Accepted(None), "", seen).await;
        assert!(told(accepted).contains("the column amount is gone since this was proposed"));
    }
    assert_eq!(status(&catalog, &post).await?, PostStatus::Open);
    catalog.decide_proposal(&olga, &post, &Verdict::Refused, "It is gone", None).await?;
    assert_eq!(status(&catalog, &post).await?, PostStatus::Refused);
    Ok(())
}

#[tokio::test]
async fn what_waits_is_put_aside_until_a_day_or_until_more_is_said() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let post = ask(&catalog, "vera", "Are these all?").await?;
    let to_do = catalog.waits(&olga).await?.to_do;
    let soon = Timestamp::from_system(std::time::SystemTime::now()).plus_seconds(86_400);
    catalog.put_post_aside(&olga, &post, Some(soon)).await?;
    assert!(catalog.posts_waiting(&olga).await?.is_empty());
    let aside = catalog.posts_put_aside(&olga).await?;
    assert_eq!(aside.iter().map(|(post, until)| (&post.urn, *until)).collect::<Vec<_>>(), [(&post, soon)]);
    assert_eq!(catalog.waits(&olga).await?.to_do, to_do - 1);

    catalog.put_post_aside(&olga, &post, None).await?;
    assert_eq!(catalog.posts_waiting(&olga).await?.len(), 1, "it is taken up again");
    catalog.put_post_aside(&olga, &post, Some(soon)).await?;
    catalog.reply(&signed_in("vera"), &post, "I mean those of last year, too.").await?;
    catalog.settled().await?;
    assert_eq!(catalog.posts_waiting(&olga).await?.len(), 1, "more was said");

    let not_hers = catalog.put_post_aside(&signed_in("walter"), &post, Some(soon)).await;
    assert!(told(not_hers).contains("does not wait for you"));
    let over = catalog.put_post_aside(&olga, &post, Some(Timestamp::EPOCH)).await;
    assert!(told(over).contains("is not a time within a year"));
    Ok(())
}

#[tokio::test]
async fn a_proposal_of_terms_adds_and_takes_away_and_tells_no_name_that_is_hidden() -> Outcome {
    let catalog = risk().await?;
    let conny = signed_in("conny");
    let falcon = [
        unit("board").named("Board").member(member(&person("vera").urn, Role::Viewer)).put(),
        glossary("secret").in_unit("board").put(),
        term("secret/falcon").named("Falcon").put(),
        term("banking/loan").named("Loan").put(),
    ];
    catalog.holding(falcon).await?;
    let terms =
        |value: &str| ProposalDraft { field: "terms".into(), value: value.into(), ..Default::default() };
    let hidden = propose(&catalog, "vera", terms("Falcon, Arrears")).await?;
    let seen =
        catalog.post_view(&signed_in("walter"), &hidden).await?.proposal.map(|proposal| proposal.after);
    assert_eq!(seen.as_deref(), Some("something you may not see, Arrears"));
    let told = told(catalog.decide_proposal(&conny, &hidden, &Verdict::Accepted(None), "", None).await);
    assert!(told.contains("no glossary term called"), "{told}");

    // What others have put meanwhile stays.
    let arrears = propose(&catalog, "vera", terms("Arrears")).await?;
    let edit = AssetEdit::Terms("Loan".into());
    catalog.edit_asset(&conny, &loans().urn, edit, None).await?;
    catalog.decide_proposal(&conny, &arrears, &Verdict::Accepted(None), "", None).await?;
    let asset = view(&catalog, "walter").await?;
    assert_eq!(asset.terms.iter().map(|term| term.name.as_str()).collect::<Vec<_>>(), ["Arrears", "Loan"]);

    // With the words go those that were proposed.
    catalog.remove_said(&signed_in("vera"), &hidden, 0).await?;
    let gone = catalog.post_view(&signed_in("walter"), &hidden).await?;
    assert_eq!(
        (gone.status, gone.proposal.map(|proposal| proposal.after)),
        (PostStatus::Withdrawn, Some(String::new()))
    );
    Ok(())
}

#[tokio::test]
async fn nobody_sees_what_is_said_of_what_they_may_not_see() -> Outcome {
    let catalog = risk().await?;
    let post = ask(&catalog, "vera", "Why?").await?;
    for who in [signed_in("stranger"), Actor::anonymous(Door::Browser)] {
        assert!(matches!(catalog.post_view(&who, &post).await, Err(CatalogError::NotFound(_))));
        assert!(catalog.reply(&who, &post, "Because.").await.is_err());
        assert!(catalog.post(&who, &loans().urn, &question("Why?")).await.is_err());
    }
    let scores = asset("t.scores").urn;
    let (inside, _) = catalog.post(&signed_in("pia"), &scores, &question("Who trained it?")).await?;
    catalog.settled().await?;
    assert!(matches!(catalog.post_view(&signed_in("vera"), &inside).await, Err(CatalogError::NotFound(_))));
    assert!(matches!(
        catalog.history(&signed_in("vera"), &inside, None, 10).await,
        Err(CatalogError::NotFound(_))
    ));
    assert!(catalog.post_view(&signed_in("pia"), &inside).await.is_ok());
    assert!(matches!(catalog.asking(&signed_in("vera"), &scores).await, Err(CatalogError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn words_are_changed_and_taken_back_by_who_said_them() -> Outcome {
    let catalog = risk().await?;
    let post = ask(&catalog, "vera", "Why?").await?;
    catalog.reply(&signed_in("walter"), &post, "<script>alert(1)</script>").await?;
    assert!(told(catalog.edit_said(&signed_in("vera"), &post, 1, "Mine").await).contains("not your words"));
    catalog.edit_said(&signed_in("walter"), &post, 1, "Because.").await?;
    assert!(told(catalog.remove_said(&signed_in("vera"), &post, 1).await).contains("may not edit"));
    catalog.remove_said(&signed_in("olga"), &post, 1).await?;

    let seen = catalog.post_view(&signed_in("vera"), &post).await?;
    let reply = seen.said.last().unwrap();
    assert_eq!((reply.text.as_deref(), reply.removed_by.as_deref()), (None, Some("olga")));
    // The log keeps them for whoever administers, and for nobody who only reads.
    let readers = catalog.history(&signed_in("olga"), &post, None, 10).await;
    assert!(told(readers).contains("may not administer"));
    assert!(told(catalog.undo(&signed_in("walter"), &post).await).contains("may not administer"));

    catalog.remove_said(&signed_in("vera"), &post, 0).await?;
    assert_eq!(status(&catalog, &post).await?, PostStatus::Closed);
    for wrong in ["", "  \n ", &"x".repeat(10_001)] {
        assert!(told(catalog.reply(&signed_in("vera"), &post, wrong).await).starts_with("text: "));
    }
    Ok(())
}

#[tokio::test]
async fn many_who_reply_at_once_are_all_heard() -> Outcome {
    let catalog = risk().await?;
    let post = ask(&catalog, "vera", "Why?").await?;
    let replies = (0..8).map(|count| {
        let (catalog, post) = (&catalog, &post);
        let who = if count % 2 == 0 { "vera" } else { "walter" };
        async move { catalog.reply(&signed_in(who), post, &format!("Reason {count}")).await }
    });
    for done in futures::future::join_all(replies).await {
        done?;
    }
    assert_eq!(catalog.post_view(&signed_in("vera"), &post).await?.said.len(), 9);
    for count in 0..40 {
        if let Err(error) = catalog.reply(&signed_in("vera"), &post, &format!("And {count}")).await {
            assert!(error.to_string().contains("wait a little"));
            return Ok(());
        }
    }
    Err(Trouble::new("nobody was told to wait"))
}

#[tokio::test]
async fn what_people_said_is_no_files_to_prune() -> Outcome {
    let catalog = risk().await?;
    let post = ask(&catalog, "vera", "Why?").await?;
    let machine = Actor::local(Door::CommandLine);
    let stated: Vec<_> = [unit("risk").urn, loans().urn]
        .map(|urn| format!("---\nurn: '{urn}'\nkind: {}\nfacts: {{name: Stays}}\n", urn.kind()))
        .iter()
        .flat_map(|text| read_yaml(text, &machine, Timestamp::EPOCH).unwrap_or_default())
        .map(Ok)
        .collect();

    let plan = catalog.apply(&machine, stated.into_iter(), Absent::Remove).await?;

    assert!(!plan.absent.is_empty() && !plan.absent.contains(&post), "{:?}", plan.absent);
    assert!(catalog.store().read(std::slice::from_ref(&post)).await?[0].is_some());
    let nothing = "---\nurn: urn:loggia:post:x\nkind: post\nfacts: {about: 'urn:loggia:post:x', type: question, status: open}\n";
    let wrong = read_yaml(nothing, &machine, Timestamp::EPOCH);
    assert!(wrong.is_err_and(|error| error.to_string().contains("about is not the URN of an asset")));
    Ok(())
}
