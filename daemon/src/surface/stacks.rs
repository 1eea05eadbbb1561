//! Stacks: photos that belong together, and why.
//!
//! Of each photo its own document says who is in its stack, what ties it to them, and
//! whom an edit of it reaches: of a burst, the photo itself. The list has a stack an item,
//! called after its cover. Which ties there are is the domain's (`catalog::stack`).

use super::asset_json::PathJson;
use super::documents::List;
use super::{PageOptions, Refusal, listed, matches};
use kphotos_domain::kernel::{AssetId, AssetSet, UserId};
use kphotos_domain::view::View;
use serde::Serialize;
use utoipa::ToSchema;

/// The stack of a photo.
#[derive(Serialize, ToSchema)]
#[schema(as = AssetStack)]
pub(crate) struct AssetStackJson {
    /// Who stands for it
    cover: Option<u32>,
    /// What ties the photo to it: `manual`, `content-id`, `stem` or `burst`
    reason: Option<&'static str>,
    /// All of it, the photo included
    members: Vec<u32>,
    /// Those whom an edit of the photo reaches, itself included
    edits: Vec<u32>,
}

impl AssetStackJson {
    /// The stack of a photo; `None` if it is alone.
    pub(crate) fn new(view: &View, id: AssetId) -> Option<Self> {
        if !view.is_stacked(id) {
            return None;
        }
        let whole = view.whole_stack(id);
        let numbers = |assets: &AssetSet| assets.iter().map(AssetId::number).collect();
        (whole.len() > 1).then(|| Self {
            cover: view.cover_of(&whole).map(AssetId::number),
            reason: view.stack_reason(id).map(|reason| reason.as_str()),
            members: numbers(&whole),
            edits: numbers(&view.stack(id)),
        })
    }
}

/// A stack.
#[derive(Serialize, ToSchema)]
#[schema(as = Stack)]
pub(crate) struct StackJson {
    /// The number of the photo that stands for it
    cover: u32,
    /// Its name
    name: Option<String>,
    /// All photos of it, by number
    members: Vec<MemberJson>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = StackMember)]
struct MemberJson {
    id: u32,
    #[serde(flatten)]
    path: PathJson,
    kind: Option<&'static str>,
    /// What ties it to the others: `manual`, `content-id`, `stem` or `burst`
    reason: Option<&'static str>,
}

impl StackJson {
    /// The stack that a photo is the cover of.
    fn new(view: &View, cover: AssetId) -> Self {
        let lead = view.lead_file(cover).and_then(|lead| view.file(lead));
        let member = |id: AssetId| MemberJson {
            id: id.number(),
            path: view
                .lead_file(id)
                .and_then(|lead| view.original_path(lead))
                .map_or_else(PathJson::default, |path| PathJson::new(&path)),
            kind: view.kind(id).map(|kind| kind.as_str()),
            reason: view.stack_reason(id).map(|reason| reason.as_str()),
        };
        Self {
            cover: cover.number(),
            name: lead.map(|file| String::from_utf8_lossy(&file.name).into_owned()),
            members: view.whole_stack(cover).iter().map(member).collect(),
        }
    }
}

/// A page of the stacks with a photo that a query finds, by their covers.
///
/// # Errors
/// The query is none.
pub(crate) fn stacks(
    view: &View,
    user: UserId,
    query: &str,
    options: &PageOptions,
) -> Result<List<StackJson>, Refusal> {
    let covers = view.covers(&matches(view, user, query)?);
    Ok(listed(view, &covers, options, |id| {
        Some(StackJson::new(view, id))
    }))
}
