//! Backups of earlier versions restore: crates/store/tests/fixtures/README.md says how the files are made.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use loggia_catalog::backup::Backed;
use loggia_catalog::ports::Store;
use loggia_testkit::{Outcome, TestCatalog, TestStore, ana, looking_for};

const BACKUP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/backup-v1.jsonl");
const DATABASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/tests/fixtures/v1.sqlite");

#[tokio::test]
async fn a_backup_of_the_first_version_restores() -> Outcome {
    let database = TestCatalog::over(TestStore::copy_of(Path::new(DATABASE)).await?).await?;
    if std::env::var_os("LOGGIA_WRITE_FIXTURES").is_some() && !Path::new(BACKUP).exists() {
        database.backup(&ana(), &mut File::create(BACKUP)?).await?;
    }
    let catalog = TestCatalog::open().await?;

    let backed = catalog.restore_backup(&ana(), || File::open(BACKUP).map(BufReader::new)).await?;

    assert_eq!(backed, Backed { records: 18 });
    assert_eq!(catalog.verify(&ana()).await?, []);
    assert_eq!(
        catalog.store().chain().await?,
        database.store().chain().await?,
        "to the letter what the database has"
    );
    assert_eq!(catalog.documents().await?, database.documents().await?);
    assert_eq!(catalog.store().visits().await?, database.store().visits().await?);
    assert_eq!(catalog.store().runs(9).await?, database.store().runs(9).await?);
    assert_eq!(
        catalog.found(looking_for("every account of the bank")).await?.first().map(String::as_str),
        Some("Accounts")
    );
    Ok(())
}
