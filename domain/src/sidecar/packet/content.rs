//! What a virtual sidecar is to say of a photo.

use crate::catalog::Location;
use crate::kernel::{AssetId, FileId, LibraryId, TagId, Taken, TakenSource, name};
use crate::organization::{FaceBox, FaceKind};
use crate::sidecar::SidecarStamp;
use crate::view::{FactsRef, View};

/// A value, and whether it is another one than file and sidecar say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said<T> {
    /// As it is now.
    pub value: T,
    /// Whether a person changed it.
    pub is_edited: bool,
}

impl<T: PartialEq> Said<T> {
    fn new(value: T, read: &T) -> Self {
        let is_edited = value != *read;
        Self { value, is_edited }
    }
}

/// A face of the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaidFace {
    /// What it is.
    pub kind: FaceKind,
    /// Where.
    pub at: FaceBox,
    /// Who, if that is known.
    pub name: Option<Box<str>>,
}

/// Somebody in the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaidPerson {
    /// What they are called.
    pub name: Box<str>,
    /// By which other names files mean them.
    pub words: Vec<Box<str>>,
}

/// What is to be said; see the module.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SidecarContent {
    /// The extension of the photo's file, without the dot.
    pub extension: Box<str>,
    /// Title.
    pub title: Said<Option<Box<str>>>,
    /// Description.
    pub description: Said<Option<Box<str>>>,
    /// -1 to 5.
    pub rating: Said<Option<i8>>,
    /// Colour label.
    pub label: Said<Option<Box<str>>>,
    /// When it was taken; none that only the file's name says.
    pub taken: Said<Option<Taken>>,
    /// Where.
    pub location: Said<Option<Location>>,
    /// 1 to 8.
    pub orientation: Said<Option<u8>>,
    /// Tags, each the names from the root on, sorted.
    pub tags: Said<Vec<Vec<Box<str>>>>,
    /// The tags that the real sidecar means, as they are called now.
    pub tags_meant: Vec<Vec<Box<str>>>,
    /// Faces, by number.
    pub faces: Said<Vec<SaidFace>>,
    /// Who is in the picture, by number.
    pub people: Vec<SaidPerson>,
    /// Width and height of the stored picture, where they are known.
    pub size: Option<(u32, u32)>,
}

/// A real sidecar that belongs to a photo, and is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RealSidecar {
    /// The library it lies in.
    pub library: LibraryId,
    /// Below the library's root, the bytes of the file system.
    pub path: Vec<u8>,
    /// As a scan saw it.
    pub stamp: SidecarStamp,
    /// Whether what it says was read since it last changed.
    pub is_read: bool,
}

impl SidecarContent {
    /// What is to be said of the photo of a file that carries these tags; `None`
    /// for a file that never was.
    #[must_use]
    pub fn of(view: &View, file: FileId, tags: &[TagId]) -> Option<Self> {
        let row = view.file(file)?;
        let asset = row.asset;
        let (_, extension) = name::split_extension(&row.name);
        let facts = view.facts(asset);
        let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(Into::into);
        let taken = |taken: Option<Taken>| taken.filter(|taken| taken.source != TakenSource::FileName);
        let mut meant = facts.map(|facts| view.tags_meant(facts)).unwrap_or_default();
        let mut tags = tags.to_vec();
        for ids in [&mut meant, &mut tags] {
            ids.sort_unstable();
            ids.dedup();
        }
        let of_sidecar = view.sidecar_facts(asset);
        let paths = |tags: &[TagId]| {
            let mut paths: Vec<Vec<Box<str>>> = tags.iter().map(|tag| names(view, *tag)).collect();
            paths.sort_unstable();
            paths
        };
        Some(Self {
            extension: String::from_utf8_lossy(extension).into(),
            title: Said::new(text(view.title(asset)), &text(facts.and_then(FactsRef::title))),
            description: Said::new(
                text(view.description(asset)),
                &text(facts.and_then(FactsRef::description)),
            ),
            rating: Said::new(view.rating(asset), &facts.and_then(FactsRef::rating)),
            label: Said::new(text(view.label(asset)), &text(facts.and_then(FactsRef::label))),
            taken: Said {
                value: taken(view.taken(asset)),
                is_edited: view.date_edit(asset).is_some_and(|edit| {
                    !facts
                        .and_then(FactsRef::taken)
                        .is_some_and(|read| is_same(&edit, &read))
                }),
            },
            location: Said::new(view.location(asset), &facts.and_then(FactsRef::location)),
            orientation: Said::new(view.orientation(asset), &facts.and_then(FactsRef::orientation)),
            tags: Said {
                value: paths(&tags),
                is_edited: tags != meant,
            },
            tags_meant: of_sidecar.map_or_else(Vec::new, |facts| paths(&view.tags_meant(facts))),
            faces: Said {
                value: faces(view, asset),
                is_edited: view.face_edits(asset).next().is_some(),
            },
            people: people(view, asset),
            size: facts.and_then(|facts| facts.width().zip(facts.height())),
        })
    }
}

impl RealSidecar {
    /// The sidecar of a photo, if one belongs to it and is there.
    #[must_use]
    pub fn of(view: &View, asset: AssetId) -> Option<Self> {
        let (path, is_there) = view.sidecar_path(asset)?;
        let folder = view.sidecar_folder(asset)?;
        let own_name = path.rsplit(|byte| *byte == b'/').next()?;
        let stamp = view.sidecar_named(folder, own_name).filter(|_| is_there)?.clone();
        Some(Self {
            library: view.library_of(folder),
            path,
            stamp,
            is_read: view.asset(asset).is_some_and(|row| row.is_read()),
        })
    }
}

/// Whether two times are the same but for where they are from.
fn is_same(one: &Taken, other: &Taken) -> bool {
    one.with_source(TakenSource::User) == other.with_source(TakenSource::User)
}

fn names(view: &View, tag: TagId) -> Vec<Box<str>> {
    let up = |tag: &TagId| view.any_tag(*tag).and_then(|row| row.parent);
    let chain = std::iter::successors(Some(tag), up);
    let mut names: Vec<Box<str>> = chain
        .filter_map(|tag| view.any_tag(tag).map(|row| row.name.clone()))
        .collect();
    names.reverse();
    names
}

fn faces(view: &View, asset: AssetId) -> Vec<SaidFace> {
    let said = |face: crate::view::Face| SaidFace {
        kind: face.kind,
        at: face.at,
        name: face
            .person
            .and_then(|person| view.person(person))
            .map(|row| row.name.clone()),
    };
    view.faces(asset).into_iter().map(said).collect()
}

fn people(view: &View, asset: AssetId) -> Vec<SaidPerson> {
    let people = view.people_of(asset).into_iter();
    let said = |person| {
        let words = view.person_synonyms(person).into_iter().map(Into::into);
        Some(SaidPerson {
            name: view.person(person)?.name.clone(),
            words: words.collect(),
        })
    };
    people.filter_map(said).collect()
}
