//! `org.kphotos.Sharing1`: shares.
//!
//! A share is named by `(number, name)`: the number if it is not 0, for a caller
//! who holds its folder in a mount, else the name.

use super::caller::{Caller, Dict, done};
use super::options::{EditOptions, Options, page_options};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::{List, text};
use crate::surface::shares::{self, ShareJson};
use crate::surface::{Refusal, Selection, perform, photos, stacks};
use kphotos_domain::command::Command;
use kphotos_domain::kernel::UserId;
use kphotos_domain::sharing::{NewShare, Scope, ShareName};
use kphotos_domain::view::View;
use serde::Serialize;

pub(super) struct Sharing(pub(super) Caller);

/// `(us)`: a number, or 0 and a name.
type Target = (u32, String);

/// A share and a page of its photos.
#[derive(Serialize)]
struct ShownJson {
    share: ShareJson,
    #[serde(flatten)]
    photos: List<AssetJson>,
}

#[zbus::interface(name = "org.kphotos.Sharing1", introspection_docs = false)]
impl Sharing {
    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn create_share(
        &self,
        name: String,
        kind: String,
        what: Target,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .run(move |services, user| {
                let options = EditOptions::parse(options)?;
                let name = ShareName::parse(&name)?;
                let scope = scope(&services.app.view(), user, &kind, &what, &assets, &options)?;
                let command = Command::CreateShare(NewShare { name, scope });
                Ok(done(perform(services, user, &command, options.dry_run)?))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn revoke_share(&self, share: Target, options: Dict) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let dry_run = options.flag("dry_run")?;
                options.end()?;
                let share = shares::find(&services.app.view(), user, &share)?.id;
                let command = Command::RevokeShare(share);
                Ok(done(perform(services, user, &command, dry_run)?))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_shares(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, user| {
                let view = services.app.view();
                text(&List::whole(shares::shares(&view, user)))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn show_share(&self, share: Target, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let options = page_options(options)?;
                let view = services.app.view();
                let share = shares::find(&view, user, &share)?;
                let shown = view.shown(&view.share_assets(share));
                let photos = photos(&view, user, &shown, &options);
                let share = shares::share(&view, share);
                text(&ShownJson { share, photos })
            })
            .await
    }
}

/// What is to be shown: photos named one by one, a folder by its path, or what has a name.
fn scope(
    view: &View,
    user: UserId,
    kind: &str,
    what: &Target,
    assets: &Selection,
    options: &EditOptions,
) -> Result<Scope, Refusal> {
    match (kind, assets.paths.as_slice()) {
        ("assets", _) => {
            let assets = assets.resolve(view, user, options.recursive)?;
            Ok(Scope::Assets(if options.only {
                assets
            } else {
                stacks(view, &assets)
            }))
        }
        ("folder", [path]) if what.0 == 0 => shares::folder_at(view, path),
        ("folder", _) if what.0 == 0 => Err(Refusal::invalid("one folder is shared; name one path")),
        _ => shares::named(view, user, kind, what),
    }
}
