//! A backup is the log, line by line as it was written, with what is kept beside it: everything else can
//! be made from that, in either engine. Being append-only, the log up to a sequence is consistent by itself.

use std::io::{BufRead, Write};

use loggia_model::{Actor, ActorKey, Body, Seq, Timestamp, Urn};
use loggia_policy::Action;
use loggia_quality::profile::TableProfile;
use serde::{Deserialize, Serialize};

use crate::audit::Event;
use crate::clock::now;
use crate::ports::{Act, HarvestRun, How, NoHow, NoWhat, RawRecord, What};
use crate::{Catalog, CatalogError, Result};

const FORMAT: &str = "loggia-backup";
/// 2 has profiles, 3 may have erased people, 4 may say from where a change came, 5 has what people follow,
/// 6 when they are mailed what, 7 not since when they follow it.
const VERSION: u32 = 7;
const PAGE: u32 = 1_000;
/// One may have thousands of columns.
const PROFILES: u32 = 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Header {
        format: String,
        version: u32,
        made: String,
    },
    Record(RawRecord),
    Visits {
        day: i64,
        urn: Urn,
        visits: u64,
    },
    HarvestRun(HarvestRun),
    Following {
        person: ActorKey,
        urn: Urn,
        /// In files of versions 5 and 6.
        #[serde(default, skip_serializing)]
        since: Option<Timestamp>,
    },
    MailChoice {
        person: ActorKey,
        what: String,
        how: String,
    },
    Profile {
        urn: Urn,
        profile: TableProfile,
    },
    /// The last line: without it, the file was cut off.
    End {
        records: u64,
    },
}

/// What a backup or a restore went through.
#[derive(Debug, PartialEq, Eq)]
pub struct Backed {
    pub records: u64,
}

impl Catalog {
    /// Writes a backup while everything goes on.
    ///
    /// # Errors
    /// Where the store cannot be read or the file cannot be written.
    pub async fn backup(&self, actor: &Actor, to: &mut (dyn Write + Send)) -> Result<Backed> {
        self.check_all(actor, Action::Administer).await?;
        self.note(actor, Event::of(Act::Exported, "a backup of everything"));
        self.flush_visits().await;
        let until = self.store.last().await?;
        write(to, &Line::Header { format: FORMAT.into(), version: VERSION, made: now().to_string() })?;
        let (mut after, mut records) = (Seq::default(), 0);
        while after < until {
            let page = self.store.dump(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for record in page.into_iter().filter(|record| record.seq <= until) {
                write(to, &Line::Record(record))?;
                records += 1;
            }
        }
        for (day, urn, visits) in self.store.visits().await? {
            write(to, &Line::Visits { day, urn, visits })?;
        }
        let mut runs = self.store.runs(u32::MAX >> 1).await?;
        runs.reverse();
        for run in runs {
            write(to, &Line::HarvestRun(run))?;
        }
        for (person, urn) in self.store.all_following().await? {
            write(to, &Line::Following { person, urn, since: None })?;
        }
        for (person, what, how) in self.store.all_mail_choices().await? {
            let (what, how) = (what.as_str().to_owned(), how.as_str().to_owned());
            write(to, &Line::MailChoice { person, what, how })?;
        }
        self.backup_profiles(to).await?;
        write(to, &Line::End { records })?;
        to.flush()
            .map_err(|error| CatalogError::Refused(format!("the backup could not be written: {error}")))?;
        Ok(Backed { records })
    }

    async fn backup_profiles(&self, to: &mut (dyn Write + Send)) -> Result<()> {
        let mut after: Option<(Urn, String)> = None;
        loop {
            let so_far = after.as_ref().map(|(urn, version)| (urn, version.as_str()));
            let page = self.store.all_profiles(so_far, PROFILES).await?;
            let Some((urn, last)) = page.last() else { return Ok(()) };
            after = Some((urn.clone(), last.head.version.clone()));
            for (urn, mut profile) in page {
                self.shown_columns(&urn).await?.hide(&mut profile.columns);
                write(to, &Line::Profile { urn, profile })?;
            }
        }
    }

    /// Restores a backup into an empty catalog. The file is read through before anything is written.
    ///
    /// # Errors
    /// Where the catalog is not empty, or the file is not a whole backup.
    pub async fn restore_backup<R: BufRead + Send>(
        &self,
        actor: &Actor,
        open: impl Fn() -> std::io::Result<R> + Send,
    ) -> Result<Backed> {
        self.check_all(actor, Action::Administer).await?;
        let last = self.store.last().await?;
        if last != Seq::default() {
            return Err(CatalogError::Refused(format!(
                "this catalog is not empty (its log has {last} records): restore into a new one"
            )));
        }
        let records = check(open().map_err(|error| unreadable(&error))?)?;
        // Nobody is told anew what they were told before the backup was made.
        let mut telling = self.telling.lock().await;
        let mut page = Vec::new();
        let mut at = 0;
        for line in open().map_err(|error| unreadable(&error))?.lines() {
            at += 1;
            match parse(at, &line.map_err(|error| unreadable(&error))?)? {
                Line::Record(record) => page.push(record),
                Line::Visits { day, urn, visits } => self.store.add_visits(day, &[(urn, visits)]).await?,
                Line::HarvestRun(run) => self.store.record_run(&run).await?,
                Line::Following { person, urn, since: _ } => {
                    self.store.set_following(&person, &urn, Some(Seq::default())).await?;
                }
                Line::MailChoice { person, what, how } => {
                    let choice = mail_choice(at, &what, &how)?;
                    self.store.set_mail_choices(&person, &[choice]).await?;
                }
                Line::Profile { urn, profile } => {
                    self.store.record_profile(&urn, &profile, u32::MAX).await?;
                }
                Line::Header { .. } | Line::End { .. } => {}
            }
            if page.len() == PAGE as usize {
                self.store.load(std::mem::take(&mut page)).await?;
            }
        }
        if !page.is_empty() {
            self.store.load(page).await?;
        }
        self.tell_nothing_so_far(&mut telling).await?;
        self.put_out_nothing_so_far().await?;
        Ok(Backed { records })
    }
}

/// Reads it through: a header of a version that we know, records in order, and the end.
fn check(lines: impl BufRead) -> Result<u64> {
    let (mut at, mut records, mut ended) = (0, 0, false);
    for line in lines.lines() {
        at += 1;
        match parse(at, &line.map_err(|error| unreadable(&error))?)? {
            Line::Header { format, version, .. } if at == 1 && format == FORMAT => {
                if version > VERSION {
                    let message = format!(
                        "this backup is of version {version}, and this program reads up to {VERSION}: use a newer one"
                    );
                    return Err(CatalogError::Refused(message));
                }
            }
            Line::Header { .. } => {
                return Err(CatalogError::Refused(format!("line {at}: not the header of a Loggia backup")));
            }
            _ if at == 1 => {
                return Err(CatalogError::Refused(
                    "line 1: this is not a Loggia backup: it has no header".into(),
                ));
            }
            Line::Record(record) => {
                records += 1;
                if record.seq != Seq(records) {
                    return Err(CatalogError::Refused(format!(
                        "line {at}: record {} comes where record {records} should be",
                        record.seq
                    )));
                }
                let body =
                    record.body.as_deref().map(|body| Body::parse(record.urn.kind(), body)).transpose();
                body.map_err(|error| CatalogError::Refused(format!("line {at}: {error}")))?;
            }
            Line::End { records: said } => ended = said == records,
            Line::MailChoice { what, how, .. } => {
                mail_choice(at, &what, &how)?;
            }
            Line::Visits { .. } | Line::HarvestRun(_) | Line::Following { .. } | Line::Profile { .. } => {}
        }
    }
    if !ended {
        return Err(CatalogError::Refused(format!(
            "the backup ends after line {at} without its last line: it was cut off"
        )));
    }
    Ok(records)
}

fn mail_choice(at: u64, what: &str, how: &str) -> Result<(What, How)> {
    let unknown = |why: String| CatalogError::Refused(format!("line {at}: {why}"));
    let what = what.parse().map_err(|why: NoWhat| unknown(why.to_string()))?;
    Ok((what, how.parse().map_err(|why: NoHow| unknown(why.to_string()))?))
}

fn parse(at: u64, line: &str) -> Result<Line> {
    serde_json::from_str(line)
        .map_err(|error| CatalogError::Refused(format!("line {at} of the backup cannot be read: {error}")))
}

fn write(to: &mut (dyn Write + Send), line: &Line) -> Result<()> {
    let text = serde_json::to_string(line).map_err(|error| CatalogError::Refused(error.to_string()))?;
    writeln!(to, "{text}")
        .map_err(|error| CatalogError::Refused(format!("the backup could not be written: {error}")))
}

fn unreadable(error: &std::io::Error) -> CatalogError {
    CatalogError::Refused(format!("the backup cannot be read: {error}"))
}
