//! Folders: where the state is, how much room it has, whether the export lies
//! on a disk of its own, who may speak to the socket.

use super::{Finding, sys};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Less than this is a warning.
const LITTLE: u64 = 1 << 30;
/// With less than this edits will soon be refused.
const TOO_LITTLE: u64 = 64 << 20;

/// How far a file may lie in the future: clocks of two machines differ.
const FUTURE: Duration = Duration::from_secs(3600);

/// Where the daemon keeps things.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Places {
    pub(super) state: PathBuf,
    pub(super) export: PathBuf,
}

impl Places {
    /// Where the running daemon says they are.
    pub(super) fn of_status(status: &Value) -> Option<Self> {
        let place = |name: &str| {
            let path = status.get("places")?.get(name)?.as_str()?;
            Some(PathBuf::from(path))
        };
        Some(Self {
            state: place("state")?,
            export: place("export")?,
        })
    }

    /// Where a daemon of this user would have them.
    pub(super) fn by_default(is_root: bool, variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let set = |name: &str| {
            variable(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let own = || {
            if is_root {
                return Some(PathBuf::from("/var/lib/kphotos"));
            }
            set("XDG_STATE_HOME")
                .or_else(|| Some(set("HOME")?.join(".local/state")))
                .map(|dir| dir.join("kphotos"))
        };
        let state = set("KPHOTOS_STATE_DIR").or_else(own)?;
        let export = set("KPHOTOS_EXPORT_DIR").unwrap_or_else(|| state.join("export"));
        Some(Self { state, export })
    }

    /// All checks of them.
    pub(super) fn checks(&self, now: SystemTime) -> Vec<Finding> {
        let free = sys::free_bytes(existing(&self.state)).ok();
        vec![
            self.rights(),
            space(&self.state, free),
            self.export(),
            self.order(now),
        ]
    }

    fn rights(&self) -> Finding {
        const CHECK: &str = "state";
        let shown = self.state.display();
        match fs::metadata(&self.state) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Finding::ok(CHECK, format!("{shown} will be made by the first start"))
            }
            Err(error) => Finding::problem(
                CHECK,
                format!("{shown} cannot be looked at: {error}"),
                "run this as the daemon's user",
            ),
            Ok(meta) if meta.permissions().mode() & 0o077 != 0 => Finding::warning(
                CHECK,
                format!("{shown} holds your edits and may be looked into by others"),
                format!("chmod 700 {shown}"),
            ),
            Ok(_) => Finding::ok(CHECK, format!("{shown}: back this folder up")),
        }
    }

    fn export(&self) -> Finding {
        const CHECK: &str = "export";
        let device = |path: &Path| fs::metadata(existing(path)).ok().map(|meta| meta.dev());
        let shown = self.export.display();
        if device(&self.state).is_some() && device(&self.state) == device(&self.export) {
            return Finding::warning(
                CHECK,
                format!("{shown} lies on the disk of the state: one broken disk takes both"),
                "set export_dir in kphotos.toml to a folder on another disk, or back the state up elsewhere",
            );
        }
        Finding::ok(CHECK, format!("{shown} lies on a disk of its own"))
    }

    /// Whether the clock went back since the journal was written.
    fn order(&self, now: SystemTime) -> Finding {
        const CHECK: &str = "journal";
        let journal = self.state.join("journal");
        let newest = fs::read_dir(&journal)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok())
            .max();
        match newest {
            Some(newest) if newest > now + FUTURE => Finding::warning(
                CHECK,
                format!(
                    "{} was written in the future: the clock went back",
                    journal.display()
                ),
                "set the clock (timedatectl set-ntp true)",
            ),
            Some(_) => Finding::ok(CHECK, format!("{} is there", journal.display())),
            None => Finding::ok(CHECK, "nothing was changed yet, or it may not be looked at"),
        }
    }
}

/// The nearest folder above that is there.
fn existing(path: &Path) -> &Path {
    path.ancestors()
        .find(|path| path.exists())
        .unwrap_or(Path::new("/"))
}

fn space(state: &Path, free: Option<u64>) -> Finding {
    const CHECK: &str = "space";
    const MEND: &str = "free some, or move the state to a larger disk with --state-dir";
    let shown = state.display();
    let Some(free) = free else {
        return Finding::warning(
            CHECK,
            format!("the disk of {shown} does not say what is free"),
            MEND,
        );
    };
    let megabytes = super::super::summary::grouped(free >> 20);
    let message = format!("{megabytes} MB are free for {shown}");
    match free {
        TOO_LITTLE..LITTLE => Finding::warning(CHECK, message, MEND),
        0..TOO_LITTLE => Finding::problem(CHECK, format!("{message}: edits will be refused"), MEND),
        LITTLE.. => Finding::ok(CHECK, message),
    }
}

/// Whether the socket, if it is there, is ours and closed to others.
pub(super) fn socket(socket: &Path, uid: u32) -> Option<Finding> {
    const CHECK: &str = "socket";
    let meta = fs::metadata(socket).ok()?;
    let folder = socket.parent().and_then(|folder| fs::metadata(folder).ok());
    let shown = socket.display();
    if meta.uid() != uid && uid != 0 {
        return Some(Finding::warning(
            CHECK,
            format!("{shown} is another user's"),
            "run this as that user, or say where your daemon is with --socket",
        ));
    }
    let is_open = |meta: &fs::Metadata| meta.permissions().mode() & 0o002 != 0;
    if is_open(&meta) && folder.as_ref().is_some_and(|folder| folder.mode() & 0o001 != 0) {
        return Some(Finding::warning(
            CHECK,
            format!("{shown} can be reached by every user of this machine"),
            format!("chmod o-rwx {shown}; kphotosd still asks who they are"),
        ));
    }
    Some(Finding::ok(CHECK, shown.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;
    use serde_json::json;

    #[test]
    fn the_places_are_where_the_daemon_says_or_would_have_them() {
        let status = json!({"places": {"state": "/s", "cache": "/c", "runtime": "/r", "export": "/e"}});
        let at = |state: &str, export: &str| {
            Some(Places {
                state: state.into(),
                export: export.into(),
            })
        };
        assert_eq!(Places::of_status(&status), at("/s", "/e"));
        assert_eq!(Places::of_status(&json!({})), None);
        let by_default = |root, set: &[(&str, &str)]| {
            Places::by_default(root, |name| {
                set.iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| OsString::from(value))
            })
        };
        assert_eq!(
            by_default(true, &[]),
            at("/var/lib/kphotos", "/var/lib/kphotos/export")
        );
        assert_eq!(by_default(false, &[]), None);
        assert_eq!(
            by_default(false, &[("HOME", "/h")]),
            at("/h/.local/state/kphotos", "/h/.local/state/kphotos/export")
        );
        assert_eq!(
            by_default(
                false,
                &[
                    ("HOME", "/h"),
                    ("XDG_STATE_HOME", "/x"),
                    ("KPHOTOS_EXPORT_DIR", "/e")
                ]
            ),
            at("/x/kphotos", "/e")
        );
    }

    #[test]
    fn room_is_judged_by_what_edits_need() {
        let level = |free| space(Path::new("/s"), free).level;
        assert_eq!(level(Some(1 << 40)), Level::Ok);
        assert_eq!(level(Some(500 << 20)), Level::Warning);
        assert_eq!(level(Some(1 << 20)), Level::Problem);
        assert_eq!(level(None), Level::Warning);
    }

    #[test]
    fn a_state_is_looked_at_where_it_is() {
        let folder = std::env::temp_dir().join(format!("kphotos-places-{}", std::process::id()));
        let places = Places {
            state: folder.join("state"),
            export: folder.join("state/export"),
        };
        assert_eq!(places.rights().level, Level::Ok, "it is not there yet");
        assert_eq!(places.export().level, Level::Warning, "one disk");
        fs::create_dir_all(folder.join("state/journal")).unwrap();
        let mode = |mode| {
            fs::set_permissions(&places.state, fs::Permissions::from_mode(mode)).unwrap();
            places.rights().level
        };
        assert_eq!((mode(0o755), mode(0o700)), (Level::Warning, Level::Ok));
        fs::write(folder.join("state/journal/0001.jsonl"), "").unwrap();
        assert_eq!(places.order(SystemTime::now()).level, Level::Ok);
        assert_eq!(places.order(SystemTime::UNIX_EPOCH).level, Level::Warning);
        assert_eq!(places.checks(SystemTime::now()).len(), 4);
        assert_eq!(socket(&folder.join("none"), 0), None);
        fs::remove_dir_all(&folder).unwrap();
    }
}
