//! The fields of the index.
//!
//! One combined `text` field is scored: summing scores of separate fields lets short ones win. The name
//! counts by matching exactly or by prefix (`names`, `name_words`), never by a factor on its field.

use loggia_catalog::ports::Facet;
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions,
};

/// Grows when the fields do, or what is kept in one: an index of another version is filled anew.
pub const VERSION: u32 = 9;

#[derive(Clone)]
pub struct Fields {
    pub schema: Schema,
    pub urn: Field,
    pub card: Field,
    pub text: Field,
    pub shown_name: Field,
    pub names: Field,
    pub name_words: Field,
    pub sort_name: Field,
    pub changed: Field,
    pub data_changed: Field,
    pub relation: Field,
    pub columns: Field,
    pub traits: Field,
    /// In the order of [`COUNTED`].
    pub facets: [(Facet, Field); COUNTED.len()],
}

/// The facets whose values are words. Freshness is counted from an instant.
pub const COUNTED: [Facet; 7] =
    [Facet::Domain, Facet::Kind, Facet::Platform, Facet::Owner, Facet::Tag, Facet::Term, Facet::Form];

impl Fields {
    pub fn new() -> Self {
        let mut schema = Schema::builder();
        let scored = TextFieldIndexing::default()
            .set_tokenizer(crate::words::STEMMED)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let unscored = TextFieldIndexing::default()
            .set_tokenizer(crate::words::PLAIN)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        // How many columns a table has says nothing of which it shares.
        let whole_unscored = TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false);
        let counted = STRING.set_fast("raw");
        let number = NumericOptions::default().set_fast();
        let facets = COUNTED.map(|facet| (facet, schema.add_text_field(facet.as_str(), counted.clone())));
        Self {
            urn: schema.add_text_field("urn", STRING | STORED),
            card: schema.add_bytes_field("card", BytesOptions::default().set_stored()),
            text: schema.add_text_field("text", TextOptions::default().set_indexing_options(scored)),
            shown_name: schema.add_text_field("shown_name", STRING),
            names: schema.add_text_field("names", STRING),
            name_words: schema
                .add_text_field("name_words", TextOptions::default().set_indexing_options(unscored)),
            sort_name: schema.add_text_field("sort_name", TextOptions::default().set_fast("raw")),
            changed: schema.add_i64_field("changed", number.clone()),
            data_changed: schema.add_i64_field("data_changed", number),
            relation: schema.add_text_field("relation", STRING),
            columns: schema.add_text_field(
                "columns",
                TextOptions::default().set_indexing_options(whole_unscored.clone()),
            ),
            traits: schema
                .add_text_field("traits", TextOptions::default().set_indexing_options(whole_unscored)),
            facets,
            schema: schema.build(),
        }
    }
}
