//! Applying the catalog as code: first what would change, then the change, as one.

use std::collections::HashSet;

use loggia_model::{Actor, Change, Expected, Kind, Urn};
use loggia_policy::Action;
use tokio::sync::mpsc;

use crate::ports::{AppendError, Batch};
use crate::yaml::{Document, TextError};
use crate::{Catalog, CatalogError, Result};

/// What applying does, or would do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// In the catalog but not in the files. Removed only where that was asked for.
    pub absent: Vec<Urn>,
    /// The first of those that are added or changed, for people to look at.
    pub examples: Vec<(Step, Urn)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Add,
    Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    Keep,
    Remove,
}

const BATCH: usize = 500;
const EXAMPLES: usize = 200;

impl Catalog {
    /// What applying these documents would do. Nothing is written.
    ///
    /// # Errors
    /// The first thing that is wrong with a document.
    pub async fn plan(
        &self,
        actor: &Actor,
        documents: impl Iterator<Item = std::result::Result<Document, TextError>> + Send + 'static,
    ) -> Result<Plan> {
        self.check_all(actor, Action::Administer).await?;
        self.go_through(documents, None).await
    }

    /// Applies the documents as a whole: all of them or, at the first that is wrong, none.
    ///
    /// # Errors
    /// The first thing that is wrong with a document.
    pub async fn apply(
        &self,
        actor: &Actor,
        documents: impl Iterator<Item = std::result::Result<Document, TextError>> + Send + 'static,
        absent: Absent,
    ) -> Result<Plan> {
        self.check_all(actor, Action::Administer).await?;
        let mut batch = self.store.begin(actor).await?;
        let plan = self.go_through(documents, Some(batch.as_mut())).await?;
        if absent == Absent::Remove {
            for some in plan.absent.chunks(BATCH) {
                let gone = |urn: &Urn| {
                    Change::remove(urn.clone(), Expected::Any, "no longer in the catalog as code")
                };
                batch.append(some.iter().map(gone).collect()).await?;
            }
        }
        batch.commit().await?;
        Ok(plan)
    }

    async fn go_through(
        &self,
        documents: impl Iterator<Item = std::result::Result<Document, TextError>> + Send + 'static,
        mut batch: Option<&mut dyn Batch>,
    ) -> Result<Plan> {
        let mut plan = Plan::default();
        let mut seen = HashSet::new();
        let mut parsed = parsed(documents);
        while let Some(some) = parsed.recv().await {
            let some = some.map_err(|error| CatalogError::Refused(error.to_string()))?;
            for document in &some {
                if !seen.insert(document.urn.clone()) {
                    return Err(CatalogError::Refused(format!("{} is stated twice", document.urn)));
                }
            }
            let changes = self.changes(some, &mut plan).await?;
            if let Some(batch) = batch.as_deref_mut() {
                batch.append(changes).await.map_err(|error| match error {
                    AppendError::Conflict(conflict) => CatalogError::Conflict(conflict),
                    AppendError::Store(error) => CatalogError::Store(error),
                })?;
            }
        }
        plan.absent = self.absent(&seen).await?;
        Ok(plan)
    }

    async fn changes(&self, documents: Vec<Document>, plan: &mut Plan) -> Result<Vec<Change>> {
        let urns: Vec<Urn> = documents.iter().map(|document| document.urn.clone()).collect();
        let heads = self.store.read(&urns).await?;
        let mut changes = Vec::new();
        for (Document { urn, body }, head) in documents.into_iter().zip(heads) {
            let (step, expected, body) = match head {
                None => (Step::Add, Expected::Absent, body),
                Some(head) => {
                    let mut merged = head.body.as_ref().clone();
                    if !merged.take(body) {
                        return Err(CatalogError::Refused(format!(
                            "{urn} is of another kind in the catalog"
                        )));
                    }
                    if merged == *head.body {
                        plan.unchanged += 1;
                        continue;
                    }
                    (Step::Change, Expected::Revision(head.revision), merged)
                }
            };
            match step {
                Step::Add => plan.added += 1,
                Step::Change => plan.changed += 1,
            }
            if plan.examples.len() < EXAMPLES {
                plan.examples.push((step, urn.clone()));
            }
            changes.push(Change::put(urn, expected, body, "from the catalog as code"));
        }
        Ok(changes)
    }

    async fn absent(&self, seen: &HashSet<Urn>) -> Result<Vec<Urn>> {
        let mut absent = Vec::new();
        // The organisation itself does not go, and with it who administers it.
        for kind in Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Organisation | Kind::Post)) {
            let all = self.store.urns(kind).await?;
            absent.extend(all.into_iter().filter(|urn| !seen.contains(urn)));
        }
        Ok(absent)
    }
}

/// Reads the documents on a thread of its own, some at a time and not far ahead, while others are written.
/// It ends with the first that is wrong, or when nobody listens any more.
fn parsed(
    mut documents: impl Iterator<Item = std::result::Result<Document, TextError>> + Send + 'static,
) -> mpsc::Receiver<std::result::Result<Vec<Document>, TextError>> {
    let (sender, parsed) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        loop {
            let some: std::result::Result<Vec<_>, _> = documents.by_ref().take(BATCH).collect();
            let is_last = some.as_ref().map_or(true, Vec::is_empty);
            let is_nothing = some.as_ref().is_ok_and(Vec::is_empty);
            if is_nothing || sender.blocking_send(some).is_err() || is_last {
                return;
            }
        }
    });
    parsed
}
