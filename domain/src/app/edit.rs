//! Fields and tags of the same photos in one entry: what a `PATCH` asks for.
//!
//! Catalog and organization each decide their part, in the same world; the parts
//! make one entry, so that all of it is done, or nothing, and one undo takes it
//! back. Refused: a tag that is to be given and taken, and photos that have
//! changed since the caller looked, if the caller says where he looked.

use super::AppError;
use crate::catalog::{CatalogError, Field, FieldValue, clear_fields, set_fields};
use crate::command::EditAssets;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AssetSet, Owner, UserId};
use crate::organization::{OrganizationError, TagPath, add_tags, remove_tag};
use crate::view::{View, sibling_key};

pub(super) fn edit_assets(view: &View, user: UserId, command: &EditAssets) -> Result<ChangeSet, AppError> {
    let EditAssets {
        assets,
        values,
        add,
        remove,
        expected,
    } = command;
    let same =
        |one: &TagPath, other: &TagPath| one.names().map(sibling_key).eq(other.names().map(sibling_key));
    if let Some(both) = add.iter().find(|tag| remove.iter().any(|other| same(tag, other))) {
        let path = both.to_string();
        return Err(OrganizationError::GivenAndTaken { path }.into());
    }
    let set: Vec<(Field, FieldValue)> = values
        .iter()
        .filter_map(|(field, value)| Some((*field, value.clone()?)))
        .collect();
    let dropped: Vec<Field> = values
        .iter()
        .filter(|(_, value)| value.is_none())
        .map(|(field, _)| *field)
        .collect();
    let owner = Owner::User(user);
    let mut parts = Vec::new();
    // Without any part too: photos that nobody knows are refused all the same.
    if !set.is_empty() || (dropped.is_empty() && add.is_empty() && remove.is_empty()) {
        parts.push(set_fields(view, user, assets, &set)?);
    }
    if !dropped.is_empty() {
        parts.push(clear_fields(view, user, assets, &dropped)?);
    }
    if !add.is_empty() {
        parts.push(add_tags(view, owner, add, assets)?);
    }
    for (at, tag) in remove.iter().enumerate() {
        if remove.iter().take(at).all(|earlier| !same(earlier, tag)) {
            parts.push(remove_tag(view, owner, tag, assets)?);
        }
    }
    // Last: what would be refused anyway is refused for its own sake (RFC 9110, section 13.2.1).
    if let Some((asset, revisions)) = expected {
        let row = view
            .asset(*asset)
            .ok_or(CatalogError::NoAsset { asset: *asset })?;
        if !revisions.contains(&row.revision) {
            let (asset, revision) = (*asset, row.revision);
            return Err(CatalogError::ChangedSince { asset, revision }.into());
        }
    }
    Ok(joined(parts))
}

/// The parts as one decision.
fn joined(parts: Vec<ChangeSet>) -> ChangeSet {
    let summaries: Vec<&str> = parts.iter().map(|part| part.summary.as_str()).collect();
    let summary = summaries.join("; ");
    let events: Vec<Event> = parts.into_iter().flat_map(|part| part.events).collect();
    let mut touched = AssetSet::new();
    for event in &events {
        if let Event::FieldEdited { before, .. } = event {
            before.iter().for_each(|(_, assets)| touched |= assets);
        }
        if let Event::TagAssigned { added, restored, .. } = event {
            touched |= &(added | restored);
        }
        if let Event::TagUnassigned {
            removed, suppressed, ..
        } = event
        {
            touched |= &(removed | suppressed);
        }
    }
    ChangeSet::new(EntryKind::Edit, summary, events).touching(touched.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::kernel::Revision;
    use crate::testing::World;

    fn tags(paths: &[&str]) -> Vec<TagPath> {
        paths.iter().map(|path| TagPath::parse(path).unwrap()).collect()
    }

    fn told(world: &World, path: &str) -> (Option<String>, Option<i8>, Vec<String>) {
        let (view, asset) = (world.app.view(), world.asset(path));
        let tags = view.tags_of(asset).into_iter().map(|tag| view.tag_path(tag));
        let title = view.title(asset).map(str::to_owned);
        (title, view.rating(asset), tags.collect())
    }

    #[test]
    fn fields_and_tags_of_photos_are_one_entry_and_one_undo() {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg"]);
        world.tag("old", &["a.jpg"]);
        let before = told(&world, "a.jpg");
        let receipt = world
            .run(&Command::EditAssets(EditAssets {
                assets: world.assets(&["a.jpg", "b.jpg"]),
                values: vec![
                    (Field::Title, Some(FieldValue::Text("x".into()))),
                    (Field::Rating, None),
                ],
                add: tags(&["new/one", "new/two", "NEW/one"]),
                remove: tags(&["old", "OLD"]),
                expected: None,
            }))
            .unwrap();
        assert_eq!(receipt.touched, 2);
        assert_eq!(
            receipt.summary,
            "title set: 2 photos; edits of rating dropped: 0 photos; new/one: 2 photos; new/two: 2 photos; old: taken from 1 photo (1 did not have it)"
        );
        let (title, _, given) = told(&world, "a.jpg");
        assert_eq!(title.as_deref(), Some("x"));
        assert_eq!(given, ["new/one", "new/two"]);
        assert_eq!(world.app.journal().last(), receipt.revision.unwrap());
        world.undo(receipt.revision).unwrap();
        assert_eq!(told(&world, "a.jpg"), before);
    }

    #[test]
    fn what_is_refused_in_part_is_not_done_at_all() {
        let world = World::new();
        world.files(&["a.jpg"]);
        let assets = world.assets(&["a.jpg"]);
        let asset = world.asset("a.jpg");
        let last = world.app.journal().last();
        let title = || (Field::Title, Some(FieldValue::Text("x".into())));
        let edit = |values, add: &[&str], remove: &[&str], expected| {
            let (assets, add, remove) = (assets.clone(), tags(add), tags(remove));
            world.run(&Command::EditAssets(EditAssets {
                assets,
                values,
                add,
                remove,
                expected,
            }))
        };
        let refused = [
            edit(vec![title()], &["a"], &["A"], None),
            edit(vec![title()], &[], &["nowhere"], None),
            edit(
                vec![(Field::Rating, Some(FieldValue::Rating(9)))],
                &["a"],
                &[],
                None,
            ),
            edit(vec![title()], &[], &[], Some((asset, vec![Revision::new(0)]))),
        ];
        for refused in refused {
            refused.unwrap_err();
        }
        assert_eq!(
            (world.app.journal().last(), told(&world, "a.jpg").0),
            (last, None)
        );
        let stands = world.app.view().asset(asset).unwrap().revision;
        let expected = Some((asset, vec![Revision::new(0), stands]));
        edit(vec![title()], &[], &[], expected).unwrap();
        let nothing = edit(Vec::new(), &[], &[], None).unwrap();
        assert_eq!((nothing.revision, nothing.touched), (None, 0));
    }
}
