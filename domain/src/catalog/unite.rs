//! Assets that turn out to be one, because a hash says that they are the same content.
//!
//! The lowest number stays, the others lead to it for ever. What people made of them is
//! united: tags, albums, favourites, hidden marks and shares of single photos are sets,
//! and the survivor is in each that one of them was in; of a field that several edited,
//! the later edit is kept. Of a tag that one was given and that was taken from another,
//! the asset whose values changed last is believed: tags have no time of their own.
//!
//! A content that an asset was, and is no longer, is another photo where a file of either is
//! there: who lays the original beside the picture that he edited in place has two. The one
//! that came gets a copy of what people made of the other, and is that content from now on. What
//! was made before is taken back on the other alone.
//!
//! A photo that is missing is found by its picture's data too, where a file that nobody
//! knew has the same and other metadata: it was rewritten and moved in one go.
//!
//! What is not kept is in the event. It is decided here, before it is journalled, from
//! what people did alone: a replay has no facts yet and must come to the same.

use super::{FieldKey, FieldValue, StackEdit, UserLayer};
use crate::event::{Clash, Event, Merge, Parting, TagClash};
use crate::kernel::{AssetId, AssetSet, Checksum, Owner, Revision};
use crate::organization::{FaceFate, unite_faces};
use crate::view::{FileRow, View};
use rustc_hash::FxHashMap;

/// Finds what becomes one as contents become known.
pub(super) struct Unite<'a> {
    view: &'a View,
    /// Whose contents this very decision has made known: of several assets the first.
    known: FxHashMap<(Owner, Checksum), AssetId>,
    /// To a lower number that it is one with.
    one_with: FxHashMap<AssetId, AssetId>,
    /// Photos that were found: what was missing is so no longer.
    found: AssetSet,
    /// As which content photos that were missing are back.
    back: FxHashMap<AssetId, Checksum>,
    /// Contents that came back while the photo which they once were shows another one.
    parted: Vec<Came>,
}

/// Whose content that is now, and whose it was.
struct Came {
    content: Checksum,
    into: AssetId,
    from: AssetId,
}

impl<'a> Unite<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self {
            view,
            known: FxHashMap::default(),
            one_with: FxHashMap::default(),
            found: AssetSet::new(),
            back: FxHashMap::default(),
            parted: Vec::new(),
        }
    }

    /// Notes what a file holds, where it was hashed. An empty file holds nothing: it is on
    /// its way, or was lost, and the same as no other.
    pub(super) fn holds(&mut self, file: &FileRow) {
        if let Some(checksum) = file.checksum.filter(|_| file.size > 0) {
            self.is_content(file.asset, checksum);
        }
    }

    /// Notes that an asset is this content.
    pub(super) fn is_content(&mut self, asset: AssetId, checksum: Checksum) {
        let Some(owner) = self.view.owner_of(asset) else {
            return;
        };
        let first = *self.known.entry((owner, checksum)).or_insert(asset);
        let stored = self.view.asset_of_content(owner, &checksum);
        let (shown, once) = match stored {
            Some(other) if other != asset && self.shows_another(other, checksum) => (None, stored),
            _ => (stored, None),
        };
        for other in shown.into_iter().chain([first]) {
            self.found.insert(other);
            self.unite(asset, other);
        }
        self.parted.extend(once.map(|from| Came {
            content: checksum,
            into: asset,
            from,
        }));
    }

    /// Whether a photo that is, or was, this content is there as another one; what was missing is there as the
    /// first of its contents that comes.
    fn shows_another(&mut self, asset: AssetId, checksum: Checksum) -> bool {
        if self.view.present().contains(asset) {
            return self.view.shows_another(asset, &checksum);
        }
        *self.back.entry(asset).or_insert(checksum) != checksum
    }

    /// Notes that a file whose content nobody knew shows the picture of one of these contents: if a
    /// photo of them is missing, it is found, with its metadata rewritten. Of several that of
    /// the file's name, else the lowest. To be called when all is noted that [`Self::is_content`] is for.
    pub(super) fn shows(&mut self, file: &FileRow, checksum: Checksum, contents: &[Checksum]) {
        let Some(owner) = self.view.owner_of(file.asset) else {
            return;
        };
        let is_known =
            self.view.asset_of_content(owner, &checksum).is_some() || self.view.is_any_content(file.asset);
        if is_known || self.known.get(&(owner, checksum)) != Some(&file.asset) {
            return;
        }
        let candidates = contents
            .iter()
            .filter_map(|content| self.view.asset_of_content(owner, content));
        let missing: AssetSet = candidates
            .filter(|asset| !self.view.present().contains(*asset) && !self.found.contains(*asset))
            .collect();
        let is_called_so = |asset: &AssetId| {
            let files = self.view.asset(*asset).map_or(&[][..], |row| &row.files);
            let mut rows = files.iter().filter_map(|other| self.view.file(*other));
            rows.any(|other| *other.name == *file.name)
        };
        let called_so = missing.iter().find(is_called_so);
        if let Some(asset) = called_so.or_else(|| missing.first()) {
            self.found.insert(asset);
            self.unite(file.asset, asset);
        }
    }

    fn lowest(&self, asset: AssetId) -> AssetId {
        let down = |asset: &AssetId| self.one_with.get(asset).copied();
        std::iter::successors(Some(asset), down).last().unwrap_or(asset)
    }

    fn unite(&mut self, one: AssetId, other: AssetId) {
        let (one, other) = (self.lowest(one), self.lowest(other));
        if one != other {
            self.one_with.insert(one.max(other), one.min(other));
        }
    }

    /// What is to happen, in this order; nothing where nothing is one that was not.
    pub(super) fn into_events(self) -> Vec<Event> {
        let mut groups: FxHashMap<AssetId, AssetSet> = FxHashMap::default();
        for asset in self.one_with.keys() {
            let into = self.lowest(*asset);
            let group = groups.entry(into).or_insert_with(|| AssetSet::one(into));
            group.insert(*asset);
        }
        let mut ordered: Vec<(AssetId, AssetSet)> = groups.clone().into_iter().collect();
        ordered.sort_unstable_by_key(|(into, _)| *into);
        let mut layers: FxHashMap<AssetId, UserLayer> = FxHashMap::default();
        let mut merges = Vec::new();
        for (into, group) in &ordered {
            let mut layer = self.layer(*into);
            for from in group.iter().filter(|from| from != into) {
                let clashes = united(&mut layer, &self.layer(from));
                let into = *into;
                merges.push(Merge { into, from, clashes });
            }
            layers.insert(*into, layer);
        }
        let mut events = Vec::new();
        if !merges.is_empty() {
            let tags = self.tag_clashes(&ordered);
            events.push(Event::AssetsMerged { merges, tags });
        }
        events.extend(self.partings(&groups, layers));
        events.extend(self.outdone(&events));
        events
    }

    /// Who has a sidecar, and gets what the journal alone has of another's: a replay, which has none, would take that.
    fn outdone(&self, events: &[Event]) -> Option<Event> {
        let is_outdone = |into: AssetId, from: AssetId| {
            let has_own = self.view.has_sidecar(into) && !self.view.is_sidecar_journalled(into);
            has_own && self.view.is_sidecar_journalled(from)
        };
        let mut assets = AssetSet::new();
        for event in events {
            if let Event::AssetsMerged { merges, .. } = event {
                let outdone = merges.iter().filter(|merge| is_outdone(merge.into, merge.from));
                assets.extend(outdone.map(|merge| merge.into));
            }
            if let Event::ContentsParted { partings, .. } = event {
                let outdone = partings.iter().filter(|one| is_outdone(one.into, one.from));
                assets.extend(outdone.map(|parting| parting.into));
            }
        }
        (!assets.is_empty()).then_some(Event::SidecarsReplaced { assets })
    }

    /// Which photos get a copy of what was made of others, after the merges.
    fn partings(
        &self,
        groups: &FxHashMap<AssetId, AssetSet>,
        mut layers: FxHashMap<AssetId, UserLayer>,
    ) -> Option<Event> {
        let mut partings: Vec<Parting> = Vec::new();
        let mut concerned: Vec<(AssetId, AssetSet)> = Vec::new();
        for Came { content, into, from } in &self.parted {
            let (content, into, whose) = (*content, self.lowest(*into), self.lowest(*from));
            let is_known = |parting: &Parting| (parting.content, parting.into) == (content, into);
            // They may be one after all, by another file of the same report.
            if into == whose || partings.iter().any(is_known) {
                continue;
            }
            let mut layer = layers.remove(&into).unwrap_or_else(|| self.layer(into));
            let theirs = layers.get(&whose).cloned();
            let clashes = united(&mut layer, &theirs.unwrap_or_else(|| self.layer(whose)));
            layers.insert(into, layer);
            let group = |asset: AssetId| groups.get(&asset).cloned().unwrap_or(AssetSet::one(asset));
            let held = group(whose);
            let gone = held.iter().flat_map(|asset| self.view.gone_with(asset, &content));
            partings.push(Parting {
                content,
                into,
                from: whose,
                files: gone.collect(),
                clashes,
            });
            concerned.push((into, &group(into) | &held));
        }
        if partings.is_empty() {
            return None;
        }
        let tags = self.tag_clashes(&concerned);
        Some(Event::ContentsParted { partings, tags })
    }

    fn layer(&self, asset: AssetId) -> UserLayer {
        let row = self.view.asset(asset);
        row.and_then(|row| row.edits.as_deref().cloned())
            .unwrap_or_default()
    }

    /// Tags that were given to some of a group and taken from others, for the one that has both then.
    fn tag_clashes(&self, groups: &[(AssetId, AssetSet)]) -> Vec<TagClash> {
        let mut intos: FxHashMap<AssetId, Vec<AssetId>> = FxHashMap::default();
        for (into, group) in groups {
            for asset in group.iter() {
                intos.entry(asset).or_default().push(*into);
            }
        }
        let all: AssetSet = intos.keys().copied().collect();
        let revision = |asset| {
            self.view
                .asset(asset)
                .map_or(Revision::default(), |row| row.revision)
        };
        // By group, when its tag was last touched on this side; one asset may be on both.
        let latest = |set: &AssetSet| {
            let mut latest: FxHashMap<AssetId, Revision> = FxHashMap::default();
            for asset in (set & &all).iter() {
                for into in intos.get(&asset).into_iter().flatten() {
                    let at = latest.entry(*into).or_default();
                    *at = revision(asset).max(*at);
                }
            }
            latest
        };
        let mut clashes = Vec::new();
        for (tag, row) in self.view.all_tags().filter(|(_, row)| !row.suppressed.is_empty()) {
            let (given, taken) = (latest(&row.added), latest(&row.suppressed));
            for (asset, given_at) in given {
                if let Some(taken_at) = taken.get(&asset) {
                    let given = given_at >= *taken_at;
                    clashes.push(TagClash { asset, tag, given });
                }
            }
        }
        clashes.sort_unstable_by_key(|clash| (clash.asset, clash.tag));
        clashes
    }
}

/// What a person should know of these events: edits that are not kept.
pub(super) fn not_kept(events: &[Event]) -> String {
    let mut parts = Vec::new();
    let mut say = |how: &str, clashes: &[Clash]| {
        for Clash { key, kept, dropped } in clashes {
            let (field, kept, dropped) = (key.field().as_str(), shown(kept), shown(dropped));
            parts.push(format!("{how}, whose {field} is {kept} and no longer {dropped}"));
        }
    };
    let mut lost: Vec<&TagClash> = Vec::new();
    for event in events {
        if let Event::AssetsMerged { merges, tags } = event {
            for merge in merges {
                say(&format!("{} is {}", merge.from, merge.into), &merge.clashes);
            }
            lost.extend(tags);
        }
        if let Event::ContentsParted { partings, tags } = event {
            for Parting {
                from, into, clashes, ..
            } in partings
            {
                say(&format!("a copy of {from}'s edits goes to {into}"), clashes);
            }
            lost.extend(tags);
        }
    }
    parts.extend(lost.into_iter().map(|clash| {
        let fate = if clash.given { "keeps" } else { "has lost" };
        format!("{} {fate} tag {}", clash.asset, clash.tag)
    }));
    let more = parts.len().saturating_sub(SAID);
    parts.truncate(SAID);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("; {}", parts.join("; "))
}

/// So many edits are named in words; all are in the event.
const SAID: usize = 20;

fn shown(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => {
            let mut short: String = text.chars().take(60).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            format!("“{short}”")
        }
        FieldValue::Rating(rating) => rating.to_string(),
        FieldValue::Flag(flag) => flag.to_string(),
        FieldValue::Location(None) => "nowhere".to_owned(),
        FieldValue::Location(Some(place)) => format!("{},{}", place.lat(), place.lon()),
        FieldValue::Orientation(turn) => turn.to_string(),
        FieldValue::Taken(taken) => taken.to_string(),
        FieldValue::Face(edit) => match edit.fate {
            FaceFate::Named(Some(person)) | FaceFate::Added(Some(person)) => format!("person {person}"),
            FaceFate::Named(None) | FaceFate::Added(None) => "nobody known".to_owned(),
            FaceFate::Rejected => "no face".to_owned(),
        },
        FieldValue::Stack(StackEdit::Alone) => "alone".to_owned(),
        FieldValue::Stack(StackEdit::In(stack) | StackEdit::Only(stack)) => format!("number {stack}"),
    }
}

/// Unites a layer with another; says what both had, which is kept and which is not.
fn united(layer: &mut UserLayer, other: &UserLayer) -> Vec<Clash> {
    let mut clashes = unite_faces(layer, other);
    for (key, theirs, their_revision) in other.dated() {
        if matches!(key, FieldKey::Face(_)) {
            continue;
        }
        let Some((ours, our_revision)) = layer.get(key).cloned().zip(layer.edited(key)) else {
            layer.set(key, Some(theirs.clone()), their_revision);
            continue;
        };
        if ours == *theirs {
            layer.set(key, Some(ours), our_revision.max(their_revision));
            continue;
        }
        let keeps_theirs = match key {
            FieldKey::Favorite(_) | FieldKey::Hidden => *theirs == FieldValue::Flag(true),
            FieldKey::Title
            | FieldKey::Description
            | FieldKey::Rating
            | FieldKey::Label
            | FieldKey::Location
            | FieldKey::Orientation
            | FieldKey::Taken
            | FieldKey::Stack
            | FieldKey::StackCover
            | FieldKey::Face(_) => their_revision > our_revision,
        };
        let (kept, dropped) = if keeps_theirs {
            layer.set(key, Some(theirs.clone()), their_revision);
            (theirs.clone(), ours)
        } else {
            (ours, theirs.clone())
        };
        clashes.push(Clash { key, kept, dropped });
    }
    clashes
}
