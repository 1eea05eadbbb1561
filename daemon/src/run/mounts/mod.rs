//! The mounts: those that the settings declare, and those that commands added.
//!
//! Each is made, served and told of changes by itself (`served`); one that fails
//! says why in `mount list`, and the others go on. They are made in two steps,
//! because the daemon shuts itself in between: first all that are known without the
//! layer (`wish`), then, when the layer is open, what it says of them. What a
//! command adds while the daemon runs is made at once.
//!
//! In system mode the daemon writes on private mounts in its runtime folder, those
//! made later too. In user mode there is one mount a path and the kernel lets the
//! daemon write on those only that were there when it shut itself in; one that comes
//! later is right at every look, but nobody who watches it is told, until the next
//! start. That is said as its note: a hole in the sandbox would be the dearer price.

mod gone;
mod served;
mod wish;

use super::words;
use crate::config::{DeclaredMount, lie_in_each_other, real};
use crate::jobs::StartPool;
use crate::mounter::{MountTable, Mounter, MounterError, Unmounted};
use crate::sidecar::Maker;
use crate::storage::Volumes;
use crate::surface::{AddedMount, Mount, MountControl, MountState, Refusal, RemovedMount};
use anyhow::Result;
use kphotos_domain::app::App;
use kphotos_domain::command::Command;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{ErrorCode, LibraryId, MountId, PortError, UserId};
use kphotos_domain::storage::NewMount;
use served::{Device, Ground, Served, Source, VIEWER, bytes};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wish::{Wish, remember, remembered};

pub(super) use gone::watch as watch_gone;

/// What is said of a mount that somebody took away.
const GONE: &str = "the tree was unmounted from outside; restart kphotosd to have it again";

/// What is said of a mount on which the daemon may not write yet.
const UNWATCHED: &str = "added without root while kphotosd runs: a window that is open on it shows changes when it is reloaded, after the next start of kphotosd by itself";

/// What is said of an added mount at the place of a declared one.
const DECLARED_TOO: &str = "the settings declare a mount there or in its way: take one of the two away";

/// What is mounted before the daemon shuts itself in; nobody serves it yet.
pub(super) struct Devices {
    ground: Ground,
    made: Vec<(Wish, Result<Device, String>)>,
}

impl Devices {
    /// Mounts what the settings declare and what was added before, having cleared away
    /// what dead daemons left.
    pub(super) fn mount(
        mounter: &Arc<Mounter>,
        declared: &[DeclaredMount],
        runtime_dir: &Path,
        state_dir: &Path,
        owner: (u32, u32),
    ) -> Self {
        let ground = Ground {
            mounter: mounter.clone(),
            runtime_dir: runtime_dir.to_path_buf(),
            owner,
        };
        ground.clean_private();
        let declared: Vec<Wish> = declared.iter().map(Wish::declared).collect();
        let is_free = |wish: &Wish| is_apart(wish, &declared);
        let added = remembered(state_dir).into_iter().filter(is_free);
        let wishes: Vec<Wish> = declared.iter().cloned().chain(added).collect();
        let make = |wish: Wish| {
            let device = Device::mount(&ground, &wish).map_err(|error| words(&error));
            (wish, device)
        };
        let made = wishes.into_iter().map(make).collect();
        Self { ground, made }
    }

    /// Where the daemon writes on its own mounts, outside of its folders.
    pub(super) fn public_places(&self) -> Vec<&Path> {
        let devices = self.made.iter().filter_map(|(_, device)| device.as_ref().ok());
        devices.filter_map(Device::public_place).collect()
    }
}

/// Whether an added mount and the declared ones can be there together.
fn is_apart(wish: &Wish, declared: &[Wish]) -> bool {
    let path = real(&wish.path);
    !declared
        .iter()
        .any(|other| lie_in_each_other(&real(&other.path), &path))
}

/// One mount, however it is.
struct Slot {
    wish: Wish,
    state: State,
    note: Option<String>,
}

enum State {
    /// It is being added.
    Starting,
    Served(Served),
    Failed(String),
}

/// The mounts of this daemon.
pub(super) struct Mounts {
    ground: Ground,
    source: Source,
    state_dir: PathBuf,
    /// Whether the kernel keeps the daemon from writing on mounts that come later.
    is_shut_in: bool,
    slots: Mutex<Vec<Slot>>,
    settled: Condvar,
    /// Held while a mount is added or removed.
    changing: Mutex<()>,
}

/// What the mounts need of the rest.
pub(super) struct MountsParts<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) volumes: &'a Arc<Volumes>,
    pub(super) devices: Devices,
    pub(super) daemon: (Box<str>, i64),
    pub(super) state_dir: &'a Path,
    pub(super) is_shut_in: bool,
    /// Starts the parsers of real sidecars.
    pub(super) start_pool: StartPool,
}

impl Mounts {
    /// Serves what was made, and makes what the layer knows beyond that. Each answers
    /// when this returns, or has failed.
    pub(super) fn serve(parts: MountsParts<'_>) -> Self {
        let Devices { ground, made } = parts.devices;
        let mounts = Self {
            ground,
            source: Source {
                app: parts.app.clone(),
                volumes: parts.volumes.clone(),
                daemon: parts.daemon,
                sidecars: Arc::new(Maker::new(
                    parts.app.clone(),
                    parts.volumes.clone(),
                    parts.start_pool,
                )),
            },
            state_dir: parts.state_dir.to_path_buf(),
            is_shut_in: parts.is_shut_in,
            slots: Mutex::default(),
            settled: Condvar::new(),
            changing: Mutex::default(),
        };
        let mut added: Vec<Wish> = parts.app.view().mounts().map(Wish::added).collect();
        let mut slots = Vec::new();
        for (wish, device) in made {
            // What the layer says of an added one counts, not what was remembered.
            let known = added.iter().position(|other| is_same(other, &wish));
            match (wish.added, known.map(|at| added.remove(at))) {
                (None, _) => slots.push(mounts.slot(wish, device)),
                (Some(_), Some(known)) => slots.push(mounts.slot(known, device)),
                (Some(_), None) => device.into_iter().for_each(Device::discard),
            }
        }
        let declared: Vec<Wish> = slots.iter().map(|slot| &slot.wish).cloned().collect();
        for wish in added {
            let slot = if is_apart(&wish, &declared) {
                mounts.late(wish)
            } else {
                let state = State::Failed(DECLARED_TOO.into());
                Slot {
                    wish,
                    state,
                    note: None,
                }
            };
            slots.push(slot);
        }
        for slot in &slots {
            if let State::Failed(why) = &slot.state {
                tracing::error!(path = %slot.wish.path.display(), why, "a mount failed");
            }
        }
        remember(&mounts.state_dir, slots.iter().map(|slot| &slot.wish));
        *mounts.lock() = slots;
        mounts
    }

    /// Serves one that was made before the daemon shut itself in.
    fn slot(&self, wish: Wish, device: Result<Device, String>) -> Slot {
        let served = device.and_then(|device| {
            Served::start(&self.source, &wish, device, true).map_err(|error| words(&error))
        });
        Slot {
            wish,
            state: served.map_or_else(State::Failed, State::Served),
            note: None,
        }
    }

    /// Makes and serves one after the daemon shut itself in.
    fn late(&self, wish: Wish) -> Slot {
        let (state, note) = match self.make(&wish) {
            Ok((served, note)) => (State::Served(served), note),
            Err(error) => (State::Failed(words(&error)), None),
        };
        Slot { wish, state, note }
    }

    fn make(&self, wish: &Wish) -> Result<(Served, Option<String>)> {
        let may_write = self.ground.is_system() || !self.is_shut_in;
        let device = Device::mount(&self.ground, wish)?;
        let served = Served::start(&self.source, wish, device, may_write)?;
        Ok((served, (!may_write).then(|| UNWATCHED.to_owned())))
    }

    /// Takes all down.
    pub(super) fn unmount(&self) {
        let slots = std::mem::take(&mut *self.lock());
        for slot in slots.iter().rev() {
            if let State::Served(served) = &slot.state {
                served.unmount();
            }
        }
    }

    /// Says of each mount that somebody took away that it is gone, once.
    fn say_gone(&self) {
        let table = MountTable::read().ok();
        for slot in &*self.lock() {
            if let State::Served(served) = &slot.state
                && served.is_newly_gone(table.as_ref())
            {
                tracing::error!(path = %slot.wish.path.display(), "{GONE}");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts what became of a mount that was starting; `None`: it is not there.
    fn settle(&self, number: MountId, done: Option<(State, Option<String>)>) {
        let mut slots = self.lock();
        let at = slots.iter().position(|slot| slot.wish.added == Some(number));
        match (at.and_then(|at| slots.get_mut(at)), done) {
            (Some(slot), Some((state, note))) => (slot.state, slot.note) = (state, note),
            (Some(_), None) => slots.retain(|slot| slot.wish.added != Some(number)),
            (None, _) => {}
        }
        remember(&self.state_dir, slots.iter().map(|slot| &slot.wish));
        drop(slots);
        self.settled.notify_all();
    }
}

/// Whether a remembered mount is what the layer has: made for the same people at the same place.
fn is_same(known: &Wish, remembered: &Wish) -> bool {
    known.added == remembered.added
        && known.path == remembered.path
        && known.options.access == remembered.options.access
}

impl MountControl for Mounts {
    fn mounts(&self) -> Vec<Mount> {
        let table = MountTable::read().ok();
        let mount = |slot: &Slot| {
            let (state, requests) = match &slot.state {
                State::Starting => (MountState::Starting, Vec::new()),
                State::Served(served) if served.is_alive(table.as_ref()) => {
                    (MountState::Ready, served.requests())
                }
                State::Served(served) => (MountState::Failed { reason: GONE.into() }, served.requests()),
                State::Failed(why) => (MountState::Failed { reason: why.clone() }, Vec::new()),
            };
            Mount {
                id: slot.wish.id(),
                number: slot.wish.added,
                path: bytes(&slot.wish.path),
                viewer: VIEWER,
                options: slot.wish.options,
                state,
                note: slot.note.clone(),
                requests,
            }
        };
        self.lock().iter().map(mount).collect()
    }

    fn silent(&self) -> BTreeSet<LibraryId> {
        let slots = self.lock();
        let served = slots.iter().filter_map(|slot| match &slot.state {
            State::Served(served) => Some(served),
            State::Starting | State::Failed(_) => None,
        });
        served.flat_map(Served::silent).collect()
    }

    fn wait_ready(&self, timeout: Duration) -> Result<bool, PortError> {
        let starting = |slots: &mut Vec<Slot>| slots.iter().any(|slot| matches!(slot.state, State::Starting));
        let waited = self.settled.wait_timeout_while(self.lock(), timeout, starting);
        let (slots, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(slots);
        for mount in self.mounts() {
            if let MountState::Failed { reason } = mount.state {
                let path = String::from_utf8_lossy(&mount.path).into_owned();
                let message = format!("the mount `{path}` failed: {reason}");
                return Err(PortError::new(ErrorCode::Unavailable, message));
            }
        }
        Ok(!waited.timed_out())
    }

    fn add(&self, user: UserId, new: &NewMount) -> Result<AddedMount, Refusal> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (actor, app) = (Actor::User(user), &self.source.app);
        let command = Command::AddMount(new.clone());
        app.preview(actor, &command)?;
        // Nobody else hands mounts numbers out: see `changing`.
        let number = app.view().next().mount();
        let wish = Wish {
            path: OsStr::from_bytes(&new.path).into(),
            options: new.options,
            added: Some(number),
        };
        {
            let mut slots = self.lock();
            slots.push(Slot {
                wish: wish.clone(),
                state: State::Starting,
                note: None,
            });
            // From before it is there, so that after a crash it is found and cleared away.
            remember(&self.state_dir, slots.iter().map(|slot| &slot.wish));
        }
        let (served, note) = self.make(&wish).map_err(|error| {
            self.settle(number, None);
            let code = error
                .downcast_ref()
                .map_or(ErrorCode::Unavailable, MounterError::code);
            Refusal::new(code, words(&error))
        })?;
        match app.execute(actor, &command) {
            Ok(receipt) => {
                self.settle(number, Some((State::Served(served), note.clone())));
                Ok(AddedMount {
                    number,
                    receipt,
                    note,
                })
            }
            Err(error) => {
                served.unmount();
                self.settle(number, None);
                Err(error.into())
            }
        }
    }

    fn remove(&self, user: UserId, mount: MountId) -> Result<RemovedMount, Refusal> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let command = Command::RemoveMount(mount);
        let receipt = self.source.app.execute(Actor::User(user), &command)?;
        let slot = {
            let mut slots = self.lock();
            let at = slots.iter().position(|slot| slot.wish.added == Some(mount));
            at.map(|at| slots.remove(at))
        };
        let left = match slot.map(|slot| slot.state) {
            Some(State::Served(served)) => Some(served.unmount()),
            Some(State::Starting | State::Failed(_)) | None => None,
        };
        // Only now: after a crash in between it is still known, and cleared away.
        remember(&self.state_dir, self.lock().iter().map(|slot| &slot.wish));
        let note = match left {
            // Without rights of its own every unmount is a lazy one, and says nothing of who is inside.
            Some(Some(Unmounted::Detached)) if self.ground.is_system() => {
                Some("somebody is inside and keeps it until they leave; nobody else can enter".to_owned())
            }
            Some(None) => {
                Some("it could not be unmounted; the next start of kphotosd clears it away".to_owned())
            }
            Some(Some(Unmounted::Clean | Unmounted::Detached | Unmounted::AlreadyGone)) | None => None,
        };
        Ok(RemovedMount { receipt, note })
    }
}
