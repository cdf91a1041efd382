//! Searching.

use loggia_model::facts::AssetType;
use loggia_model::{Actor, Filter, Kind};
use loggia_policy::Action;

use crate::clock::now;
use crate::ports::{Choice, Facet, FacetCount, FacetCounts, Found, Hit, Query, Sort};
use crate::{Catalog, CatalogError, Names, Result};

/// Results on one page.
pub const PAGE: u32 = 20;
/// Values of a facet that are offered: nobody reads down a longer list, and words narrow better.
pub const FACET_VALUES: u32 = 30;
/// A deeper page answers nobody: narrowing does.
pub const LAST_PAGE: u32 = 500;
/// Characters of a question; what people paste can be longer.
pub const LONGEST: usize = 1_000;

/// What a person asks for. The fields are those of the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRequest {
    pub text: String,
    pub choices: Vec<Choice>,
    pub sort: Sort,
    /// Counts from 1.
    pub page: u32,
}

pub struct SearchView {
    pub request: SearchRequest,
    pub total: u64,
    pub hits: Vec<Hit>,
    pub facets: Vec<FacetView>,
    /// Nothing matched all that was asked, so these match some of it.
    pub loosened: bool,
    pub pages: u32,
}

pub struct FacetView {
    pub facet: Facet,
    /// As people read it: of a metadata form, the field and the form.
    pub title: String,
    /// Chosen ones first, then most first.
    pub values: Vec<FacetValue>,
    /// How many more values there are, each with fewer results.
    pub others: u64,
}

pub struct FacetValue {
    pub value: String,
    pub title: String,
    pub count: u64,
    pub chosen: bool,
}

impl Catalog {
    /// # Errors
    /// `Invalid` for a page that cannot be or a question that is too long.
    pub async fn search(&self, actor: &Actor, request: SearchRequest) -> Result<SearchView> {
        if request.page == 0 || request.page > LAST_PAGE {
            return Err(CatalogError::invalid("page", format!("is not a number from 1 to {LAST_PAGE}")));
        }
        let length = request.text.chars().count();
        if length > LONGEST {
            let message = format!(
                "has {length} characters, and a question may have {LONGEST}: leave out what is not needed"
            );
            return Err(CatalogError::invalid("q", message));
        }
        let names = self.names(actor).await?;
        self.caught_up(actor).await;
        // Whoever chooses what they may not know of finds as much as if it were not there.
        let chooses_hidden = request.choices.iter().any(|choice| {
            let mut hidden =
                choice.values.iter().map(|value| names.known_value(choice.facet, value).is_none());
            // Each field of a metadata form narrows for itself.
            match choice.facet {
                Facet::Form => hidden.any(|is_hidden| is_hidden),
                _ => !choice.values.is_empty() && hidden.all(|is_hidden| is_hidden),
            }
        });
        let allowed =
            if chooses_hidden { &Filter::Nothing } else { names.permits().filter(Action::Discover) };
        let query = Query {
            text: request.text.clone(),
            choices: request.choices.clone(),
            sort: request.sort,
            offset: (request.page - 1) * PAGE,
            limit: PAGE,
            values: FACET_VALUES,
            now: now(),
            allowed: allowed.clone(),
        };
        let found = self.found(names.permits(), query).await?;
        Ok(search_view(&names, request, found))
    }

    /// How many there are of each value of a facet, with its title.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn facet_values(&self, actor: &Actor, facet: Facet) -> Result<Vec<FacetValue>> {
        let names = self.names(actor).await?;
        let counts = self.index.counts(facet, names.permits().filter(Action::Discover)).await?;
        Ok(counts.into_iter().filter_map(|count| value(&names, facet, count, &[])).collect())
    }
}

fn search_view(names: &Names, request: SearchRequest, found: Found) -> SearchView {
    let facets =
        found.facets.into_iter().filter_map(|FacetCounts { facet, field, values: counts, others }| {
            let title = names.title_of_facet(facet, &field)?;
            let chosen = request.choices.iter().find(|choice| choice.facet == facet);
            let chosen = chosen.map_or(&[][..], |choice| &choice.values);
            let is_of_field = |value: &&String| field.is_empty() || value.split('=').next() == Some(&field);
            let chosen: Vec<String> = chosen.iter().filter(is_of_field).cloned().collect();
            let chosen = chosen.as_slice();
            let mut values: Vec<FacetValue> =
                counts.into_iter().filter_map(|count| value(names, facet, count, chosen)).collect();
            // What was chosen stays in sight even where nothing has it.
            for own in chosen {
                if !values.iter().any(|known| known.value == *own) {
                    let title = names.of_facet(facet, own);
                    values.push(FacetValue { title, chosen: true, value: own.clone(), count: 0 });
                }
            }
            if facet != Facet::Freshness {
                values.sort_by_key(|value| !value.chosen);
            }
            Some(FacetView { facet, title, values, others })
        });
    let facets = facets.collect();
    let pages = u32::try_from(found.total.div_ceil(u64::from(PAGE))).unwrap_or(LAST_PAGE).clamp(1, LAST_PAGE);
    SearchView { request, total: found.total, hits: found.hits, facets, loosened: found.loosened, pages }
}

/// `None` where the actor may not know what the value stands for: an asset may well carry such a term.
fn value(names: &Names, facet: Facet, count: FacetCount, chosen: &[String]) -> Option<FacetValue> {
    Some(FacetValue {
        title: names.known_value(facet, &count.value)?,
        chosen: chosen.contains(&count.value),
        value: count.value,
        count: count.count,
    })
}

/// `Table` for `table`, and the other kinds of entities alike.
pub fn kind_title(word: &str) -> &str {
    if let Ok(asset_type) = word.parse::<AssetType>() {
        return asset_type.title();
    }
    match word.parse::<Kind>() {
        Ok(Kind::Asset) => "Asset",
        Ok(Kind::DomainUnit) => "Domain unit",
        Ok(Kind::Glossary) => "Glossary",
        Ok(Kind::Term) => "Glossary term",
        Ok(Kind::DataProduct) => "Data product",
        Ok(Kind::Person) => "Person",
        Ok(Kind::Group) => "Group",
        Ok(Kind::Service) => "Service",
        Ok(Kind::Policy) => "Policy",
        Ok(Kind::Project) => "Project",
        Ok(Kind::Rule) => "Rule",
        Ok(Kind::MetadataForm) => "Metadata form",
        Ok(Kind::Post) => "Post",
        Ok(Kind::Organisation) => "Organisation",
        Err(_) => word,
    }
}
