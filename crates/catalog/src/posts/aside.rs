//! What waits for somebody and is not for today: put aside by them alone, until then or until more is said there.

use std::collections::BTreeMap;

use loggia_model::{Actor, Timestamp, Urn};

use super::PostSummary;
use crate::directory::PostLine;
use crate::inbox::{a_person, aside_until};
use crate::tasks::Put;
use crate::{Catalog, CatalogError, Result};

/// What somebody has put aside of what waits, and until when.
pub(crate) struct PostsAside(BTreeMap<String, Put>);

impl PostsAside {
    /// `None` where it waits now.
    pub fn until(&self, line: &PostLine) -> Option<Timestamp> {
        let put = self.0.get(line.urn.as_str()).filter(|put| put.which.contains(&moved(line)))?;
        Some(Timestamp::from_micros(put.until))
    }
}

impl Catalog {
    /// Puts a question, a problem or a proposal that waits for the actor aside until an instant, or takes it up again.
    ///
    /// # Errors
    /// `Invalid` for a time that is over; `Refused` where it does not wait for the actor.
    pub async fn put_post_aside(&self, actor: &Actor, post: &Urn, until: Option<Timestamp>) -> Result<()> {
        a_person(actor)?;
        self.caught_up(actor).await;
        let new = match until {
            Some(until) => {
                aside_until(until)?;
                let waiting = self.lines_waiting(actor, |line| line.urn == *post).await?;
                let why = "it does not wait for you any more: load the page again";
                let line = waiting.first().ok_or_else(|| CatalogError::Refused(why.into()))?;
                Some(Put { until: until.micros(), count: 1, which: [moved(line)].into() })
            }
            None => None,
        };
        self.change_put_aside(actor, post.as_str(), new).await
    }

    /// What waits for the actor and is put aside, and until when.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn posts_put_aside(&self, actor: &Actor) -> Result<Vec<(PostSummary, Timestamp)>> {
        self.caught_up(actor).await;
        let aside = self.posts_aside(actor).await?;
        if aside.0.is_empty() {
            return Ok(Vec::new());
        }
        let lines = self.lines_waiting(actor, |line| aside.until(line).is_some()).await?;
        let until: BTreeMap<&Urn, Timestamp> =
            lines.iter().filter_map(|line| Some((&line.urn, aside.until(line)?))).collect();
        let summaries = self.summaries(actor, &lines).await?.into_iter();
        Ok(summaries.filter_map(|post| until.get(&post.urn).map(|until| (post, *until))).collect())
    }

    /// What waits for the actor now.
    pub(crate) async fn lines_open(&self, actor: &Actor) -> Result<Vec<PostLine>> {
        let aside = self.posts_aside(actor).await?;
        self.lines_waiting(actor, |line| aside.until(line).is_none()).await
    }

    async fn posts_aside(&self, actor: &Actor) -> Result<PostsAside> {
        let mut put = self.put_aside_by(actor).await?;
        put.retain(|what, _| what.starts_with("urn:"));
        Ok(PostsAside(put))
    }
}

fn moved(line: &PostLine) -> String {
    line.moved.micros().to_string()
}
