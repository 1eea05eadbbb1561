//! One mount: made by the mounter, served by `kphotos_fs`, kept in step with the
//! journal, taken down at the end.

use super::wish::Wish;
use crate::config::real;
use crate::mounter::{MountId, MountMode, MountSpec, MountTable, Mounter, RightsKind, Unmounted};
use crate::sidecar::Maker;
use crate::storage::Volumes;
use anyhow::{Context as _, Result, bail};
use kphotos_domain::app::App;
use kphotos_domain::kernel::port::Subscriber;
use kphotos_domain::kernel::{LibraryId, Owner, UserId};
use kphotos_fs::access::{Access, Checks, Ownership};
use kphotos_fs::attr::Time;
use kphotos_fs::filesystem::Filesystem;
use kphotos_fs::gate::ReplayGate;
use kphotos_fs::later::PATIENCE;
use kphotos_fs::marker::Marker;
use kphotos_fs::notify::{Announcer, Kernel};
use kphotos_fs::options::TreeOptions;
use kphotos_fs::replay::Replay;
use kphotos_fs::requests::Op;
use kphotos_fs::session::{Mounted, Options};
use serde::Serialize;
use std::collections::BTreeSet;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whose world a mount shows.
pub(super) const VIEWER: UserId = UserId::new(1);

/// What is needed to mount at any time.
pub(super) struct Ground {
    pub(super) mounter: Arc<Mounter>,
    /// Private mounts lie in `mnt` there.
    pub(super) runtime_dir: PathBuf,
    /// uid and gid of the daemon.
    pub(super) owner: (u32, u32),
}

impl Ground {
    /// Where the private mount of this name lies, in system mode.
    fn private(&self, id: &str) -> PathBuf {
        self.runtime_dir.join("mnt").join(id)
    }

    /// Whether mounts have a private side, which the daemon may always write on.
    pub(super) fn is_system(&self) -> bool {
        self.mounter.rights().kind == RightsKind::System
    }

    /// Detaches what a dead daemon left at this place.
    pub(super) fn clean(&self, path: &Path) -> Result<()> {
        for detached in self.mounter.clean_stale(path)?.detached {
            tracing::warn!(path = %detached.display(), "a dead mount of an earlier daemon was detached");
        }
        Ok(())
    }

    /// Detaches the dead private mounts of all that an earlier daemon had, known or not.
    pub(super) fn clean_private(&self) {
        let Ok(entries) = std::fs::read_dir(self.runtime_dir.join("mnt")) else {
            return;
        };
        for entry in entries.flatten() {
            if let Err(error) = self.clean(&entry.path()) {
                tracing::debug!(%error, "a private mount is left as it is");
            }
        }
    }
}

/// A mount that nobody serves yet.
pub(super) struct Device {
    mounter: Arc<Mounter>,
    is_system: bool,
    owner: (u32, u32),
    access: Access,
    id: MountId,
    fd: OwnedFd,
    /// Where this process may write on it: the private mount, or the only one.
    place: PathBuf,
}

impl Device {
    /// Mounts, having detached what a dead daemon left there.
    pub(super) fn mount(ground: &Ground, wish: &Wish) -> Result<Self> {
        let mounter = &ground.mounter;
        let is_system = match mounter.rights().kind {
            RightsKind::System => true,
            RightsKind::User => false,
            RightsKind::None => match &mounter.rights().missing {
                Some(missing) => bail!("nothing can be mounted: {missing}"),
                None => bail!("nothing can be mounted here"),
            },
        };
        let private = ground.private(&wish.id());
        for path in [&wish.path, &private] {
            ground.clean(path)?;
        }
        let access = wish.options.access;
        let (place, mode) = if is_system {
            let is_checked = checks(is_system, access) == Checks::Kernel;
            (private.clone(), MountMode::System { private, is_checked })
        } else {
            (wish.path.clone(), MountMode::User)
        };
        let (owner_uid, owner_gid) = ground.owner;
        let device = mounter
            .mount(MountSpec {
                public: wish.path.clone(),
                mode,
                allow_other: is_open(is_system, access),
                owner_uid,
                owner_gid,
            })
            .with_context(|| format!("{} cannot be mounted", wish.path.display()))?;
        Ok(Self {
            mounter: mounter.clone(),
            is_system,
            owner: ground.owner,
            access,
            id: device.id,
            fd: device.dev_fuse,
            place,
        })
    }

    /// Where the daemon writes on its own mount, if that is not in the runtime folder.
    pub(super) fn public_place(&self) -> Option<&Path> {
        (!self.is_system).then_some(&self.place)
    }

    /// Takes it away again, unserved.
    pub(super) fn discard(self) {
        if let Err(error) = self.mounter.unmount(self.id) {
            tracing::error!(%error, "a mount could not be taken away");
        }
    }
}

/// In system mode the kernel checks who may enter, by the modes of the files.
fn is_open(is_system: bool, access: Access) -> bool {
    is_system || access != Access::Private
}

/// Who checks that a caller may look. What the kernel checks by mode costs everybody but the owner half a microsecond a
/// call (see [`Checks`]), and where all may look there is nothing to check.
fn checks(is_system: bool, access: Access) -> Checks {
    if is_system && access != Access::All {
        Checks::Kernel
    } else {
        Checks::Here
    }
}

/// The daemon's name and when it was made.
pub(super) type DaemonName = (Box<str>, i64);

/// What is at a mount's root, as JSON.
#[derive(Serialize)]
struct MarkerJson<'a> {
    kphotos: u32,
    daemon: &'a str,
    mount: String,
    path: std::borrow::Cow<'a, str>,
}

fn marker(daemon: &DaemonName, wish: &Wish) -> Result<Marker> {
    let mut bytes = serde_json::to_vec(&MarkerJson {
        kphotos: 1,
        daemon: &daemon.0,
        mount: wish.id(),
        path: wish.path.to_string_lossy(),
    })?;
    bytes.push(b'\n');
    Ok(Marker {
        bytes: bytes.into(),
        born: Time {
            seconds: daemon.1,
            nanos: 0,
        },
    })
}

/// What all mounts are made of.
pub(super) struct Source {
    pub(super) app: Arc<App>,
    pub(super) volumes: Arc<Volumes>,
    pub(super) daemon: DaemonName,
    pub(super) sidecars: Arc<Maker>,
}

/// A mount that is served.
pub(super) struct Served {
    mounter: Arc<Mounter>,
    app: Arc<App>,
    id: MountId,
    mounted: Mounted,
    announcer: Arc<Announcer>,
    replay: Option<Replay>,
    /// Where people find it, and the device number that is mounted there; `None`:
    /// this process does not see that place.
    seen_at: Option<(PathBuf, String)>,
    /// Whether it was said that it is gone.
    is_gone_said: AtomicBool,
}

impl Served {
    /// Serves a mount, and returns when it answers at its public path. Changes are
    /// replayed for watchers where the daemon may write on the mount.
    pub(super) fn start(source: &Source, wish: &Wish, device: Device, may_write: bool) -> Result<Self> {
        let (mounter, id) = (device.mounter.clone(), device.id);
        Self::serve(source, wish, device, may_write).inspect_err(|_| {
            // What failed is said; that it cannot even be taken away is for the log.
            if let Err(error) = mounter.unmount(id) {
                tracing::error!(%error, "a mount that could not be served stays");
            }
        })
    }

    fn serve(source: &Source, wish: &Wish, device: Device, may_write: bool) -> Result<Self> {
        let Source {
            app,
            volumes,
            daemon,
            sidecars,
        } = source;
        let Device {
            mounter,
            is_system,
            owner: (uid, gid),
            access,
            id,
            fd,
            place,
        } = device;
        let ownership = Ownership {
            uid,
            gid,
            access,
            checks: checks(is_system, access),
        };
        let gate = Arc::<ReplayGate>::default();
        let options = TreeOptions::new(Owner::User(VIEWER), &wish.options);
        let filesystem = Filesystem::new(app.clone(), options, ownership, volumes.clone(), gate.clone());
        let filesystem = filesystem.with_marker(marker(daemon, wish)?);
        let filesystem = Arc::new(filesystem.with_sidecars(sidecars.clone()));
        let how = Options {
            is_open_to_others: is_open(is_system, access),
            // Not deeper without need: then the tree can be no layer of an overlay.
            stack_depth: if volumes.are_stacked() { 2 } else { 1 },
            patience: patience(),
            ..Options::default()
        };
        let mounted = Mounted::serve(filesystem.clone(), fd, how)?;
        let kernel: Arc<dyn Kernel> = Arc::new(mounted.notifier());
        let held = mounted.held();
        let weak = Arc::downgrade(app);
        let replay = may_write
            .then(|| Replay::start(place, gate, weak.clone(), options, held.clone(), kernel.clone()))
            .transpose()?;
        let queue = replay.as_ref().map(Replay::queue);
        let announcer = Announcer::start(weak, options, held, kernel, queue)?;
        filesystem.announce_by(&announcer);
        drop(filesystem);
        app.subscribe(announcer.clone());
        let mut served = Self {
            mounter,
            app: app.clone(),
            id,
            mounted,
            announcer,
            replay,
            seen_at: None,
            is_gone_said: AtomicBool::new(false),
        };
        if is_system && let Err(error) = served.mounter.publish(id) {
            served.quiet();
            return Err(error.into());
        }
        served.seen_at = seen_at(real(&wish.path));
        tracing::info!(path = %wish.path.display(), is_system, "mounted");
        Ok(served)
    }

    /// Whether it is still there: in system mode the public bind can go while the
    /// private mount behind it is served. Without a table only the latter is known.
    pub(super) fn is_alive(&self, table: Option<&MountTable>) -> bool {
        let is_seen = match (table, &self.seen_at) {
            (Some(table), Some((path, device))) => table.has(path, device),
            _ => true,
        };
        is_seen && self.mounted.is_alive()
    }

    /// Whether it is gone and nobody has said so yet.
    pub(super) fn is_newly_gone(&self, table: Option<&MountTable>) -> bool {
        !self.is_alive(table) && !self.is_gone_said.swap(true, Ordering::Relaxed)
    }

    /// The libraries that do not answer those who read here.
    pub(super) fn silent(&self) -> BTreeSet<LibraryId> {
        self.mounted.silent()
    }

    /// How often the kernel asked what.
    pub(super) fn requests(&self) -> Vec<(&'static str, u64)> {
        let counts = self.mounted.requests();
        Op::ALL.iter().map(|op| (op.as_str(), counts.get(*op))).collect()
    }

    /// Takes it down, also when somebody is inside; they keep it until they leave.
    pub(super) fn unmount(&self) -> Option<Unmounted> {
        self.quiet();
        match self.mounter.unmount(self.id) {
            Ok(how) => {
                tracing::info!(?how, "unmounted");
                Some(how)
            }
            Err(error) => {
                tracing::error!(%error, "the tree could not be unmounted");
                None
            }
        }
    }

    /// Nothing is told to the kernel or to watchers any more.
    fn quiet(&self) {
        let announcer: Arc<dyn Subscriber> = self.announcer.clone();
        self.app.unsubscribe(&announcer);
        self.announcer.stop();
        if let Some(replay) = &self.replay {
            replay.stop();
        }
    }
}

/// How long an original may take: what is right for people, unless a test has no time for it and
/// says so in `KPHOTOS_PATIENCE_MS`.
fn patience() -> Duration {
    let told = std::env::var("KPHOTOS_PATIENCE_MS").ok();
    let told = told.and_then(|text| text.parse().ok());
    told.map_or(PATIENCE, Duration::from_millis)
}

fn seen_at(path: PathBuf) -> Option<(PathBuf, String)> {
    let device = MountTable::read().ok()?.device_at(&path)?.to_owned();
    Some((path, device))
}

/// The public path as bytes.
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_checks_who_looks_where_not_all_may_and_the_daemon_need_not_be_let_in() {
        for (is_system, access, by) in [
            (true, Access::Private, Checks::Kernel),
            (true, Access::Group(50), Checks::Kernel),
            (true, Access::All, Checks::Here),
            (false, Access::Group(50), Checks::Here),
            (false, Access::All, Checks::Here),
        ] {
            assert_eq!(checks(is_system, access), by, "{is_system} {access:?}");
        }
    }
}
