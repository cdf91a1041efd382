//! What webhooks are told: of each record what happened, where the service that a webhook is told as may read it.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_model::compatibility::column_changes;
use loggia_model::{Body, Kind, Op, Record, Seq, Timestamp, Urn};
use loggia_policy::Action;

use super::event::{self, News};
use super::{Channels, Webhook, fresh_message};
use crate::attributes::Attributes;
use crate::follower::before::Befores;
use crate::follower::{self, Follower};
use crate::inbox::{changed_fields, happened_to, what_happened};
use crate::ports::{Channel, Outgoing, Stored, What};
use crate::{Catalog, Result};

/// By which the store knows how far webhooks have been told.
pub const NAME: &str = "webhooks";

struct Calling {
    catalog: Catalog,
    channels: Arc<Channels>,
}

/// What happened, and to whom it may be told.
struct Happened {
    news: News,
    /// Who may read this, may be told.
    readable: (Urn, Body),
    /// Where it is, and all above.
    units: Vec<Urn>,
    /// What to use in its place.
    successor: Option<Stored>,
}

#[async_trait]
impl Follower for Calling {
    type Item = Outgoing;
    type Ahead = Befores;

    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    async fn made_until(&self) -> Result<Option<Seq>> {
        Ok(self.catalog.store.made_until(NAME).await?)
    }

    async fn look_ahead(&self, records: &[Record]) -> Result<Befores> {
        self.catalog.bodies_before(records.iter().filter(|record| matches!(record.op, Op::Put(_)))).await
    }

    async fn make(&self, record: &Record, befores: &mut Befores) -> Result<Vec<Outgoing>> {
        let Op::Put(body) = &record.op else { return Ok(Vec::new()) };
        let before = befores.take(record);
        let happened = match record.urn.kind() {
            Kind::Asset => self.to_asset(record, before, body).await?,
            Kind::Post => self.to_post(record, before.as_deref(), body).await?,
            Kind::Term | Kind::DataProduct | Kind::DomainUnit | Kind::Project => {
                self.to_words(record, before.as_deref(), body)
            }
            _ => None,
        };
        let Some(happened) = happened else { return Ok(Vec::new()) };
        let mut outgoing = Vec::new();
        for webhook in self.channels.webhooks.iter().filter(|webhook| webhook.wants(&happened)) {
            let (urn, body) = &happened.readable;
            if self.catalog.may(&webhook.service, Action::Read, urn, body).await? {
                let successor = happened.successor.as_ref();
                let news = match successor {
                    Some(successor) => {
                        let detail = &happened.news.detail;
                        let detail =
                            self.catalog.naming_successor(&webhook.service, detail, successor).await?;
                        &News { detail, ..happened.news.clone() }
                    }
                    None => &happened.news,
                };
                outgoing.push(self.message(webhook, record, news));
            }
        }
        Ok(outgoing)
    }

    async fn write(&self, after: Option<Seq>, until: Seq, outgoing: &[Outgoing]) -> Result<bool> {
        let is_ours = self.catalog.store.put_out(NAME, after, until, outgoing).await?;
        if is_ours && !outgoing.is_empty() {
            self.catalog.sent_for.send_replace(());
        }
        Ok(is_ours)
    }
}

pub fn start(catalog: &Catalog, channels: &Arc<Channels>) {
    let calling = Calling { catalog: catalog.clone(), channels: channels.clone() };
    follower::start(calling, Arc::default(), "webhooks");
}

impl Calling {
    fn message(&self, webhook: &Webhook, record: &Record, news: &News) -> Outgoing {
        let id = fresh_message();
        Outgoing {
            channel: Channel::Webhook(webhook.name.clone()),
            about: news.urn.as_str().to_owned(),
            seq: record.seq,
            at: record.at,
            due: Timestamp::EPOCH,
            body: event::written(&self.channels.site, &id, record, news),
            id,
        }
    }

    async fn to_asset(
        &self,
        record: &Record,
        before: Option<Arc<Body>>,
        body: &Body,
    ) -> Result<Option<Happened>> {
        let asset = self.catalog.directory.asset(&record.urn);
        let Some((what, detail)) = what_happened(before.as_deref(), body) else { return Ok(None) };
        let whole = self.catalog.whole(&asset, record, body).await?;
        let columns = match (before.as_deref(), body) {
            // What is written inside is no news.
            _ if what == What::Withdrawn => Vec::new(),
            (Some(Body::Asset(before)), Body::Asset(after)) => {
                column_changes(&before.for_others().view().columns, &after.for_others().view().columns)
            }
            _ => Vec::new(),
        };
        let units = self.units_of(&asset, &whole);
        // Who could read what is taken back now knew of it.
        let was = before.filter(|_| what == What::Withdrawn).map(|before| before.as_ref().clone());
        let readable = was.unwrap_or(whole);
        Ok(Some(Happened {
            news: News {
                name: readable.name_for_others(&asset),
                what,
                detail,
                columns,
                address: self.channels.address(&asset),
                urn: asset.clone(),
            },
            readable: (asset, readable),
            units,
            successor: self.catalog.to_use_instead(what, body).await?,
        }))
    }

    async fn to_post(&self, record: &Record, before: Option<&Body>, body: &Body) -> Result<Option<Happened>> {
        let Body::Post(layers) = body else { return Ok(None) };
        let after = layers.view();
        let before = match before {
            Some(Body::Post(layers)) => Some(layers.view()),
            _ => None,
        };
        let Some((what, detail)) = happened_to(before.as_deref(), &after) else { return Ok(None) };
        let Some(about) = after.about.as_ref().map(|about| self.catalog.directory.asset(about)) else {
            return Ok(None);
        };
        let stored = self.catalog.head(&about).await?;
        let units = self.units_of(&about, &stored.body);
        Ok(Some(Happened {
            news: News {
                name: stored.body.name_for_others(&about),
                what,
                detail,
                columns: Vec::new(),
                address: self.channels.address(&record.urn),
                urn: record.urn.clone(),
            },
            readable: (about, stored.body.as_ref().clone()),
            units,
            successor: None,
        }))
    }

    fn to_words(&self, record: &Record, before: Option<&Body>, body: &Body) -> Option<Happened> {
        let (was, is) = (before?.shown(), body.shown());
        if was == is {
            return None;
        }
        let urn = record.urn.clone();
        Some(Happened {
            news: News {
                name: body.name(&urn),
                what: What::Described,
                detail: changed_fields(&was, &is),
                columns: Vec::new(),
                address: self.channels.address(&urn),
                urn: urn.clone(),
            },
            units: self.units_of(&urn, body),
            readable: (urn, body.clone()),
            successor: None,
        })
    }

    /// Where it stands, and all above: a unit in itself, a term where its glossary does.
    fn units_of(&self, urn: &Urn, body: &Body) -> Vec<Urn> {
        let directory = &self.catalog.directory;
        if urn.kind() == Kind::DomainUnit {
            return directory.and_above(urn);
        }
        let attributes = Attributes::of(body);
        let glossary = attributes.glossary.as_ref().and_then(|glossary| directory.unit_of(glossary));
        let unit =
            directory.standing(attributes.unit.as_ref().or(glossary.as_ref()), attributes.project.as_ref());
        unit.map(|unit| directory.and_above(&unit)).unwrap_or_default()
    }
}

impl Webhook {
    fn wants(&self, happened: &Happened) -> bool {
        (self.what.is_empty() || self.what.contains(&happened.news.what))
            && self.unit.as_ref().is_none_or(|unit| happened.units.contains(unit))
    }
}
