//! One of everything that is written down: for round trips.

use crate::catalog::{
    Camera, Evidence, Exposure, Facts, FieldKey, FieldValue, LinkId, Location, MediaKind, StackEdit,
    UserLayer,
};
use crate::event::{
    AlbumPlace, Brought, Clash, DateEdit, Event, FaceMoved, FileMoved, FileSeen, FileStamp, FolderPlace,
    FolderSeen, Merge, PersonPlace, TagClash, TagPlace,
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
    FileState, Library, LibraryState, Mount, MountAccess, MountOptions, MountSidecars, MountStacks,
    MountView, MountViews, MtimeSource,
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

fn person_events() -> Vec<Event> {
    let person = PersonId::new(6);
    let fates = [
        PersonFate::Live,
        PersonFate::Deleted,
        PersonFate::Merged(PersonId::new(7)),
    ];
    let placed = fates.map(|fate| Event::PersonPlaced {
        person,
        before: person_place(PersonFate::Live),
        after: person_place(fate),
    });
    let created = Event::PersonCreated {
        person,
        owner: OWNER,
        name: "Ænne".into(),
    };
    let worded = Event::PersonWorded {
        owner: OWNER,
        name: "Anna".into(),
        before: None,
        after: Some(person),
    };
    let moved = FaceMoved {
        asset: AssetId::new(9),
        face: FaceId::new(2),
        at: BOX,
    };
    let moved = Event::FacesMoved { moved: vec![moved] };
    [created, worded, moved].into_iter().chain(placed).collect()
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

/// At least one event of every kind, with awkward values.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list, one item a kind")]
pub fn every_event() -> Vec<Event> {
    let (tag, album) = (TagId::new(3), AlbumId::new(5));
    let (parent_tag, parent_album) = (Some(TagId::new(1)), Some(AlbumId::new(1)));
    let stamp = FileStamp {
        id: FileId::new(9),
        size: u64::MAX,
        mtime_ns: -5,
        ino: 1 << 63,
    };
    let seen = FileSeen {
        id: FileId::new(9),
        asset: AssetId::new(9),
        shot: ShotId::new(8),
        folder: FolderId::new(2),
        name: b"IMG \xff.jpg"[..].into(),
        size: 12,
        mtime_ns: 1_600_000_000_123_456_789,
        ino: 77,
        added: 1_700_000_000,
        kind: None,
    };
    let unnamed = FileSeen {
        name: b"IMG_1"[..].into(),
        kind: Some(MediaKind::Video),
        ..seen.clone()
    };
    let moved = FileMoved {
        id: FileId::new(9),
        folder: FolderId::new(1),
        name: b"b.jpg"[..].into(),
        shot: ShotId::new(8),
    };
    let claims = [
        Dir::Album(album),
        Dir::Tag(tag),
        Dir::Date(DateKey::new(2024, 6, 0)),
        Dir::Undated,
    ]
    .into_iter()
    .chain([Dir::Folder(FolderId::new(2))])
    .map(|dir| Claim {
        dir,
        shot: ShotId::new(8),
    })
    .collect();
    let mut events = vec![
        Event::UserRegistered { user: user() },
        Event::LibraryAdded { library: library() },
        Event::LibraryStateChanged {
            library: LibraryId::new(1),
            state: LibraryState::Online,
        },
        Event::LibraryRelocated {
            library: LibraryId::new(1),
            before: b"/srv/photos"[..].into(),
            after: b"/mnt/\xff"[..].into(),
        },
        Event::LibraryRemoved {
            library: LibraryId::new(1),
        },
        Event::FoldersSeen {
            folders: vec![folder()],
        },
        Event::FolderMoved {
            folder: FolderId::new(7),
            before: FolderPlace {
                parent: FolderId::new(1),
                name: b"2024"[..].into(),
            },
            after: FolderPlace {
                parent: FolderId::new(9),
                name: b"Rom \xff"[..].into(),
            },
        },
        Event::FilesRegistered {
            files: vec![seen, unnamed],
        },
        Event::FilesChanged {
            files: vec![stamp],
            evidence: vec![(FileId::new(9), evidence())],
        },
        Event::FilesJudged {
            kept: FileSet::one(FileId::new(9)),
            replaced: [1, 2, 70_000].map(FileId::new).into_iter().collect(),
            parted: vec![(FileId::new(3), AssetId::new(10))],
        },
        Event::AssetsMerged {
            merges: vec![
                Merge {
                    into: AssetId::new(1),
                    from: AssetId::new(9),
                    clashes: clashes(),
                },
                Merge {
                    into: AssetId::new(2),
                    from: AssetId::new(70_000),
                    clashes: Vec::new(),
                },
            ],
            tags: vec![TagClash {
                asset: AssetId::new(1),
                tag,
                given: true,
            }],
        },
        Event::AssetsForgotten { assets: set(&[1, 9]) },
        Event::FilesMoved { files: vec![moved] },
        Event::FilesGone {
            files: FileSet::one(FileId::new(9)),
        },
        Event::FilesReturned {
            files: FileSet::one(FileId::new(9)),
        },
        Event::FactsRecorded {
            assets: set(&[1, 2, 3, 9, 70_000]),
        },
        Event::ChecksumsRecorded {
            checksums: vec![(FileId::new(9), Checksum::new([7; 32]))],
        },
        Event::TagCreated {
            tag,
            owner: OWNER,
            parent: parent_tag,
            name: "itály/2".into(),
        },
        Event::TagDeleted {
            tag,
            owner: OWNER,
            parent: None,
            name: "x".into(),
        },
        Event::TagPlaced {
            tag,
            before: TagPlace {
                parent: None,
                name: "old".into(),
                fate: TagFate::Live,
            },
            after: TagPlace {
                parent: parent_tag,
                name: "neu".into(),
                fate: TagFate::Merged(TagId::new(7)),
            },
        },
        Event::TagPlaced {
            tag,
            before: TagPlace {
                parent: parent_tag,
                name: "x".into(),
                fate: TagFate::Live,
            },
            after: TagPlace {
                parent: parent_tag,
                name: "x".into(),
                fate: TagFate::Deleted,
            },
        },
        Event::TagWorded {
            owner: OWNER,
            parent: parent_tag,
            name: "old".into(),
            before: None,
            after: Some(tag),
        },
        Event::AlbumPlaced {
            album,
            before: AlbumPlace {
                parent: None,
                name: "Rom".into(),
            },
            after: AlbumPlace {
                parent: parent_album,
                name: "Rome".into(),
            },
        },
        Event::TagBrought {
            tag,
            gained: set(&[1, 2]),
            lost: set(&[3]),
        },
        Event::TagAssigned {
            tag,
            added: set(&[1, 2]),
            restored: set(&[]),
        },
        Event::TagUnassigned {
            tag,
            removed: set(&[1]),
            suppressed: set(&[u32::MAX]),
        },
        Event::AlbumCreated {
            album,
            owner: OWNER,
            parent: parent_album,
            name: "Rome".into(),
        },
        Event::AlbumDeleted {
            album,
            owner: OWNER,
            parent: None,
            name: "Rome".into(),
        },
        Event::AlbumFilled {
            album,
            assets: set(&[1, 2, 3]),
        },
        Event::AlbumEmptied {
            album,
            assets: set(&[2]),
        },
        Event::NamesClaimed { claims },
        Event::JobEnqueued {
            job: job(JobState::Pending),
        },
        Event::JobSettled {
            job: JobId::new(4),
            state: JobState::Failed {
                reason: "disk gone".into(),
            },
        },
        Event::JobSettled {
            job: JobId::new(4),
            state: JobState::Done {
                summary: "3 files".into(),
            },
        },
        Event::JobSettled {
            job: JobId::new(4),
            state: JobState::Cancelled,
        },
        Event::JobUpdated { job: tried_job() },
        Event::JobsForgotten {
            jobs: vec![JobId::new(1), JobId::new(3)],
        },
        Event::FactsDoubted {
            assets: set(&[1, 2, 9]),
        },
        Event::SidecarsSeen {
            folder: FolderId::new(2),
            seen: vec![sidecar()],
            gone: vec![b"a.XMP"[..].into()],
        },
    ];
    events.extend([
        Event::MountAdded { mount: mount() },
        Event::MountRemoved { mount: mount() },
    ]);
    events.extend(person_events());
    events.extend(super::sample_albums::events());
    for share in shares() {
        let revoked = share.clone();
        events.push(Event::ShareCreated { share });
        events.push(Event::ShareRevoked { share: revoked });
    }
    let brought = values().into_iter().map(|(key, value)| Brought {
        asset: AssetId::new(4),
        key,
        before: None,
        after: Some(value),
    });
    let mut brought: Vec<Brought> = brought.collect();
    let taken_away = brought.iter().map(|value| Brought {
        asset: AssetId::new(5),
        key: value.key,
        before: value.after.clone(),
        after: None,
    });
    brought.extend(taken_away.collect::<Vec<_>>());
    events.push(Event::FieldsBrought { values: brought });
    for (key, value) in values() {
        let before = vec![(None, set(&[1])), (Some(value.clone()), set(&[2, 3]))];
        events.push(Event::FieldEdited {
            key,
            after: Some(value),
            before,
        });
        events.push(Event::FieldEdited {
            key,
            after: None,
            before: vec![(None, set(&[4]))],
        });
    }
    events.push(Event::DatesEdited {
        dates: vec![
            DateEdit {
                asset: AssetId::new(4),
                before: None,
                after: Some(taken("2024-06-15T10:30:05+02:00")),
            },
            DateEdit {
                asset: AssetId::new(70_000),
                before: Some(taken("1974-06-15T10:30")),
                after: None,
            },
        ],
    });
    let nowhere = Some(FieldValue::Location(None));
    events.push(Event::FieldEdited {
        key: FieldKey::Location,
        after: nowhere,
        before: vec![(None, set(&[4]))],
    });
    events
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

fn mount_rows() -> [Row; 3] {
    [
        Row::Mount(MountId::new(3), Some(mount())),
        Row::Mount(
            MountId::new(4),
            Some(Mount {
                id: MountId::new(4),
                options: MountOptions::default(),
                ..mount()
            }),
        ),
        Row::Mount(MountId::new(5), None),
    ]
}

/// At least one row of every kind, each with a key of its own.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list, one item a kind")]
pub fn every_row() -> Vec<Row> {
    let file = FileRow {
        folder: FolderId::new(2),
        name: b"IMG \xff.jpg"[..].into(),
        size: 12,
        mtime_ns: -1,
        ino: u64::MAX,
        asset: AssetId::new(9),
        shot: ShotId::new(8),
        kind: MediaKind::Raw,
        state: FileState::Missing,
        changes: 3,
        added: 1_700_000_000,
        checksum: Some(Checksum::new([9; 32])),
    };
    let fresh = FileRow {
        checksum: None,
        state: FileState::Present,
        ..file.clone()
    };
    let mark = Mark {
        user: UserId::new(1),
        undoes: Some(Revision::new(3)),
        undone_by: None,
    };
    let mut rows = vec![
        Row::Counters(Counters::from_numbers([
            2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
        ])),
        Row::User(user()),
        Row::Library(library()),
        Row::Folder(folder()),
        Row::Folder(FolderSeen {
            id: FolderId::new(1),
            parent: None,
            name: Box::default(),
            ..folder()
        }),
        Row::Files(0, vec![(FileId::new(9), file.clone()), (FileId::new(10), fresh)]),
        Row::Files(1, vec![(FileId::new(63), file)]),
        Row::Files(2, Vec::new()),
        Row::Facts(
            0,
            vec![
                (AssetId::new(9), facts()),
                (AssetId::new(10), Facts::default()),
                (AssetId::new(11), facts()),
                (AssetId::new(12), other_facts()),
            ],
        ),
        Row::Facts(1, Vec::new()),
        Row::Sidecars(FolderId::new(2), vec![sidecar()]),
        Row::Sidecars(FolderId::new(3), Vec::new()),
        Row::Layers(0, vec![(AssetId::new(9), layer()), (AssetId::new(12), layer())]),
        Row::Layers(1, Vec::new()),
        Row::Edits(
            0,
            vec![(
                AssetId::new(9),
                (7..)
                    .zip(values())
                    .map(|(revision, (key, value))| (key, value, Revision::new(revision)))
                    .collect::<UserLayer>(),
            )],
        ),
        Row::Aliases(0, vec![(AssetId::new(9), AssetId::new(1))]),
        Row::Aliases(1, Vec::new()),
        Row::Formers(
            0,
            vec![(
                AssetId::new(9),
                vec![Checksum::new([1; 32]), Checksum::new([2; 32])],
            )],
        ),
        Row::Formers(1, Vec::new()),
        Row::Doubts(0, doubts()),
        Row::Doubts(1, Vec::new()),
        Row::Edits(1, Vec::new()),
        Row::Revisions(0, vec![(AssetId::new(9), Revision::new(u64::MAX))]),
        Row::Tag(TagId::new(3), Some(tag_at_rest(TagFate::Live))),
        Row::Tag(TagId::new(5), Some(tag_at_rest(TagFate::Deleted))),
        Row::Tag(TagId::new(6), Some(tag_at_rest(TagFate::Merged(TagId::new(3))))),
        Row::Tag(TagId::new(4), None),
        Row::Person(PersonId::new(6), person_at_rest(PersonFate::Live)),
        Row::Person(PersonId::new(7), person_at_rest(PersonFate::Deleted)),
        Row::Person(
            PersonId::new(8),
            person_at_rest(PersonFate::Merged(PersonId::new(6))),
        ),
        Row::Album(AlbumId::new(6), None),
        Row::Set(SetKind::TagAdded(TagId::new(3)), 0, set(&[1, 2])),
        Row::Set(SetKind::TagAdded(TagId::new(3)), 1, set(&[70_000])),
        Row::Set(SetKind::TagSuppressed(TagId::new(3)), 0, set(&[3])),
        Row::Set(SetKind::Album(AlbumId::new(5)), 0, set(&[])),
        Row::Claims(
            Dir::Date(DateKey::new(2024, 6, 15)),
            vec![
                ("img_1".into(), ShotId::new(1)),
                ("straße".into(), ShotId::new(8)),
            ],
        ),
        Row::Claims(Dir::Undated, vec![("img_1".into(), ShotId::new(1))]),
        Row::Claims(Dir::Folder(FolderId::new(2)), Vec::new()),
        Row::Job(JobId::new(4), Some(job(JobState::Failed { reason: "x".into() }))),
        Row::Job(JobId::new(5), Some(tried_job())),
        Row::Job(JobId::new(6), None),
        Row::Marks(0, vec![(Revision::new(7), mark)]),
        Row::Share(ShareId::new(70), None),
    ];
    rows.extend(shares().map(|share| Row::Share(share.id, Some(share))));
    rows.extend(super::sample_albums::rows());
    rows.extend(mount_rows());
    rows
}
