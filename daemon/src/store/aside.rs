//! Moving a store aside: `layer` becomes `layer.damaged-20261122T120000Z`, with `-2`, `-3` … where that is taken.
//!
//! For whoever wants to see what went wrong; of no use to the daemon. The last two are kept, older ones removed, and nothing else
//! beside the store is touched: a name that has another form is left alone.

use super::SledStore;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// How many damaged stores are kept.
pub const KEPT_ASIDE: usize = 2;

impl SledStore {
    /// Renames the store's directory, which must not be open, and removes all but the last [`KEPT_ASIDE`] that were moved before.
    /// Returns where it is now.
    ///
    /// # Errors
    /// What the system answers; the store is where it was.
    pub fn move_aside(dir: &Path) -> io::Result<PathBuf> {
        move_aside_at(dir, jiff::Timestamp::now())
    }
}

fn move_aside_at(dir: &Path, now: jiff::Timestamp) -> io::Result<PathBuf> {
    let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut taken = damaged(dir)?;
    let last = taken
        .iter()
        .filter(|aside| aside.time == time)
        .map(|aside| aside.number)
        .max();
    let to = Aside {
        time,
        number: last.map_or(1, |number| number + 1),
    };
    let path = to.path(dir)?;
    std::fs::rename(dir, &path)?;
    // What was just moved is kept even where the clock was set back.
    taken.sort_unstable();
    let old = (taken.len() + 1).saturating_sub(KEPT_ASIDE);
    for aside in taken.iter().take(old) {
        let path = aside.path(dir)?;
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        if let Err(error) = removed {
            // The damaged one is out of the way, and that is what the start waits for.
            tracing::warn!(%error, path = %path.display(), "an old damaged layer cannot be removed");
        }
    }
    Ok(path)
}

/// What the name of a store that was moved aside says; ordered by age.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Aside {
    time: String,
    number: u32,
}

impl Aside {
    fn parse(text: &str) -> Option<Self> {
        let (time, number) = match text.split_once('-') {
            Some((time, number)) => (time, number.parse().ok().filter(|number| *number > 1)?),
            None => (text, 1),
        };
        let is_time = time.len() == 16
            && time.bytes().enumerate().all(|(at, byte)| match at {
                8 => byte == b'T',
                15 => byte == b'Z',
                _ => byte.is_ascii_digit(),
            });
        is_time.then(|| Self {
            time: time.to_owned(),
            number,
        })
    }

    fn path(&self, dir: &Path) -> io::Result<PathBuf> {
        let mut name = base(dir)?.to_owned();
        name.push(".damaged-");
        name.push(&self.time);
        if self.number > 1 {
            name.push(format!("-{}", self.number));
        }
        Ok(dir.with_file_name(name))
    }
}

fn base(dir: &Path) -> io::Result<&OsStr> {
    dir.file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the store's path has no name"))
}

/// The stores that were moved aside from here.
fn damaged(dir: &Path) -> io::Result<Vec<Aside>> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut prefix = base(dir)?.to_owned();
    prefix.push(".damaged-");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(parent.unwrap_or(Path::new(".")))? {
        let name = entry?.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let rest = rest.and_then(|rest| std::str::from_utf8(rest).ok());
        found.extend(rest.and_then(Aside::parse));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_moved_aside_and_the_last_two_are_kept() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("layer");
        std::fs::create_dir(home.path().join("layer.damaged-by-hand")).unwrap();
        std::fs::create_dir(home.path().join("layered.damaged-20200101T000000Z")).unwrap();
        let time = |second: i64| jiff::Timestamp::from_second(1_800_000_000 + second).unwrap();
        let names = || {
            let mut names: Vec<String> = std::fs::read_dir(home.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.starts_with("layer.damaged-2"))
                .collect();
            names.sort();
            names
        };
        let aside = |second| {
            std::fs::create_dir(&dir).unwrap();
            let path = move_aside_at(&dir, time(second)).unwrap();
            assert!(path.exists() && !dir.exists());
            path.file_name().unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(aside(0), "layer.damaged-20270115T080000Z");
        for number in 2..=11 {
            assert_eq!(aside(0), format!("layer.damaged-20270115T080000Z-{number}"));
        }
        assert_eq!(
            names(),
            [
                "layer.damaged-20270115T080000Z-10",
                "layer.damaged-20270115T080000Z-11"
            ]
        );
        aside(60);
        assert_eq!(
            names(),
            [
                "layer.damaged-20270115T080000Z-11",
                "layer.damaged-20270115T080100Z"
            ]
        );
        aside(-60);
        assert_eq!(
            names(),
            ["layer.damaged-20270115T075900Z", "layer.damaged-20270115T080100Z"],
            "what was just moved is kept, whatever the clock says"
        );
        assert!(home.path().join("layer.damaged-by-hand").exists());
        assert!(home.path().join("layered.damaged-20200101T000000Z").exists());
        assert!(move_aside_at(&dir, time(0)).is_err());
    }
}
