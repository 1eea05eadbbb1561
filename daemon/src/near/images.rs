//! The image hashes: of each content the hash of its picture's data without metadata, a record a content
//! ([`super::records`]).
//!
//! They tell that a file whose metadata a program rewrote holds the picture that it held, and that a photo which is
//! missing is a file with other metadata elsewhere. So they are made when a file is hashed, while it is at hand. The body of a
//! record is the hash; its kind is 0 for one, 1 where the format allows none.

use super::records::{self, Record, Which, Writer};
use super::{AT_ONCE, Near, NearError};
use kphotos_domain::app::App;
use kphotos_domain::kernel::{Checksum, FileId, FileSet, LibraryId};
use kphotos_domain::view::FileRow;
use rustc_hash::{FxHashMap, FxHashSet};
use std::io;

/// Bytes of an image hash.
pub(super) const HASH: usize = 32;

const IMAGES: Which<HASH> = Which {
    name: "images",
    mark: *b"kpimage1",
};

/// What is known of a content's picture: its hash, or that it has none.
pub type Image = (Checksum, Option<Checksum>);

fn encode((content, image): &Image) -> Record<HASH> {
    let (content, body) = (*content, image.map_or([0; HASH], |image| *image.bytes()));
    let kind = u8::from(image.is_none());
    Record { content, body, kind }
}

fn decode(record: &Record<HASH>) -> Option<Image> {
    let image = match record.kind {
        0 => Some(Checksum::new(record.body)),
        1 => None,
        _ => return None,
    };
    Some((record.content, image))
}

/// Image hashes.
impl Near {
    /// Adds these.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn add_images(&self, images: &[Image]) -> Result<(), NearError> {
        let add = || -> io::Result<()> {
            let mut writer = self.images();
            let open = match writer.take() {
                // Somebody may have deleted it: a file without a name takes records with it.
                Some(open) if self.dir.join(IMAGES.name).exists() => open,
                Some(_) | None => Writer::open(IMAGES, &self.dir, |record| decode(record).is_some())?,
            };
            // Of one that fails the end is not known: it is opened anew.
            let open = writer.insert(open);
            let added = open.add(images.iter().map(encode));
            if added.is_err() {
                *writer = None;
            }
            added
        };
        add().map_err(self.failed("written"))
    }

    fn each_image(&self, each: &mut dyn FnMut(Image)) -> Result<(), NearError> {
        let read = records::read(IMAGES, &self.dir, &mut |_, record| {
            decode(&record).map(&mut *each)
        });
        read.map(drop).map_err(self.failed("read"))
    }

    /// The image hashes of those of these contents of which they are known.
    ///
    /// # Errors
    /// What is known cannot be read.
    pub fn images_of(
        &self,
        contents: &FxHashSet<Checksum>,
    ) -> Result<FxHashMap<Checksum, Checksum>, NearError> {
        let mut known = FxHashMap::default();
        if !contents.is_empty() {
            self.each_image(&mut |(content, image)| {
                if contents.contains(&content) {
                    known.extend(image.map(|image| (content, image)));
                }
            })?;
        }
        Ok(known)
    }

    /// The files of a library that were hashed and of whose content nothing is known here, ascending.
    ///
    /// # Errors
    /// What is known cannot be read.
    pub fn without_image(&self, app: &App, library: LibraryId) -> Result<Vec<FileId>, NearError> {
        let mut known = FileSet::new();
        let mut some: Vec<Checksum> = Vec::with_capacity(AT_ONCE as usize);
        let mut match_some = |some: &mut Vec<Checksum>| {
            let view = app.view();
            for content in some.drain(..) {
                let asset = view.asset_by_checksum(&content);
                let files = asset
                    .and_then(|asset| view.asset(asset))
                    .map_or(&[][..], |row| &row.files);
                let holds =
                    |file: &&FileId| view.file(**file).is_some_and(|row| row.checksum == Some(content));
                known.extend(files.iter().filter(holds).copied());
            }
        };
        self.each_image(&mut |(content, _)| {
            some.push(content);
            if some.len() == AT_ONCE as usize {
                match_some(&mut some);
            }
        })?;
        match_some(&mut some);
        let view = app.view();
        let is_open = |(id, row): &(FileId, &FileRow)| {
            row.is_present() && row.checksum.is_some() && row.size > 0 && !known.contains(*id)
        };
        let open = view.files().filter(is_open);
        Ok(open
            .filter(|(_, row)| view.library_of(row.folder) == library)
            .map(|(id, _)| id)
            .collect())
    }
}
