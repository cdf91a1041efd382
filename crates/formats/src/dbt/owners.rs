//! Owners. dbt has a form for those of exposures and groups; for everything else people write them into
//! `meta.owner` as they like: an address, a name, `Ana Benítez <ana@bank.example>`, a list, an object.
//!
//! The person's key is made of the address's local part, or else of the name, so that a team that is
//! written as an owner is a person's entry too.

use std::collections::BTreeMap;

use loggia_model::Urn;
use loggia_model::facts::PersonFacts;
use serde_json::Value;

use super::manifest::Owner;
use crate::{Refused, person_urn};

/// Everyone met so far.
#[derive(Debug, Default)]
pub struct People(BTreeMap<Urn, PersonFacts>);

impl People {
    /// The URNs of the owners of `id`, in the order in which they are named; `None` where nobody is.
    pub fn owners(
        &mut self,
        id: &str,
        named: &[PersonFacts],
        refused: &mut Vec<Refused>,
    ) -> Option<Vec<Urn>> {
        let mut owners = Vec::new();
        for person in named {
            match self.meet(person) {
                Ok(urn) if owners.contains(&urn) => {}
                Ok(urn) => owners.push(urn),
                Err(why) => {
                    let shown = person.email.as_ref().or(person.name.as_ref());
                    let shown = shown.map_or("", String::as_str);
                    refused.push(Refused::new(format!("owner '{shown}' of {id}"), why));
                }
            }
        }
        (!owners.is_empty()).then_some(owners)
    }

    pub fn into_facts(self) -> Vec<(Urn, PersonFacts)> {
        self.0.into_iter().collect()
    }

    /// Two mentions of one person complete each other. Two addresses are two people, even where their
    /// local parts are alike, and the second cannot have the key of the first.
    fn meet(&mut self, person: &PersonFacts) -> Result<Urn, String> {
        let Some(urn) = person_urn(person.name.as_deref(), person.email.as_deref()) else {
            return Err("it has no letter a-z or digit to make a person's key of".to_owned());
        };
        let known = self.0.entry(urn.clone()).or_default();
        if let (Some(one), Some(other)) = (&known.email, &person.email)
            && !one.eq_ignore_ascii_case(other)
        {
            return Err(format!("{urn} has the address {one} already, and one key stands for one person"));
        }
        known.name = known.name.take().or_else(|| person.name.clone());
        known.email = known.email.take().or_else(|| person.email.clone());
        Ok(urn)
    }
}

/// The owner of an exposure or a group. Several addresses are several people, whose name the one given
/// cannot be.
pub fn declared(owner: &Owner) -> Vec<PersonFacts> {
    let name = owner.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let emails: Vec<String> = owner.email.iter().flat_map(|text| split(text)).map(str::to_owned).collect();
    match emails.as_slice() {
        [] if name.is_none() => Vec::new(),
        [] => vec![PersonFacts { name, ..PersonFacts::default() }],
        [email] => vec![PersonFacts { name, email: Some(email.clone()), ..PersonFacts::default() }],
        several => several
            .iter()
            .map(|email| PersonFacts { email: Some(email.clone()), ..PersonFacts::default() })
            .collect(),
    }
}

/// Whoever `meta.owner` names; what is neither text, list nor object names nobody.
pub fn in_meta(owner: &Value) -> Vec<PersonFacts> {
    match owner {
        Value::String(text) if text.contains('@') => split(text).map(from_text).collect(),
        Value::String(text) if !text.trim().is_empty() => vec![from_text(text)],
        Value::Array(owners) => owners.iter().flat_map(in_meta).collect(),
        Value::Object(fields) => {
            let field = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
            declared(&Owner { name: field("name"), email: field("email").into_iter().collect() })
        }
        _ => Vec::new(),
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty())
}

fn from_text(text: &str) -> PersonFacts {
    let text = text.trim();
    let both = text.strip_suffix('>').and_then(|text| text.split_once('<'));
    if let Some((name, email)) = both
        && is_email(email.trim())
    {
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        return PersonFacts { name, email: Some(email.trim().to_owned()), ..PersonFacts::default() };
    }
    if is_email(text) {
        return PersonFacts { email: Some(text.to_owned()), ..PersonFacts::default() };
    }
    PersonFacts { name: Some(text.to_owned()), ..PersonFacts::default() }
}

/// Enough to tell an address from a name and from a chat handle such as `@data-team`.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn urns(owner: &Value) -> String {
        let urns =
            People::default().owners("model.a.b", &in_meta(owner), &mut Vec::new()).unwrap_or_default();
        urns.iter().map(Urn::rest).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_owner_is_read_however_people_write_it() {
        for (owner, people) in [
            (json!("ana.benitez@bank.example"), "ana-benitez"),
            (json!("Ana Benítez <ana@bank.example>"), "ana"),
            (json!("ana@bank.example, beto@bank.example"), "ana beto"),
            (json!("@data-team"), "data-team"),
            (json!("Núñez, Beto"), "nunez-beto"),
            (json!(["ana@bank.example", "Risk"]), "ana risk"),
            (json!({"name": "Ana", "email": "a.b@bank.example"}), "a-b"),
            (json!({"team": "x"}), ""),
            (json!(7), ""),
            (json!(""), ""),
        ] {
            assert_eq!(urns(&owner), people, "{owner}");
        }
    }

    #[test]
    fn two_addresses_are_never_one_person() {
        let (mut people, mut refused) = (People::default(), Vec::new());
        let named = in_meta(&json!(["ana@one.example", "ana@two.example"]));
        assert_eq!(people.owners("model.a.b", &named, &mut refused).unwrap().len(), 1);
        assert_eq!(refused[0].what, "owner 'ana@two.example' of model.a.b");
    }
}
