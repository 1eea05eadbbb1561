//! What people do meanwhile: edits, undo, and forgetting what is missing.

use super::checks::made;
use super::*;

impl Life {
    /// An edit of a photo, perhaps by an old number of it.
    pub(super) fn edit(&mut self, operation: u8, at: usize, choice: usize) {
        let numbers: Vec<AssetId> = self.photos.keys().chain(self.aliases.keys()).copied().collect();
        let Some(number) = numbers.get(at % numbers.len().max(1)).copied() else {
            return;
        };
        let photo = std::iter::successors(Some(number), |id| self.aliases.get(id).copied())
            .last()
            .unwrap();
        let Some(made) = self.photos.get_mut(&photo).map(|photo| &mut photo.made) else {
            return;
        };
        let assets = AssetSet::one(number);
        let set = |field, value| {
            Command::SetFields(SetFields {
                assets: assets.clone(),
                values: vec![(field, value)],
            })
        };
        let (tag, album) = (TAGS[choice % TAGS.len()], ALBUMS[choice % ALBUMS.len()]);
        let path = || TagPath::parse(tag).unwrap();
        let command = match operation {
            0 | 1 => {
                let title = format!("title {}", self.step);
                made.title = Some((title.clone(), self.step));
                set(Field::Title, FieldValue::Text(title.into()))
            }
            2 => {
                made.title = None;
                Command::ClearFields(ClearFields {
                    assets,
                    fields: vec![Field::Title],
                })
            }
            3 => {
                made.is_hidden = true;
                set(Field::Hidden, FieldValue::Flag(true))
            }
            4 => {
                made.is_favorite = true;
                set(Field::Favorite, FieldValue::Flag(true))
            }
            5 => {
                made.is_hidden = false;
                set(Field::Hidden, FieldValue::Flag(false))
            }
            6 | 7 => {
                made.tags.insert(tag);
                Command::AddTag(TagAssets { tag: path(), assets })
            }
            8 if made.tags.remove(tag) => Command::RemoveTag(TagAssets { tag: path(), assets }),
            9 | 10 => {
                made.albums.insert(album);
                let album = AlbumPath::parse(album).unwrap();
                // Undo may have taken its making back.
                drop(self.world.run(&Command::CreateAlbum(NewAlbum {
                    path: album.clone(),
                    rule: None,
                })));
                Command::AddToAlbum(AlbumAssets { album, assets })
            }
            _ => return,
        };
        self.world.run(&command).unwrap();
    }

    /// Undo is not modelled: what it left is taken over.
    pub(super) fn undo(&mut self, again: bool) {
        let done = if again {
            self.world.redo()
        } else {
            self.world.undo(None)
        };
        if done.is_err() {
            return;
        }
        let view = self.world.app.view();
        for (id, photo) in &mut self.photos {
            let now = made(&view, *id, &photo.made, self.step);
            photo.made = now;
        }
    }

    pub(super) fn forget(&mut self, at: usize) {
        let missing: Vec<AssetId> = self
            .photos
            .keys()
            .copied()
            .filter(|id| {
                self.files
                    .values()
                    .all(|file| file.photo != *id || !file.is_there)
            })
            .collect();
        let present = self.photos.keys().copied().find(|id| !missing.contains(id));
        if let Some(present) = present {
            let command = Command::ForgetAssets(AssetSet::one(present));
            assert!(
                self.world.run(&command).is_err(),
                "what is there is not forgotten"
            );
        }
        if let Some(id) = missing.get(at % missing.len().max(1)) {
            self.world
                .run(&Command::ForgetAssets(AssetSet::one(*id)))
                .unwrap();
            self.photos.remove(id);
            self.files.retain(|_, file| file.photo != *id);
        }
    }
}
