//! `GET /api/v1/events`: what was committed, as server-sent events (HTML standard,
//! section 9.2).
//!
//! ```text
//! id: 4711
//! data: {"revision":4711,"kinds":["assets","tags"],"ids":[1,2]}
//! ```
//!
//! One event an entry, its revision the id. The first thing sent is an id alone:
//! from there on nothing is missed. With `Last-Event-ID` the stream begins with the
//! entries after that one, read from the journal, and goes on with what is
//! announced: it listens *before* it reads, and leaves out what it has read, so there
//! is neither gap nor double. What would be more than [`MOST_MISSED`] entries, or a
//! revision that this journal never had, is one event with the kind `all`: read
//! everything again.
//!
//! Each client has a task of its own that waits for it; nobody waits for the task
//! (see [`crate::surface::Announcer`]). A comment every [`HEARTBEAT`] keeps what is
//! between from closing the connection. The stream ends when the daemon does.

use super::problem::Problem;
use super::schema::Read;
use super::state::{Http, Shared};
use crate::surface::{Change, Refusal, since};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use http_body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// Entries that are read again for a client that comes back.
pub(super) const MOST_MISSED: u64 = 1000;
/// How often a silent stream says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Events that wait for a client; what comes on top waits in the announcer, and is dropped there.
const QUEUE: usize = 4;

/// What was committed, as it is committed
///
/// Server-sent events: one an entry, `id` its revision, `data` the document of the schema. Goes on after `Last-Event-ID`.
#[utoipa::path(get, path = "/api/v1/events", tag = "history",
    params(("last-event-id" = Option<String>, Header, description = "The last revision that was seen")),
    responses((status = 200, description = "A stream without end", body = Change, content_type = "text/event-stream"), Read))]
pub(super) async fn events(State(http): State<Http>, headers: HeaderMap) -> Result<Response, Problem> {
    let after = match headers.get("last-event-id") {
        None => None,
        Some(id) => Some(revision(id)?),
    };
    let (sender, receiver) = mpsc::channel(QUEUE);
    let shared = http.0.clone();
    tokio::spawn(async move {
        // A client that is gone ends its task.
        let _ = serve(shared, after, &sender).await;
    });
    let mut response = Response::new(Body::new(Stream(receiver)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn revision(id: &HeaderValue) -> Result<u64, Problem> {
    let text = id.to_str().unwrap_or_default();
    text.parse()
        .map_err(|_| Refusal::invalid("`Last-Event-ID` has to be the id of an event: a number").into())
}

/// The client is gone, or the daemon ends.
struct Over;

async fn serve(shared: Arc<Shared>, after: Option<u64>, client: &mpsc::Sender<Bytes>) -> Result<(), Over> {
    let mut announcements = shared.announcer.listen();
    let mut ending = shared.ending.clone();
    let reader = shared.clone();
    let read = tokio::task::spawn_blocking(move || match after {
        Some(after) => since(&reader.services.app, after, MOST_MISSED),
        None => (reader.services.app.journal().durable().number(), Vec::new()),
    });
    let (mut told, missed) = read.await.map_err(|_| Over)?;
    for change in missed {
        send(client, &mut ending, event(&change)).await?;
    }
    send(client, &mut ending, format!("id: {told}\n\n").into()).await?;
    loop {
        let next = tokio::select! {
            change = announcements.next() => Some(change.ok_or(Over)?),
            () = tokio::time::sleep(HEARTBEAT) => None,
            _ = ending.wait_for(|ending| *ending) => return Err(Over),
            () = client.closed() => return Err(Over),
        };
        match next {
            Some(change) if change.revision > told => {
                told = change.revision;
                send(client, &mut ending, event(&change)).await?;
            }
            Some(_) => {}
            None => send(client, &mut ending, Bytes::from_static(b":\n\n")).await?,
        }
    }
}

/// Waits for the client alone, or for the daemon's end.
async fn send(
    client: &mpsc::Sender<Bytes>,
    ending: &mut tokio::sync::watch::Receiver<bool>,
    text: Bytes,
) -> Result<(), Over> {
    tokio::select! {
        sent = client.send(text) => sent.map_err(|_| Over),
        _ = ending.wait_for(|ending| *ending) => Err(Over),
    }
}

fn event(change: &Change) -> Bytes {
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("id: {}\ndata: {data}\n\n", change.revision).into()
}

/// What waits for the client.
struct Stream(mpsc::Receiver<Bytes>);

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0
            .poll_recv(context)
            .map(|text| text.map(|text| Ok(Frame::data(text))))
    }
}
