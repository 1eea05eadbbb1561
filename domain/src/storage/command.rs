//! Adding libraries, and noting what a scan saw in them.

use super::folders::{Moves, fit_together, place};
use super::{FileSighting, FolderSighting, Library, LibraryState, NewLibrary, StorageError};
use crate::catalog::{Evidence, come_back_beside, media_kind};
use crate::command::UpdateFiles;
use crate::event::{ChangeSet, EntryKind, Event, FileMoved, FileSeen, FileStamp, FolderSeen};
use crate::kernel::{AssetId, FileId, FileSet, FolderId, LibraryId, Owner, ShotId, name};
use crate::view::View;
use rustc_hash::{FxHashMap, FxHashSet};

/// Adds a folder of originals.
///
/// # Errors
/// [`StorageError`]: no absolute path, a name in use, or an overlap with another library.
pub fn add_library(view: &View, owner: Owner, new: &NewLibrary) -> Result<ChangeSet, StorageError> {
    fit(view, &new.root, None)?;
    let shown = || String::from_utf8_lossy(&new.root).into_owned();
    let name = library_name(view, new)?;
    let library = Library {
        id: view.next().library(),
        owner,
        name: name.clone(),
        root: new.root.clone(),
        timezone: new.timezone.clone(),
        state: LibraryState::Online,
    };
    let folder = FolderSeen {
        id: view.next().folder(),
        library: library.id,
        parent: None,
        name: Box::default(),
    };
    let events = vec![
        Event::LibraryAdded { library },
        Event::FoldersSeen {
            folders: vec![folder],
        },
    ];
    Ok(ChangeSet::new(
        EntryKind::Irrevocable,
        format!("library {name} added at {}", shown()),
        events,
    ))
}

/// Whether a library may lie here: apart from every other (but for the one that moves
/// here) and from every mount.
pub(super) fn fit(view: &View, root: &[u8], moving: Option<LibraryId>) -> Result<(), StorageError> {
    let shown = || String::from_utf8_lossy(root).into_owned();
    if root.first() != Some(&b'/') || root.len() < 2 || root.ends_with(b"/") {
        return Err(StorageError::NotAFolder { root: shown() });
    }
    for other in view.libraries().filter(|other| Some(other.id) != moving) {
        if *other.root == *root {
            return Err(StorageError::AlreadyALibrary {
                root: shown(),
                name: other.name.clone(),
            });
        }
        if is_below(root, &other.root) || is_below(&other.root, root) {
            return Err(StorageError::Overlaps {
                root: shown(),
                name: other.name.clone(),
                other: String::from_utf8_lossy(&other.root).into_owned(),
            });
        }
    }
    for mount in view.mounts() {
        if *mount.path == *root || is_below(root, &mount.path) || is_below(&mount.path, root) {
            return Err(StorageError::LibraryOverlapsMount {
                root: shown(),
                mount: mount.id,
                path: String::from_utf8_lossy(&mount.path).into_owned(),
            });
        }
    }
    Ok(())
}

pub(super) fn is_below(path: &[u8], root: &[u8]) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.first() == Some(&b'/'))
}

fn library_name(view: &View, new: &NewLibrary) -> Result<Box<str>, StorageError> {
    let taken = |name: &str| {
        view.libraries()
            .any(|other| name::fold(&other.name) == name::fold(name))
    };
    if let Some(name) = &new.name {
        if name.is_empty() || **name == *"." || **name == *".." || name::portable(name.as_bytes()) != **name {
            return Err(StorageError::BadName { name: name.clone() });
        }
        if taken(name) {
            return Err(StorageError::NameTaken { name: name.clone() });
        }
        return Ok(name.clone());
    }
    let last = new.root.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let plain = name::portable(last);
    let mut name = plain.clone();
    let mut number = 2u32;
    while taken(&name) {
        name = format!("{plain} {number}");
        number += 1;
    }
    Ok(name.into())
}

/// Notes whether a library's root is there. That it was removed nobody can see: a person
/// says it, by [`super::remove_library`].
///
/// # Errors
/// [`StorageError::NoLibrary`].
pub fn set_library_state(
    view: &View,
    library: LibraryId,
    state: LibraryState,
) -> Result<ChangeSet, StorageError> {
    let known = view.library(library).ok_or(StorageError::NoLibrary { library })?;
    if known.state == state || state == LibraryState::Removed {
        return Ok(ChangeSet::none("nothing changed"));
    }
    let event = Event::LibraryStateChanged { library, state };
    Ok(ChangeSet::new(
        EntryKind::Observation,
        format!("{} is {}", known.name, state.as_str()),
        vec![event],
    ))
}

/// Notes files that a scan saw for the first time, and the folders they lie in.
/// Files that are no photo or video, and those known already, are left out.
///
/// # Errors
/// [`StorageError::NoLibrary`], [`StorageError::EmptyPath`].
pub fn register_files(
    view: &View,
    library: LibraryId,
    files: &[FileSighting],
    now: i64,
) -> Result<ChangeSet, StorageError> {
    let mut plan = Plan::new(view, library)?;
    for sighting in files {
        let (file_name, folders) = sighting.path.split_last().ok_or(StorageError::EmptyPath)?;
        let (_, extension) = name::split_extension(file_name);
        let named = media_kind(extension).map(|(kind, _)| kind);
        if named.or(sighting.kind).is_none() {
            continue;
        }
        let folder = plan.folder(folders);
        if view.present_file_in(folder, file_name).is_some() {
            continue;
        }
        let shot = plan.shot(folder, file_name);
        plan.add(FileSeen {
            id: FileId::new(plan.next_file),
            asset: AssetId::new(plan.next_asset),
            shot,
            folder,
            name: file_name.clone(),
            size: sighting.size,
            mtime_ns: sighting.mtime_ns,
            ino: sighting.ino,
            added: now,
            kind: sighting.kind.filter(|_| named.is_none()),
        });
    }
    Ok(plan.finish())
}

/// Notes files that changed, moved, went or came back.
///
/// # Errors
/// [`StorageError::NoLibrary`] and [`StorageError::EmptyPath`] for a move into nowhere.
pub fn update_files(view: &View, command: &UpdateFiles) -> Result<ChangeSet, StorageError> {
    let mut events = Vec::new();
    let mut moved = Vec::new();
    let (mut folders, mut folder_moves) = (Vec::new(), Vec::new());
    // A scan that was under way when a person removed its library: nothing of it comes back.
    let is_of_library = |file: FileId| {
        view.file(file)
            .is_none_or(|row| view.library(view.library_of(row.folder)).is_some())
    };
    let returned: FileSet = command
        .returned
        .iter()
        .filter(|file| is_of_library(*file))
        .collect();
    let first_folder = command.folders.first().map(|first| first.folder);
    let first_file = command.moved.first().map(|(file, _)| *file);
    let moving = first_folder.or_else(|| Some(view.file(first_file?)?.folder));
    if first_folder.is_some() || first_file.is_some() {
        let library = moving.map_or(LibraryId::new(0), |folder| view.library_of(folder));
        let mut plan = Plan::new(view, library)?;
        folder_moves = plan.move_folders(&command.folders);
        plan.moving = moved_whole(view, &command.moved);
        for (file, sighting) in &command.moved {
            let Some(row) = view.file(*file) else { continue };
            let (file_name, path) = sighting.path.split_last().ok_or(StorageError::EmptyPath)?;
            let folder = plan.folder(path);
            if folder == row.folder && **file_name == *row.name {
                continue; // It went along with its folder.
            }
            let shot = match plan.existing_shot(folder, file_name) {
                Some(shot) => shot,
                None if plan.moving.contains(&row.shot) => row.shot,
                None => plan.shot(folder, file_name),
            };
            moved.push(FileMoved {
                id: *file,
                folder,
                name: file_name.clone(),
                shot,
            });
        }
        folders = plan.folders;
    }
    if !folders.is_empty() {
        events.push(Event::FoldersSeen { folders });
    }
    let below: u64 = command
        .folders
        .iter()
        .map(|sighting| view.photos_below(sighting.folder).len())
        .sum();
    events.append(&mut folder_moves);
    let touched =
        below + moved.len() as u64 + command.changed.len() as u64 + command.gone.len() + returned.len();
    if !moved.is_empty() {
        events.push(Event::FilesMoved { files: moved });
    }
    if !command.changed.is_empty() {
        events.push(Event::FilesChanged {
            files: command.changed.clone(),
            evidence: evidence(view, &command.changed),
        });
    }
    if !command.gone.is_empty() {
        events.push(Event::FilesGone {
            files: command.gone.clone(),
        });
    }
    if let Some(parted) = come_back_beside(view, &returned, command) {
        events.push(parted);
    }
    if !returned.is_empty() {
        events.push(Event::FilesReturned { files: returned });
    }
    Ok(ChangeSet::new(EntryKind::Observation, format!("{touched} files changed"), events).touching(touched))
}

/// What files that changed said of their pictures until now: of one that is in doubt
/// already, that is known.
fn evidence(view: &View, changed: &[FileStamp]) -> Vec<(FileId, Evidence)> {
    let said = |stamp: &FileStamp| {
        let file = view.file(stamp.id)?;
        let row = view.asset(file.asset)?;
        if view.doubt(stamp.id).is_some() {
            return None;
        }
        let evidence = if row.is_read() && view.is_like_lead(stamp.id, file.asset) {
            Evidence::of(view.embedded_facts(file.asset)?)
        } else {
            // A copy that changed before it knew what both said.
            let doubts = row.files.iter().filter_map(|other| view.doubt(*other));
            let mut alike = doubts.filter(|doubt| file.checksum.is_some() && doubt.checksum == file.checksum);
            alike.next()?.evidence.clone()
        };
        (!evidence.is_none()).then_some((stamp.id, evidence))
    };
    let mut said: Vec<(FileId, Evidence)> = changed.iter().filter_map(said).collect();
    said.sort_unstable_by_key(|(file, _)| *file);
    said
}

/// The files that are at the paths of these now, as if seen for the first time: each is
/// another picture than the one that was there, and of a shot of its own.
pub(crate) fn seen_anew(view: &View, files: &[FileStamp], now: i64) -> Vec<FileSeen> {
    let library = |stamp: &FileStamp| Some(view.library_of(view.file(stamp.id)?.folder));
    let Some(Ok(mut plan)) = files
        .first()
        .and_then(library)
        .map(|library| Plan::new(view, library))
    else {
        return Vec::new();
    };
    for stamp in files {
        if let Some(row) = view.file(stamp.id) {
            let (folder, name) = (row.folder, Box::from(&*row.name));
            let (size, mtime_ns, ino) = (stamp.size, stamp.mtime_ns, stamp.ino);
            let shot = plan.shot(folder, &name);
            let is_named = media_kind(name::split_extension(&name).1).is_some();
            plan.add(FileSeen {
                kind: (!is_named).then_some(row.kind),
                id: FileId::new(plan.next_file),
                asset: AssetId::new(plan.next_asset),
                shot,
                folder,
                name,
                size,
                mtime_ns,
                ino,
                added: now,
            });
        }
    }
    plan.files
}

/// The shots of which every file moves, to one folder and one stem: they keep
/// their number, and with it the names they have in albums, tags and dates.
fn moved_whole(view: &View, moved: &[(FileId, FileSighting)]) -> FxHashSet<ShotId> {
    /// Folder and stem; `None`: the files of the shot part.
    type Target<'a> = Option<(&'a [Box<[u8]>], &'a [u8])>;
    let mut targets: FxHashMap<ShotId, (usize, Target<'_>)> = FxHashMap::default();
    for (file, sighting) in moved {
        let (Some(row), Some((file_name, folder))) = (view.file(*file), sighting.path.split_last()) else {
            continue;
        };
        let target = Some((folder, name::split_extension(file_name).0));
        let (count, known) = targets.entry(row.shot).or_insert((0, target));
        *count += 1;
        if *known != target {
            *known = None;
        }
    }
    let is_whole = |shot: &ShotId, count: usize| view.shot(*shot).is_some_and(|row| row.files.len() == count);
    targets
        .into_iter()
        .filter(|(shot, (count, target))| target.is_some() && is_whole(shot, *count))
        .map(|(shot, _)| shot)
        .collect()
}

/// Hands out numbers for what one batch makes.
struct Plan<'a> {
    view: &'a View,
    library: LibraryId,
    root: FolderId,
    next_folder: u32,
    next_file: u32,
    next_asset: u32,
    next_shot: u32,
    folders: Vec<FolderSeen>,
    files: Vec<FileSeen>,
    /// Shots that take another place by this very batch: no file joins them at the old one.
    moving: FxHashSet<ShotId>,
    /// Folders that take another place by this very batch.
    leaving: FxHashSet<FolderId>,
    planned_folders: FxHashMap<(FolderId, Box<[u8]>), FolderId>,
    planned_shots: FxHashMap<(FolderId, Box<[u8]>), Vec<PlannedFile>>,
}

/// The shot and the extension of a file that the batch registers.
type PlannedFile = (ShotId, Box<[u8]>);

impl<'a> Plan<'a> {
    fn new(view: &'a View, library: LibraryId) -> Result<Self, StorageError> {
        let root = view
            .library(library)
            .and_then(|_| view.root_folder(library))
            .ok_or(StorageError::NoLibrary { library })?;
        let next = view.next();
        Ok(Self {
            view,
            library,
            root,
            next_folder: next.folder().number(),
            next_file: next.file().number(),
            next_asset: next.asset().number(),
            next_shot: next.shot().number(),
            folders: Vec::new(),
            files: Vec::new(),
            moving: FxHashSet::default(),
            leaving: FxHashSet::default(),
            planned_folders: FxHashMap::default(),
            planned_shots: FxHashMap::default(),
        })
    }

    /// Moves the folders that can be where they are said to be.
    fn move_folders(&mut self, sightings: &[FolderSighting]) -> Vec<Event> {
        let (view, library) = (self.view, self.library);
        let is_of_library = |folder: FolderId| {
            let row = view.folder(folder);
            row.is_some_and(|row| row.library == library && row.parent.is_some())
        };
        let mut moves: Moves = sightings
            .iter()
            .filter(|sighting| is_of_library(sighting.folder))
            .map(|sighting| (sighting.folder, sighting.path.clone()))
            .collect();
        fit_together(view, library, &mut moves, &FxHashSet::default());
        self.leaving.extend(moves.keys());
        place(view, &moves, &mut |path, folder| {
            let (name, above) = path
                .split_last()
                .map_or((&[][..], path), |(name, above)| (name, above));
            let parent = self.folder(above);
            self.planned_folders.insert((parent, name.into()), folder);
            parent
        })
    }

    fn folder(&mut self, path: &[Box<[u8]>]) -> FolderId {
        let mut folder = self.root;
        for name in path {
            folder = self.child(folder, name);
        }
        folder
    }

    fn child(&mut self, parent: FolderId, name: &[u8]) -> FolderId {
        let known = self.view.folder_child(parent, name);
        if let Some(folder) = known.filter(|folder| !self.leaving.contains(folder)) {
            return folder;
        }
        let key = (parent, Box::from(name));
        if let Some(folder) = self.planned_folders.get(&key) {
            return *folder;
        }
        let id = FolderId::new(self.next_folder);
        self.next_folder += 1;
        self.planned_folders.insert(key, id);
        let (library, name) = (self.library, name.into());
        self.folders.push(FolderSeen {
            id,
            library,
            parent: Some(parent),
            name,
        });
        id
    }

    /// The shot that this file joins: same folder, same stem to the byte, another extension.
    fn existing_shot(&self, folder: FolderId, file_name: &[u8]) -> Option<ShotId> {
        let (stem, extension) = name::split_extension(file_name);
        self.view
            .shot_to_join(folder, stem, extension)
            .filter(|shot| !self.moving.contains(shot))
    }

    fn shot(&mut self, folder: FolderId, file_name: &[u8]) -> ShotId {
        let (stem, extension) = name::split_extension(file_name);
        let extension = extension.to_ascii_lowercase().into_boxed_slice();
        let existing = self.existing_shot(folder, file_name);
        let planned = self.planned_shots.entry((folder, stem.into())).or_default();
        let open = |shot: ShotId, planned: &[(ShotId, Box<[u8]>)]| {
            !planned
                .iter()
                .any(|(other, ext)| *other == shot && *ext == extension)
        };
        let candidates = existing.into_iter().chain(planned.iter().map(|(shot, _)| *shot));
        let found = candidates.into_iter().find(|shot| open(*shot, planned));
        let shot = found.unwrap_or_else(|| {
            let shot = ShotId::new(self.next_shot);
            self.next_shot += 1;
            shot
        });
        planned.push((shot, extension));
        shot
    }

    fn add(&mut self, file: FileSeen) {
        self.next_file += 1;
        self.next_asset += 1;
        self.files.push(file);
    }

    fn finish(self) -> ChangeSet {
        let count = self.files.len() as u64;
        let mut events = Vec::new();
        if !self.folders.is_empty() {
            events.push(Event::FoldersSeen {
                folders: self.folders,
            });
        }
        if !self.files.is_empty() {
            events.push(Event::FilesRegistered { files: self.files });
        }
        ChangeSet::new(
            EntryKind::Observation,
            format!("{count} files registered"),
            events,
        )
        .touching(count)
    }
}
