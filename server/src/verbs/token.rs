use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::args::Token;
use crate::out::Out;

pub async fn run(catalog: &Catalog, actor: &Actor, token: &Token, out: &mut Out) -> Result<(), Failure> {
    match token {
        Token::Make { service, name, days, scope } => {
            let owner = catalog.service_called(actor, service).await?;
            let made = catalog.make_token(actor, &owner, name, *scope, *days).await?;
            out.note(format!("{} is good until {} and is not shown again:", made.id, made.expires.long()))
                .await;
            out.line(made.token.reveal()).await;
            Ok(())
        }
        Token::List => {
            for token in catalog.all_tokens(actor).await? {
                let used =
                    token.used.map_or_else(|| "never used".to_owned(), |at| format!("used {}", at.long()));
                let end = if token.has_expired { "expired" } else { "good until" };
                out.line(format!(
                    "{}  {} {}  '{}'  {}  {end} {}  {used}",
                    token.id,
                    token.owner.urn.kind(),
                    token.owner.urn.rest(),
                    token.name,
                    token.scope,
                    token.expires.long()
                ))
                .await;
            }
            Ok(())
        }
        Token::Revoke { id } => {
            catalog.revoke_token(actor, id).await?;
            out.line(format!("{id} opens nothing any more")).await;
            Ok(())
        }
    }
}
