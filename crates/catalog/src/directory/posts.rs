//! What is known of posts without reading them: which there are about what, and which wait for somebody.

use std::collections::{BTreeSet, HashMap};

use loggia_model::facts::PostKind;
use loggia_model::{ActorKey, Body, ColumnPath, Timestamp, Urn};

use super::Directory;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PostLine {
    pub urn: Urn,
    pub about: Urn,
    pub column: Option<ColumnPath>,
    pub kind: PostKind,
    /// For somebody who looks after what it is about.
    pub is_waiting: bool,
    pub is_answered: bool,
    pub by: ActorKey,
    /// When the last thing was said or decided.
    pub moved: Timestamp,
}

/// By the names of posts, which go on with time.
#[derive(Default)]
pub(super) struct Posts {
    lines: HashMap<Urn, PostLine>,
    about: HashMap<Urn, BTreeSet<Urn>>,
    by: HashMap<ActorKey, BTreeSet<Urn>>,
    waiting: BTreeSet<Urn>,
}

impl Posts {
    pub fn take(&mut self, urn: &Urn, body: Option<&Body>) {
        if let Some(before) = self.lines.remove(urn) {
            self.waiting.remove(urn);
            forget(&mut self.about, &before.about, urn);
            forget(&mut self.by, &before.by, urn);
        }
        let Some(line) = body.and_then(|body| PostLine::of(urn, body)) else { return };
        self.about.entry(line.about.clone()).or_default().insert(urn.clone());
        self.by.entry(line.by.clone()).or_default().insert(urn.clone());
        if line.is_waiting {
            self.waiting.insert(urn.clone());
        }
        self.lines.insert(urn.clone(), line);
    }

    fn lines<'p>(&'p self, urns: impl Iterator<Item = &'p Urn>) -> Vec<PostLine> {
        urns.filter_map(|urn| self.lines.get(urn).cloned()).collect()
    }
}

fn forget<K: std::hash::Hash + Eq>(map: &mut HashMap<K, BTreeSet<Urn>>, key: &K, urn: &Urn) {
    if let Some(urns) = map.get_mut(key) {
        urns.remove(urn);
        if urns.is_empty() {
            map.remove(key);
        }
    }
}

impl PostLine {
    fn of(urn: &Urn, body: &Body) -> Option<Self> {
        let Body::Post(layers) = body else { return None };
        let facts = layers.view();
        let first = facts.said.as_ref()?;
        let said = facts.all_said().map(|(_, said)| said.edited.unwrap_or(said.at));
        let decided = facts.decided.iter().map(|decided| decided.at);
        Some(Self {
            urn: urn.clone(),
            about: facts.about.clone()?,
            column: facts.column.clone(),
            kind: facts.kind?,
            is_waiting: facts.is_waiting(),
            is_answered: facts.answer.is_some(),
            by: first.by.clone(),
            moved: said.chain(decided).max().unwrap_or(first.at),
        })
    }
}

impl Directory {
    /// Those about an asset, by whichever name, the newest first.
    pub(crate) fn posts_about(&self, asset: &Urn) -> Vec<PostLine> {
        let names: Vec<Urn> = std::iter::once(asset.clone()).chain(self.aliases(asset)).collect();
        let state = self.read();
        let posts: BTreeSet<&Urn> =
            names.iter().filter_map(|name| state.posts.about.get(name)).flatten().collect();
        state.posts.lines(posts.into_iter().rev())
    }

    /// Those that somebody began, the newest first.
    pub(crate) fn posts_by(&self, who: &ActorKey, most: usize) -> Vec<PostLine> {
        let state = self.read();
        let posts = state.posts.by.get(who).into_iter().flatten();
        state.posts.lines(posts.rev().take(most))
    }

    /// Those that wait for somebody, the newest first.
    pub(crate) fn posts_waiting(&self) -> Vec<PostLine> {
        let state = self.read();
        state.posts.lines(state.posts.waiting.iter().rev())
    }
}
