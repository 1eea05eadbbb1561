//! What a photo is called in a directory.
//!
//! A file is called after its shot: the shot's stem, a suffix where another
//! shot keeps the plain stem in that directory, and the file's own extension.
//! So RAW, JPEG and movie of one shot always share a stem.
//!
//! In stored directories the first shot of a stem keeps the plain name. As soon
//! as a second one joins, that is written down as a [`Claim`], which stays even
//! when the owner leaves: no name changes because another photo comes or goes.
//! A photo with several files keeps its name whichever of them it is shown by, as
//! far as the files are called alike: a claim of one's shot serves the others.
//! In query directories a name is plain if its stem is unique in the whole
//! view: a pure function.
//!
//! An album with a rule is a query directory: who comes by a rule comes with any
//! change of any photo, also with facts that are read again after the layer was
//! lost, and no entry can say beforehand who that will be and who keeps a plain
//! name. Its claims rest while it has a rule; whoever stays when it becomes a plain
//! album gets what is missing with the entry that takes the rule away.

use super::record::ShotRow;
use super::{Dir, Few, SmallBytes, View};
use crate::kernel::name::{self, NameStyle};
use crate::kernel::{AlbumId, AssetId, FileId, FolderId, ShotId};
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher as _;

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
    all: Vec<Stem>,
    /// Where each is, found by its text.
    places: HashTable<StemId>,
}

#[derive(Default)]
struct Stem {
    text: SmallBytes,
    shots: Few<ShotId>,
}

impl Stems {
    pub(super) fn intern(&mut self, folded: &str) -> StemId {
        if let Some(id) = self.id(folded) {
            return id;
        }
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let (text, shots) = (folded.as_bytes().into(), Few::new());
        self.all.push(Stem { text, shots });
        let all = &self.all;
        let again = |id: &StemId| all.get(*id as usize).map_or(0, |stem| hash(&stem.text));
        self.places.insert_unique(hash(folded.as_bytes()), id, again);
        id
    }

    pub(super) fn id(&self, folded: &str) -> Option<StemId> {
        let folded = folded.as_bytes();
        let is = |id: &StemId| {
            self.all
                .get(*id as usize)
                .is_some_and(|stem| *stem.text == *folded)
        };
        self.places.find(hash(folded), is).copied()
    }

    pub(super) fn text(&self, stem: StemId) -> &str {
        let text = self.all.get(stem as usize).map(|stem| &*stem.text);
        text.and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    pub(super) fn shots(&self, stem: StemId) -> &[ShotId] {
        self.all.get(stem as usize).map_or(&[], |stem| &stem.shots)
    }

    /// Whether it looks like a suffixed one.
    pub(super) fn is_tricky(&self, stem: StemId) -> bool {
        name::is_tricky(self.text(stem))
    }

    /// Notes that a shot has a stem; says which one had it alone until now.
    pub(super) fn add(&mut self, stem: StemId, shot: ShotId) -> Option<ShotId> {
        let shots = &mut self.all.get_mut(stem as usize)?.shots;
        let alone = if let [alone] = **shots { Some(alone) } else { None };
        if shots.contains(&shot) {
            return None;
        }
        shots.insert(shot);
        alone
    }

    /// Notes that a shot has lost a stem; says which one has it alone from now on.
    pub(super) fn remove(&mut self, stem: StemId, shot: ShotId) -> Option<ShotId> {
        let shots = &mut self.all.get_mut(stem as usize)?.shots;
        if !shots.contains(&shot) {
            return None;
        }
        shots.remove(shot);
        if let [alone] = **shots { Some(alone) } else { None }
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

/// The stems of all names, portable and folded: numbers from 0, in the order in which they were first seen.
impl View {
    /// One more than the highest number.
    pub(crate) fn stems_end(&self) -> u32 {
        u32::try_from(self.stems.all.len()).unwrap_or(u32::MAX)
    }

    /// The stem of this number.
    pub(crate) fn stem(&self, number: u32) -> &str {
        self.stems.text(number)
    }

    /// The number of a stem.
    pub(crate) fn stem_of(&self, text: &str) -> Option<u32> {
        self.stems.id(text)
    }

    /// The files of a stem, those that are gone too.
    pub(crate) fn files_called(&self, number: u32) -> impl Iterator<Item = FileId> {
        let shots = self.stems.shots(number).iter();
        let shots = shots.filter_map(|shot| self.shot(*shot));
        shots.flat_map(|shot| shot.files.iter().copied())
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
        if self.is_query(dir) {
            return self.named(file, self.is_plain(row), style);
        }
        let is_exact = style == NameStyle::Posix && matches!(dir, Dir::Folder(_));
        self.named(file, is_exact || self.is_plain_in(dir, file), style)
    }

    /// Whether a file is called by its shot's plain stem in a directory (of a library
    /// folder in portable style).
    pub(super) fn is_plain_in(&self, dir: Dir, file: FileId) -> bool {
        let Some(shot) = self.file(file).map(|row| row.shot) else {
            return false;
        };
        let Some(row) = self.shot(shot) else { return false };
        if self.is_query(dir) {
            return self.is_plain(row);
        }
        let keeps = |keeper: ShotId| keeper == shot || (!dir.is_folder() && self.is_copied_in(file, keeper));
        !self.stems.is_tricky(row.stem_id) && self.keeper(dir, row.stem_id).is_none_or(keeps)
    }

    /// Whether a shot has a copy of this file's photo, of its extension: then the name is
    /// the photo's by either file. No other photo can have it, since the files of a shot
    /// differ in their extensions.
    fn is_copied_in(&self, file: FileId, shot: ShotId) -> bool {
        let Some(own) = self.file(file) else { return false };
        let extension = |name: &SmallBytes| name::split_extension(name).1.to_ascii_lowercase();
        let files = self.shot(shot).map_or(&[][..], |row| &row.files);
        files
            .iter()
            .filter_map(|other| self.file(*other))
            .any(|other| other.asset == own.asset && extension(&other.name) == extension(&own.name))
    }

    /// What a file was called in a directory where it was, or was not, under its plain
    /// stem; see [`super::Recast`].
    #[must_use]
    pub fn name_then(&self, file: FileId, was_plain: bool, style: NameStyle) -> Option<String> {
        self.named(file, was_plain, style)
    }

    /// Whether a directory is a query directory: it has no claims.
    #[must_use]
    pub fn is_query(&self, dir: Dir) -> bool {
        match dir {
            Dir::Album(album) => self.is_smart(album),
            Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Folder(_)
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Share(_)
            | Dir::Person(_)
            | Dir::Collection(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_) => dir.is_query(),
        }
    }

    /// What a file is called in an album while it has a rule (`true`), or while it
    /// has none: for those who have to know what it was called before.
    #[must_use]
    pub fn name_in_album(
        &self,
        album: AlbumId,
        file: FileId,
        smart: bool,
        style: NameStyle,
    ) -> Option<String> {
        let shot = self.file(file)?.shot;
        let row = self.shot(shot)?;
        let keeps = || {
            let keeper = self.keeper(Dir::Album(album), row.stem_id);
            keeper.is_none_or(|keeper| keeper == shot || self.is_copied_in(file, keeper))
        };
        let plain = if smart {
            self.is_plain(row)
        } else {
            !self.stems.is_tricky(row.stem_id) && keeps()
        };
        self.named(file, plain, style)
    }

    /// Whether query directories show this shot under its plain stem.
    fn is_plain(&self, shot: &ShotRow) -> bool {
        !self.stems.is_tricky(shot.stem_id) && self.stems.shots(shot.stem_id).len() == 1
    }

    /// What a file was called in query directories before another shot of its stem
    /// came or went; see [`super::Delta::restemmed`].
    #[must_use]
    pub fn query_name_before(&self, file: FileId, was_plain: bool, style: NameStyle) -> Option<String> {
        let shot = self.shot(self.file(file)?.shot)?;
        self.named(file, was_plain && !self.stems.is_tricky(shot.stem_id), style)
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
        let (stem, extension) = (name::portable(stem), name::portable(extension));
        let suffix = if plain {
            String::new()
        } else {
            name::suffix(row.shot)
        };
        Some(name::join(&stem, &suffix, &extension))
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
                self.lead_file(*asset) == Some(*file)
                    && self.styled_name_in(dir, *file, style).as_deref() == Some(wanted)
                    && self.is_shown_in(dir, *asset)
            })
            .map(|(_, asset)| asset)
    }

    /// The photo in this directory whose name in this style is this one, compared as
    /// siblings are.
    #[must_use]
    pub fn find_alike(&self, dir: Dir, wanted: &str, style: NameStyle) -> Option<AssetId> {
        self.find_alike_among(dir, wanted, style, |asset| self.is_shown_in(dir, asset))
    }

    /// The same among these photos, of which each is, or was, in the directory.
    #[must_use]
    pub fn find_alike_among(
        &self,
        dir: Dir,
        wanted: &str,
        style: NameStyle,
        among: impl Fn(AssetId) -> bool,
    ) -> Option<AssetId> {
        let key = sibling_key(wanted);
        self.candidates(wanted, style)
            .filter_map(|file| Some((file, self.file(file)?.asset)))
            .find(|(file, asset)| {
                let is_alike = |name: String| sibling_key(&name) == key;
                among(*asset)
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
