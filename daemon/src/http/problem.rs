//! What a request is refused with: a problem document (RFC 9457), whoever refuses.
//!
//! `{"type": "about:blank", "title": …, "status": …, "detail": …, "code": …}`;
//! `code` is the stable word of every surface, `detail` the text for a person.
//! One table leads from the code to the status, without a wildcard. What HTTP
//! alone refuses (no token, a body too large, a precondition) has a status of its
//! own and the nearest code. Only what is no HTTP at all is answered without one.

use crate::surface::Refusal;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kphotos_domain::kernel::ErrorCode;
use serde::Serialize;
use utoipa::ToSchema;

/// `application/problem+json`.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// The status of a refusal of this kind.
#[must_use]
pub const fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::AlreadyExists | ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::Invalid => StatusCode::BAD_REQUEST,
        ErrorCode::NotPermitted | ErrorCode::ReadOnly => StatusCode::FORBIDDEN,
        ErrorCode::Unsupported => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::Busy | ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Corrupt | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: ErrorCode,
    detail: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The document.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemJson {
    /// `about:blank`: the status and `code` say all there is to know.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// What, which, how to mend it.
    detail: String,
    /// `not-found`, `already-exists`, `invalid`, `conflict`, `not-permitted`, `read-only`,
    /// `unsupported`, `busy`, `unavailable`, `corrupt` or `internal`.
    code: &'static str,
}

impl Problem {
    /// A refusal that HTTP has a status of its own for.
    pub(super) fn new(status: StatusCode, code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            headers: Vec::new(),
        }
    }

    /// The request makes no sense.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Refusal::invalid(detail).into()
    }

    /// A precondition of the request does not hold.
    pub(super) fn precondition(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, ErrorCode::Conflict, detail)
    }

    /// The same with a header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(status(refusal.code()), refusal.code(), refusal.message())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = ProblemJson {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code.as_str(),
        };
        let text = serde_json::to_string(&document).unwrap_or_default();
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.extend(self.headers);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_can_mend_is_his_fault_and_the_rest_is_ours() {
        let check = |code: ErrorCode, expect: u16| assert_eq!(status(code).as_u16(), expect, "{code:?}");
        check(ErrorCode::NotFound, 404);
        check(ErrorCode::AlreadyExists, 409);
        check(ErrorCode::Invalid, 400);
        check(ErrorCode::Conflict, 409);
        check(ErrorCode::NotPermitted, 403);
        check(ErrorCode::ReadOnly, 403);
        check(ErrorCode::Unsupported, 422);
        check(ErrorCode::Busy, 503);
        check(ErrorCode::Unavailable, 503);
        check(ErrorCode::Corrupt, 500);
        check(ErrorCode::Internal, 500);
    }
}
