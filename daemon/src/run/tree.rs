//! The mount: made by the mounter, served by `kphotos_fs`, kept in step with
//! the journal, taken down at the end.

use crate::config::DeclaredMount;
use crate::mounter::{MountId, MountMode, MountSpec, Mounter, RightsKind};
use crate::storage::Volumes;
use crate::surface::{Mount, MountState, MountStatus};
use anyhow::{Context as _, Result, bail};
use kphotos_domain::app::App;
use kphotos_domain::kernel::{ErrorCode, Owner, PortError, UserId};
use kphotos_fs::access::{Access, Checks, Ownership};
use kphotos_fs::filesystem::Filesystem;
use kphotos_fs::gate::ReplayGate;
use kphotos_fs::notify::{Announcer, Kernel};
use kphotos_fs::replay::Replay;
use kphotos_fs::requests::Op;
use kphotos_fs::session::{Mounted, Options};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Whose world a mount shows.
const VIEWER: UserId = UserId::new(1);

/// What is said of a mount that somebody took away.
const GONE: &str = "the tree was unmounted from outside; restart kphotosd to have it again";

/// The mounted tree.
pub(super) struct Tree {
    mounter: Arc<Mounter>,
    id: MountId,
    mount: DeclaredMount,
    mounted: Mounted,
    announcer: Arc<Announcer>,
    replay: Replay,
}

/// A mount that nobody serves yet.
pub(super) struct Device {
    mounter: Arc<Mounter>,
    mount: DeclaredMount,
    is_system: bool,
    owner: (u32, u32),
    id: MountId,
    fd: OwnedFd,
    /// Where this process may write on it: the private mount, or the only one.
    place: PathBuf,
}

impl Device {
    /// Mounts, having detached what a dead daemon left there.
    pub(super) fn mount(
        mounter: &Arc<Mounter>,
        mount: &DeclaredMount,
        runtime_dir: &Path,
        owner: (u32, u32),
    ) -> Result<Self> {
        let is_system = match mounter.rights().kind {
            RightsKind::System => true,
            RightsKind::User => false,
            RightsKind::None => match &mounter.rights().missing {
                Some(missing) => bail!("nothing can be mounted: {missing}"),
                None => bail!("nothing can be mounted here"),
            },
        };
        let private = runtime_dir.join("mnt").join("main");
        for path in [&mount.path, &private] {
            for detached in mounter.clean_stale(path)?.detached {
                tracing::warn!(path = %detached.display(), "a dead mount of an earlier daemon was detached");
            }
        }
        let place = if is_system {
            private.clone()
        } else {
            mount.path.clone()
        };
        let mode = if is_system {
            MountMode::System { private }
        } else {
            MountMode::User
        };
        let (owner_uid, owner_gid) = owner;
        let allow_other = is_open(is_system, mount.access);
        let spec = MountSpec {
            public: mount.path.clone(),
            mode,
            allow_other,
            owner_uid,
            owner_gid,
        };
        let device = mounter
            .mount(spec)
            .with_context(|| format!("{} cannot be mounted", mount.path.display()))?;
        let (mounter, mount, id, fd) = (mounter.clone(), mount.clone(), device.id, device.dev_fuse);
        Ok(Self {
            mounter,
            mount,
            is_system,
            owner,
            id,
            fd,
            place,
        })
    }

    /// Where the daemon writes on its own mount, if that is not in the runtime folder.
    pub(super) fn public_place(&self) -> Option<&Path> {
        (!self.is_system).then_some(&self.place)
    }
}

/// In system mode the kernel checks who may enter, by the modes of the files.
fn is_open(is_system: bool, access: Access) -> bool {
    is_system || access != Access::Private
}

impl Tree {
    /// Serves a mount, and returns when it answers at its public path.
    pub(super) fn serve(app: &Arc<App>, volumes: &Arc<Volumes>, device: Device) -> Result<Self> {
        let Device {
            mounter,
            mount,
            is_system,
            owner: (uid, gid),
            id,
            fd,
            place,
        } = device;
        let checks = if is_system { Checks::Kernel } else { Checks::Here };
        let ownership = Ownership {
            uid,
            gid,
            access: mount.access,
            checks,
        };
        let gate = Arc::<ReplayGate>::default();
        let owner = Owner::User(VIEWER);
        let filesystem = Arc::new(Filesystem::new(
            app.clone(),
            owner,
            ownership,
            volumes.clone(),
            gate.clone(),
        ));
        let is_open_to_others = is_open(is_system, mount.access);
        let mounted = Mounted::serve(
            filesystem,
            fd,
            Options {
                is_open_to_others,
                ..Options::default()
            },
        )?;
        let kernel: Arc<dyn Kernel> = Arc::new(mounted.notifier());
        let held = mounted.held();
        let replay = Replay::start(
            place,
            gate,
            Arc::downgrade(app),
            owner,
            held.clone(),
            kernel.clone(),
        )?;
        let announcer = Announcer::start(Arc::downgrade(app), owner, held, kernel, Some(replay.queue()))?;
        app.subscribe(announcer.clone());
        if is_system {
            mounter.publish(id)?;
        }
        tracing::info!(path = %mount.path.display(), is_system, "mounted");
        Ok(Self {
            mounter,
            id,
            mount,
            mounted,
            announcer,
            replay,
        })
    }

    /// Takes the tree down, also when somebody is inside.
    pub(super) fn unmount(&self) {
        self.announcer.stop();
        self.replay.stop();
        match self.mounter.unmount(self.id) {
            Ok(how) => tracing::info!(?how, "unmounted"),
            Err(error) => tracing::error!(%error, "the tree could not be unmounted"),
        }
    }
}

impl MountStatus for Tree {
    fn mounts(&self) -> Vec<Mount> {
        let state = if self.mounted.is_alive() {
            MountState::Ready
        } else {
            MountState::Failed { reason: GONE.into() }
        };
        let access = match self.mount.access {
            Access::Private => "private".to_owned(),
            Access::Group(gid) => format!("group:{gid}"),
            Access::All => "all".to_owned(),
        };
        let counts = self.mounted.requests();
        let requests = Op::ALL.iter().map(|op| (op.as_str(), counts.get(*op))).collect();
        let path = self.mount.path.as_os_str().as_bytes().to_vec();
        vec![Mount {
            path,
            viewer: VIEWER,
            access,
            state,
            requests,
        }]
    }

    fn wait_ready(&self, _timeout: Duration) -> Result<bool, PortError> {
        // It is made before the socket is bound: who can ask finds it ready, or gone.
        if self.mounted.is_alive() {
            return Ok(true);
        }
        Err(PortError::new(ErrorCode::Unavailable, GONE))
    }
}
