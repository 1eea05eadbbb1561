//! `/healthz`, and `/metrics` in the text format of Prometheus (version 0.0.4).
//!
//! What is counted here is requests, by route (as it stands in the document, so
//! their number is bounded), method and status; all else is read when it is asked
//! for. Names end in `_total` where they only grow.

use super::problem::Problem;
use super::schema::Read;
use super::state::{Http, Shared};
use crate::surface::{Refusal, state};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kphotos_domain::kernel::ErrorCode;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// Requests by route, method and status.
#[derive(Default)]
pub(super) struct Counts(Mutex<BTreeMap<(String, &'static str, u16), u64>>);

/// What a request is counted under.
pub(super) struct Label {
    route: String,
    method: &'static str,
}

impl Label {
    pub(super) fn of(request: &Request) -> Self {
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or("none", |path| path.as_str());
        let method = match *request.method() {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PATCH => "PATCH",
            Method::PUT => "PUT",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        Self {
            route: route.to_owned(),
            method,
        }
    }
}

impl Counts {
    pub(super) fn count(&self, label: Label, status: StatusCode) {
        let key = (label.route, label.method, status.as_u16());
        *self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(key)
            .or_default() += 1;
    }
}

/// Whether the daemon lives
///
/// The one call that needs no token. It tells nothing but that.
#[utoipa::path(get, path = "/healthz", tag = "system", security(()),
    responses((status = 200, description = "It does", body = String, content_type = "text/plain"),
        (status = 503, description = "A mount failed", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn healthz(State(http): State<Http>) -> Result<Response, Problem> {
    http.run(|shared, _| match state(&shared.services) {
        "failed" => Err(Refusal::new(
            ErrorCode::Unavailable,
            "a mount failed; `kphotos status` says which",
        )
        .into()),
        state => Ok(format!("{state}\n").into_response()),
    })
    .await
}

/// Figures for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "system",
    responses((status = 200, description = "Prometheus' text format", body = String, content_type = "text/plain"), Read))]
pub(super) async fn metrics(State(http): State<Http>) -> Result<Response, Problem> {
    http.run(|shared, _| {
        let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        Ok(([(header::CONTENT_TYPE, kind)], render(shared)).into_response())
    })
    .await
}

fn render(shared: &Shared) -> String {
    let mut page = Page::default();
    let services = &shared.services;
    page.family("kphotos_info", "gauge", "The daemon's version.");
    page.sample(&[("version", &services.version)], 1);
    library_figures(&mut page, shared);
    page.family("kphotos_jobs_running", "gauge", "Jobs that run.");
    page.sample(&[], services.jobs.progress().len() as u64);
    let mounts = services.mounts.mounts();
    page.family("kphotos_mount_ready", "gauge", "Whether a mount answers.");
    for mount in &mounts {
        let path = String::from_utf8_lossy(&mount.path);
        page.sample(&[("mount", &path)], u64::from(mount.state.as_str() == "ready"));
    }
    page.family(
        "kphotos_fuse_requests_total",
        "counter",
        "What the kernel asked of a mount.",
    );
    for mount in &mounts {
        let path = String::from_utf8_lossy(&mount.path);
        for (op, count) in &mount.requests {
            page.sample(&[("mount", &path), ("op", op)], *count);
        }
    }
    page.family(
        "kphotos_http_requests_total",
        "counter",
        "HTTP requests that were answered.",
    );
    let counts = shared
        .counts
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for ((route, method, status), count) in counts {
        let status = status.to_string();
        page.sample(
            &[("route", &route), ("method", method), ("status", &status)],
            count,
        );
    }
    page.text
}

fn library_figures(page: &mut Page, shared: &Shared) {
    let view = shared.services.app.view();
    let known = view.asset_count() as u64;
    page.family("kphotos_photos", "gauge", "Photos by what is to be seen of them.");
    page.sample(&[("state", "shown")], (view.present() - view.hidden()).len());
    page.sample(&[("state", "hidden")], view.hidden().len());
    page.sample(
        &[("state", "missing")],
        known.saturating_sub(view.present().len()),
    );
    page.family("kphotos_libraries", "gauge", "Libraries by state.");
    let mut states = BTreeMap::new();
    for library in view.libraries() {
        *states.entry(library.state.as_str()).or_insert(0) += 1;
    }
    for (state, count) in states {
        page.sample(&[("state", state)], count);
    }
    page.family("kphotos_tags", "gauge", "Tags.");
    page.sample(&[], view.tags().count() as u64);
    page.family("kphotos_albums", "gauge", "Albums.");
    page.sample(&[], view.albums().count() as u64);
    page.family("kphotos_jobs", "gauge", "Jobs by kind, those that are not over.");
    let mut kinds = BTreeMap::new();
    for job in view.jobs().filter(|job| !job.state.is_over()) {
        *kinds.entry(job.kind.as_str()).or_insert(0) += 1;
    }
    for (kind, count) in kinds {
        page.sample(&[("kind", kind)], count);
    }
    page.family("kphotos_journal_revision", "counter", "The journal's last entry.");
    page.sample(&[], view.revision().number());
}

/// A page in the making.
#[derive(Default)]
struct Page {
    text: String,
    family: &'static str,
}

impl Page {
    fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.family = name;
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: u64) {
        self.text.push_str(self.family);
        for (at, (name, value)) in labels.iter().enumerate() {
            let value = value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            let before = if at == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{before}{name}=\"{value}\"");
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{after} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_can_end_it() {
        let mut page = Page::default();
        page.family("x_total", "counter", "X.");
        page.sample(&[("a", "1\"\\\n"), ("b", "")], 7);
        page.sample(&[], 8);
        let samples: Vec<&str> = page.text.lines().skip(2).collect();
        assert_eq!(samples, [r#"x_total{a="1\"\\\n",b=""} 7"#, "x_total 8"]);
    }
}
