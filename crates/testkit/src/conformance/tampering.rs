//! Whoever changes the database by hand is found out.

use loggia_catalog::ports::{Finding, Store};

use crate::{Engine, Outcome, TestStore, There, sample};

pub async fn a_healthy_log_has_nothing_to_tell(store: TestStore) -> Outcome {
    assert_eq!(store.verify().await?, [], "when empty");
    sample::fill(&store).await?;
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn a_changed_body_is_found(store: TestStore) -> Outcome {
    let findings =
        after(&store, "UPDATE log SET body = replace(body, 'account', 'acount') WHERE seq = 2").await?;
    let [found] = findings.as_slice() else { return Err(crate::Trouble::new(format!("{findings:?}"))) };
    assert_eq!(found.what, "log record 2");
    assert!(found.differs.contains("not the one that was written"), "{found:?}");
    Ok(())
}

pub async fn a_changed_body_with_its_digest_made_to_fit_is_found(store: TestStore) -> Outcome {
    sample::fill(&store).await?;
    let digest = match store.engine() {
        // SQLite has no SHA-256 of its own; one that does not fit shows all the more.
        Engine::Sqlite => "'0000'",
        Engine::Postgres => "encode(sha256(convert_to(replace(body, 'account', 'acount'), 'UTF8')), 'hex')",
    };
    let sql = format!(
        "UPDATE log SET body = replace(body, 'account', 'acount'), body_digest = {digest} WHERE seq = 2"
    );
    assert_eq!(store.database().sql(&sql).await?, 1);
    let findings = store.verify().await?;
    assert!(findings.iter().any(|found| found.differs.contains("the chain does not hold")), "{findings:?}");
    Ok(())
}

pub async fn a_changed_who_when_or_why_is_found(store: TestStore) -> Outcome {
    sample::fill(&store).await?;
    let last = store.last().await?;
    for (seq, change, back) in [
        (2, "actor = 'bruno'", "actor = 'nightly'"),
        (3, "at = at + 1", "at = at - 1"),
        (4, "reason = reason || '!'", "reason = 'for the test'"),
        (5, "door = 'browser'", "door = 'command-line'"),
    ] {
        store.database().sql(&format!("UPDATE log SET {change} WHERE seq = {seq}")).await?;
        let findings = store.verify().await?;
        let places: Vec<&str> = findings.iter().map(|found| found.what.as_str()).collect();
        assert_eq!(places, [format!("log record {seq}")], "{change}: one finding, where it was done");
        store.database().sql(&format!("UPDATE log SET {back} WHERE seq = {seq}")).await?;
        assert_eq!(store.verify().await?, [], "{back}");
    }
    assert_eq!(store.last().await?, last);
    Ok(())
}

pub async fn a_deleted_record_is_found(store: TestStore) -> Outcome {
    let findings = after(&store, "DELETE FROM log WHERE seq = 3").await?;
    let first = findings.first().there()?;
    assert_eq!(first.what, "log record 4");
    assert!(first.differs.contains("comes after record 2: records are gone"), "{first:?}");
    Ok(())
}

pub async fn a_log_cut_short_is_found(store: TestStore) -> Outcome {
    let findings = after(&store, "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)").await?;
    assert!(findings.iter().any(|found| found.what == "the head of the log"), "{findings:?}");
    Ok(())
}

pub async fn a_document_that_the_log_does_not_bear_out_is_found(store: TestStore) -> Outcome {
    sample::fill(&store).await?;
    let urn = sample::accounts().urn;
    store.database().sql("CREATE TABLE document_before AS SELECT * FROM document").await?;
    for (change, wrong) in [
        (format!("UPDATE document SET sources = '|person|' WHERE urn = '{urn}'"), "stands at revision"),
        (format!("UPDATE document SET removed = 1 WHERE urn = '{urn}'"), "stands at revision"),
        (
            format!("UPDATE document SET revision = 1, seq = 2 WHERE urn = '{urn}'"),
            "stands at revision 1 (record 2)",
        ),
        (
            format!("UPDATE document SET alias_of = 'urn:loggia:asset:a;b' WHERE urn = '{urn}'"),
            "stands at revision",
        ),
        (format!("DELETE FROM document WHERE urn = '{urn}'"), "is in the log, but has no document"),
    ] {
        assert_eq!(store.database().sql(&change).await?, 1, "{change}");
        let findings = store.verify().await?;
        let found = findings.first().there()?;
        assert!(found.what == urn.to_string() && found.differs.contains(wrong), "{change}: {findings:?}");
        assert_eq!(findings.len(), 1);
        store.database().sql("DELETE FROM document").await?;
        store.database().sql("INSERT INTO document SELECT * FROM document_before").await?;
        assert_eq!(store.verify().await?, []);
    }
    let invented = format!(
        "INSERT INTO document SELECT '{urn}x', kind, 1, 1, 0, '', NULL FROM document WHERE urn = '{urn}'"
    );
    store.database().sql(&invented).await?;
    let invented =
        Finding { what: format!("{urn}x"), differs: "is a document that the log knows nothing of".into() };
    assert_eq!(store.verify().await?, [invented]);
    Ok(())
}

/// What is found in a sample after this was done to it.
async fn after(store: &TestStore, sql: &str) -> Outcome<Vec<Finding>> {
    sample::fill(store).await?;
    assert_eq!(store.database().sql(sql).await?, 1, "{sql}");
    Ok(store.verify().await?)
}
