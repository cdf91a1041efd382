//! Whose tables are that do not say so themselves: by their names, tags and owners.

use loggia_catalog::suggestions::Suggestion;
use loggia_model::facts::AssetFacts;
use loggia_model::{Kind, Label, Urn};
use serde::Deserialize;

/// To which unit, project and owners tables belong, by what is known of them.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `*` stands for any letters.
    pub names: String,
    /// Only what the source tags so, or says is owned so.
    pub tag: Option<Label>,
    pub owner: Option<Urn>,
    pub unit: Option<Urn>,
    pub project: Option<Urn>,
    pub owners: Vec<Urn>,
    /// What is proposed to whoever looks after the table.
    pub suggested_terms: Vec<Urn>,
    pub suggested_tags: Vec<Label>,
}

impl Rule {
    /// Whether it is there for what it suggests alone: whose a table is, the others say.
    fn only_suggests(&self) -> bool {
        let is_of_nobody = self.unit.is_none() && self.project.is_none() && self.owners.is_empty();
        is_of_nobody && (!self.suggested_terms.is_empty() || !self.suggested_tags.is_empty())
    }

    fn speaks_of(&self, name: &str, facts: &AssetFacts) -> bool {
        fits(&self.names, name)
            && self.tag.as_ref().is_none_or(|tag| facts.tags.put.contains(tag))
            && self.owner.as_ref().is_none_or(|owner| facts.owners.iter().flatten().any(|own| own == owner))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenRule {
    #[serde(default = "any")]
    names: String,
    tag: Option<String>,
    owner: Option<String>,
    unit: Option<String>,
    project: Option<String>,
    #[serde(default)]
    owners: Vec<String>,
    #[serde(default)]
    suggest: WrittenSuggestion,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenSuggestion {
    /// `GLOSSARY/TERM`.
    terms: Vec<String>,
    tags: Vec<String>,
}

/// Says whose the tables are, by the first rule that speaks of each.
pub fn assign(rules: &[Rule], assets: &mut [(Urn, AssetFacts)]) {
    for (urn, facts) in assets {
        let Some(name) = urn.dataset().map(|dataset| dataset.name().to_owned()) else { continue };
        let mut placing = rules.iter().filter(|rule| !rule.only_suggests());
        let Some(rule) = placing.find(|rule| rule.speaks_of(&name, facts)) else { continue };
        if facts.unit.is_none() {
            facts.unit.clone_from(&rule.unit);
        }
        if facts.project.is_none() {
            facts.project.clone_from(&rule.project);
        }
        if facts.owners.is_none() && !rule.owners.is_empty() {
            facts.owners = Some(rule.owners.clone());
        }
    }
}

/// What rules suggest for the tables, each that speaks of one.
pub fn suggestions(rules: &[Rule], source: &str, assets: &[(Urn, AssetFacts)]) -> Vec<Suggestion> {
    let mut suggestions = Vec::new();
    for (urn, facts) in assets {
        let Some(name) = urn.dataset().map(|dataset| dataset.name().to_owned()) else { continue };
        let speaking = rules.iter().filter(|rule| rule.speaks_of(&name, facts));
        for rule in
            speaking.filter(|rule| !rule.suggested_terms.is_empty() || !rule.suggested_tags.is_empty())
        {
            suggestions.push(Suggestion {
                about: urn.clone(),
                terms: rule.suggested_terms.clone(),
                tags: rule.suggested_tags.clone(),
                why: format!("The rule of the source `{source}` for `{}` suggests it.", rule.names),
            });
        }
    }
    suggestions
}

impl WrittenRule {
    pub fn rule(self) -> Result<Rule, String> {
        let urn = |kind: Kind, slug: &str| {
            let urn = format!("urn:loggia:{}:{slug}", kind.as_str());
            urn.parse::<Urn>().map_err(|why| format!("has a rule with '{slug}', which names nothing: {why}"))
        };
        let label = |tag: &String| tag.parse::<Label>().map_err(|why| format!("has a rule whose {why}"));
        Ok(Rule {
            tag: self.tag.as_ref().map(label).transpose()?,
            suggested_tags: self.suggest.tags.iter().map(label).collect::<Result<_, _>>()?,
            suggested_terms: self
                .suggest
                .terms
                .iter()
                .map(|slug| urn(Kind::Term, slug))
                .collect::<Result<_, _>>()?,
            owner: self.owner.map(|slug| urn(Kind::Person, &slug)).transpose()?,
            unit: self.unit.map(|slug| urn(Kind::DomainUnit, &slug)).transpose()?,
            project: self.project.map(|slug| urn(Kind::Project, &slug)).transpose()?,
            owners: self.owners.iter().map(|slug| urn(Kind::Person, slug)).collect::<Result<_, _>>()?,
            names: self.names,
        })
    }
}

fn any() -> String {
    "*".to_owned()
}

/// Whether a name is as a pattern says, in which `*` stands for any letters.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(place) = rest.find(part) else { return false };
        rest = rest.get(place + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Rule> {
        let written: Vec<WrittenRule> = serde_yaml_ng::from_str(text).unwrap();
        written.into_iter().map(|rule| rule.rule().unwrap()).collect()
    }

    #[test]
    fn a_pattern_fits_names() {
        for (pattern, name, is_so) in [
            ("*", "sales/orders", true),
            ("sales/*", "sales/orders", true),
            ("sales/*", "sale/orders", false),
            ("*/orders", "sales/orders", true),
            ("s*s/or*s", "sales/orders", true),
            ("*a*a*", "aa", true),
            ("*aa*aa", "aaa", false),
            ("sales", "sales/orders", false),
            ("", "sales", false),
        ] {
            assert_eq!(fits(pattern, name), is_so, "{pattern} {name}");
        }
    }

    #[test]
    fn rules_say_whose_a_table_is_where_nothing_else_does() {
        let rules =
            read("[{names: 'sales/*', unit: retail, owners: [ana.benitez]}, {names: '*', unit: data}]");
        let asset =
            |name: &str, facts| (format!("urn:loggia:asset:file://bank;{name}").parse().unwrap(), facts);
        let own =
            AssetFacts { unit: Some("urn:loggia:domain-unit:own".parse().unwrap()), ..AssetFacts::default() };
        let mut assets = [
            asset("sales/orders", AssetFacts::default()),
            asset("other", AssetFacts::default()),
            asset("sales/x", own),
        ];
        assign(&rules, &mut assets);
        let told: Vec<_> = assets
            .iter()
            .map(|(_, facts)| (facts.unit.as_ref().unwrap().rest(), facts.owners.as_ref().map(Vec::len)))
            .collect();
        assert_eq!(told, [("retail", Some(1)), ("data", None), ("own", Some(1))]);
    }

    #[test]
    fn every_rule_that_speaks_of_a_table_suggests_and_the_first_that_places_it_does() {
        let rules = read(
            "[{names: 'sales/*', suggest: {terms: [banking/revenue]}}, {names: 'sales/*', unit: retail, suggest: {tags: [core]}}]",
        );
        let urn: Urn = "urn:loggia:asset:file://bank;sales/orders".parse().unwrap();
        let mut assets = [(urn, AssetFacts::default())];
        let suggested = suggestions(&rules, "lake", &assets);
        let terms: Vec<&str> = suggested.iter().flat_map(|one| &one.terms).map(Urn::rest).collect();
        let tags: Vec<String> = suggested.iter().flat_map(|one| &one.tags).map(ToString::to_string).collect();
        assert_eq!((terms, tags), (vec!["banking/revenue"], vec!["core".to_owned()]));
        assert_eq!(suggested[0].why, "The rule of the source `lake` for `sales/*` suggests it.");
        assign(&rules, &mut assets);
        assert_eq!(assets[0].1.unit.as_ref().map(Urn::rest), Some("retail"));
    }

    #[test]
    fn rules_put_tables_into_projects_by_tag_and_owner_too() {
        let rules =
            read("[{tag: gold, project: churn}, {owner: ana.benitez, names: 'raw/*', project: landing}]");
        let asset =
            |name: &str, facts| (format!("urn:loggia:asset:file://bank;{name}").parse().unwrap(), facts);
        let mut gold = AssetFacts::default();
        gold.tags.put.insert("gold".parse().unwrap());
        let ana = AssetFacts {
            owners: Some(vec!["urn:loggia:person:ana.benitez".parse().unwrap()]),
            ..AssetFacts::default()
        };
        let mut assets = [
            asset("a", gold),
            asset("raw/b", ana.clone()),
            asset("c", ana),
            asset("raw/d", AssetFacts::default()),
        ];
        assign(&rules, &mut assets);
        let told: Vec<_> = assets
            .iter()
            .map(|(_, facts)| facts.project.as_ref().map(|project| project.rest().to_owned()))
            .collect();
        assert_eq!(told, [Some("churn".to_owned()), Some("landing".to_owned()), None, None]);
    }
}
