//! Do the log, the documents and the projections agree?

use std::collections::BTreeSet;
use std::time::Duration;

use loggia_model::{Actor, Kind, Urn};
use loggia_policy::Action;

use crate::ports::Finding;
use crate::{Catalog, Result};

/// How long the index may take to catch up.
const PATIENCE: Duration = Duration::from_secs(120);

impl Catalog {
    /// Everything that does not agree; empty is well. Waits for the index to have caught up first.
    ///
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn verify(&self, actor: &Actor) -> Result<Vec<Finding>> {
        self.check_all(actor, Action::Administer).await?;
        let last = self.store.last().await?;
        // An index that cannot follow is a finding, not a reason to wait for ever.
        let late = tokio::time::timeout(PATIENCE, self.until_found(last)).await.is_err();
        let mut findings = self.store.verify().await?;
        if late {
            let differs = format!("has {} of {last} records", *self.index.applied().borrow());
            findings.push(Finding { what: "the search index".into(), differs });
        }
        let indexed: BTreeSet<Urn> = self.index.urns().await?.into_iter().collect();
        let expected = self.to_be_indexed().await?;
        for urn in expected.difference(&indexed) {
            findings.push(Finding { what: urn.to_string(), differs: "is not in the search index".into() });
        }
        for urn in indexed.difference(&expected) {
            findings.push(Finding {
                what: urn.to_string(),
                differs: "is in the search index, but not in the catalog".into(),
            });
        }
        Ok(findings)
    }

    async fn to_be_indexed(&self) -> Result<BTreeSet<Urn>> {
        let mut expected = BTreeSet::new();
        for kind in Kind::ALL {
            let mut after = None;
            loop {
                let page = self.store.list(kind, after.as_ref(), 1_000).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.urn.clone());
                let found = |urn: &Urn| self.directory.is_found(urn);
                expected.extend(page.into_iter().map(|stored| stored.urn).filter(found));
            }
        }
        Ok(expected)
    }
}
