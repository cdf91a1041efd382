//! Making, renaming, merging and deprecating terms, units and products, and bringing two names of one
//! asset together.

use loggia_model::facts::{
    AssetFacts, GlossaryFacts, ProductFacts, ProductStatus, TermFacts, TermStatus, UnitFacts,
};
use loggia_model::{Actor, Body, Change, Expected, Facts, Kind, Label, Labels, Layered, Seq, Slug, Urn};

use crate::clock::now;
use crate::edit::{last, long_text, short_text, tags};
use crate::{Catalog, CatalogError, Result};

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
}

impl Catalog {
    /// Makes a new entity; its URN comes from its name.
    ///
    /// # Errors
    /// `Invalid` where a field is wrong or the name is taken.
    pub async fn create(&self, actor: &Actor, kind: Kind, draft: &Draft) -> Result<(Urn, Seq)> {
        let name = short_text("name", &draft.name)?
            .ok_or_else(|| CatalogError::invalid("name", "is empty: say what people call it"))?;
        let slug = Slug::of(&name)
            .ok_or_else(|| CatalogError::invalid("name", "has no letter or digit that a URL can have"))?;
        let urn = match kind {
            Kind::Term => {
                let glossary = self.known("glossary", Kind::Glossary, &draft.glossary)?;
                let glossary = glossary.ok_or_else(|| {
                    CatalogError::invalid("glossary", "is empty: say where the term belongs")
                })?;
                format!("urn:loggia:term:{}/{slug}", glossary.rest())
                    .parse()
                    .unwrap_or_else(|_| Urn::of(kind, &slug))
            }
            Kind::Asset => {
                return Err(CatalogError::Refused("an asset comes from a harvest or from YAML".into()));
            }
            _ => Urn::of(kind, &slug),
        };
        let taken =
            || CatalogError::invalid("name", format!("'{name}' is taken: open it, or choose another name"));
        if self.directory.named(kind, &name).is_some() {
            return Err(taken());
        }
        let mut body = empty(kind);
        self.fill(actor, &urn, &mut body, draft)?;
        let change = Change::put(urn.clone(), Expected::Absent, body, "made");
        match self.store.append(actor, vec![change]).await.map_err(CatalogError::from) {
            Ok(written) => Ok((urn, last(&written))),
            Err(CatalogError::Conflict(_)) => Err(taken()),
            Err(error) => Err(error),
        }
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
        let stored = self.head(urn).await?;
        let mut body = stored.body.as_ref().clone();
        self.fill(actor, urn, &mut body, draft)?;
        self.save(actor, &stored, body, based_on, "edited".into()).await
    }

    /// Makes one term, unit or product a part of another: what belongs to it shows there. Undoing this
    /// revision parts them again.
    ///
    /// # Errors
    /// `Invalid` where the other is not there, of another kind, or below this one already.
    pub async fn merge(&self, actor: &Actor, urn: &Urn, into: &str) -> Result<Seq> {
        let stored = self.head(urn).await?;
        let target = self.known("into", urn.kind(), into)?;
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
        self.save(actor, &stored, body, None, format!("merged into {into}")).await
    }

    /// # Errors
    /// `Refused` for kinds that have no such state.
    pub async fn deprecate(&self, actor: &Actor, urn: &Urn, deprecated: bool) -> Result<Seq> {
        let stored = self.head(urn).await?;
        let mut body = stored.body.as_ref().clone();
        let (key, at) = (&actor.key, now());
        match &mut body {
            Body::Term(layers) => {
                let status = if deprecated { TermStatus::Deprecated } else { TermStatus::Approved };
                layers.say("status", key, at, |facts| facts.status = Some(status));
            }
            Body::DomainUnit(layers) => {
                layers.say("deprecated", key, at, |facts| facts.deprecated = Some(deprecated));
            }
            Body::DataProduct(layers) => {
                let status = if deprecated { ProductStatus::Deprecated } else { ProductStatus::Active };
                layers.say("status", key, at, |facts| facts.status = Some(status));
            }
            _ => return Err(CatalogError::Refused(format!("a {} cannot be deprecated", urn.kind()))),
        }
        let reason = if deprecated { "deprecated" } else { "in use again" };
        self.save(actor, &stored, body, None, reason.into()).await
    }

    /// Says that `alias` is only another name of `asset`, or, with `None`, that it is a thing of its own.
    /// Nothing of either is changed, so taking it back loses nothing.
    ///
    /// # Errors
    /// `Invalid` where the two cannot be one.
    pub async fn set_alias(&self, actor: &Actor, alias: &Urn, asset: Option<&Urn>) -> Result<Seq> {
        if let Some(asset) = asset {
            if alias.kind() != Kind::Asset || asset.kind() != Kind::Asset {
                return Err(CatalogError::invalid("alias", "is not the name of an asset"));
            }
            self.head(asset).await?;
            if self.directory.asset(asset) == *alias || asset == alias {
                return Err(CatalogError::invalid(
                    "alias",
                    "already leads here: an asset cannot be its own other name",
                ));
            }
        }
        let found = self.store.read(std::slice::from_ref(alias)).await?.pop().flatten();
        let mut layers = match found.as_ref().map(|stored| stored.body.as_ref()) {
            Some(Body::Asset(layers)) => layers.clone(),
            // A name that nothing has brought yet can be known beforehand.
            _ => Layered::<AssetFacts>::default(),
        };
        let target = asset.cloned();
        if !layers.say("alias_of", &actor.key, now(), |facts| facts.alias_of = target) {
            return Ok(found.map(|stored| stored.seq).unwrap_or_default());
        }
        let reason =
            if asset.is_some() { "another name of the same asset" } else { "no longer another name" };
        let expected = found.as_ref().map_or(Expected::Absent, |stored| Expected::Revision(stored.revision));
        let change = Change::put(alias.clone(), expected, Body::Asset(layers), reason);
        Ok(last(&self.store.append(actor, vec![change]).await?))
    }

    fn fill(&self, actor: &Actor, urn: &Urn, body: &mut Body, draft: &Draft) -> Result<()> {
        match body {
            Body::Term(layers) => {
                let below = layers.below_person();
                let name = short_text("name", &draft.name)?;
                let definition = long_text("description", &draft.description)?;
                let glossary = self.known("glossary", Kind::Glossary, &draft.glossary)?;
                let broader = self.above("parent", urn, &draft.parent)?;
                let related = self.all_known("related", Kind::Term, &draft.related)?;
                let synonyms = draft.synonyms.split([',', '\n']).map(|word| word.trim().to_owned());
                let synonyms = synonyms.filter(|word| !word.is_empty()).collect();
                let owners = self.people(&draft.owners)?;
                let status = word("status", &draft.status)?;
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "definition", &below.definition, definition, |facts, word| {
                    facts.definition = word
                });
                say(layers, actor, "glossary", &below.glossary, glossary, |facts, word| {
                    facts.glossary = word
                });
                say(layers, actor, "broader", &below.broader, broader, |facts, word| facts.broader = word);
                say(layers, actor, "status", &below.status, status, |facts, word| facts.status = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
                let synonyms = Labels::to_show(&synonyms, &below.synonyms.put);
                layers.say("synonyms", &actor.key, now(), |facts: &mut TermFacts| facts.synonyms = synonyms);
                let related = Labels::to_show(&related.into_iter().collect(), &below.related.put);
                layers.say("related", &actor.key, now(), |facts: &mut TermFacts| facts.related = related);
            }
            Body::DomainUnit(layers) => {
                let below = layers.below_person();
                let name = short_text("name", &draft.name)?;
                let description = long_text("description", &draft.description)?;
                let parent = self.above("parent", urn, &draft.parent)?;
                let owners = self.people(&draft.owners)?;
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "parent", &below.parent, parent, |facts, word| facts.parent = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
            }
            Body::Glossary(layers) => {
                let below = layers.below_person();
                let name = short_text("name", &draft.name)?;
                let description = long_text("description", &draft.description)?;
                let unit = self.known("unit", Kind::DomainUnit, &draft.unit)?;
                let owners = self.people(&draft.owners)?;
                say(layers, actor, "name", &below.name, name, |facts: &mut GlossaryFacts, word| {
                    facts.name = word
                });
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "unit", &below.unit, unit, |facts, word| facts.unit = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
            }
            Body::DataProduct(layers) => self.fill_product(actor, layers, draft)?,
            Body::Asset(_) | Body::Person(_) => {
                return Err(CatalogError::Refused(format!("a {} is not edited by this form", urn.kind())));
            }
        }
        Ok(())
    }

    fn fill_product(&self, actor: &Actor, layers: &mut Layered<ProductFacts>, draft: &Draft) -> Result<()> {
        let below = layers.below_person();
        let name = short_text("name", &draft.name)?;
        let description = long_text("description", &draft.description)?;
        let unit = self.known("unit", Kind::DomainUnit, &draft.unit)?;
        let owners = self.people(&draft.owners)?;
        let status = word("status", &draft.status)?;
        let mut assets = std::collections::BTreeSet::new();
        for line in draft.assets.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let urn: Urn = line.parse().map_err(|error: loggia_model::ParseError| {
                CatalogError::invalid("assets", error.to_string())
            })?;
            assets.insert(urn);
        }
        let wanted_tags: std::collections::BTreeSet<Label> = tags("tags", &draft.tags)?;
        let terms = self.all_known("terms", Kind::Term, &draft.terms)?;
        say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
        say(layers, actor, "description", &below.description, description, |facts, word| {
            facts.description = word
        });
        say(layers, actor, "unit", &below.unit, unit, |facts, word| facts.unit = word);
        say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
        say(layers, actor, "status", &below.status, status, |facts, word| facts.status = word);
        let assets = Labels::to_show(&assets, &below.assets.put);
        layers.say("assets", &actor.key, now(), |facts| facts.assets = assets);
        let tags = Labels::to_show(&wanted_tags, &below.tags.put);
        layers.say("tags", &actor.key, now(), |facts| facts.tags = tags);
        let terms = Labels::to_show(&terms.into_iter().collect(), &below.terms.put);
        layers.say("terms", &actor.key, now(), |facts| facts.terms = terms);
        Ok(())
    }

    fn people(&self, names: &str) -> Result<Option<Vec<Urn>>> {
        let people = self.all_known("owners", Kind::Person, names)?;
        Ok((!people.is_empty()).then_some(people))
    }

    /// What stands above a unit or term; never the thing itself or what is below it.
    fn above(&self, field: &str, urn: &Urn, name: &str) -> Result<Option<Urn>> {
        let parent = self.known(field, urn.kind(), name)?;
        if let Some(parent) = &parent
            && self.directory.path(parent).iter().any(|entry| entry.urn == *urn)
        {
            return Err(CatalogError::invalid(field, format!("'{name}' is this one, or stands below it")));
        }
        Ok(parent)
    }
}

fn empty(kind: Kind) -> Body {
    match kind {
        Kind::Asset => Body::Asset(Layered::default()),
        Kind::DomainUnit => Body::DomainUnit(Layered::<UnitFacts>::default()),
        Kind::Glossary => Body::Glossary(Layered::default()),
        Kind::Term => Body::Term(Layered::default()),
        Kind::DataProduct => Body::DataProduct(Layered::default()),
        Kind::Person => Body::Person(Layered::default()),
    }
}

/// A form shows what the sources say; sending it back unchanged must not make it the person's own word.
fn say<F: Facts, T: PartialEq + Clone>(
    layers: &mut Layered<F>,
    actor: &Actor,
    field: &str,
    below: &Option<T>,
    wanted: Option<T>,
    set: impl FnOnce(&mut F, Option<T>),
) {
    let own = if wanted == *below { None } else { wanted };
    layers.say(field, &actor.key, now(), |facts| set(facts, own));
}

fn word<T: std::str::FromStr<Err = loggia_model::ParseError>>(field: &str, text: &str) -> Result<Option<T>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|error: loggia_model::ParseError| CatalogError::invalid(field, error.to_string()))
}
