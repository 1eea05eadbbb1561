//! What albums with rules and collections do in the random life of a world.

use super::model::{Life, TAGS};
use super::model_checks::ME;
use super::tests::album_dir;
use crate::command::{AlbumAssets, ChangeAlbum, Command};
use crate::kernel::{AlbumId, AssetSet, CollectionId, FolderId};
use crate::organization::query::{Sort, evaluate};
use crate::organization::{
    AlbumChange, AlbumPath, AlbumRule, CollectionChange, CollectionName, OrderBy, Place, Query,
};
use crate::sharing::Scope;
use crate::view::{Dir, View};

const RULES: [&str; 6] = [
    "tag:beach",
    "name:img_1 -is:stacked",
    "date:2024",
    "is:favorite OR path:/x/",
    "ext:jpg",
    "-has:tags",
];

/// Some ask for what others have.
const COLLECTIONS: [&str; 6] = [
    "tag:travel",
    "path:/y/ OR type:raw",
    "album:travel ext:jpg",
    "-album:beach",
    "collection:c1",
    "name:~000",
];

/// What an album with a rule shows, from scratch.
pub(super) fn in_smart(view: &View, album: AlbumId) -> AssetSet {
    let row = view.album(album).unwrap();
    let found = match row.settings.rule.as_ref().unwrap() {
        AlbumRule::Query(text) => evaluate(view, ME, &Query::parse(text).unwrap()),
        AlbumRule::Collection(id) => {
            let query = Query::parse(&view.collection(*id).unwrap().query).unwrap();
            evaluate(view, ME, &query)
        }
        AlbumRule::Folder(folder) => {
            let is_in =
                |file: &crate::view::FileRow| file.is_present() && view.is_below(file.folder, *folder);
            let files = view.files().filter(|(_, file)| is_in(file));
            files.map(|(_, file)| file.asset).collect()
        }
    };
    assert!(row.included.is_disjoint(&row.excluded), "{row:?}");
    view.shown(&(&(&found | &row.included) - &row.excluded))
}

fn rule(at: usize, choice: usize) -> AlbumRule {
    let number = |most: usize| u32::try_from(choice % most + 1).unwrap();
    match at % 3 {
        0 => AlbumRule::Query(RULES[choice % RULES.len()].into()),
        1 => AlbumRule::Folder(FolderId::new(number(4))),
        _ => AlbumRule::Collection(CollectionId::new(number(3))),
    }
}

impl Life {
    /// Does one operation on albums and collections, or finds it refused.
    pub(super) fn sets(&mut self, operation: u8, path: &str, at: usize, choice: usize) {
        let world = &self.world;
        let text = TAGS[choice % TAGS.len()];
        let album = AlbumPath::parse(text).unwrap();
        let id = CollectionId::new(u32::try_from(at % 3 + 1).unwrap());
        let query: Box<str> = COLLECTIONS[choice % COLLECTIONS.len()].into();
        let name = CollectionName::parse(&format!("c{}", at % 4)).unwrap();
        match operation {
            31 if album_dir(world, text).is_none() => drop(world.smart_album(text, rule(at, choice))),
            31 | 32 => {
                let bound = (!choice.is_multiple_of(5)).then(|| rule(at, choice));
                let change = AlbumChange::Bind(bound);
                let changes = vec![change];
                self.checked(&Command::ChangeAlbum(ChangeAlbum { album, changes }));
            }
            33 => {
                let assets = world.assets(&[path]);
                let which = AlbumAssets { album, assets };
                self.checked(&match at % 3 {
                    0 => Command::AddToAlbum(which),
                    1 => Command::RemoveFromAlbum(which),
                    _ => Command::ExcludeFromAlbum(which),
                });
            }
            34 => {
                let asset = world.asset(path);
                let change = match choice % 6 {
                    0 => AlbumChange::Cover(Some(asset)),
                    1 => AlbumChange::Cover(None),
                    2 => AlbumChange::Sort {
                        by: OrderBy::Sort(Sort::Name),
                        reverse: at > 5,
                    },
                    3 => AlbumChange::Sort {
                        by: OrderBy::Manual,
                        reverse: at > 5,
                    },
                    4 => AlbumChange::Place {
                        assets: vec![asset],
                        at: Place::First,
                    },
                    _ => AlbumChange::Place {
                        assets: vec![asset],
                        at: Place::After(crate::kernel::AssetId::new(1)),
                    },
                };
                let changes = vec![change];
                self.checked(&Command::ChangeAlbum(ChangeAlbum { album, changes }));
            }
            35 => {
                let change = CollectionChange::Create { name, query };
                self.checked(&Command::ChangeCollection(change));
            }
            36 => {
                let name = (choice > 5).then_some(name);
                let query = Some(query);
                let change = CollectionChange::Update { id, name, query };
                self.checked(&Command::ChangeCollection(change));
            }
            37 if choice > 8 => {
                self.checked(&Command::ChangeCollection(CollectionChange::Delete { id }));
            }
            37 => {
                let scope = match choice % 2 {
                    0 => Scope::Collection(id),
                    _ => Scope::Query("collection:c0 OR -collection:c1".into()),
                };
                drop(world.share(&format!("s{at}"), scope));
            }
            _ => {}
        }
        let view = self.world.app.view();
        for (id, row) in view.albums() {
            let order = crate::organization::in_order(&view, id);
            assert_eq!(
                order.iter().copied().collect::<AssetSet>(),
                view.members(Dir::Album(id))
            );
            assert_eq!(order.len() as u64, view.shown(&row.assets).len());
        }
    }
}
