//! Making, renaming, merging and deprecating terms, units and products, and bringing two names of one
//! asset together.

mod fill;

use loggia_model::facts::{AssetFacts, ProductStatus, TermStatus, UnitFacts};
use loggia_model::{Actor, Body, Change, Expected, Filter, Kind, Layered, Op, Seq, Slug, Urn};
use loggia_policy::Action;

pub(crate) use self::fill::word;
use crate::clock::now;
use crate::edit::{last, short_text, taken};
use crate::error::Wrong;
use crate::ports::{Relation, Stored};
use crate::{Catalog, CatalogError, Permits, Result};

/// A form about a term, unit, product or glossary. Fields that a kind does not have are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    /// A term's definition.
    pub description: String,
    /// The unit above, or the broader term.
    pub parent: String,
    pub glossary: String,
    pub unit: String,
    pub owners: String,
    pub synonyms: String,
    pub related: String,
    pub assets: String,
    pub tags: String,
    pub terms: String,
    pub status: String,
    /// Of a group: people and groups, separated by commas.
    pub members: String,
    /// Of a policy, in Cedar's language.
    pub text: String,
    /// Of a data product: what it belongs to.
    pub project: String,
    /// Of a project: what it is there for.
    pub goal: String,
    /// Of a project that is being made: the name of the profile that it takes its roles from.
    pub profile: String,
    /// Of a project: `yes` where it publishes one source and consumes nothing.
    pub master_data: String,
    /// Of a unit: `no` where roles of above do not reach it.
    pub inherits: String,
    /// People and groups, separated by commas; the two that follow alike.
    pub responsible: String,
    pub consulted: String,
    pub informed: String,
}

impl Catalog {
    /// Makes a new entity; its URN comes from its name.
    ///
    /// # Errors
    /// `Invalid` where a field is wrong or the name is taken.
    pub async fn create(&self, actor: &Actor, kind: Kind, draft: &Draft) -> Result<(Urn, Seq)> {
        match kind {
            Kind::Asset => {
                return Err(CatalogError::Refused("an asset comes from a harvest or from YAML".into()));
            }
            Kind::Organisation => {
                return Err(CatalogError::Refused(
                    "there is one organisation, and it is there already".into(),
                ));
            }
            _ => {}
        }
        let permits = self.permits(actor).await?;
        let mut wrong = Wrong::default();
        let named = wrong.unless(name_and_slug(&draft.name).map(Some))?;
        let glossary = match kind {
            Kind::Term => wrong.unless(self.home_of_a_term(&permits, &draft.glossary))?,
            _ => None,
        };
        let mut body = empty(kind);
        wrong.unless(self.fill(actor, &permits, None, &mut body, draft).await)?;
        wrong.settled()?;
        let (name, slug) = named.ok_or_else(|| CatalogError::invalid("name", "is empty"))?;
        let urn = match &glossary {
            Some(glossary) => format!("urn:loggia:term:{}/{slug}", glossary.rest())
                .parse()
                .unwrap_or_else(|_| Urn::of(kind, &slug)),
            None => Urn::of(kind, &slug),
        };
        self.check_change(&permits, &urn, None, Some(&body)).await?;
        self.check_unclaimed(actor, &urn).await?;
        if self.directory.named(kind, &name).is_some() {
            return Err(taken(&name));
        }
        let seq = self.make(actor, &urn, body).await?;
        Ok((urn, seq))
    }

    /// What is said to belong to a unit, project or glossary that is not there yet, its maker would get.
    async fn check_unclaimed(&self, actor: &Actor, urn: &Urn) -> Result<()> {
        let is_claimed = match urn.kind() {
            Kind::DomainUnit => {
                let everything = &Filter::Everything;
                self.index.referring(Relation::Within, urn, 0, 0, everything).await?.1 > 0
                    || self.index.referring(Relation::Below, urn, 0, 0, everything).await?.1 > 0
            }
            Kind::Project => {
                self.index.referring(Relation::InProject, urn, 0, 0, &Filter::Everything).await?.1 > 0
            }
            Kind::Glossary => !self.directory.terms_of(urn).is_empty(),
            _ => false,
        };
        if is_claimed { self.check_all(actor, Action::Administer).await } else { Ok(()) }
    }

    fn home_of_a_term(&self, permits: &Permits, name: &str) -> Result<Option<Urn>> {
        let glossary = self.known(permits, "glossary", Kind::Glossary, name)?;
        glossary
            .map(Some)
            .ok_or_else(|| CatalogError::invalid("glossary", "is empty: say where the term belongs"))
    }

    /// Changes every field of the form; what it leaves empty, the sources' word shows again.
    ///
    /// # Errors
    /// `Invalid` names the fields; `Conflict` says who was faster.
    pub async fn update(
        &self,
        actor: &Actor,
        urn: &Urn,
        draft: &Draft,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        let (permits, stored) = self.to_change(actor, urn).await?;
        let mut body = stored.body.as_ref().clone();
        self.fill(actor, &permits, Some(urn), &mut body, draft).await?;
        self.save(actor, &permits, &stored, body, based_on, "edited".into()).await
    }

    /// Makes one term, unit or product a part of another: what belongs to it shows there. Undoing this
    /// revision parts them again.
    ///
    /// # Errors
    /// `Invalid` where the other is not there, of another kind, or below this one already.
    pub async fn merge(&self, actor: &Actor, urn: &Urn, into: &str) -> Result<Seq> {
        let (permits, stored) = self.to_change(actor, urn).await?;
        let target = self.known(&permits, "into", urn.kind(), into)?;
        let target =
            target.ok_or_else(|| CatalogError::invalid("into", "is empty: say what it becomes part of"))?;
        let target = self.directory.resolve(&target);
        if target == *urn {
            return Err(CatalogError::invalid("into", "is the same: choose another"));
        }
        let mut body = stored.body.as_ref().clone();
        let (key, at) = (&actor.key, now());
        let said = match &mut body {
            Body::Term(layers) => {
                layers.say("merged_into", key, at, |facts| facts.merged_into = Some(target))
            }
            Body::DomainUnit(layers) => {
                layers.say("merged_into", key, at, |facts| facts.merged_into = Some(target))
            }
            Body::DataProduct(layers) => {
                layers.say("merged_into", key, at, |facts| facts.merged_into = Some(target))
            }
            _ => return Err(CatalogError::Refused(format!("a {} cannot be merged", urn.kind()))),
        };
        if !said {
            return Ok(stored.seq);
        }
        self.save(actor, &permits, &stored, body, None, "merged into another".to_owned()).await
    }

    /// Says that nothing new should be built on it.
    ///
    /// # Errors
    /// `Refused` for kinds that have no such state.
    pub async fn deprecate(&self, actor: &Actor, urn: &Urn) -> Result<Seq> {
        let (permits, stored) = self.to_change(actor, urn).await?;
        let mut body = stored.body.as_ref().clone();
        let (key, at) = (&actor.key, now());
        match &mut body {
            Body::Term(layers) => {
                layers.say("status", key, at, |facts| facts.status = Some(TermStatus::Deprecated));
            }
            Body::DomainUnit(layers) => {
                layers.say("deprecated", key, at, |facts| facts.deprecated = Some(true));
            }
            Body::DataProduct(layers) => {
                layers.say("status", key, at, |facts| facts.status = Some(ProductStatus::Deprecated));
            }
            Body::Project(layers) => {
                layers.say("deprecated", key, at, |facts| facts.deprecated = Some(true));
            }
            Body::Policy(layers) => {
                layers.say("paused", key, at, |facts| facts.paused = Some(true));
            }
            Body::Rule(layers) => {
                layers.say("paused", key, at, |facts| facts.paused = Some(true));
            }
            Body::MetadataForm(layers) => {
                layers.say("paused", key, at, |facts| facts.paused = Some(true));
            }
            _ => return Err(CatalogError::Refused(format!("a {} cannot be deprecated", urn.kind()))),
        }
        let reason = match urn.kind() {
            Kind::Policy | Kind::Rule | Kind::MetadataForm => "paused",
            Kind::Project => "ended",
            _ => "deprecated",
        };
        self.save(actor, &permits, &stored, body, None, reason.into()).await
    }

    /// Takes a deprecation back: what it was before, it is again.
    ///
    /// # Errors
    /// `Refused` for kinds that have no such state.
    pub async fn use_again(&self, actor: &Actor, urn: &Urn) -> Result<Seq> {
        let (permits, stored) = self.to_change(actor, urn).await?;
        let before = self.before_deprecation(&stored).await?;
        let mut body = stored.body.as_ref().clone();
        let (key, at) = (&actor.key, now());
        match (&mut body, before.as_ref()) {
            (Body::Term(layers), before) => {
                let status = match before {
                    Some(Body::Term(before)) => before.view().status,
                    _ => Some(TermStatus::Draft),
                };
                layers.say("status", key, at, |facts| facts.status = status);
            }
            (Body::DomainUnit(layers), _) => {
                layers.say("deprecated", key, at, |facts| facts.deprecated = Some(false));
            }
            (Body::Project(layers), _) => {
                layers.say("deprecated", key, at, |facts| facts.deprecated = Some(false));
            }
            (Body::Policy(layers), _) => {
                layers.say("paused", key, at, |facts| facts.paused = Some(false));
            }
            (Body::Rule(layers), _) => {
                layers.say("paused", key, at, |facts| facts.paused = Some(false));
            }
            (Body::MetadataForm(layers), _) => {
                layers.say("paused", key, at, |facts| facts.paused = Some(false));
            }
            (Body::DataProduct(layers), before) => {
                let status = match before {
                    Some(Body::DataProduct(before)) => before.view().status,
                    _ => Some(ProductStatus::Draft),
                };
                layers.say("status", key, at, |facts| facts.status = status);
            }
            _ => return Err(CatalogError::Refused(format!("a {} cannot be deprecated", urn.kind()))),
        }
        self.save(actor, &permits, &stored, body, None, "in use again".into()).await
    }

    /// The last state in which it was not deprecated.
    async fn before_deprecation(&self, stored: &Stored) -> Result<Option<Body>> {
        for revision in (1..stored.revision).rev() {
            let record = self.store.read_revision(&stored.urn, revision).await?;
            if let Some(Op::Put(body)) = record.map(|record| record.op)
                && !is_deprecated(&body)
            {
                return Ok(Some(body.as_ref().clone()));
            }
        }
        Ok(None)
    }

    /// Says that `alias` is only another name of `asset`, or, with `None`, that it is a thing of its own.
    /// Nothing of either is changed, so taking it back loses nothing.
    ///
    /// # Errors
    /// `Invalid` where the two cannot be one.
    pub async fn set_alias(&self, actor: &Actor, alias: &Urn, asset: Option<&Urn>) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        if let Some(asset) = asset {
            if alias.kind() != Kind::Asset || asset.kind() != Kind::Asset {
                return Err(CatalogError::invalid("alias", "is not the name of an asset"));
            }
            self.head_by(&permits, Action::Edit, asset).await?;
            if self.directory.asset(asset) == *alias || asset == alias {
                return Err(CatalogError::invalid(
                    "alias",
                    "already leads here: an asset cannot be its own other name",
                ));
            }
        }
        let found = self.store.read(std::slice::from_ref(alias)).await?.pop().flatten();
        // What is known under the name shows at the asset: whoever joins them must be let near both. A name that
        // nothing has brought yet can be known beforehand, by who may edit whatever comes.
        let mut layers = match found.as_ref().map(|stored| stored.body.as_ref()) {
            Some(body @ Body::Asset(layers)) => {
                self.check(&permits, Action::Edit, alias, body).await?;
                layers.clone()
            }
            _ => {
                let layers = Layered::<AssetFacts>::default();
                // In the words of what is there and may not be known.
                self.check_new(&permits, Action::Edit, alias, &Body::Asset(layers.clone()))
                    .map_err(|_| CatalogError::no(alias))?;
                layers
            }
        };
        let target = asset.cloned();
        if !layers.say("alias_of", &actor.key, now(), |facts| facts.alias_of = target) {
            return Ok(found.map(|stored| stored.seq).unwrap_or_default());
        }
        let body = Body::Asset(layers);
        let before = found.as_ref().map(|stored| stored.body.as_ref());
        if before.is_some() {
            self.check_change(&permits, alias, before, Some(&body)).await?;
        }
        let reason =
            if asset.is_some() { "another name of the same asset" } else { "no longer another name" };
        let expected = found.as_ref().map_or(Expected::Absent, |stored| Expected::Revision(stored.revision));
        let change = Change::put(alias.clone(), expected, body, reason);
        Ok(last(&self.store.append(actor, vec![change]).await?))
    }
}

pub(crate) fn name_and_slug(name: &str) -> Result<(String, Slug)> {
    let name = short_text("name", name)?
        .ok_or_else(|| CatalogError::invalid("name", "is empty: say what people call it"))?;
    let slug = Slug::of(&name)
        .ok_or_else(|| CatalogError::invalid("name", "has no letter or digit that a URL can have"))?;
    Ok((name, slug))
}

fn empty(kind: Kind) -> Body {
    match kind {
        Kind::Asset => Body::Asset(Layered::default()),
        Kind::DomainUnit => Body::DomainUnit(Layered::<UnitFacts>::default()),
        Kind::Glossary => Body::Glossary(Layered::default()),
        Kind::Term => Body::Term(Layered::default()),
        Kind::DataProduct => Body::DataProduct(Layered::default()),
        Kind::Person => Body::Person(Layered::default()),
        Kind::Group => Body::Group(Layered::default()),
        Kind::Service => Body::Service(Layered::default()),
        Kind::Organisation => Body::Organisation(Layered::default()),
        Kind::Policy => Body::Policy(Layered::default()),
        Kind::Project => Body::Project(Layered::default()),
        Kind::Rule => Body::Rule(Layered::default()),
        Kind::MetadataForm => Body::MetadataForm(Layered::default()),
        Kind::Post => Body::Post(Layered::default()),
    }
}

fn is_deprecated(body: &Body) -> bool {
    match body {
        Body::Term(layers) => layers.view().status == Some(TermStatus::Deprecated),
        Body::DataProduct(layers) => {
            matches!(layers.view().status, Some(ProductStatus::Deprecated | ProductStatus::Retired))
        }
        Body::DomainUnit(layers) => layers.view().deprecated == Some(true),
        Body::Project(layers) => layers.view().deprecated == Some(true),
        Body::Asset(_)
        | Body::Glossary(_)
        | Body::Person(_)
        | Body::Group(_)
        | Body::Service(_)
        | Body::Organisation(_)
        | Body::Policy(_)
        | Body::Rule(_)
        | Body::MetadataForm(_)
        | Body::Post(_) => false,
    }
}
