use std::fs;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use loggia_catalog::Catalog;
use loggia_catalog::apply::{Absent, Plan, Step};
use loggia_catalog::yaml::{self, Document, TextError};
use loggia_model::{Actor, Timestamp};

use crate::Failure;
use crate::args::Apply;
use crate::out::Out;
use crate::verbs::progress::{Count, telling};

type Documents = Box<dyn Iterator<Item = Result<Document, TextError>> + Send>;

pub async fn run(catalog: &Catalog, actor: &Actor, apply: &Apply, out: &mut Out) -> Result<(), Failure> {
    let absent = if apply.prune { Absent::Remove } else { Absent::Keep };
    let count = Count::default();
    let counted = count.clone();
    let documents = read(&apply.path, actor)?.inspect(move |_| counted.add(1));
    let work = async {
        if apply.dry_run {
            catalog.plan(actor, documents).await
        } else {
            catalog.apply(actor, documents, absent).await
        }
    };
    let plan = telling(out, &count, |done| format!("{done} documents"), work).await;
    let plan = plan.map_err(|error| Failure(format!("{}: {error}", apply.path.display())))?;
    tell(&plan, apply, out).await;
    Ok(())
}

async fn tell(plan: &Plan, apply: &Apply, out: &mut Out) {
    for (step, urn) in &plan.examples {
        let mark = match step {
            Step::Add => '+',
            Step::Change => '~',
        };
        out.line(format!("{mark} {urn}")).await;
    }
    let told = plan.examples.len() as u64;
    if plan.added + plan.changed > told {
        out.line(format!("  … and {} more", plan.added + plan.changed - told)).await;
    }
    if apply.prune {
        for urn in plan.absent.iter().take(200) {
            out.line(format!("- {urn}")).await;
        }
    } else if !plan.absent.is_empty() {
        out.note(format!(
            "{} in the catalog are not in these files, and stay; --prune --yes removes them",
            plan.absent.len()
        ))
        .await;
    }
    let removed = if apply.prune { plan.absent.len() } else { 0 };
    let (would, end) = if apply.dry_run { ("would be ", "; nothing was written") } else { ("", "") };
    out.line(format!(
        "{} {would}added, {} {would}changed, {removed} {would}removed, {} unchanged{end}",
        plan.added, plan.changed, plan.unchanged
    ))
    .await;
}

/// Every document of a folder or file; each error names its file.
fn read(path: &Path, actor: &Actor) -> Result<Documents, Failure> {
    let cannot = |error: std::io::Error| Failure(format!("{} cannot be read: {error}", path.display()));
    if fs::metadata(path).map_err(cannot)?.is_file() && !is_yaml(path) {
        let lines = loggia_connect::open::reader(path).map_err(cannot)?.lines();
        let documents = (1_usize..).zip(lines).filter_map(|(number, line)| match line {
            Ok(line) if line.trim().is_empty() => None,
            Ok(line) => Some(yaml::read_json_line(number, &line)),
            Err(error) => Some(Err(TextError { line: number, message: error.to_string() })),
        });
        return Ok(Box::new(documents));
    }
    let mut files = Vec::new();
    yaml_files(path, &mut files).map_err(cannot)?;
    files.sort();
    if files.is_empty() {
        return Err(Failure(format!("{} has no .yaml file", path.display())));
    }
    let at = Timestamp::from_system(SystemTime::now());
    let mut documents = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)
            .map_err(|error| Failure(format!("{} cannot be read: {error}", file.display())))?;
        let some = yaml::read_yaml(&text, actor, at)
            .map_err(|error| Failure(format!("{}: {error}; nothing was applied", file.display())))?;
        documents.extend(some.into_iter().map(Ok));
    }
    Ok(Box::new(documents.into_iter()))
}

fn yaml_files(path: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            yaml_files(&path, found)?;
        } else if is_yaml(&path) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}
