//! A real PostgreSQL, made up, harvested.

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use loggia_catalog::harvest::Harvested;
    use loggia_harvest::postgres::{self, Wanted};
    use loggia_model::facts::{AssetFacts, AssetType, ColumnKey};
    use loggia_model::{DatasetName, Secret, Urn};
    use loggia_testkit::{Engine, Outcome, TestDatabase, There, Trouble};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const BANK: &str = r#"
        CREATE SCHEMA core;
        CREATE SCHEMA "Créditos";
        CREATE TABLE core.customers (
            id bigint PRIMARY KEY, cedula varchar(12) UNIQUE, born date, notes jsonb[], "a.b" text, dropped int);
        ALTER TABLE core.customers DROP COLUMN dropped;
        COMMENT ON TABLE core.customers IS 'Everybody who has an account.';
        COMMENT ON COLUMN core.customers.cedula IS 'Without dots.';
        COMMENT ON COLUMN core.customers.born IS '  ';
        CREATE TABLE "Créditos"."préstamos" (
            customer bigint NOT NULL REFERENCES core.customers, number int NOT NULL, amount numeric(12,2),
            PRIMARY KEY (customer, number), UNIQUE (number, amount));
        CREATE TABLE core.instalments (
            customer bigint, loan int, due timestamptz,
            FOREIGN KEY (loan, customer) REFERENCES "Créditos"."préstamos" (number, customer)
        ) PARTITION BY RANGE (due);
        CREATE TABLE core.instalments_2025 PARTITION OF core.instalments FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE core.instalments_2026 PARTITION OF core.instalments FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE VIEW core.debtors AS
            SELECT c.id, count(*) AS loans FROM core.customers c JOIN "Créditos"."préstamos" p ON p.customer = c.id GROUP BY 1;
        CREATE MATERIALIZED VIEW core.due AS SELECT due FROM core.instalments_2026;
        INSERT INTO core.customers SELECT n, n::text FROM generate_series(1, 500) n;
        INSERT INTO "Créditos"."préstamos" SELECT 1, 1, 10;
        INSERT INTO core.instalments SELECT 1, 1, '2026-02-01'::timestamptz + n * interval '1 day' FROM generate_series(1, 40) n;
        INSERT INTO core.instalments SELECT 1, 1, '2025-02-01' FROM generate_series(1, 2);
        ANALYZE;
    "#;

    struct Bank {
        database: TestDatabase,
        address: String,
        /// `HOST:PORT` and the name of the database.
        place: (String, String),
    }

    impl Bank {
        async fn with(sql: &str) -> Outcome<Self> {
            let database = TestDatabase::new(Engine::Postgres).await?;
            database.sql(sql).await?;
            let address = database.address().there()?;
            let (server, name) = address.rsplit_once('/').there()?;
            let server = server.rsplit_once('@').map_or(server, |(_, server)| server);
            let server = server.trim_start_matches("postgres://").to_owned();
            let name = name.split('?').next().unwrap_or(name).to_owned();
            Ok(Self { database, address, place: (server, name) })
        }

        fn wanted(&self) -> Wanted {
            Wanted {
                address: self.address.clone(),
                password: None,
                namespace: None,
                schemas: Vec::new(),
                limit: Duration::from_secs(20),
            }
        }

        fn urn(&self, name: &str) -> String {
            let (server, database) = &self.place;
            named(&format!("postgres://{server}"), &format!("{database}.{name}"))
        }
    }

    fn named(namespace: &str, name: &str) -> String {
        DatasetName::new(namespace, name).map(|name| Urn::asset(&name).to_string()).unwrap_or_default()
    }

    fn by_urn(harvested: &Harvested) -> HashMap<&str, &AssetFacts> {
        harvested.assets.iter().map(|(urn, facts)| (urn.as_str(), facts)).collect()
    }

    #[tokio::test]
    async fn tables_and_views_are_read_with_their_columns_keys_and_words() -> Outcome {
        let bank = Bank::with(BANK).await?;

        let harvested = postgres::read(&bank.wanted()).await?;

        let (server, database) = &bank.place;
        assert_eq!(harvested.source.as_str(), format!("postgres:{server}/{database}"));
        assert!(harvested.refused.is_empty());
        let all = by_urn(&harvested);
        let mut names: Vec<&str> = all.keys().copied().collect();
        names.sort_unstable();
        let expected =
            ["Créditos.préstamos", "core.customers", "core.debtors", "core.due", "core.instalments"];
        assert_eq!(names, expected.map(|name| bank.urn(name)));

        let customers = all.get(bank.urn("core.customers").as_str()).there()?;
        assert_eq!(customers.description.as_deref(), Some("Everybody who has an account."));
        assert_eq!((customers.asset_type, customers.rows), (Some(AssetType::Table), Some(500)));
        assert!(customers.bytes > Some(8_192), "{:?}", customers.bytes);
        let columns: Vec<_> = customers
            .columns
            .iter()
            .map(|(path, column)| {
                (
                    path.as_str(),
                    column.data_type.as_deref(),
                    column.nullable,
                    column.key,
                    column.description.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            columns,
            [
                ("id", Some("bigint"), Some(false), Some(ColumnKey::Primary), None),
                (
                    "cedula",
                    Some("character varying(12)"),
                    Some(true),
                    Some(ColumnKey::Unique),
                    Some("Without dots.")
                ),
                ("born", Some("date"), Some(true), None, None),
                ("notes", Some("jsonb[]"), Some(true), None, None),
                (r"a\.b", Some("text"), Some(true), None, None),
            ]
        );
        Ok(())
    }

    #[tokio::test]
    async fn keys_of_several_columns_lead_each_to_its_counterpart() -> Outcome {
        let bank = Bank::with(BANK).await?;
        let harvested = postgres::read(&bank.wanted()).await?;
        let all = by_urn(&harvested);

        let instalments = all.get(bank.urn("core.instalments").as_str()).there()?;
        let led: Vec<_> = instalments
            .columns
            .iter()
            .map(|(path, column)| {
                let to = column.references.as_ref().map(|to| (to.asset.to_string(), to.column.to_string()));
                (path.as_str(), column.key, to)
            })
            .collect();
        let loans = bank.urn("Créditos.préstamos");
        assert_eq!(
            led,
            [
                ("customer", Some(ColumnKey::Foreign), Some((loans.clone(), "customer".to_owned()))),
                ("loan", Some(ColumnKey::Foreign), Some((loans.clone(), "number".to_owned()))),
                ("due", None, None),
            ]
        );
        let loans = all.get(loans.as_str()).there()?;
        let keys: Vec<_> = loans.columns.values().map(|column| column.key).collect();
        assert_eq!(
            keys,
            [Some(ColumnKey::Primary), Some(ColumnKey::Primary), None],
            "a key of two is unique as one"
        );
        Ok(())
    }

    #[tokio::test]
    async fn partitions_are_their_tables_and_views_say_what_they_read() -> Outcome {
        let bank = Bank::with(BANK).await?;
        let harvested = postgres::read(&bank.wanted()).await?;
        let all = by_urn(&harvested);

        let instalments = all.get(bank.urn("core.instalments").as_str()).there()?;
        assert_eq!((instalments.partitions, instalments.rows), (Some(2), Some(42)));
        assert!(instalments.bytes >= Some(16_384), "{:?}", instalments.bytes);

        let debtors = all.get(bank.urn("core.debtors").as_str()).there()?;
        let ups: Vec<String> = debtors.upstream.put.iter().map(ToString::to_string).collect();
        assert_eq!(ups, [bank.urn("Créditos.préstamos"), bank.urn("core.customers")]);
        assert_eq!((debtors.asset_type, debtors.rows), (Some(AssetType::View), None));
        let sql = debtors.sql.as_deref().there()?;
        assert!(sql.contains(r#"JOIN "Créditos"."préstamos" p"#), "names are whole: {sql}");

        let due = all.get(bank.urn("core.due").as_str()).there()?;
        let ups: Vec<String> = due.upstream.put.iter().map(ToString::to_string).collect();
        assert_eq!(ups, [bank.urn("core.instalments")], "a partition is its table");
        Ok(())
    }

    #[tokio::test]
    async fn only_the_schemas_that_are_asked_for_and_as_a_source_of_their_own() -> Outcome {
        let bank = Bank::with(BANK).await?;
        let wanted = Wanted {
            schemas: vec!["Créditos".to_owned()],
            namespace: Some("postgres://core.bank:5432".to_owned()),
            ..bank.wanted()
        };

        let harvested = postgres::read(&wanted).await?;

        let (server, database) = &bank.place;
        assert_eq!(harvested.source.as_str(), format!("postgres:{server}/{database}/Créditos"));
        let names: Vec<&str> = harvested.assets.iter().map(|(urn, _)| urn.as_str()).collect();
        assert_eq!(names, [named("postgres://core.bank:5432", &format!("{database}.Créditos.préstamos"))]);

        let wrong = Wanted { schemas: vec!["creditos".to_owned()], ..bank.wanted() };
        let refused = postgres::read(&wrong).await.err().there()?.to_string();
        assert!(
            refused.ends_with("has no schema 'creditos' that may be read; it has Créditos, core, public"),
            "{refused}"
        );
        Ok(())
    }

    #[tokio::test]
    async fn a_second_look_at_an_unchanged_database_says_the_same() -> Outcome {
        let bank = Bank::with(BANK).await?;
        let first = postgres::read(&bank.wanted()).await?;
        let second = postgres::read(&bank.wanted()).await?;
        assert_eq!(first.assets, second.assets);
        Ok(())
    }

    #[tokio::test]
    async fn a_table_that_cannot_be_named_is_refused_and_the_others_are_taken() -> Outcome {
        let bank = Bank::with(
            "CREATE TABLE good (a int); CREATE TABLE bad (\"a\tb\" int); CREATE TABLE \" \" (a int);",
        )
        .await?;

        let harvested = postgres::read(&bank.wanted()).await?;

        let names: Vec<&str> = harvested.assets.iter().map(|(urn, _)| urn.as_str()).collect();
        assert_eq!(names, [bank.urn("public.good")]);
        let refused: Vec<(&str, &str)> =
            harvested.refused.iter().map(|refusal| (refusal.what.as_str(), refusal.why.as_str())).collect();
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert!(
            refused.iter().any(|(what, why)| *what == "public.bad" && why.contains("control characters"))
        );
        assert!(refused.iter().any(|(what, why)| *what == "public. " && why.contains("cannot be named")));
        assert_eq!(harvested.unreadable.len(), 1, "what has a name is not missing");
        Ok(())
    }

    #[tokio::test]
    async fn a_table_that_is_locked_for_long_is_said_and_a_slow_answer_has_its_limit() -> Outcome {
        let bank = Bank::with("CREATE TABLE busy (a int);").await?;
        let wanted = Wanted { limit: Duration::from_millis(300), ..bank.wanted() };
        let holding = bank.database.holding("BEGIN; LOCK TABLE busy IN ACCESS EXCLUSIVE MODE;").await?;

        let refused = postgres::read(&wanted).await.err().there()?.to_string();

        assert!(refused.contains("did not answer within 300ms, while asked for its tables"), "{refused}");
        drop(holding);
        Ok(())
    }

    #[tokio::test]
    async fn nobody_home_and_a_wrong_name_are_told_apart_and_no_password_is_repeated() -> Outcome {
        let bank = Bank::with("SELECT 1").await?;
        let nowhere =
            Wanted { address: "postgres://ana:s3cret@127.0.0.1:1/core".to_owned(), ..bank.wanted() };
        let (server, _) = bank.address.rsplit_once('/').there()?;
        let unknown = Wanted { address: format!("{server}/no_such_database"), ..bank.wanted() };

        let nowhere = postgres::read(&nowhere).await.err().there()?.to_string();
        let unknown = postgres::read(&unknown).await.err().there()?.to_string();

        assert!(nowhere.starts_with("the database core at 127.0.0.1:1 cannot be reached"), "{nowhere}");
        assert!(!nowhere.contains("s3cret"));
        assert!(unknown.contains("does not let us in") && unknown.contains("does not exist"), "{unknown}");
        Ok(())
    }

    /// What the first that connects gives as its password, to a server that then turns it away.
    async fn asked_for_its_password(listener: TcpListener) -> Outcome<String> {
        let (mut stream, _) = listener.accept().await?;
        let length = stream.read_u32().await?;
        stream.read_exact(&mut vec![0; usize::try_from(length)? - 4]).await?;
        // AuthenticationCleartextPassword, and PasswordMessage in answer.
        stream.write_all(b"R\0\0\0\x08\0\0\0\x03").await?;
        stream.read_u8().await?;
        let mut password = vec![0; usize::try_from(stream.read_u32().await?)? - 4];
        stream.read_exact(&mut password).await?;
        let error = b"SFATAL\0C28P01\0Mpassword authentication failed\0\0";
        stream.write_u8(b'E').await?;
        stream.write_u32(u32::try_from(error.len() + 4)?).await?;
        stream.write_all(error).await?;
        Ok(String::from_utf8(password)?.trim_end_matches('\0').to_owned())
    }

    #[tokio::test]
    async fn a_password_that_is_kept_elsewhere_is_given_and_not_repeated() -> Outcome {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let given = tokio::spawn(asked_for_its_password(listener));
        let wanted = Wanted {
            address: format!("postgres://ana@127.0.0.1:{port}/core?sslmode=disable"),
            password: Some(Secret::new("s3cret «ñ»")),
            namespace: None,
            schemas: Vec::new(),
            limit: Duration::from_secs(20),
        };

        let refused = postgres::read(&wanted).await.err().there()?.to_string();

        assert_eq!(given.await??, "s3cret «ñ»");
        assert!(refused.contains("does not let us in: password authentication failed"), "{refused}");
        assert!(!refused.contains("s3cret") && !format!("{wanted:?}").contains("s3cret"));
        Ok(())
    }

    #[tokio::test]
    async fn a_connection_that_is_cut_in_the_middle_is_an_error_and_nothing_else() -> Outcome {
        let bank = Bank::with("CREATE TABLE busy (a int);").await?;
        let holding = bank.database.holding("BEGIN; LOCK TABLE busy IN ACCESS EXCLUSIVE MODE;").await?;
        let wanted = bank.wanted();
        let reading = tokio::spawn(async move { postgres::read(&wanted).await });
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name = 'loggia' AND wait_event_type = 'Lock'";
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if bank.database.sql(cut).await? > 0 {
                break;
            }
        }

        let refused = reading.await?.err().map(|error| error.to_string());

        drop(holding);
        let refused = refused.ok_or_else(|| Trouble::new("it was read all the same"))?;
        assert!(refused.contains("broke off while asked for its tables"), "{refused}");
        Ok(())
    }
}
