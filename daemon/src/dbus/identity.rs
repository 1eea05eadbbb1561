//! `org.kphotos.Identity1`: who the caller is.

use super::caller::Caller;
use crate::surface::Refusal;
use crate::surface::documents::text;
use serde::Serialize;

pub(super) struct Identity(pub(super) Caller);

#[derive(Serialize)]
struct UserJson {
    id: u32,
    name: Option<String>,
    uid: u32,
}

#[zbus::interface(name = "org.kphotos.Identity1", introspection_docs = false)]
impl Identity {
    #[zbus(out_args("document"))]
    async fn who_am_i(&self) -> Result<String, Refusal> {
        let uid = self.0.uid();
        self.0
            .run(move |services, id| {
                let view = services.app.view();
                let name = view
                    .users()
                    .find(|user| user.id == id)
                    .map(|user| user.name.to_string());
                text(&UserJson {
                    id: id.number(),
                    name,
                    uid,
                })
            })
            .await
    }
}
