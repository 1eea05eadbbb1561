//! One event of each kind.

use super::*;

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
        Event::ContentsParted {
            partings: vec![Parting {
                content: Checksum::new([8; 32]),
                into: AssetId::new(9),
                from: AssetId::new(1),
                files: vec![FileId::new(70_000)],
                clashes: clashes(),
            }],
            tags: Vec::new(),
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
        Event::SidecarsReplaced { assets: set(&[1, 9]) },
        Event::SidecarsKept {
            kept: vec![KeptSidecar {
                asset: AssetId::new(9),
                file: FileId::new(9),
                folder: FolderId::new(2),
                name: sidecar().name,
                values: vec![(FieldKey::Rating, FieldValue::Rating(-1))],
                tags: vec![tag],
                persons: vec![PersonId::new(6)],
            }],
        },
    ];
    events.extend([
        Event::MountAdded { mount: mount() },
        Event::MountRemoved { mount: mount() },
    ]);
    events.extend(person_events());
    events.extend(albums::events());
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
