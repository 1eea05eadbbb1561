//! The bytes of an original on their way out: block by block, as fast as the
//! client takes them.
//!
//! A block is read ([`BLOCK`] bytes, one `pread` on a thread that may block) when
//! the connection has room for it, so that a client who does not read costs two
//! blocks of memory and no work. Sent blocks are used again. A file that becomes
//! shorter meanwhile ends the connection: the promised length cannot be kept.

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;

/// Bytes read at once.
pub(super) const BLOCK: u64 = 256 << 10;

/// A part of a file as a body.
pub(super) struct FileBody {
    source: Source,
    at: u64,
    end: u64,
    first: Option<Bytes>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

/// An open file, and the memory that was used for it.
#[derive(Clone)]
struct Source {
    file: Arc<File>,
    spare: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// Memory that goes back when it is sent.
struct Block {
    bytes: Vec<u8>,
    spare: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl FileBody {
    /// These bytes of a file; the first block is read here, so call it where
    /// blocking is allowed.
    pub(super) fn new(file: File, part: Range<u64>) -> io::Result<Self> {
        let source = Source {
            file: Arc::new(file),
            spare: Arc::default(),
        };
        let Range { start: at, end } = part;
        let first = (at < end).then(|| source.read(at, end)).transpose()?;
        Ok(Self {
            source,
            at,
            end,
            first,
            reading: None,
        })
    }

    fn sent(&mut self, block: Bytes) -> Frame<Bytes> {
        self.at += block.len() as u64;
        Frame::data(block)
    }
}

impl Source {
    /// The next block before `end`.
    fn read(&self, at: u64, end: u64) -> io::Result<Bytes> {
        let spare = lock(&self.spare).pop();
        let mut bytes = spare.unwrap_or_default();
        let length = usize::try_from(end.saturating_sub(at).min(BLOCK)).unwrap_or_default();
        bytes.resize(length, 0);
        self.file.read_exact_at(&mut bytes, at)?;
        let spare = self.spare.clone();
        Ok(Bytes::from_owner(Block { bytes, spare }))
    }
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        lock(&self.spare).push(std::mem::take(&mut self.bytes));
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(self.sent(first))));
        }
        let (at, end) = (self.at, self.end);
        if at >= end {
            return Poll::Ready(None);
        }
        let source = self.source.clone();
        let reading = self
            .reading
            .get_or_insert_with(|| tokio::task::spawn_blocking(move || source.read(at, end)));
        let read = ready!(Pin::new(reading).poll(context));
        self.reading = None;
        Poll::Ready(Some(match read {
            Ok(Ok(block)) => Ok(self.sent(block)),
            Ok(Err(error)) => {
                tracing::warn!(%error, "an original could not be sent to its end");
                Err(error)
            }
            Err(error) => Err(io::Error::other(error)),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.at >= self.end
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end.saturating_sub(self.at))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    fn size(bytes: u64) -> usize {
        usize::try_from(bytes).unwrap()
    }

    async fn all(mut body: FileBody) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut hint = body.size_hint().exact();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let data = frame?.into_data().unwrap();
            hint = hint.map(|left| left - data.len() as u64);
            assert_eq!(body.size_hint().exact(), hint);
            bytes.extend_from_slice(&data);
        }
        assert!(body.is_end_stream());
        Ok(bytes)
    }

    #[tokio::test]
    async fn every_part_of_a_file_comes_out_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let length = 2 * BLOCK + 1000;
        let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        for part in [
            0..length,
            0..0,
            5..6,
            BLOCK - 1..BLOCK + 1,
            1..2 * BLOCK,
            length - 1..length,
        ] {
            let body = FileBody::new(File::open(&path).unwrap(), part.clone()).unwrap();
            let expect = &content[size(part.start)..size(part.end)];
            assert!(all(body).await.unwrap() == expect, "{part:?}");
        }
    }

    #[tokio::test]
    async fn a_file_that_becomes_shorter_is_an_error_and_no_short_answer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, vec![7; size(BLOCK) + 10]).unwrap();
        let body = FileBody::new(File::open(&path).unwrap(), 0..BLOCK + 10).unwrap();
        std::fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(BLOCK)
            .unwrap();
        assert!(all(body).await.is_err());
        assert!(
            FileBody::new(File::open(&path).unwrap(), 0..BLOCK + 10).is_ok(),
            "the first block is there"
        );
        assert!(FileBody::new(File::open(&path).unwrap(), BLOCK..BLOCK + 10).is_err());
    }
}
