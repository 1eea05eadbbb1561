//! `Mounter::start` as the daemon uses it: this program has a `main` of its own that begins like the daemon's,
//! and is executed again as the mounter. It refuses to pass silently: without rights it says what was skipped.

use std::path::Path;
use std::process::ExitCode;

use kphotos_daemon::mounter::{self, Mounter, RightsKind};

fn main() -> ExitCode {
    if let Some(code) = mounter::run_if_asked() {
        return code;
    }
    match Mounter::start() {
        Ok(mounter) => check(&mounter),
        Err(e) => {
            eprintln!("the mounter did not start: {e}");
            ExitCode::FAILURE
        }
    }
}

fn check(mounter: &Mounter) -> ExitCode {
    let comm = mounter
        .pid()
        .and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/comm")).ok());
    if comm.as_deref() != Some("kphotos-mounter\n") {
        eprintln!("the process is called {comm:?}");
        return ExitCode::FAILURE;
    }
    if mounter.rights().kind != RightsKind::System {
        eprintln!("skipped: system mode: {:?}", mounter.rights().missing);
    } else if !mounter::can_mount_directly() && mounter.rights().initial_user_namespace {
        eprintln!("the mounter may do what this process may not");
        return ExitCode::FAILURE;
    }
    match mounter.open_root(Path::new("/")) {
        Ok(_) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}
