//! systemd's watchdog, fed by what people see: a look into each mount.
//!
//! A daemon whose threads wait for each other looks well from outside, and hangs whoever
//! looks into its mounts. So it is a user of its own: twice in the time that systemd
//! allows (`WatchdogSec=`), one thread lists the top of each mount that is served, which
//! takes the way of every listing, through the kernel and the view, and needs no original, so
//! that a disk that hangs is no reason. Only when all have answered systemd is told so.
//! Else it ends the daemon and starts another one; the kernel lets go whoever waits. A
//! mount that somebody took away is not asked.
//!
//! Source: sd_watchdog_enabled(3), sd_notify(3).

use crate::surface::{MountControl, MountState};
use crate::system::notify_systemd;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// Looks until it is dropped. A look that never ends is left to itself.
pub(super) struct Watchdog {
    _stop: Sender<()>,
}

impl Watchdog {
    /// Starts looking, if systemd asked for it.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub(super) fn start(mounts: Arc<dyn MountControl>) -> io::Result<Option<Self>> {
        let variable = |name| std::env::var(name).ok();
        let Some(allowed) = allowed(variable, std::process::id()) else {
            return Ok(None);
        };
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new().name("watchdog".into());
        let _thread = thread.spawn(move || {
            while stopped.recv_timeout(allowed / 2) == Err(RecvTimeoutError::Timeout) {
                match all_answer(&*mounts) {
                    Ok(()) => notify_systemd("WATCHDOG=1"),
                    Err(error) => tracing::error!("a mount does not answer as it should: {error}"),
                }
            }
        })?;
        Ok(Some(Self { _stop: stop }))
    }
}

/// The time that systemd allows between two signs of life of this process.
fn allowed(variable: impl Fn(&'static str) -> Option<String>, process: u32) -> Option<Duration> {
    let is_meant = variable("WATCHDOG_PID").is_none_or(|of| of.parse() == Ok(process));
    let allowed: u64 = variable("WATCHDOG_USEC")?.parse().ok()?;
    (is_meant && allowed > 0).then(|| Duration::from_micros(allowed))
}

fn all_answer(mounts: &dyn MountControl) -> io::Result<()> {
    let mut served = mounts.mounts();
    served.retain(|mount| mount.state == MountState::Ready);
    served.iter().try_for_each(|mount| {
        let top = Path::new(OsStr::from_bytes(&mount.path));
        std::fs::read_dir(top)?.next().transpose().map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_only_if_systemd_asked_this_very_process() {
        let told = |time: &'static str, process: Option<&'static str>| {
            let variable = move |name| match name {
                "WATCHDOG_USEC" => Some(time.to_owned()),
                _ => process.map(str::to_owned),
            };
            allowed(variable, 7)
        };
        assert_eq!(told("30000000", Some("7")), Some(Duration::from_secs(30)));
        assert_eq!(told("30000000", None), Some(Duration::from_secs(30)));
        assert_eq!(told("30000000", Some("8")), None);
        assert_eq!(told("0", Some("7")), None);
        assert_eq!(told("soon", Some("7")), None);
        assert_eq!(allowed(|_| None, 7), None);
    }
}
