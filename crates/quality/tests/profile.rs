//! Profiles against plain computations over all values at once.

#[cfg(test)]
mod profile {
    mod plain;
    mod sketches;
    mod types;
}
