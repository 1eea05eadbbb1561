//! That the world says the same as the model.

use super::*;

impl Life {
    pub(super) fn check(&self) {
        let view = self.world.app.view();
        let assets: Vec<AssetId> = view.assets().map(|(id, _)| id).collect();
        assert_eq!(assets, self.photos.keys().copied().collect::<Vec<_>>());
        for (id, file) in &self.files {
            let row = view.file(*id).unwrap();
            assert_eq!(
                (row.asset, row.is_present()),
                (file.photo, file.is_there),
                "file {id}"
            );
            assert_eq!(
                row.checksum,
                file.is_hashed.then(|| checksum(file.content)),
                "file {id}"
            );
            assert_eq!(view.doubt(*id).is_some(), file.doubt.is_some(), "file {id}");
            assert!(view.asset(row.asset).unwrap().files.contains(id));
        }
        self.check_files();
        assert_eq!(view.files().count(), self.files.len());
        for (id, photo) in &self.photos {
            assert_eq!(made(&view, *id, &photo.made, 0), photo.made, "photo {id}");
        }
        for from in self.aliases.keys() {
            assert!(view.asset(*from).is_none());
            let into = std::iter::successors(Some(*from), |id| self.aliases.get(id).copied()).last();
            assert_eq!(Some(view.resolve(*from)), into);
        }
        view.assert_counts();
        for asset in view.duplicates().iter() {
            assert!(view.copies(asset).len() > 1);
        }
    }

    /// The files of a photo that are there are one content, as far as it is known.
    fn check_files(&self) {
        let mut contents: BTreeMap<AssetId, Content> = BTreeMap::new();
        let is_known = |file: &&File| file.is_there && file.is_hashed && file.doubt.is_none();
        for file in self.files.values().filter(is_known) {
            assert_eq!(*contents.entry(file.photo).or_insert(file.content), file.content);
        }
    }

    /// In the end each content that is there is one photo.
    pub(super) fn check_contents(&self) {
        let view = self.world.app.view();
        let mut seen: BTreeMap<Content, AssetId> = BTreeMap::new();
        for (id, file) in self.files.iter().filter(|(_, file)| file.is_there) {
            let photo = view.file(*id).unwrap().asset;
            assert_eq!(*seen.entry(file.content).or_insert(photo), photo, "file {id}");
            assert_eq!(view.asset_by_checksum(&checksum(file.content)), Some(photo));
        }
    }
}

/// What a view says was made of a photo; a title that was known is of its time.
pub(super) fn made(view: &View, id: AssetId, known: &Made, step: usize) -> Made {
    let user = UserId::new(1);
    let title = match view.edit(id, FieldKey::Title) {
        Some(FieldValue::Text(text)) => {
            let same = known.title.as_ref().filter(|(title, _)| **title == **text);
            Some((text.to_string(), same.map_or(step, |(_, step)| *step)))
        }
        _ => None,
    };
    let tags = view.tags_of(id).into_iter().map(|tag| view.tag_path(tag));
    let albums = view.albums_of(id).into_iter().map(|album| view.album_path(album));
    let of = |pool: &[&'static str], names: Vec<String>| {
        let find = |name: &String| pool.iter().copied().find(|wanted| wanted == name).unwrap();
        names.iter().map(find).collect()
    };
    assert_eq!(
        view.favorites(user).is_some_and(|set| set.contains(id)),
        view.is_favorite(id, user)
    );
    assert_eq!(
        view.hidden().contains(id),
        view.edit(id, FieldKey::Hidden) == Some(&FieldValue::Flag(true))
    );
    Made {
        title,
        is_hidden: view.hidden().contains(id),
        is_favorite: view.is_favorite(id, user),
        tags: of(&TAGS, tags.collect()),
        albums: of(&ALBUMS, albums.collect()),
    }
}

/// All that a view knows of identity, and of what people made; not what files say.
pub(super) fn told(view: &View) -> Vec<String> {
    let mut lines: Vec<String> = view
        .assets()
        .map(|(id, row)| {
            let at = (
                view.tags_of(id),
                view.albums_of(id),
                view.formers(id),
                view.is_shown(id),
            );
            format!("{id} {:?} {:?} {at:?}", &*row.files, row.edits)
        })
        .collect();
    lines.extend(
        view.files()
            .map(|(id, row)| format!("{id} {row:?} {:?}", view.doubt(id))),
    );
    lines.extend(view.aliases().map(|alias| format!("{alias:?}")));
    lines.push(format!(
        "{:?} {:?} {:?}",
        view.duplicates(),
        view.present(),
        view.next()
    ));
    for (album, _) in view.albums() {
        let members = view.members(Dir::Album(album));
        lines.extend(
            members
                .iter()
                .map(|asset| format!("{album} {asset} {:?}", view.name_in(Dir::Album(album), asset))),
        );
    }
    lines
}
