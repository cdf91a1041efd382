//! Serving the portal.

use std::collections::HashMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use loggia_catalog::Catalog;
use loggia_catalog::project_profiles::ProjectProfiles;
use loggia_model::{Actor, Door};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::{Args, Serve};
use crate::notifying::{Couriers, NotificationsFile};
use crate::oidc::{Provider, Providers, ProvidersFile, Web};
use crate::sources::{Handle, Lake, Runner, SourcesFile};
use crate::{Failure, data, http, keys, remote};

pub async fn serve(args: &Args, serve: &Serve) -> Result<(), Failure> {
    start_logging();
    let listener = bind(serve.addr).await?;
    let opened = data::open(args).await?;
    may_listen(&opened.catalog, serve).await?;
    let catalog = match &serve.sources {
        Some(file) => {
            let sources = SourcesFile::read(file)?.sources;
            let catalog =
                opened.catalog.clone().reading(Arc::new(Lake::of(&sources, opened.catalog.clone())));
            let runner = Runner::start(catalog.clone(), sources);
            catalog.fed_by(Arc::new(Handle(runner)))
        }
        None => opened.catalog.clone(),
    };
    let catalog = with_profiles(catalog, serve)?;
    let catalog = demonstrating(catalog, serve).await?;
    let (catalog, providers) = entered_by(catalog, serve).await?;
    let address = listener.local_addr()?;
    let catalog = notifying(catalog, serve, address).await?;
    catalog.forget_other_channels().await?;
    remote::listen(&args.data, catalog.clone()).await?;
    println!("Loggia serves http://{address}");
    welcome(&catalog, serve, address).await?;
    let entrance = http::Entrance { host: serve.url.as_ref().map(|url| url.0.clone()) };
    let listened_to = catalog.clone();
    let stop = async move {
        let interrupted = tokio::signal::ctrl_c();
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(_) => {
                let _interrupted = interrupted.await;
            }
        }
        listened_to.end_listening();
    };
    let service =
        http::router_with(catalog, entrance, providers).into_make_service_with_connect_info::<http::Peer>();
    axum::serve(http::Listener::new(listener), service).with_graceful_shutdown(stop).await?;
    opened.catalog.flush_visits().await;
    opened.catalog.flush_audit().await?;
    // A socket that stays is found dead by the next server, which removes it.
    let _removed = std::fs::remove_file(data::socket(&args.data));
    Ok(())
}

/// Others than this machine may only come where somebody can tell who they are, and nobody can read along.
async fn may_listen(catalog: &Catalog, serve: &Serve) -> Result<(), Failure> {
    let nobody = catalog.has_no_accounts().await?;
    if serve.url.is_some() && nobody {
        return Err(Failure(
            "nobody has an account yet, and --url lets others in: make one first with 'loggia account add NAME \
             --administrator'"
                .into(),
        ));
    }
    if serve.addr.ip().is_loopback() || serve.url.is_some() {
        return Ok(());
    }
    Err(Failure(format!(
        "{} is not an address of this machine alone: say by which https:// address people come with --url (TLS ends in \
         front of this program), or use 127.0.0.1:{}",
        serve.addr,
        serve.addr.port()
    )))
}

/// Gives the catalog the profiles that projects can be made from.
fn with_profiles(catalog: Catalog, serve: &Serve) -> Result<Catalog, Failure> {
    let Some(file) = &serve.project_profiles else { return Ok(catalog) };
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|why| Failure(format!("the file of project profiles {shown} cannot be read: {why}")))?;
    let profiles = ProjectProfiles::read(&text).map_err(|why| Failure(format!("{shown}: {why}")))?;
    let known = catalog.source_names();
    for profile in profiles.all() {
        if let Some(unknown) = profile.sources.iter().find(|name| !known.contains(name)) {
            return Err(Failure(format!(
                "{shown}: the profile '{}' names the source '{unknown}', which the sources file does not have",
                profile.name
            )));
        }
    }
    Ok(catalog.with_project_profiles(profiles))
}

/// Gives the people of a demonstration accounts, without passwords.
async fn demonstrating(catalog: Catalog, serve: &Serve) -> Result<Catalog, Failure> {
    let machine = Actor::local(Door::CommandLine);
    let known = catalog.accounts(&machine).await?;
    for person in serve.demo.iter().filter(|person| known.iter().all(|account| account.person != **person)) {
        catalog.set_account(&machine, person.as_str(), person.as_str(), None).await?;
    }
    Ok(catalog.demonstrating(serve.demo.clone()))
}

/// Lets people in by the providers of the file. They are asked when somebody comes: one that cannot be reached now is
/// no reason not to serve.
async fn entered_by(catalog: Catalog, serve: &Serve) -> Result<(Catalog, Providers), Failure> {
    let Some(file) = &serve.sign_in else { return Ok((catalog, Providers::default())) };
    let configured = ProvidersFile::read(file)?.providers;
    let web = Web::new()?;
    let machine = Actor::local(Door::CommandLine);
    for provider in &configured {
        keys::value(&catalog, &machine, provider.client_secret.as_ref()).await?;
    }
    let known = configured.iter().map(|configured| configured.provider.clone()).collect();
    let providers = configured.into_iter().map(|configured| Provider::new(configured, web.clone())).collect();
    Ok((catalog.entered_by(known), Providers::new(providers)))
}

/// Tells people and programs outside of what happens, by the ways of the file.
async fn notifying(catalog: Catalog, serve: &Serve, address: SocketAddr) -> Result<Catalog, Failure> {
    let Some(file) = &serve.notifications else { return Ok(catalog) };
    let configured = NotificationsFile::read(file)?;
    let site = match &serve.url {
        Some(url) => format!("https://{}", url.0),
        None => format!("http://{address}"),
    };
    let mut secrets = HashMap::new();
    for name in configured.secrets() {
        if let Some(secret) = keys::value(&catalog, &Actor::local(Door::CommandLine), Some(&name)).await? {
            secrets.insert(name, secret);
        }
    }
    let channels = Couriers::channels(&catalog, configured, &secrets, site);
    let channels = channels.map_err(|Failure(why)| Failure(format!("{}: {why}", file.display())))?;
    Ok(catalog.notifying(channels))
}

/// Where nobody has an account, says how the first one is made.
async fn welcome(catalog: &Catalog, serve: &Serve, address: SocketAddr) -> Result<(), Failure> {
    if serve.url.is_none()
        && let Some(key) = catalog.welcome_key().await?
    {
        // Whoever started this may have read where it is and gone.
        let _unheard = writeln!(
            std::io::stdout(),
            "Nobody has an account yet. Within a day, and once, this makes the first:\n  \
             http://{address}/welcome?key={}",
            key.reveal()
        );
    }
    Ok(())
}

async fn bind(addr: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failure(format!(
            "port {} is in use: stop what uses it, or choose another with --addr",
            addr.port()
        )),
        _ => Failure(format!("cannot listen on {addr}: {error}")),
    })
}

fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LOGGIA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,loggia_server=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
