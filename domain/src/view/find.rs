//! Finding things by name, and naming where they are: tags, albums, folders, files.

use super::{View, sibling_key};
use crate::kernel::{
    AlbumId, CollectionId, FileId, FolderId, LibraryId, Owner, ShareId, ShotId, TagId, name,
};

/// Finding things by name.
impl View {
    /// The child of a tag (or of the root) by name, compared as siblings are.
    #[must_use]
    pub fn tag_child(&self, owner: Owner, parent: Option<TagId>, own_name: &str) -> Option<TagId> {
        self.tag_names
            .get(&(owner, parent, sibling_key(own_name)))
            .copied()
    }

    /// The child of an album (or of the root) by name, compared as siblings are.
    #[must_use]
    pub fn album_child(&self, owner: Owner, parent: Option<AlbumId>, own_name: &str) -> Option<AlbumId> {
        self.album_names
            .get(&(owner, parent, sibling_key(own_name)))
            .copied()
    }

    /// The share of this name, compared as siblings are.
    #[must_use]
    pub fn share_named(&self, owner: Owner, own_name: &str) -> Option<ShareId> {
        self.share_names.get(&(owner, sibling_key(own_name))).copied()
    }

    /// The collection of this name, compared as siblings are.
    #[must_use]
    pub fn collection_named(&self, owner: Owner, own_name: &str) -> Option<CollectionId> {
        self.collection_names
            .get(&(owner, sibling_key(own_name)))
            .copied()
    }

    /// The children of a tag, sorted by folded name.
    pub fn tag_children(&self, owner: Owner, parent: Option<TagId>) -> impl Iterator<Item = TagId> {
        let first = (owner, parent, String::new());
        self.tag_names
            .range(first..)
            .take_while(move |((o, p, _), _)| *o == owner && *p == parent)
            .map(|(_, tag)| *tag)
    }

    /// The children of an album, sorted by folded name.
    pub fn album_children(&self, owner: Owner, parent: Option<AlbumId>) -> impl Iterator<Item = AlbumId> {
        let first = (owner, parent, String::new());
        self.album_names
            .range(first..)
            .take_while(move |((o, p, _), _)| *o == owner && *p == parent)
            .map(|(_, album)| *album)
    }

    /// `a/b/c` of a tag.
    #[must_use]
    pub fn tag_path(&self, id: TagId) -> String {
        let up = |tag: &TagId| self.any_tag(*tag).and_then(|row| row.parent);
        let mut names: Vec<&str> = std::iter::successors(Some(id), up)
            .filter_map(|tag| self.any_tag(tag).map(|row| &*row.name))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// `a/b/c` of an album.
    #[must_use]
    pub fn album_path(&self, id: AlbumId) -> String {
        let up = |album: &AlbumId| self.album(*album).and_then(|row| row.parent);
        let mut names: Vec<&str> = std::iter::successors(Some(id), up)
            .filter_map(|album| self.album(album).map(|row| &*row.name))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// The folder of this exact name in a folder.
    #[must_use]
    pub fn folder_child(&self, parent: FolderId, own_name: &[u8]) -> Option<FolderId> {
        let children = &self.folder(parent)?.children;
        children
            .iter()
            .copied()
            .find(|child| self.folder(*child).is_some_and(|row| *row.name == *own_name))
    }

    /// The file of this exact name in a folder: the one that is there, else the
    /// last that was.
    #[must_use]
    pub fn file_in(&self, folder: FolderId, own_name: &[u8]) -> Option<FileId> {
        let (stem, _) = name::split_extension(own_name);
        let stem = self.stems.id(&name::fold(&name::portable(stem)))?;
        self.stems
            .shots(stem)
            .iter()
            .filter_map(|shot| self.shot(*shot))
            // A counter's stem has a shot in each of a hundred folders: their files are not looked at.
            .filter(|shot| shot.folder == folder)
            .flat_map(|shot| shot.files.iter().copied())
            .filter_map(|file| Some((file, self.file(file)?)))
            .filter(|(_, row)| row.folder == folder && *row.name == *own_name)
            .max_by_key(|(file, row)| (row.is_present(), *file))
            .map(|(file, _)| file)
    }

    /// The file of this exact name that is there in a folder.
    #[must_use]
    pub fn present_file_in(&self, folder: FolderId, own_name: &[u8]) -> Option<FileId> {
        self.file_in(folder, own_name).filter(|file| self.is_there(*file))
    }

    /// The shot in this folder whose files have exactly this stem, and none this extension.
    #[must_use]
    pub fn shot_to_join(&self, folder: FolderId, stem: &[u8], extension: &[u8]) -> Option<ShotId> {
        let stem_id = self.stems.id(&name::fold(&name::portable(stem)))?;
        self.stems.shots(stem_id).iter().copied().find(|shot| {
            let Some(row) = self.shot(*shot).filter(|row| row.folder == folder) else {
                return false;
            };
            let mut parts = row.files.iter().filter_map(|file| self.file(*file)).map(|file| {
                let (stem, extension) = name::split_extension(&file.name);
                (stem, extension)
            });
            parts.all(|(other, ext)| other == stem && !ext.eq_ignore_ascii_case(extension))
        })
    }

    /// The file at this path below a library's root: names between slashes.
    #[must_use]
    pub fn file_at(&self, library: LibraryId, path: &[u8]) -> Option<FileId> {
        let mut folder = self.root_folder(library)?;
        let mut parts = path
            .split(|byte| *byte == b'/')
            .filter(|part| !part.is_empty())
            .peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return self.file_in(folder, part);
            }
            folder = self.folder_child(folder, part)?;
        }
        None
    }

    /// The folder at this path below a library's root.
    #[must_use]
    pub fn folder_at(&self, library: LibraryId, path: &[u8]) -> Option<FolderId> {
        let parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
        parts.fold(self.root_folder(library), |folder, part| {
            self.folder_child(folder?, part)
        })
    }

    /// The path of a folder below its library's root, without slashes at its ends.
    #[must_use]
    pub fn folder_path(&self, id: FolderId) -> Vec<u8> {
        let up = |folder: &FolderId| self.folder(*folder).and_then(|row| row.parent);
        let mut names: Vec<&[u8]> = std::iter::successors(Some(id), up)
            .filter_map(|folder| self.folder(folder).map(|row| &*row.name))
            .filter(|part| !part.is_empty())
            .collect();
        names.reverse();
        names.join(&b'/')
    }

    /// The library of a file, and its path below the library's root.
    #[must_use]
    pub fn file_path(&self, id: FileId) -> Option<(LibraryId, Vec<u8>)> {
        let row = self.file(id)?;
        let mut path = self.folder_path(row.folder);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(&row.name);
        Some((self.library_of(row.folder), path))
    }

    /// The absolute path of an original; of one in a library that was removed, where it was.
    #[must_use]
    pub fn original_path(&self, id: FileId) -> Option<Vec<u8>> {
        let (library, path) = self.file_path(id)?;
        let mut whole = self.any_library(library)?.root.to_vec();
        whole.push(b'/');
        whole.extend_from_slice(&path);
        Some(whole)
    }
}
