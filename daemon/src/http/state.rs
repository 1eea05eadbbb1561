//! What a handler works with, and the one bridge from async to the domain.
//!
//! The domain is synchronous. [`Http::run`] wraps a whole request into one
//! `spawn_blocking`; nothing else leaves the async threads but the reading of an
//! original's further blocks. The token stands for user 1.

use super::metrics::Counts;
use super::problem::Problem;
use super::token::Token;
use crate::storage::Volumes;
use crate::surface::{Announcer, Refusal, Services};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kphotos_domain::kernel::UserId;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::watch;

/// Whom the token stands for.
const USER: UserId = UserId::new(1);

/// What every handler has.
pub(super) struct Shared {
    pub(super) services: Arc<Services>,
    pub(super) announcer: Arc<Announcer>,
    pub(super) volumes: Arc<Volumes>,
    pub(super) token: Token,
    pub(super) counts: Counts,
    /// Becomes true when the daemon ends.
    pub(super) ending: watch::Receiver<bool>,
}

/// The handlers' state.
#[derive(Clone)]
pub(super) struct Http(pub(super) Arc<Shared>);

impl std::ops::Deref for Http {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Http {
    /// Does a request on a thread that may block.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Shared, UserId) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let shared = self.0.clone();
        let done = tokio::task::spawn_blocking(move || call(&shared, USER));
        done.await
            .unwrap_or_else(|error| Err(Refusal::internal(&error).into()))
    }

    /// Answers a document in JSON, which is made on the thread that may block.
    pub(super) async fn document<T: Serialize>(
        &self,
        call: impl FnOnce(&Shared, UserId) -> Result<T, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.run(move |shared, user| json(StatusCode::OK, &call(shared, user)?))
            .await
    }
}

/// An answer in JSON.
pub(super) fn json(status: StatusCode, document: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_string(document).map_err(|error| Refusal::internal(&error))?;
    let mut response = (status, text).into_response();
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}
