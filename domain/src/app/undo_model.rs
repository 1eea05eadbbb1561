//! Several at work on photos of their own, below tags and albums that they share, who take
//! edits back and do them again in any order: what one made is there or not by what was done
//! to it, whatever became of the others' and of what it lay in.

use super::AppError;
use crate::kernel::Revision;
use crate::organization::AlbumPath;
use crate::testing::World;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const PHOTOS: [[&str; 2]; 3] = [
    ["a/1.jpg", "a/2.jpg"],
    ["b/1.jpg", "b/2.jpg"],
    ["c/1.jpg", "c/2.jpg"],
];

/// One thing that an edit changed: this is there from then on, or no more.
type Change = (Thing, bool);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Tagged(&'static str, String),
    Album(String),
}

/// What one of them did, by revision, as far as it was not taken back.
type Done = BTreeMap<Revision, Vec<Change>>;

struct Model {
    world: World,
    there: BTreeSet<Thing>,
    done: [Done; 3],
    made: usize,
}

impl Model {
    fn new() -> Self {
        let world = World::new();
        world.files(PHOTOS.as_flattened());
        Self {
            world,
            there: BTreeSet::new(),
            done: Default::default(),
            made: 0,
        }
    }

    /// A name that nobody used, some way down.
    fn fresh(&mut self, depth: usize) -> String {
        self.made += 1;
        let folder = ["new", "new/deep", "other/deep"][depth % 3];
        format!("{folder}/{}", self.made)
    }

    fn step(&mut self, who: usize, operation: u8, choice: usize) {
        let photo = PHOTOS[who][choice % 2];
        let (revision, changes) = match operation {
            0 => {
                let tag = self.fresh(choice);
                let receipt = self.world.tag(&tag, &[photo]);
                (receipt.revision, vec![(Thing::Tagged(photo, tag), true)])
            }
            1 => {
                let album = self.fresh(choice);
                let path = AlbumPath::parse(&album).unwrap();
                let receipt = self.world.make_album(&path, None).unwrap();
                (receipt.revision, vec![(Thing::Album(album), true)])
            }
            _ => return self.take_back(who, choice),
        };
        self.note(who, revision.unwrap(), changes);
    }

    fn note(&mut self, who: usize, revision: Revision, changes: Vec<Change>) {
        for (thing, there) in &changes {
            match there {
                true => self.there.insert(thing.clone()),
                false => self.there.remove(thing),
            };
        }
        self.done[who].insert(revision, changes);
    }

    fn take_back(&mut self, who: usize, choice: usize) {
        let Some(revision) = self.done[who].keys().rev().nth(choice % 4).copied() else {
            return;
        };
        let done = self.done[who].remove(&revision).unwrap();
        let inverse: Vec<Change> = done
            .into_iter()
            .filter(|(thing, there)| self.there.contains(thing) == *there)
            .map(|(thing, there)| (thing, !there))
            .collect();
        match self.world.undo(Some(revision)) {
            Ok(receipt) => self.note(who, receipt.revision.unwrap(), inverse),
            Err(refused) => {
                assert_eq!(refused, AppError::NothingLeft { revision });
                assert_eq!(inverse, [], "undo {revision} refused");
            }
        }
    }

    fn check(&self) {
        let view = self.world.app.view();
        let mut found = BTreeSet::new();
        for photo in PHOTOS.as_flattened() {
            let tags = view.tags_of(self.world.asset(photo));
            found.extend(
                tags.into_iter()
                    .map(|tag| Thing::Tagged(photo, view.tag_path(tag))),
            );
        }
        let own = |path: &String| {
            path.rsplit('/')
                .next()
                .is_some_and(|name| name.parse::<u32>().is_ok())
        };
        let albums = view.albums().map(|(album, _)| view.album_path(album));
        found.extend(albums.filter(own).map(Thing::Album));
        assert_eq!(found, self.there);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_done_again_needs_nobody_else_to_have_kept_what_it_lay_in(
        steps in prop::collection::vec((0..3usize, 0..5u8, 0..12usize), 1..40)
    ) {
        let mut model = Model::new();
        for (who, operation, choice) in steps {
            model.step(who, operation, choice);
            model.check();
        }
        model.world = model.world.restart();
        model.check();
        model.world = model.world.restart_without_store();
        model.check();
    }
}
