//! kphotosd: tells its two kinds of process apart, reads the settings, runs.

use clap::Parser as _;
use kphotos_daemon::config::{Flags, Settings};
use kphotos_daemon::{memory, mounter, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    memory::bound_heaps();
    if let Some(code) = mounter::run_if_asked() {
        return code;
    }
    let flags = Flags::parse();
    run::start_log(&flags.log_format);
    let done = Settings::load(&flags)
        .map_err(anyhow::Error::from)
        .and_then(|settings| if flags.check { Ok(()) } else { run::run(&settings) });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", run::words(&error));
            ExitCode::FAILURE
        }
    }
}
