//! The verbs of the command line. Each calls one use case and says what came of it.

mod account;
mod apply;
mod audit;
mod backup;
mod export;
pub mod harvest;
mod index;
mod person;
mod profile;
mod progress;
mod secret;
mod service;
mod token;
mod verify;

use std::path::{Path, PathBuf};

use loggia_catalog::Catalog;
use loggia_model::{Actor, Door};

use crate::Failure;
use crate::args::{Harvest, Verb};
use crate::brought::Brought;
use crate::out::Out;

pub async fn run(catalog: &Catalog, verb: &Verb, brought: &Brought, out: &mut Out) -> Result<(), Failure> {
    let actor = Actor::local(Door::CommandLine);
    match verb {
        Verb::Serve(_) => Err(Failure("a server is running here already".into())),
        Verb::Read => Err(Failure("'read' is for this program's own use".into())),
        Verb::Harvest(harvest) => harvest::run(catalog, &actor, harvest, out).await,
        Verb::Export(export) => export::run(catalog, &actor, export, out).await,
        Verb::Apply(apply) => apply::run(catalog, &actor, apply, out).await,
        Verb::Person(person) => person::run(catalog, &actor, person, out).await,
        Verb::Audit(audit) => audit::run(catalog, &actor, audit, out).await,
        Verb::Verify => verify::run(catalog, &actor, out).await,
        Verb::Backup { file } => backup::backup(catalog, &actor, file, out).await,
        Verb::Restore { file } => backup::restore(catalog, &actor, file, out).await,
        Verb::Account(account) => account::run(catalog, &actor, account, brought, out).await,
        Verb::Service(service) => service::run(catalog, &actor, service, out).await,
        Verb::Token(token) => token::run(catalog, &actor, token, out).await,
        Verb::Secret(secret) => secret::run(catalog, &actor, secret, brought, out).await,
        Verb::Index { rebuild } => index::run(catalog, &actor, *rebuild, out).await,
    }
}

/// Makes every path of a verb absolute, as seen from the folder in which it was asked.
pub fn resolve(verb: &mut Verb, folder: &Path) {
    let absolute = |path: &mut PathBuf| *path = folder.join(&*path);
    match verb {
        Verb::Serve(_)
        | Verb::Read
        | Verb::Audit(_)
        | Verb::Person(_)
        | Verb::Verify
        | Verb::Index { .. }
        | Verb::Secret(_)
        | Verb::Account(_)
        | Verb::Service(_)
        | Verb::Token(_)
        | Verb::Harvest(Harvest::Postgres { .. } | Harvest::Glue { .. } | Harvest::Bucket { .. }) => {}
        Verb::Harvest(Harvest::Files { path, .. } | Harvest::Sources { file: path, .. }) => absolute(path),
        Verb::Harvest(Harvest::Dbt { manifest, catalog, run_results, sources, .. }) => {
            absolute(manifest);
            [catalog, run_results, sources].into_iter().flatten().for_each(absolute);
        }
        Verb::Export(export) => export.folder.iter_mut().for_each(absolute),
        Verb::Apply(apply) => absolute(&mut apply.path),
        Verb::Backup { file } | Verb::Restore { file } => absolute(file),
    }
}
