//! Nothing you did is lost: what was acknowledged is there after any crash.
//!
//! `kills`: `kill -9` at random moments of a thousand edits, by several clients at once. `damage`: the database
//! truncated, scrambled, deleted. `syncs`: what an acknowledgement rests on, counted by strace. Each ends with the
//! originals as they were.

mod damage;
mod kills;
mod syncs;

use std::collections::{BTreeMap, BTreeSet};

use kphotos_tests::bus::Bus;
use kphotos_tests::model::{Share, Shown};
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::tree;
use kphotos_tests::world::World;

/// Tags and albums that all clients use; a photo that nobody edits keeps each alive.
pub(crate) const TAGS: [&str; 4] = ["shared/a", "shared/b", "shared/b/deep", "embedded"];
pub(crate) const ALBUMS: [&str; 3] = ["summer", "summer/sea", "winter"];

/// A world with photos for clients to edit.
pub(crate) struct Edited {
    pub(crate) world: World,
    pub(crate) shares: Vec<Share>,
    originals: Inventory,
}

impl Edited {
    /// Some photos for each client, read and hashed, with the shared tags and albums.
    pub(crate) fn new(clients: usize, photos_each: usize) -> Self {
        let mut world = World::new().unwrap();
        for number in 0..=clients * photos_each {
            let photo = Photo::numbered(number as u64);
            // Some files have a tag themselves: to take it away is an edit too.
            let tags: &[&str] = if number % 3 == 0 { &["embedded"] } else { &[] };
            let folder = world.library().join(format!("folder {}", number % 4));
            photo
                .tagged(tags)
                .write_to(folder, format!("P{number:04}.JPG"))
                .unwrap();
        }
        backdate_access_times(world.library()).unwrap();
        let originals = Inventory::take(world.library()).unwrap();
        world.start().unwrap();
        let bus = world.bus();
        bus.wait_idle();
        let mut photos: Vec<u32> = Shown::by(&bus).unwrap().photos.into_keys().collect();
        assert_eq!(photos.len(), clients * photos_each + 1);
        let anchor = photos.pop().unwrap();
        for tag in TAGS {
            bus.add_tag(tag, &[anchor]).unwrap();
        }
        for album in ALBUMS.iter().chain(&["own"]) {
            bus.create_album(album).unwrap();
            bus.add_to_album(album, &[anchor]).unwrap();
        }
        let shown = Shown::by(&bus).unwrap();
        let shares = photos
            .chunks(photos_each)
            .enumerate()
            .map(|(n, photos)| Share::new(&format!("client{n}"), photos, &shown));
        Self {
            shares: shares.collect(),
            world,
            originals,
        }
    }

    /// Ends the test unless the daemon and the tree show exactly what the shares hold.
    #[track_caller]
    pub(crate) fn check(&self, when: &str) {
        let bus = self.world.bus();
        let shown = Shown::by(&bus).unwrap();
        for share in &self.shares {
            let lines = share.differences(&shown);
            assert!(lines.is_empty(), "{when}: {}:\n{}", share.name, lines.join("\n"));
        }
        self.check_revision(&bus, when);
        self.check_tree(when);
    }

    /// The last acknowledged revision of each client is in the history.
    #[track_caller]
    fn check_revision(&self, bus: &Bus, when: &str) {
        let history = bus.history(10_000).unwrap();
        let known: BTreeSet<u64> = history
            .iter()
            .filter_map(|entry| entry["revision"].as_u64())
            .collect();
        for share in &self.shares {
            for revision in share.acknowledged_revisions() {
                assert!(
                    known.contains(&revision),
                    "{when}: revision {revision} is not in the history"
                );
            }
        }
    }

    /// The folders of tags and albums hold the photos that they must, and no others of these clients.
    #[track_caller]
    fn check_tree(&self, when: &str) {
        let mut wanted: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let ours: BTreeSet<u32> = self.shares.iter().flat_map(Share::photos).collect();
        for share in &self.shares {
            let tags = share.tags().map(|(tag, id)| (format!("tags/{tag}"), id));
            let albums = share.members().map(|(album, id)| (format!("albums/{album}"), id));
            for (folder, id) in tags.chain(albums) {
                wanted.entry(folder).or_default().insert(id);
            }
        }
        for folder in TAGS.iter().map(|tag| format!("tags/{tag}")) {
            wanted.entry(folder).or_default();
        }
        for (folder, photos) in wanted {
            let found = tree::photos(self.world.mount().join(&folder));
            let found: BTreeSet<u32> = found.into_values().filter(|id| ours.contains(id)).collect();
            assert_eq!(found, photos, "{when}: {folder}");
        }
    }

    /// Ends the daemon, and the test unless the originals are as they were.
    pub(crate) fn finish(mut self) {
        self.world.stop().unwrap();
        self.originals.assert_unchanged(self.world.library());
    }
}
