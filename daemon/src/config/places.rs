//! Where things are by default: as XDG has it for a user, as the FHS has it for root.

use std::path::PathBuf;

/// The default places; `None` where no home is known.
pub(super) struct Places {
    pub(super) config: Option<PathBuf>,
    pub(super) state: Option<PathBuf>,
    pub(super) cache: Option<PathBuf>,
    pub(super) runtime: Option<PathBuf>,
    pub(super) mount: Option<PathBuf>,
}

impl Places {
    pub(super) fn of_this_process() -> Self {
        if is_root() {
            let at = |path: &str| Some(PathBuf::from(path));
            return Self {
                config: at("/etc/kphotos/kphotos.toml"),
                state: at("/var/lib/kphotos"),
                cache: at("/var/cache/kphotos"),
                runtime: at("/run/kphotos"),
                mount: at("/srv/kphotos"),
            };
        }
        let home = directory("HOME");
        let below = |variable: &str, folder: &str| {
            directory(variable)
                .or_else(|| Some(home.as_ref()?.join(folder)))
                .map(|dir| dir.join("kphotos"))
        };
        let state = below("XDG_STATE_HOME", ".local/state");
        Self {
            config: below("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("kphotos.toml")),
            cache: below("XDG_CACHE_HOME", ".cache"),
            runtime: directory("XDG_RUNTIME_DIR")
                .or_else(|| Some(state.as_ref()?.join("runtime")))
                .map(|dir| dir.join("kphotos")),
            mount: home.as_ref().map(|home| home.join("KPhotos")),
            state,
        }
    }
}

/// Whether this process is root's.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn directory(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
