//! A peer in the same run: SQLite's FTS5 over the same documents, with the same facets.

use std::path::Path;
use std::time::{Duration, Instant};

use loggia_catalog::ports::Stored;
use loggia_model::Body;
use loggia_testkit::Outcome;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

use crate::timing::Times;

const TABLES: &str = "
    CREATE VIRTUAL TABLE words USING fts5 (name, text, tokenize = 'porter unicode61');
    CREATE TABLE facet (doc INTEGER NOT NULL, facet INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (doc, facet, value)) WITHOUT ROWID;
";
const BEST: &str = "SELECT rowid FROM words WHERE words MATCH $1 ORDER BY rank LIMIT 20";
const FACETS: &str = "
    SELECT facet, value, COUNT(*) AS count FROM facet
    WHERE doc IN (SELECT rowid FROM words WHERE words MATCH $1) GROUP BY facet, value ORDER BY facet, count DESC
";

pub struct Peer {
    connection: SqliteConnection,
}

impl Peer {
    /// Fills a new database in the folder, and says how long that took.
    pub async fn filled(folder: &Path, entities: impl Iterator<Item = Stored>) -> Outcome<(Self, Duration)> {
        let options =
            SqliteConnectOptions::new().filename(folder.join("fts5.sqlite")).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options.pragma("cache_size", "-65536")).await?;
        sqlx::raw_sql(TABLES).execute(&mut connection).await?;
        let begun = Instant::now();
        let mut all = connection.begin().await?;
        for (doc, entity) in (1_i64..).zip(entities) {
            let document = Document::of(&entity);
            sqlx::query("INSERT INTO words (rowid, name, text) VALUES ($1, $2, $3)")
                .bind(doc)
                .bind(document.name)
                .bind(document.text)
                .execute(&mut *all)
                .await?;
            for (facet, value) in document.facets {
                sqlx::query("INSERT OR IGNORE INTO facet (doc, facet, value) VALUES ($1, $2, $3)")
                    .bind(doc)
                    .bind(facet)
                    .bind(value)
                    .execute(&mut *all)
                    .await?;
            }
        }
        all.commit().await?;
        Ok((Self { connection }, begun.elapsed()))
    }

    /// The same questions as Loggia's, once each, after one that does not count.
    pub async fn times(&mut self, questions: &[String]) -> Outcome<Times> {
        let mut times = Vec::with_capacity(questions.len());
        for question in questions.iter().take(1).chain(questions) {
            times.push(self.ask(question).await?);
        }
        Ok(Times::of(times.split_off(1)))
    }

    async fn ask(&mut self, question: &str) -> Outcome<Duration> {
        let begun = Instant::now();
        let best = sqlx::query(BEST).bind(question).fetch_all(&mut self.connection).await?;
        let facets = sqlx::query(FACETS).bind(question).fetch_all(&mut self.connection).await?;
        let mut counted = 0;
        for row in best {
            counted += row.try_get::<i64, _>(0)?;
        }
        for row in facets {
            counted += row.try_get::<i64, _>("count")?;
        }
        // Whoever asks reads the answer, too.
        std::hint::black_box(counted);
        Ok(begun.elapsed())
    }
}

/// What Loggia's own index is told of an asset, as far as a peer can take it.
struct Document {
    name: String,
    text: String,
    facets: Vec<(i64, String)>,
}

impl Document {
    fn of(entity: &Stored) -> Self {
        let name = format!(
            "{} {}",
            entity.body.name(&entity.urn),
            entity.urn.dataset().map_or_else(String::new, |name| name.name().to_owned())
        );
        let Body::Asset(layers) = entity.body.as_ref() else {
            return Self { name, text: String::new(), facets: vec![(1, entity.urn.kind().to_string())] };
        };
        let facts = layers.shown();
        let mut text: Vec<String> = facts.description.into_iter().collect();
        let mut facets = vec![(1, facts.asset_type.map_or("table", |kind| kind.as_str()).to_owned())];
        facets.extend(facts.platform.map(|platform| (2, platform)));
        facets.extend(facts.unit.map(|unit| (3, unit.rest().to_owned())));
        facets.extend(facts.owners.into_iter().flatten().map(|owner| (4, owner.rest().to_owned())));
        let mut label = |tags: Vec<String>, terms: Vec<String>| {
            facets.extend(tags.into_iter().map(|tag| (5, tag)));
            facets.extend(terms.into_iter().map(|term| (6, term)));
        };
        label(texts(&facts.tags.put), texts(&facts.terms.put));
        for (path, column) in facts.columns {
            text.push(path.as_str().to_owned());
            text.extend(column.description);
            label(texts(&column.tags.put), texts(&column.terms.put));
        }
        let days = facts.data_changed_at.map_or(-1, |at| at.micros() / 86_400_000_000 / 30);
        facets.push((7, days.to_string()));
        Self { name, text: text.join(" "), facets }
    }
}

fn texts<T: ToString>(labels: &std::collections::BTreeSet<T>) -> Vec<String> {
    labels.iter().map(ToString::to_string).collect()
}
