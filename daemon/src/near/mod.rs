//! What pictures look like, which look alike, and which are the same but for their metadata: three files in the cache.
//!
//! ```text
//! CACHE/near/looks    the picture hash of each content that was looked at, in that order   (`looks`)
//! CACHE/near/pairs    the near pairs that hold groups together, by places in `looks`        (`pairs`)
//! CACHE/near/images   the hash of the picture's data of each content that was hashed        (`images`)
//! ```
//!
//! None is in the layer: they follow from the originals, may be deleted at any time, and are made again by the next
//! `near` job, the last by the next `hash` job. At a million photos they are 488, at most 9, and 72 megabytes, on disk only:
//! the view knows nothing of them, and a search holds the hashes of the whole pictures while it runs; those of the trimmed
//! pass by, some thousand at a time. They are kept by content (BLAKE3), so they
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
    MAX_DISTANCE, NearForest, NearGroup, NearPair, NearSearch, Onward, PictureHash, Pictured, Trims,
    hang_together, near_groups,
};
use kphotos_domain::kernel::{AssetId, AssetSet, Checksum, LibraryId};
use kphotos_domain::view::View;
use pairs::Pairs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Looks, or photos, that are gone through while the view is held.
const AT_ONCE: u32 = 4096;

/// Up to so many new pictures are compared each with all that were there, trimmed: what was there is read once then, and
/// not looked up. Above, looking up takes less time.
const FEW: usize = 1024;

/// What pictures look like; see the module.
pub struct Near {
    dir: PathBuf,
    /// The looks, to add to: one for all, since a job that its library keeps waiting may come back while another runs.
    looks: Mutex<Option<Looks>>,
    /// The image hashes, to add to.
    images: Mutex<Option<records::Writer<{ images::HASH }>>>,
}

/// Why what pictures look like cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("what pictures look like, in {}, cannot be {doing}: {source}; it may be deleted, and is made again", dir.display())]
pub struct NearError {
    dir: PathBuf,
    doing: &'static str,
    source: io::Error,
}

/// What may look alike.
#[derive(Default)]
pub struct Candidates {
    together: Vec<Vec<Candidate>>,
    /// Where they are read trimmed.
    looks: Option<looks::Reader>,
}

/// One of the contents that hang together.
#[derive(Clone, Copy)]
struct Candidate {
    content: Checksum,
    whole: PictureHash,
    place: u32,
}

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

    fn images(&self) -> MutexGuard<'_, Option<records::Writer<{ images::HASH }>>> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> NearError + '_ {
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
            if let Seen::Signs(hash, _) = look.seen {
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
        let search = self.search(pictures, covers, &looks, stop, &mut |pair| forest.add(pair));
        if search.map_err(self.failed("read"))? == Onward::Stop {
            return Ok(None);
        }
        let new = Pairs {
            covers: looks.count,
            pairs: forest.into_pairs(),
        };
        pairs::write(&self.dir, looks.id, &new).map_err(self.failed("written"))?;
        Ok(Some(new.pairs.len()))
    }

    /// Tells of the pairs among these whole pictures, and of those that they make with what is left of them trimmed, of which
    /// one at least is at a place from `new_from` on. Stops where the looks are not those any more of which it is told.
    fn search(
        &self,
        pictures: Vec<(PictureHash, u32)>,
        new_from: u32,
        of: &looks::Whole,
        stop: &dyn Fn() -> bool,
        each: &mut dyn FnMut(NearPair),
    ) -> io::Result<Onward> {
        let looks = looks::Reader::open(&self.dir)?.filter(|looks| looks.id() == of.id);
        let Some(looks) = looks else {
            return Ok(Onward::Stop);
        };
        let ask = || if stop() { Onward::Stop } else { Onward::Go };
        let is_new = |(_, place): &&(PictureHash, u32)| *place >= new_from;
        let is_few = pictures.iter().filter(is_new).nth(FEW).is_none();
        let trimmed_from = if is_few { new_from } else { 0 };
        let new = pictures.iter().filter(is_new);
        let new: Vec<(PictureHash, u32)> = new.take(FEW).copied().collect();
        for (first, count) in several(0, trimmed_from) {
            if ask() == Onward::Stop {
                return Ok(Onward::Stop);
            }
            for known in looks.pictures(first, count)? {
                let pairs = new.iter().filter_map(|new| known.pair(*new, MAX_DISTANCE));
                pairs.for_each(&mut *each);
            }
        }
        let mut search = NearSearch::new(pictures, new_from, MAX_DISTANCE, each);
        for step in 0..NearSearch::STEPS {
            if search.step(step, &mut || ask(), each) == Onward::Stop {
                return Ok(Onward::Stop);
            }
            for (first, count) in several(trimmed_from, of.count) {
                if ask() == Onward::Stop {
                    return Ok(Onward::Stop);
                }
                search.trimmed(step, &looks.pictures(first, count)?, each);
            }
        }
        Ok(Onward::Go)
    }

    /// What may look alike up to this distance: to be matched with photos by [`Self::groups`].
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn candidates(&self, distance: u32) -> Result<Candidates, NearError> {
        let read = || {
            let Some(looks) = looks::Reader::open(&self.dir)? else {
                return Ok(Candidates::default());
            };
            let Some(known) = pairs::read(&self.dir, looks.id())? else {
                return Ok(Candidates::default());
            };
            let mut pairs = known.pairs;
            pairs.retain(|pair| pair.distance <= distance);
            let look = |place: u32| match looks.at(place)? {
                Some(Look {
                    content,
                    seen: Seen::Signs(whole, _),
                }) => Ok(Some(Candidate {
                    content,
                    whole,
                    place,
                })),
                Some(_) | None => Ok(None),
            };
            let candidates = |places: Vec<u32>| {
                places
                    .into_iter()
                    .filter_map(|place| look(place).transpose())
                    .collect()
            };
            let together = hang_together(&pairs).into_iter().map(candidates);
            let together = together.collect::<io::Result<_>>()?;
            let looks = Some(looks);
            Ok(Candidates { together, looks })
        };
        read().map_err(self.failed("read"))
    }

    /// The groups of those photos among the candidates that are in `found`, by their first member. RAW and JPEG of one shot
    /// are no group.
    ///
    /// # Errors
    /// What they look like trimmed cannot be read.
    pub fn groups(
        &self,
        app: &App,
        candidates: &Candidates,
        found: &AssetSet,
        distance: u32,
    ) -> Result<Vec<NearGroup>, NearError> {
        let mut groups = Vec::new();
        let mut failure = None;
        let mut trims = |place: u32| match candidates.trims(place) {
            Ok(trims) => trims,
            Err(error) => {
                failure = Some(error);
                None
            }
        };
        for some in candidates.together.chunks(AT_ONCE as usize) {
            let pictures: Vec<Vec<Pictured>> = {
                let view = app.view();
                let picture = |candidate: &Candidate| {
                    let Candidate {
                        content,
                        whole,
                        place,
                    } = *candidate;
                    let asset = view.asset_that_looks_like(&content)?;
                    found.contains(asset).then_some(Pictured { asset, whole, place })
                };
                some.iter()
                    .map(|together| together.iter().filter_map(picture).collect())
                    .collect()
            };
            let of_several = pictures
                .into_iter()
                .filter(|pictures: &Vec<_>| pictures.len() > 1);
            groups.extend(of_several.flat_map(|pictures| near_groups(pictures, distance, &mut trims)));
        }
        if let Some(error) = failure {
            return Err(self.failed("read")(error));
        }
        let view = app.view();
        groups.retain(|group| !is_one_shot(&view, group));
        groups.sort_by_key(|group| group.members.first().copied());
        Ok(groups)
    }
}

impl Candidates {
    /// What is left of the picture at this place of the looks, trimmed.
    fn trims(&self, place: u32) -> io::Result<Option<Trims>> {
        let look = match &self.looks {
            Some(looks) => looks.at(place)?,
            None => None,
        };
        Ok(match look.map(|look| look.seen) {
            Some(Seen::Signs(_, trims)) => Some(trims),
            Some(Seen::Plain | Seen::Undecoded) | None => None,
        })
    }
}

/// The places from one to another, some at a time: the first and how many.
fn several(from: u32, to: u32) -> impl Iterator<Item = (u32, u32)> {
    let firsts = (from..to).step_by(AT_ONCE as usize);
    firsts.map(move |first| (first, AT_ONCE.min(to - first)))
}

fn is_one_shot(view: &View, group: &NearGroup) -> bool {
    view.is_one_shot(&group.members.iter().map(|(asset, _)| *asset).collect())
}

#[cfg(test)]
mod tests;
