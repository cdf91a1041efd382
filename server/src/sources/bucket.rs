//! The way to where a source's data lies.

use loggia_catalog::Catalog;
use loggia_connect::aws::AwsWanted;
use loggia_connect::files::{Access, BucketAddress, Way};
use loggia_model::Actor;

use crate::args::Harvest;
use crate::{Failure, keys};

/// What opens a bucket is looked for each time: it may run out, and be renewed, while this program runs.
///
/// # Errors
/// Where the address is none, or nothing is found that opens it.
pub async fn way(catalog: &Catalog, actor: &Actor, harvest: &Harvest) -> Result<Way, Failure> {
    let Harvest::Bucket { address, endpoint, region, profile, secret, .. } = harvest else {
        return Ok(Way::Disk);
    };
    let address: BucketAddress = address.parse()?;
    let wanted = AwsWanted {
        region: region.clone(),
        profile: profile.clone(),
        endpoint: endpoint.clone(),
        secret: keys::value(catalog, actor, secret.as_ref()).await?,
    };
    let access = Access::find(&address, &wanted)?;
    Ok(Way::Bucket { address, access })
}
