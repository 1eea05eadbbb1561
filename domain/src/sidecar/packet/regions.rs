//! Faces as regions: MWG's, by centre and size, and Microsoft's, by corner and size.
//!
//! Both are parts of the stored picture, before it is turned. A real sidecar's
//! regions stay byte for byte where nobody changed the face, so that what other
//! programs noted beside a name stays too.

use super::content::{SaidFace, SidecarContent};
use super::merge::{Edit, Region, RegionList};
use super::properties::{Properties, escaped};
use crate::organization::{FaceBox, FaceKind};

/// Whose way of writing regions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegionForm {
    /// Metadata Working Group guidelines 2.0.
    Mwg,
    /// Windows Photo Gallery.
    Microsoft,
}

impl RegionForm {
    /// What of a photo's faces it can tell.
    fn tells(self, face: &SaidFace) -> bool {
        match self {
            Self::Mwg => true,
            Self::Microsoft => face.kind.may_be_somebody(),
        }
    }

    fn item(self, face: &SaidFace) -> String {
        match self {
            Self::Mwg => mwg(face),
            Self::Microsoft => microsoft(face),
        }
    }
}

fn mwg(face: &SaidFace) -> String {
    let [x, y, w, h] = face.at.parts();
    let name = named("mwg-rs:Name", face);
    let kind = face.kind.as_str();
    format!(
        "<rdf:li><rdf:Description{name} mwg-rs:Type=\"{kind}\"><mwg-rs:Area stArea:x=\"{x}\" stArea:y=\"{y}\" \
         stArea:w=\"{w}\" stArea:h=\"{h}\" stArea:unit=\"normalized\"/></rdf:Description></rdf:li>"
    )
}

fn microsoft(face: &SaidFace) -> String {
    let FaceBox { x, y, w, h } = face.at;
    let (left, width) = along(x, w);
    let (top, height) = along(y, h);
    let name = named("MPReg:PersonDisplayName", face);
    format!("<rdf:li MPReg:Rectangle=\"{left}, {top}, {width}, {height}\"{name}/>")
}

fn named(property: &str, face: &SaidFace) -> String {
    let name = face.name.as_deref();
    name.map(|name| format!(" {property}=\"{}\"", escaped(name)))
        .unwrap_or_default()
}

/// Start and length within the picture, of a centre and a length in millionths.
fn along(centre: u32, length: u32) -> (f64, f64) {
    // Halves of millionths, so that a start between two stays whole.
    let (from, to) = (
        (2 * centre).saturating_sub(length),
        (2 * centre + length).min(2_000_000),
    );
    let part = |halves: u32| f64::from(halves) / 2e6;
    (part(from), part(to - from))
}

/// Writes all faces as MWG regions.
pub(super) fn put_mwg(properties: &mut Properties, faces: &[&SaidFace], size: Option<(u32, u32)>) {
    if faces.is_empty() {
        return;
    }
    properties.line("<mwg-rs:Regions rdf:parseType=\"Resource\">");
    if let Some((width, height)) = size {
        properties.line(&format!(
            "<mwg-rs:AppliedToDimensions stDim:w=\"{width}\" stDim:h=\"{height}\" stDim:unit=\"pixel\"/>"
        ));
    }
    properties.line("<mwg-rs:RegionList><rdf:Bag>");
    for face in faces {
        properties.line(&format!(" {}", mwg(face)));
    }
    properties.line("</rdf:Bag></mwg-rs:RegionList>");
    properties.line("</mwg-rs:Regions>");
}

/// Writes those that may be somebody as Microsoft's regions.
pub(super) fn put_microsoft(properties: &mut Properties, faces: &[&SaidFace]) {
    let told: Vec<&&SaidFace> = faces
        .iter()
        .filter(|face| RegionForm::Microsoft.tells(face))
        .collect();
    if told.is_empty() {
        return;
    }
    properties.line("<MP:RegionInfo rdf:parseType=\"Resource\"><MPRI:Regions><rdf:Bag>");
    for face in told {
        properties.line(&format!(" {}", microsoft(face)));
    }
    properties.line("</rdf:Bag></MPRI:Regions></MP:RegionInfo>");
}

/// Brings a real sidecar's list up to date; false if nothing is left of it.
pub(super) fn put_into(list: &RegionList, content: &SidecarContent, edits: &mut Vec<Edit>) -> bool {
    let told = content.faces.value.iter().filter(|face| list.form.tells(face));
    let mut missing: Vec<&SaidFace> = told.collect();
    let mut here = Vec::new();
    let mut stays = 0_usize;
    for region in &list.regions {
        let (Some(at), Some(_)) = (region.at, kind_of(region)) else {
            stays += 1;
            continue;
        };
        let same = missing.iter().position(|face| face.at == at);
        let same = same.or_else(|| missing.iter().position(|face| face.at.is_same(&at)));
        let Some(face) = same.map(|at| missing.remove(at)) else {
            here.push(Edit::cut(&region.range));
            continue;
        };
        let is_kind = list.form == RegionForm::Microsoft || kind_of(region) == Some(face.kind);
        match (&face.name, &region.name_at) {
            (name, _) if is_kind && *name == region.name => stays += 1,
            (Some(name), Some(at)) if is_kind && region.name.is_some() => {
                here.push(Edit::put(at, escaped(name)));
                stays += 1;
            }
            (Some(_) | None, _) => {
                here.push(Edit::cut(&region.range));
                missing.push(face);
            }
        }
    }
    if stays == 0 && missing.is_empty() {
        return false;
    }
    edits.extend(here);
    for face in missing {
        let item = list.form.item(face);
        // The sidecar may know these namespaces by other names.
        let item = item.replacen("<rdf:li", &format!("<rdf:li{}", declared(list.form)), 1);
        edits.push(Edit::put(&(list.end..list.end), item));
    }
    true
}

/// What a region says it is; `None` for what faces here cannot be.
fn kind_of(region: &Region) -> Option<FaceKind> {
    let kind = region.kind.as_deref();
    kind.map_or(Some(FaceKind::Face), |kind| FaceKind::parse(kind).ok())
}

const fn declared(form: RegionForm) -> &'static str {
    match form {
        RegionForm::Mwg => {
            " xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:mwg-rs=\"http://www.metadataworkinggroup.com/schemas/regions/\" xmlns:stArea=\"http://ns.adobe.com/xmp/sType/Area#\""
        }
        RegionForm::Microsoft => {
            " xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:MPReg=\"http://ns.microsoft.com/photo/1.2/t/Region#\""
        }
    }
}
