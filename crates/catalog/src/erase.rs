//! Erasing a person. What they did stays, under a key that means nobody any more.

use loggia_model::facts::GroupFacts;
use loggia_model::{Actor, Body, Change, Expected, Kind, Seq, Urn};
use loggia_policy::Action;

use crate::accounts::key_of;
use crate::clock::now;
use crate::lockout::Loss;
use crate::newcomers::DIRECTORY;
use crate::{Catalog, CatalogError, Permits, Result};

impl Catalog {
    /// Takes a person's roles away, takes them out of groups, and then erases whatever is known of them: the words of
    /// their entry in all revisions, their account and sessions, the addresses in the audit. It cannot be undone.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation; `Refused` for oneself, for the last who
    /// administers it, and for the last who can sign in.
    pub async fn erase_person(&self, actor: &Actor, person: &Urn) -> Result<Seq> {
        self.check_all(actor, Action::Administer).await?;
        if person.kind() != Kind::Person {
            return Err(CatalogError::invalid("person", "is none: only people are erased"));
        }
        let key = key_of(person)?;
        if key == actor.key {
            return Err(CatalogError::Refused("this is yourself: somebody else must erase you".into()));
        }
        let account = self.store.account(&key).await?;
        if self.directory.entry(person).is_none() && account.is_none() {
            return Err(CatalogError::no(person));
        }
        // Without any account, whoever reaches the program has it.
        if account.is_some() && self.store.accounts().await?.len() == 1 {
            return Err(CatalogError::Refused(
                "nobody else can sign in: give somebody else an account first".into(),
            ));
        }
        self.check_left(Loss::KeptOut(person)).await?;
        let permits = self.permits(actor).await?;
        self.take_out_of_groups(actor, &permits, person).await?;
        self.take_roles_away(actor, person).await?;
        self.end_link(&key).await?;
        // What still waits has their address.
        self.flush_audit().await?;
        let seq = self.store.erase_person(actor, person, &key).await?;
        self.until_known(seq).await;
        Ok(seq)
    }

    /// Of everything first: whoever is the last to administer it keeps all others, too.
    async fn take_roles_away(&self, actor: &Actor, person: &Urn) -> Result<()> {
        let places = [Kind::DomainUnit, Kind::Project].into_iter().flat_map(|kind| self.directory.all(kind));
        let places = places.map(|place| place.urn);
        for scope in std::iter::once(Urn::organisation()).chain(places) {
            if self.directory.members_of(&scope).iter().any(|member| member.who == *person) {
                let seq = self.set_member(actor, &scope, person.as_str(), None, None).await?;
                self.until_known(seq).await;
            }
        }
        Ok(())
    }

    async fn take_out_of_groups(&self, actor: &Actor, permits: &Permits, person: &Urn) -> Result<()> {
        for group in self.directory.all(Kind::Group) {
            let stored = self.head(&group.urn).await?;
            let Body::Group(layers) = stored.body.as_ref() else { continue };
            let mut members = layers.view().members.clone().unwrap_or_default();
            if !members.contains(person) {
                continue;
            }
            members.retain(|member| member != person);
            let of_directory = layers
                .source_of(|facts| facts.members.is_some())
                .filter(|(source, _)| source.tool() == DIRECTORY)
                .map(|(source, layer)| (source.clone(), layer.facts.as_ref().clone()));
            let mut layers = layers.clone();
            match of_directory {
                // A person's word would stand above all that the directory says of this group from now on.
                Some((source, facts)) => {
                    let facts = GroupFacts { members: Some(members), ..facts };
                    layers.state(&source, facts, &actor.key, now());
                }
                None => {
                    layers.say("members", &actor.key, now(), |facts| facts.members = Some(members));
                }
            }
            let body = Body::Group(layers);
            self.check_change(permits, &group.urn, Some(stored.body.as_ref()), Some(&body)).await?;
            let expected = Expected::Revision(stored.revision);
            let change = Change::put(group.urn, expected, body, "took somebody out");
            let seq = crate::edit::last(&self.store.append(actor, vec![change]).await?);
            self.until_known(seq).await;
        }
        Ok(())
    }
}
