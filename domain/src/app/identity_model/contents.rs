//! What becomes of photos as files are hashed and read.

use super::*;

impl Life {
    /// Which photo is a content by now.
    fn photo_of(&self, content: Content) -> Option<AssetId> {
        let holders = self.files.values().filter(|file| held(file, content));
        let holder = holders.map(|file| file.photo).min();
        let former = || {
            self.photos
                .iter()
                .find(|(_, photo)| photo.formers.contains(&content))
        };
        holder.or_else(|| former().map(|(id, _)| *id))
    }

    pub(super) fn hash(&mut self, ids: &[FileId]) {
        let open: Vec<FileId> = ids
            .iter()
            .copied()
            .filter(|id| {
                let file = &self.files[id];
                file.is_there && !file.is_hashed
            })
            .collect();
        let checksums = open
            .iter()
            .map(|id| (self.stamp(*id), checksum(self.files[id].content)))
            .collect();
        let mut next = self.world.app.view().next().asset();
        let missing = self.world.app.view().missing_contents();
        let alike = |id: &FileId| {
            let wanted = image(self.files[id].content);
            let alike = missing.iter().copied();
            alike.filter(|sum| image(content_of(sum)) == wanted).collect()
        };
        let pictures: Vec<(FileId, Vec<Checksum>)> = open.iter().map(|id| (*id, alike(id))).collect();
        self.world.observe(&Command::RecordChecksums(RecordChecksums {
            checksums,
            pictures: pictures.clone(),
        }));
        let contents: BTreeMap<FileId, Vec<Checksum>> = pictures.into_iter().collect();
        let (mut new, mut known) = (Vec::new(), BTreeSet::new());
        for file in self
            .files
            .values()
            .filter(|file| file.is_hashed || file.doubt.is_some())
        {
            known.insert(file.photo);
        }
        for id in open {
            let file = self.files[&id].clone();
            let is_former = file
                .doubt
                .as_ref()
                .is_some_and(|doubt| doubt.was_hashed && doubt.former == file.content);
            let other = self.photo_of(file.content);
            let row = self.files.get_mut(&id).unwrap();
            row.is_hashed = true;
            match file.doubt {
                None => self.meets(file.photo, other, file.content),
                Some(_) if is_former => {
                    row.doubt = None;
                    self.part(id, &mut next);
                }
                Some(_) => {}
            }
            let is_new = other.is_none() && file.doubt.is_none();
            if is_new && !known.contains(&file.photo) && self.photos[&file.photo].formers.is_empty() {
                new.push(id);
            }
        }
        // What is there to the byte is no longer missing.
        for id in new {
            let found = self.found(id, &contents[&id]);
            self.unite(self.files[&id].photo, found);
        }
    }

    /// The missing photo that a file shows, of which nobody knows anything.
    fn found(&self, id: FileId, contents: &[Checksum]) -> Option<AssetId> {
        let is_missing = |photo: &AssetId| {
            let mut files = self.files.values();
            !files.any(|file| file.photo == *photo && file.is_there)
        };
        let photos = contents.iter().filter_map(|sum| self.photo_of(content_of(sum)));
        let missing: BTreeSet<AssetId> = photos.filter(is_missing).collect();
        let view = self.world.app.view();
        let name = |id: &FileId| view.file(*id).unwrap().name.clone();
        let is_called_so = |photo: &&AssetId| {
            let mut files = self.files.iter().filter(|(_, file)| file.photo == **photo);
            files.any(|(other, _)| name(other) == name(&id))
        };
        missing.iter().find(is_called_so).or(missing.first()).copied()
    }

    /// A file of a photo is this content, which is, or was, that of another.
    fn meets(&mut self, photo: AssetId, other: Option<AssetId>, content: Content) {
        let Some(other) = other.filter(|other| *other != photo) else {
            return;
        };
        let there = self
            .files
            .values()
            .filter(|file| file.photo == other && file.is_there);
        let mut there = there.peekable();
        if there.peek().is_none() || there.any(|file| held(file, content)) {
            self.unite(photo, Some(other));
            return;
        }
        // It shows another one by now, and stays what it is.
        self.photos.get_mut(&other).unwrap().formers.remove(&content);
        let copied = self.photos[&other].made.clone();
        self.photos.get_mut(&photo).unwrap().made.unite(copied);
        let gone = |file: &&mut File| file.photo == other && !file.is_there && held(file, content);
        for file in self.files.values_mut().filter(gone) {
            file.photo = photo;
        }
    }

    /// A file whose photo shows another content, which came while it was gone, is a photo of its own.
    pub(super) fn part(&mut self, id: FileId, next: &mut AssetId) {
        let file = self.files[&id].clone();
        let others = self
            .files
            .iter()
            .filter(|(other, row)| **other != id && row.photo == file.photo);
        let mut there = others
            .filter(|(_, row)| row.is_there)
            .map(|(_, row)| row)
            .peekable();
        let is_one = file.is_hashed && there.clone().any(|other| held(other, file.content));
        if file.doubt.is_none() && there.peek().is_some() && !is_one {
            let row = self.files.get_mut(&id).unwrap();
            (row.photo, row.is_hashed) = (*next, false);
            let made = self.photos[&file.photo].made.clone();
            let formers = BTreeSet::new();
            self.photos.insert(*next, Photo { made, formers });
            *next = AssetId::new(next.number() + 1);
        }
    }

    fn unite(&mut self, one: AssetId, other: Option<AssetId>) {
        let Some(other) = other.filter(|other| *other != one) else {
            return;
        };
        let (into, from) = (one.min(other), one.max(other));
        let lost = self.photos.remove(&from).unwrap();
        let kept = self.photos.get_mut(&into).unwrap();
        kept.made.unite(lost.made);
        kept.formers.extend(lost.formers);
        self.files
            .values_mut()
            .filter(|file| file.photo == from)
            .for_each(|file| file.photo = into);
        self.aliases.insert(from, into);
    }

    pub(super) fn read(&mut self, id: FileId) {
        let file = self.files[&id].clone();
        let next = (
            self.world.app.view().next().file(),
            self.world.app.view().next().asset(),
        );
        let own = facts(file.content);
        let bytes = file.doubt.iter().map(|doubt| {
            let images = doubt
                .was_hashed
                .then(|| [image(doubt.former), image(file.content)]);
            let content = Some(checksum(file.content));
            (id, DoubtedBytes { content, images })
        });
        let is_of_another = self.is_of_another(&file);
        self.world.observe(&Command::RecordFacts(RecordFacts {
            bytes: bytes.collect(),
            facts: vec![(self.stamp(id), Box::new(own.clone()))],
            sidecars: Vec::new(),
            tool: Tool::Unknown,
        }));
        // Facts may arrive late: of one that is gone by now they decide nothing.
        let Some(doubt) = file.doubt.filter(|_| file.is_there) else {
            return;
        };
        let is_same_image = doubt.was_hashed && image(doubt.former) == image(file.content);
        let says_other = doubt.is_known && file.content.0 < SILENT && own.taken != facts(doubt.former).taken;
        let is_other = !is_same_image && (says_other || is_of_another);
        let has_others = self
            .files
            .iter()
            .any(|(other, row)| *other != id && row.photo == file.photo && row.is_there);
        let row = self.files.get_mut(&id).unwrap();
        row.doubt = None;
        if is_other {
            (row.content, row.is_hashed, row.is_there) = (doubt.former, doubt.was_hashed, false);
            self.add(next, file.content);
        } else if has_others {
            (row.photo, row.is_hashed) = (next.1, false);
            let made = self.photos[&file.photo].made.clone();
            self.photos.insert(
                next.1,
                Photo {
                    made,
                    formers: BTreeSet::new(),
                },
            );
        } else {
            if doubt.was_hashed {
                self.photos
                    .get_mut(&file.photo)
                    .unwrap()
                    .formers
                    .insert(doubt.former);
            }
            if file.is_hashed {
                self.files.get_mut(&id).unwrap().is_hashed = false;
                let other = self.photo_of(file.content);
                self.files.get_mut(&id).unwrap().is_hashed = true;
                self.meets(file.photo, other, file.content);
            }
        }
    }

    /// Whether what a file holds is known as that of another photo, and not as its own.
    fn is_of_another(&self, file: &File) -> bool {
        let mut own = self.files.values().filter(|other| other.photo == file.photo);
        let is_own = own.any(|other| held(other, file.content));
        let was_own = self.photos[&file.photo].formers.contains(&file.content);
        !is_own && !was_own && self.photo_of(file.content).is_some()
    }
}
