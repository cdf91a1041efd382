use std::process::ExitCode;

/// A page is a thousand small strings, and an import a hundred million: the allocator is a good part of both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    loggia_server::run()
}
