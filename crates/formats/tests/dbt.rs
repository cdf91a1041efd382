//! dbt's artifacts, read through the public door.

#[cfg(test)]
mod dbt {
    mod fixtures;
    mod hostile;
    mod made_up;
    mod of_others;
    mod our_own;
}
