//! A change is in the tree when its command returns, and windows refresh by themselves.
//!
//! `events`: what inotify and `gio monitor` say of an open directory. `at_once`: the next look after a command sees
//! it, also where something was looked for in vain before. `shares`: the same of shares, favourites and the
//! newest. `albums`: of albums with rules, and collections. `readers`: eight programs that read while ten thousand edits run. The others run in system mode, on the public read-only mount, and in user mode, without rights.

mod albums;
mod at_once;
pub(crate) mod events;
mod readers;
mod shares;

use std::fs;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::tree;
use kphotos_tests::world::World;

/// A running world with photos `P0000.JPG` and on, all in one folder, of a few days in July 2021.
pub(crate) struct Stage {
    pub(crate) world: World,
    originals: Inventory,
}

impl Stage {
    pub(crate) fn new(photos: usize) -> Self {
        let mut world = World::new().unwrap();
        for number in 0..photos {
            let day = format!("2021-07-{:02}T10:30:00", 1 + number % 5);
            let photo = Photo::numbered(number as u64).tagged(&[]).taken_at(&day);
            photo
                .write_to(world.library(), format!("P{number:04}.JPG"))
                .unwrap();
        }
        backdate_access_times(world.library()).unwrap();
        let originals = Inventory::take(world.library()).unwrap();
        world.start().unwrap();
        world.bus().wait_idle();
        Self { world, originals }
    }

    /// A folder of the tree.
    pub(crate) fn dir(&self, path: impl AsRef<Path>) -> PathBuf {
        self.world.mount().join(path)
    }

    /// The library's own folder in the tree.
    pub(crate) fn library(&self) -> PathBuf {
        self.dir("library/library")
    }

    /// The photos by number, as (name, asset).
    pub(crate) fn photos(&self) -> Vec<(String, u32)> {
        tree::photos(self.library()).into_iter().collect()
    }

    /// Somebody changes originals; then the library is scanned again.
    #[track_caller]
    pub(crate) fn somebody_changes(&mut self, change: impl FnOnce(&Path)) {
        let library = self.world.library();
        self.originals.assert_unchanged(&library);
        change(&library);
        backdate_access_times(&library).unwrap();
        self.originals = Inventory::take(&library).unwrap();
        self.world.bus().rescan();
    }

    pub(crate) fn finish(mut self) {
        self.world.stop().unwrap();
        self.originals.assert_unchanged(self.world.library());
    }
}

/// The bytes of an original, read so that its access time stays.
pub(crate) fn original(path: impl AsRef<Path>) -> Vec<u8> {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .read(true)
        .custom_flags(libc::O_NOATIME)
        .open(path)
        .unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}
