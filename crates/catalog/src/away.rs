//! Being away: for a while, somebody else is told what waits for one, and finds it in their inbox. Who stands in gets no
//! rights by that: what they may not edit, they cannot decide.

use loggia_model::facts::Away;
use loggia_model::{Actor, Body, Change, Expected, Kind, Seq, Timestamp, Urn};

use crate::clock::now;
use crate::edit::last;
use crate::inbox::a_person;
use crate::organise::word;
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

/// Seconds: who is away longer, has another do the work.
const LONGEST: i64 = 366 * 86_400;

#[derive(Default)]
pub struct AwayView {
    /// Who stands in for the actor, and until when.
    pub deputy: Option<(DirectoryEntry, Timestamp)>,
    /// For whom the actor stands in.
    pub absent: Vec<(DirectoryEntry, Timestamp)>,
}

impl Catalog {
    /// Whether the actor is away, and for whom they stand in.
    ///
    /// # Errors
    /// Where nobody can tell what the actor may know.
    pub async fn away(&self, actor: &Actor) -> Result<AwayView> {
        let Some(me) = actor.key.person() else { return Ok(AwayView::default()) };
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let at = now();
        let named = |(urn, until): (Urn, Timestamp)| Some((self.named(&permits, &urn)?, until));
        let own = self.directory.away_of(&me, at).map(|away| (away.deputy, away.until));
        Ok(AwayView {
            deputy: own.and_then(named),
            absent: self.directory.stands_in_for(&me, at).into_iter().filter_map(named).collect(),
        })
    }

    /// Says who stands in for the actor, until a day; without either, that they are back.
    ///
    /// # Errors
    /// `Invalid` names the field; `Refused` for whoever has no inbox.
    pub async fn set_away(&self, actor: &Actor, deputy: &str, until: &str) -> Result<Seq> {
        a_person(actor)?;
        let me = actor.key.person().ok_or_else(|| CatalogError::Refused("you are no person".to_owned()))?;
        let permits = self.permits(actor).await?;
        let away = match (deputy.trim(), until.trim()) {
            ("", "") => None,
            (deputy, until) => {
                let deputy = self.known(&permits, "deputy", Kind::Person, deputy)?;
                let deputy = deputy.filter(|deputy| *deputy != me);
                let deputy =
                    deputy.ok_or_else(|| CatalogError::invalid("deputy", "say who stands in for you"))?;
                let until: Option<Timestamp> = word("until", until)?;
                let until = until
                    .ok_or_else(|| CatalogError::invalid("until", "say from which day on you are back"))?;
                let at = now();
                if until <= at || until > at.plus_seconds(LONGEST) {
                    return Err(CatalogError::invalid("until", "is not a day within a year from now"));
                }
                Some(Away { deputy, until })
            }
        };
        // This is one's own to say, whoever looks after people.
        let stored = self.head(&me).await?;
        let Body::Person(layers) = stored.body.as_ref() else { return Err(CatalogError::no(&me)) };
        let mut layers = layers.clone();
        let reason = if away.is_some() { "away" } else { "back again" };
        if !layers.say("away", &actor.key, now(), |facts| facts.away = away) {
            return Ok(stored.seq);
        }
        let change =
            Change::put(me, Expected::Revision(stored.revision), Body::Person(layers), reason.to_owned());
        Ok(last(&self.store.append(actor, vec![change]).await?))
    }
}
