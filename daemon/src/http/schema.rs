//! Answers that many routes have in common, as the OpenAPI document tells them.

use super::problem::ProblemJson;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($status:literal $variant:ident $description:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(IntoResponses)]
        #[expect(dead_code, reason = "stands in the document only")]
        pub(super) enum $name { $(
            #[response(status = $status, description = $description, content_type = "application/problem+json")]
            $variant(ProblemJson),
        )* }
    )*};
}

problems! {
    /// What every call may be refused for.
    Read {
        400 Invalid "The request makes no sense",
        401 Unauthorized "No token, or another",
        403 Forbidden "Not permitted",
        500 Internal "A mistake of K-Photos; the log says more",
        503 Unavailable "Something does not answer: try again later",
    }
    /// What a call may be refused for that names something.
    Found {
        404 NotFound "There is no such thing",
    }
    /// What a call with a body may be refused for.
    Write {
        408 TooSlow "The body did not come in time",
        409 Conflict "The state is not what the request supposes",
        413 TooLarge "The body is too large",
        415 NotJson "The body is not JSON",
        422 Unsupported "K-Photos cannot do that for this thing",
    }
}

/// What a change did.
#[derive(Serialize, ToSchema)]
pub(super) struct Receipt {
    /// The entry that it made; `null` if nothing was to be done, or after a dry run.
    pub(super) revision: Option<u64>,
    /// Photos that it changed.
    pub(super) touched: u64,
    /// Whether `POST /api/v1/undo` takes it back.
    pub(super) undoable: bool,
    /// What was done, for a person.
    pub(super) summary: String,
}

impl From<kphotos_domain::app::Receipt> for Receipt {
    fn from(receipt: kphotos_domain::app::Receipt) -> Self {
        let undoable = receipt.kind == kphotos_domain::event::EntryKind::Edit && receipt.revision.is_some();
        Self {
            revision: receipt.revision.map(kphotos_domain::kernel::Revision::number),
            touched: receipt.touched,
            undoable,
            summary: receipt.summary,
        }
    }
}
