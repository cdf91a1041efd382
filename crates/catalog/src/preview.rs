//! A look at the data itself.
//!
//! Only columns that the catalog knows are in it, and none with personal data: tagged so itself, or with
//! something nested in it that is.

use std::sync::Arc;

use loggia_model::{ColumnPath, Urn};
use loggia_policy::Action;

use crate::assets::AssetView;
use crate::audit::Event;
use crate::ports::{Act, Data, DataError, Sample};
use crate::{Catalog, CatalogError, Result};

pub struct Preview {
    pub sample: Arc<Sample>,
    /// The columns that are left out, since they hold personal data.
    pub hidden: Vec<ColumnPath>,
}

impl Catalog {
    /// This catalog, with a way to the data.
    #[must_use]
    pub fn reading(mut self, data: Arc<dyn Data>) -> Self {
        self.data = data;
        self
    }

    /// Whether there is a way to the data of this asset.
    pub fn can_preview(&self, asset: &AssetView) -> bool {
        asset.as_of.is_none() && self.reachable(asset).is_some()
    }

    /// # Errors
    /// `Forbidden` for whoever may not see the data, `NotFound` where there is no way to it, `Refused` where it cannot be read, with the reason.
    pub async fn preview(&self, asset: &AssetView) -> Result<Preview> {
        self.check_view(asset, Action::Sample)?;
        let Some(urn) = self.reachable(asset) else {
            return Err(CatalogError::NotFound(format!("preview of {}", asset.name)));
        };
        let columns = self.shown_columns(&asset.urn).await?;
        let sample = self.data.sample(urn, &columns.shown()).await;
        let sample = sample.map_err(|DataError(why)| CatalogError::Refused(why))?;
        // Nobody sees rows of which it is not known that they saw them.
        let why = format!("rows of version {}", sample.version);
        self.note_for_good(asset.reader.permits.actor(), Event::of(Act::Sampled, why).about(&asset.urn))
            .await?;
        Ok(Preview { sample, hidden: columns.personal() })
    }

    /// That of an asset's names by which its data can be reached. A harvest of files or of a bucket must have
    /// told of it: whoever may write the catalog can call an asset anything.
    fn reachable<'a>(&self, asset: &'a AssetView) -> Option<&'a Urn> {
        if !asset.layers.layers().any(|(source, _)| matches!(source.tool(), "files" | "bucket")) {
            return None;
        }
        std::iter::once(&asset.urn).chain(&asset.aliases).find(|urn| self.data.reaches(urn))
    }
}
