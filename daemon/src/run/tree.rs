//! The mount: made by the mounter, served by `kphotos_fs`, kept in step with
//! the journal, taken down at the end.

use crate::config::DeclaredMount;
use crate::dbus::{Mount, MountState, MountStatus};
use crate::mounter::{MountId, MountMode, MountSpec, Mounter, RightsKind};
use crate::storage::Volumes;
use anyhow::{Context as _, Result, bail};
use kphotos_domain::app::App;
use kphotos_domain::kernel::{Owner, PortError, UserId};
use kphotos_fs::access::{Access, Checks, Ownership};
use kphotos_fs::filesystem::Filesystem;
use kphotos_fs::gate::ReplayGate;
use kphotos_fs::notify::{Announcer, Kernel};
use kphotos_fs::replay::Replay;
use kphotos_fs::requests::Op;
use kphotos_fs::session::{Mounted, Options};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Whose world a mount shows.
const VIEWER: UserId = UserId::new(1);

/// The mounted tree.
pub(super) struct Tree {
    mounter: Arc<Mounter>,
    id: MountId,
    mount: DeclaredMount,
    mounted: Mounted,
    announcer: Arc<Announcer>,
    replay: Replay,
}

impl Tree {
    /// Mounts the tree, and returns when it answers at its public path.
    pub(super) fn mount(
        app: &Arc<App>,
        mounter: &Arc<Mounter>,
        volumes: &Arc<Volumes>,
        mount: &DeclaredMount,
        runtime_dir: &Path,
        (uid, gid): (u32, u32),
    ) -> Result<Self> {
        let system = match mounter.rights().kind {
            RightsKind::System => true,
            RightsKind::User => false,
            RightsKind::None => match &mounter.rights().missing {
                Some(missing) => bail!("nothing can be mounted: {missing}"),
                None => bail!("nothing can be mounted here"),
            },
        };
        let private: PathBuf = runtime_dir.join("mnt").join("main");
        let place = if system { private.clone() } else { mount.path.clone() };
        for path in [&mount.path, &private] {
            for detached in mounter.clean_stale(path)?.detached {
                tracing::warn!(path = %detached.display(), "a dead mount of an earlier daemon was detached");
            }
        }
        let allow_other = system || mount.access != Access::Private;
        let mode = if system { MountMode::System { private } } else { MountMode::User };
        let spec = MountSpec { public: mount.path.clone(), mode, allow_other, owner_uid: uid, owner_gid: gid };
        let device = mounter.mount(spec).with_context(|| format!("{} cannot be mounted", mount.path.display()))?;
        let checks = if system { Checks::Kernel } else { Checks::Here };
        let ownership = Ownership { uid, gid, access: mount.access, checks };
        let gate = Arc::<ReplayGate>::default();
        let owner = Owner::User(VIEWER);
        let filesystem =
            Arc::new(Filesystem::new(app.clone(), owner, ownership, volumes.clone(), gate.clone()));
        let options = Options { is_open_to_others: allow_other, ..Options::default() };
        let mounted = Mounted::serve(filesystem, device.dev_fuse, options)?;
        let kernel: Arc<dyn Kernel> = Arc::new(mounted.notifier());
        let held = mounted.held();
        let replay = Replay::start(place, gate, Arc::downgrade(app), owner, held.clone(), kernel.clone())?;
        let announcer = Announcer::start(Arc::downgrade(app), owner, held, kernel, Some(replay.queue()))?;
        app.subscribe(announcer.clone());
        if system {
            mounter.publish(device.id)?;
        }
        tracing::info!(path = %mount.path.display(), system, "mounted");
        let (mounter, mount, id) = (mounter.clone(), mount.clone(), device.id);
        Ok(Self { mounter, id, mount, mounted, announcer, replay })
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
            MountState::Failed { reason: "it was unmounted; restart kphotosd to have it again".into() }
        };
        let access = match self.mount.access {
            Access::Private => "private".to_owned(),
            Access::Group(gid) => format!("group:{gid}"),
            Access::All => "all".to_owned(),
        };
        let counts = self.mounted.requests();
        let requests = Op::ALL.iter().map(|op| (op.as_str(), counts.get(*op))).collect();
        let path = self.mount.path.as_os_str().as_bytes().to_vec();
        vec![Mount { path, viewer: VIEWER, access, state, requests }]
    }

    fn wait_ready(&self, _timeout: Duration) -> Result<bool, PortError> {
        // It is made before the socket is bound: who can ask finds it ready.
        Ok(self.mounted.is_alive())
    }
}
