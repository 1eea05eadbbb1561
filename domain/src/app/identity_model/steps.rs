//! What happens, by number: to files, to libraries, and when it is read and hashed.

use super::*;

impl Life {
    pub(super) fn step(&mut self, operation: u8, at: usize, choice: usize) {
        self.step += 1;
        let library = LibraryId::new(1 + u32::from(choice.is_multiple_of(2)));
        let path = NAMES[choice % NAMES.len()];
        let (picture, variant) = (
            u8::try_from(at).unwrap() % PICTURES,
            u8::try_from(choice).unwrap() % VARIANTS,
        );
        let there = self.nth(at, |file| file.is_there);
        let content = there.map(|id| self.files[&id].content);
        match (operation, there, content) {
            (0 | 1, ..) => self.register(library, path, (picture, variant)),
            (2, Some(id), _) => {
                let (own, _) = self.place(id);
                if self.is_free(own, path) {
                    let sighting = FileSighting {
                        size: self.stamp(id).size,
                        mtime_ns: self.stamp(id).mtime_ns,
                        ..self.sighting(path, (0, 0))
                    };
                    self.update(UpdateFiles {
                        moved: vec![(id, sighting)],
                        ..UpdateFiles::default()
                    });
                }
            }
            (3, Some(id), Some(content)) => {
                self.delete(id);
                self.register(library, path, content);
            }
            (4, Some(_), Some(content)) => self.register(library, path, content),
            (5, Some(id), _) => self.delete(id),
            (6, ..) => {
                if let Some(id) = self.nth(at, |file| !file.is_there) {
                    let (library, path) = self.place(id);
                    if self.is_free(library, &path) {
                        let returned = std::iter::once(id).collect();
                        let mut next = self.world.app.view().next().asset();
                        self.update(UpdateFiles {
                            returned,
                            ..UpdateFiles::default()
                        });
                        self.files.get_mut(&id).unwrap().is_there = true;
                        self.part(id, &mut next);
                    }
                }
            }
            (7 | 8, Some(id), Some((picture, _))) => self.rewrite(id, (picture, variant)),
            (9 | 10, Some(id), _) => self.rewrite(id, (u8::try_from(choice).unwrap() % PICTURES, variant)),
            (11, Some(id), Some((picture, _))) => {
                self.delete(id);
                self.register(library, path, (picture, variant));
            }
            (12 | 13, Some(id), _) => self.hash(&[id]),
            (14, Some(id), _) => self.read(id),
            (15, ..) => {
                if let Some(id) = self.nth(at, |_| true) {
                    self.read(id);
                }
            }
            (16, ..) => self.hash(&self.files.keys().copied().collect::<Vec<_>>()),
            (17, ..) => self.read_all(),
            (18..=28, ..) => self.edit(operation - 18, at, choice),
            (29, ..) => self.undo(choice > 6),
            (30, ..) => self.forget(at),
            (31, ..) => self.remount(library),
            // Rewritten by a program and moved elsewhere, before anybody looked; seen in either order.
            (32, Some(id), Some((picture, _))) if self.is_free(library, path) => {
                self.delete(id);
                self.register(library, path, (picture, variant));
                self.hash(&self.files.keys().copied().collect::<Vec<_>>());
            }
            _ => {}
        }
    }

    /// A library is gone for a while and is back as another device, with other inode numbers: nothing of
    /// it is missing meanwhile, or new.
    pub(super) fn remount(&mut self, library: LibraryId) {
        let state = |state| Command::SetLibraryState(SetLibraryState { library, state });
        self.world.observe(&state(LibraryState::Offline));
        self.check();
        let ids = self.files.iter().filter(|(_, file)| file.is_there);
        let places = ids.map(|(id, _)| (*id, self.place(*id)));
        let files = places
            .filter(|(_, (own, _))| *own == library)
            .map(|(id, (_, path))| FileSighting {
                size: self.stamp(id).size,
                mtime_ns: self.stamp(id).mtime_ns,
                ino: 1000 + u64::from(id.number()),
                ..self.sighting(&path, (0, 0))
            });
        let files = files.collect();
        self.world.observe(&state(LibraryState::Online));
        self.world
            .observe(&Command::RegisterFiles(RegisterFiles { library, files }));
    }

    pub(super) fn read_all(&mut self) {
        for id in self.files.keys().copied().collect::<Vec<_>>() {
            self.read(id);
        }
    }

    /// Everything is read and hashed, until nothing is left to be.
    pub(super) fn settle(&mut self) {
        for _ in 0..4 {
            for library in [LibraryId::new(1), LibraryId::new(2)] {
                let unread = self.world.app.view().without_facts(library);
                unread.into_iter().for_each(|id| self.read(id));
                let unhashed = self.world.app.view().without_checksum(library);
                self.hash(&unhashed);
            }
        }
        let view = self.world.app.view();
        for library in view.libraries() {
            assert_eq!(view.without_facts(library.id), []);
            assert_eq!(view.without_checksum(library.id), []);
        }
    }
}
