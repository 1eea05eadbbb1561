//! How each library is watched, for the surfaces.

use kphotos_domain::kernel::LibraryId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{PoisonError, RwLock};

/// How a library is watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watching {
    /// Folders that are watched.
    pub folders: usize,
    /// Why changes may be missed, if they may.
    pub gap: Option<Gap>,
}

/// Why changes may be missed until the next scan by the clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gap {
    /// The settings say so.
    Off,
    /// The system has no more watches to give.
    RanOut,
    /// The file system does not tell what other machines do: its name.
    Elsewhere(&'static str),
    /// The system refuses: what it said.
    Refused(String),
}

impl Watching {
    /// `live`; `partly` where changes may be missed; `off`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self.gap {
            None => "live",
            Some(Gap::Off) => "off",
            Some(Gap::RanOut | Gap::Elsewhere(_) | Gap::Refused(_)) => "partly",
        }
    }

    /// Why changes may be missed in the library of this name, and how to mend it; the
    /// settings' own wish needs no mending.
    #[must_use]
    pub fn limit(&self, library: &str) -> Option<String> {
        let rest = "the rest is scanned every quarter of an hour";
        match self.gap.as_ref()? {
            Gap::Off => None,
            Gap::RanOut => Some(format!(
                "only {} folders of {library} are watched, because the system has no more watches to give, and {rest}: raise the limit with `sysctl fs.inotify.max_user_watches=1048576`, for ever in /etc/sysctl.d, then run `kphotos library scan`",
                self.folders
            )),
            Gap::Elsewhere(file_system) => Some(format!(
                "{library} lies on {file_system}, which does not tell what other machines change: this machine's changes are seen at once, {rest}"
            )),
            Gap::Refused(why) => Some(format!("{library} is not watched ({why}): {rest}")),
        }
    }
}

/// How the libraries that are online are watched, and which do not answer.
#[derive(Default, Debug)]
pub struct Watches {
    watching: RwLock<FxHashMap<LibraryId, Watching>>,
    silent: RwLock<FxHashSet<LibraryId>>,
}

impl Watches {
    /// How a library is watched; `None` while it is offline, or was not scanned yet.
    #[must_use]
    pub fn get(&self, library: LibraryId) -> Option<Watching> {
        self.watching
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&library)
            .cloned()
    }

    /// Notes how a library is watched; `None`: not at all, it is offline.
    pub fn put(&self, library: LibraryId, watching: Option<Watching>) {
        let mut all = self.watching.write().unwrap_or_else(PoisonError::into_inner);
        match watching {
            Some(watching) => all.insert(library, watching),
            None => all.remove(&library),
        };
    }

    /// Whether the root of a library was looked at and did not answer yet.
    #[must_use]
    pub fn is_silent(&self, library: LibraryId) -> bool {
        let silent = self.silent.read().unwrap_or_else(PoisonError::into_inner);
        silent.contains(&library)
    }

    /// Notes whether a library does not answer.
    pub(super) fn put_silent(&self, library: LibraryId, is_silent: bool) {
        if self.is_silent(library) == is_silent {
            return;
        }
        let mut silent = self.silent.write().unwrap_or_else(PoisonError::into_inner);
        if is_silent {
            tracing::warn!(%library, "a library does not answer");
            silent.insert(library);
        } else {
            tracing::info!(%library, "a library answers again");
            silent.remove(&library);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_missed_is_said_with_its_cure() {
        let said = |gap| {
            let watching = Watching { folders: 7, gap };
            (watching.as_str(), watching.limit("nas").unwrap_or_default())
        };
        assert_eq!(said(None), ("live", String::new()));
        assert_eq!(said(Some(Gap::Off)), ("off", String::new()));
        let (word, text) = said(Some(Gap::RanOut));
        assert!(
            word == "partly" && text.contains("only 7 folders of nas") && text.contains("max_user_watches")
        );
        assert!(said(Some(Gap::Elsewhere("NFS"))).1.contains("NFS"));
    }
}
