//! Certification: whoever minds the words of a domain stands for an asset, with a level, a reason and an end. It holds for
//! the columns as they were when it was given, and lapses when a change of them breaks readers.

use loggia_model::compatibility::{ColumnChange, Level, column_changes};
use loggia_model::facts::{AssetFacts, Certification, CertificationLevel, Standing};
use loggia_model::{Actor, Body, Layered, Op, Record, Seq, Timestamp, Urn};
use loggia_policy::Action;

use crate::assets::{AssetView, join};
use crate::clock::now;
use crate::edit::long_text;
use crate::organise::word;
use crate::{Catalog, CatalogError, Result};

/// A certification as it stands now.
pub struct CertificationView {
    pub certification: Certification,
    pub by_name: String,
    pub standing: Standing,
    /// What breaks readers since it was given.
    pub broken: Vec<ColumnChange>,
}

/// What a form says of it.
#[derive(Debug, Clone, Default)]
pub struct CertificationDraft {
    pub level: String,
    pub reason: String,
    /// A day, or nothing.
    pub until: String,
}

impl Catalog {
    /// Stands for an asset, from now on and for its columns as they are.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not curate it; `Invalid` says which field is wrong.
    pub async fn certify(
        &self,
        actor: &Actor,
        urn: &Urn,
        draft: &CertificationDraft,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Curate, urn).await?;
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let level: Option<CertificationLevel> = word("level", &draft.level)?;
        let level = level.ok_or_else(|| CatalogError::invalid("level", "say how far you stand for it"))?;
        let reason = long_text("reason", &draft.reason)?;
        let reason = reason
            .ok_or_else(|| CatalogError::invalid("reason", "say why: what was looked at, and found"))?;
        let until: Option<Timestamp> = word("until", &draft.until)?;
        let at = now();
        if until.is_some_and(|until| until <= at) {
            return Err(CatalogError::invalid("until", "is over already: choose a day to come"));
        }
        // What is replaced is what was read, so this is the revision that is made.
        let revision = Some(stored.revision + 1);
        let certification = Certification { level, reason, by: actor.key.clone(), at, revision, until };
        let reason = format!("certified: {}", level.as_str());
        let mut layers = layers.clone();
        layers.say("certification", &actor.key, at, |facts| facts.certification = Some(certification));
        self.save(actor, &permits, &stored, Body::Asset(layers), based_on, reason).await
    }

    /// Takes a certification back.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not curate it; `Refused` where there is none that a person has given.
    pub async fn end_certification(&self, actor: &Actor, urn: &Urn, based_on: Option<u64>) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Curate, urn).await?;
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let mut ended = layers.clone();
        ended.say("certification", &actor.key, now(), |facts| facts.certification = None);
        if ended.view().certification == layers.view().certification {
            let why = match &layers.view().certification {
                Some(_) => "a source or a file states it: it is taken back there",
                None => "it is not certified",
            };
            return Err(CatalogError::Refused(why.into()));
        }
        let reason = "certification taken back".to_owned();
        self.save(actor, &permits, &stored, Body::Asset(ended), based_on, reason).await
    }

    /// The certification of an asset as somebody looks at it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn certification(&self, actor: &Actor, asset: &AssetView) -> Result<Option<CertificationView>> {
        let Some(certification) = asset.facts.certification.clone() else { return Ok(None) };
        let broken = self.broken(&asset.urn, &certification, &asset.facts, asset.as_of.is_none()).await?;
        let standing = certification.standing(asset.as_of.unwrap_or_else(now), &broken);
        let by_name = self.names(actor).await?.of_actor(&certification.by);
        Ok(Some(CertificationView { certification, by_name, standing, broken }))
    }

    /// What others may rest on, until when; `None` where its columns have broken since, or nobody stands for it.
    pub(crate) async fn rested_on(
        &self,
        urn: &Urn,
        layers: &Layered<AssetFacts>,
    ) -> Result<Option<(CertificationLevel, Option<Timestamp>)>> {
        // Most are not, and are asked no more.
        if layers.layers().all(|(_, layer)| layer.facts.certification.is_none()) {
            return Ok(None);
        }
        let layers = self.with_aliases(urn, layers.clone()).await?;
        let facts = layers.for_others().view();
        let Some(certification) = &facts.certification else { return Ok(None) };
        let broken = self.broken(urn, certification, &facts, true).await?;
        Ok(broken.is_empty().then_some((certification.level, certification.until)))
    }

    /// What breaks readers of these columns since a certification was given. A past state is looked at without the
    /// asset's other names.
    async fn broken(
        &self,
        urn: &Urn,
        certification: &Certification,
        facts: &AssetFacts,
        with_aliases: bool,
    ) -> Result<Vec<ColumnChange>> {
        let Some(then) = self.given_for(urn, certification).await? else { return Ok(Vec::new()) };
        let Op::Put(body) = &then.op else { return Ok(Vec::new()) };
        let Body::Asset(layers) = body.as_ref() else { return Ok(Vec::new()) };
        let mut layers = layers.clone();
        for alias in self.directory.aliases(urn).iter().filter(|_| with_aliases) {
            let alias = self.store.read_as_of(alias, then.at).await?;
            if let Some(Op::Put(body)) = alias.map(|record| record.op)
                && body.alias_of().as_ref() == Some(urn)
            {
                join(&mut layers, &body);
            }
        }
        let mut changes = column_changes(&layers.for_others().view().columns, &facts.columns);
        changes.retain(|change| change.what.level() == Level::Major);
        Ok(changes)
    }

    /// The asset as it was when a certification was given; as it was first known, where nobody can tell.
    async fn given_for(&self, urn: &Urn, certification: &Certification) -> Result<Option<Record>> {
        if let Some(revision) = certification.revision
            && let Some(record) = self.store.read_revision(urn, revision).await?
            && matches!(&record.op, Op::Put(body) if certified(body).as_ref() == Some(certification))
        {
            return Ok(Some(record));
        }
        match self.store.read_as_of(urn, certification.at).await? {
            Some(record) => Ok(Some(record)),
            None => Ok(self.store.read_revision(urn, 1).await?),
        }
    }
}

/// What a body says of it.
pub(crate) fn certified(body: &Body) -> Option<Certification> {
    match body {
        Body::Asset(layers) => layers.said(|facts| facts.certification.as_ref()).cloned(),
        _ => None,
    }
}
