//! Which photos a change is about, and how it is made.

use super::problem::Problem;
use super::state::Shared;
use crate::surface::Selection;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::kernel::{AssetSet, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Photos: numbers, checksums and a query, united. The empty query is everything that is not hidden.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Named {
    /// Numbers of assets
    ids: Vec<u32>,
    /// `blake3:HEX`
    checksums: Vec<String>,
    /// As in `kphotos search`
    #[schema(example = "rating:4+")]
    query: Option<String>,
}

impl Named {
    /// The photos; refused if none is named.
    pub(super) fn resolve(self, shared: &Shared, user: UserId) -> Result<AssetSet, Problem> {
        let selection = Selection {
            ids: self.ids,
            checksums: self.checksums,
            queries: self.query.into_iter().collect(),
            ..Selection::default()
        };
        if selection.is_empty() {
            return Err(crate::surface::Refusal::from(CatalogError::NoAssets).into());
        }
        Ok(selection.resolve(&shared.services.app.view(), user, false)?)
    }
}

/// How a change of photos is made.
#[derive(Deserialize, IntoParams, Clone, Copy, Default)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct EditQuery {
    /// These alone, not the rest of their shots
    #[param(required = false)]
    pub(super) only: bool,
    /// Say what would be done
    #[param(required = false)]
    pub(super) dry_run: bool,
}

/// How anything else is changed.
#[derive(Deserialize, IntoParams, Clone, Copy, Default)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangeQuery {
    /// Say what would be done
    #[param(required = false)]
    pub(super) dry_run: bool,
}
