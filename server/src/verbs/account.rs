use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::args::Account;
use crate::brought::Brought;
use crate::out::Out;

pub async fn run(
    catalog: &Catalog,
    actor: &Actor,
    account: &Account,
    brought: &Brought,
    out: &mut Out,
) -> Result<(), Failure> {
    match account {
        Account::Add { person, login, administrator } => {
            let Some(password) = brought.value() else {
                return Err(Failure("no password came on the input".into()));
            };
            let login = login.as_deref();
            let (key, login) = catalog.add_account(actor, person, login, &password, *administrator).await?;
            let role = if *administrator { ", and administers everything" } else { "" };
            out.line(format!("{key} signs in as '{login}'{role}")).await;
            Ok(())
        }
        Account::List => {
            for account in catalog.accounts(actor).await? {
                let state = if account.is_disabled { "  disabled" } else { "" };
                out.line(format!(
                    "{}  {}  since {}{state}",
                    account.login,
                    account.person,
                    account.made.long()
                ))
                .await;
            }
            Ok(())
        }
        Account::Disable { login } => {
            catalog.disable_account(actor, login, true).await?;
            out.line(format!("{login} is kept out")).await;
            Ok(())
        }
        Account::Enable { login } => {
            catalog.disable_account(actor, login, false).await?;
            out.line(format!("{login} may sign in again")).await;
            Ok(())
        }
        Account::Reset { login, url } => {
            let link = catalog.reset_password(actor, login).await?;
            let address = url.as_ref().map(|url| format!("https://{}", url.0)).unwrap_or_default();
            out.note(format!(
                "Within a day, and once, {} chooses a password by this; give it to nobody else:",
                link.login
            ))
            .await;
            out.line(format!("{address}{}", link.path())).await;
            Ok(())
        }
    }
}
