//! A catalog with an organisation around it: units, projects, people with roles, groups, policies, and assets.

use std::sync::Arc;
use std::time::Instant;

use loggia_catalog::Catalog;
use loggia_catalog::ports::{Index, Store};
use loggia_model::facts::{AssetFacts, AssetType, Role};
use loggia_model::{Change, Seq};
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;
use loggia_testkit::{
    Entity, Outcome, Trouble, asset, group, member, nightly, organisation, person, policy, project, unit,
};
use tempfile::TempDir;

use crate::options::Options;
use crate::report::{Report, Row};
use crate::timing::{grouped, shown};

pub const UNITS: usize = 10_000;
const TOPS: usize = 100;
const PROJECTS: usize = 5_000;
pub const PEOPLE: usize = 50_000;
pub const OWN: usize = 2_000;
/// Groups that own policies name; each person is in two of them.
pub const GROUPS: usize = 250;
const BATCH: usize = 5_000;
/// Somebody who is permitted all, and forbidden some.
pub const SEES_ALL: usize = 9;

pub struct Organised {
    pub catalog: Catalog,
    _folder: TempDir,
}

impl Organised {
    pub async fn made(options: &Options, report: &mut Report) -> Outcome<Self> {
        let begun = Instant::now();
        let folder = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
        let store = Arc::new(SqlStore::sqlite(&folder.path().join("loggia.sqlite")).await?);
        let index = Arc::new(TantivyIndex::open(&folder.path().join("index"))?);
        let mut batch = store.begin(&nightly()).await?;
        let all =
            everybody().chain(policies()).chain((0..options.assets).map(|place| table(place).put_new()));
        let mut waiting = Vec::with_capacity(BATCH);
        for change in all {
            waiting.push(change);
            if waiting.len() == BATCH {
                batch.append(std::mem::take(&mut waiting)).await?;
            }
        }
        batch.append(waiting).await?;
        let last = batch.commit().await?;
        let catalog = Catalog::open(store, index.clone()).await?;
        until(&index, last).await?;
        report.add(Row::told(
            format!(
                "{} units, {} projects, {} people, {OWN} policies and {} assets, in log and index",
                grouped(UNITS as u64),
                grouped(PROJECTS as u64),
                grouped(PEOPLE as u64),
                grouped(options.assets as u64)
            ),
            shown(begun.elapsed()),
        ));
        Ok(Self { catalog, _folder: folder })
    }
}

async fn until(index: &TantivyIndex, last: Seq) -> Outcome {
    let mut applied = index.applied();
    applied.wait_for(|applied| *applied >= last).await.map_err(|_| Trouble::new("the index has ended"))?;
    Ok(())
}

/// Whoever asks for a trial: an administrator of everything.
pub fn administrator() -> String {
    who(0)
}

pub fn who(place: usize) -> String {
    format!("p{}", place % PEOPLE)
}

fn everybody() -> impl Iterator<Item = Change> {
    let top = organisation()
        .member(member(&person(&administrator()).urn, Role::Administrator))
        .member(member(&person(&who(SEES_ALL)).urn, Role::Viewer))
        .put_new();
    let units = (0..UNITS).map(|place| {
        let holders = (0..PEOPLE * 2 / UNITS).map(|step| place * 7 + step * UNITS);
        let members = holders.map(|holder| member(&person(&who(holder)).urn, role(holder)));
        let unit = unit(&format!("u{place}")).named(&format!("Unit {place}"));
        let unit = members.fold(unit, |unit, member| unit.member(member));
        if place < TOPS { unit.put_new() } else { unit.below(&format!("u{}", place % TOPS)).put_new() }
    });
    let projects = (0..PROJECTS).map(|place| {
        let members = (0..10).map(|step| member(&person(&who(place * 10 + step)).urn, role(step + 1)));
        let project = project(&format!("x{place}")).named(&format!("Project {place}"));
        let project = project.in_unit(&format!("u{}", place % UNITS));
        members.fold(project, |project, member| project.member(member)).put_new()
    });
    let people = (0..PEOPLE).map(|place| {
        person(&who(place))
            .named(&format!("Person {place}"))
            .in_unit(&format!("u{}", place % UNITS))
            .put_new()
    });
    let groups = (0..GROUPS).map(|place| {
        let within = (0..PEOPLE).filter(move |one| one % GROUPS == place || (one * 3 + 1) % GROUPS == place);
        within.fold(group(&format!("g{place}")), |group, one| group.with(&person(&who(one)).urn)).put_new()
    });
    // What others refer to comes first.
    people.chain(units).chain(projects).chain(groups).chain([top])
}

fn role(place: usize) -> Role {
    if place.is_multiple_of(3) { Role::Steward } else { Role::Viewer }
}

fn policies() -> impl Iterator<Item = Change> {
    (0..OWN).map(|place| {
        policy(&format!("own-{place}"), &own_policy(place)).named(&format!("Own {place}")).put_new()
    })
}

/// One for a group: what it may, by place, tag, platform or owner; each tenth forbids.
pub fn own_policy(place: usize) -> String {
    let group = place % GROUPS;
    let condition = match place % 4 {
        0 => format!("resource in DomainUnit::\"u{}\"", place * 13 % UNITS),
        1 => format!("resource.tags.contains(\"t{}\")", place % 40),
        2 => "resource has platform && resource.platform == \"postgres\"".to_owned(),
        _ => "principal is Person && resource.owners.contains(principal)".to_owned(),
    };
    let effect = if place % 10 == 9 { "forbid" } else { "permit" };
    format!(
        "{effect} (principal in Group::\"g{group}\", action in [Action::\"discover\", Action::\"read\"], resource) when {{ {condition} }};"
    )
}

fn table(place: usize) -> Entity<AssetFacts> {
    let mut table = asset(&format!("core.table_{place}"))
        .of_type(AssetType::Table)
        .on(if place.is_multiple_of(2) { "postgres" } else { "s3" })
        .in_unit(&format!("u{}", place * 11 % UNITS))
        .owned_by(&who(place))
        .tagged(&format!("t{}", place % 40))
        .tagged(&format!("t{}", place % 7))
        .described(if place.is_multiple_of(2) { "An even one." } else { "An odd one." });
    if place.is_multiple_of(5) {
        table = table.in_project(&format!("x{}", place / 5 % PROJECTS));
    }
    table
}
