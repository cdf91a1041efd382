//! Where things are.

use loggia_model::{Kind, Urn};

use crate::encode::{encode, encode_path};

/// The page of an entity.
pub fn href(urn: &Urn) -> String {
    let place = match urn.kind() {
        Kind::Asset => "/assets/",
        Kind::DomainUnit => "/domains/",
        Kind::Glossary => "/glossary/",
        Kind::Term => "/terms/",
        Kind::DataProduct => "/products/",
        Kind::Person => "/people/",
        Kind::Group => "/groups/",
        Kind::Service => "/services/",
        Kind::Policy => "/policies/",
        Kind::Project => "/projects/",
        Kind::Rule => "/rules/",
        Kind::MetadataForm => "/metadata-forms/",
        Kind::Post => "/posts/",
        Kind::Organisation => return "/organisation".to_owned(),
    };
    if urn.kind() == Kind::Asset {
        return format!("{place}{}", encode(urn.rest()));
    }
    format!("{place}{}", encode_path(urn.rest()))
}

/// A tab of an entity's page.
pub fn tab(urn: &Urn, tab: &str) -> String {
    if tab.is_empty() { href(urn) } else { format!("{}?tab={tab}", href(urn)) }
}

/// A path with a query made of these pairs.
pub fn with_query(path: &str, pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assets_page_is_one_segment_of_the_path() {
        let urn: Urn = "urn:loggia:asset:postgres://db:5432;core.public.accounts".parse().unwrap();
        assert_eq!(href(&urn), "/assets/postgres:%2F%2Fdb:5432;core.public.accounts");
        let urn: Urn = "urn:loggia:term:banking/customer".parse().unwrap();
        assert_eq!(href(&urn), "/terms/banking/customer");
    }

    #[test]
    fn what_means_something_in_a_url_is_encoded() {
        assert_eq!(
            with_query("/search", &[("q".into(), "a&b=c +ñ".into())]),
            "/search?q=a%26b%3Dc%20%2B%C3%B1"
        );
    }
}
