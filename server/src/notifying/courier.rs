//! Whoever carries what leaves to where it is for.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use loggia_catalog::Catalog;
use loggia_catalog::notifying::{Channels, Patience};
use loggia_catalog::ports::{Courier, Letter, Message, Undelivered};
use loggia_catalog::secrets::SecretName;
use loggia_model::Secret;

use super::file::NotificationsFile;
use super::mail::Post;
use super::signature::Key;
use super::webhook::Receiver;
use crate::Failure;

pub struct Couriers {
    receivers: HashMap<String, Receiver>,
    post: Option<Post>,
}

#[async_trait]
impl Courier for Couriers {
    async fn call(&self, webhook: &str, message: &Message) -> Result<(), Undelivered> {
        match self.receivers.get(webhook) {
            Some(receiver) => receiver.call(message).await,
            None => Err(Undelivered::for_good("the notifications file has no such webhook any more")),
        }
    }

    async fn mail(&self, letter: &Letter) -> Result<(), Undelivered> {
        match &self.post {
            Some(post) => post.send(letter).await,
            None => Err(Undelivered::for_good("the notifications file says nothing of mail any more")),
        }
    }
}

impl Couriers {
    /// Everything that the file says, with the secrets that it names.
    ///
    /// # Errors
    /// Where a secret, a service or a unit is not there, or a secret is no key.
    pub fn channels(
        catalog: &Catalog,
        file: NotificationsFile,
        secrets: &HashMap<SecretName, Secret>,
        site: String,
    ) -> Result<Channels, Failure> {
        let secret = |name: &SecretName| {
            secrets.get(name).ok_or_else(|| Failure(format!("there is no secret '{name}'")))
        };
        let (mut receivers, mut webhooks) = (HashMap::new(), Vec::new());
        for configured in file.webhooks {
            let webhook = configured.webhook;
            catalog.check_webhook(&webhook)?;
            let mut signing = Vec::new();
            for name in [Some(&configured.secret), configured.old_secret.as_ref()].into_iter().flatten() {
                let key =
                    Key::of(secret(name)?).map_err(|why| Failure(format!("the secret '{name}' {why}")))?;
                signing.push(key);
            }
            let receiver = Receiver::new(configured.address, signing)?;
            receivers.insert(webhook.name.clone(), receiver);
            webhooks.push(webhook);
        }
        let (mut post, mut shown, mut digest_hour) = (None, None, 0);
        if let Some(mail) = file.mail {
            let password = mail.password.as_ref().map(secret).transpose()?;
            let opened = mail.mailer.open(password);
            post = Some(opened.map_err(|why| Failure(format!("mail cannot be sent: {why}")))?);
            shown = Some(mail.mailer.shown());
            digest_hour = mail.digest_hour;
        }
        Ok(Channels {
            webhooks,
            mail: shown,
            digest_hour,
            site,
            path: loggia_app::href,
            courier: Arc::new(Self { receivers, post }),
            patience: Patience::default(),
        })
    }
}
