//! Which files a job has tried, and what they were like then.
//!
//! A job tries no file twice, or two that cannot be read would keep it for ever; but one that was rewritten
//! meanwhile, or whose sidecar was, is another matter: what was read of it is not recorded, and a scan that asks for the job
//! finds that it is under way. So what a file is like counts, in four bytes: of a million that changed while they were
//! read one may have to wait for the next scan.

use kphotos_domain::kernel::{FileId, LibraryId};
use kphotos_domain::view::View;
use rustc_hash::FxHasher;
use std::hash::{Hash as _, Hasher as _};

/// Files that are read again before those are looked for that came meanwhile: some seconds.
const AGAIN: usize = if cfg!(test) { 2 } else { 16_384 };

/// Files and what they were like, ascending.
#[derive(Default)]
pub(super) struct Tried(Vec<(FileId, u32)>);

impl Tried {
    /// What is to be read next of a library, and how many files wait: those that were not read since they changed
    /// (while a job reads, files change, and a person may ask for unreadable ones to be read again), else some of those
    /// that another reader read.
    pub(super) fn next_to_read(&mut self, view: &View, library: LibraryId) -> (Vec<FileId>, u64) {
        let all = view.without_facts(library).into_iter();
        let (again, open): (Vec<_>, Vec<_>) = all.partition(|file| view.is_read_again(*file));
        let open = self.untried(view, open, usize::MAX);
        if !open.is_empty() {
            let waiting = open.len() as u64;
            return (open, waiting);
        }
        let waiting = again.len() as u64;
        (self.untried(view, again, AGAIN), waiting)
    }

    /// Those of these files that were not tried as they are, `most` at most. They are from now on.
    pub(super) fn untried(&mut self, view: &View, mut files: Vec<FileId>, most: usize) -> Vec<FileId> {
        let before = std::mem::take(&mut self.0);
        // At first all of a library: eight bytes each.
        let mut new = Vec::with_capacity(files.len().min(most));
        files.retain(|file| {
            if new.len() == most {
                return false;
            }
            let tried = (*file, likeness(view, *file));
            let is_new = before.binary_search(&tried).is_err();
            if is_new {
                new.push(tried);
            }
            is_new
        });
        new.extend(before);
        new.sort_unstable();
        self.0 = new;
        files
    }

    /// Whether all of these were tried as they are.
    pub(super) fn has_all(&self, view: &View, files: &[FileId]) -> bool {
        let is_tried = |file: &FileId| self.0.binary_search(&(*file, likeness(view, *file))).is_ok();
        files.iter().all(is_tried)
    }

    /// Forgets all but these, ascending.
    pub(super) fn keep(&mut self, files: &[FileId]) {
        self.0.retain(|(file, _)| files.binary_search(file).is_ok());
        self.0.shrink_to_fit();
    }
}

/// What a file and the sidecar that names it best are like.
fn likeness(view: &View, file: FileId) -> u32 {
    let mut hasher = FxHasher::default();
    if let Some(row) = view.file(file) {
        (row.size, row.mtime_ns, row.ino, row.changes).hash(&mut hasher);
    }
    if let Some(sidecar) = view.sidecar_for(file) {
        (&sidecar.name, sidecar.size, sidecar.mtime_ns).hash(&mut hasher);
    }
    let [a, b, c, d, ..] = hasher.finish().to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::catalog::Facts;
    use kphotos_domain::command::{Command, UpdateFiles};
    use kphotos_domain::event::FileStamp;
    use kphotos_domain::testing::World;

    #[test]
    fn what_another_reader_read_waits_for_what_nobody_read_and_is_read_by_parts() {
        let world = World::new();
        let paths = ["a.jpg", "b.jpg", "c.jpg"];
        world.files(&paths);
        for path in paths {
            let is_outdated = true;
            world.know(
                path,
                Facts {
                    is_outdated,
                    ..Facts::default()
                },
            );
        }
        world.files(&["new.jpg"]);
        let ids = |paths: &[&str]| paths.iter().map(|path| world.stamp(path).id).collect::<Vec<_>>();
        let mut tried = Tried::default();
        let mut next = || tried.next_to_read(&world.app.view(), LibraryId::new(1));
        assert_eq!(next(), (ids(&["new.jpg"]), 1));
        assert_eq!(next(), (ids(&["a.jpg", "b.jpg"]), 3));
        world.files(&["newer.jpg"]);
        assert_eq!(next(), (ids(&["newer.jpg"]), 1));
        world.know("a.jpg", Facts::default());
        assert_eq!(next(), (ids(&["c.jpg"]), 2));
        assert_eq!(next(), (Vec::new(), 2), "those were tried");
    }

    #[test]
    fn a_file_is_tried_once_as_it_is_and_again_when_it_changed() {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg"]);
        let files: Vec<FileId> = world.app.view().files().map(|(id, _)| id).collect();
        let mut tried = Tried::default();
        assert!(!tried.has_all(&world.app.view(), &files));
        assert_eq!(tried.untried(&world.app.view(), files.clone(), 2), files);
        assert!(tried.untried(&world.app.view(), files.clone(), 2).is_empty());
        let stamp = world.app.view().file(files[1]).unwrap().stamp(files[1]);
        let changed = vec![FileStamp {
            mtime_ns: stamp.mtime_ns + 1,
            ..stamp
        }];
        world.observe(&Command::UpdateFiles(UpdateFiles {
            changed,
            ..UpdateFiles::default()
        }));
        assert!(!tried.has_all(&world.app.view(), &files));
        assert_eq!(tried.untried(&world.app.view(), files.clone(), 2), files[1..]);
        tried.keep(&files[1..]);
        assert!(tried.has_all(&world.app.view(), &files[1..]));
        assert!(!tried.has_all(&world.app.view(), &files));
    }
}
