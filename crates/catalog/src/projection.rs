//! Following the log: the directory first, then the index, commit by commit.

mod document;

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use loggia_model::{Body, Filter, Kind, Op, Record, Seq, Timestamp, Urn};
use tokio::task::JoinHandle;

use crate::follower::Pace;
use crate::ports::{IndexDocument, Relation, StoreError, Stored};
use crate::{Catalog, Result};

/// Records read at once.
const BATCH: u32 = 2_000;

/// While catching up, what has been indexed is made visible about this often: a commit costs 20 to 50 ms
/// and a segment.
const COMMIT_EVERY: Duration = Duration::from_secs(2);

/// While many write, what they write is taken in together, this often, or as soon as somebody waits for it: a commit costs
/// the files of a segment and their fsyncs.
const GATHERED: Duration = Duration::from_millis(250);

/// Between tries after an error, such as a full disk.
const RETRY: Duration = Duration::from_secs(2);

/// Held by whoever writes the index: the follower of the log, or a rebuild.
#[derive(Default)]
pub struct Turn {
    /// The index may have documents of records up to here, whatever it says that it has applied.
    pub known: Seq,
}

pub fn start(catalog: &Catalog) {
    let catalog = catalog.clone();
    tokio::spawn(async move {
        let mut committed = catalog.store.committed();
        let mut pace = Pace::every(GATHERED);
        loop {
            let mut turn = catalog.projecting.lock().await;
            pace.looks();
            let caught_up = catch_up(&catalog, &mut turn).await;
            if caught_up.is_err() {
                // What was put and is not applied is put again by the next try.
                catalog.index.rollback().await;
            }
            drop(turn);
            if let Err(error) = caught_up {
                tracing::error!(%error, "the index does not follow the log; trying again");
                tokio::time::sleep(RETRY).await;
                continue;
            }
            if committed.changed().await.is_err() {
                return;
            }
            tokio::select! {
                () = pace.wait() => {}
                () = catalog.awaited.notified() => {}
            }
        }
    });
}

/// Applies what the log has and the index has not; what comes meanwhile is gathered, and not followed record by record.
async fn catch_up(catalog: &Catalog, turn: &mut Turn) -> Result<()> {
    let mut applied = *catalog.index.applied().borrow();
    let mut last_commit = Instant::now();
    let mut next = Some(read_after(catalog, applied));
    let mut is_first = true;
    while let Some(reading) = next.take() {
        let records =
            reading.await.map_err(|_| StoreError::Unavailable("reading the log was ended".into()))??;
        let Some(last) = records.last().map(|record| record.seq) else { break };
        if records.len() == BATCH as usize {
            next = Some(read_after(catalog, last));
        }
        if std::mem::take(&mut is_first) {
            // What was put but not yet counted as applied, when this last ended by a crash or an error.
            turn.known = turn.known.max(last);
        }
        let touched = apply(catalog, records, turn.known).await?;
        if !touched.is_empty() {
            // What refers to the touched ones is found in the index, so it must have everything first. These
            // records are not applied before that is done, too: a writer waits for it, and a crash repeats it.
            catalog.index.commit(applied).await?;
            index_referring(catalog, touched, last).await?;
            catalog.index.commit(last).await?;
        }
        applied = last;
        if last_commit.elapsed() >= COMMIT_EVERY {
            catalog.index.commit(applied).await?;
            last_commit = Instant::now();
        }
    }
    if *catalog.index.applied().borrow() < applied {
        catalog.index.commit(applied).await?;
    }
    Ok(())
}

/// Reads on while what was read is being indexed.
fn read_after(catalog: &Catalog, after: Seq) -> JoinHandle<std::result::Result<Vec<Record>, StoreError>> {
    let store = catalog.store.clone();
    tokio::spawn(async move { store.follow(after, BATCH).await })
}

/// What the index is told of these; of those that are not found by themselves, nothing.
pub async fn documents(catalog: &Catalog, some: impl Iterator<Item = Stored>) -> Result<Vec<IndexDocument>> {
    let mut documents = Vec::new();
    for stored in some {
        if catalog.directory.is_found(&stored.urn) {
            documents.push(document(catalog, &stored.urn, &stored.body, stored.at).await?);
        }
    }
    Ok(documents)
}

/// Tells directory and index of the records; up to `known`, the index may have them already. The entities
/// that others must be indexed anew for.
async fn apply(catalog: &Catalog, records: Vec<Record>, known: Seq) -> Result<HashSet<Urn>> {
    let mut touched = HashSet::new();
    let mut last: HashMap<Urn, Record> = HashMap::with_capacity(records.len());
    let mut order = Vec::with_capacity(records.len());
    for record in records {
        let changed = catalog.directory.apply(&record);
        // What is new cannot be referred to by anything that was indexed with another meaning of it,
        // except where it was referred to before it came; that is the second revision's business too.
        touched.extend(changed);
        if !last.contains_key(&record.urn) {
            order.push(record.urn.clone());
        }
        last.insert(record.urn.clone(), record);
    }
    let (mut new, mut again) = (Vec::with_capacity(order.len()), Vec::new());
    let mut gone = Vec::new();
    for urn in order {
        let Some(record) = last.remove(&urn) else { continue };
        match &record.op {
            Op::Put(body) if catalog.directory.is_found(&urn) => {
                let is_new = record.revision == 1 && record.seq > known;
                let documents = if is_new { &mut new } else { &mut again };
                documents.push(document(catalog, &urn, body, record.at).await?);
                // While many write, others go first.
                tokio::task::yield_now().await;
            }
            Op::Put(_) | Op::Remove => gone.push(urn),
        }
    }
    // An asset that other names belong to shows what they bring.
    let assets: Vec<Urn> =
        gone.iter().map(|urn| catalog.directory.asset(urn)).filter(|urn| !gone.contains(urn)).collect();
    touched.extend(assets);
    catalog.index.remove(gone).await?;
    catalog.index.add(new).await?;
    catalog.index.put(again).await?;
    Ok(touched)
}

/// Indexes anew what refers to entities whose names or places have changed; it shows after the next commit.
/// What has changed since the record `last` comes by itself.
async fn index_referring(catalog: &Catalog, touched: HashSet<Urn>, last: Seq) -> Result<()> {
    let mut again: HashSet<Urn> = HashSet::new();
    for urn in touched {
        match urn.kind() {
            Kind::Asset => {
                // What refers to another name of an asset is indexed as referring to the asset.
                let asset = catalog.directory.asset(&urn);
                for name in HashSet::from([&urn, &asset]) {
                    again.extend(referring(catalog, Relation::Upstream, name).await?);
                    again.extend(referring(catalog, Relation::Offers, name).await?);
                }
                again.insert(asset);
            }
            Kind::Term => {
                for relation in [Relation::Carries, Relation::Fills] {
                    again.extend(referring(catalog, relation, &urn).await?);
                }
                again.insert(urn);
            }
            Kind::DomainUnit => {
                for relation in [Relation::Within, Relation::Below] {
                    again.extend(referring(catalog, relation, &urn).await?);
                }
                again.insert(urn);
            }
            Kind::DataProduct => {
                again.insert(urn);
            }
            Kind::Glossary => again.extend(catalog.directory.terms_of(&urn)),
            Kind::Project => {
                again.extend(referring(catalog, Relation::InProject, &urn).await?);
                again.insert(urn);
            }
            Kind::MetadataForm => again.extend(referring(catalog, Relation::Fills, &urn).await?),
            Kind::Person
            | Kind::Group
            | Kind::Service
            | Kind::Organisation
            | Kind::Policy
            | Kind::Rule
            | Kind::Post => {}
        }
    }
    let glossaries: Vec<Urn> = again.iter().filter(|urn| urn.kind() == Kind::Glossary).cloned().collect();
    again.extend(glossaries.iter().flat_map(|glossary| catalog.directory.terms_of(glossary)));
    let projects: Vec<Urn> = again.iter().filter(|urn| urn.kind() == Kind::Project).cloned().collect();
    for project in projects {
        again.extend(referring(catalog, Relation::InProject, &project).await?);
    }
    let again: Vec<Urn> = again.into_iter().collect();
    for some in again.chunks(BATCH as usize) {
        let stored = catalog.store.read(some).await?.into_iter().flatten();
        let documents = documents(catalog, stored.filter(|stored| stored.seq <= last)).await?;
        catalog.index.put(documents).await?;
    }
    Ok(())
}

async fn referring(catalog: &Catalog, relation: Relation, to: &Urn) -> Result<Vec<Urn>> {
    const PAGE: u32 = 1_000;
    let mut referring = Vec::new();
    let mut offset = 0;
    loop {
        let (cards, total) = catalog.index.referring(relation, to, offset, PAGE, &Filter::Everything).await?;
        referring.extend(cards.into_iter().map(|card| card.urn));
        offset += PAGE;
        if u64::from(offset) >= total {
            return Ok(referring);
        }
    }
}

async fn document(catalog: &Catalog, urn: &Urn, body: &Body, at: Timestamp) -> Result<IndexDocument> {
    let Body::Asset(layers) = body else { return Ok(document::of(&catalog.directory, urn, body, at)) };
    let certified = catalog.rested_on(urn, layers).await?;
    let aliases = catalog.directory.aliases(urn);
    let mut document = if aliases.is_empty() {
        document::of(&catalog.directory, urn, body, at)
    } else {
        let mut together = layers.clone();
        for alias in catalog.store.read(&aliases).await?.into_iter().flatten() {
            crate::assets::join(&mut together, &alias.body);
        }
        document::of(&catalog.directory, urn, &Body::Asset(together), at)
    };
    document.card.certified = certified;
    if let Some(certification) = layers.view().certification.as_ref().filter(|_| certified.is_some()) {
        let by = certification.by.person();
        document.relations.extend(by.map(|person| (Relation::CertifiedBy, person)));
    }
    Ok(document)
}
