//! The machine's clock, its time zones and groups, telling systemd how things are, and the end
//! of threads.

use kphotos_domain::kernel::port::{Clock, Zones};
use std::os::unix::net::UnixDatagram;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a thread that was told to stop is waited for.
const END: Duration = Duration::from_secs(10);

/// Waits for a thread that was told to stop, but not for ever: one that waits for a disk
/// which does not answer hears nothing. The process ends without it.
pub(crate) fn end(thread: JoinHandle<()>, what: &str) {
    let until = Instant::now() + END;
    // A thread's end can be asked for, or waited for without a limit; nothing lies between.
    while !thread.is_finished() {
        if Instant::now() >= until {
            tracing::warn!("{what} does not stop, and is left behind: it may wait for a disk");
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    if thread.join().is_err() {
        tracing::error!("{what} panicked");
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

/// The machine's time zones (`/usr/share/zoneinfo`).
pub struct SystemZones;

impl Zones for SystemZones {
    fn zone(&self, name: &str) -> Option<jiff::tz::TimeZone> {
        jiff::tz::TimeZone::get(name).ok()
    }
}

/// IANA name of the machine's own zone; `UTC` if it has none.
#[must_use]
pub fn host_zone() -> Box<str> {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").into()
}

/// The gid of a group by name or number, by `/etc/group`.
/// Source: group(5).
#[must_use]
pub fn gid_of(group: &str) -> Option<u32> {
    let named = groups().into_iter().find(|(name, _)| name == group);
    named.map(|(_, gid)| gid).or_else(|| group.parse().ok())
}

/// The name of a group, by `/etc/group`; its number where it has none.
#[must_use]
pub fn group_name(gid: u32) -> String {
    let named = groups().into_iter().find(|(_, other)| *other == gid);
    named.map_or_else(|| gid.to_string(), |(name, _)| name)
}

fn groups() -> Vec<(String, u32)> {
    let text = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let group = |line: &str| {
        let mut fields = line.split(':');
        Some((fields.next()?.to_owned(), fields.nth(1)?.parse().ok()?))
    };
    text.lines().filter_map(group).collect()
}

/// Tells systemd, if it started us and asked (`NOTIFY_SOCKET`), for example
/// `READY=1`. Source: sd_notify(3).
pub fn notify_systemd(state: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let sent =
        UnixDatagram::unbound().and_then(|socket| match path.to_str().and_then(|p| p.strip_prefix('@')) {
            Some(name) => {
                use std::os::linux::net::SocketAddrExt as _;
                let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
                socket.send_to_addr(state.as_bytes(), &address)
            }
            None => socket.send_to(state.as_bytes(), &path),
        });
    if let Err(error) = sent {
        tracing::warn!(%error, "systemd could not be told: {state}");
    }
}
