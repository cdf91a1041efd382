use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use loggia_catalog::{Catalog, yaml};
use loggia_model::{Actor, Kind};

use crate::Failure;
use crate::args::Export;
use crate::out::Out;

pub async fn run(catalog: &Catalog, actor: &Actor, export: &Export, out: &mut Out) -> Result<(), Failure> {
    if export.format.as_deref() == Some("jsonl") {
        return json_lines(catalog, actor, out).await;
    }
    let folder = export.folder.as_deref().unwrap_or(Path::new("."));
    let cannot = |error: std::io::Error| {
        Failure(format!("the folder {} cannot be written: {error}", folder.display()))
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    let mut total = 0;
    for kind in Kind::ALL {
        let mut after = None;
        let mut file: Option<BufWriter<fs::File>> = None;
        loop {
            let page = catalog.export_page(actor, kind, after.as_ref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.urn.clone());
            total += page.len();
            let file = match &mut file {
                Some(file) => file,
                none => none
                    .insert(BufWriter::new(fs::File::create(folder.join(file_name(kind))).map_err(cannot)?)),
            };
            for stored in &page {
                file.write_all(yaml::write_yaml(stored).as_bytes()).map_err(cannot)?;
            }
        }
        match file {
            Some(mut file) => file.flush().map_err(cannot)?,
            // What was exported here before must not be applied again.
            None => {
                let _absent = fs::remove_file(folder.join(file_name(kind)));
            }
        }
    }
    out.line(format!("{total} entities written to {}", folder.display())).await;
    Ok(())
}

async fn json_lines(catalog: &Catalog, actor: &Actor, out: &mut Out) -> Result<(), Failure> {
    for kind in Kind::ALL {
        let mut after = None;
        loop {
            let page = catalog.export_page(actor, kind, after.as_ref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.urn.clone());
            for stored in &page {
                if !out.line(yaml::write_json_line(stored)).await {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn file_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Asset => "assets.yaml",
        Kind::DomainUnit => "domain-units.yaml",
        Kind::Glossary => "glossaries.yaml",
        Kind::Term => "terms.yaml",
        Kind::DataProduct => "data-products.yaml",
        Kind::Person => "people.yaml",
        Kind::Group => "groups.yaml",
        Kind::Service => "services.yaml",
        Kind::Organisation => "organisation.yaml",
        Kind::Policy => "policies.yaml",
        Kind::Project => "projects.yaml",
        Kind::Rule => "rules.yaml",
        Kind::MetadataForm => "metadata-forms.yaml",
        Kind::Post => "posts.yaml",
    }
}
