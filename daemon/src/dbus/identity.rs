//! `org.kphotos.Identity1`: who the caller is.

use super::caller::Caller;
use crate::surface::Refusal;
use crate::surface::documents::{text, user};

pub(super) struct Identity(pub(super) Caller);

#[zbus::interface(name = "org.kphotos.Identity1", introspection_docs = false)]
impl Identity {
    #[zbus(out_args("document"))]
    async fn who_am_i(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, id| text(&user(&services.app.view(), id)?))
            .await
    }
}
