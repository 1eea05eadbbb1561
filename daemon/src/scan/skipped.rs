//! What scans left out, and why: counted all, listed up to a bound.
//!
//! A folder that is left out counts once, not with what is in it. The list is
//! bounded a reason, so that ten thousand text files do not hide the one folder
//! that may not be read. It is in memory only: every start scans anew.

use super::Scope;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::sidecar::Unbound;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

/// Paths kept a reason.
const KEPT: usize = 2000;

/// Why a path was left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SkipReason {
    /// Its name is that of no photo or video.
    NotMedia,
    /// This built-in rule leaves its name out.
    Ignored(&'static str),
    /// The folder holds a `.kphotosignore`.
    Marked,
    /// It is a symbolic link: those are not followed, so no walk can loop or leave the library.
    Link,
    /// It is a socket, a pipe or a device.
    Special,
    /// The daemon may not read the folder.
    NotPermitted,
    /// The path is longer than the system takes.
    TooLong,
    /// The folder cannot be read for another reason.
    Unreadable(Box<str>),
    /// It is a sidecar that says nothing of any photo.
    Sidecar(Unbound),
}

impl SkipReason {
    /// The reason for which a folder cannot be listed.
    pub(super) fn of_error(error: &io::Error) -> Self {
        match error.raw_os_error() {
            Some(libc::EACCES | libc::EPERM) => Self::NotPermitted,
            Some(libc::ENAMETOOLONG) => Self::TooLong,
            _ => Self::Unreadable(error.to_string().into()),
        }
    }

    /// The stable word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NotMedia => "not-media",
            Self::Ignored(_) => "ignored",
            Self::Marked => "marked",
            Self::Link => "link",
            Self::Special => "special",
            Self::NotPermitted => "not-permitted",
            Self::TooLong => "too-long",
            Self::Unreadable(_) => "unreadable",
            Self::Sidecar(Unbound::Orphan) => "sidecar-orphan",
            Self::Sidecar(Unbound::Ambiguous) => "sidecar-ambiguous",
            Self::Sidecar(Unbound::Overridden) => "sidecar-overridden",
            Self::Sidecar(Unbound::Unreadable(_)) => "sidecar-unreadable",
        }
    }

    /// Which rule, or what the system said.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Ignored(rule) => Some(rule),
            Self::Unreadable(why) | Self::Sidecar(Unbound::Unreadable(why)) => Some(why),
            Self::Sidecar(Unbound::Orphan | Unbound::Ambiguous | Unbound::Overridden)
            | Self::NotMedia
            | Self::Marked
            | Self::Link
            | Self::Special
            | Self::NotPermitted
            | Self::TooLong => None,
        }
    }
}

/// One path that was left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skip {
    /// Relative to the library's root, the bytes of the file system.
    pub path: Box<[u8]>,
    /// Whether it is a folder, left out with all below it.
    pub is_folder: bool,
    /// Why.
    pub reason: SkipReason,
}

/// What one scan left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Skips {
    counts: BTreeMap<&'static str, u64>,
    kept: Vec<Skip>,
}

impl Skips {
    /// How many paths were left out.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many for which reason, by its word.
    #[must_use]
    pub const fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// The first paths left out for each reason, in the order of the walk.
    #[must_use]
    pub fn kept(&self) -> &[Skip] {
        &self.kept
    }

    /// Notes one.
    pub fn note(&mut self, path: &[u8], is_folder: bool, reason: SkipReason) {
        let count = self.counts.entry(reason.as_str()).or_default();
        *count += 1;
        if usize::try_from(*count).is_ok_and(|count| count <= KEPT) {
            let path = path.into();
            self.kept.push(Skip {
                path,
                is_folder,
                reason,
            });
        }
    }

    /// Takes out those listed that are meant.
    fn forget(&mut self, is_meant: impl Fn(&Skip) -> bool) {
        let counts = &mut self.counts;
        self.kept.retain(|skip| {
            let goes = is_meant(skip);
            if goes && let Some(count) = counts.get_mut(skip.reason.as_str()) {
                *count -= 1;
            }
            !goes
        });
        self.counts.retain(|_, count| *count > 0);
    }

    /// Adds what was left out in `folder`, where paths are names.
    pub(super) fn absorb(&mut self, folder: &[u8], names: Self) {
        let mut unlisted = names.counts;
        for skip in names.kept {
            if let Some(count) = unlisted.get_mut(skip.reason.as_str()) {
                *count -= 1;
            }
            self.note(&join(folder, &skip.path), skip.is_folder, skip.reason);
        }
        for (reason, count) in unlisted {
            *self.counts.entry(reason).or_default() += count;
        }
    }
}

/// The path of a name in a folder; the root's is empty.
pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() {
        name.to_vec()
    } else {
        [folder, b"/", name].concat()
    }
}

/// What the last whole scan of each library left out.
#[derive(Default)]
pub struct SkipLists(RwLock<FxHashMap<LibraryId, Arc<Skips>>>);

impl SkipLists {
    /// Replaces what was known of a library.
    pub fn put(&self, library: LibraryId, skips: Skips) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(library, Arc::new(skips));
    }

    /// Notes what a scan of a part left out, in place of what was known of that part.
    /// Nothing is noted before a whole scan came to its end. Of a reason of which more
    /// was left out than is listed, the count is about right until the next whole scan.
    pub(super) fn put_of(&self, library: LibraryId, scope: &Scope, skips: Skips) {
        if *scope == Scope::Library {
            return self.put(library, skips);
        }
        let Some(known) = self.get(library) else { return };
        let mut all = (*known).clone();
        // Those of sidecars are told by themselves.
        all.forget(|skip| scope.holds(&skip.path) && !skip.reason.as_str().starts_with("sidecar-"));
        all.absorb(b"", skips);
        if all != *known {
            self.put(library, all);
        }
    }

    /// Replaces what was known of the sidecars of a library that say nothing; an
    /// orphan in a folder without photos, which only a scan knows of, stays if `keeps_orphans`.
    pub(crate) fn put_sidecars(
        &self,
        library: LibraryId,
        unbound: Vec<(Vec<u8>, Unbound)>,
        keeps_orphans: bool,
    ) {
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = lists.entry(library).or_default();
        let mut skips = (**known).clone();
        let is_replaced =
            |reason: &str| reason.starts_with("sidecar-") && !(keeps_orphans && reason == "sidecar-orphan");
        skips.counts.retain(|reason, _| !is_replaced(reason));
        skips.kept.retain(|skip| !is_replaced(skip.reason.as_str()));
        for (path, why) in unbound {
            let reason = SkipReason::Sidecar(why);
            if is_replaced(reason.as_str()) {
                skips.note(&path, false, reason);
            }
        }
        *known = Arc::new(skips);
    }

    /// What the last scan of a library left out; `None` until one came to its end.
    #[must_use]
    pub fn get(&self, library: LibraryId) -> Option<Arc<Skips>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&library)
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_no_reason_crowds_out_another() {
        let mut in_folder = Skips::default();
        for number in 0..KEPT + 5 {
            in_folder.note(format!("{number}.txt").as_bytes(), false, SkipReason::NotMedia);
        }
        let mut all = Skips::default();
        all.note(b"readme", false, SkipReason::NotMedia);
        all.absorb(b"a/b", in_folder);
        all.note(b"c", true, SkipReason::NotPermitted);
        assert_eq!(all.total(), KEPT as u64 + 7);
        assert_eq!(all.counts()["not-media"], KEPT as u64 + 6);
        assert_eq!(all.kept().len(), KEPT + 1);
        assert_eq!(&*all.kept()[1].path, b"a/b/0.txt");
        assert_eq!(&*all.kept()[KEPT].path, b"c");
    }
}
