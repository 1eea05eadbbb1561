//! Which bus the daemon joins, and what becomes of one that it cannot.
//!
//! A bus that was joined and ends (a session that is over, a bus daemon that is
//! restarted) is joined again when it is back. Nothing tells when that is: its socket
//! may be an abstract one, or be there before anybody listens. So it is tried, soon at
//! first and then every minute; a try that finds nobody costs one `connect`.

use crate::config::BusChoice;
use crate::dbus::{BUS_NAME, Bus, BusConnection, BusError, BusServer};
use crate::surface::{Announcer, Services};
use anyhow::{Context as _, Result};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Joins the bus of the settings, if there is one: the task that serves it, or what
/// keeps us from it, for a person.
///
/// # Errors
/// If a bus that a person named cannot be joined.
pub(super) async fn join(
    choice: Option<&BusChoice>,
    services: impl FnOnce() -> Services,
    announcer: &Arc<Announcer>,
) -> Result<(Option<JoinHandle<()>>, Option<String>)> {
    let own = std::fs::metadata("/proc/self").context("/proc is not mounted")?;
    let Some(wanted) = Wanted::of(choice, own.uid() == 0) else {
        return Ok((None, None));
    };
    let services = Arc::new(services());
    Ok(match wanted.join(services.clone(), announcer).await? {
        Ok(server) => {
            tracing::info!(bus = server.bus(), name = BUS_NAME, "joined");
            let serving = stay(wanted.bus, server, services, announcer.clone());
            (Some(tokio::spawn(serving)), None)
        }
        Err(limit) => {
            tracing::warn!("{limit}");
            (None, Some(limit))
        }
    })
}

/// How long after the end of a bus it is tried again, and how long at most between tries.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Serves on a bus, and on the one that comes after it; it ends when it is dropped.
async fn stay(bus: Bus, mut server: BusServer, services: Arc<Services>, announcer: Arc<Announcer>) {
    loop {
        server.run().await;
        let mut pause = AGAIN.0;
        server = loop {
            tokio::time::sleep(pause).await;
            match connect(&bus, services.clone(), &announcer).await {
                Ok(server) => break server,
                Err(error) => tracing::debug!(%error, "the bus is not back"),
            }
            pause = (pause * 2).min(AGAIN.1);
        };
        tracing::info!(bus = server.bus(), name = BUS_NAME, "joined again");
    }
}

async fn connect(bus: &Bus, services: Arc<Services>, announcer: &Announcer) -> Result<BusServer, BusError> {
    BusConnection::join(bus).await?.serve(services, announcer).await
}

/// A bus to be joined.
pub(super) struct Wanted {
    bus: Bus,
    /// Whether a person named it: then failing to join is an error.
    is_told: bool,
}

impl Wanted {
    /// The bus of the settings; unless told, the one that is there: for root the
    /// system's, for others the session's.
    pub(super) fn of(choice: Option<&BusChoice>, is_root: bool) -> Option<Self> {
        let told = |bus| Some(Self { bus, is_told: true });
        match choice {
            Some(BusChoice::Off) => None,
            Some(BusChoice::Session) => told(Bus::Session),
            Some(BusChoice::System) => told(Bus::System),
            Some(BusChoice::Address(address)) => told(Bus::Address(address.clone())),
            None => {
                let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let bus = if is_root {
                    let sockets = ["/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket"];
                    let is_there = is_set("DBUS_SYSTEM_BUS_ADDRESS")
                        || sockets.iter().any(|socket| Path::new(socket).exists());
                    is_there.then_some(Bus::System)
                } else {
                    is_set("DBUS_SESSION_BUS_ADDRESS").then_some(Bus::Session)
                };
                bus.map(|bus| Self { bus, is_told: false })
            }
        }
    }

    /// Joins; a bus that nobody named and that cannot be joined is a limit.
    ///
    /// # Errors
    /// The failure of one that was named.
    pub(super) async fn join(
        &self,
        services: Arc<Services>,
        announcer: &Announcer,
    ) -> Result<Result<BusServer, String>, BusError> {
        match connect(&self.bus, services, announcer).await {
            Ok(server) => Ok(Ok(server)),
            Err(error) if self.is_told => Err(error),
            Err(error) => Ok(Err(format!("programs cannot find K-Photos on a bus: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_that_a_person_names_has_to_be_there() {
        assert!(Wanted::of(Some(&BusChoice::Off), true).is_none());
        let wanted = Wanted::of(Some(&BusChoice::Session), true).unwrap();
        assert!(wanted.is_told && wanted.bus == Bus::Session);
    }
}
