//! Serving the portal.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::{Args, Serve};
use crate::sources::{Handle, Lake, Runner, SourcesFile};
use crate::{Failure, data, http, remote};

pub async fn serve(args: &Args, serve: &Serve) -> Result<(), Failure> {
    start_logging();
    if !serve.addr.ip().is_loopback() {
        return Err(Failure(format!(
            "{} is not an address of this machine alone, and there is no sign-in yet: use 127.0.0.1:{} and put \
             what you trust in front of it",
            serve.addr,
            serve.addr.port()
        )));
    }
    let listener = bind(serve.addr).await?;
    let opened = data::open(args).await?;
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
    remote::listen(&args.data, catalog.clone()).await?;
    let address = listener.local_addr()?;
    println!("Loggia serves http://{address}");
    let stop = async {
        let interrupted = tokio::signal::ctrl_c();
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(_) => {
                let _interrupted = interrupted.await;
            }
        }
    };
    axum::serve(http::Listener::new(listener), http::router(catalog)).with_graceful_shutdown(stop).await?;
    opened.catalog.flush_visits().await;
    // A socket that stays is found dead by the next server, which removes it.
    let _removed = std::fs::remove_file(data::socket(&args.data));
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
