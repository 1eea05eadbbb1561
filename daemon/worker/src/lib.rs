//! The process in which untrusted bytes are parsed.
//!
//! `kphotos-worker` is started by the daemon with a socket as its standard input and nothing else. It locks itself in
//! (`sandbox`), then receives open descriptors, reads the metadata of movies by itself (`movie`) and of everything else
//! with exiv2 (`extract`), hashes pictures without their metadata (`image`), decodes them to tell what they look like
//! (`look`), and answers with plain facts (`serve`). It alone links exiv2 and its XMP toolkit: a bug in them costs one file
//! its metadata and the daemon a restart of this process, nothing more.
//!
//! It refuses to start when the sandbox does not hold (`--sandbox=best-effort` lets it start on kernels without
//! Landlock, and its hello says so), opens no file by name, and ends when the daemon closes the socket, or by `SIGALRM`
//! when one file takes too long and nobody is left to notice.
//!
//! The program is [`run`] alone. This is a library so that its readers can be broken without it ([`readers`]): nothing
//! else may depend on it, since it is under another licence than the rest.
//!
//! Reading order: `run`, `sandbox`, `serve`, `extract`, `movie`, `image`, `look`, and `protocol`, which is shared with the
//! daemon.

mod extract;
mod image;
mod look;
mod movie;
#[expect(
    unreachable_pub,
    reason = "compiled in the daemon's library too, where these items are public"
)]
#[path = "../../src/parse/protocol.rs"]
mod protocol;
pub mod readers;
mod sandbox;
mod serve;
mod tiff;

use crate::protocol::{HelloRecord, PROTOCOL_VERSION};
use crate::sandbox::{Limits, Strictness};

/// What went wrong before or between files; always the end of the process.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// One that is not known.
    #[error("unknown argument {0}; this program is started by kphotosd")]
    Argument(String),
    /// exiv2 does not start.
    #[error("the metadata library does not start")]
    Library,
    /// It does not hold.
    #[error(transparent)]
    Sandbox(#[from] sandbox::SandboxError),
    /// The daemon is not understood.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
}

/// The process from its arguments to the daemon hanging up.
///
/// # Errors
/// What went wrong before or between files.
pub fn run() -> Result<(), WorkerError> {
    sandbox::close_inherited()?;
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let socket = serve::Connection::from_stdin()?;
    // Libraries load their tables and modules now: afterwards no file can be opened any more.
    extract::prepare().map_err(|_| WorkerError::Library)?;
    let sandbox = sandbox::apply(&arguments.limits, arguments.strictness)?;
    let hello = HelloRecord {
        version: PROTOCOL_VERSION,
        sandbox,
    };
    Ok(serve::run(socket, &hello, arguments.file_timeout_seconds)?)
}

struct Arguments {
    limits: Limits,
    strictness: Strictness,
    file_timeout_seconds: u32,
}

impl Arguments {
    fn parse(given: impl Iterator<Item = String>) -> Result<Self, WorkerError> {
        let mut arguments = Self {
            limits: Limits {
                memory_bytes: 1 << 30,
            },
            strictness: Strictness::Strict,
            file_timeout_seconds: 60,
        };
        for argument in given {
            let unknown = || WorkerError::Argument(argument.clone());
            let (name, value) = argument.split_once('=').ok_or_else(unknown)?;
            match name {
                "--memory-limit" => arguments.limits.memory_bytes = value.parse().map_err(|_| unknown())?,
                "--file-timeout" => arguments.file_timeout_seconds = value.parse().map_err(|_| unknown())?,
                "--sandbox" if value == "strict" => arguments.strictness = Strictness::Strict,
                "--sandbox" if value == "best-effort" => arguments.strictness = Strictness::BestEffort,
                _ => return Err(unknown()),
            }
        }
        Ok(arguments)
    }
}
