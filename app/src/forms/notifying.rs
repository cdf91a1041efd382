//! The server functions about what leaves the catalog: letters and webhooks.

use leptos::prelude::*;

use super::Outcome;

/// When one is mailed what: each choice is what it is and when, such as `breaking:at-once`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn choose_mail(
    #[server(default)] choices: Vec<String>,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::choose_mail(&choices, &back).await
}

/// What can be done to `mail` or `webhook:lake`: `retry` and `forget` (one, or all that were given up), `test`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn steer_channel(
    channel: String,
    action: String,
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::steer_channel(&channel, &action, &id, &back).await
}

#[cfg(feature = "ssr")]
mod server {
    use leptos::prelude::ServerFnError;
    use loggia_catalog::CatalogError;
    use loggia_catalog::ports::{Channel, How, NoChannel, NoHow, NoWhat, What};

    use crate::forms::Outcome;
    use crate::forms::server::{Refused, finish, request};
    use crate::pages::{inbox_mail, notifications};
    use crate::ui::time::counted;

    pub async fn choose_mail(choices: &[String], back: &str) -> Result<Outcome, ServerFnError> {
        let request = request()?;
        let parsed: Result<Vec<(What, How)>, CatalogError> =
            choices.iter().map(|text| choice(text)).collect();
        let result = match parsed {
            Ok(choices) => request.catalog.set_mail_choices(&request.actor, &choices).await,
            Err(error) => Err(error),
        };
        let result = result.map(|()| (request.actor.seen, "Saved.".to_owned(), String::new()));
        finish(&request, result, back, Refused { form: inbox_mail::FORM.into(), ..Refused::default() }).await
    }

    fn choice(text: &str) -> Result<(What, How), CatalogError> {
        let wrong = |why: String| CatalogError::invalid("choices", why);
        let (what, how) = text
            .split_once(':')
            .ok_or_else(|| wrong(format!("'{text}' is not what and when, such as breaking:at-once")))?;
        let what = what.parse().map_err(|why: NoWhat| wrong(why.to_string()))?;
        Ok((what, how.parse().map_err(|why: NoHow| wrong(why.to_string()))?))
    }

    pub async fn steer_channel(
        channel: &str,
        action: &str,
        id: &str,
        back: &str,
    ) -> Result<Outcome, ServerFnError> {
        let request = request()?;
        let result = steered(&request, channel, action, id).await;
        let result = result.map(|said| (request.actor.seen, said, String::new()));
        finish(&request, result, back, Refused { form: notifications::FORM.into(), ..Refused::default() })
            .await
    }

    async fn steered(
        request: &crate::request::Request,
        channel: &str,
        action: &str,
        id: &str,
    ) -> Result<String, CatalogError> {
        let (catalog, actor) = (&request.catalog, &request.actor);
        let channel: Channel =
            channel.parse().map_err(|why: NoChannel| CatalogError::invalid("channel", why.to_string()))?;
        let id = Some(id).filter(|id| !id.is_empty());
        match (action, &channel) {
            ("retry", _) => {
                let many = catalog.revive(actor, &channel, id).await?;
                Ok(format!("{} sent anew.", counted(many, "is", "are")))
            }
            ("forget", _) => {
                let many = catalog.bury(actor, &channel, id).await?;
                Ok(format!("{} forgotten.", counted(many, "is", "are")))
            }
            ("test", Channel::Webhook(name)) => {
                catalog.test_webhook(actor, name).await?;
                Ok("A test is on its way.".to_owned())
            }
            (other, _) => {
                Err(CatalogError::invalid("action", format!("'{other}' cannot be done to '{channel}'")))
            }
        }
    }
}
