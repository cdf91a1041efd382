//! The file of `serve --sign-in`, as people write it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use loggia_catalog::federation::{Admits, Provider};
use loggia_catalog::secrets::SecretName;
use loggia_model::{Kind, Urn};
use openidconnect::url::Url;
use serde::Deserialize;

use crate::Failure;
use crate::oidc::address;

#[derive(Debug)]
pub struct ProvidersFile {
    pub providers: Vec<Configured>,
}

/// One provider: what the catalog must know of it, and how it is asked.
#[derive(Debug, Clone)]
pub struct Configured {
    pub provider: Provider,
    /// As it is written: tokens must say the same, to the letter.
    pub issuer: String,
    pub url: Url,
    pub client_id: String,
    /// Where there is none, the code is bound to this program by PKCE alone.
    pub client_secret: Option<SecretName>,
    pub scopes: Vec<String>,
    pub groups_claim: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    providers: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    name: String,
    title: String,
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    groups_claim: Option<String>,
    #[serde(default)]
    groups: BTreeMap<String, String>,
    #[serde(default)]
    may_come: MayCome,
    #[serde(default)]
    trust_email: bool,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MayCome {
    #[default]
    Everyone,
    Known,
}

/// Letters of a name or title.
const LONGEST: usize = 80;

impl ProvidersFile {
    /// # Errors
    /// Where the file cannot be read or says something that cannot be; the message has the place.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|why| Failure(format!("the sign-in file {shown} cannot be read: {why}")))?;
        Self::parse(&text).map_err(|why| Failure(format!("{shown}: {why}")))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let written: Written = serde_yaml_ng::from_str(text).map_err(|why| why.to_string())?;
        if written.providers.is_empty() {
            return Err("names no provider: leave the file out to have none".to_owned());
        }
        let (mut names, mut providers) = (HashSet::new(), Vec::new());
        for entry in written.providers {
            if !names.insert(entry.name.clone()) {
                return Err(format!("there are two providers called '{}': rename one of them", entry.name));
            }
            let name = entry.name.clone();
            providers.push(entry.configured().map_err(|why| format!("the provider '{name}' {why}"))?);
        }
        Ok(Self { providers })
    }
}

impl Entry {
    fn configured(self) -> Result<Configured, String> {
        let is_name = (1..=LONGEST).contains(&self.name.len())
            && self
                .name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_name {
            return Err("has a name that is not 1 to 80 of a-z, 0-9 and '-'".to_owned());
        }
        let title = self.title.trim().to_owned();
        if !(1..=LONGEST).contains(&title.chars().count()) || title.chars().any(char::is_control) {
            return Err("has a title that is not 1 to 80 letters on one line".to_owned());
        }
        if self.client_id.trim().is_empty() {
            return Err("has an empty client-id: say what the provider calls this program".to_owned());
        }
        if let Some(scope) = self.scopes.iter().find(|scope| !is_scope(scope)) {
            return Err(format!("has the scope '{scope}', which is none: write one word a scope"));
        }
        let url =
            address::checked(&self.issuer).map_err(|why| format!("has an issuer that is none: {why}"))?;
        if url.query().is_some() {
            return Err("has an issuer with a query: leave out what follows the '?'".to_owned());
        }
        if !self.groups.is_empty() && self.groups_claim.is_none() {
            return Err("says 'groups' without 'groups-claim', in which the provider names them".to_owned());
        }
        let client_secret: Option<SecretName> = self
            .client_secret
            .map(|name| name.parse())
            .transpose()
            .map_err(|why| format!("has a 'client-secret' that is no name of a secret: {why}"))?;
        let group = |(value, slug): (String, String)| {
            let urn = format!("urn:loggia:{}:{slug}", Kind::Group).parse::<Urn>();
            urn.map(|urn| (value, urn))
                .map_err(|why| format!("has the group '{slug}', which names none: {why}"))
        };
        let provider = Provider {
            name: self.name,
            title,
            groups: self.groups.into_iter().map(group).collect::<Result<_, _>>()?,
            admits: match self.may_come {
                MayCome::Everyone => Admits::Everyone,
                MayCome::Known => Admits::Known,
            },
            trusts_email: self.trust_email,
        };
        Ok(Configured {
            provider,
            issuer: self.issuer,
            url,
            client_id: self.client_id.trim().to_owned(),
            client_secret,
            scopes: self.scopes,
            groups_claim: self.groups_claim,
        })
    }
}

fn usual_scopes() -> Vec<String> {
    ["email", "profile"].map(ToOwned::to_owned).to_vec()
}

/// RFC 6749, 3.3.
fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "
providers:
  - name: company
    title: Banco Guaraní
    issuer: https://login.example/realms/bank
    client-id: loggia
    client-secret: company-login
    scopes: [email, profile, groups]
    groups-claim: groups
    groups: {data-stewards: stewards}
    may-come: known
    trust-email: true
  - {name: partners, title: Partners, issuer: 'http://127.0.0.1:9000', client-id: loggia}
";

    #[test]
    fn a_whole_file_is_read() {
        let file = ProvidersFile::parse(WHOLE).unwrap();
        let [company, partners] = file.providers.as_slice() else { panic!("two providers") };
        assert_eq!(company.provider.admits, Admits::Known);
        assert_eq!(company.provider.groups["data-stewards"].as_str(), "urn:loggia:group:stewards");
        assert_eq!((partners.provider.admits, partners.provider.trusts_email), (Admits::Everyone, false));
        assert_eq!(partners.scopes, ["email", "profile"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let with = |line: &str| {
            format!(
                "providers:\n  - name: company\n    title: Bank\n    issuer: https://login.example\n    client-id: loggia\n    {line}\n"
            )
        };
        let plain = |name: &str, issuer: &str| {
            format!(
                "providers:\n  - {{name: '{name}', title: Bank, issuer: '{issuer}', client-id: loggia}}\n"
            )
        };
        for (text, why) in [
            ("providers: []".to_owned(), "names no provider"),
            (with("client-sceret: x"), "unknown field `client-sceret`"),
            (with("may-come: all"), "unknown variant `all`, expected `everyone` or `known`"),
            (with("groups: {a: b}"), "the provider 'company' says 'groups' without 'groups-claim'"),
            (with("groups-claim: g\n    groups: {a: 'B B'}"), "has the group 'B B', which names none"),
            (with("scopes: ['a b']"), "has the scope 'a b'"),
            (with("client-secret: 'No Name'"), "'client-secret' that is no name of a secret"),
            (
                plain("company", "http://login.example"),
                "has an issuer that is none: 'http://login.example' is not https://",
            ),
            (plain("company", "https://login.example/?a=b"), "has an issuer with a query"),
            (plain("../x", "https://login.example"), "has a name that is not 1 to 80"),
            (
                plain("a", "https://a.example")
                    + "  - {name: a, title: B, issuer: 'https://b.example', client-id: x}\n",
                "two providers called 'a'",
            ),
        ] {
            let said = ProvidersFile::parse(&text).map(|_| ()).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
        let said = ProvidersFile::parse(&with("client-sceret: x")).unwrap_err();
        assert!(said.contains("line 6"), "{said}");
    }
}
