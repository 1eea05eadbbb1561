//! A mount that is served: from the FUSE device's descriptor to its end.
//!
//! Mounting and unmounting is the business of another process, which has the
//! right to do so and hands over `/dev/fuse`, opened and mounted. Here the
//! kernel's greeting is answered and the requests are served by a few threads,
//! until the mount is gone. A mount is never unmounted from here.

use crate::filesystem::Filesystem;
use crate::fuse::Adapter;
use crate::held::Held;
use crate::later::{Lanes, PATIENCE};
use crate::requests::Requests;
use fuser::{Config, Notifier, Session, SessionACL};
use kphotos_domain::kernel::LibraryId;
use std::collections::BTreeSet;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How a mount is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Threads that answer, of which the last one is never lent to an original; 0: one more than
    /// there are processors, 3 to 9.
    pub threads: usize,
    /// Whether others than the daemon's own user may ask at all: `allow_other`
    /// was given to the mount.
    pub is_open_to_others: bool,
    /// How many file systems may be stacked below: 1, 2 if originals lie on an
    /// overlay, 0 to let the daemon read every file.
    pub stack_depth: u32,
    /// How long an original may take to be opened or read before that fails.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 0,
            is_open_to_others: false,
            stack_depth: 1,
            patience: PATIENCE,
        }
    }
}

/// Why a mount is not served, or is no longer.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The kernel did not greet: the descriptor is not that of a fresh mount.
    #[error("the kernel did not start the mount: {0}")]
    Handshake(#[source] io::Error),
    /// No thread could be started.
    #[error("no thread for the mount: {0}")]
    Thread(#[source] io::Error),
    /// A thread ended before the mount did.
    #[error("serving the mount failed: {0}")]
    Serving(String),
}

/// A mount that is being served.
pub struct Mounted {
    notifier: Notifier,
    held: Arc<Held>,
    requests: Arc<Requests>,
    lanes: Arc<Lanes>,
    end: Arc<End>,
}

/// How the serving ended, once it has.
#[derive(Default)]
struct End {
    outcome: Mutex<Option<Result<(), String>>>,
    signal: Condvar,
}

impl Mounted {
    /// Serves a mount, given its `/dev/fuse`. Returns once the kernel's greeting
    /// is answered: from then on the mount answers.
    ///
    /// # Errors
    /// [`SessionError::Handshake`], [`SessionError::Thread`].
    pub fn serve(fs: Arc<Filesystem>, device: OwnedFd, options: Options) -> Result<Self, SessionError> {
        let held = fs.held();
        let requests = Arc::<Requests>::default();
        let threads = threads(options.threads);
        let lanes = Arc::new(Lanes::new(options.patience, threads));
        let adapter = Adapter::new(fs, requests.clone(), options.stack_depth, lanes.clone());
        let acl = if options.is_open_to_others {
            SessionACL::All
        } else {
            SessionACL::Owner
        };
        let mut config = Config::default();
        config.acl = acl;
        config.n_threads = Some(threads);
        let session = Session::from_fd(adapter, device, acl, config).map_err(SessionError::Handshake)?;
        let notifier = session.notifier();
        let end = Arc::<End>::default();
        let ending = end.clone();
        let serve = move || {
            let outcome = session.run().map_err(|error| error.to_string());
            *ending.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            ending.signal.notify_all();
        };
        let thread = std::thread::Builder::new().name("kphotos-mount".into());
        // Not joined: `wait` learns of the end from what the thread leaves behind.
        let _thread = thread.spawn(serve).map_err(SessionError::Thread)?;
        Ok(Self {
            notifier,
            held,
            requests,
            lanes,
            end,
        })
    }

    /// Tells this mount's kernel of changes.
    #[must_use]
    pub fn notifier(&self) -> Notifier {
        self.notifier.clone()
    }

    /// Which directories the kernel holds.
    #[must_use]
    pub fn held(&self) -> Arc<Held> {
        self.held.clone()
    }

    /// How often the kernel asked what.
    #[must_use]
    pub fn requests(&self) -> Arc<Requests> {
        self.requests.clone()
    }

    /// The libraries that were asked for something, and have not answered since in time.
    #[must_use]
    pub fn silent(&self) -> BTreeSet<LibraryId> {
        self.lanes.silent()
    }

    /// Whether the mount is being served.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let outcome = self.end.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.is_none()
    }

    /// Returns when the mount is gone.
    ///
    /// # Errors
    /// [`SessionError::Serving`] if it ended otherwise than by an unmount.
    pub fn wait(&self) -> Result<(), SessionError> {
        let mut outcome = self.end.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = &*outcome {
                return outcome.clone().map_err(SessionError::Serving);
            }
            outcome = self
                .end
                .signal
                .wait(outcome)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn threads(wanted: usize) -> usize {
    if wanted > 0 {
        return wanted;
    }
    std::thread::available_parallelism().map_or(2, |cpus| cpus.get().clamp(2, 8)) + 1
}
