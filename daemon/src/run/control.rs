//! The running jobs, as the D-Bus adapter asks for them.

use crate::jobs::{Report, Runner, Waiting};
use crate::scan::Part;
use crate::surface::{JobControl, JobProgress, ProgressUnit};
use kphotos_domain::app::AppError;
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::JobKind;
use std::sync::Arc;
use std::time::Duration;

/// The job runner behind the adapter's port.
pub(super) struct Jobs(pub(super) Arc<Runner>);

impl JobControl for Jobs {
    fn progress(&self) -> Vec<JobProgress> {
        let progress = |report: Report| {
            let (unit, message) = match report.kind {
                JobKind::Scan => (ProgressUnit::Files, "looking at folders"),
                JobKind::Metadata => (ProgressUnit::Files, "reading what files say of themselves"),
                JobKind::Hash => (ProgressUnit::Bytes, "hashing"),
                JobKind::Near => (ProgressUnit::Files, "comparing what pictures look like"),
            };
            let total = (report.total > 0).then_some(report.total);
            JobProgress {
                job: report.job,
                done: report.done,
                total,
                unit,
                rate: report.rate,
                left: report.left,
                message: message.into(),
            }
        };
        self.0.report().map(progress).into_iter().collect()
    }

    fn request_scan(&self, library: LibraryId, accept_missing: bool) -> Result<JobId, AppError> {
        self.0.scan(library, accept_missing)
    }

    fn request_scan_of(&self, library: LibraryId, folders: Vec<Part>) -> Result<JobId, AppError> {
        self.0.scan_folders(library, folders)
    }

    fn waits(&self) -> Vec<Waiting> {
        self.0.waits()
    }

    fn wait_idle(&self, timeout: Duration) -> bool {
        self.0.wait_idle(timeout)
    }

    fn watch(&self, after: u64, timeout: Duration) -> u64 {
        self.0.watch(after, timeout)
    }
}
