//! A decision by Cedar, the filter that it is compiled to, and what the index finds say the same: whatever the
//! policies, whoever asks, and whatever there is.

#[cfg(test)]
#[path = "../../policy/tests/made/mod.rs"]
mod made;

#[cfg(test)]
mod agree {

    use std::collections::{BTreeMap, BTreeSet};

    use loggia_catalog::ports::{Card, Facet, Found, Index, IndexDocument, Query, Relation, Sort};
    use loggia_model::{Filter, Seq, Timestamp, Urn};
    use loggia_policy::{Action, Policies, Principal, Resource, Slice};
    use loggia_search::TantivyIndex;
    use proptest::prelude::*;
    use proptest::test_runner::TestCaseError;

    use crate::made::{assignments, own_policies, principal, resource, seen_by};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_index_finds_what_a_decision_allows(
            principals in proptest::collection::vec(principal(), 1..4),
            resources in proptest::collection::vec(resource(), 1..40),
            assignments in assignments(),
            own in own_policies(),
        ) {
            let policies = Policies::new(assignments, own).expect("policies are made to be accepted");
            // One document an entity, as in a catalog.
            let resources: BTreeMap<Urn, Resource> =
                resources.into_iter().map(|resource| (resource.urn.clone(), resource)).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                for principal in &principals {
                    let seen: Vec<Resource> =
                        resources.values().map(|resource| seen_by(principal, resource)).collect();
                    agree(&policies.slice(principal), principal, &seen).await?;
                }
                Ok::<_, TestCaseError>(())
            })?;
        }
    }

    async fn agree(
        slice: &Slice,
        principal: &Principal,
        resources: &[Resource],
    ) -> Result<(), TestCaseError> {
        let folder = tempfile::tempdir().expect("a folder");
        let index = TantivyIndex::open(folder.path()).expect("an index");
        // Several segments, one of which has documents that were replaced.
        for (seq, some) in resources.chunks(15).enumerate() {
            let documents = some.iter().map(document).collect();
            index.put(documents).await.expect("room");
            index.commit(Seq(seq as u64 + 1)).await.expect("room");
        }
        if let Some(first) = resources.first() {
            index.put(vec![document(first)]).await.expect("room");
            index.commit(Seq(1_000)).await.expect("room");
        }
        for action in [Action::Discover, Action::Read, Action::Publish] {
            let filter = slice.filter(action).expect("what was accepted can be a filter");
            let allowed: BTreeSet<Urn> = resources
                .iter()
                .filter(|resource| slice.decide(action, resource).is_allowed)
                .map(|resource| resource.urn.clone())
                .collect();
            let found = found(&index, filter.clone()).await;
            let urns: BTreeSet<Urn> = found.hits.iter().map(|hit| hit.card.urn.clone()).collect();
            prop_assert_eq!(&urns, &allowed, "{} by {:?}: {:?}", action, principal, filter);
            prop_assert_eq!(found.total, allowed.len() as u64);
            let kinds = found.facets.iter().find(|counts| counts.facet == Facet::Kind).expect("every facet");
            let counted: u64 = kinds.values.iter().map(|value| value.count).sum();
            prop_assert_eq!(counted, allowed.len() as u64, "facets count what may be found");
            agree_elsewhere(&index, resources, &filter, &allowed).await?;
        }
        Ok(())
    }

    /// Lists, cards, counts and tables of like columns show the same as a search.
    async fn agree_elsewhere(
        index: &TantivyIndex,
        resources: &[Resource],
        filter: &Filter,
        allowed: &BTreeSet<Urn>,
    ) -> Result<(), TestCaseError> {
        let listed = |cards: Vec<Card>| cards.into_iter().map(|card| card.urn).collect::<BTreeSet<Urn>>();
        let (cards, total) =
            index.referring(Relation::Offers, &offered(), 0, 100, filter).await.expect("an answer");
        prop_assert_eq!(&listed(cards), allowed);
        prop_assert_eq!(total, allowed.len() as u64);
        let urns: Vec<Urn> = resources.iter().map(|resource| resource.urn.clone()).collect();
        prop_assert_eq!(&listed(index.cards(&urns, filter).await.expect("an answer")), allowed);
        let having = index.having(&[COLUMN.to_owned()], 100, filter).await.expect("an answer");
        prop_assert_eq!(&having.into_iter().collect::<BTreeSet<Urn>>(), allowed);
        let counts = index.counts(Facet::Kind, filter).await.expect("an answer");
        let counted: u64 = counts.iter().map(|value| value.count).sum();
        prop_assert_eq!(counted, allowed.len() as u64);
        Ok(())
    }

    async fn found(index: &TantivyIndex, allowed: Filter) -> Found {
        let query = Query {
            text: String::new(),
            choices: Vec::new(),
            sort: Sort::Relevance,
            offset: 0,
            limit: 100,
            values: 100,
            now: Timestamp::EPOCH,
            allowed,
        };
        index.search(query).await.expect("an answer")
    }

    const COLUMN: &str = "amount";

    fn offered() -> Urn {
        "urn:loggia:asset:file;offered".parse().expect("a URN")
    }

    fn document(resource: &Resource) -> IndexDocument {
        let name = resource.urn.rest().to_owned();
        let card = Card {
            urn: resource.urn.clone(),
            kind: resource.urn.kind(),
            name: name.clone(),
            technical: name.clone(),
            also: Vec::new(),
            sort: resource.urn.kind().to_string(),
            platform: None,
            summary: String::new(),
            unit: None,
            owners: Vec::new(),
            raci: Default::default(),
            changed_at: Timestamp::EPOCH,
            data_changed_at: None,
            missing_since: None,
            deprecated: false,
            inventory: false,
            columns: Vec::new(),
            checks: None,
            certified: None,
        };
        IndexDocument {
            facets: vec![(Facet::Kind, vec![card.sort.clone()])],
            card,
            text: vec![name.clone()],
            names: vec![name],
            relations: vec![(Relation::Offers, offered())],
            columns: vec![COLUMN.to_owned()],
            traits: resource.traits(),
        }
    }
}
