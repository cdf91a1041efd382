//! Folders and buckets of data files, through the public door.

#[cfg(test)]
mod files {
    mod bucket {
        mod bad;
        mod moto;
        mod stub;
        mod tables;
    }
    mod csv;
    mod delta;
    mod iceberg;
    mod lake;
    mod layouts;
    mod of_others;
    mod parquet;
    mod profiles;
}
