//! dbt's artifacts, from disk. What they mean is tested in `formats`.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use loggia_connect::FilesError;
    use loggia_harvest::{HarvestError, dbt};

    fn fixtures() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../formats/tests/fixtures/dbt")
    }

    #[test]
    fn all_four_artifacts_of_a_project_are_read_packed() {
        let file = |name: &str| fixtures().join(name);
        let harvested = dbt::read(
            &file("manifest.json.gz"),
            Some(&file("catalog.json.gz")),
            Some(&file("run_results.json.gz")),
            Some(&file("sources.json.gz")),
            Some("postgres://db.bank:5432"),
        )
        .unwrap();
        assert_eq!(harvested.source.tool(), "dbt");
        assert!(harvested.assets.iter().any(|(urn, _)| urn.as_str().contains("postgres://db.bank:5432;")));
        assert!(
            harvested.assets.iter().any(|(_, facts)| !facts.checks.is_empty() && !facts.columns.is_empty())
        );
        assert!(harvested.assets.iter().any(|(_, facts)| facts.freshness.is_some()));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = dbt::read(Path::new("/nowhere/manifest.json"), None, None, None, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is nothing at '/nowhere/manifest.json': name a folder or a file that exists"
        );
    }

    #[test]
    fn a_folder_and_a_text_that_is_not_json_are_errors_that_name_them() {
        let folder = tempfile::tempdir().unwrap();
        let error = dbt::read(folder.path(), None, None, None, None).unwrap_err();
        assert!(matches!(error, HarvestError::Files(FilesError::Unreadable { .. })), "{error}");
        let file = folder.path().join("manifest.json");
        fs::write(&file, "{\n oops").unwrap();
        let error = dbt::read(&file, None, None, None, None).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}: line 2", file.display())), "{error}");
    }

    #[test]
    fn artifacts_of_others_are_read_packed() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/dbt");
        if !folder.is_dir() {
            println!("not tried: {} is not here", folder.display());
            return;
        }
        let file = |name: &str| folder.join(name);
        for (manifest, catalog, results) in [
            ("manifest.v5.json.gz", None, None),
            ("manifest.v8.json.gz", None, None),
            ("manifest.v10.json.gz", Some("catalog.v1.json.gz"), None),
            ("manifest.v12.dbt1.9.json.gz", None, None),
            (
                "manifest.dbt1.12.json.gz",
                Some("catalog.dbt1.12.json.gz"),
                Some("run_results.dbt1.12.json.gz"),
            ),
        ] {
            let catalog = catalog.map(file);
            let results = results.map(file);
            let harvested =
                dbt::read(&file(manifest), catalog.as_deref(), results.as_deref(), None, None).unwrap();
            println!(
                "{manifest}: {}, {} assets, {:?}",
                harvested.source,
                harvested.assets.len(),
                harvested.refused
            );
            assert!(!harvested.assets.is_empty());
        }
    }
}
