//! Where the source tree is, and what it holds.
//!
//! The rules of the house that a program can check are checked by tests over these lists: what git tracks, and
//! what the manifests say.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The top of the source tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
        .to_owned()
}

/// The files that git tracks, relative to the top.
///
/// # Errors
/// Why they cannot be listed: no git, or a source tree without its history.
pub fn tracked_files() -> Result<Vec<PathBuf>, String> {
    let output = Command::new("git")
        // A checkout that belongs to another user (containers do that) is refused otherwise.
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(root())
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "not a git checkout: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let names = String::from_utf8(output.stdout).map_err(|error| format!("a tracked name: {error}"))?;
    Ok(names.split_terminator('\0').map(PathBuf::from).collect())
}

/// What `cargo metadata` says about the packages of the workspace.
pub fn metadata() -> serde_json::Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo can be run");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON")
}
