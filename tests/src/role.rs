//! Running one test again as a user without rights.
//!
//! User mode is what most people run: no capability, `fusermount3`, `/dev/fuse` open to all. Tests mostly run as
//! root, often where no udev has opened the device. So a test of user mode starts itself once more, that test alone,
//! as uid 65534 in a mount namespace of its own, where a node of mode 0666 is bound over `/dev/fuse` and fusectl is
//! mounted, as systemd does; `fuse.conf` allows `allow_other`; a `setpriv` that may become anybody lies on a file
//! system that only this namespace has, for tests that look at things as a third person; the programs and the test are bound to where that user may look. Nothing of it is seen
//! outside.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{process, skip};

const NOBODY: u32 = 65_534;
const ROLE: &str = "KPHOTOS_TEST_ROLE";
const OTHER: &str = "KPHOTOS_TEST_OTHER";

/// What a person says to a test, and is said to its second run too.
const HANDED_ON: [&str; 2] = ["KPHOTOS_SEED", "KPHOTOS_ROUNDS"];

/// A command that runs `program` as uid 1234 of group 1234 and these others: a person who is neither root nor the
/// daemon's user.
///
/// # Errors
/// Why that cannot be done here.
pub fn as_other(groups: &[u32], program: &Path) -> Result<Command, String> {
    let setpriv = match env::var_os(OTHER) {
        Some(staged) => staged.into(),
        None if process::is_root() => skip::program("setpriv")?,
        None => return Err("nobody else can be impersonated without root".to_owned()),
    };
    let mut command = process::clean_command(setpriv, Path::new("/"));
    command.args(["--reuid=1234", "--regid=1234"]);
    if groups.is_empty() {
        command.arg("--clear-groups");
    } else {
        let groups: Vec<String> = groups.iter().map(u32::to_string).collect();
        command.arg(format!("--groups={}", groups.join(",")));
    }
    command.arg("--").arg(program).current_dir("/");
    Ok(command)
}

/// A command that runs one test of this program, by its full name, once more as root, for a test that [`is_user`] runs
/// as a user without rights.
///
/// # Errors
/// Why that cannot be done here.
pub fn as_root(test: &str) -> Result<Command, String> {
    let setpriv = env::var_os(OTHER).ok_or("a user without rights cannot become root here")?;
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let mut command = process::clean_command(setpriv, Path::new("/"));
    command
        .args(["--reuid=0", "--regid=0", "--clear-groups", "--"])
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .current_dir("/");
    Ok(command)
}

/// Sets the stage as root: folder, test program, programs under test, then the test's arguments.
const STAGE: &str = r#"
set -e
mknod "$0/fuse" c 10 229
chmod 666 "$0/fuse"
mount --bind "$0/fuse" /dev/fuse
mountpoint -q /sys/fs/fuse/connections || mount -t fusectl none /sys/fs/fuse/connections || true
touch "$0/it"
mount --bind "$1" "$0/it"
mount --bind "$2" "$0/bin"
shift 2
mount -t tmpfs -o mode=755,size=4m none "$0/other"
cp "$(command -v setpriv)" "$0/other/setpriv"
chmod 4755 "$0/other/setpriv"
if [ -e /etc/fuse.conf ]; then
    echo user_allow_other > "$0/fuse.conf"
    mount --bind "$0/fuse.conf" /etc/fuse.conf
fi
echo staged
exec setpriv --reuid=65534 --regid=65534 --clear-groups -- "$0/it" "$@"
"#;

/// Whether the caller, a test of this full name, is to do its work now; otherwise it was done by another process.
///
/// # Errors
/// Why the test is skipped: a tool is missing, the stage cannot be set, or what the other process said.
pub fn is_user(test: &str) -> Result<bool, String> {
    if env::var_os(ROLE).is_some() || !process::is_root() {
        return Ok(true);
    }
    for tool in ["unshare", "setpriv", "mount", "mknod", "fusermount3"] {
        skip::program(tool)?;
    }
    let refused = |error: std::io::Error| format!("user mode cannot be staged: {error}");
    let folder = tempfile::Builder::new()
        .prefix("kphotos-user-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir()
        .map_err(refused)?;
    fs::create_dir(folder.path().join("other")).map_err(refused)?;
    for name in ["bin", "home", "tmp"] {
        let dir = folder.path().join(name);
        fs::create_dir(&dir).map_err(refused)?;
        chown(&dir, Some(NOBODY), Some(NOBODY)).map_err(refused)?;
    }
    let programs = process::programs_dir()
        .and_then(fs::canonicalize)
        .map_err(refused)?;
    let output = process::clean_command("unshare", &folder.path().join("home"))
        .args(["--mount", "--propagation", "private", "sh", "-c", STAGE])
        .arg(folder.path())
        .arg(env::current_exe().map_err(refused)?)
        .arg(programs)
        .args(["--exact", test, "--nocapture"])
        .env(ROLE, "user")
        .env(OTHER, folder.path().join("other/setpriv"))
        .env("KPHOTOS_BIN_DIR", folder.path().join("bin"))
        .env("TMPDIR", folder.path().join("tmp"))
        .envs(
            HANDED_ON
                .iter()
                .filter_map(|name| Some((name, env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        .output()
        .map_err(refused)?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if !text[0].contains("staged") {
        return Err(format!("user mode cannot be staged: {}", text[1].trim()));
    }
    if let Some(why) = text[0]
        .lines()
        .find_map(|line| line.split_once(&format!("skipped: {test}: ")))
    {
        return Err(why.1.to_owned());
    }
    assert!(
        output.status.success() && text[0].contains("1 passed"),
        "as a user without rights:\n{}\n{}",
        text[0],
        text[1]
    );
    print!("{}", text[0]);
    Ok(false)
}

/// Leaves the test if its work was done by a user's process; skips it if that cannot be.
#[macro_export]
macro_rules! as_user {
    () => {
        if !$crate::skip_unless!($crate::role::is_user($crate::test_name!())) {
            return;
        }
    };
}
