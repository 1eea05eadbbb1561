//! Numbers that lead elsewhere: what a command or an old entry calls by a number that is
//! an alias by now is the photo that it became part of.
//!
//! Commands are led on at the door, so that no handler has to know of aliases. An entry
//! from before two photos became one is led on before it is taken back: what it did to
//! either it did to the one there is. Where it treated the two differently, what it did
//! to the one whose number stayed counts. Photos that were forgotten are left out.

use crate::catalog::FieldValue;
use crate::command::{
    AlbumAssets, ChangeAlbum, ChangeDates, ClearFields, Command, EditAssets, EditFace, SetDate, SetFields,
    TagAssets,
};
use crate::event::{Brought, DateEdit, Event};
use crate::kernel::{AssetId, AssetSet};
use crate::organization::{AlbumChange, AlbumOrder, AlbumSetting, Place};
use crate::sharing::{NewShare, Scope, Share};
use crate::view::View;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// The command about the photos that there are.
#[expect(
    clippy::too_many_lines,
    reason = "one arm a command or an event: a table that is read as one"
)]
pub(super) fn led<'a>(view: &View, command: &'a Command) -> Cow<'a, Command> {
    let on = |assets: &AssetSet| {
        let now = view.resolve_all(assets);
        (now != *assets).then_some(now)
    };
    let album = |c: &AlbumAssets| {
        let album = c.album.clone();
        Some(AlbumAssets {
            assets: on(&c.assets)?,
            album,
        })
    };
    let tag = |c: &TagAssets| {
        let tag = c.tag.clone();
        Some(TagAssets {
            assets: on(&c.assets)?,
            tag,
        })
    };
    let now = match command {
        Command::SetFields(c) => on(&c.assets).map(|assets| {
            let values = c.values.clone();
            Command::SetFields(SetFields { assets, values })
        }),
        Command::ClearFields(c) => on(&c.assets).map(|assets| {
            let fields = c.fields.clone();
            Command::ClearFields(ClearFields { assets, fields })
        }),
        Command::SetDate(c) => on(&c.assets).map(|assets| {
            let taken = c.taken;
            Command::SetDate(SetDate { assets, taken })
        }),
        Command::ChangeDates(c) => on(&c.assets).map(|assets| {
            let change = c.change.clone();
            Command::ChangeDates(ChangeDates { assets, change })
        }),
        Command::EditAssets(c) => on(&c.assets).map(|assets| {
            let expected = c.expected.clone();
            let expected = expected.map(|(asset, at)| (view.resolve(asset), at));
            Command::EditAssets(EditAssets {
                assets,
                expected,
                ..c.clone()
            })
        }),
        Command::EditFace(c) => {
            let asset = view.resolve(c.asset);
            let change = c.change.clone();
            (asset != c.asset).then_some(Command::EditFace(EditFace { asset, change }))
        }
        Command::ChangeStack(c) => on(&c.assets()).map(|assets| Command::ChangeStack(c.of(assets))),
        Command::AddTag(c) => tag(c).map(Command::AddTag),
        Command::RemoveTag(c) => tag(c).map(Command::RemoveTag),
        Command::AddToAlbum(c) => album(c).map(Command::AddToAlbum),
        Command::RemoveFromAlbum(c) => album(c).map(Command::RemoveFromAlbum),
        Command::ExcludeFromAlbum(c) => album(c).map(Command::ExcludeFromAlbum),
        Command::ChangeAlbum(c) => change_led(view, c).map(Command::ChangeAlbum),
        Command::ForgetAssets(assets) => on(assets).map(Command::ForgetAssets),
        Command::CreateShare(NewShare {
            name,
            scope: Scope::Assets(assets),
        }) => on(assets).map(|assets| {
            let (name, scope) = (name.clone(), Scope::Assets(assets));
            Command::CreateShare(NewShare { name, scope })
        }),
        Command::RegisterUser(_)
        | Command::AddLibrary(_)
        | Command::SetLibraryState(_)
        | Command::RegisterFiles(_)
        | Command::UpdateFiles(_)
        | Command::RecordFacts(_)
        | Command::RecordChecksums(_)
        | Command::ArrangeTags(_)
        | Command::ArrangeAlbums(_)
        | Command::ArrangePeople(_)
        | Command::CreateAlbum(_)
        | Command::ChangeCollection(_)
        | Command::RelocateLibrary(_)
        | Command::RemoveLibrary(_)
        | Command::NoteSidecars(_)
        | Command::KeepSidecars(_)
        | Command::CreateShare(_)
        | Command::RevokeShare(_)
        | Command::Undo(_)
        | Command::Redo
        | Command::EnqueueJob(_)
        | Command::SettleJob(_)
        | Command::PauseJob(_)
        | Command::ResumeJob(_)
        | Command::CancelJob(_)
        | Command::RetryJob(_)
        | Command::AddMount(_)
        | Command::RemoveMount(_) => None,
    };
    now.map_or(Cow::Borrowed(command), Cow::Owned)
}

/// The event of an entry of the past, about the photos that there are.
#[expect(
    clippy::too_many_lines,
    reason = "one arm a command or an event: a table that is read as one"
)]
pub(super) fn event_led(view: &View, event: &Event) -> Event {
    let on = |assets: &AssetSet| -> AssetSet {
        let now = view.resolve_all(assets);
        now.iter().filter(|asset| view.asset(*asset).is_some()).collect()
    };
    match event {
        Event::FieldEdited { key, after, before } => Event::FieldEdited {
            key: *key,
            after: after.clone(),
            before: fields_led(&on, before),
        },
        Event::DatesEdited { dates } => Event::DatesEdited {
            dates: dates_led(view, dates),
        },
        Event::FieldsBrought { values } => Event::FieldsBrought {
            values: brought_led(view, values),
        },
        Event::TagBrought { tag, gained, lost } => Event::TagBrought {
            tag: *tag,
            gained: on(gained),
            lost: &on(lost) - &on(gained),
        },
        Event::TagAssigned { tag, added, restored } => {
            let (tag, added, restored) = (*tag, on(added), on(restored));
            Event::TagAssigned { tag, added, restored }
        }
        Event::TagUnassigned {
            tag,
            removed,
            suppressed,
        } => Event::TagUnassigned {
            tag: *tag,
            removed: on(removed),
            suppressed: on(suppressed),
        },
        Event::AlbumFilled { album, assets } => {
            let (album, assets) = (*album, on(assets));
            Event::AlbumFilled { album, assets }
        }
        Event::AlbumEmptied { album, assets } => {
            let (album, assets) = (*album, on(assets));
            Event::AlbumEmptied { album, assets }
        }
        Event::AlbumExcluded {
            album,
            excluded,
            readmitted,
        } => Event::AlbumExcluded {
            album: *album,
            excluded: on(excluded),
            readmitted: on(readmitted),
        },
        Event::AlbumSet { album, setting } => Event::AlbumSet {
            album: *album,
            setting: setting_led(view, setting),
        },
        Event::ShareCreated { share } => Event::ShareCreated {
            share: share_led(&on, share),
        },
        Event::ShareRevoked { share } => Event::ShareRevoked {
            share: share_led(&on, share),
        },
        // Of no photos, or never taken back.
        Event::TagCreated { .. }
        | Event::TagDeleted { .. }
        | Event::TagPlaced { .. }
        | Event::TagWorded { .. }
        | Event::AlbumCreated { .. }
        | Event::AlbumDeleted { .. }
        | Event::AlbumPlaced { .. }
        | Event::CollectionSet { .. }
        | Event::PersonCreated { .. }
        | Event::PersonPlaced { .. }
        | Event::PersonWorded { .. }
        | Event::FacesMoved { .. }
        | Event::LibraryRelocated { .. }
        | Event::LibraryRemoved { .. }
        | Event::SidecarsSeen { .. }
        | Event::SidecarsKept { .. }
        | Event::SidecarsReplaced { .. }
        | Event::UserRegistered { .. }
        | Event::LibraryAdded { .. }
        | Event::LibraryStateChanged { .. }
        | Event::FoldersSeen { .. }
        | Event::FolderMoved { .. }
        | Event::FilesRegistered { .. }
        | Event::FilesChanged { .. }
        | Event::FilesJudged { .. }
        | Event::FilesMoved { .. }
        | Event::FilesGone { .. }
        | Event::FilesReturned { .. }
        | Event::AssetsMerged { .. }
        | Event::ContentsParted { .. }
        | Event::AssetsForgotten { .. }
        | Event::FactsRecorded { .. }
        | Event::FactsDoubted { .. }
        | Event::ChecksumsRecorded { .. }
        | Event::NamesClaimed { .. }
        | Event::JobEnqueued { .. }
        | Event::JobSettled { .. }
        | Event::JobUpdated { .. }
        | Event::JobsForgotten { .. }
        | Event::MountAdded { .. }
        | Event::MountRemoved { .. } => event.clone(),
    }
}

type Before = Vec<(Option<FieldValue>, AssetSet)>;

fn fields_led(on: &dyn Fn(&AssetSet) -> AssetSet, before: &Before) -> Before {
    let mut taken = AssetSet::new();
    // Those that go by their own number first.
    let mut own: Vec<AssetSet> = Vec::with_capacity(before.len());
    for (_, assets) in before {
        let stays = assets & &on(assets);
        taken |= &stays;
        own.push(stays);
    }
    let mut led = Vec::with_capacity(before.len());
    for ((value, assets), mut stays) in before.iter().zip(own) {
        let others = &on(assets) - &taken;
        taken |= &others;
        stays |= &others;
        if !stays.is_empty() {
            led.push((value.clone(), stays));
        }
    }
    led
}

fn dates_led(view: &View, dates: &[DateEdit]) -> Vec<DateEdit> {
    let mut edits: Vec<(bool, DateEdit)> = dates
        .iter()
        .map(|edit| {
            let asset = view.resolve(edit.asset);
            (asset != edit.asset, DateEdit { asset, ..*edit })
        })
        .filter(|(_, edit)| view.asset(edit.asset).is_some())
        .collect();
    edits.sort_by_key(|(is_alias, edit)| (edit.asset, *is_alias));
    let mut seen = FxHashSet::default();
    edits.retain(|(_, edit)| seen.insert(edit.asset));
    edits.into_iter().map(|(_, edit)| edit).collect()
}

fn brought_led(view: &View, values: &[Brought]) -> Vec<Brought> {
    let mut led: Vec<(bool, Brought)> = values
        .iter()
        .map(|value| {
            let asset = view.resolve(value.asset);
            (
                asset != value.asset,
                Brought {
                    asset,
                    ..value.clone()
                },
            )
        })
        .filter(|(_, value)| view.asset(value.asset).is_some())
        .collect();
    led.sort_by_key(|(is_alias, value)| (value.asset, value.key, *is_alias));
    // A face that is gone and the one that got its number are two values of one photo.
    led.dedup_by(|(is_alias, later), (_, kept)| {
        *is_alias && (later.asset, later.key) == (kept.asset, kept.key)
    });
    led.into_iter().map(|(_, value)| value).collect()
}

fn share_led(on: &dyn Fn(&AssetSet) -> AssetSet, share: &Share) -> Share {
    let mut share = share.clone();
    if let Scope::Assets(assets) = &mut share.scope {
        *assets = on(assets);
    }
    share
}

/// What is to be set of an album, `None` if nothing in it leads elsewhere.
fn change_led(view: &View, command: &ChangeAlbum) -> Option<ChangeAlbum> {
    let on = |asset: &AssetId| view.resolve(*asset);
    let led = |change: &AlbumChange| match change {
        AlbumChange::Cover(cover) => AlbumChange::Cover(cover.as_ref().map(on)),
        AlbumChange::Place { assets, at } => AlbumChange::Place {
            assets: placed_led(view, assets),
            at: match at {
                Place::Before(other) => Place::Before(on(other)),
                Place::After(other) => Place::After(on(other)),
                Place::First | Place::Last => *at,
            },
        },
        AlbumChange::Bind(_) | AlbumChange::Sort { .. } => change.clone(),
    };
    let changes: Vec<AlbumChange> = command.changes.iter().map(led).collect();
    let album = command.album.clone();
    (changes != command.changes).then_some(ChangeAlbum { album, changes })
}

/// What was set of an album, as it would be of the photos there are.
fn setting_led(view: &View, setting: &AlbumSetting) -> AlbumSetting {
    let cover = |cover: &Option<AssetId>| {
        let now = cover.map(|asset| view.resolve(asset));
        now.filter(|asset| view.asset(*asset).is_some())
    };
    let order = |order: &AlbumOrder| {
        let mut placed = placed_led(view, &order.placed);
        placed.retain(|asset| view.asset(*asset).is_some());
        AlbumOrder {
            placed,
            ..order.clone()
        }
    };
    match setting {
        AlbumSetting::Rule { .. } => setting.clone(),
        AlbumSetting::Cover { before, after } => AlbumSetting::Cover {
            before: cover(before),
            after: cover(after),
        },
        AlbumSetting::Order { before, after } => AlbumSetting::Order {
            before: order(before),
            after: order(after),
        },
    }
}

/// An order of photos, each once: where one goes by its own number, that is its place.
fn placed_led(view: &View, placed: &[AssetId]) -> Vec<AssetId> {
    let own: FxHashSet<AssetId> = placed.iter().copied().collect();
    let mut seen = FxHashSet::default();
    let led = placed.iter().filter_map(|asset| {
        let now = view.resolve(*asset);
        (now == *asset || !own.contains(&now)).then_some(now)
    });
    led.filter(|asset| seen.insert(*asset)).collect()
}
