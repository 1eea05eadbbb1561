//! What a photo is called in a directory.
//!
//! A file is called after its shot: the shot's stem, a suffix where another
//! shot keeps the plain stem in that directory, and the file's own extension.
//! So RAW, JPEG and movie of one shot always share a stem.
//!
//! In stored directories the first shot of a stem keeps the plain name. As soon
//! as a second one joins, that is written down as a [`Claim`], which stays even
//! when the owner leaves: no name changes because another photo comes or goes.
//! In query directories a name is plain if its stem is unique in the whole
//! view: a pure function.

use super::record::ShotRow;
use super::{Dir, View};
use crate::kernel::name::{self, NameStyle};
use crate::kernel::{AssetId, FileId, FolderId, ShotId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A folded stem, interned.
pub(super) type StemId = u32;

/// Says that this shot keeps the plain name of its stem in this dir.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Claim {
    /// Where.
    pub dir: Dir,
    /// Who.
    pub shot: ShotId,
}

/// The key under which a tag's or an album's name is unique among its siblings.
#[must_use]
pub fn sibling_key(own_name: &str) -> String {
    name::fold(&name::portable(own_name.as_bytes()))
}

/// Folded stems and the shots that have them.
#[derive(Default)]
pub(super) struct Stems {
    ids: FxHashMap<Arc<str>, StemId>,
    texts: Vec<Arc<str>>,
    shots: Vec<Vec<ShotId>>,
}

impl Stems {
    pub(super) fn intern(&mut self, folded: &str) -> StemId {
        if let Some(id) = self.ids.get(folded) {
            return *id;
        }
        let id = u32::try_from(self.shots.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = folded.into();
        self.ids.insert(text.clone(), id);
        self.texts.push(text);
        self.shots.push(Vec::new());
        id
    }

    pub(super) fn id(&self, folded: &str) -> Option<StemId> {
        self.ids.get(folded).copied()
    }

    pub(super) fn text(&self, stem: StemId) -> &str {
        self.texts.get(stem as usize).map_or("", |text| text)
    }

    pub(super) fn shots(&self, stem: StemId) -> &[ShotId] {
        self.shots.get(stem as usize).map_or(&[], Vec::as_slice)
    }

    /// Notes that a shot has a stem; says which one had it alone until now.
    pub(super) fn add(&mut self, stem: StemId, shot: ShotId) -> Option<ShotId> {
        let shots = self.shots.get_mut(stem as usize)?;
        let Err(at) = shots.binary_search(&shot) else {
            return None;
        };
        let alone = if let [alone] = **shots { Some(alone) } else { None };
        shots.insert(at, shot);
        alone
    }

    /// Notes that a shot has lost a stem; says which one has it alone from now on.
    pub(super) fn remove(&mut self, stem: StemId, shot: ShotId) -> Option<ShotId> {
        let shots = self.shots.get_mut(stem as usize)?;
        let Ok(at) = shots.binary_search(&shot) else {
            return None;
        };
        shots.remove(at);
        if let [alone] = **shots { Some(alone) } else { None }
    }
}

impl View {
    /// What this file is called in this directory.
    #[must_use]
    pub fn file_name_in(&self, dir: Dir, file: FileId) -> Option<String> {
        self.styled_name_in(dir, file, NameStyle::Portable)
    }

    /// The same in this style. In posix style a library folder shows the names on
    /// the disk, which differ by themselves; other directories show those names
    /// with the suffixes of the portable style.
    #[must_use]
    pub fn styled_name_in(&self, dir: Dir, file: FileId, style: NameStyle) -> Option<String> {
        let shot = self.file(file)?.shot;
        let row = self.shot(shot)?;
        if dir.is_query() {
            return self.named(file, self.is_plain(row), style);
        }
        let is_exact = style == NameStyle::Posix && matches!(dir, Dir::Folder(_));
        let keeps = || self.keeper(dir, row.stem_id).is_none_or(|keeper| keeper == shot);
        let plain = is_exact || (!row.tricky && keeps());
        self.named(file, plain, style)
    }

    /// Whether query directories show this shot under its plain stem.
    fn is_plain(&self, shot: &ShotRow) -> bool {
        !shot.tricky && self.stems.shots(shot.stem_id).len() == 1
    }

    /// What a file was called in query directories before another shot of its stem
    /// came or went; see [`super::Delta::restemmed`].
    #[must_use]
    pub fn query_name_before(&self, file: FileId, was_plain: bool, style: NameStyle) -> Option<String> {
        let shot = self.shot(self.file(file)?.shot)?;
        self.named(file, was_plain && !shot.tricky, style)
    }

    /// The shot that keeps the plain name of a stem in a directory, where that was claimed.
    pub(super) fn keeper(&self, dir: Dir, stem: StemId) -> Option<ShotId> {
        self.claims.get(&dir)?.get(&stem).copied()
    }

    pub(super) fn claim_name(&mut self, dir: Dir, stem: StemId, shot: ShotId) {
        self.claims.entry(dir).or_default().insert(stem, shot);
    }

    /// What this photo is called in this directory: after its lowest present file.
    #[must_use]
    pub fn name_in(&self, dir: Dir, asset: AssetId) -> Option<String> {
        self.file_name_in(dir, self.lead_file(asset)?)
    }

    /// What this photo is called in a directory that a query makes.
    #[must_use]
    pub fn query_name(&self, asset: AssetId) -> Option<String> {
        self.styled_query_name(asset, NameStyle::Portable)
    }

    /// The same in this style.
    #[must_use]
    pub fn styled_query_name(&self, asset: AssetId, style: NameStyle) -> Option<String> {
        let file = self.lead_file(asset)?;
        let shot = self.shot(self.file(file)?.shot)?;
        self.named(file, self.is_plain(shot), style)
    }

    fn named(&self, file: FileId, plain: bool, style: NameStyle) -> Option<String> {
        let row = self.file(file)?;
        let shot = self.shot(row.shot)?;
        let (stem, extension) = name::split_extension(&row.name);
        if style == NameStyle::Posix {
            let whole = name::exact(&row.name);
            return Some(match whole.filter(|_| plain) {
                Some(whole) => whole.to_owned(),
                None if whole.is_some() => {
                    let (stem, extension) =
                        (String::from_utf8_lossy(stem), String::from_utf8_lossy(extension));
                    name::join(&stem, &name::suffix(row.shot), &extension)
                }
                None => name::marked(stem, &name::suffix(row.shot), extension),
            });
        }
        let extension = name::portable(extension);
        let suffix = if plain {
            String::new()
        } else {
            name::suffix(row.shot)
        };
        Some(name::join(&shot.stem, &suffix, &extension))
    }

    /// The photo of this name in this directory, if it is shown there.
    #[must_use]
    pub fn find_in(&self, dir: Dir, wanted: &str) -> Option<AssetId> {
        self.find_styled_in(dir, wanted, NameStyle::Portable)
    }

    /// The same, by its name in this style.
    #[must_use]
    pub fn find_styled_in(&self, dir: Dir, wanted: &str, style: NameStyle) -> Option<AssetId> {
        self.candidates(wanted, style)
            .filter_map(|file| Some((file, self.file(file)?.asset)))
            .find(|(file, asset)| {
                self.is_shown(*asset)
                    && self.is_in(dir, *asset)
                    && self.lead_file(*asset) == Some(*file)
                    && self.styled_name_in(dir, *file, style).as_deref() == Some(wanted)
            })
            .map(|(_, asset)| asset)
    }

    /// The photo in this directory whose name in this style is this one, compared as
    /// siblings are.
    #[must_use]
    pub fn find_alike(&self, dir: Dir, wanted: &str, style: NameStyle) -> Option<AssetId> {
        let key = sibling_key(wanted);
        self.candidates(wanted, style)
            .filter_map(|file| Some((file, self.file(file)?.asset)))
            .find(|(file, asset)| {
                let is_alike = |name: String| sibling_key(&name) == key;
                self.is_shown(*asset)
                    && self.is_in(dir, *asset)
                    && self.lead_file(*asset) == Some(*file)
                    && self.styled_name_in(dir, *file, style).is_some_and(is_alike)
            })
            .map(|(_, asset)| asset)
    }

    /// The file of this name in this library folder, if it is there.
    #[must_use]
    pub fn find_file(&self, folder: FolderId, wanted: &str) -> Option<FileId> {
        self.find_styled_file(folder, wanted, NameStyle::Portable)
    }

    /// The same, by its name in this style.
    #[must_use]
    pub fn find_styled_file(&self, folder: FolderId, wanted: &str, style: NameStyle) -> Option<FileId> {
        let is_called = |file: FileId| {
            let name = self.styled_name_in(Dir::Folder(folder), file, style);
            name.as_deref() == Some(wanted)
        };
        self.candidates(wanted, style).find(|file| {
            let row = self.file(*file);
            row.is_some_and(|row| row.folder == folder && row.is_present()) && is_called(*file)
        })
    }

    /// The photo that a query directory would call so; whether the query has it is not asked.
    #[must_use]
    pub fn find_by_query_name(&self, wanted: &str) -> Option<AssetId> {
        self.find_by_styled_query_name(wanted, NameStyle::Portable)
    }

    /// The same, by its name in this style.
    #[must_use]
    pub fn find_by_styled_query_name(&self, wanted: &str, style: NameStyle) -> Option<AssetId> {
        self.candidates(wanted, style)
            .filter_map(|file| Some(self.file(file)?.asset))
            .find(|asset| self.styled_query_name(*asset, style).as_deref() == Some(wanted))
    }

    /// The files whose shot could give this name: of the plain stem, and of the suffix.
    fn candidates(&self, wanted: &str, style: NameStyle) -> impl Iterator<Item = FileId> {
        let (stem, _) = name::split_extension(wanted.as_bytes());
        let stem = std::str::from_utf8(stem).unwrap_or_default();
        let suffixed = name::split_suffix(stem).map(|(_, shot)| shot);
        let folded = match style {
            NameStyle::Portable => name::fold(stem),
            NameStyle::Posix => name::fold(&name::portable(stem.as_bytes())),
        };
        let plain = self.stems.id(&folded).map_or(&[][..], |id| self.stems.shots(id));
        suffixed
            .into_iter()
            .chain(plain.iter().copied())
            .filter_map(|shot| self.shot(shot))
            .flat_map(|shot| shot.files.iter().copied())
    }
}
