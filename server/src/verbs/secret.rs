use loggia_catalog::Catalog;
use loggia_catalog::secrets::SecretName;
use loggia_model::Actor;

use crate::args::Secret;
use crate::brought::Brought;
use crate::out::Out;
use crate::{Failure, keys};

/// Where a server runs, it seals and opens by its own key; a change of keys brings both along.
pub async fn run(
    catalog: &Catalog,
    actor: &Actor,
    secret: &Secret,
    brought: &Brought,
    out: &mut Out,
) -> Result<(), Failure> {
    match secret {
        Secret::Key => Err(Failure("a key is made without a catalog".into())),
        Secret::Set { name } => {
            let name: SecretName = name.parse()?;
            let Some(value) = brought.value() else {
                return Err(Failure("no value came on the input".into()));
            };
            let key = keys::current()?;
            catalog.set_secret(actor, &name, &value, &key).await?;
            out.line(format!("{name} is kept, sealed by the key {}", key.fingerprint())).await;
            Ok(())
        }
        Secret::List => {
            for head in catalog.secrets(actor).await? {
                out.line(format!("{}  set {}  key {}", head.name, head.set_at.long(), head.key)).await;
            }
            Ok(())
        }
        Secret::Remove { name } => {
            let name: SecretName = name.parse()?;
            catalog.remove_secret(actor, &name).await?;
            out.line(format!("{name} is forgotten")).await;
            Ok(())
        }
        Secret::Rotate => rotate(catalog, actor, brought, out).await,
    }
}

async fn rotate(catalog: &Catalog, actor: &Actor, brought: &Brought, out: &mut Out) -> Result<(), Failure> {
    let (old, new) = brought.keys()?;
    let rotated = catalog.rotate_secrets(actor, &old, &new).await?;
    out.line(format!(
        "{} sealed anew by the key {}, {} were already",
        rotated.sealed_anew,
        new.fingerprint(),
        rotated.unchanged
    ))
    .await;
    if !keys::current().is_ok_and(|key| key == new) {
        out.note("the server has another key: start it again with the new one, or its sources will fail")
            .await;
    }
    Ok(())
}
