//! A question to the search, as a person would put it together.

use loggia_catalog::find::SearchRequest;
use loggia_catalog::ports::{Choice, Facet, Sort};

#[derive(Debug, Clone)]
pub struct Asking(SearchRequest);

pub fn looking_for(text: &str) -> Asking {
    Asking(SearchRequest { text: text.into(), page: 1, ..SearchRequest::default() })
}

pub fn everything() -> Asking {
    looking_for("")
}

impl Asking {
    #[must_use]
    pub fn choosing<S: AsRef<str>>(mut self, facet: Facet, values: &[S]) -> Self {
        let values = values.iter().map(|value| value.as_ref().to_owned()).collect();
        self.0.choices.push(Choice { facet, values });
        self
    }

    #[must_use]
    pub fn sorted_by(mut self, sort: Sort) -> Self {
        self.0.sort = sort;
        self
    }

    #[must_use]
    pub fn on_page(mut self, page: u32) -> Self {
        self.0.page = page;
        self
    }
}

impl From<Asking> for SearchRequest {
    fn from(asking: Asking) -> Self {
        asking.0
    }
}
