//! Starting worker processes, and learning how they ended.
//!
//! A worker gets its socket as standard input: that needs no code between fork and exec, so a large daemon with many
//! threads starts one cheaply and safely. Its output goes nowhere, its standard error into a pipe of which the first few
//! lines are logged. It inherits no other descriptor (all of the daemon's are close-on-exec, and the worker closes what it
//! finds) and no environment. It ends by itself when the socket closes; a death signal is not used, because that is bound
//! to the *thread* that started it.
//!
//! [`Launch`] is a port: the tests' peers live in threads and misbehave on command.

use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{ParseError, PoolOptions};

/// The most bytes of a worker's standard error that are kept.
const MAX_COMPLAINT_BYTES: u64 = 4096;
/// How long a killed process may take to end before nobody waits for it any more (it may sleep in a dead network disk).
const END_PATIENCE: Duration = Duration::from_secs(2);

/// Starts workers.
pub(super) trait Launch: Send + Sync {
    /// Starts one; its hello has not been heard yet.
    fn launch(&self) -> Result<Launched, ParseError>;
}

/// A started worker.
pub(super) struct Launched {
    /// The daemon's end of the conversation.
    pub(super) socket: UnixStream,
    /// The process behind it.
    pub(super) process: Box<dyn Process>,
}

/// A running worker. Dropping it ends it without waiting.
pub(super) trait Process: Send {
    /// Kills it if it still runs, and says how it ended, in lowercase words that follow "the worker". The first call
    /// counts.
    fn end(&mut self) -> String;
}

/// The real thing: a program.
pub(super) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    /// The program at `path`, told the limits of `options`.
    pub(super) fn new(path: PathBuf, options: &PoolOptions) -> Self {
        let sandbox = if options.best_effort_sandbox {
            "best-effort"
        } else {
            "strict"
        };
        let arguments = vec![
            format!("--memory-limit={}", options.memory_limit),
            format!("--file-timeout={}", options.file_timeout.as_secs().max(1)),
            format!("--sandbox={sandbox}"),
        ];
        Self { path, arguments }
    }
}

impl Launch for Program {
    fn launch(&self) -> Result<Launched, ParseError> {
        let failed = |source| ParseError::Start {
            program: self.path.clone(),
            source,
        };
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (complain, complaints) = mpsc::sync_channel(1);
        if let Some(pipe) = child.stderr.take() {
            std::thread::spawn(move || drop(complain.send(drain(pipe))));
        }
        Ok(Launched {
            socket: ours,
            process: Box::new(Running {
                child: Some(child),
                complaints,
            }),
        })
    }
}

/// Keeps the start of what a worker says, throws the rest away.
fn drain(mut pipe: ChildStderr) -> String {
    let mut start = Vec::new();
    let _ = pipe.by_ref().take(MAX_COMPLAINT_BYTES).read_to_end(&mut start);
    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    let text = String::from_utf8_lossy(&start).trim().to_owned();
    if !text.is_empty() {
        tracing::debug!(text, "a worker wrote to standard error");
    }
    text
}

struct Running {
    /// Taken when it is ended.
    child: Option<Child>,
    complaints: mpsc::Receiver<String>,
}

impl Running {
    /// Kills the process and leaves the waiting to a thread, which a process stuck in the kernel cannot stop from ending
    /// its own way. One that has ended by itself keeps its own status.
    fn kill(&mut self) -> Option<mpsc::Receiver<std::io::Result<ExitStatus>>> {
        let mut child = self.child.take()?;
        let _ = child.kill();
        let (tell, told) = mpsc::sync_channel(1);
        std::thread::spawn(move || drop(tell.send(child.wait())));
        Some(told)
    }
}

impl Process for Running {
    fn end(&mut self) -> String {
        let status = self.kill().and_then(|told| told.recv_timeout(END_PATIENCE).ok());
        let ending = match status {
            Some(Ok(status)) => describe(status),
            Some(Err(_)) | None => "does not end".to_owned(),
        };
        match self.complaints.recv_timeout(END_PATIENCE) {
            Ok(text) if !text.is_empty() => format!("{ending} ({text})"),
            Ok(_) | Err(_) => ending,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

fn describe(status: ExitStatus) -> String {
    let Some(signal) = status.signal() else {
        return status
            .code()
            .map_or_else(|| "ended".to_owned(), |code| format!("ended with status {code}"));
    };
    match signal {
        libc::SIGSYS => "tried a forbidden system call".to_owned(),
        libc::SIGSEGV => "crashed (SIGSEGV)".to_owned(),
        libc::SIGABRT => "gave up (SIGABRT), perhaps for lack of memory".to_owned(),
        libc::SIGBUS => {
            "lost the file while reading (SIGBUS); it was cut short or its disk failed".to_owned()
        }
        libc::SIGALRM => "took too long (SIGALRM)".to_owned(),
        libc::SIGKILL => "was killed (SIGKILL)".to_owned(),
        other => format!("was ended by signal {other}"),
    }
}
