//! Whether somebody may put a thing where it comes to stand: a part of [`access`](crate::access).

use loggia_model::{Body, Urn};

use crate::access::{Permits, changing};
use crate::attributes::Attributes;
use crate::{Catalog, Result};

impl Catalog {
    /// Where something comes to stand in a unit as well as in a project, a role in one gives no leave to put it into
    /// the other.
    pub(crate) fn check_places(
        &self,
        permits: &Permits,
        urn: &Urn,
        after: &Body,
        then: Option<&Attributes>,
        now: &Attributes,
    ) -> Result<()> {
        let then = then.map(Attributes::place).unwrap_or_default();
        let (unit, _, project) = now.place();
        let Some(in_project) = project.as_ref() else { return Ok(()) };
        if let (Some(left), None) = (&then.0, &unit) {
            // Out of a unit of its own, it comes to stand in that of its project.
            let units = [Some((*left).clone()), self.directory.unit_of(in_project)];
            for unit in units.into_iter().flatten() {
                let as_if = Attributes { unit: Some(unit), project: None, owners: Vec::new(), ..now.clone() };
                self.check_placed(permits, urn, after, &as_if)?;
            }
        }
        if unit.is_none() {
            return Ok(());
        }
        let alone = Attributes { owners: Vec::new(), ..now.clone() };
        if then.0 != unit {
            let in_the_unit = Attributes { project: None, ..alone.clone() };
            self.check_placed(permits, urn, after, &in_the_unit)?;
        }
        if then.2 != project {
            let in_the_project = Attributes { unit: None, ..alone };
            self.check_placed(permits, urn, after, &in_the_project)?;
        }
        Ok(())
    }

    fn check_placed(&self, permits: &Permits, urn: &Urn, body: &Body, as_if: &Attributes) -> Result<()> {
        let action = changing(urn.kind());
        let decision = permits.decide(action, &self.directory.resource(urn, as_if));
        if decision.is_allowed { Ok(()) } else { Err(self.refused(permits, action, urn, body, &decision)) }
    }
}
