//! The system calls by which a process makes files durable, as strace sees them.
//!
//! Only the starts of calls are counted, each with its thread and the path of its file, so that a test can tell the
//! journal from the database behind it, and the thread that served a command from one that flushes by itself.
//! Source: strace(1): `-f` follows threads, `-y` prints paths, `-p` attaches.
#![expect(unsafe_code, reason = "kill(2) is not in std")]

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Thread id.
    pub thread: u32,
    /// `fdatasync`, `fsync`, `sync_file_range` …
    pub name: String,
    /// The file; empty where the call has none.
    pub path: PathBuf,
}

/// A running strace, ended with its owner.
#[derive(Debug)]
pub struct Trace {
    strace: Child,
    /// Kept open: it goes on to name new threads there, and would end at a closed pipe.
    said: BufReader<ChildStderr>,
    output: PathBuf,
    /// Lines of calls that only showed that it traces.
    probed: usize,
}

impl Trace {
    /// Attaches to a process and all its threads. strace says so before it is true of every thread, so `probe`,
    /// which must make the process sync something, is done again until that shows. Its output goes to a file.
    ///
    /// # Errors
    /// What strace says if it may not; that nothing shows.
    pub fn attach(process: u32, output: PathBuf, mut probe: impl FnMut()) -> io::Result<Self> {
        let mut strace = Command::new("strace")
            .args(["-f", "-y", "-e"])
            .arg("trace=fdatasync,fsync,sync_file_range,msync,sync,syncfs")
            .arg("-o")
            .arg(&output)
            .args(["-p", &process.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = strace.stderr.take().expect("piped");
        let mut trace = Self {
            strace,
            said: BufReader::new(said),
            output,
            probed: 0,
        };
        let mut text = String::new();
        trace.said.read_line(&mut text)?;
        if text.contains(" attached") {
            Ok(trace)
        } else {
            Err(io::Error::other(format!(
                "strace may not attach: {}",
                text.trim()
            )))
        }
    }

    /// Detaches, and gives the calls that were started meanwhile, in order.
    pub fn calls(mut self) -> io::Result<Vec<Call>> {
        self.end()?;
        let text = fs::read_to_string(&self.output)?;
        Ok(text.lines().skip(self.probed).filter_map(call).collect())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.strace.try_wait()?.is_none() {
            // SAFETY: takes no pointer; the child has not been waited for, so the number is its own.
            unsafe { libc::kill(self.strace.id().cast_signed(), libc::SIGINT) };
            self.strace.wait()?;
        }
        Ok(())
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// `4711 fdatasync(12</state/journal/0001.jsonl>) = 0`; none for a resumed call, a signal or an end.
fn call(line: &str) -> Option<Call> {
    let (thread, rest) = line.split_once(char::is_whitespace)?;
    let (name, arguments) = rest.trim_start().split_once('(')?;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
        return None;
    }
    let path = arguments
        .split_once('<')
        .and_then(|(fd, rest)| fd.parse::<u32>().ok().and(rest.split_once('>')))
        .map_or_else(PathBuf::new, |(path, _)| PathBuf::from(path));
    Some(Call {
        thread: thread.parse().ok()?,
        name: name.to_owned(),
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_strace_is_a_thread_a_call_and_a_path() {
        let check = |line: &str, given: Option<(u32, &str, &str)>| {
            let read = call(line);
            let read = read
                .as_ref()
                .map(|call| (call.thread, call.name.as_str(), call.path.to_str().unwrap()));
            assert_eq!(read, given, "{line}");
        };
        check(
            "4711 fdatasync(12</s/journal/0001.jsonl>) = 0",
            Some((4711, "fdatasync", "/s/journal/0001.jsonl")),
        );
        check(
            "4711  sync_file_range(9</s/layer/db>, 0, 4096, 0x7 <unfinished ...>",
            Some((4711, "sync_file_range", "/s/layer/db")),
        );
        check("4711  sync( <unfinished ...>", Some((4711, "sync", "")));
        check("4711 <... fdatasync resumed>) = 0", None);
        check("4711 --- SIGCHLD {si_signo=SIGCHLD} ---", None);
        check("4711 +++ exited with 0 +++", None);
    }
}
