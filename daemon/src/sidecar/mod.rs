//! Virtual sidecars: made when a mount is asked for one.
//!
//! What is to be said comes from the view and is written by the domain
//! ([`kphotos_domain::sidecar::packet`]). A photo without a sidecar of its own costs no
//! more than that: no file is read for it, and nothing is kept of it. Where a real one is, it is
//! read through the library's read-only root, a worker tells where it says what, and
//! the edits are put into its bytes: once, then it is remembered,
//! by the sidecar's size and time and what is to be said (`merges`, bounded). So the size
//! that a program is told is that of the bytes it gets, at the price that the first
//! `stat` of each real sidecar reads it; a listing does not. The
//! workers are this module's own, so that a scan that has all others busy keeps nobody
//! waiting; the first is started when the first real sidecar is asked for.
//!
//! A sidecar's time is that of the entry that last changed its photo, which the journal
//! knows (`times`), or that of the real sidecar where this is later.
//!
//! A real sidecar that cannot be edited (it is no XMP, cut short, or kills its reader) is
//! shown as it lies; one that cannot be read now is an error, never a packet without
//! what it says.

mod merges;
mod times;

use crate::jobs::StartPool;
use crate::parse::{AnatomyRecord, Job, Outcome, Pool};
use crate::storage::Volumes;
use kphotos_domain::app::App;
use kphotos_domain::kernel::{AssetId, FileId, Revision, TagId};
use kphotos_domain::organization::FaceBox;
use kphotos_domain::sidecar::packet::{
    Anatomy, Found, ListKind, RealSidecar, Region, RegionForm, RegionList, SidecarContent, merged, whole,
};
use kphotos_domain::view::View;
use kphotos_fs::attr::Time;
use kphotos_fs::originals::Originals as _;
use kphotos_fs::places::TagsCache;
use kphotos_fs::sidecars::{Sidecar, Sidecars};
use merges::{Merge, Merges};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use times::Times;

/// As large as a real sidecar may be to be read; a worker refuses more too.
const MAX_BYTES: u64 = 16 << 20;
/// How often one that is being written is read again.
const ATTEMPTS: usize = 3;

/// Makes virtual sidecars for all mounts; see the module.
pub struct Maker {
    app: Arc<App>,
    volumes: Arc<Volumes>,
    start_pool: StartPool,
    pool: Mutex<Option<Arc<Pool>>>,
    merges: Mutex<Merges>,
    times: Times,
    tags: TagsCache,
}

/// What the view says of a sidecar.
struct Wanted {
    asset: AssetId,
    content: SidecarContent,
    real: Option<RealSidecar>,
    revision: Revision,
    /// Seconds since 1970 UTC.
    added: i64,
}

/// A real sidecar as it was read.
struct Lying {
    bytes: Vec<u8>,
    file: File,
    /// Whether it is as the scan saw it.
    is_as_seen: bool,
}

impl Maker {
    /// Makes those of this app's photos, reading real ones from these volumes.
    #[must_use]
    pub fn new(app: Arc<App>, volumes: Arc<Volumes>, start_pool: StartPool) -> Self {
        Self {
            app,
            volumes,
            start_pool,
            pool: Mutex::default(),
            merges: Mutex::default(),
            times: Times::default(),
            tags: TagsCache::default(),
        }
    }

    fn wanted(&self, view: &View, file: FileId) -> Option<Wanted> {
        let row = view.file(file)?;
        let asset = row.asset;
        let tags: Vec<TagId> = self.tags.of(view, asset);
        Some(Wanted {
            asset,
            content: SidecarContent::of(view, file, &tags)?,
            real: RealSidecar::of(view, asset),
            revision: view.asset(asset).map(|row| row.revision).unwrap_or_default(),
            added: i64::from(row.added),
        })
    }

    /// The bytes of a photo that has a real sidecar.
    fn merged(&self, asset: AssetId, content: &SidecarContent, real: &RealSidecar) -> io::Result<Arc<[u8]>> {
        if let Some(known) = self.merges().get(asset, content, real) {
            return Ok(known);
        }
        let source = self.merges().source(asset, real);
        let (source, is_as_seen) = match source {
            Some(source) => (source, true),
            None => match self.read(real) {
                Ok((lying, anatomy)) => (Arc::new((lying.bytes, anatomy)), lying.is_as_seen),
                // Taken away, and nobody has told yet.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(whole(content).into_bytes().into());
                }
                Err(error) => return Err(error),
            },
        };
        let bytes = put_in(&source.0, source.1.as_ref(), content, real.is_read && is_as_seen);
        if is_as_seen {
            let (content, real) = (content.clone(), real.clone());
            self.merges().put(
                asset,
                Merge {
                    content,
                    real,
                    source,
                    bytes: bytes.clone(),
                },
            );
        }
        Ok(bytes)
    }

    /// Reads a real sidecar and has a worker tell where it says what; `None`: it says
    /// nothing that could be edited.
    fn read(&self, real: &RealSidecar) -> io::Result<(Lying, Option<(String, Anatomy)>)> {
        for _ in 0..ATTEMPTS {
            let lying = self.lying(real)?;
            let before = lying.file.metadata()?;
            let job = Job {
                ticket: 0,
                file: lying.file.try_clone()?.into(),
                ext: "xmp".to_owned(),
            };
            let outcome = self.pool()?.anatomy(job);
            // Bytes and places are of one text only if nobody wrote meanwhile.
            let after = lying.file.metadata()?;
            if signs(&before) != signs(&after) || after.len() != lying.bytes.len() as u64 {
                continue;
            }
            let anatomy = match outcome {
                Outcome::Read(facts) => facts.anatomy.map(|record| anatomy(*record, &lying.bytes)),
                Outcome::Failed { reason } | Outcome::Unreadable { reason } => {
                    let path = String::from_utf8_lossy(&real.path);
                    tracing::debug!(%path, reason, "a sidecar is shown as it lies");
                    None
                }
                Outcome::Unserved { reason } => {
                    tracing::warn!(reason, "a sidecar cannot be made now");
                    return Err(io::Error::from_raw_os_error(libc::EIO));
                }
            };
            return Ok((lying, anatomy.flatten()));
        }
        Err(io::Error::from_raw_os_error(libc::EIO))
    }

    fn lying(&self, real: &RealSidecar) -> io::Result<Lying> {
        let file = self.volumes.open(real.library, &real.path)?;
        let meta = file.metadata()?;
        if meta.len() > MAX_BYTES {
            return Err(io::Error::from_raw_os_error(libc::EFBIG));
        }
        let mut bytes = Vec::new();
        (&file).take(MAX_BYTES).read_to_end(&mut bytes)?;
        let written = meta
            .mtime()
            .wrapping_mul(1_000_000_000)
            .wrapping_add(meta.mtime_nsec());
        let is_as_seen = meta.len() == real.stamp.size && written == real.stamp.mtime_ns;
        Ok(Lying {
            bytes,
            file,
            is_as_seen,
        })
    }

    fn pool(&self) -> io::Result<Arc<Pool>> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = &*pool {
            return Ok(pool.clone());
        }
        let started = (self.start_pool)().map_err(|error| {
            tracing::error!(%error, "sidecars cannot be made");
            io::Error::from_raw_os_error(libc::EIO)
        })?;
        Ok(pool.insert(Arc::new(started)).clone())
    }

    fn merges(&self) -> std::sync::MutexGuard<'_, Merges> {
        self.merges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sidecars for Maker {
    fn sidecar(&self, file: FileId) -> io::Result<Sidecar> {
        let wanted = self.wanted(&self.app.view(), file);
        let wanted = wanted.ok_or(io::ErrorKind::NotFound)?;
        let bytes = match &wanted.real {
            None => whole(&wanted.content).into_bytes().into(),
            Some(real) => self.merged(wanted.asset, &wanted.content, real)?,
        };
        let at = self.times.of(self.app.journal(), wanted.revision);
        let modified = modified(&wanted, at);
        Ok(Sidecar { bytes, modified })
    }

    fn known(&self, view: &View, file: FileId) -> Option<Sidecar> {
        let wanted = self.wanted(view, file)?;
        let at = self.times.known(wanted.revision)?;
        let bytes = match &wanted.real {
            None => whole(&wanted.content).into_bytes().into(),
            Some(real) => self.merges().get(wanted.asset, &wanted.content, real)?,
        };
        let modified = modified(&wanted, Some(at));
        Some(Sidecar { bytes, modified })
    }
}

/// When what it says last changed. The nanoseconds differ with each change, so that
/// two within a second do.
fn modified(wanted: &Wanted, at: Option<i64>) -> Time {
    const SECOND: i64 = 1_000_000_000;
    let written = wanted.real.as_ref().map(|real| real.stamp.mtime_ns);
    let changed = at.unwrap_or(wanted.added).max(wanted.added);
    let seconds = written.map_or(changed, |written| written.div_euclid(SECOND).max(changed));
    let mark = wanted
        .revision
        .number()
        .wrapping_add(written.unwrap_or(0).rem_euclid(SECOND).unsigned_abs());
    Time {
        seconds,
        nanos: u32::try_from(mark % SECOND.unsigned_abs()).unwrap_or(0),
    }
}

fn signs(meta: &std::fs::Metadata) -> (u64, i64, i64, i64, i64) {
    (
        meta.len(),
        meta.mtime(),
        meta.mtime_nsec(),
        meta.ctime(),
        meta.ctime_nsec(),
    )
}

/// The edits in a real sidecar; its very bytes where there are none, or none can be put in.
fn put_in(
    lying: &[u8],
    known: Option<&(String, Anatomy)>,
    content: &SidecarContent,
    is_read: bool,
) -> Arc<[u8]> {
    let changed = known.and_then(|(text, anatomy)| {
        let merged = merged(text, anatomy, content, is_read);
        (merged != *text).then_some(merged)
    });
    changed.map_or_else(|| lying.into(), |merged| merged.into_bytes().into())
}

/// The text of a sidecar and where it says what; `None` if the one is not that of the other.
fn anatomy(record: AnatomyRecord, bytes: &[u8]) -> Option<(String, Anatomy)> {
    let text = match record.text {
        Some(text) => text,
        None => std::str::from_utf8(bytes).ok()?.to_owned(),
    };
    let boxes = |names: Vec<String>| names.into_iter().map(String::into_boxed_str).collect();
    let found = record.properties.into_iter().map(|property| Found {
        namespace: property.namespace.into(),
        name: property.name.into(),
        range: property.place.0..property.place.1,
        list: match property.list.as_deref() {
            Some("Bag") => Some(ListKind::Bag),
            Some("Seq") => Some(ListKind::Seq),
            _ => None,
        },
    });
    let lists = record.regions.into_iter().map(|list| RegionList {
        form: if list.is_microsoft {
            RegionForm::Microsoft
        } else {
            RegionForm::Mwg
        },
        end: list.end,
        regions: list
            .regions
            .into_iter()
            .map(|region| Region {
                range: region.place.0..region.place.1,
                at: region.at.and_then(|[x, y, w, h]| FaceBox::new(x, y, w, h).ok()),
                kind: region.kind.map(Into::into),
                name: region.name.map(Into::into),
                name_at: region.name_place.map(|(from, to)| from..to),
            })
            .collect(),
    });
    let anatomy = Anatomy {
        at_end: record.at_end.0..record.at_end.1,
        open: record.open.into(),
        close: record.close.into(),
        about: record.about.into(),
        declares_rdf: record.declares_rdf,
        properties: found.collect(),
        regions: lists.collect(),
        tags: record.tags.into_iter().map(boxes).collect(),
        people: boxes(record.people),
    };
    Some((text, anatomy))
}

#[cfg(test)]
mod tests;
