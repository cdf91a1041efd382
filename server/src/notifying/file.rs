//! The file of `serve --notifications`, as people write it.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use loggia_catalog::notifying::Webhook;
use loggia_catalog::ports::What;
use loggia_catalog::secrets::SecretName;
use loggia_model::{Kind, Urn};
use serde::Deserialize;

use super::address::{self, Address};
use super::mail::{Mailer, Security};
use crate::Failure;

#[derive(Debug)]
pub struct NotificationsFile {
    pub mail: Option<ConfiguredMail>,
    pub webhooks: Vec<ConfiguredWebhook>,
}

#[derive(Debug)]
pub struct ConfiguredMail {
    pub mailer: Mailer,
    pub password: Option<SecretName>,
    pub digest_hour: u8,
}

/// One webhook: what the catalog must know of it, and how it is called.
#[derive(Debug)]
pub struct ConfiguredWebhook {
    pub webhook: Webhook,
    pub address: Address,
    pub secret: SecretName,
    /// Signed by, too, while the receiver changes from it.
    pub old_secret: Option<SecretName>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    mail: Option<MailEntry>,
    #[serde(default)]
    webhooks: Vec<WebhookEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MailEntry {
    from: String,
    server: String,
    #[serde(default)]
    security: Security,
    login: Option<String>,
    password: Option<String>,
    #[serde(default = "usual_hour")]
    digest_hour: u8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WebhookEntry {
    name: String,
    url: String,
    secret: String,
    old_secret: Option<String>,
    service: String,
    #[serde(default)]
    what: Vec<String>,
    unit: Option<String>,
    #[serde(default)]
    private: bool,
}

/// Letters of a name.
const LONGEST: usize = 80;

impl NotificationsFile {
    /// # Errors
    /// Where the file cannot be read or says something that cannot be; the message has the place.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|why| Failure(format!("the notifications file {shown} cannot be read: {why}")))?;
        Self::parse(&text).map_err(|why| Failure(format!("{shown}: {why}")))
    }

    /// # Errors
    /// As [`NotificationsFile::read`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let written: Written = serde_yaml_ng::from_str(text).map_err(|why| why.to_string())?;
        if written.mail.is_none() && written.webhooks.is_empty() {
            return Err("says neither 'mail' nor 'webhooks': leave the file out to have none".to_owned());
        }
        let mail = written.mail.map(MailEntry::configured).transpose();
        let mail = mail.map_err(|why| format!("'mail' {why}"))?;
        let (mut names, mut webhooks) = (HashSet::new(), Vec::new());
        for entry in written.webhooks {
            if !names.insert(entry.name.clone()) {
                return Err(format!("there are two webhooks called '{}': rename one of them", entry.name));
            }
            let name = entry.name.clone();
            webhooks.push(entry.configured().map_err(|why| format!("the webhook '{name}' {why}"))?);
        }
        Ok(Self { mail, webhooks })
    }
}

impl NotificationsFile {
    /// The secrets that it names.
    pub fn secrets(&self) -> BTreeSet<SecretName> {
        let of_webhooks =
            self.webhooks.iter().flat_map(|webhook| [Some(&webhook.secret), webhook.old_secret.as_ref()]);
        let of_mail = self.mail.iter().map(|mail| mail.password.as_ref());
        of_webhooks.chain(of_mail).flatten().cloned().collect()
    }
}

impl MailEntry {
    fn configured(self) -> Result<ConfiguredMail, String> {
        if self.digest_hour > 23 {
            return Err(format!("has the digest-hour {}: write 0 to 23, in UTC", self.digest_hour));
        }
        if self.login.is_some() != self.password.is_some() {
            return Err("says one of 'login' and 'password': say both, or neither".to_owned());
        }
        let password = self.password.as_deref().map(|name| secret("password", name)).transpose()?;
        let mailer = Mailer::new(&self.from, &self.server, self.security, self.login)?;
        Ok(ConfiguredMail { mailer, password, digest_hour: self.digest_hour })
    }
}

impl WebhookEntry {
    fn configured(self) -> Result<ConfiguredWebhook, String> {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=LONGEST).contains(&self.name.len()) || !self.name.bytes().all(is_letter) {
            return Err("has a name that is not 1 to 80 of a-z, 0-9 and '-'".to_owned());
        }
        let address = address::checked(&self.url, self.private)?;
        let what = self.what.iter().map(|what| what.parse::<What>()).collect::<Result<BTreeSet<_>, _>>();
        let of_no_person = || What::ALL.into_iter().filter(|what| !what.is_about_somebody());
        let known = || of_no_person().map(What::as_str).collect::<Vec<_>>().join(", ");
        let what = what.map_err(|why| format!("has a 'what' that is none: {why}; there are {}", known()))?;
        if let Some(what) = what.iter().find(|what| what.is_about_somebody()) {
            return Err(format!(
                "has the 'what' {}, of which only people are told; there are {}",
                what.as_str(),
                known()
            ));
        }
        let unit = self.unit.map(|unit| named(Kind::DomainUnit, "unit", &unit)).transpose()?;
        Ok(ConfiguredWebhook {
            webhook: Webhook {
                service: named(Kind::Service, "service", &self.service)?,
                place: address.shown(),
                name: self.name,
                what,
                unit,
            },
            address,
            secret: secret("secret", &self.secret)?,
            old_secret: self.old_secret.as_deref().map(|name| secret("old-secret", name)).transpose()?,
        })
    }
}

fn usual_hour() -> u8 {
    6
}

fn secret(field: &str, name: &str) -> Result<SecretName, String> {
    name.parse().map_err(|why| format!("has a '{field}' that is no name of a secret: {why}"))
}

fn named(kind: Kind, field: &str, slug: &str) -> Result<Urn, String> {
    let urn = format!("urn:loggia:{kind}:{slug}").parse();
    urn.map_err(|why| format!("has a '{field}' that names none, '{slug}': {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "
mail:
  from: Loggia <loggia@bank.example>
  server: smtp.bank.example:587
  login: loggia
  password: smtp-password
  digest-hour: 7
webhooks:
  - name: lake
    url: https://hooks.example/loggia?key=abc
    secret: lake-hook
    service: lakehouse
    what: [breaking, deprecated]
    unit: risk
  - {name: near, url: 'http://10.0.0.7:8080/x', secret: near-hook, service: lakehouse, private: true}
";

    #[test]
    fn a_whole_file_is_read() {
        let file = NotificationsFile::parse(WHOLE).unwrap();
        assert_eq!(file.mail.unwrap().digest_hour, 7);
        let [lake, near] = file.webhooks.as_slice() else { panic!("two webhooks") };
        assert_eq!(lake.webhook.place, "https://hooks.example", "the rest may be secret");
        assert_eq!(lake.webhook.what, [What::Breaking, What::Deprecated].into());
        assert_eq!(lake.webhook.service.as_str(), "urn:loggia:service:lakehouse");
        assert_eq!(near.webhook.unit, None);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let hook = |line: &str| {
            format!(
                "webhooks:\n  - {{name: lake, url: 'https://h.example', secret: s, service: lake, {line}}}"
            )
        };
        let mail = |line: &str| format!("mail: {{from: l@b.example, server: smtp.b.example, {line}}}");
        for (text, why) in [
            ("{}".to_owned(), "says neither 'mail' nor 'webhooks'"),
            (hook("what: [broken]"), "the webhook 'lake' has a 'what' that is none: 'broken'"),
            (hook("unit: 'a b'"), "has a 'unit' that names none"),
            (hook("colour: red"), "unknown field `colour`"),
            (mail("digest-hour: 24"), "'mail' has the digest-hour 24"),
            (mail("login: me"), "say both, or neither"),
            (mail("security: ssl"), "unknown variant `ssl`"),
            ("mail: {from: nobody, server: s.example}".to_owned(), "'mail' has a 'from' that is no address"),
            ("mail: {from: l@b.example, server: 'a b'}".to_owned(), "'mail' has a 'server' that is none"),
            (
                "webhooks:\n  - {name: a, url: 'http://169.254.169.254/', secret: s, service: l}".to_owned(),
                "the webhook 'a' has a 'url' that",
            ),
        ] {
            let said = NotificationsFile::parse(&text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        let twice = WHOLE.replace("name: near", "name: lake");
        assert!(NotificationsFile::parse(&twice).unwrap_err().contains("two webhooks called 'lake'"));
    }
}
