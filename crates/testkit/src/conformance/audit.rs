//! The audit stream, which the store keeps beside the log.

use std::sync::Arc;

use loggia_catalog::Action;
use loggia_catalog::ports::{
    Account, Accounts, Act, AuditFilter, AuditLine, AuditStream, Before, Noted, Session, Store, StoreError,
};
use loggia_model::{Door, Secret, Timestamp, Who};
use tokio::task::JoinSet;

use crate::builders::parsed;
use crate::{Engine, Outcome, TestStore, There, ana, asset, bruno, person};

fn at(second: i64) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(second)
}

/// That somebody may not read a table.
fn refusal(actor: &str, table: &str, second: i64) -> Noted {
    Noted {
        at: at(second),
        until: at(second),
        actor: parsed(actor),
        who: Who::Person,
        door: Door::Browser,
        origin: Some("203.0.113.7".into()),
        act: Act::Refused,
        action: Some(Action::Read),
        urn: Some(asset(table).urn),
        why: "no policy permits it; ñandú".into(),
        count: 1,
    }
}

async fn noted(store: &TestStore, lines: &[Noted]) -> Outcome {
    Ok(store.record(lines, &Secret::new("by chance")).await?)
}

async fn sequences(store: &TestStore, filter: AuditFilter, act: Option<Act>) -> Outcome<Vec<u64>> {
    Ok(store.audit(&filter, act, None, 100).await?.iter().map(|line| line.seq).collect())
}

/// Lines with everything and with as little as there can be.
fn some() -> Vec<Noted> {
    let folded = Noted { until: at(9), count: 41, ..refusal("ana", "core.loans", 2) };
    let came = Noted {
        origin: None,
        act: Act::SignedIn,
        action: None,
        urn: None,
        why: String::new(),
        door: Door::CommandLine,
        who: Who::Machine,
        ..refusal("local", "core.loans", 3)
    };
    vec![refusal("bruno", "core.cards", 1), folded, came, refusal("bruno", "core.loans", 3)]
}

pub async fn lines_of_the_audit_come_back_newest_first_and_in_pages(store: TestStore) -> Outcome {
    store.record(&[], &Secret::new("by chance")).await?;
    let lines = some();
    let (first, rest) = lines.split_at(1);
    noted(&store, first).await?;
    noted(&store, rest).await?;

    let all = store.audit(&AuditFilter::default(), None, None, 100).await?;
    let mut expected: Vec<AuditLine> =
        (1..).zip(some()).map(|(seq, noted)| AuditLine { seq, noted }).collect();
    expected.reverse();
    assert_eq!(all, expected);

    let mut paged = Vec::new();
    let mut before = None;
    loop {
        let page = store.audit(&AuditFilter::default(), None, before, 1).await?;
        let Some(last) = page.last() else { break };
        before = Some(Before { at: last.noted.at, seq: last.seq });
        paged.extend(page);
    }
    assert_eq!(paged, expected, "two of the same instant are told apart");
    assert_eq!(store.verify_audit().await?, []);
    Ok(())
}

pub async fn the_audit_is_asked_by_who_what_where_and_when(store: TestStore) -> Outcome {
    noted(&store, &some()).await?;
    let by = |filter: AuditFilter| sequences(&store, filter, None);

    assert_eq!(by(AuditFilter { who: Some(parsed("bruno")), ..Default::default() }).await?, [4, 1]);
    assert_eq!(by(AuditFilter { urn: Some(asset("core.loans").urn), ..Default::default() }).await?, [4, 2]);
    assert_eq!(by(AuditFilter { door: Some(Door::CommandLine), ..Default::default() }).await?, [3]);
    let period = AuditFilter { from: Some(at(2)), to: Some(at(3)), ..Default::default() };
    assert_eq!(by(period).await?, [2], "the first instant belongs to it, the last does not");
    assert_eq!(sequences(&store, AuditFilter::default(), Some(Act::SignedIn)).await?, [3]);
    Ok(())
}

pub async fn the_log_is_asked_by_who_what_where_and_when(store: TestStore) -> Outcome {
    let (loans, cards) = (asset("core.loans"), asset("core.cards"));
    store.append(&ana(), vec![loans.put_new(), cards.put_new()]).await?;
    store.append(&bruno(), vec![loans.remove()]).await?;
    let changes = async |filter: AuditFilter, before| -> Outcome<Vec<u64>> {
        Ok(store.changes(&filter, before, 100).await?.iter().map(|change| change.entry.seq.0).collect())
    };

    assert_eq!(changes(AuditFilter::default(), None).await?, [3, 2, 1]);
    assert_eq!(changes(AuditFilter { who: Some(parsed("ana")), ..Default::default() }, None).await?, [2, 1]);
    let of_loans = AuditFilter { urn: Some(loans.urn.clone()), ..Default::default() };
    assert_eq!(changes(of_loans, None).await?, [3, 1]);
    let log = store.log().await?;
    let (first, last) = (log.first().there()?.at, log.last().there()?.at);
    assert_eq!(
        changes(AuditFilter { to: Some(first), ..Default::default() }, None).await?,
        Vec::<u64>::new()
    );
    assert_eq!(changes(AuditFilter { from: Some(first), ..Default::default() }, None).await?, [3, 2, 1]);
    assert_eq!(changes(AuditFilter::default(), Some(Before { at: last, seq: 3 })).await?, [2, 1]);
    let newest = store.changes(&AuditFilter::default(), None, 1).await?.pop().there()?;
    assert!(newest.urn == loans.urn && newest.entry.removed && newest.entry.revision == 2);
    Ok(())
}

pub async fn a_changed_line_of_the_audit_is_found(store: TestStore) -> Outcome {
    noted(&store, &some()).await?;
    for (seq, change, back) in [
        (1, "actor = 'ana'", "actor = 'bruno'"),
        (2, "count = 1", "count = 41"),
        (2, "at = at + 1", "at = at - 1"),
        (3, "who = 'person'", "who = 'machine'"),
        (3, "act = 'signed-out'", "act = 'signed-in'"),
        (4, "action = 'edit'", "action = 'read'"),
        (4, "urn = NULL", "urn = (SELECT urn FROM audit WHERE seq = 2)"),
        (4, "why = why || '!'", "why = (SELECT why FROM audit WHERE seq = 2)"),
        (4, "origin = '203.0.113.8'", "origin = '203.0.113.7'"),
    ] {
        store.database().sql(&format!("UPDATE audit SET {change} WHERE seq = {seq}")).await?;
        let places: Vec<String> = store.verify_audit().await?.into_iter().map(|found| found.what).collect();
        assert_eq!(places, [format!("audit line {seq}")], "{change}: one finding, where it was done");
        store.database().sql(&format!("UPDATE audit SET {back} WHERE seq = {seq}")).await?;
        assert_eq!(store.verify_audit().await?, [], "{back}");
    }
    Ok(())
}

pub async fn a_removed_line_of_the_audit_is_found(store: TestStore) -> Outcome {
    noted(&store, &some()).await?;
    store.database().sql("DELETE FROM audit WHERE seq = 2").await?;
    let findings = store.verify_audit().await?;
    let first = findings.first().there()?;
    assert!(first.what == "audit line 3" && first.differs.contains("lines are gone"), "{first:?}");

    store.database().sql("DELETE FROM audit WHERE seq > 1").await?;
    let findings = store.verify_audit().await?;
    let [cut] = findings.as_slice() else { return Err(crate::Trouble::new(format!("{findings:?}"))) };
    assert_eq!(cut.differs, "says it ends at 4, but it ends at 1");
    Ok(())
}

/// Ana has an entry with two revisions, an account, a session, and lines in the audit; she is erased.
async fn erased(store: &TestStore) -> Outcome {
    let ana = person("ana");
    store
        .append(&bruno(), vec![ana.clone().named("Ana Benítez").put_new(), person("bruno").put_new()])
        .await?;
    store.append(&bruno(), vec![ana.clone().named("Ana B. Núñez").put_over(1)]).await?;
    let made = at(1);
    let account = Account {
        person: parsed("ana"),
        login: "ana@bank.example".into(),
        password: None,
        is_disabled: false,
        made,
    };
    store.put_account(&account).await?;
    let agent = String::new();
    let session = Session { id: "s".into(), person: parsed("ana"), begun: made, seen: made, agent };
    store.put_session(&session).await?;
    store.add_visits(1, &[(ana.urn.clone(), 3)]).await?;
    noted(store, &some()).await?;

    let seq = store.erase_person(&bruno(), &ana.urn, &parsed("ana")).await?;

    assert_eq!(seq, store.last().await?);
    Ok(())
}

pub async fn who_is_erased_is_gone_and_both_chains_hold(store: TestStore) -> Outcome {
    erased(&store).await?;
    let ana = person("ana").urn;

    assert!(store.document(&ana).await?.is_none());
    let log = store.raw_log().await?;
    let told = format!("{log:?}");
    assert!(!told.contains("Benítez") && !told.contains("Núñez"), "{told}");
    let hers: Vec<_> = log.iter().filter(|record| record.urn == ana).collect();
    let kept: Vec<_> = hers.iter().map(|record| (record.revision, record.erased.is_some())).collect();
    assert_eq!(kept, [(1, true), (2, true), (3, false)]);
    assert_eq!(store.erased().await?, [ana]);
    assert!(
        store.account(&parsed("ana")).await?.is_none() && store.sessions(&parsed("ana")).await?.is_empty()
    );
    assert!(store.visits().await?.is_empty());
    let lines = store.audit(&AuditFilter::default(), None, None, 100).await?;
    let from: Vec<_> =
        lines.iter().map(|line| (line.noted.actor.as_str(), line.noted.origin.is_some())).collect();
    assert_eq!(from, [("bruno", true), ("local", false), ("ana", false), ("bruno", true)]);
    assert_eq!(store.verify().await?, []);
    assert_eq!(store.verify_audit().await?, []);
    assert!(store.document(&person("bruno").urn).await?.is_some());
    Ok(())
}

pub async fn what_was_erased_stays_so_in_a_copy(store: TestStore) -> Outcome {
    erased(&store).await?;
    for engine in Engine::BOTH {
        let other = TestStore::open(engine).await?;
        other.load(store.raw_log().await?).await?;

        assert_eq!(other.raw_log().await?, store.raw_log().await?, "{engine:?}");
        assert_eq!(other.chain().await?, store.chain().await?, "{engine:?}");
        assert_eq!(other.erased().await?, store.erased().await?, "{engine:?}");
        assert_eq!(other.verify().await?, [], "{engine:?}");
    }
    Ok(())
}

pub async fn nobody_is_erased_by_taking_a_body_or_an_address_away(store: TestStore) -> Outcome {
    store
        .append(&ana(), vec![person("bruno").named("Bruno").put_new(), asset("core.loans").put_new()])
        .await?;
    noted(&store, &some()).await?;
    store.database().sql("UPDATE log SET body = NULL").await?;
    store.database().sql("UPDATE audit SET origin = NULL, salt = '' WHERE seq = 1").await?;

    let findings = store.verify().await?;
    let told = |what: &str| findings.iter().any(|found| found.what == what && found.differs.contains("body"));
    assert!(told("log record 1") && told("log record 2"), "{findings:?}");
    let places: Vec<String> = store.verify_audit().await?.into_iter().map(|found| found.what).collect();
    assert_eq!(places, ["audit line 1"]);
    Ok(())
}

pub async fn two_stores_write_one_audit_without_a_gap(store: TestStore) -> Outcome {
    const WRITERS: u64 = 8;
    const WRITES: u32 = 10;
    let other = Arc::new(store.database().open().await?);
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let shared: Arc<dyn Store> = if writer % 2 == 0 { store.shared() } else { other.clone() };
        writers.spawn(async move {
            for second in 1..=i64::from(WRITES) {
                let lines = [refusal("ana", "core.loans", second), refusal("bruno", "core.cards", second)];
                shared.record(&lines, &Secret::new("by chance")).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(writer) = writers.join_next().await {
        writer??;
    }

    let mut sequences = sequences_of_all(&store).await?;
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=WRITERS * u64::from(WRITES) * 2).collect::<Vec<_>>());
    assert_eq!(store.verify_audit().await?, []);
    assert_eq!(store.verify().await?, [], "the log is not touched by it");
    Ok(())
}

async fn sequences_of_all(store: &TestStore) -> Outcome<Vec<u64>> {
    let all = store.audit(&AuditFilter::default(), None, None, 10_000).await?;
    Ok(all.into_iter().map(|line| line.seq).collect())
}
