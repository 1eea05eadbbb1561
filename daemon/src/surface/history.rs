//! History: what people did, and other programs by what they wrote into files; newest first, read from the journal.
//!
//! Observations (what scans and parsers saw) are not in it, but for photos that became one
//! while they were edited differently: those say which edit is kept, and which is not. The journal is read
//! backwards a window at a time, so that the newest entries cost the same
//! however long it is.

use super::Refusal;
use super::asset_json::owner;
use super::changes::add_assets;
use super::documents::List;
use kphotos_domain::app::App;
use kphotos_domain::event::{Entry, EntryKind, Event};
use kphotos_domain::kernel::{AssetSet, Owner, Revision};
use kphotos_domain::sharing::Scope;
use kphotos_domain::view::View;
use serde::Serialize;
use utoipa::ToSchema;

const WINDOW: u64 = 256;

/// An entry of the history.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub(crate) struct EntryJson {
    revision: u64,
    at: Option<String>,
    actor: String,
    kind: &'static str,
    summary: String,
    undoes: Option<u64>,
    undone_by: Option<u64>,
}

/// The newest `limit` entries before a revision; of some photos only, if named.
pub(crate) fn history(
    app: &App,
    about: Option<&AssetSet>,
    before: Option<u64>,
    limit: usize,
) -> Result<List<EntryJson>, Refusal> {
    // What was done to a photo that became part of one of these is part of its history.
    let about = about.map(|assets| app.view().numbers_of(&app.view().resolve_all(assets)));
    let last = app.journal().last().number();
    let mut end = before.unwrap_or(u64::MAX).min(last.saturating_add(1));
    let mut found: Vec<(Revision, Entry)> = Vec::new();
    while end > 1 && found.len() <= limit {
        let start = end.saturating_sub(WINDOW).max(1);
        let mut window = Vec::new();
        app.journal()
            .replay(Revision::new(start - 1), &mut |revision, entry| {
                if revision.number() >= end {
                    return false;
                }
                if is_history(&entry) && about.as_ref().is_none_or(|assets| concerns(&entry, assets)) {
                    window.push((revision, entry));
                }
                true
            })?;
        found.extend(window.into_iter().rev());
        end = start;
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|(revision, _)| revision.to_string());
    let view = app.view();
    let items = found
        .into_iter()
        .map(|(revision, entry)| json(&view, revision, entry))
        .collect();
    Ok(List {
        items,
        total: None,
        next,
    })
}

/// What people did; and where photos became one that were edited differently, or one got the edits of another,
/// since something that a person did shows no longer.
fn is_history(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::Edit | EntryKind::Irrevocable => true,
        EntryKind::Observation => entry.events.iter().any(drops_edits),
    }
}

fn drops_edits(event: &Event) -> bool {
    if let Event::AssetsMerged { merges, tags } = event {
        return !tags.is_empty() || merges.iter().any(|merge| !merge.clashes.is_empty());
    }
    if let Event::ContentsParted { partings, tags } = event {
        return !tags.is_empty() || partings.iter().any(|parting| !parting.clashes.is_empty());
    }
    false
}

fn json(view: &View, revision: Revision, entry: Entry) -> EntryJson {
    let undone_by = view.mark(revision).and_then(|mark| mark.undone_by);
    EntryJson {
        revision: revision.number(),
        at: jiff::Timestamp::from_millisecond(entry.at_ms)
            .ok()
            .map(|at| at.to_string()),
        actor: match entry.actor {
            kphotos_domain::identity::Actor::User(user) => owner(view, Owner::User(user)),
            kphotos_domain::identity::Actor::System => "system".to_owned(),
            kphotos_domain::identity::Actor::File(tool) => format!("file:{}", tool.as_str()),
        },
        kind: entry.kind.as_str(),
        summary: entry.summary,
        undoes: entry.undoes.map(Revision::number),
        undone_by: undone_by.map(Revision::number),
    }
}

/// Whether an entry changed any of these photos, or who else sees them. Of files only
/// observations tell, which are no history.
fn concerns(entry: &Entry, about: &AssetSet) -> bool {
    let mut assets = AssetSet::new();
    for event in &entry.events {
        // Read with those that a file changed, and not changed themselves.
        if matches!(event, Event::FactsRecorded { .. }) {
            continue;
        }
        add_assets(event, &|_| None, &mut assets);
        if let Event::ShareCreated { share } | Event::ShareRevoked { share } = event
            && let Scope::Assets(shared) = &share.scope
        {
            assets |= shared;
        }
    }
    !assets.is_disjoint(about)
}
