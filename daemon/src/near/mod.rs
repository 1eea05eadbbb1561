//! What pictures look like, which look alike, and which are the same but for their metadata: three files in the cache.
//!
//! ```text
//! CACHE/near/looks    the picture hash of each content that was looked at, in that order   (`looks`)
//! CACHE/near/pairs    the near pairs that hold groups together, by places in `looks`        (`pairs`)
//! CACHE/near/images   the hash of the picture's data of each content that was hashed        (`images`)
//! ```
//!
//! None is in the layer: they follow from the originals, may be deleted at any time, and are made again by the next
//! `near` job, the last by the next `hash` job. At a million photos they are 72, at most 9, and 72 megabytes, on disk only:
//! the view knows nothing of them, and a search holds the hashes while it runs. They are kept by content (BLAKE3), so they
//! hold through moves, merges and rebuilds, and an edit in place is a new look. What was deleted cannot tell any more what a
//! file showed before it was rewritten.
//!
//! Who writes, does it one after the other; readers come as they like: `looks` and `images` only grow (`records`), `pairs`
//! is replaced as a whole and names the `looks` that it is of.
//!
//! Refuses: distances above [`MAX_DISTANCE`], up to which pairs are kept.

mod images;
mod looks;
mod pairs;
mod records;

pub use images::Image;
pub use looks::{Look, Seen};

use looks::Looks;

use kphotos_domain::app::App;
use kphotos_domain::catalog::near::{
    MAX_DISTANCE, NearForest, NearGroup, NearSearch, Onward, PictureHash, hang_together, near_groups,
};
use kphotos_domain::kernel::{AssetId, AssetSet, Checksum, LibraryId};
use kphotos_domain::view::View;
use pairs::Pairs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Looks, or photos, that are gone through while the view is held.
const AT_ONCE: u32 = 4096;

/// What pictures look like; see the module.
pub struct Near {
    dir: PathBuf,
    /// The looks, to add to: one for all, since a job that its library keeps waiting may come back while another runs.
    looks: Mutex<Option<Looks>>,
    /// The image hashes, to add to.
    images: Mutex<Option<records::Writer>>,
}

/// Why what pictures look like cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("what pictures look like, in {}, cannot be {doing}: {source}; it may be deleted, and is made again", dir.display())]
pub struct NearError {
    dir: PathBuf,
    doing: &'static str,
    source: std::io::Error,
}

/// Contents that hang together, and what they look like.
pub type Candidates = Vec<Vec<(Checksum, PictureHash)>>;

impl Near {
    /// What is kept in this cache folder.
    #[must_use]
    pub fn new(cache_dir: &Path) -> Self {
        Self {
            dir: cache_dir.join("near"),
            looks: Mutex::default(),
            images: Mutex::default(),
        }
    }

    fn images(&self) -> MutexGuard<'_, Option<records::Writer>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(std::io::Error) -> NearError + '_ {
        move |source| NearError {
            dir: self.dir.clone(),
            doing,
            source,
        }
    }

    /// The photos of a library that nobody looked at, ascending; with `again` also those that could not be decoded.
    ///
    /// # Errors
    /// What is known cannot be read.
    pub fn unseen(&self, app: &App, library: LibraryId, again: bool) -> Result<Vec<AssetId>, NearError> {
        let mut seen = AssetSet::new();
        let mut some: Vec<Look> = Vec::with_capacity(AT_ONCE as usize);
        let mut match_some = |some: &mut Vec<Look>| {
            let view = app.view();
            for look in some.drain(..) {
                let Some(asset) = view.asset_that_looks_like(&look.content) else {
                    continue;
                };
                // A later look at the same content counts.
                if again && look.seen == Seen::Undecoded {
                    seen.remove(asset);
                } else {
                    seen.insert(asset);
                }
            }
        };
        looks::read(&self.dir, &mut |_, look| {
            some.push(look);
            if some.len() == AT_ONCE as usize {
                match_some(&mut some);
            }
        })
        .map_err(self.failed("read"))?;
        match_some(&mut some);
        let mut unseen = Vec::new();
        let end = app.view().next().asset().number();
        let mut first = 0;
        while first < end {
            let next = end.min(first + AT_ONCE);
            let view = app.view();
            let is_unseen = |asset: &AssetId| {
                let folder = view
                    .picture(*asset)
                    .and_then(|(file, _)| view.file(file))
                    .map(|row| row.folder);
                !seen.contains(*asset) && folder.is_some_and(|folder| view.library_of(folder) == library)
            };
            unseen.extend((first..next).map(AssetId::new).filter(is_unseen));
            first = next;
        }
        Ok(unseen)
    }

    /// Opens the looks anew, to add to, for whoever adds from now on. Cuts off what was written in part.
    ///
    /// # Errors
    /// They cannot be opened.
    pub fn open_looks(&self) -> Result<(), NearError> {
        let mut writer = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        *writer = Some(Looks::open(&self.dir).map_err(self.failed("opened"))?);
        Ok(())
    }

    /// Adds these to the looks that were opened last.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn add(&self, new: &[Look]) -> Result<(), NearError> {
        let mut writer = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *writer {
            Some(looks) => looks.add(new).map_err(self.failed("written")),
            None => Ok(()),
        }
    }

    /// Brings the pairs up to date: compares what was looked at since with all, and gives how many pairs are kept; `None` if
    /// it was told to stop before it was through.
    ///
    /// # Errors
    /// The files cannot be read or written.
    pub fn compare(&self, stop: &dyn Fn() -> bool) -> Result<Option<usize>, NearError> {
        let mut pictures: Vec<(PictureHash, u32)> = Vec::new();
        let read = looks::read(&self.dir, &mut |place, look| {
            if let Seen::Signs(hash) = look.seen {
                pictures.push((hash, place));
            }
        });
        let Some(looks) = read.map_err(self.failed("read"))? else {
            return Ok(Some(0));
        };
        let known = pairs::read(&self.dir, looks.id).map_err(self.failed("read"))?;
        let known = known.filter(|known| known.covers <= looks.count);
        let Pairs { covers, pairs } = known.unwrap_or_default();
        if covers == looks.count {
            return Ok(Some(pairs.len()));
        }
        let mut forest = NearForest::new(pairs);
        let mut search = NearSearch::new(pictures, covers, MAX_DISTANCE, &mut |pair| forest.add(pair));
        for step in 0..NearSearch::STEPS {
            let mut ask = || if stop() { Onward::Stop } else { Onward::Go };
            if search.step(step, &mut ask, &mut |pair| forest.add(pair)) == Onward::Stop {
                return Ok(None);
            }
        }
        drop(search);
        let new = Pairs {
            covers: looks.count,
            pairs: forest.into_pairs(),
        };
        pairs::write(&self.dir, looks.id, &new).map_err(self.failed("written"))?;
        Ok(Some(new.pairs.len()))
    }

    /// What may look alike up to this distance: to be matched with photos by [`groups`].
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn candidates(&self, distance: u32) -> Result<Candidates, NearError> {
        let read = || {
            let Some(looks) = looks::Reader::open(&self.dir)? else {
                return Ok(Vec::new());
            };
            let Some(known) = pairs::read(&self.dir, looks.id())? else {
                return Ok(Vec::new());
            };
            let mut pairs = known.pairs;
            pairs.retain(|pair| pair.distance <= distance);
            let look = |place: u32| match looks.at(place)? {
                Some(Look {
                    content,
                    seen: Seen::Signs(hash),
                }) => Ok(Some((content, hash))),
                Some(_) | None => Ok(None),
            };
            let together = hang_together(&pairs).into_iter();
            let looks = |places: Vec<u32>| {
                places
                    .into_iter()
                    .filter_map(|place| look(place).transpose())
                    .collect()
            };
            together.map(looks).collect()
        };
        read().map_err(self.failed("read"))
    }
}

/// The groups of those photos among the candidates that are in `found`, by their first member. RAW and JPEG of one shot
/// are no group.
#[must_use]
pub fn groups(app: &App, candidates: &Candidates, found: &AssetSet, distance: u32) -> Vec<NearGroup> {
    let mut groups = Vec::new();
    for some in candidates.chunks(AT_ONCE as usize) {
        let pictures: Vec<Vec<(AssetId, PictureHash)>> = {
            let view = app.view();
            let picture = |(content, hash): &(Checksum, PictureHash)| {
                let asset = view.asset_that_looks_like(content)?;
                found.contains(asset).then_some((asset, *hash))
            };
            some.iter()
                .map(|together| together.iter().filter_map(picture).collect())
                .collect()
        };
        let of_several = pictures
            .into_iter()
            .filter(|pictures: &Vec<_>| pictures.len() > 1);
        groups.extend(of_several.flat_map(|pictures| near_groups(pictures, distance)));
    }
    let view = app.view();
    groups.retain(|group| !is_one_shot(&view, group));
    groups.sort_by_key(|group| group.members.first().copied());
    groups
}

fn is_one_shot(view: &View, group: &NearGroup) -> bool {
    view.is_one_shot(&group.members.iter().map(|(asset, _)| *asset).collect())
}

#[cfg(test)]
mod tests;
