//! Folders of data files, through the public door.

#[cfg(test)]
mod files {
    mod csv;
    mod delta;
    mod iceberg;
    mod lake;
    mod layouts;
    mod of_others;
    mod parquet;
    mod profiles;
}
