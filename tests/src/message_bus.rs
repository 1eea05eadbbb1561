//! A message bus of a test's own: `dbus-daemon`, started as a child and ended with the test.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A bus; dropped, it ends.
#[derive(Debug)]
pub struct MessageBus {
    child: Child,
    address: String,
}

impl MessageBus {
    /// Starts a bus that only this user may join; [`crate::skip::program`] says before whether there is one to start.
    pub fn start() -> io::Result<Self> {
        let mut child = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut address = String::new();
        let told = child
            .stdout
            .take()
            .map(|stdout| BufReader::new(stdout).read_line(&mut address));
        let bus = Self {
            child,
            address: address.trim().to_owned(),
        };
        match told {
            Some(Ok(1..)) => Ok(bus),
            _ => Err(io::Error::other("dbus-daemon did not say where it listens")),
        }
    }

    /// Where it listens, as D-Bus writes it.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for MessageBus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
