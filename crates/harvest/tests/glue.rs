//! Glue's catalog, harvested from a real server, and from one that misbehaves.

#[cfg(test)]
mod glue {
    mod broken;
    mod server;
    mod tables;
}
