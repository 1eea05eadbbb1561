//! One row of each kind.

use super::*;

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
            7,
            vec![
                ("img_1".into(), ShotId::new(1)),
                ("straße".into(), ShotId::new(8)),
            ],
        ),
        Row::Claims(Dir::Undated, 0, vec![("img_1".into(), ShotId::new(1))]),
        Row::Claims(Dir::Folder(FolderId::new(2)), u16::MAX, Vec::new()),
        Row::Job(JobId::new(4), Some(job(JobState::Failed { reason: "x".into() }))),
        Row::Job(JobId::new(5), Some(tried_job())),
        Row::Job(JobId::new(6), None),
        Row::Marks(0, vec![(Revision::new(7), mark)]),
        Row::Share(ShareId::new(70), None),
    ];
    rows.extend(shares().map(|share| Row::Share(share.id, Some(share))));
    rows.extend(albums::rows());
    rows.extend(mount_rows());
    rows
}
