//! A message bus of a test's own: `dbus-daemon`, started as a child and ended with the test.

use std::io::{self, BufRead, BufReader};
use std::path::Path;
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
        Self::run(&["--session"])
    }

    /// As [`MessageBus::start`], on a socket at this path: one that ended can be followed by another there.
    pub fn start_at(socket: &Path) -> io::Result<Self> {
        let address = format!("unix:path={}", socket.display());
        let mut bus = Self::run(&["--session", &format!("--address={address}")])?;
        // What it says has the number of this very bus in it.
        bus.address = address;
        Ok(bus)
    }

    fn run(rules: &[&str]) -> io::Result<Self> {
        let mut child = Command::new("dbus-daemon")
            .args(rules)
            .args(["--nofork", "--nopidfile", "--print-address=1"])
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

    /// Starts a bus with the rules of a system bus in `folder`, to which `policy` is added: nobody has a name or is
    /// called unless a policy allows it, and every user may join.
    pub fn with_policy(folder: &Path, policy: &Path) -> io::Result<Self> {
        let (config, socket) = (folder.join("bus.conf"), folder.join("bus"));
        let text = format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  <include>{}</include>
</busconfig>
"#,
            socket.display(),
            policy.display()
        );
        std::fs::write(&config, text)?;
        Self::run(&[&format!("--config-file={}", config.display())])
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
