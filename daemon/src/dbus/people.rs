//! What `org.kphotos.Organization1` does with people and faces.
//!
//! The methods are in [`super::organization`], since an interface is one block;
//! here is what each asks of the domain. An edit of a face is of one photo: a
//! selection that names none or several is refused, and the shot is left alone.

use super::caller::{Caller, Dict, Done};
use super::options::{Options, page_options};
use super::targets::{Target, one_photo};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::{List, text};
use crate::surface::people::{
    PersonJson, face_given, known_person, name_given, people, person, person_name, told_faces,
};
use crate::surface::{Refusal, Selection, perform, photos};
use kphotos_domain::command::{Command, EditFace};
use kphotos_domain::organization::{FaceChange, FaceId, PeopleArrangement, PersonName};
use kphotos_domain::view::View;
use serde::Serialize;

pub(super) async fn list(caller: &Caller) -> Result<String, Refusal> {
    let list = |view: &View, user| text(&List::whole(people(view, user)));
    caller
        .run(move |services, user| list(&services.app.view(), user))
        .await
}

#[derive(Serialize)]
struct ShownPerson {
    person: Option<PersonJson>,
    #[serde(flatten)]
    list: List<AssetJson>,
}

pub(super) async fn show(caller: &Caller, wanted: Target, options: Dict) -> Result<String, Refusal> {
    caller
        .run(move |services, user| {
            let options = page_options(options)?;
            let view = services.app.view();
            let id = known_person(&view, user, &wanted)?;
            let assets = view.person(id).map(|row| view.shown(&row.assets));
            let shown = assets.unwrap_or_default();
            let list = photos(&view, user, &shown, &options);
            let person = person(&view, id);
            text(&ShownPerson { person, list })
        })
        .await
}

pub(super) async fn rename(
    caller: &Caller,
    wanted: Target,
    name: String,
    options: Dict,
) -> Result<Done, Refusal> {
    arrange(caller, options, move |view| {
        let (person, name) = (person_name(view, &wanted)?, person_name(view, &(0, name))?);
        Ok(PeopleArrangement::Rename { person, name })
    })
    .await
}

pub(super) async fn merge(
    caller: &Caller,
    from: Vec<Target>,
    into: Target,
    options: Dict,
) -> Result<Done, Refusal> {
    arrange(caller, options, move |view| {
        let from: Result<Vec<PersonName>, Refusal> =
            from.iter().map(|target| person_name(view, target)).collect();
        let (from, into) = (from?, person_name(view, &into)?);
        Ok(PeopleArrangement::Merge { from, into })
    })
    .await
}

async fn arrange(
    caller: &Caller,
    options: Dict,
    how: impl FnOnce(&View) -> Result<PeopleArrangement, Refusal> + Send + 'static,
) -> Result<Done, Refusal> {
    let dry_run = dry_run(options)?;
    caller
        .execute(dry_run, move |view| Ok(Command::ArrangePeople(how(view)?)))
        .await
}

fn dry_run(options: Dict) -> Result<bool, Refusal> {
    let mut options = Options::new(options);
    let dry_run = options.flag("dry_run")?;
    options.end()?;
    Ok(dry_run)
}

pub(super) async fn list_faces(caller: &Caller, assets: Selection, options: Dict) -> Result<String, Refusal> {
    caller
        .run(move |services, user| {
            let mut options = Options::new(options);
            let (recursive, all) = (options.flag("recursive")?, options.flag("all")?);
            options.end()?;
            let view = services.app.view();
            let mut faces = Vec::new();
            for asset in assets.resolve(&view, user, recursive)?.iter() {
                faces.extend(told_faces(&view, asset, all)?);
            }
            text(&List::whole(faces))
        })
        .await
}

pub(super) async fn add_face(
    caller: &Caller,
    assets: Selection,
    at: (f64, f64, f64, f64),
    options: Dict,
) -> Result<Done, Refusal> {
    let mut options = Options::new(options);
    let (name, kind) = (options.take::<String>("name")?, options.take::<String>("type")?);
    let dry_run = options.flag("dry_run")?;
    options.end()?;
    let (at, kind) = face_given(at, kind.as_deref())?;
    let name = name_given(name.as_deref())?;
    edit(caller, assets, dry_run, FaceChange::Add { at, kind, name }).await
}

pub(super) async fn name_face(
    caller: &Caller,
    assets: Selection,
    face: u16,
    name: String,
    options: Dict,
) -> Result<Done, Refusal> {
    let name = name_given((!name.is_empty()).then_some(&name))?;
    let face = FaceId::new(face);
    edit(caller, assets, dry_run(options)?, FaceChange::Name { face, name }).await
}

pub(super) async fn reject_face(
    caller: &Caller,
    assets: Selection,
    face: u16,
    options: Dict,
) -> Result<Done, Refusal> {
    let face = FaceId::new(face);
    edit(caller, assets, dry_run(options)?, FaceChange::Reject { face }).await
}

pub(super) async fn remove_face(
    caller: &Caller,
    assets: Selection,
    face: u16,
    options: Dict,
) -> Result<Done, Refusal> {
    let face = FaceId::new(face);
    edit(caller, assets, dry_run(options)?, FaceChange::Remove { face }).await
}

async fn edit(
    caller: &Caller,
    assets: Selection,
    dry_run: bool,
    change: FaceChange,
) -> Result<Done, Refusal> {
    caller
        .run(move |services, user| {
            let asset = one_photo(&assets, &services.app.view(), user)?;
            let command = Command::EditFace(EditFace { asset, change });
            Ok(super::caller::done(perform(services, user, &command, dry_run)?))
        })
        .await
}
