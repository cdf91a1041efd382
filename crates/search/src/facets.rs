//! The values of every facet, decoded: what counting reads for each of a hundred thousand matches.
//!
//! tantivy keeps them packed, and each segment numbers its own values. Here a value has one number over all
//! segments, so that counting is an addition, the counts of segments add up without a look at a name, and
//! only the values that are shown are named. A segment never changes: it is decoded once, when it is new.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use loggia_catalog::ports::{Choice, Facet, FacetCount};
use loggia_model::Timestamp;
use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::schema::COUNTED;

/// All that is known of the facets' values, for as long as the index is open.
#[derive(Default)]
pub struct Facets {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    names: [Names; COUNTED.len()],
    segments: HashMap<SegmentId, Arc<SegmentValues>>,
}

/// The values of one facet, by number. A value that nothing has any more keeps its number.
#[derive(Default)]
struct Names {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    /// Of each value, the number of what stands before its `=`: the field of a metadata form. Of other facets,
    /// nobody asks.
    fields: Arc<Vec<u32>>,
    known_fields: HashMap<Arc<str>, u32>,
}

/// What the documents of one segment have.
pub struct SegmentValues {
    /// By the place of the facet in [`COUNTED`].
    pub facets: [Values; COUNTED.len()],
    /// When the data changed; `None` where that is not known.
    pub data_changed: Vec<Option<Timestamp>>,
}

/// The numbers of the values of each document: those of document `d` stand from `starts[d]` to `starts[d + 1]`.
pub struct Values {
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Facets {
    /// The values of each segment of the searcher, in its order; those that are new are decoded.
    pub fn of(&self, searcher: &Searcher) -> tantivy::Result<Vec<Arc<SegmentValues>>> {
        let segments = searcher.segment_readers();
        let known = |state: &State| -> Option<Vec<Arc<SegmentValues>>> {
            segments.iter().map(|segment| state.segments.get(&segment.segment_id()).cloned()).collect()
        };
        if let Some(known) = known(&self.read()) {
            return Ok(known);
        }
        let mut state = self.write();
        let mut all = Vec::with_capacity(segments.len());
        for segment in segments {
            let id = segment.segment_id();
            let values = match state.segments.get(&id) {
                Some(values) => values.clone(),
                None => Arc::new(decode(segment, &mut state.names)?),
            };
            state.segments.insert(id, values.clone());
            all.push(values);
        }
        Ok(all)
    }

    /// Decodes what is new, and forgets the segments that the searcher no longer has.
    pub fn follow(&self, searcher: &Searcher) -> tantivy::Result<()> {
        self.of(searcher)?;
        let live: HashSet<SegmentId> =
            searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.write().segments.retain(|id, _| live.contains(id));
        Ok(())
    }

    /// The numbers of the values that were chosen; one that nothing ever had is left out.
    pub fn numbers(&self, choice: &Choice) -> Vec<u32> {
        let state = self.read();
        let names = place(choice.facet).and_then(|place| state.names.get(place));
        let number = |value: &String| names?.numbers.get(value.as_str()).copied();
        choice.values.iter().filter_map(number).collect()
    }

    /// What a choice narrows by: of metadata forms, each field for itself.
    pub fn chosen(&self, choice: &Choice) -> Vec<Chosen> {
        let Some(place) = place(choice.facet) else { return Vec::new() };
        if choice.facet != Facet::Form {
            return vec![Chosen { place, field: None, numbers: self.numbers(choice) }];
        }
        let state = self.read();
        let Some(names) = state.names.get(place) else { return Vec::new() };
        let mut chosen: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for value in &choice.values {
            let numbers = chosen.entry(field_of(value)).or_default();
            numbers.extend(names.numbers.get(value.as_str()));
        }
        let of_field = |(field, numbers): (&str, Vec<u32>)| {
            // A field that nothing ever had is that of no value.
            let field = names.known_fields.get(field).copied().unwrap_or(u32::MAX);
            Chosen { place, field: Some(field), numbers }
        };
        chosen.into_iter().map(of_field).collect()
    }

    /// By the number of a value of a metadata form, the number of its field.
    pub fn fields(&self) -> Arc<Vec<u32>> {
        let state = self.read();
        let names = place(Facet::Form).and_then(|place| state.names.get(place));
        names.map(|names| names.fields.clone()).unwrap_or_default()
    }

    /// The fields of metadata forms, by name, with the numbers by which values refer to them.
    pub fn known_fields(&self) -> Vec<(String, u32)> {
        let state = self.read();
        let names = place(Facet::Form).and_then(|place| state.names.get(place));
        let fields = names.into_iter().flat_map(|names| &names.known_fields);
        let mut fields: Vec<(String, u32)> =
            fields.map(|(name, number)| (name.to_string(), *number)).collect();
        fields.sort();
        fields
    }

    /// The values with the most documents, most first and then by name, and those `kept` wherever they stand;
    /// with how many others there are. Of one field of a metadata form, where one is named.
    pub fn named(
        &self,
        place: usize,
        field: Option<u32>,
        counts: &[u32],
        most: usize,
        kept: &[u32],
    ) -> (Vec<FacetCount>, u64) {
        let state = self.read();
        let Some(names) = state.names.get(place) else { return (Vec::new(), 0) };
        let name = |number: u32| names.names.get(number as usize).map_or("", |name| name.as_ref());
        let is_of = |number: u32| field.is_none() || names.fields.get(number as usize).copied() == field;
        let mut found: Vec<(u32, u32)> = (0_u32..)
            .zip(counts)
            .filter(|(number, count)| **count > 0 && is_of(*number))
            .map(|(number, count)| (number, *count))
            .collect();
        let order = |one: &(u32, u32), other: &(u32, u32)| {
            other.1.cmp(&one.1).then_with(|| name(one.0).cmp(name(other.0)))
        };
        let mut others = Vec::new();
        if found.len() > most {
            found.select_nth_unstable_by(most, order);
            others = found.split_off(most);
        }
        found.sort_unstable_by(order);
        let shown = found.len() + others.len();
        found.extend(others.into_iter().filter(|(number, _)| kept.contains(number)));
        let unseen = (shown - found.len()) as u64;
        let named = |(number, count)| FacetCount { value: name(number).to_owned(), count: u64::from(count) };
        (found.into_iter().map(named).collect(), unseen)
    }

    /// How many numbers each facet has by now: as long as a list of counts must be.
    pub fn sizes(&self) -> [usize; COUNTED.len()] {
        let state = self.read();
        std::array::from_fn(|place| state.names.get(place).map_or(0, |names| names.names.len()))
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The values that were chosen of one facet, or of one field of a metadata form.
#[derive(Clone)]
pub struct Chosen {
    pub place: usize,
    pub field: Option<u32>,
    pub numbers: Vec<u32>,
}

/// What stands before the `=` of a value.
fn field_of(value: &str) -> &str {
    value.split_once('=').map_or("", |(field, _)| field)
}

/// Where a facet stands in [`COUNTED`].
pub fn place(facet: Facet) -> Option<usize> {
    COUNTED.iter().position(|known| *known == facet)
}

impl Values {
    pub fn of(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        let (Some(from), Some(to)) = (self.starts.get(doc), self.starts.get(doc + 1)) else { return &[] };
        self.numbers.get(*from as usize..*to as usize).unwrap_or(&[])
    }
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = name.into();
        let next = u32::try_from(self.known_fields.len()).unwrap_or(u32::MAX);
        let field = *self.known_fields.entry(field_of(&name).into()).or_insert(next);
        Arc::make_mut(&mut self.fields).push(field);
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }
}

fn decode(segment: &SegmentReader, names: &mut [Names; COUNTED.len()]) -> tantivy::Result<SegmentValues> {
    let columns = segment.fast_fields();
    let mut facets = Vec::with_capacity(COUNTED.len());
    for (facet, names) in COUNTED.iter().zip(names) {
        facets.push(match columns.str(facet.as_str())? {
            Some(column) => values(segment.max_doc(), &column, names)?,
            None => Values { starts: Vec::new(), numbers: Vec::new() },
        });
    }
    let data_changed = match columns.column_opt::<i64>("data_changed")? {
        Some(column) => {
            (0..segment.max_doc()).map(|doc| column.first(doc).map(Timestamp::from_micros)).collect()
        }
        None => vec![None; segment.max_doc() as usize],
    };
    let mut facets = facets.into_iter();
    let facets =
        std::array::from_fn(|_| facets.next().unwrap_or(Values { starts: Vec::new(), numbers: Vec::new() }));
    Ok(SegmentValues { facets, data_changed })
}

fn values(documents: DocId, column: &StrColumn, names: &mut Names) -> tantivy::Result<Values> {
    // The dictionary is read from its beginning to its end: asked value by value, it unpacks a block for each.
    let mut numbers_here = Vec::with_capacity(column.num_terms());
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        numbers_here.push(names.number(&String::from_utf8_lossy(stream.key())));
    }
    let mut starts = Vec::with_capacity(documents as usize + 1);
    let mut numbers = Vec::with_capacity(documents as usize);
    starts.push(0);
    for doc in 0..documents {
        let known = column.term_ords(doc).filter_map(|ordinal| {
            usize::try_from(ordinal).ok().and_then(|ordinal| numbers_here.get(ordinal))
        });
        numbers.extend(known);
        starts.push(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
    }
    Ok(Values { starts, numbers })
}
