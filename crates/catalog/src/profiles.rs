//! What an asset's data is like, version by version: profiles that a harvest brings, as far as they may be
//! shown.
//!
//! Values of columns that are tagged as personal data are neither kept nor shown: a profile loses them when
//! it is recorded, and once more when it is read, since the tag may have come later. Nor are values of
//! columns that the catalog does not know, since nobody could have tagged those.
//!
//! Who looks at one is noted, within a second: it tells what values are like, not whose they are, so nobody waits for
//! that as they do for rows.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;
use loggia_model::facts::AssetFacts;
use loggia_model::{Actor, Body, ColumnPath, Urn};
use loggia_policy::Action;
pub use loggia_quality::profile::{ColumnProfile, Estimate, Histogram, Kind, ProfileHead, TableProfile};

use crate::assets::AssetView;
use crate::audit::Event;
use crate::ports::Act;
use crate::{Catalog, CatalogError, Result};

/// Versions of an asset's data of which the profile is kept.
const KEPT: u32 = 60;

/// The newest profile of an asset, and what came before.
pub struct ProfileView {
    pub head: ProfileHead,
    pub columns: Vec<ColumnProfile>,
    /// How many columns it has in all.
    pub total: u64,
    /// All that are kept, newest first, this one too.
    pub versions: Vec<ProfileHead>,
}

/// One column, with how it has moved.
pub struct ColumnSeries {
    pub column: ColumnPath,
    /// Newest first; at least one.
    pub profiles: Vec<(ProfileHead, ColumnProfile)>,
}

impl Catalog {
    /// Whether the newest profile of the asset is of another version of its data, or there is none.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn is_to_be_profiled(&self, actor: &Actor, asset: &Urn, version: &str) -> Result<bool> {
        self.check_all(actor, Action::Edit).await?;
        let asset = self.directory.asset(asset);
        let known = self.store.profiles(&asset, 1).await?;
        Ok(known.first().is_none_or(|head| head.version != version))
    }

    /// Keeps a profile, without the values of personal data.
    ///
    /// # Errors
    /// Where there is no such asset, or the store cannot be written.
    pub async fn record_profile(&self, actor: &Actor, asset: &Urn, mut profile: TableProfile) -> Result<()> {
        self.check_all(actor, Action::Edit).await?;
        let asset = self.directory.asset(asset);
        let (body, ..) = self.body_of(&asset, None).await?;
        let Body::Asset(_) = body.as_ref() else { return Err(CatalogError::no(&asset)) };
        self.shown_columns(&asset).await?.hide(&mut profile.columns);
        Ok(self.store.record_profile(&asset, &profile, KEPT).await?)
    }

    /// The newest profile, with a page of its columns; `None` where there is none.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not see the data, and where the store cannot be read.
    pub async fn profile(&self, asset: &AssetView, offset: u64, limit: u32) -> Result<Option<ProfileView>> {
        self.check_view(asset, Action::Sample)?;
        if asset.as_of.is_some() {
            return Ok(None);
        }
        let versions = self.store.profiles(&asset.urn, KEPT).await?;
        let Some(head) = versions.first().cloned() else { return Ok(None) };
        let (mut columns, total) =
            self.store.profile_columns(&asset.urn, &head.version, offset, limit).await?;
        self.shown_columns(&asset.urn).await?.hide(&mut columns);
        self.profiled(asset, &head);
        Ok(Some(ProfileView { head, columns, total, versions }))
    }

    /// Whether there is a profile at all.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn has_profile(&self, asset: &AssetView) -> Result<bool> {
        Ok(!self.store.profiles(&asset.urn, 1).await?.is_empty())
    }

    /// What the newest profile says of these columns, as far as it knows them.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn profiles_of(
        &self,
        asset: &AssetView,
        columns: &[ColumnPath],
    ) -> Result<HashMap<ColumnPath, ColumnProfile>> {
        // What was tagged since would show its values on a page of the past.
        if asset.as_of.is_some() || !asset.may(Action::Sample) {
            return Ok(HashMap::new());
        }
        let Some(head) = self.store.profiles(&asset.urn, 1).await?.pop() else { return Ok(HashMap::new()) };
        let mut found = self.store.profile_columns_of(&asset.urn, &head.version, columns).await?;
        self.shown_columns(&asset.urn).await?.hide(&mut found);
        if !found.is_empty() {
            self.profiled(asset, &head);
        }
        Ok(found.into_iter().map(|column| (column.path.clone(), column)).collect())
    }

    /// # Errors
    /// `Forbidden` for whoever may not see the data, `NotFound` where no profile has such a column.
    pub async fn column_series(&self, asset: &AssetView, column: &ColumnPath) -> Result<ColumnSeries> {
        self.check_view(asset, Action::Sample)?;
        let mut profiles = self.store.column_profiles(&asset.urn, column, KEPT).await?;
        if profiles.is_empty() {
            return Err(CatalogError::NotFound(format!("profile of column '{column}' of {}", asset.name)));
        }
        let shown = self.shown_columns(&asset.urn).await?;
        for (_, profile) in &mut profiles {
            shown.hide(std::slice::from_mut(profile));
        }
        if let Some((newest, _)) = profiles.first() {
            self.profiled(asset, newest);
        }
        Ok(ColumnSeries { column: column.clone(), profiles })
    }

    /// Notes that whoever a view was made for sees a profile; what they see of one version is one line.
    fn profiled(&self, asset: &AssetView, head: &ProfileHead) {
        let why = format!("a profile of version {}", head.version);
        self.note(asset.reader.permits.actor(), Event::of(Act::Profiled, why).about(&asset.urn));
    }

    /// Of which columns of an asset values may be shown, by what stands now under each of its names: who
    /// tagged it under one of them meant the data.
    pub(crate) async fn shown_columns(&self, asset: &Urn) -> Result<ShownColumns> {
        let mut names = vec![asset.clone()];
        names.extend(self.directory.aliases(asset));
        let mut shown = ShownColumns::default();
        for stored in self.store.read(&names).await?.into_iter().flatten() {
            if let Body::Asset(layers) = stored.body.as_ref() {
                shown.learn(&layers.view());
                // A tag that was published holds until it is published that it does not.
                if let Some(published) = layers.as_last_published() {
                    shown.learn(&published.view());
                }
            }
        }
        Ok(shown)
    }
}

/// What is known of an asset's columns, and which of them hold personal data.
#[derive(Default)]
pub(crate) struct ShownColumns {
    /// Those of the table itself, in their order.
    known: IndexSet<String>,
    personal: HashSet<ColumnPath>,
}

impl ShownColumns {
    fn learn(&mut self, facts: &AssetFacts) {
        for (path, column) in &facts.columns {
            let top = path.segments().into_iter().next().unwrap_or_default();
            self.known.insert(top);
            if column.tags.put.iter().any(|tag| tag.is_personal()) {
                self.personal.insert(path.clone());
            }
        }
    }

    /// The columns of the table itself with nothing personal in them.
    pub fn shown(&self) -> Vec<String> {
        let tops: HashSet<String> =
            self.personal.iter().filter_map(|path| path.segments().into_iter().next()).collect();
        self.known.iter().filter(|name| !tops.contains(*name)).cloned().collect()
    }

    /// In the order of their names.
    pub fn personal(&self) -> Vec<ColumnPath> {
        let mut columns: Vec<ColumnPath> = self.personal.iter().cloned().collect();
        columns.sort();
        columns
    }

    pub fn hide(&self, columns: &mut [ColumnProfile]) {
        for column in columns {
            if !self.shows(&column.path) {
                column.hide_values();
            }
        }
    }

    /// Neither personal nor in something personal, and of a column that somebody could have tagged.
    fn shows(&self, path: &ColumnPath) -> bool {
        let segments = path.segments();
        let is_known = segments.first().is_some_and(|top| self.known.contains(top));
        let is_personal = (1..=segments.len()).any(|length| {
            let above = segments.get(..length).and_then(|above| ColumnPath::from_segments(above).ok());
            above.is_some_and(|above| self.personal.contains(&above))
        });
        is_known && !is_personal
    }
}
