//! `kphotos-worker`; what it does is in its library.

use std::process::ExitCode;

fn main() -> ExitCode {
    match kphotos_worker::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "kphotos-worker: {error}");
            ExitCode::FAILURE
        }
    }
}
