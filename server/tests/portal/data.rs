//! Reading the data itself: the sources file, previews and profiles, through the program.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::serving::{Serving, fails, ok, unfolding, unfolding_in};

/// A folder with a lake, the data folder of a catalog, and a sources file that shows the lake.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: TempDir::new().unwrap() };
        fs::create_dir(place.lake()).unwrap();
        place.sources("{name: lake, files: lake, namespace: 'file://bank', profile: true, preview: true}");
        place
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn lake(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("loggia.yaml")
    }

    fn sources(&self, sources: &str) {
        fs::write(self.file(), format!("sources: [{sources}]")).unwrap();
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.lake().join(path), bytes).unwrap();
    }

    fn harvest(&self) -> String {
        ok(&self.data(), &["harvest", "sources", self.file().to_str().unwrap()])
    }

    fn serving(&self) -> Serving {
        Serving::start_with(&self.data(), &["--sources", self.file().to_str().unwrap()])
    }
}

/// People with an empty name, a name that is missing, and one that tries to be markup.
const PEOPLE: &str = "id,name,email\n1,Ana,ana@example.com\n2,,\n3,<b>x</b>,b@example.com\n";

fn asset(name: &str) -> String {
    format!("/assets/file:%2F%2Fbank;{name}")
}

#[test]
fn rows_are_shown_without_what_is_personal_as_soon_as_it_is_tagged() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    place.harvest();
    let serving = place.serving();

    let (status, page) = serving.get(&format!("{}?tab=preview", asset("people")));
    assert_eq!(status, 200);
    assert!(page.contains("ana@example.com") && page.contains("&lt;b&gt;x&lt;/b&gt;"), "{page}");
    assert!(page.contains("null"), "an empty field is null");

    let tagged =
        "urn: urn:loggia:asset:file://bank;people\nkind: asset\nfacts: {columns: {email: {tags: [pii]}}}\n";
    fs::write(place.folder.path().join("tags.yaml"), tagged).unwrap();
    ok(&place.data(), &["apply", place.folder.path().join("tags.yaml").to_str().unwrap()]);
    let (_, page) = serving.get(&format!("{}?tab=preview", asset("people")));
    assert!(page.contains("Ana") && !page.contains("@example.com"), "{page}");
    assert!(page.contains("holds personal data"));
    // A column that came later is known to nobody, so nobody could tag it.
    place.write("people.csv", PEOPLE.replace("email", "e_mail"));
    let (_, page) = serving.get(&format!("{}?tab=preview", asset("people")));
    assert!(page.contains("Ana") && !page.contains("@example.com"), "{page}");
    let (_, page) = serving.get(&format!("{}?tab=profile&column=email", asset("people")));
    assert!(page.contains("email address") && !page.contains("@example.com"), "shaped, not shown: {page}");
}

#[test]
fn the_sample_is_fetched_once_for_each_version_of_the_data() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    place.harvest();
    let serving = place.serving();
    let path = "/sample/file:%2F%2Fbank;people";

    let first = serving.send("GET", path, &[]);
    assert_eq!(first.status, 200);
    assert!(first.body.starts_with(b"PAR1") && first.body.ends_with(b"PAR1"));
    let tag = first.header("etag").unwrap();
    assert_eq!(serving.send("GET", path, &[("if-none-match", tag)]).status, 304);

    place.write("people.csv", format!("{PEOPLE}4,Bruno,\n"));
    let second = serving.send("GET", path, &[("if-none-match", tag)]);
    assert_eq!(second.status, 200);
    assert_ne!(second.header("etag"), Some(tag));
    assert_eq!(serving.send("GET", "/sample/file:%2F%2Fbank;nobody", &[]).status, 404);
    assert_eq!(serving.send("GET", "/sample/%F0%28%8C%28", &[]).status, 400);
}

#[test]
fn what_no_source_shows_has_no_way_to_it() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    fs::write(place.folder.path().join("secret.csv"), "id\n4711\n").unwrap();
    std::os::unix::fs::symlink(place.folder.path().join("secret.csv"), place.lake().join("linked.csv"))
        .unwrap();
    place.write("gone.csv", "id\n1\n");
    place.harvest();
    fs::remove_file(place.lake().join("gone.csv")).unwrap();
    // Whoever may write the catalog may call an asset anything; only what a harvest told of is shown.
    let named = |name: &str| {
        format!(
            "{{\"urn\":\"urn:loggia:asset:file://bank;{name}\",\"kind\":\"asset\",\"body\":{{\"code\":{{\"at\":\"2026-01-01T00:00:00Z\",\"by\":\"local\",\"facts\":{{\"name\":\"x\",\"columns\":{{\"id\":{{}},\"email\":{{}}}}}}}}}}}}"
        )
    };
    let lines = [named("../secret"), named("linked"), named("people/"), named("./people")].join("\n");
    fs::write(place.folder.path().join("a.jsonl"), lines).unwrap();
    ok(&place.data(), &["apply", place.folder.path().join("a.jsonl").to_str().unwrap()]);
    let serving = place.serving();
    for name in ["..%2Fsecret", "linked", "people%2F", ".%2Fpeople"] {
        let (status, page) = serving.get(&format!("{}?tab=preview", asset(name)));
        assert_eq!(status, 200, "{name}");
        assert!(page.contains("There is no way from here to the data"), "{name}: {page}");
        assert_eq!(serving.send("GET", &format!("/sample/file:%2F%2Fbank;{name}"), &[]).status, 404);
    }
    let (_, page) = serving.get(&format!("{}?tab=preview", asset("gone")));
    assert!(page.contains("No rows can be shown: its files are no longer where they were"), "{page}");
    assert_eq!(serving.send("GET", "/sample/file:%2F%2Fbank;gone", &[]).status, 422);
    // Under another of its names, what is said of the data still holds.
    let alias = |of: &str| {
        format!(
            "urn=urn:loggia:asset:file://bank;{of}&action=add-alias&value=urn:loggia:asset:file://bank;people/&back=/"
        )
    };
    assert_eq!(serving.post("/do/loggia_app/forms/act", &alias("people")).status, 303);
    let (_, page) = serving.get(&format!("{}?tab=preview", asset("people")));
    assert!(page.contains("Ana"), "{page}");
    drop(serving);

    place.sources("{name: lake, files: lake, namespace: 'file://bank'}");
    let serving = place.serving();
    let (_, page) = serving.get(&asset("people"));
    assert!(!page.contains("?tab=preview"), "what may not be shown has no tab");
    let (status, page) = serving.get(&format!("{}?tab=preview", asset("people")));
    assert!(status == 200 && page.contains("There is no way from here to the data"), "{page}");
    assert_eq!(serving.send("GET", "/sample/file:%2F%2Fbank;people", &[]).status, 404);
}

#[test]
fn a_hostile_file_costs_its_reader_and_nobody_else() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    place.write("bomb.parquet", unfolding());
    let said = fails(&place.data(), &["harvest", "sources", place.file().to_str().unwrap()]);
    assert!(said.contains("bomb.parquet: takes more than 768 MiB of memory to read"), "{said}");
    let serving = place.serving();
    let (status, page) = serving.get(&format!("{}?tab=preview", asset("bomb")));
    assert_eq!(status, 200);
    assert!(page.contains("No rows can be shown: it takes more than 768 MiB of memory to read"), "{page}");
    let (_, page) = serving.get(&format!("{}?tab=preview", asset("people")));
    assert!(page.contains("Ana"), "others go on");
}

#[test]
fn a_hostile_log_costs_its_own_table_alone() {
    let place = Place::new();
    place.write("a.csv", PEOPLE);
    place.write("z.csv", PEOPLE);
    fs::create_dir_all(place.lake().join("bomb/_delta_log")).unwrap();
    let checkpoint = unfolding_in("message t { optional group add { required binary path (UTF8); } }", &[1]);
    place.write("bomb/_delta_log/00000000000000000003.checkpoint.parquet", checkpoint);
    let said = fails(&place.data(), &["harvest", "sources", place.file().to_str().unwrap()]);
    assert!(said.contains(": 2 assets read"), "{said}");
    assert!(said.contains("bomb: takes more than 768 MiB of memory to read"), "{said}");
    assert!(said.contains("profiled a.csv") && said.contains("profiled z.csv"), "{said}");
}

#[test]
fn rows_of_a_delta_lake_table_are_those_that_its_log_says() {
    let place = Place::new();
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/harvest/tests/fixtures/delta/overwritten");
    for folder in ["", "_delta_log"] {
        fs::create_dir_all(place.lake().join("orders").join(folder)).unwrap();
        for entry in fs::read_dir(fixture.join(folder)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                place.write(
                    &format!("orders/{folder}/{}", entry.file_name().to_str().unwrap()),
                    fs::read(entry.path()).unwrap(),
                );
            }
        }
    }
    assert!(place.harvest().contains("profiles: 1 made, 0 of unchanged data, 0 refused"));
    assert!(place.harvest().contains("profiles: 0 made, 1 of unchanged data, 0 refused"));
    let serving = place.serving();
    let (_, page) = serving.get(&format!("{}?tab=preview", asset("orders")));
    assert!(page.contains("153.0") && !page.contains("13.5"), "{page}");
}

#[test]
fn one_bad_source_does_not_stop_the_others() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    place.sources("{name: gone, files: nowhere}, {name: lake, files: lake, namespace: 'file://bank'}");
    let file = place.file();
    let said = fails(&place.data(), &["harvest", "sources", file.to_str().unwrap()]);
    assert!(
        said.contains("source gone: there is nothing at") && said.contains("as said above: gone"),
        "{said}"
    );
    assert!(ok(&place.data(), &["export", "--format", "jsonl"]).contains("file://bank;people"));
    let said = ok(&place.data(), &["harvest", "sources", file.to_str().unwrap(), "lake"]);
    assert!(said.contains("1 unchanged"), "{said}");
    let said = fails(&place.data(), &["harvest", "sources", file.to_str().unwrap(), "lak"]);
    assert!(said.contains("there is no source 'lak'; the file has gone, lake"), "{said}");
    fs::write(&file, "sources: [{name: x}]").unwrap();
    let said = fails(&place.data(), &["serve", "--addr", "127.0.0.1:0", "--sources", file.to_str().unwrap()]);
    assert!(said.contains("the source 'x' must say exactly one of"), "{said}");
}

#[test]
fn the_page_of_sources_runs_them_and_tells_how_it_went() {
    let place = Place::new();
    place.write("people.csv", PEOPLE);
    place.write("broken.parquet", "PAR1, and nothing more of it");
    place.sources(
        "{name: lake, files: lake, namespace: 'file://bank', profile: true, schedule: '0 3 * * *'}, \
         {name: gone, files: nowhere}, {name: core, postgres: 'postgres://ana:s3cret@127.0.0.1:1/core'}",
    );
    let serving = place.serving();
    let steer = |name: &str, action: &str| {
        serving.post(
            "/do/loggia_app/forms/steer_source",
            &format!("name={name}&action={action}&back=%2Fsources"),
        )
    };
    let until = |wanted: &str| {
        for _ in 0..200 {
            let (status, page) = serving.get("/sources");
            assert_eq!(status, 200);
            if page.contains(wanted) && !page.contains("Look again") {
                return page;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("waited ten seconds for {wanted}: {}", serving.get("/sources").1)
    };
    let page = until("None of the last 500 runs was of it.");
    assert!(page.contains("0 3 * * *") && page.contains("the database core at 127.0.0.1:1"), "{page}");
    assert!(!page.contains("s3cret"));

    for name in ["lake", "gone", "core"] {
        let answer = steer(name, "run");
        assert_eq!((answer.status, answer.header("location")), (303, Some("/sources")));
    }
    let page = until("cannot be reached");
    assert!(page.contains("1 thing could not be taken") && page.contains("broken.parquet"), "{page}");
    assert!(page.contains("there is nothing at") && !page.contains("s3cret"), "{page}");
    assert_eq!(serving.get(&asset("people")).0, 200);

    steer("lake", "pause");
    assert!(until("It does not run by itself until it is resumed.").contains(">Resume"));
    steer("lake", "resume");
    assert!(until(" again.").contains(">Pause"));
    let answer = steer("nobody", "run");
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap();
    let page = serving.send("GET", "/sources", &[("accept", "text/html"), ("cookie", cookie)]);
    assert!(String::from_utf8_lossy(&page.body).contains("there is no source 'nobody'"));
    let elsewhere = serving.send(
        "POST",
        "/do/loggia_app/forms/steer_source",
        &[("sec-fetch-site", "cross-site"), ("content-length", "0")],
    );
    assert_eq!(elsewhere.status, 403);
}

/// The table in docs/PARQUET_TESTING.md, as (file, shown, why).
fn documented() -> Vec<(String, bool, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/PARQUET_TESTING.md");
    let text = fs::read_to_string(page).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    rows.map(|row| {
        let mut cells = row.split(" | ");
        let file = cells.next().unwrap().trim_end_matches('`').to_owned();
        let is_shown = cells.next() == Some("shown");
        (file, is_shown, cells.next().unwrap_or_default().to_owned())
    })
    .collect()
}

#[test]
fn files_that_others_wrote_are_shown_or_refused_as_the_docs_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/parquet-testing");
    if !folder.is_dir() {
        println!("not tried: {} is not here", folder.display());
        return;
    }
    let place = Place::new();
    let folder = folder.canonicalize().unwrap();
    place.sources(&format!(
        "{{name: others, files: '{}', namespace: 'file://others', profile: true, preview: true}}",
        folder.display()
    ));
    let said = fails(&place.data(), &["harvest", "sources", place.file().to_str().unwrap()]);
    let serving = place.serving();
    let all = documented();
    assert_eq!(all.len(), 31);
    for (file, is_shown, why) in all {
        let refused = said.lines().find(|line| line.contains(&format!("/{file}: ")));
        assert_eq!(refused.is_none(), is_shown, "{file}: {refused:?}");
        if let Some(refused) = refused {
            assert!(refused.ends_with(&format!("/{file}: {why}")), "{file}: {refused}");
            continue;
        }
        let name = file.trim_end_matches(".parquet").replace('/', "%2F");
        let (status, page) = serving.get(&format!("/assets/file:%2F%2Fothers;{name}?tab=preview"));
        assert!(status == 200 && page.contains("First rows"), "{file}: {page}");
    }
}
