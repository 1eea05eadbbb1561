//! The process: how it is recognised, how it makes itself small, how it ends.
//!
//! The kernel ends nothing for it: it ignores the signals meant for the daemon (a service manager sends SIGTERM
//! to the whole unit) and ends when there is nobody left to serve: at the end of its socket, or when the daemon's
//! first thread has ended.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use super::server::{self, Served};
use super::socket::Channel;
use super::sys;

/// First argument of the daemon's program when it is to be the mounter; for no human.
pub const HIDDEN_ARGUMENT: &str = "--mounter-on-stdin";

/// For the first line of `main`: serves if this process was started as the mounter, and says how it ended.
#[must_use]
pub fn run_if_asked() -> Option<ExitCode> {
    let asked = env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == HIDDEN_ARGUMENT);
    asked.then(serve)
}

/// Serves the socket on standard input until its end. Must come before anything opens a descriptor.
#[must_use]
pub fn serve() -> ExitCode {
    match settle().and_then(|(channel, daemon)| server::run(&channel, &daemon)) {
        Ok(()) => ExitCode::SUCCESS,
        // The daemon died between its request and the answer.
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
            ) =>
        {
            ExitCode::SUCCESS
        }
        Err(e) => {
            drop(writeln!(
                io::stderr(),
                "kphotos-mounter: {e}: this process is started by kphotosd, not by hand"
            ));
            ExitCode::FAILURE
        }
    }
}

fn settle() -> io::Result<(Channel, Served)> {
    let channel = Channel::from_fd(sys::keep_only_stdin()?)?;
    sys::settle(c"kphotos-mounter");
    // Else it would keep the daemon's working directory busy.
    env::set_current_dir("/")?;
    Ok((channel, Served::starter()?))
}
