//! The long walk again, for a daemon without any rights.
//!
//! A person who starts `kphotosd` is no administrator: it mounts through `fusermount3`, cannot clone a mount, and
//! keeps access times by `O_NOATIME` on files that are the person's own. These tests run those of [`super::walk`]
//! once more as `nobody`, in a mount namespace of its own where `/dev/fuse` has the mode that udev gives it.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use kphotos_tests::{process, skip, skip_unless};

use super::copy;

const NOBODY: u32 = 65534;

#[test]
fn a_long_walk_of_an_unprivileged_daemon_changes_nothing() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    if let Err(why) = as_nobody("sacred::walk::a_long_walk_changes_nothing", None) {
        skip!("{why}");
    }
}

#[test]
fn a_long_walk_of_an_unprivileged_daemon_over_real_photos_changes_nothing() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let corpus = skip_unless!(skip::corpus());
    let test = "sacred::walk::a_long_walk_over_real_photos_changes_nothing";
    if let Err(why) = as_nobody(test, Some(&corpus)) {
        skip!("{why}");
    }
}

/// Runs a test of this program as nobody, where `/dev/fuse` is open to all; ends the test if that one fails.
///
/// # Errors
/// Why it was skipped.
fn as_nobody(test: &str, corpus: Option<&Path>) -> Result<(), String> {
    for tool in ["unshare", "setpriv", "fusermount3"] {
        skip::program(tool)?;
    }
    // Nobody may not look into a build folder.
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    open_to_all(folder.path());
    for name in ["programs", "temporary"] {
        fs::create_dir(at(name)).unwrap();
        open_to_all(&at(name));
    }
    chown(at("temporary"), Some(NOBODY), Some(NOBODY)).unwrap();
    for name in ["kphotosd", "kphotos", "kphotos-worker"] {
        let program = process::program_in(&process::programs_dir().unwrap(), name).unwrap();
        fs::copy(program, at("programs").join(name)).unwrap();
    }
    fs::copy(env::current_exe().unwrap(), at("test")).unwrap();
    open_to_all(&at("test"));

    if let Some(corpus) = corpus {
        copy(corpus, &at("corpus")).unwrap();
    }
    let script = "set -e; mknod \"$0\" c 10 229; chmod 666 \"$0\"; mount --bind \"$0\" /dev/fuse
        exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-c", script])
        .arg(at("fuse-device"))
        .arg(at("test"))
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env("KPHOTOS_BIN_DIR", at("programs"))
        .env("TMPDIR", at("temporary"))
        .env("KPHOTOS_CORPUS", at("corpus"))
        .env_remove("KPHOTOS_SKIPPED")
        .current_dir("/")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let skipped = text[0]
        .lines()
        .find_map(|line| line.split_once("skipped: ")?.1.split_once(": "));
    if let Some((_, why)) = skipped {
        return Err(format!("as nobody: {why}"));
    }
    assert!(output.status.success(), "{}\n{}", text[0], text[1]);
    assert!(text[0].contains("1 passed"), "{}", text[0]);
    Ok(())
}

fn open_to_all(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}
