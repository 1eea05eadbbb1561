//! This test program executed again as another process: libtest runs only the test named here, and that test
//! plays the role of the environment variable. Without the variable it does nothing.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{user, world};

const VARIABLE: &str = "KPHOTOS_TEST_ROLE";
const FOLDER: &str = "KPHOTOS_TEST_FOLDER";

/// Comes to `mounter::serve`.
pub(crate) const MOUNTER: &str = "mounter";
/// Mounts in system mode below the folder, publishes, says so, and waits to be killed.
pub(crate) const DAEMON: &str = "daemon";
/// The same with a user mount.
pub(crate) const USER_DAEMON: &str = "user daemon";
/// The checks of [`user`].
pub(crate) const USER: &str = "user";
/// The same where `/dev/fuse` is shut.
pub(crate) const USER_WITHOUT_DEVICE: &str = "user without device";

pub(crate) fn command(role: &str) -> Command {
    as_role(Command::new("/proc/self/exe"), role)
}

/// Appends what makes the program play a role.
pub(crate) fn as_role(mut command: Command, role: &str) -> Command {
    command.args([
        "role::plays_the_role_it_is_started_for",
        "--exact",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env(VARIABLE, role);
    command
}

pub(crate) fn in_folder(mut command: Command, folder: &Path) -> Command {
    command.env(FOLDER, folder);
    command
}

/// A daemon that mounts, killed at the latest when the test ends.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) mounter_pid: u32,
}

impl Daemon {
    pub(crate) fn start(role: &str, folder: &Path) -> Self {
        let mut command = in_folder(command(role), folder);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = io::BufRead::lines(io::BufReader::new(child.stdout.take().unwrap()));
        let ready = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("ready ")?.1.parse().ok());
        Self {
            child,
            mounter_pid: ready.expect("the daemon did not get ready"),
        }
    }

    /// SIGKILL, and waits until the process is gone with all it had open.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn plays_the_role_it_is_started_for() {
    let Ok(role) = std::env::var(VARIABLE) else { return };
    let folder = std::env::var_os(FOLDER).unwrap_or_default();
    match role.as_str() {
        MOUNTER => {
            let _code = kphotos_daemon::mounter::serve();
            std::process::exit(0);
        }
        DAEMON => daemon(folder.as_ref()),
        USER_DAEMON => user_daemon(folder.as_ref()),
        USER => user::checks(folder.as_ref()),
        USER_WITHOUT_DEVICE => user::checks_without_device(),
        other => panic!("no role {other}"),
    }
}

fn daemon(folder: &Path) {
    let mounter = world::mounter();
    let served = world::Served::start(&mounter, world::system_spec(folder));
    mounter.publish(served.id).unwrap();
    wait_to_be_killed(mounter.pid().unwrap());
}

fn user_daemon(folder: &Path) {
    let mounter = world::mounter();
    let _served = world::Served::start(&mounter, user::spec(folder));
    wait_to_be_killed(mounter.pid().unwrap());
}

fn wait_to_be_killed(mounter_pid: u32) {
    println!("ready {mounter_pid}");
    io::stdout().flush().unwrap();
    // Also ends when the test that holds the other side dies.
    io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
}
