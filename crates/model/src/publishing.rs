//! What others see of an asset: what people had written when it was published, over what its sources say now.
//!
//! The layer `listing` is the person's layer as it stood then. In the person's place it makes what readers see; beside it,
//! it is nothing. So what is being written is a draft until it is published again, and no second copy of a table is kept:
//! what a source or the catalog as code states shows to everybody at once, as do those who answer for the asset, where
//! it stands, and a tag that is put: it may say that values are not to be seen. See docs/adr/0011-a-listing-is-a-layer.md.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::facts::{AssetFacts, ColumnFacts, Listing};
use crate::{ActorKey, ColumnPath, Label, Labels, Layer, Layered, Rank, Said, Source, Timestamp};

/// What is said of these is a draft until it is published; `columns` with all that is below.
const PUBLISHED: [&str; 8] =
    ["name", "description", "tags", "terms", "link", "documents", "forms", "columns"];

impl Layered<AssetFacts> {
    /// As it was published last, also where that was taken back.
    pub fn listing(&self) -> Option<&Listing> {
        self.layer(&Source::listing())?.facts.listing.as_ref()
    }

    /// Whether others find it.
    pub fn is_published(&self) -> bool {
        self.listing().is_some_and(Listing::is_out)
    }

    /// What others see; `None` where nothing has been published.
    pub fn as_published(&self) -> Option<Self> {
        self.as_last_published().filter(|_| self.is_published())
    }

    /// The same, or what is written where nothing has been published.
    #[must_use]
    pub fn for_others(&self) -> Self {
        self.as_published().unwrap_or_else(|| self.clone())
    }

    /// What others would see, had it not been taken back.
    pub fn as_last_published(&self) -> Option<Self> {
        let listing = self.layer(&Source::listing())?;
        let person = self.layer(&Source::person());
        let mut published = Self::default();
        for (source, layer) in self.layers().filter(|(source, _)| has_no_draft(source.rank())) {
            published.set(source.clone(), layer.clone());
        }
        let now = person.map(|layer| layer.facts.as_ref().clone()).unwrap_or_default();
        let mut said: BTreeMap<String, Said> = listing.said.clone();
        said.extend(
            person.iter().flat_map(|layer| &layer.said).filter(|(field, _)| !is_a_draft(field)).map(owned),
        );
        let labels = tags_of_both(listing.facts.as_ref(), &now);
        let facts = labels.over_words(with_words_of(now, listing.facts.as_ref()));
        let layer = Layer { facts: Arc::new(facts), said, ..listing.clone() };
        published.set(Source::person(), layer);
        Some(published)
    }

    /// Makes what people have written what others see.
    pub fn publish(&mut self, listing: Listing, by: &ActorKey, at: Timestamp) {
        let person = self.layer(&Source::person());
        let words =
            person.map(|layer| with_words_of(AssetFacts::default(), &layer.facts)).unwrap_or_default();
        let said = person
            .iter()
            .flat_map(|layer| &layer.said)
            .filter(|(field, _)| is_a_draft(field))
            .map(owned)
            .collect();
        let facts = Arc::new(AssetFacts { listing: Some(listing), ..words });
        self.set(Source::listing(), Layer { at, by: by.clone(), missing_since: None, facts, said });
    }

    /// Says what becomes of a listing; what others see of it stays. `false` where there is none, or it says the same.
    pub fn change_listing(
        &mut self,
        by: &ActorKey,
        at: Timestamp,
        change: impl FnOnce(&mut Listing),
    ) -> bool {
        let Some(mut layer) = self.layer(&Source::listing()).cloned() else { return false };
        let before = layer.facts.listing.clone();
        let facts = Arc::make_mut(&mut layer.facts);
        if let Some(listing) = &mut facts.listing {
            change(listing);
        }
        if facts.listing == before {
            return false;
        }
        (layer.at, layer.by) = (at, by.clone());
        self.set(Source::listing(), layer);
        true
    }
}

/// Tags say what may not be shown: one that is put holds at once, and one that is taken away until that is published.
struct Tags {
    own: Labels<Label>,
    of_columns: IndexMap<ColumnPath, Labels<Label>>,
}

fn tags_of_both(published: &AssetFacts, now: &AssetFacts) -> Tags {
    let none = Labels::default();
    let both = |one: &Labels<Label>, other: &Labels<Label>| Labels {
        put: one.put.union(&other.put).cloned().collect(),
        taken: one.taken.intersection(&other.taken).cloned().collect(),
    };
    let tags = |facts: &AssetFacts, path: &ColumnPath| {
        facts.columns.get(path).map_or_else(|| none.clone(), |column| column.tags.clone())
    };
    let paths = published.columns.keys().chain(now.columns.keys());
    let of_columns = paths.map(|path| (path.clone(), both(&tags(published, path), &tags(now, path))));
    Tags { own: both(&published.tags, &now.tags), of_columns: of_columns.collect() }
}

impl Tags {
    fn over_words(self, mut facts: AssetFacts) -> AssetFacts {
        facts.tags = self.own;
        for (path, tags) in self.of_columns {
            facts.columns.entry(path).or_default().tags = tags;
        }
        facts.columns.retain(|_, column| *column != ColumnFacts::default());
        facts
    }
}

fn has_no_draft(rank: Rank) -> bool {
    matches!(rank, Rank::Code | Rank::Contract | Rank::Harvest)
}

fn is_a_draft(field: &str) -> bool {
    PUBLISHED.contains(&field.split('/').next().unwrap_or(field))
}

fn owned((field, said): (&String, &Said)) -> (String, Said) {
    (field.clone(), said.clone())
}

/// Facts with everything that is published taken from others.
fn with_words_of(facts: AssetFacts, words: &AssetFacts) -> AssetFacts {
    AssetFacts {
        name: words.name.clone(),
        description: words.description.clone(),
        tags: words.tags.clone(),
        terms: words.terms.clone(),
        link: words.link.clone(),
        documents: words.documents.clone(),
        forms: words.forms.clone(),
        columns: words.columns.clone(),
        listing: None,
        ..facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Door;
    use crate::compatibility::Version;
    use crate::facts::{ListingStatus, Release};

    fn ana() -> ActorKey {
        crate::Actor::local(Door::CommandLine).key
    }

    fn say(asset: &mut Layered<AssetFacts>, field: &str, words: impl FnOnce(&mut AssetFacts)) {
        assert!(asset.say(field, &ana(), Timestamp::EPOCH, words));
    }

    fn listing() -> Listing {
        let release = Release {
            version: Version::FIRST,
            revision: 2,
            at: Timestamp::EPOCH,
            by: ana(),
            note: String::new(),
        };
        Listing { status: ListingStatus::Published, successor: None, ends_on: None, releases: vec![release] }
    }

    fn harvested(columns: &[&str]) -> AssetFacts {
        let columns = columns.iter().map(|name| (ColumnPath::top(name).unwrap(), Default::default()));
        AssetFacts { columns: columns.collect(), ..AssetFacts::default() }
    }

    #[test]
    fn what_is_written_after_publishing_waits_and_what_a_source_says_does_not() {
        let source = Source::harvest("dbt", "shop").unwrap();
        let mut asset = Layered::<AssetFacts>::default();
        asset.state(&source, harvested(&["id"]), &ana(), Timestamp::EPOCH);
        assert_eq!(asset.as_published(), None);
        say(&mut asset, "description", |facts| facts.description = Some("Orders.".into()));
        asset.publish(listing(), &ana(), Timestamp::EPOCH);
        assert_eq!(asset.as_published().unwrap().shown(), asset.shown());

        say(&mut asset, "description", |facts| facts.description = Some("Orders of the shop.".into()));
        say(&mut asset, "owners", |facts| {
            facts.owners = Some(vec!["urn:loggia:person:eva".parse().unwrap()])
        });
        asset.state(&source, harvested(&["id", "total"]), &ana(), Timestamp::EPOCH);
        let seen = asset.as_published().unwrap().shown();
        assert_eq!(seen.description.as_deref(), Some("Orders."));
        assert_eq!(seen.owners.map(|owners| owners.len()), Some(1), "who answers for it is no draft");
        assert_eq!(seen.columns.len(), 2, "a column that came is there");
        assert_eq!(asset.shown().description.as_deref(), Some("Orders of the shop."));
    }

    #[test]
    fn a_tag_that_a_person_took_away_stays_away_from_readers() {
        let source = Source::harvest("dbt", "shop").unwrap();
        let tagged = AssetFacts {
            tags: Labels { put: ["old".parse().unwrap()].into(), ..Labels::default() },
            ..AssetFacts::default()
        };
        let mut asset = Layered::<AssetFacts>::default();
        asset.state(&source, tagged, &ana(), Timestamp::EPOCH);
        say(&mut asset, "tags", |facts| facts.tags.taken = ["old".parse().unwrap()].into());
        asset.publish(listing(), &ana(), Timestamp::EPOCH);
        assert!(asset.as_published().unwrap().shown().tags.put.is_empty());
    }

    #[test]
    fn a_tag_that_is_put_holds_at_once_and_one_that_is_taken_away_until_that_is_published() {
        let source = Source::harvest("dbt", "shop").unwrap();
        let path = ColumnPath::top("mail").unwrap();
        let mut asset = Layered::<AssetFacts>::default();
        asset.state(&source, harvested(&["id", "mail"]), &ana(), Timestamp::EPOCH);
        say(&mut asset, "tags", |facts| facts.tags.put = ["gold".parse().unwrap()].into());
        asset.publish(listing(), &ana(), Timestamp::EPOCH);
        say(&mut asset, "tags", |facts| facts.tags.put.clear());
        let mail = path.clone();
        say(&mut asset, "columns/mail/tags", |facts| {
            facts.columns.entry(mail).or_default().tags.put = ["pii".parse().unwrap()].into();
        });
        let seen = asset.as_published().unwrap().shown();
        assert!(seen.tags.put.contains(&"gold".parse().unwrap()));
        assert!(
            seen.columns[&path].tags.put.contains(&"pii".parse().unwrap()),
            "nobody sees these values any more"
        );
    }

    #[test]
    fn the_layer_itself_never_shows() {
        let mut asset = Layered::<AssetFacts>::default();
        say(&mut asset, "name", |facts| facts.name = Some("Orders".into()));
        asset.publish(listing(), &ana(), Timestamp::EPOCH);
        say(&mut asset, "name", |facts| facts.name = None);
        assert_eq!(asset.shown().name, None);
        assert_eq!(asset.shown().listing, None);
        assert_eq!(asset.as_published().unwrap().shown().name.as_deref(), Some("Orders"));
        assert!(
            asset.change_listing(&ana(), Timestamp::EPOCH, |listing| listing.status =
                ListingStatus::Withdrawn)
        );
        assert_eq!(asset.as_published(), None);
    }
}
