//! Whom somebody who is going to be away tells that: whoever stands in for them.

use loggia_model::{Body, Record};
use loggia_policy::Action;

use super::telling::event;
use crate::clock::now;
use crate::ports::{Told, What};
use crate::{Catalog, Result};

impl Catalog {
    pub(super) async fn told_by_person(&self, record: &Record, body: &Body) -> Result<Vec<Told>> {
        let Body::Person(after) = body else { return Ok(Vec::new()) };
        let Some(away) = after.view().away.clone() else { return Ok(Vec::new()) };
        let before = match self.body_before(record).await?.as_deref() {
            Some(Body::Person(before)) => before.view().away.clone(),
            _ => None,
        };
        let Ok(deputy) = away.deputy.rest().parse() else { return Ok(Vec::new()) };
        let is_told = before.as_ref() != Some(&away)
            && away.until > now()
            && deputy != record.actor
            && self.they_may(&deputy, Action::Read, &record.urn, body).await?;
        let until = format!("until {}", away.until.date());
        let told = || event(record, deputy, record.urn.clone(), What::StandingIn, until);
        Ok(is_told.then(told).into_iter().collect())
    }
}
