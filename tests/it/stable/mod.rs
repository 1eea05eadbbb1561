//! The tree behaves like a good disk: names and inode numbers stay as they are.
//!
//! Whatever remembers a file by its path or its number (SMB clients, NFS handles, `rsync -H`, a viewer's cache) must
//! find it again after a restart, a crash, and changes to other photos: `numbers`, `handles`, `cookies`. Where two photos would have one
//! name, both are there, and neither name ever changes because the other comes or goes: `names`. One album
//! may be in several places: `places`.

mod cookies;
mod handles;
mod names;
mod numbers;
mod places;

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use kphotos_tests::bus::Bus;
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::tree::{self, Node};
use kphotos_tests::world::World;

/// A running world whose originals are watched.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) originals: Inventory,
}

impl Stage {
    /// A world with the originals that `write` puts into its library.
    pub(crate) fn new(write: impl FnOnce(&Path)) -> Self {
        let mut world = World::new().unwrap();
        write(&world.library());
        backdate_access_times(world.library()).unwrap();
        let originals = Inventory::take(world.library()).unwrap();
        world.start().unwrap();
        world.bus().wait_idle();
        Self { world, originals }
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

    pub(crate) fn bus(&self) -> Bus {
        self.world.bus()
    }

    /// A folder of the tree.
    pub(crate) fn dir(&self, path: &str) -> PathBuf {
        self.world.mount().join(path)
    }

    /// The library's own folder in the tree.
    pub(crate) fn library(&self) -> PathBuf {
        self.dir("library/library")
    }

    /// The number of the photo whose original has this relative path.
    #[track_caller]
    pub(crate) fn asset(&self, original: impl AsRef<Path>) -> u32 {
        let path = self.world.library().join(original.as_ref());
        let selection = (
            Vec::<u32>::new(),
            vec![path.as_os_str().as_bytes().to_vec()],
            Vec::<String>::new(),
            Vec::<String>::new(),
        );
        let options = kphotos_tests::bus::Options::new();
        let reply = self
            .bus()
            .call("Catalog", "Resolve", &(selection, options))
            .unwrap();
        let ids: Vec<u32> = reply.body().deserialize().unwrap();
        assert_eq!(ids.len(), 1, "{}", path.display());
        ids[0]
    }

    /// What a photo is called in a folder of the tree.
    #[track_caller]
    pub(crate) fn name_in(&self, dir: &str, asset: u32) -> Option<String> {
        let photos = tree::photos(self.dir(dir));
        photos
            .into_iter()
            .find(|(_, other)| *other == asset)
            .map(|(name, _)| name)
    }

    #[track_caller]
    pub(crate) fn walk(&self) -> BTreeMap<PathBuf, Node> {
        tree::walk(self.world.mount()).unwrap()
    }

    pub(crate) fn finish(mut self) {
        self.world.stop().unwrap();
        self.originals.assert_unchanged(self.world.library());
    }
}

/// A photo of a day that others share, so that no folder of dates comes or goes with it.
pub(crate) fn photo(number: u64) -> Photo {
    let day = format!("2021-07-{:02}T10:{:02}:00", 1 + number % 3, number % 60);
    Photo::numbered(number).tagged(&[]).taken_at(&day)
}
