//! The machine's clock, its time zones, and telling systemd how things are.

use kphotos_domain::kernel::port::{Clock, Zones};
use std::os::unix::net::UnixDatagram;

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
