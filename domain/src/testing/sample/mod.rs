//! One of everything that is written down, for round trips: of events (`events`) and of rows at rest (`rows`), both made
//! of the values here; those of albums and collections are in `albums`.

mod albums;
mod events;
mod rows;

pub use events::every_event;
pub use rows::every_row;

use crate::catalog::{
    Camera, Evidence, Exposure, Facts, FieldKey, FieldValue, LinkId, Location, MediaKind, StackEdit,
    UserLayer,
};
use crate::event::{
    AlbumPlace, Brought, Clash, DateEdit, Event, FaceMoved, FileMoved, FileSeen, FileStamp, FolderPlace,
    FolderSeen, KeptSidecar, Merge, Parting, PersonPlace, TagClash, TagPlace,
};
use crate::identity::User;
use crate::kernel::name::NameStyle;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, CollectionId, DateKey, FileId, FileSet, FolderId, JobId, LibraryId,
    MountId, Owner, PersonId, Revision, ShareId, ShotId, StackId, TagId, Taken, TakenSource, UserId,
};
use crate::organization::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, PersonFate, TagFate};
use crate::processing::{AskedBy, Job, JobKind, JobState, Priority};
use crate::sharing::{Scope, Share};
use crate::sidecar::{SidecarLayer, SidecarStamp};
use crate::storage::{
    FileState, Library, LibraryState, Mount, MountAccess, MountFolderFile, MountFolderFiles, MountOffline,
    MountOptions, MountSidecars, MountStacks, MountView, MountViews, MtimeSource,
};
use crate::view::{Claim, Counters, Dir, Doubt, FileRow, Mark, PersonAtRest, Row, SetKind, TagAtRest};
use std::sync::Arc;

const OWNER: Owner = Owner::User(UserId::new(1));

fn set(ids: &[u32]) -> AssetSet {
    ids.iter().copied().map(AssetId::new).collect()
}

fn taken(text: &str) -> Taken {
    Taken::parse(text, TakenSource::ExifOriginal).unwrap()
}

fn library() -> Library {
    Library {
        id: LibraryId::new(1),
        owner: OWNER,
        name: "photos".into(),
        root: b"/mnt/bad\xff/photos"[..].into(),
        timezone: "Europe/Berlin".into(),
        state: LibraryState::Offline,
    }
}

fn user() -> User {
    User {
        id: UserId::new(1),
        name: "me".into(),
        uid: 1000,
    }
}

fn folder() -> FolderSeen {
    FolderSeen {
        id: FolderId::new(2),
        library: LibraryId::new(1),
        parent: Some(FolderId::new(1)),
        name: b"caf\xe9 \"x\"\n"[..].into(),
    }
}

fn tag_at_rest(fate: TagFate) -> TagAtRest {
    TagAtRest {
        owner: OWNER,
        place: TagPlace {
            parent: Some(TagId::new(1)),
            name: "italy".into(),
            fate,
        },
        words: vec![(None, "Italien".into()), (Some(TagId::new(1)), "it".into())],
    }
}

fn job(state: JobState) -> Job {
    Job {
        state,
        ..Job::new(
            JobId::new(4),
            JobKind::Metadata,
            LibraryId::new(1),
            AskedBy::Daemon,
            1_700_000_000,
        )
    }
}

fn tried_job() -> Job {
    Job {
        id: JobId::new(5),
        priority: Priority::High,
        asked: AskedBy::Person,
        attempts: 2,
        not_before: Some(1_700_000_300),
        trouble: Some("disk gone".into()),
        settled: Some(1_700_000_000),
        ..job(JobState::Paused)
    }
}

/// A share of each scope.
fn shares() -> impl Iterator<Item = Share> {
    let scopes = [
        Scope::Album(AlbumId::new(5)),
        Scope::Tag(TagId::new(3)),
        Scope::Person(PersonId::new(6)),
        Scope::Library(LibraryId::new(1)),
        Scope::Folder(FolderId::new(2)),
        Scope::Query("beach \"two words\"".into()),
        Scope::Assets(set(&[1, 2, 70_000])),
        Scope::Collection(CollectionId::new(2)),
    ];
    (1..).zip(scopes).map(|(number, scope)| Share {
        id: ShareId::new(number),
        owner: OWNER,
        name: "Itály".into(),
        scope,
    })
}

const BOX: FaceBox = FaceBox {
    x: 571_429,
    y: 0,
    w: 1_000_000,
    h: 1,
};

fn face_edit(face: u16, kind: FaceKind, fate: FaceFate) -> (FieldKey, FieldValue) {
    let edit = FaceEdit { at: BOX, kind, fate };
    (FieldKey::Face(FaceId::new(face)), FieldValue::face(edit))
}

fn person_place(fate: PersonFate) -> PersonPlace {
    let name = "Ænne \"A\" /x".into();
    PersonPlace { name, fate }
}

fn person_at_rest(fate: PersonFate) -> PersonAtRest {
    PersonAtRest {
        owner: OWNER,
        place: person_place(fate),
        words: vec!["Anna".into(), "Ann".into()],
    }
}

fn values() -> Vec<(FieldKey, FieldValue)> {
    let place = Location::from_degrees(-33.5, 151.25, Some(12.5)).unwrap();
    vec![
        (FieldKey::Title, FieldValue::Text("a \"title\"".into())),
        (FieldKey::Description, FieldValue::Text("zeile 1\nzeile 2".into())),
        (FieldKey::Rating, FieldValue::Rating(-1)),
        (FieldKey::Label, FieldValue::Text("Red".into())),
        (FieldKey::Favorite(UserId::new(1)), FieldValue::Flag(true)),
        (FieldKey::Hidden, FieldValue::Flag(false)),
        (FieldKey::Location, FieldValue::Location(Some(place))),
        (FieldKey::Orientation, FieldValue::Orientation(6)),
        (FieldKey::Taken, FieldValue::Taken(taken("1974-06"))),
        (FieldKey::Stack, FieldValue::Stack(StackEdit::Alone)),
        (
            FieldKey::Stack,
            FieldValue::Stack(StackEdit::Only(StackId::new(7))),
        ),
        (
            FieldKey::Stack,
            FieldValue::Stack(StackEdit::In(StackId::new(300))),
        ),
        (FieldKey::StackCover, FieldValue::Flag(true)),
        face_edit(1, FaceKind::Face, FaceFate::Named(Some(PersonId::new(6)))),
        face_edit(2, FaceKind::Pet, FaceFate::Named(None)),
        face_edit(3, FaceKind::Focus, FaceFate::Rejected),
        face_edit(1001, FaceKind::BarCode, FaceFate::Added(None)),
        face_edit(1002, FaceKind::Face, FaceFate::Added(Some(PersonId::new(7)))),
    ]
}

fn evidence() -> Evidence {
    Evidence {
        taken: Some(taken("2024-06-15T10:30:05.123+02:00")),
        make: Some("Canon".into()),
        model: Some("R5 \"x\"".into()),
        serial: None,
        document: Some("xmp.did:1".into()),
        image: Some(Checksum::new([3; 32])),
    }
}

/// Of each field: what it has against a value of its kind.
fn clashes() -> Vec<Clash> {
    let clash = |(key, kept): (FieldKey, FieldValue)| Clash {
        key,
        dropped: kept.clone(),
        kept,
    };
    values().into_iter().map(clash).collect()
}

fn doubts() -> Vec<(FileId, Doubt)> {
    let doubt = Doubt {
        size: 12,
        mtime_ns: -1,
        ino: u64::MAX,
        checksum: Some(Checksum::new([9; 32])),
        evidence: evidence(),
    };
    let unknown = Doubt {
        checksum: None,
        evidence: Evidence::default(),
        ..doubt.clone()
    };
    vec![(FileId::new(9), doubt), (FileId::new(10), unknown)]
}

fn sidecar() -> SidecarStamp {
    SidecarStamp {
        name: b"IMG \xff.jpg.xmp"[..].into(),
        size: 4711,
        mtime_ns: 1_600_000_000_123_456_789,
    }
}

fn layer() -> SidecarLayer {
    SidecarLayer {
        file: FileId::new(9),
        folder: FolderId::new(2),
        name: sidecar().name,
        embedded: facts(),
        sidecar: other_facts(),
        is_journalled: true,
    }
}

fn mount() -> Mount {
    Mount {
        id: MountId::new(3),
        owner: OWNER,
        path: b"/srv/\xff"[..].into(),
        options: MountOptions {
            access: MountAccess::Group(50),
            views: MountViews::only([MountView::Albums, MountView::Tags]),
            names: NameStyle::Posix,
            mtime: MtimeSource::Original,
            sidecars: MountSidecars::Xmp,
            stacks: MountStacks::Cover,
            folder_files: MountFolderFiles::only([MountFolderFile::Hidden]),
            offline: MountOffline::Hide,
        },
    }
}

fn facts() -> Facts {
    Facts {
        mime: Some("image/jpeg".into()),
        width: Some(6000),
        height: Some(4000),
        orientation: Some(8),
        duration_ms: Some(1500),
        taken: Some(taken("2024-06-15T10:30:05.25-03:30")),
        title: Some("t".into()),
        description: Some("d\u{0}".into()),
        rating: Some(-1),
        label: Some("Red".into()),
        location: Location::from_degrees(0.0, -180.0, None).ok(),
        camera: Some(Arc::new(Camera {
            make: Some("Canon".into()),
            ..Camera::default()
        })),
        exposure: Some(Box::new(Exposure {
            iso: Some(100),
            f_number: Some(2.8),
            time: Some(1.0 / 3.0),
            focal_length: None,
        })),
        tag_paths: Vec::new(),
        tags: vec![TagId::new(1), TagId::new(3)],
        face_reads: Vec::new(),
        faces: vec![
            FileFace {
                id: FaceId::new(1),
                kind: FaceKind::Face,
                at: BOX,
                person: Some(PersonId::new(6)),
            },
            FileFace {
                id: FaceId::new(1000),
                kind: FaceKind::Focus,
                at: BOX,
                person: None,
            },
        ],
        person_names: Vec::new(),
        persons: vec![PersonId::new(7)],
        content_id: Some(LinkId::new([7; 16])),
        burst_id: Some(LinkId::new([200; 16])),
        has_motion: true,
        is_outdated: true,
        unreadable: Some("exiv2 gave up".into()),
    }
}

/// Those of another camera, with little else.
fn other_facts() -> Facts {
    Facts {
        camera: Some(Arc::new(Camera {
            model: Some("é".repeat(300).into()),
            ..Camera::default()
        })),
        exposure: Some(Box::default()),
        ..Facts::default()
    }
}
