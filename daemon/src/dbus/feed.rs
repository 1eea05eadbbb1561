//! Keeping the jobs' objects of a connection as the jobs are, and saying so.
//!
//! [`Feed`] looks at the jobs whenever something of them changed, at most four
//! times a second, and hands the picture to whoever listens; each connection
//! compares it with what it has told ([`Tree`]) and adds, removes and announces.
//! A slow client misses pictures, never the last one.

use super::OBJECT_PATH;
use super::caller::Caller;
use super::gate::{Callers, Gate, emitters};
use super::job::{JOB, JobObject, ObjectManager, job_path, properties};
use super::manager::Manager;
use crate::surface::documents::{self, JobJson};
use crate::surface::{Announcements, Services};
use kphotos_domain::kernel::JobId;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::watch;
use zbus::names::InterfaceName;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, ObjectPath, fdo};

/// The shortest time between two pictures.
const PACE: Duration = Duration::from_millis(250);
/// How long the feed waits for something to change before it looks whether anybody is left to tell.
const SLICE: Duration = Duration::from_secs(30);

pub(super) type Picture = Arc<Vec<JobJson>>;

/// Pictures of the jobs, as they change.
pub(super) struct Feed {
    pictures: watch::Receiver<Picture>,
    /// Dropped, the thread ends.
    _end: mpsc::Sender<()>,
}

impl Feed {
    /// Begins to look; on a thread of its own, because looking waits.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub(super) fn start(services: Arc<Services>) -> std::io::Result<Self> {
        let (sender, pictures) = watch::channel(Picture::default());
        let (end, ended) = mpsc::channel();
        std::thread::Builder::new()
            .name("job-feed".into())
            .spawn(move || {
                let mut after = 0;
                while ended.recv_timeout(PACE) == Err(mpsc::RecvTimeoutError::Timeout) {
                    let latest = services.jobs.watch(after, SLICE);
                    if latest == after {
                        continue;
                    }
                    after = latest;
                    let jobs = documents::told_jobs(&services);
                    sender.send_if_modified(|picture| {
                        let is_new = **picture != jobs;
                        if is_new {
                            *picture = Arc::new(jobs);
                        }
                        is_new
                    });
                }
            })?;
        Ok(Self { pictures, _end: end })
    }

    /// The pictures from now on; look at the jobs after this, not before.
    pub(super) fn listen(&self) -> watch::Receiver<Picture> {
        let mut pictures = self.pictures.clone();
        pictures.mark_unchanged();
        pictures
    }
}

/// Whom a connection tells.
#[derive(Clone)]
pub(super) enum Audience {
    /// The client at its other end.
    Peer(Caller),
    /// Those who have called over the bus.
    Bus(Caller, Arc<Callers>),
}

impl Audience {
    /// Whether there is anybody to show jobs to: not on a stranger's own connection. On a
    /// bus the gate decides for each.
    fn may_see(&self) -> bool {
        match self {
            Self::Peer(caller) => caller.user().is_ok(),
            Self::Bus(..) => true,
        }
    }

    fn emitters(&self, connection: &Connection, path: &str) -> Vec<SignalEmitter<'static>> {
        match self {
            Self::Peer(_) if !self.may_see() => Vec::new(),
            Self::Peer(_) => SignalEmitter::new(connection, path.to_owned())
                .into_iter()
                .collect(),
            Self::Bus(_, callers) => emitters(connection, path, &callers.users()),
        }
    }
}

/// The jobs' objects of one connection, as they were told.
pub(super) struct Tree {
    connection: Connection,
    audience: Audience,
    told: BTreeMap<u32, JobJson>,
}

impl Tree {
    /// The tree of a connection whose objects are those of `told` already.
    pub(super) fn new(connection: &Connection, audience: Audience, told: Vec<JobJson>) -> Self {
        Self {
            connection: connection.clone(),
            audience,
            told: told.into_iter().map(|job| (job.id, job)).collect(),
        }
    }

    /// Makes the objects those of this picture, and says what is different.
    pub(super) async fn show(&mut self, picture: &[JobJson]) -> zbus::Result<()> {
        if !self.audience.may_see() {
            return Ok(());
        }
        let gone: Vec<u32> = self
            .told
            .keys()
            .copied()
            .filter(|id| picture.iter().all(|job| job.id != *id))
            .collect();
        for id in gone {
            self.told.remove(&id);
            self.remove(id).await?;
        }
        for job in picture {
            let before = self.told.insert(job.id, job.clone());
            match before {
                Some(before) if before == *job => {}
                Some(before) => self.changed(&before, job).await,
                None => self.add(job).await?,
            }
        }
        Ok(())
    }

    async fn add(&self, job: &JobJson) -> zbus::Result<()> {
        let (server, path) = (self.connection.object_server(), job_path(job.id));
        let object = |caller: &Caller| JobObject {
            caller: caller.clone(),
            job: JobId::new(job.id),
        };
        match &self.audience {
            Audience::Peer(caller) => drop(server.at(path.as_str(), object(caller)).await?),
            Audience::Bus(caller, callers) => {
                let gate = Gate::new(object(caller), callers.clone());
                drop(server.at(path.as_str(), gate).await?);
            }
        }
        for emitter in self.audience.emitters(&self.connection, OBJECT_PATH) {
            let values = HashMap::from([(JOB, properties(job).into_iter().collect())]);
            let path = ObjectPath::try_from(path.as_str())?;
            log(ObjectManager::interfaces_added(&emitter, path, values).await);
        }
        Ok(())
    }

    async fn remove(&self, id: u32) -> zbus::Result<()> {
        let (server, path) = (self.connection.object_server(), job_path(id));
        match &self.audience {
            Audience::Peer(_) => server.remove::<JobObject, _>(path.as_str()).await?,
            Audience::Bus(..) => server.remove::<Gate<JobObject>, _>(path.as_str()).await?,
        };
        for emitter in self.audience.emitters(&self.connection, OBJECT_PATH) {
            let path = ObjectPath::try_from(path.as_str())?;
            log(ObjectManager::interfaces_removed(&emitter, path, &[JOB]).await);
        }
        Ok(())
    }

    async fn changed(&self, before: &JobJson, now: &JobJson) {
        let values: HashMap<_, _> = properties(now)
            .into_iter()
            .zip(properties(before))
            .filter(|(now, before)| now != before)
            .map(|(now, _)| now)
            .collect();
        if values.is_empty() {
            return;
        }
        for emitter in self.audience.emitters(&self.connection, &job_path(now.id)) {
            let interface = InterfaceName::from_static_str_unchecked(JOB);
            let values = values.clone();
            log(fdo::Properties::properties_changed(&emitter, interface, values, Cow::Borrowed(&[])).await);
        }
    }
}

/// A client that cannot be told is gone, or will be.
fn log(sent: zbus::Result<()>) {
    if let Err(error) = sent {
        tracing::debug!(%error, "a D-Bus client was not told");
    }
}

/// Tells everything that changes, until the connection, the announcer or the feed is gone.
pub(super) async fn announce(
    connection: &Connection,
    mut tree: Tree,
    mut announcements: Announcements,
    mut pictures: watch::Receiver<Picture>,
) {
    loop {
        tokio::select! {
            () = connection.closed() => return,
            change = announcements.next() => {
                let Some(change) = change else { break };
                for emitter in tree.audience.emitters(connection, OBJECT_PATH) {
                    log(Manager::changed(&emitter, change.revision, &change.kinds, &change.ids).await);
                }
            }
            changed = pictures.changed() => {
                if changed.is_err() {
                    break;
                }
                let picture = pictures.borrow_and_update().clone();
                if let Err(error) = tree.show(&picture).await {
                    tracing::warn!(%error, "the objects of jobs are not as the jobs are");
                }
            }
        }
    }
    connection.closed().await;
}
