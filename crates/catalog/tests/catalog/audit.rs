//! What is noted of whom, who may read it, and that nobody can change it unseen.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_catalog::assets::Looked;
use loggia_catalog::audit::{AuditEntry, AuditQuery, What, csv_line, json_line};
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::{Act, AuditFilter, AuditStream, Data, DataError, Sample};
use loggia_catalog::{Action, Catalog, CatalogError};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Secret, Urn, Who};
use loggia_testkit::{
    Outcome, TestCatalog, There, Trouble, ana, asset, group, looking_for, member, nightly, organisation,
    person, signed_in, unit,
};

/// Vera views what is in `risk`, Ada administers everything, and `quetzal` is in another unit.
async fn a_bank() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let loans = asset("t.loans").with_column("id", "bigint");
    catalog
        .holding([
            person("vera").put(),
            person("ada").put(),
            unit("risk").named("Risk").member(member(&person("vera").urn, Role::Viewer)).put(),
            unit("cards").put(),
            group("analysts").put(),
            organisation().member(member(&person("ada").urn, Role::Administrator)).put(),
            loans.in_unit("risk").put(),
            asset("t.quetzal").in_unit("cards").put(),
        ])
        .await?;
    Ok(catalog)
}

fn vera() -> Actor {
    signed_in("vera").from_address(Some("203.0.113.7".into()))
}

fn ada() -> Actor {
    signed_in("ada")
}

fn loans() -> Urn {
    asset("t.loans").urn
}

fn of(act: Act) -> AuditQuery {
    AuditQuery { what: Some(What::Did(act)), ..AuditQuery::default() }
}

async fn told(catalog: &Catalog, query: &AuditQuery) -> Outcome<Vec<AuditEntry>> {
    Ok(catalog.audit(&ada(), query, None, 1_000).await?.entries)
}

async fn view(catalog: &Catalog, actor: &Actor) -> Outcome<loggia_catalog::assets::AssetView> {
    match catalog.asset(actor, &loans(), None).await? {
        Looked::Here(view) => Ok(*view),
        Looked::Elsewhere(other) => Err(Trouble::new(format!("shown as {other}"))),
    }
}

/// A way to the data that gives the same row of everything.
struct OneRow;

#[async_trait]
impl Data for OneRow {
    fn reaches(&self, _: &Urn) -> bool {
        true
    }

    async fn sample(&self, _: &Urn, _: &[String]) -> Result<Arc<Sample>, DataError> {
        let (columns, first, parquet) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Arc::new(Sample { version: "v7".into(), columns, width: 1, first, rows: 1, parquet }))
    }
}

#[tokio::test]
async fn a_refusal_says_who_by_which_door_from_where_of_what_and_why() -> Outcome {
    let catalog = a_bank().await?;
    let refused = catalog.edit_asset(&vera(), &loans(), AssetEdit::Name("Mine".into()), None).await;
    assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
    let hidden = catalog.asset(&vera(), &asset("t.quetzal").urn, None).await;
    assert!(matches!(hidden, Err(CatalogError::NotFound(_))));
    let none = catalog.asset(&vera(), &asset("t.never_was").urn, None).await;
    assert!(matches!(none, Err(CatalogError::NotFound(_))));
    let new = Draft { name: "Collateral".into(), unit: "Risk".into(), ..Draft::default() };
    assert!(catalog.create(&vera(), Kind::DataProduct, &new).await.is_err());
    assert!(catalog.accounts(&vera()).await.is_err());
    let seen = view(&catalog, &vera()).await?;
    assert!(catalog.preview(&seen).await.is_err());

    let lines = told(&catalog, &of(Act::Refused)).await?;

    assert!(lines.iter().all(|line| line.actor.as_str() == "vera" && line.who == Some(Who::Person)));
    assert!(lines.iter().all(|line| line.door == Door::Browser && line.count == 1));
    assert!(lines.iter().all(|line| line.origin.as_deref() == Some("203.0.113.7")));
    let mut what: Vec<_> = lines
        .iter()
        .filter_map(|line| {
            let of = line.urn.as_ref().map_or("nothing yet", Urn::rest).to_owned();
            Some((line.action?, of, line.why.as_str()))
        })
        .collect();
    what.sort();
    let (quetzal, loans, everything) = (asset("t.quetzal").urn, loans(), Urn::organisation());
    let none = "no policy permits it";
    let expected = [
        (Action::Read, quetzal.rest(), "may not know that it is there"),
        (Action::Sample, loans.rest(), none),
        // Not by the name that was typed.
        (Action::Edit, "nothing yet", "no policy permits it, of a new data product"),
        (Action::Edit, loans.rest(), none),
        (Action::Administer, everything.rest(), none),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(action, rest, why)| (action, rest.to_owned(), why)).collect();
    assert_eq!(what, expected, "what is not there is nobody's secret, and no refusal");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_strangers_leaves_few_lines_and_each_of_them_counts() -> Outcome {
    const FLOOD: u64 = 100_000;
    let catalog = a_bank().await?;
    let nobody = Actor::anonymous(Door::Browser).from_address(Some("198.51.100.9".into()));
    let mut strangers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (catalog, nobody) = (Catalog::clone(&catalog), nobody.clone());
        strangers.spawn(async move {
            for round in 0..FLOOD / 4 {
                // Most at the door; a few come as far as a use case.
                match round % 100 {
                    0 => drop(catalog.asset(&nobody, &loans(), None).await),
                    _ => catalog.turned_away(&nobody),
                }
            }
        });
    }
    while let Some(stranger) = strangers.join_next().await {
        stranger?;
    }

    let mut lines = told(&catalog, &of(Act::TurnedAway)).await?;
    lines.extend(told(&catalog, &of(Act::Refused)).await?);

    assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), FLOOD);
    assert!(lines.len() < 200, "{} lines", lines.len());
    assert!(lines.iter().all(|line| line.origin.as_deref() == Some("198.51.100.9")));
    assert_eq!(catalog.verify_audit(&ada()).await?, []);
    Ok(())
}

#[tokio::test]
async fn whoever_has_seen_rows_is_in_the_audit_before_they_have_them() -> Outcome {
    let catalog = a_bank().await?;
    let loans = asset("t.loans").with_column("id", "bigint").in_unit("risk").stated_by("files:lake");
    catalog.holding([loans.put()]).await?;
    let with_data = Catalog::clone(&catalog).reading(Arc::new(OneRow));
    let seen = view(&with_data, &nightly()).await?;

    with_data.preview(&seen).await?;

    // As the store has it, without what still waits.
    let lines = catalog.store().audit(&AuditFilter::default(), Some(Act::Sampled), None, 9).await?;
    let [line] = lines.as_slice() else { return Err(Trouble::new(format!("{lines:?}"))) };
    assert_eq!((line.noted.actor.as_str(), line.noted.urn.as_ref()), ("nightly", Some(&loans.urn)));
    assert_eq!(line.noted.why, "rows of version v7");
    Ok(())
}

#[tokio::test]
async fn comings_and_goings_are_noted_and_never_what_was_typed() -> Outcome {
    let catalog = a_bank().await?;
    let password = Secret::new("correct horse battery");
    catalog.set_account(&nightly(), "vera", "vera@bank.example", Some(&password)).await?;
    let browser = Actor::anonymous(Door::Browser).from_address(Some("203.0.113.7".into()));
    let wrong = Secret::new("hunter2 hunter2");

    assert!(catalog.sign_in(&browser, "vera@bank.example", &wrong, "").await.is_err());
    assert!(catalog.sign_in(&browser, "s3cret-typed-as-login", &wrong, "").await.is_err());
    let entered = catalog.sign_in(&browser, "vera@bank.example", &password, "").await?;
    catalog.sign_out(&vera(), &entered.token).await?;
    catalog.sign_out(&vera(), &entered.token).await?;

    let lines = told(&catalog, &AuditQuery::default()).await?;
    let mut shown: Vec<_> = lines
        .iter()
        .filter(|line| line.origin.is_some())
        .map(|line| (line.what.as_str(), line.actor.as_str(), line.who))
        .collect();
    shown.sort_by_key(|(what, actor, _)| (*what, *actor));
    assert_eq!(
        shown,
        [
            ("not-signed-in", "anonymous", Some(Who::Anonymous)),
            ("not-signed-in", "vera", Some(Who::Anonymous)),
            ("signed-in", "vera", Some(Who::Person)),
            ("signed-out", "vera", Some(Who::Person)),
        ]
    );
    let given = told(&catalog, &of(Act::ChangedAccount)).await?;
    let given = given.first().there()?;
    assert_eq!((given.actor.as_str(), given.urn.as_ref()), ("nightly", Some(&person("vera").urn)));
    let written: String = lines.iter().map(json_line).collect();
    for typed in ["hunter2", "s3cret-typed-as-login", "correct horse"] {
        assert!(!written.contains(typed), "{written}");
    }
    Ok(())
}

#[tokio::test]
async fn many_wrong_passwords_are_each_counted_the_refused_tries_too() -> Outcome {
    let catalog = a_bank().await?;
    let browser = Actor::anonymous(Door::Browser);
    for _ in 0..12 {
        assert!(catalog.sign_in(&browser, "vera", &Secret::new("wrong"), "").await.is_err());
    }

    let lines = told(&catalog, &of(Act::NotSignedIn)).await?;

    assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), 12);
    Ok(())
}

#[tokio::test]
async fn only_who_administers_the_organisation_reads_it_and_that_is_noted() -> Outcome {
    let catalog = a_bank().await?;
    let query = AuditQuery { who: "vera".into(), ..AuditQuery::default() };
    assert!(catalog.audit(&vera(), &query, None, 10).await.is_err());
    assert!(catalog.export_audit(&vera(), &query, None).await.is_err());
    assert!(catalog.verify_audit(&vera()).await.is_err());
    let page = catalog.audit(&ada(), &query, None, 10).await?;
    catalog.audit(&ada(), &query, Some("0.log.1".parse()?), 10).await?;

    assert!(page.entries.iter().all(|line| line.actor.as_str() == "vera"));
    let read = told(&catalog, &of(Act::ReadAudit)).await?;
    let [line] = read.as_slice() else { return Err(Trouble::new(format!("{read:?}"))) };
    assert_eq!((line.actor.as_str(), line.why.as_str(), line.count), ("ada", "of one actor", 1));
    let unknown = AuditQuery { who: "Nobody Of This Name".into(), ..AuditQuery::default() };
    assert!(matches!(catalog.audit(&ada(), &unknown, None, 10).await, Err(CatalogError::Invalid(_))));
    Ok(())
}

#[tokio::test]
async fn changes_and_refusals_are_one_list_whose_pages_neither_skip_nor_repeat() -> Outcome {
    let catalog = a_bank().await?;
    for name in ["One", "Two", "Three"] {
        catalog.edit_asset(&ana(), &loans(), AssetEdit::Name(name.into()), None).await?;
        assert!(catalog.asset(&vera(), &asset("t.quetzal").urn, None).await.is_err());
        catalog.flush_audit().await?;
    }
    let all = catalog.export_audit(&ada(), &AuditQuery::default(), None).await?.entries;
    let key = |line: &AuditEntry| (line.what.as_str(), line.seq);
    let changes = all.iter().filter(|line| line.what == What::Changed).count();
    assert_eq!(u64::try_from(changes)?, catalog.log_length().await?);
    assert!(all.is_sorted_by(|one, other| one.at >= other.at), "newest first");

    for limit in [1, 2, 5] {
        let query = AuditQuery { to: Some(all.first().there()?.at.plus_seconds(1)), ..AuditQuery::default() };
        let (mut paged, mut before) = (Vec::new(), None);
        loop {
            let page = catalog.audit(&ada(), &query, before, limit).await?;
            paged.extend(page.entries.iter().filter(|line| line.what != What::Did(Act::ReadAudit)).map(key));
            let Some(next) = page.next else { break };
            before = Some(next.to_string().parse()?);
        }
        assert_eq!(paged, all.iter().map(key).collect::<Vec<_>>(), "in pages of {limit}");
    }
    let newest = all.iter().find(|line| line.what == What::Changed).there()?;
    assert_eq!((newest.actor.as_str(), newest.urn.as_ref()), ("ana", Some(&loans())));
    assert_eq!(newest.change.there()?.revision, 4, "where before and after stand");
    Ok(())
}

#[tokio::test]
async fn what_was_changed_by_hand_is_found() -> Outcome {
    let catalog = a_bank().await?;
    assert!(catalog.asset(&vera(), &asset("t.quetzal").urn, None).await.is_err());
    assert_eq!(catalog.verify_audit(&ada()).await?, []);

    catalog.store().database().sql("UPDATE audit SET actor = 'ada' WHERE seq = 1").await?;
    catalog.store().database().sql("UPDATE log SET actor = 'vera' WHERE seq = 2").await?;

    let findings = catalog.verify_audit(&ada()).await?;
    let places: Vec<&str> = findings.iter().map(|found| found.what.as_str()).collect();
    assert_eq!(places, ["audit line 1", "log record 2"]);
    Ok(())
}

#[tokio::test]
async fn an_export_has_every_line_as_json_and_as_csv() -> Outcome {
    let catalog = a_bank().await?;
    assert!(catalog.asset(&vera(), &asset("t.quetzal").urn, None).await.is_err());

    let page = catalog.export_audit(&ada(), &AuditQuery::default(), None).await?;

    let refusal = page.entries.iter().find(|line| line.what == What::Did(Act::Refused)).there()?;
    let json = json_line(refusal);
    for part in ["\"actor\":\"vera\"", "\"from\":\"203.0.113.7\"", "\"action\":\"read\"", "\"count\":1"] {
        assert!(json.contains(part), "{json}");
    }
    let csv = csv_line(refusal);
    assert!(csv.contains(",vera,person,browser,203.0.113.7,refused,read,urn:loggia:asset:"), "{csv}");
    let exported = told(&catalog, &of(Act::Exported)).await?;
    assert_eq!(exported.first().there()?.why, "the audit: all of it");
    Ok(())
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_what_they_did_stays() -> Outcome {
    let catalog = a_bank().await?;
    let password = Secret::new("correct horse battery");
    for who in ["vera", "ada"] {
        catalog.set_account(&nightly(), who, who, Some(&password)).await?;
    }
    let analysts = group("analysts").with(&person("vera").urn);
    catalog.holding([person("vera").named("Vera Núñez").put(), analysts.put()]).await?;
    let browser = Actor::anonymous(Door::Browser).from_address(Some("203.0.113.7".into()));
    let entered = catalog.sign_in(&browser, "vera", &password, "").await?;
    assert!(catalog.edit_asset(&vera(), &loans(), AssetEdit::Name("Mine".into()), None).await.is_err());
    let urn = person("vera").urn;
    assert_eq!(catalog.found(looking_for("núñez")).await?, ["Vera Núñez"]);

    assert!(matches!(catalog.erase_person(&vera(), &urn).await, Err(CatalogError::Forbidden(_))));
    catalog.erase_person(&ada(), &urn).await?;
    catalog.settled().await?;

    assert!(matches!(catalog.person(&ada(), &urn, 0, 9).await, Err(CatalogError::NotFound(_))));
    assert!(matches!(catalog.history(&ada(), &urn, None, 9).await, Err(CatalogError::NotFound(_))));
    assert!(catalog.found(looking_for("núñez")).await?.is_empty());
    assert_eq!(catalog.names(&ada()).await?.of(&urn), "someone who was erased");
    assert_eq!(catalog.actor(Some(&entered.token), Door::Browser).await?.who, Who::Anonymous);
    assert!(catalog.sign_in(&browser, "vera", &password, "").await.is_err());
    assert!(catalog.members(&ada(), &unit("risk").urn).await?.own.is_empty());
    assert!(catalog.group(&ada(), &group("analysts").urn).await?.members.is_empty());
    let hers: Vec<_> = told(&catalog, &AuditQuery { who: "vera".into(), ..AuditQuery::default() })
        .await?
        .into_iter()
        .filter(|line| line.who == Some(Who::Person))
        .collect();
    assert!(hers.len() >= 2, "what she did stays: {hers:?}");
    assert!(hers.iter().all(|line| line.origin.is_none() && line.by_name == "someone who was erased"));
    assert_eq!(catalog.verify(&ada()).await?, []);
    assert_eq!(catalog.verify_audit(&ada()).await?, []);

    let mut backup = Vec::new();
    catalog.backup(&ada(), &mut backup).await?;
    assert!(!String::from_utf8(backup.clone())?.contains("Núñez"));
    let other = TestCatalog::open().await?;
    other.restore_backup(&nightly(), || Ok(std::io::Cursor::new(backup.clone()))).await?;
    other.settled().await?;
    assert_eq!(other.verify(&nightly()).await?, []);
    assert_eq!(other.names(&nightly()).await?.of(&urn), "someone who was erased");
    Ok(())
}

#[tokio::test]
async fn neither_oneself_nor_the_last_administrator_nor_the_last_account_is_erased() -> Outcome {
    let catalog = a_bank().await?;
    let (ada_urn, vera_urn) = (person("ada").urn, person("vera").urn);
    catalog.set_account(&nightly(), "vera", "vera", Some(&Secret::new("correct horse battery"))).await?;

    let own = catalog.erase_person(&ada(), &ada_urn).await;
    assert!(matches!(&own, Err(CatalogError::Refused(why)) if why.contains("yourself")), "{own:?}");
    let last = catalog.erase_person(&nightly(), &ada_urn).await;
    assert!(matches!(&last, Err(CatalogError::Refused(why)) if why.contains("administers")), "{last:?}");
    let only = catalog.erase_person(&nightly(), &vera_urn).await;
    assert!(matches!(&only, Err(CatalogError::Refused(why)) if why.contains("sign in")), "{only:?}");
    let nobody = catalog.erase_person(&nightly(), &person("nobody").urn).await;
    assert!(matches!(nobody, Err(CatalogError::NotFound(_))));
    assert_eq!(
        catalog.members(&nightly(), &Urn::organisation()).await?.own.len(),
        1,
        "nothing was half done"
    );
    Ok(())
}
