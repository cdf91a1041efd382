//! Reading documents as they stand.

use loggia_catalog::ports::Store;
use loggia_model::{Kind, Urn};

use crate::{Outcome, TestStore, ana, asset, term};

pub async fn documents_come_in_the_order_in_which_they_are_asked_for(store: TestStore) -> Outcome {
    let (one, other, never) = (asset("one"), asset("other"), asset("never"));
    store.append(&ana(), vec![one.put(), other.put()]).await?;

    let asked = [&other.urn, &never.urn, &one.urn, &other.urn].map(Clone::clone);
    let found = store.read(&asked).await?;

    let names: Vec<_> = found.into_iter().map(|stored| stored.map(|stored| stored.urn)).collect();
    assert_eq!(names, [Some(other.urn.clone()), None, Some(one.urn), Some(other.urn)]);
    assert!(store.read(&[]).await?.is_empty());
    Ok(())
}

pub async fn more_names_than_fit_into_one_statement_are_read(store: TestStore) -> Outcome {
    let assets: Vec<_> = (0..1_203).map(|number| asset(&format!("wide.t{number}"))).collect();
    store.append(&ana(), assets.iter().map(|asset| asset.put()).collect()).await?;

    let mut asked: Vec<Urn> = assets.iter().map(|asset| asset.urn.clone()).collect();
    asked.reverse();
    let found = store.read(&asked).await?;

    assert!(found.iter().flatten().map(|stored| &stored.urn).eq(&asked));
    Ok(())
}

pub async fn a_kind_is_listed_by_name_in_pages(store: TestStore) -> Outcome {
    // Byte by byte, so that both engines and every locale agree.
    let names = ["B", "a", "a-b", "a.b", "a_b", "ab", "A", "á", "z", "0", "a b", "ñandú"];
    let mut changes: Vec<_> = names.iter().map(|name| asset(name).put()).collect();
    changes.push(term("business/a").put());
    store.append(&ana(), changes).await?;

    let mut listed = Vec::new();
    loop {
        let page = store.list(Kind::Asset, listed.last(), 5).await?;
        if page.is_empty() {
            break;
        }
        assert!(page.len() == 5 || listed.len() + page.len() == names.len());
        listed.extend(page.into_iter().map(|stored| stored.urn));
    }

    let mut expected: Vec<Urn> = names.iter().map(|name| asset(name).urn).collect();
    expected.sort();
    assert_eq!(listed, expected);
    assert_eq!(store.urns(Kind::Asset).await?, expected);
    Ok(())
}

pub async fn a_removed_document_is_neither_read_nor_listed(store: TestStore) -> Outcome {
    let (stays, goes) = (term("business/stays"), term("business/goes"));
    store.append(&ana(), vec![stays.put(), goes.put()]).await?;
    store.write(goes.remove()).await?;

    assert!(store.document(&goes.urn).await?.is_none());
    let listed = store.list(Kind::Term, None, 9).await?;
    assert_eq!(listed.iter().map(|stored| &stored.urn).collect::<Vec<_>>(), [&stays.urn]);
    assert_eq!(store.urns(Kind::Term).await?, [stays.urn]);
    Ok(())
}
