//! HTTP: the interface for programs and pages, `/api/v1/…`.
//!
//! ```text
//! curl ── socket ── server ── router: token, counters ── a handler ── one spawn_blocking
//!                                                          ├ extract      texts become values, once
//!                                                          ├ App::execute / App::preview   changes → a receipt
//!                                                          ├ surface::documents …   reads → JSON, made there too
//!                                                          └ original ── Volume::open ── blocks   bytes, as they are taken
//! App ── surface::Announcer ── events      each client at its own pace
//! ```
//!
//! Handlers and the OpenAPI document are one (`router`): what is not in the document
//! is not served. Nothing is decided here: what is meant, answered and refused is
//! [`crate::surface`]'s, who may do what and what a command does the domain's.
//!
//! **Who may enter.** Whoever has the token ([`Token`]), and it stands for user 1.
//! Only `/healthz` is answered without it. There are no cookies and no CORS headers:
//! a page of another origin can send a request but no token, which is also why a
//! name that is bound to this address again (DNS rebinding) gains nothing. It listens
//! on [`DEFAULT_ADDRESS`] unless told otherwise; there is no encryption: beyond this
//! machine put a proxy with TLS before it.
//!
//! **What a request costs**, as strace counts it. A connection: `accept4`, `epoll_ctl`, two
//! `setsockopt`, at its end `shutdown` and `close`. Reading: one `recvfrom`, one hop to a
//! blocking thread and back (a futex, an eventfd), one `writev` of head and document; the
//! document is serialised once and not copied again. A change adds what the command
//! costs, one `fdatasync` above all. An original: `openat2` (twice where access times cannot
//! be kept), two `statx` (is it a file; size and time), then for each block of 256 KiB
//! one `pread64` on a blocking thread and one `writev` (more where the socket is full), at the
//! end `close`. So its bytes are copied twice, from the page cache to a block and from
//! there to the socket; two blocks are in memory for each client, and they are used again.
//! The first block is read with the opening, so a range that fits in it costs one hop.
//! A condition that holds (304) costs the opening and no byte.
//!
//! **Limits.** See `server` (connections, patience), `extract` (size of a body), `events`
//! (entries told again). What is not HTTP at all gets the bare 400 of `hyper`.
//!
//! Absent: sessions and accounts, thumbnails and previews, uploads, links and their
//! pages, HTTP/2. `PATCH` of fields and tags together is one entry of the journal.

mod administer;
mod albums;
mod assets;
mod blocks;
mod collections;
mod disposition;
mod edit;
mod events;
mod extract;
mod jobs;
mod libraries;
mod metrics;
mod organize;
mod original;
mod paging;
mod people;
mod problem;
mod range;
mod router;
mod schema;
mod selecting;
mod server;
mod shares;
mod state;
mod token;

pub use problem::status;
pub use router::document;
pub use server::{Bound, HttpParts, HttpServer, Note};
pub use token::{Token, TokenError};

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where it listens unless told otherwise: this machine only. The port is `1` and
/// `KPHO` on a telephone; no service is registered for it.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 15746);
