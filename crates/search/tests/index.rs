//! The index behind its port: what shows when, what outlives the program, and what it makes of its folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use loggia_catalog::ports::{
    Card, Choice, Facet, FacetCount, Index, IndexDocument, IndexError, Query, Relation, Sort,
};
use loggia_model::{Filter, Kind, Seq, Timestamp, Urn};
use loggia_search::TantivyIndex;
use loggia_testkit::{Outcome, There, asset};
use tempfile::TempDir;

fn urn(name: &str) -> Urn {
    asset(name).urn
}

/// A table that is found by its name, and by nothing else.
fn table(name: &str) -> IndexDocument {
    let card = Card {
        urn: urn(name),
        kind: Kind::Asset,
        name: name.into(),
        technical: name.into(),
        also: Vec::new(),
        sort: "table".into(),
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
    let (text, names) = (vec![name.into()], vec![name.into()]);
    IndexDocument {
        card,
        text,
        names,
        facets: vec![(Facet::Kind, vec!["table".into()])],
        relations: Vec::new(),
        columns: Vec::new(),
        traits: BTreeSet::new(),
    }
}

fn tagged(name: &str, tags: &[&str]) -> IndexDocument {
    let mut document = table(name);
    document.facets.push((Facet::Tag, tags.iter().map(|tag| (*tag).to_owned()).collect()));
    document
}

fn count(value: &str, count: u64) -> FacetCount {
    FacetCount { value: value.into(), count }
}

fn made_from(name: &str, upstream: &str) -> IndexDocument {
    IndexDocument { relations: vec![(Relation::Upstream, urn(upstream))], ..table(name) }
}

async fn names(index: &TantivyIndex, text: &str) -> Outcome<Vec<String>> {
    let query = Query {
        text: text.into(),
        choices: vec![],
        sort: Sort::Name,
        offset: 0,
        limit: 50,
        values: 50,
        now: Timestamp::EPOCH,
        allowed: Filter::Everything,
    };
    let found = index.search(query).await?;
    assert_eq!(found.total, found.hits.len() as u64);
    Ok(found.hits.into_iter().map(|hit| hit.card.name).collect())
}

async fn holding(folder: &Path, documents: Vec<IndexDocument>) -> Outcome<TantivyIndex> {
    let index = TantivyIndex::open(folder)?;
    index.put(documents).await?;
    index.commit(Seq(7)).await?;
    Ok(index)
}

#[tokio::test]
async fn nothing_shows_before_it_is_committed() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![table("old"), table("gone")]).await?;
    index.put(vec![table("new")]).await?;
    index.remove(vec![urn("gone")]).await?;
    assert_eq!(names(&index, "").await?, ["gone", "old"]);
    assert_eq!(*index.applied().borrow(), Seq(7));

    index.commit(Seq(9)).await?;

    assert_eq!(names(&index, "").await?, ["new", "old"]);
    assert_eq!(*index.applied().borrow(), Seq(9));
    Ok(())
}

#[tokio::test]
async fn a_document_takes_the_place_of_the_one_before() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![tagged("a", &["old"])]).await?;
    let again = vec![tagged("a", &["newer"]), tagged("a", &["newest"])];
    index.put(again).await?;
    index.commit(Seq(8)).await?;

    let newest = FacetCount { value: "newest".into(), count: 1 };
    assert_eq!(index.counts(Facet::Tag, &Filter::Everything).await?, [newest]);
    assert_eq!(index.urns().await?, [urn("a")]);
    Ok(())
}

#[tokio::test]
async fn what_was_not_committed_can_be_dropped_and_the_index_takes_more() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![table("kept")]).await?;
    index.clear().await?;
    index.put(vec![table("dropped")]).await?;

    index.rollback().await;

    index.put(vec![table("later")]).await?;
    index.commit(Seq(9)).await?;
    let mut urns = index.urns().await?;
    urns.sort();
    assert_eq!(urns, [urn("kept"), urn("later")]);
    assert_eq!(*index.applied().borrow(), Seq(9));
    Ok(())
}

#[tokio::test]
async fn clearing_shows_with_the_next_commit() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![table("old")]).await?;
    index.clear().await?;
    assert_eq!(names(&index, "").await?, ["old"]);

    index.put(vec![table("new")]).await?;
    index.commit(Seq(8)).await?;

    assert_eq!(names(&index, "").await?, ["new"]);
    Ok(())
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_restart_and_what_was_not_is_not() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![table("committed")]).await?;
    index.put(vec![table("lost")]).await?;
    drop(index);

    let index = TantivyIndex::open(folder.path())?;

    assert_eq!(*index.applied().borrow(), Seq(7));
    assert_eq!(names(&index, "").await?, ["committed"]);
    Ok(())
}

/// The folder of the index's own version, within the one that it was given.
fn own_folder(folder: &Path) -> Outcome<PathBuf> {
    Ok(fs::read_dir(folder)?.next().there()??.path())
}

#[tokio::test]
async fn an_index_that_cannot_be_read_begins_anew() -> Outcome {
    let folder = TempDir::new()?;
    drop(holding(folder.path(), vec![table("old")]).await?);
    for broken in ["", "not JSON", "{}"] {
        fs::write(own_folder(folder.path())?.join("meta.json"), broken)?;

        let index = TantivyIndex::open(folder.path())?;

        assert_eq!(*index.applied().borrow(), Seq(0), "so that everything is followed again");
        assert_eq!(names(&index, "").await?, [""; 0]);
    }
    Ok(())
}

#[tokio::test]
async fn an_index_that_another_program_writes_is_left_alone() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![table("a")]).await?;

    let refused = TantivyIndex::open(folder.path()).err();

    assert!(
        matches!(&refused, Some(IndexError::Unusable(why)) if why.contains("another program")),
        "{refused:?}"
    );
    index.put(vec![table("b")]).await?;
    index.commit(Seq(8)).await?;
    assert_eq!(names(&index, "").await?, ["a", "b"]);
    Ok(())
}

#[tokio::test]
async fn what_refers_to_a_thing_comes_by_name_in_pages() -> Outcome {
    let folder = TempDir::new()?;
    let mut documents: Vec<_> = ["e", "B", "d", "á", "c"].map(|name| made_from(name, "up")).into();
    documents.push(made_from("other", "upper"));
    let index = holding(folder.path(), documents).await?;

    let mut pages = Vec::new();
    for offset in [0, 2, 4, 6] {
        let (cards, total) =
            index.referring(Relation::Upstream, &urn("up"), offset, 2, &Filter::Everything).await?;
        assert_eq!(total, 5);
        pages.push(cards.into_iter().map(|card| card.name).collect::<Vec<_>>());
    }

    assert_eq!(pages, [vec!["B", "c"], vec!["d", "e"], vec!["á"], vec![]]);
    assert_eq!(index.referring(Relation::Offers, &urn("up"), 0, 9, &Filter::Everything).await?.1, 0);
    assert_eq!(
        index.referring(Relation::Upstream, &urn("up"), u32::MAX, u32::MAX, &Filter::Everything).await?,
        (vec![], 5)
    );
    Ok(())
}

#[tokio::test]
async fn cards_come_in_the_order_in_which_they_are_asked_for() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![table("a"), table("b")]).await?;

    let cards = index.cards(&[urn("b"), urn("never"), urn("a")], &Filter::Everything).await?;

    assert_eq!(cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert!(index.cards(&[], &Filter::Everything).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn counts_are_exact_over_all_segments_and_without_what_was_removed() -> Outcome {
    let folder = TempDir::new()?;
    let index = holding(folder.path(), vec![tagged("a", &["x", "y"]), tagged("gone", &["x", "z"])]).await?;
    for (seq, name) in [(8, "b"), (9, "c")] {
        index.put(vec![tagged(name, &["x", "y"])]).await?;
        index.commit(Seq(seq)).await?;
    }
    index.remove(vec![urn("gone"), urn("never")]).await?;
    index.commit(Seq(10)).await?;

    assert_eq!(index.counts(Facet::Tag, &Filter::Everything).await?, [count("x", 3), count("y", 3)]);
    Ok(())
}

#[tokio::test]
async fn an_empty_index_answers() -> Outcome {
    let folder = TempDir::new()?;
    let index = TantivyIndex::open(folder.path())?;
    for sort in Sort::ALL {
        let query = Query {
            text: "a b".into(),
            choices: vec![],
            sort,
            offset: 0,
            limit: 9,
            values: 9,
            now: Timestamp::EPOCH,
            allowed: Filter::Everything,
        };
        assert_eq!(index.search(query).await?.total, 0, "{sort:?}");
    }
    assert_eq!(index.counts(Facet::Kind, &Filter::Everything).await?, []);
    assert!(index.urns().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_values_with_most_are_named_and_those_chosen_whatever_they_have() -> Outcome {
    let folder = TempDir::new()?;
    let documents = vec![
        tagged("a", &["many", "some", "chosen"]),
        tagged("b", &["many", "some"]),
        tagged("c", &["many", "few", "fewer"]),
    ];
    let index = holding(folder.path(), documents).await?;
    let query = Query {
        text: String::new(),
        choices: vec![Choice { facet: Facet::Tag, values: vec!["chosen".into(), "never".into()] }],
        sort: Sort::Name,
        offset: 0,
        limit: 9,
        values: 2,
        now: Timestamp::EPOCH,
        allowed: Filter::Everything,
    };
    let found = index.search(query).await?;
    assert_eq!(found.total, 1);
    let tags = found.facets.into_iter().find(|counts| counts.facet == Facet::Tag).there()?;
    assert_eq!(tags.values, [count("many", 3), count("some", 2), count("chosen", 1)]);
    assert_eq!(tags.others, 2);
    Ok(())
}

#[tokio::test]
async fn tables_are_found_by_their_columns_those_that_share_the_rarest_first() -> Outcome {
    let folder = TempDir::new()?;
    let having = |name: &str, columns: &[&str]| IndexDocument {
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        ..table(name)
    };
    let mut documents: Vec<IndexDocument> =
        (0..20).map(|number| having(&format!("t{number}"), &["id", "name"])).collect();
    documents.push(having("rare", &["id", "churnprobability"]));
    documents.push(having("both", &["id", "name", "churnprobability"]));
    let index = holding(folder.path(), documents).await?;

    let asked = ["id", "name", "churnprobability"].map(str::to_owned);
    let found = index.having(&asked, 3, &Filter::Everything).await?;
    assert_eq!(found[..2], [urn("both"), urn("rare")]);
    assert_eq!(found.len(), 3);
    assert!(index.having(&["nowhere".to_owned()], 3, &Filter::Everything).await?.is_empty());
    assert!(index.having(&[], 3, &Filter::Everything).await?.is_empty());
    Ok(())
}
