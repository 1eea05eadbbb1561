//! The conversation with one worker: its hello, then batches.
//!
//! A worker answers in order, so the file it is at is always known: the first one without an answer. Whatever breaks the
//! conversation is pinned on that file, if the worker had no past that could be to blame.

use std::fs::File;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::launch::{Launched, Process};
use super::protocol::{
    FileRecord, HASHED_A_SECOND, HelloRecord, OutcomeRecord, PROTOCOL_VERSION, ReplyRecord, RequestRecord,
    SandboxRecord, TaskRecord,
};
use super::wire::{Line, NoFrame, listen, read_frame, send_frame};
use super::{Job, Outcome, ParseError};

/// The most bytes of an extension that are sent along.
const MAX_EXT_BYTES: usize = 16;
/// The most letters of a worker's own reason that are kept.
const MAX_REASON_LETTERS: usize = 300;

/// A worker that has said hello.
pub(super) struct Worker {
    socket: UnixStream,
    process: Box<dyn Process>,
    sandbox: SandboxRecord,
    served: u64,
}

/// How a worker was lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Before it got the batch: no file is to blame.
    Idle,
    /// At the first file without an answer, after others in its life: perhaps because of those. A fresh worker will tell.
    Doubtful,
    /// At the first file without an answer, and that file is to blame.
    Guilty {
        /// What the worker did.
        reason: String,
    },
}

impl Worker {
    /// Hears the hello of a started worker.
    ///
    /// # Errors
    /// It says something else, nothing in time, speaks another version, or is not held and `best_effort` is not allowed.
    pub(super) fn greet(
        launched: Launched,
        patience: Duration,
        best_effort: bool,
    ) -> Result<Self, ParseError> {
        let Launched { socket, mut process } = launched;
        let frame =
            read_frame(&socket, Instant::now() + patience).map_err(|no_frame| ParseError::Refused {
                reason: match no_frame {
                    NoFrame::Late => "it says nothing".to_owned(),
                    NoFrame::Closed | NoFrame::Flood(_) | NoFrame::Io(_) => format!("it {}", process.end()),
                },
            })?;
        let hello: HelloRecord = serde_json::from_slice(&frame).map_err(|error| ParseError::Refused {
            reason: format!("its hello is not understood: {error}"),
        })?;
        if hello.version != PROTOCOL_VERSION {
            return Err(ParseError::Version {
                found: hello.version,
                expected: PROTOCOL_VERSION,
            });
        }
        let SandboxRecord { landlock, seccomp } = hello.sandbox.clone();
        if !best_effort && (landlock == "none" || !seccomp) {
            return Err(ParseError::NotHeld { landlock, seccomp });
        }
        Ok(Self {
            socket,
            process,
            sandbox: hello.sandbox,
            served: 0,
        })
    }

    /// What the kernel enforces on it.
    pub(super) fn sandbox(&self) -> &SandboxRecord {
        &self.sandbox
    }

    /// A second handle on the conversation, to break it off with.
    pub(super) fn socket(&self) -> std::io::Result<UnixStream> {
        self.socket.try_clone()
    }

    /// Files it has answered in its life.
    pub(super) fn served(&self) -> u64 {
        self.served
    }

    /// Has `jobs` (at most a batch) read, and appends their outcomes in order.
    ///
    /// # Errors
    /// The worker is lost and must be dropped; `answers` has what came before.
    pub(super) fn serve(
        &mut self,
        jobs: &[Job],
        task: TaskRecord,
        file_timeout: Duration,
        answers: &mut Vec<(u64, Outcome)>,
    ) -> Result<(), Lost> {
        if listen(&self.socket) != Line::Quiet {
            return Err(Lost::Idle);
        }
        let files = jobs
            .iter()
            .map(|job| FileRecord {
                ticket: job.ticket,
                ext: shorten(&job.ext),
                task,
            })
            .collect();
        let body = serde_json::to_vec(&RequestRecord { files }).map_err(|_| Lost::Idle)?;
        let descriptors: Vec<_> = jobs.iter().map(|job| job.file.as_fd()).collect();
        send_frame(&self.socket, &body, &descriptors, file_timeout).map_err(|_| Lost::Idle)?;
        for job in jobs {
            let more = match task {
                TaskRecord::Facts | TaskRecord::Anatomy => 0,
                TaskRecord::ImageHash | TaskRecord::Look => size(job) / HASHED_A_SECOND,
            };
            let deadline = Instant::now() + file_timeout + Duration::from_secs(more);
            let outcome = self.answer(job.ticket, deadline)?;
            self.served = self.served.saturating_add(1);
            answers.push((job.ticket, outcome));
        }
        Ok(())
    }

    fn answer(&mut self, ticket: u64, deadline: Instant) -> Result<Outcome, Lost> {
        let frame = match read_frame(&self.socket, deadline) {
            Ok(frame) => frame,
            // Asking again would cost the same time once more; there is no doubt which file it is.
            Err(NoFrame::Late) => {
                return Err(Lost::Guilty {
                    reason: "reading it takes too long".to_owned(),
                });
            }
            Err(NoFrame::Closed) => {
                let ending = self.process.end();
                return Err(self.blame(format!("the worker {ending}")));
            }
            Err(NoFrame::Flood(bytes)) => {
                return Err(self.blame(format!("the worker announced {bytes} bytes of facts")));
            }
            Err(NoFrame::Io(error)) => return Err(self.blame(format!("the worker cannot be heard: {error}"))),
        };
        let Ok(reply) = serde_json::from_slice::<ReplyRecord>(&frame) else {
            return Err(self.blame("the worker answered nonsense".to_owned()));
        };
        if reply.ticket != ticket {
            return Err(self.blame("the worker answered for another file".to_owned()));
        }
        Ok(match reply.outcome {
            OutcomeRecord::Read(facts) => Outcome::Read(facts),
            OutcomeRecord::Failed { reason } => Outcome::Failed {
                reason: reason.chars().take(MAX_REASON_LETTERS).collect(),
            },
        })
    }

    /// The verdict on the file at hand: only a worker without a past can give one.
    fn blame(&self, reason: String) -> Lost {
        if self.served == 0 {
            return Lost::Guilty { reason };
        }
        tracing::debug!(
            reason,
            served = self.served,
            "a worker is lost, its file is tried once more"
        );
        Lost::Doubtful
    }
}

fn size(job: &Job) -> u64 {
    let file = job.file.try_clone().map(File::from);
    file.and_then(|file| file.metadata())
        .map_or(0, |metadata| metadata.len())
}

fn shorten(ext: &str) -> String {
    ext.get(..ext.floor_char_boundary(MAX_EXT_BYTES))
        .unwrap_or_default()
        .to_owned()
}
