//! The names of everything but assets, in memory: what a page needs to turn URNs into words.
//!
//! Units, glossaries, terms, products and people are few beside assets, and every page shows some. The
//! directory follows the log like the index does, and is always applied first.

mod entry;
mod posts;
mod standing;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use loggia_model::facts::{Away, Member, MetadataFormFacts, Role, RuleFacts};
use loggia_model::{Body, Kind, Op, Record, Seq, Timestamp, Urn};
use loggia_policy::{Assignment, CheckedPolicy, Resource};
use tokio::sync::watch;

pub use self::entry::Entry;
pub(crate) use self::posts::PostLine;
use crate::attributes::Attributes;
use crate::ports::{ERASED, Store, StoreError};
use crate::raci::Raci;
use crate::roles::Roles;

#[derive(Default)]
pub struct Directory {
    state: RwLock<State>,
    /// The last record that is in it, for whoever waits.
    follow: watch::Sender<Seq>,
}

#[derive(Default)]
struct State {
    entries: HashMap<Urn, Entry>,
    attributes: HashMap<Urn, Attributes>,
    /// Of those of which something is said.
    raci: HashMap<Urn, Raci>,
    rules: BTreeMap<Urn, Arc<RuleFacts>>,
    /// Person → who stands in for them, and until when.
    away: HashMap<Urn, Away>,
    forms: BTreeMap<Urn, Arc<MetadataFormFacts>>,
    posts: posts::Posts,
    roles: Roles,
    children: HashMap<Urn, BTreeSet<Urn>>,
    /// Entity → what has been merged into it.
    merged: HashMap<Urn, BTreeSet<Urn>>,
    /// Asset → the other names of it.
    aliases: HashMap<Urn, BTreeSet<Urn>>,
    alias_of: HashMap<Urn, Urn>,
    /// People who were erased: nobody is to be told by what is left of them.
    erased: HashSet<Urn>,
    /// The last record that is in here.
    taken: Seq,
}

const PAGE: u32 = 1_000;

/// What somebody is called who was erased.
const GONE: &str = "someone who was erased";

/// No tree that people make is deeper; a cycle ends here.
const DEEPEST: usize = 64;

impl Directory {
    pub(crate) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        // Asked for first: what is written meanwhile may be in here already, and comes again.
        let mut state = State { taken: store.last().await?, ..State::default() };
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Asset) {
            let mut after = None;
            loop {
                let some = store.list(kind, after.as_ref(), PAGE).await?;
                let Some(last) = some.last() else { break };
                after = Some(last.urn.clone());
                for stored in &some {
                    state.put(&stored.urn, &stored.body);
                }
            }
        }
        state.erased.extend(store.erased().await?);
        for (alias, asset) in store.aliases().await? {
            state.alias(&alias, Some(asset));
        }
        Ok(Self { follow: watch::Sender::new(state.taken), state: RwLock::new(state) })
    }

    pub fn entry(&self, urn: &Urn) -> Option<Entry> {
        self.read().entries.get(urn).cloned()
    }

    /// The name to show, whatever is known.
    pub fn name(&self, urn: &Urn) -> String {
        let state = self.read();
        let known = state.entries.get(urn).map(|entry| entry.name.clone());
        known.or_else(|| state.erased.contains(urn).then(|| GONE.to_owned())).unwrap_or_else(|| {
            urn.dataset().map_or_else(|| urn.rest().to_owned(), |name| name.short().to_owned())
        })
    }

    /// As far as it is known; what is not has at least a name.
    pub(crate) fn entry_or_name(&self, urn: &Urn) -> Entry {
        self.entry(urn).unwrap_or_else(|| Entry::named(urn, self.name(urn)))
    }

    /// All of a kind, by name.
    pub fn all(&self, kind: Kind) -> Vec<Entry> {
        let state = self.read();
        let mut entries: Vec<Entry> =
            state.entries.values().filter(|entry| entry.urn.kind() == kind).cloned().collect();
        entries.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.urn.clone()));
        entries
    }

    /// Those whose parent it is, by name.
    pub fn children(&self, urn: &Urn) -> Vec<Entry> {
        let state = self.read();
        let children = state.children.get(urn).into_iter().flatten();
        let mut entries: Vec<Entry> =
            children.filter_map(|child| state.entries.get(child).cloned()).collect();
        entries.sort_by_key(|entry| entry.name.to_lowercase());
        entries
    }

    /// From the top down to the entity itself.
    pub fn path(&self, urn: &Urn) -> Vec<Entry> {
        let state = self.read();
        let mut path = Vec::new();
        let mut at = state.entries.get(urn);
        while let Some(entry) = at.filter(|_| path.len() < DEEPEST) {
            path.push(entry.clone());
            at = entry.parent.as_ref().and_then(|parent| state.entries.get(parent));
        }
        path.reverse();
        path
    }

    /// The unit that something other than an asset says it belongs to.
    pub(crate) fn unit_of(&self, urn: &Urn) -> Option<Urn> {
        self.read().attributes.get(urn).and_then(|attributes| attributes.unit.clone())
    }

    /// The unit that a person belongs to, and all above it, that one first.
    pub(crate) fn units_of(&self, person: &Urn) -> Vec<Urn> {
        let unit = self.unit_of(person).map(|unit| self.resolve(&unit));
        unit.map(|unit| self.and_above(&unit)).unwrap_or_default()
    }

    /// The slugs of all groups that somebody is in, through others too.
    pub(crate) fn groups_of(&self, who: &Urn) -> BTreeSet<String> {
        self.read().roles.groups_of(who)
    }

    /// The people in a group, and in the groups in it.
    pub(crate) fn people_in(&self, group: &Urn) -> Vec<Urn> {
        self.read().roles.people_in(group).into_iter().collect()
    }

    pub(crate) fn roles_version(&self) -> u64 {
        self.read().roles.version()
    }

    /// Every role that is had at an instant, and until when that stays so by itself.
    pub(crate) fn assignments(&self, now: Timestamp) -> (Vec<Assignment>, Option<Timestamp>) {
        self.read().roles.assignments(now)
    }

    /// Who has which role in the unit or organisation itself.
    pub(crate) fn members_of(&self, scope: &Urn) -> Vec<Member> {
        self.read().roles.members_of(scope).to_vec()
    }

    /// The roles that somebody has by name, and where.
    pub(crate) fn roles_of(&self, who: &Urn) -> Vec<(Urn, Role)> {
        self.read().roles.roles_of(who)
    }

    /// The people who administer everything, for good: as it is, or if an entity became this body (`None`: went).
    pub(crate) fn administrators(&self, change: Option<(&Urn, Option<&Body>)>) -> BTreeSet<Urn> {
        self.read().roles.administrators(change)
    }

    /// The groups that somebody would be in, directly or through others, if an entity became this body.
    pub(crate) fn groups_after(&self, who: &Urn, change: Option<(&Urn, Option<&Body>)>) -> BTreeSet<String> {
        self.read().roles.groups_after(who, change)
    }

    /// Whoever owns anything but assets.
    pub(crate) fn owners(&self) -> HashSet<Urn> {
        let state = self.read();
        state.attributes.values().flat_map(|attributes| attributes.owners.iter().cloned()).collect()
    }

    /// The organisation's own policies, but for the one of this name.
    ///
    /// # Errors
    /// Names one that cannot be used.
    pub(crate) fn policies(&self, but: Option<&Urn>) -> Result<Vec<CheckedPolicy>, Urn> {
        self.read().roles.policies(but)
    }

    /// As policies know it; of an asset, and of what is not known, nothing but its name.
    pub(crate) fn resource_of(&self, urn: &Urn) -> Resource {
        let attributes = self.read().attributes.get(urn).cloned().unwrap_or_default();
        self.resource(urn, &attributes)
    }

    /// What must be there before something is published, by name of the rule.
    pub(crate) fn rules(&self) -> Vec<(Urn, Arc<RuleFacts>)> {
        self.read().rules.iter().map(|(urn, facts)| (urn.clone(), facts.clone())).collect()
    }

    pub(crate) fn forms(&self) -> Vec<(Urn, Arc<MetadataFormFacts>)> {
        self.read().forms.iter().map(|(urn, facts)| (urn.clone(), facts.clone())).collect()
    }

    pub(crate) fn form(&self, urn: &Urn) -> Option<Arc<MetadataFormFacts>> {
        self.read().forms.get(urn).cloned()
    }

    pub(crate) fn terms_of(&self, glossary: &Urn) -> Vec<Urn> {
        let state = self.read();
        let terms = state.entries.values().filter(|entry| entry.glossary.as_ref() == Some(glossary));
        terms.map(|term| term.urn.clone()).collect()
    }

    /// What the entity has been merged into, or itself.
    pub fn resolve(&self, urn: &Urn) -> Urn {
        let state = self.read();
        let mut at = urn;
        for _ in 0..DEEPEST {
            match state.entries.get(at).and_then(|entry| entry.merged_into.as_ref()) {
                Some(into) => at = into,
                None => break,
            }
        }
        at.clone()
    }

    /// The asset that this is another name of, or itself.
    pub fn asset(&self, urn: &Urn) -> Urn {
        let state = self.read();
        let mut at = urn;
        for _ in 0..DEEPEST {
            match state.alias_of.get(at) {
                Some(asset) => at = asset,
                None => break,
            }
        }
        at.clone()
    }

    /// The other names of an asset, and the other names of those.
    pub fn aliases(&self, asset: &Urn) -> Vec<Urn> {
        let state = self.read();
        let mut names = BTreeSet::new();
        let mut below = vec![asset];
        while let Some(urn) = below.pop() {
            for alias in state.aliases.get(urn).into_iter().flatten().filter(|alias| *alias != asset) {
                if names.insert(alias.clone()) {
                    below.push(alias);
                }
            }
        }
        names.into_iter().collect()
    }

    /// The last record that it has taken in.
    pub(crate) fn taken(&self) -> Seq {
        self.read().taken
    }

    /// The last record that it has taken in, as it goes on.
    pub(crate) fn follow(&self) -> watch::Receiver<Seq> {
        self.follow.subscribe()
    }

    /// Whether it is to be found by search: another name of an asset, or what has been merged, is not.
    pub fn is_found(&self, urn: &Urn) -> bool {
        let state = self.read();
        !matches!(urn.kind(), Kind::Organisation | Kind::Post)
            && !state.alias_of.contains_key(urn)
            && state.entries.get(urn).is_none_or(|entry| entry.merged_into.is_none())
    }

    /// Finds by name or synonym, whole, upper or lower case.
    pub fn named(&self, kind: Kind, name: &str) -> Option<Urn> {
        self.all_named(&[kind], name).into_iter().next()
    }

    /// The same, of all that are called so: those in use first, and each once.
    pub fn all_named(&self, kinds: &[Kind], name: &str) -> Vec<Urn> {
        let wanted = name.trim().to_lowercase();
        let state = self.read();
        let is_named = |entry: &&Entry| {
            kinds.contains(&entry.urn.kind())
                && (entry.name.to_lowercase() == wanted
                    || entry.synonyms.iter().any(|other| other.to_lowercase() == wanted))
        };
        let mut named: Vec<&Entry> = state.entries.values().filter(is_named).collect();
        named.sort_by_key(|entry| (entry.merged_into.is_some(), entry.urn.clone()));
        let named: Vec<Urn> = named.iter().map(|entry| entry.urn.clone()).collect();
        drop(state);
        let mut all = Vec::with_capacity(named.len());
        for urn in named {
            // Who still uses a merged word means what it has become.
            let urn = self.resolve(&urn);
            if !all.contains(&urn) {
                all.push(urn);
            }
        }
        all
    }

    /// What has been merged into the entity, itself or through others.
    pub fn merged_into(&self, urn: &Urn) -> Vec<Entry> {
        let state = self.read();
        let mut merged: Vec<Entry> = Vec::new();
        let mut below = vec![urn.clone()];
        while let Some(urn) = below.pop() {
            for name in state.merged.get(&urn).into_iter().flatten() {
                let entry = state.entries.get(name).filter(|_| merged.iter().all(|known| known.urn != *name));
                if let Some(entry) = entry {
                    below.push(name.clone());
                    merged.push(entry.clone());
                }
            }
        }
        merged
    }

    /// Takes a record in. The URNs whose meaning changed: what refers to them must be indexed anew.
    pub(crate) fn apply(&self, record: &Record) -> HashSet<Urn> {
        let touched = self.take_in(record);
        let taken = self.taken();
        self.follow.send_if_modified(|known| {
            let is_newer = taken > *known;
            *known = taken;
            is_newer
        });
        touched
    }

    fn take_in(&self, record: &Record) -> HashSet<Urn> {
        let mut state = self.write();
        let mut touched = HashSet::new();
        // Read with the documents at the start, but news to an index that stopped before it.
        let is_known = record.seq <= state.taken;
        state.taken = state.taken.max(record.seq);
        let body = match &record.op {
            Op::Put(body) => Some(body.as_ref()),
            Op::Remove => None,
        };
        if record.urn.kind() == Kind::Asset {
            let now = body.and_then(Body::alias_of);
            let before = state.alias_of.get(&record.urn).cloned();
            if before != now || (is_known && now.is_some()) {
                touched.insert(record.urn.clone());
                touched.extend(before);
                touched.extend(now.clone());
                // What comes again is older than what is here.
                if !is_known {
                    state.alias(&record.urn, now);
                }
            }
            return touched;
        }
        if record.urn.kind() == Kind::Post {
            if !is_known {
                state.posts.take(&record.urn, body);
            }
            return touched;
        }
        let before = state.entries.get(&record.urn).cloned();
        let form_before = state.forms.get(&record.urn).cloned();
        let unit_before = state.attributes.get(&record.urn).and_then(|attributes| attributes.unit.clone());
        if body.is_none() && record.urn.kind() == Kind::Person && record.reason == ERASED {
            state.erased.insert(record.urn.clone());
        }
        match body {
            _ if is_known => {}
            Some(body) => state.put(&record.urn, body),
            None => state.remove(&record.urn),
        }
        if is_known || before.as_ref() != state.entries.get(&record.urn) {
            touched.insert(record.urn.clone());
            // What it is, or was, merged into is found by its name.
            let now = state.entries.get(&record.urn);
            touched.extend(before.into_iter().filter_map(|entry| entry.merged_into));
            touched.extend(now.and_then(|entry| entry.merged_into.clone()));
            // A unit that moves takes along all that is below it.
            let mut below = vec![record.urn.clone()];
            while let Some(urn) = below.pop().filter(|_| record.urn.kind() == Kind::DomainUnit) {
                for child in state.children.get(&urn).into_iter().flatten() {
                    if touched.insert(child.clone()) {
                        below.push(child.clone());
                    }
                }
            }
        }
        // Its terms go along with a glossary, and with a project what it works with.
        let unit = state.attributes.get(&record.urn).and_then(|attributes| attributes.unit.clone());
        if matches!(record.urn.kind(), Kind::Glossary | Kind::Project) && unit != unit_before {
            touched.insert(record.urn.clone());
        }
        // What is filled into a form is found by it as long as it asks for that.
        if form_before.as_ref() != state.forms.get(&record.urn) {
            touched.insert(record.urn.clone());
        }
        touched
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, urn: &Urn, body: &Body) {
        if urn.kind() == Kind::Post {
            return self.posts.take(urn, Some(body));
        }
        let Some(entry) = Entry::of(urn, body) else { return };
        self.forget(urn);
        self.roles.put(urn, body);
        self.attributes.insert(urn.clone(), Attributes::of(body));
        if let Body::Rule(layers) = body {
            self.rules.insert(urn.clone(), layers.view());
        }
        self.away.remove(urn);
        if let Body::Person(layers) = body {
            self.away.extend(layers.view().away.clone().map(|away| (urn.clone(), away)));
        }
        if let Body::MetadataForm(layers) = body {
            self.forms.insert(urn.clone(), layers.view());
        }
        self.raci.remove(urn);
        let raci = Raci::of(body);
        if !raci.is_empty() {
            self.raci.insert(urn.clone(), raci);
        }
        if let Some(parent) = &entry.parent {
            self.children.entry(parent.clone()).or_default().insert(urn.clone());
        }
        if let Some(into) = &entry.merged_into {
            self.merged.entry(into.clone()).or_default().insert(urn.clone());
        }
        self.entries.insert(urn.clone(), entry);
    }

    fn remove(&mut self, urn: &Urn) {
        self.roles.remove(urn);
        self.rules.remove(urn);
        self.forms.remove(urn);
        self.away.remove(urn);
        self.attributes.remove(urn);
        self.raci.remove(urn);
        self.forget(urn);
    }

    fn forget(&mut self, urn: &Urn) {
        let Some(entry) = self.entries.remove(urn) else { return };
        if let Some(children) = entry.parent.and_then(|parent| self.children.get_mut(&parent)) {
            children.remove(urn);
        }
        if let Some(merged) = entry.merged_into.and_then(|into| self.merged.get_mut(&into)) {
            merged.remove(urn);
        }
    }

    fn alias(&mut self, alias: &Urn, asset: Option<Urn>) {
        if let Some(before) = self.alias_of.remove(alias)
            && let Some(names) = self.aliases.get_mut(&before)
        {
            names.remove(alias);
        }
        if let Some(asset) = asset {
            self.aliases.entry(asset.clone()).or_default().insert(alias.clone());
            self.alias_of.insert(alias.clone(), asset);
        }
    }
}
