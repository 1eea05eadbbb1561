//! Mounts of others, which show the same folder.
//!
//! Each is ended with the world in whose folder it is mounted. What is not installed, or cannot be mounted here, is left
//! out, and the table says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use kphotos_tests::{process, skip};

use crate::table::Table;

/// A program that shows a folder at another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Bindfs,
    Mergerfs,
    Rclone,
}

impl Tool {
    /// Those that list and read.
    pub(crate) const ALL: [Self; 3] = [Self::Bindfs, Self::Mergerfs, Self::Rclone];

    const fn program(self) -> &'static str {
        match self {
            Self::Bindfs => "bindfs",
            Self::Mergerfs => "mergerfs",
            Self::Rclone => "rclone",
        }
    }

    /// What the table calls it: what was typed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bindfs => "bindfs -r",
            Self::Mergerfs => "mergerfs -o ro",
            Self::Rclone => "rclone mount",
        }
    }

    /// Shows `folder` at `point`, which is made here; `None` when it is not installed.
    pub(crate) fn mount(self, folder: &Path, point: PathBuf, table: &mut Table) -> Result<Option<PathBuf>> {
        if skip::program(self.program()).is_err() {
            table.note(format!("{} is not installed", self.program()));
            return Ok(None);
        }
        fs::create_dir_all(&point)?;
        let mut command = Command::new(self.program());
        match self {
            Self::Bindfs => command
                .args(["-r", "--no-allow-other", "--multithreaded"])
                .arg(folder)
                .arg(&point),
            Self::Mergerfs => command
                .args(["-o", "ro,cache.files=auto-full"])
                .arg(folder)
                .arg(&point),
            // Its log would go where nobody reads it; its settings are nobody's.
            Self::Rclone => command
                .args(["mount", "--read-only", "--daemon", "--config", "/dev/null"])
                .arg(folder)
                .arg(&point),
        };
        let output = process::run(&mut command)?;
        ensure!(output.status == 0, "{output}");
        Ok(Some(point))
    }
}
