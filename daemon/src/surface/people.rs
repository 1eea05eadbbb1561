//! People and faces as documents, and finding a person by what somebody says.

use super::Refusal;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::kernel::{AssetId, Owner, PersonId, UserId};
use kphotos_domain::organization::{
    FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, OrganizationError, PersonName, find_person,
};
use kphotos_domain::view::{Face, FactsRef, View};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A face in a photo. The box is of the stored, un-turned picture: centre, width and height, 0 to 1.
#[derive(Serialize, ToSchema)]
#[schema(as = Face)]
pub(crate) struct FaceJson {
    /// Within the photo; the file's are below 1001
    id: u16,
    /// Who it is, if that is known
    name: Option<String>,
    /// `Face`, `Pet`, `Focus` or `BarCode`
    r#type: &'static str,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl FaceJson {
    fn new(view: &View, face: &Face) -> Self {
        let [x, y, w, h] = face.at.parts();
        Self {
            id: face.id.number(),
            name: face.person.and_then(|person| name_of(view, person)),
            r#type: face.kind.as_str(),
            x,
            y,
            w,
            h,
        }
    }
}

fn name_of(view: &View, person: PersonId) -> Option<String> {
    let person = view.who_counts(person)?;
    view.person(person).map(|row| row.name.to_string())
}

/// The faces that a photo shows, by number.
pub(crate) fn faces(view: &View, asset: AssetId) -> Vec<FaceJson> {
    let faces = view.faces(asset);
    faces.iter().map(|face| FaceJson::new(view, face)).collect()
}

/// The names of those in a photo, sorted.
pub(crate) fn people_of(view: &View, asset: AssetId) -> Vec<String> {
    let people = view.people_of(asset);
    let mut names: Vec<String> = people.into_iter().filter_map(|id| name_of(view, id)).collect();
    names.sort_unstable();
    names
}

/// A face of a photo, and where it comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = FaceOfAsset)]
pub(crate) struct ToldFaceJson {
    /// Number of the photo
    asset: u32,
    #[serde(flatten)]
    face: FaceJson,
    /// `file` as the file says it; `named`, `rejected` the file's, edited; `added` by hand
    origin: &'static str,
}

/// The faces of a photo by number; `all`: those of the file that were rejected, too.
///
/// # Errors
/// `not-found` for an unknown photo.
pub(crate) fn told_faces(view: &View, asset: AssetId, all: bool) -> Result<Vec<ToldFaceJson>, Refusal> {
    if view.asset(asset).is_none() {
        return Err(CatalogError::NoAsset { asset }.into());
    }
    let mut faces = view.faces(asset);
    if all {
        let is_rejected =
            |id| matches!(view.face_edit(asset, id), Some(edit) if edit.fate == FaceFate::Rejected);
        let rejected = view.file_faces(asset).filter(|face| is_rejected(face.id));
        faces.extend(rejected.map(|face| Face {
            id: face.id,
            kind: face.kind,
            at: face.at,
            person: face.person,
        }));
        faces.sort_unstable_by_key(|face| face.id);
    }
    let told = |face: &Face| ToldFaceJson {
        asset: asset.number(),
        face: FaceJson::new(view, face),
        origin: match view.face_edit(asset, face.id).map(|edit| edit.fate) {
            None => "file",
            Some(fate) => word(fate),
        },
    };
    Ok(faces.iter().map(told).collect())
}

const fn word(fate: FaceFate) -> &'static str {
    match fate {
        FaceFate::Named(_) => "named",
        FaceFate::Rejected => "rejected",
        FaceFate::Added(_) => "added",
    }
}

/// A person.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonJson {
    id: u32,
    name: String,
    /// What else files call them
    synonyms: Vec<String>,
    /// Photos they are in that are shown
    count: u64,
}

/// A person as a document.
pub(crate) fn person(view: &View, id: PersonId) -> Option<PersonJson> {
    let row = view.person(id)?;
    Some(PersonJson {
        id: id.number(),
        name: row.name.to_string(),
        synonyms: view.person_synonyms(id).into_iter().map(str::to_owned).collect(),
        count: view.shown(&row.assets).len(),
    })
}

/// The people of somebody's world, sorted by name.
pub(crate) fn people(view: &View, user: UserId) -> Vec<PersonJson> {
    let people = view.people_of_owner(Owner::User(user));
    people.filter_map(|id| person(view, id)).collect()
}

/// The name by which a person is meant: of this number or, if that is 0, this text.
///
/// # Errors
/// `not-found` for a number that is nobody's, `invalid` for what is no name.
pub(crate) fn person_name(view: &View, (number, name): &(u32, String)) -> Result<PersonName, Refusal> {
    if *number == 0 {
        return Ok(PersonName::parse(name).map_err(OrganizationError::from)?);
    }
    let row = view.person(PersonId::new(*number));
    let name = row.and_then(|row| PersonName::parse(&row.name).ok());
    let nobody = || OrganizationError::NoPerson {
        name: number.to_string(),
    };
    Ok(name.ok_or_else(nobody)?)
}

/// The person who is meant so.
///
/// # Errors
/// As [`person_name`], and `not-found` for a name that is nobody's.
pub(crate) fn known_person(view: &View, user: UserId, target: &(u32, String)) -> Result<PersonId, Refusal> {
    let name = person_name(view, target)?;
    let nobody = || OrganizationError::NoPerson {
        name: name.to_string(),
    };
    Ok(find_person(view, Owner::User(user), &name).ok_or_else(nobody)?)
}

/// The faces and persons that a file or its sidecar brings, as a layer says them.
pub(crate) fn read(view: &View, facts: FactsRef<'_>) -> [Option<(String, Value)>; 2] {
    let face = |face: FileFace| {
        let FileFace { id, kind, at, person } = face;
        FaceJson::new(view, &Face { id, kind, at, person })
    };
    let faces: Vec<FaceJson> = facts.faces().map(face).collect();
    let people: Vec<String> = facts
        .persons()
        .filter_map(|person| name_of(view, person))
        .collect();
    let faces = (!faces.is_empty()).then(|| ("faces".to_owned(), json!(faces)));
    let people = (!people.is_empty()).then(|| ("people".to_owned(), json!(people)));
    [faces, people]
}

/// What was made of faces, as a layer says it: the face, and which edit it is.
pub(crate) fn edited(view: &View, asset: AssetId) -> Option<(String, Value)> {
    let told = |(id, edit): (FaceId, FaceEdit)| {
        let FaceEdit { at, kind, fate } = edit;
        let person = fate.person();
        let face = FaceJson::new(view, &Face { id, kind, at, person });
        let (asset, origin) = (asset.number(), word(fate));
        ToldFaceJson { asset, face, origin }
    };
    let faces: Vec<ToldFaceJson> = view.face_edits(asset).map(told).collect();
    (!faces.is_empty()).then(|| ("faces".to_owned(), json!(faces)))
}

/// A box and a kind as they are given; a type that is absent is `Face`.
///
/// # Errors
/// `invalid` for what is no box, or no type.
pub(crate) fn face_given(
    (x, y, w, h): (f64, f64, f64, f64),
    kind: Option<&str>,
) -> Result<(FaceBox, FaceKind), Refusal> {
    let at = FaceBox::new(x, y, w, h)?;
    let kind = kind.map(FaceKind::parse).transpose()?.unwrap_or_default();
    Ok((at, kind))
}

/// The name that a face is to have.
///
/// # Errors
/// `invalid` for what is no name.
pub(crate) fn name_given(name: Option<&str>) -> Result<Option<PersonName>, Refusal> {
    let name = name.map(|name| PersonName::parse(name).map_err(OrganizationError::from));
    Ok(name.transpose()?)
}
