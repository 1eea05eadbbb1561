//! What may run now, and when that changes: rests, quiet hours, scans by the clock.
//!
//! Pure: it is told what time it is. In quiet hours hashing and looking at pictures wait, and so do
//! scans that the clock asked for; what a person asked for runs always, and so
//! does the scan at the daemon's start and the reading of what a scan found.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::processing::{Job, JobKind, JobState, QuietHours};
use kphotos_domain::view::View;
use std::time::Duration;

/// When jobs run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// How long after its last scan a library is scanned again; `None`: never by itself.
    pub interval: Option<Duration>,
    /// When hashing, looking at pictures and scans by the clock wait.
    pub quiet: Option<QuietHours>,
    /// Whose clock on the wall counts.
    pub zone: TimeZone,
}

impl Default for Schedule {
    /// No scans by the clock, no quiet hours.
    fn default() -> Self {
        Self {
            interval: None,
            quiet: None,
            zone: TimeZone::UTC,
        }
    }
}

/// Why a pending job does not run, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wait {
    /// It failed, and is tried again then.
    Rest(Timestamp),
    /// It is quiet until then.
    Quiet(Timestamp),
}

impl Wait {
    const fn until(self) -> Timestamp {
        match self {
            Self::Rest(until) | Self::Quiet(until) => until,
        }
    }
}

impl Schedule {
    /// Why this job may not run now, if it is pending.
    pub(super) fn wait(&self, job: &Job, now: Timestamp) -> Option<Wait> {
        if let Some(until) = job.not_before.and_then(|at| Timestamp::from_second(at).ok())
            && until > now
        {
            return Some(Wait::Rest(until));
        }
        let quiet = self.quiet.filter(|_| job.keeps_quiet_hours())?;
        quiet.until(now, &self.zone).map(Wait::Quiet)
    }

    /// When this job has to give way to quiet hours that are not yet; `None`: never.
    pub(super) fn quiet_from(&self, job: &Job, now: Timestamp) -> Option<Timestamp> {
        self.quiet
            .filter(|_| job.keeps_quiet_hours())?
            .next(now, &self.zone)
    }

    /// The most urgent job that may run now, but those that are held.
    pub(super) fn next<'a>(
        &self,
        view: &'a View,
        now: Timestamp,
        is_held: impl Fn(&Job) -> bool,
    ) -> Option<&'a Job> {
        pending(view)
            .filter(|job| self.wait(job, now).is_none() && !is_held(job))
            .min_by_key(|job| job.urgency())
    }

    /// The libraries whose time for a scan has come; the daemon began at `began`.
    pub(super) fn due(&self, view: &View, began: Timestamp, now: Timestamp) -> Vec<LibraryId> {
        self.scans(view, began)
            .filter(|(_, at)| *at <= now)
            .map(|(library, _)| library)
            .collect()
    }

    /// When something comes that was not to be done before; `None`: nothing by itself.
    pub(super) fn look_again(&self, view: &View, began: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let waits = pending(view)
            .filter_map(|job| self.wait(job, now))
            .map(Wait::until);
        let scans = self.scans(view, began).map(|(_, at)| at);
        waits.chain(scans).filter(|at| *at > now).min()
    }

    /// When each library is to be scanned by the clock, but those whose scan is not over.
    fn scans(&self, view: &View, began: Timestamp) -> impl Iterator<Item = (LibraryId, Timestamp)> {
        let interval = self
            .interval
            .and_then(|every| i64::try_from(every.as_secs()).ok());
        view.libraries().filter_map(move |library| {
            let every = interval?;
            if view.pending_job(JobKind::Scan, library.id).is_some() {
                return None;
            }
            let scans = view
                .jobs()
                .filter(|job| job.kind == JobKind::Scan && job.library == library.id);
            let last = scans.map(|job| job.settled.unwrap_or(job.enqueued)).max();
            let last = last.map_or(began.as_second(), |last| last);
            let at = Timestamp::from_second(last.saturating_add(every)).ok()?;
            Some((library.id, at))
        })
    }

    /// Why a job waits, for a person; `None` if it does not, or its own text says it.
    pub(super) fn said(&self, job: &Job, now: Timestamp) -> Option<String> {
        match self.wait(job, now)? {
            Wait::Rest(_) => None,
            Wait::Quiet(until) => {
                let time = until.to_zoned(self.zone.clone()).strftime("%H:%M").to_string();
                Some(format!("waits for the end of quiet hours at {time}"))
            }
        }
    }
}

pub(super) fn pending(view: &View) -> impl Iterator<Item = &Job> {
    view.jobs().filter(|job| job.state == JobState::Pending)
}
