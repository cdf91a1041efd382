use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    loggia_server::run().await
}
