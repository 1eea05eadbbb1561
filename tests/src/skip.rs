//! Saying aloud which test did not run, and why.
//!
//! Some tests need what not every machine has: FUSE, exiftool, the corpus of real photos. Such a test must not
//! fail there, and must not pass unnoticed either. It says `skipped: NAME: WHY` on its output, and adds the line to
//! the file that KPHOTOS_SKIPPED names; `packaging/test` sets that, and prints the list at the end.
//!
//! ```no_run
//! # use kphotos_tests::{skip, skip_unless};
//! fn values_come_back() {
//!     skip_unless!(skip::program("exiftool"));
//!     // …
//! }
//! ```

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The full name of the function in which it stands, as the test runner shows it: `sacred_self_test::a_read_shows`.
#[macro_export]
macro_rules! test_name {
    () => {{
        fn here() {}
        $crate::skip::name_of(&here)
    }};
}

/// Leaves the test as skipped; `$why` is a text.
#[macro_export]
macro_rules! skip {
    ($($why:tt)+) => {{
        $crate::skip::say($crate::test_name!(), &format!($($why)+));
        return;
    }};
}

/// Gives the value of a `Result<T, String>`, or leaves the test as skipped with the text of the error.
#[macro_export]
macro_rules! skip_unless {
    ($need:expr) => {
        match $need {
            Ok(value) => value,
            Err(why) => $crate::skip!("{why}"),
        }
    };
}

/// Says that a test was skipped, and notes it where KPHOTOS_SKIPPED says.
pub fn say(test: &str, why: &str) {
    let line = format!("skipped: {test}: {why}\n");
    print!("{line}");
    if let Some(list) = env::var_os("KPHOTOS_SKIPPED") {
        // One write of a whole line to a file opened for appending: tests in parallel do not mix their lines.
        let written = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&list)
            .and_then(|mut file| file.write_all(line.as_bytes()));
        assert!(
            written.is_ok(),
            "cannot note a skipped test in {}: {written:?}",
            list.display()
        );
    }
}

/// The path of a program that is installed.
///
/// # Errors
/// Why the test is skipped.
pub fn program(name: &str) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{name} is not installed"))
}

/// That file systems can be mounted here with FUSE.
///
/// # Errors
/// Why the test is skipped.
pub fn fuse() -> Result<(), String> {
    let device = Path::new("/dev/fuse");
    match OpenOptions::new().read(true).write(true).open(device) {
        Ok(_) => {}
        Err(error) => return Err(format!("FUSE is not usable: {}: {error}", device.display())),
    }
    if crate::process::is_root() {
        return Ok(());
    }
    program("fusermount3").map(drop)
}

/// That the test runs as root, which tests of system mode need.
///
/// # Errors
/// Why the test is skipped.
pub fn root() -> Result<(), String> {
    if crate::process::is_root() {
        Ok(())
    } else {
        Err("needs to run as root".to_owned())
    }
}

/// The folder of real photos with expected values: KPHOTOS_CORPUS, or `../shared/corpus/dev` beside the workspace.
///
/// # Errors
/// Why the test is skipped.
pub fn corpus() -> Result<PathBuf, String> {
    let dir = match env::var_os("KPHOTOS_CORPUS") {
        Some(dir) => PathBuf::from(dir),
        None => crate::workspace::root().join("../shared/corpus/dev"),
    };
    match dir.join("expected.json").is_file() {
        true => Ok(dir.canonicalize().unwrap_or(dir)),
        false => Err(format!(
            "corpus not found at {} (KPHOTOS_CORPUS names another place)",
            dir.display()
        )),
    }
}

/// For [`test_name!`]: the path of a function that stands inside the test, less the crate and itself.
pub fn name_of<T>(_: &T) -> &'static str {
    let path = std::any::type_name::<T>();
    let path = path
        .strip_suffix("::here")
        .unwrap_or(path)
        .trim_end_matches("::{{closure}}");
    path.split_once("::").map_or(path, |(_, name)| name)
}
