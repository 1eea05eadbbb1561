//! What a line of the journal says: the JSON of an entry.
//!
//! Documented and stable, since it is how the layer is rebuilt and how another program reads it. A line as a person sees it (wrapped
//! here; `rev` and `sum` are the file layer's, see the front page of [`super`]):
//!
//! ```text
//! {"rev":18,"at":"2026-11-22T12:00:00.123Z","actor":1,"kind":"edit","does":"travel/italy: 3 photos","undoes":17,
//!  "events":[{"tag_assigned":{"tag":3,"added":"1-3,7","restored":""}}],"sum":"1edb1b02cf7a786e"}
//! ```
//!
//! | what | how |
//! |---|---|
//! | `at` and other times | ISO 8601 in UTC; files' modification times to the nanosecond |
//! | `actor` | a user's number, `"system"`, or `"file:darktable"`: a file that this program wrote |
//! | `kind` | `edit`, `observation`, `irrevocable` |
//! | `undoes` | the revision that this takes back; left out where there is none |
//! | an event | an object with one member, its name; fields as in `event` |
//! | sets of assets or files | ascending ranges: `"1-300,305"`; none: `""` |
//! | names and paths of originals | a string, or `{"b64":"…"}` where the bytes are not UTF-8 |
//! | checksums | 64 hex digits of BLAKE3 |
//! | an owner | `{"user":1}` |
//! | dates of photos | `{"time":"1974-06","source":"user"}`: as exact as they are known |
//!
//! Refuses members that it does not know: a line of a later version must not be half understood.

mod album;
mod bytes;
mod edit;
mod event;
mod identity;
mod leaf;
mod parts;
mod people;
mod ranges;
mod time;
mod wire;

use kphotos_domain::event::{Entry, EntryKind, Event};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::Revision;
use serde::{Deserialize, Serialize};

/// Why an entry could not be made a line, or a line an entry.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A value of the entry has no form in JSON.
    #[error("the entry cannot be written: {source}")]
    Unwritable {
        /// Which value.
        source: serde_json::Error,
    },
    /// The line is whole, but no entry that this version knows.
    #[error(
        "the journal line of revision {revision} is no entry of this version: {source}; update K-Photos, or restore the line"
    )]
    Unreadable {
        /// The line: search the segments for `{"rev":18,`.
        revision: u64,
        /// What is wrong with it and at which column, counted without `"rev":18,`.
        source: serde_json::Error,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Entry", deny_unknown_fields)]
struct EntryRecord {
    #[serde(rename = "at", with = "time::millis")]
    at_ms: i64,
    #[serde(with = "wire")]
    actor: Actor,
    #[serde(with = "wire")]
    kind: EntryKind,
    #[serde(rename = "does")]
    summary: String,
    #[serde(with = "wire", default, skip_serializing_if = "Option::is_none")]
    undoes: Option<Revision>,
    #[serde(with = "wire")]
    events: Vec<Event>,
}

/// The payload of an entry's line.
///
/// # Errors
/// [`RecordError::Unwritable`] for a time beyond the year 9999.
pub fn encode(entry: &Entry) -> Result<Vec<u8>, RecordError> {
    let mut payload = Vec::with_capacity(256);
    EntryRecord::serialize(entry, &mut serde_json::Serializer::new(&mut payload))
        .map_err(|source| RecordError::Unwritable { source })?;
    Ok(payload)
}

/// The entry of a line.
///
/// # Errors
/// [`RecordError::Unreadable`] with the revision, for whatever is no entry.
pub fn decode(revision: u64, payload: &[u8]) -> Result<Entry, RecordError> {
    let unreadable = |source| RecordError::Unreadable { revision, source };
    let mut parser = serde_json::Deserializer::from_slice(payload);
    let entry = EntryRecord::deserialize(&mut parser).map_err(unreadable)?;
    parser.end().map_err(unreadable)?;
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::event::FileStamp;
    use kphotos_domain::kernel::{AssetId, FileId, TagId, UserId};
    use kphotos_domain::testing::every_event;

    fn entry(events: Vec<Event>) -> Entry {
        Entry {
            at_ms: 1_795_348_800_123,
            actor: Actor::User(UserId::new(1)),
            kind: EntryKind::Edit,
            summary: "travel/italy: 3 photos".to_owned(),
            undoes: Some(Revision::new(17)),
            events,
        }
    }

    #[test]
    fn the_line_on_the_front_page_is_what_is_written() {
        let event = Event::TagAssigned {
            tag: TagId::new(3),
            added: [1, 2, 3, 7].into_iter().map(AssetId::new).collect(),
            restored: [].into_iter().collect(),
        };
        let expect = concat!(
            r#"{"at":"2026-11-22T12:00:00.123Z","actor":1,"kind":"edit","does":"travel/italy: 3 photos","undoes":17,"#,
            r#""events":[{"tag_assigned":{"tag":3,"added":"1-3,7","restored":""}}]}"#
        );
        assert_eq!(
            String::from_utf8(encode(&entry(vec![event])).unwrap()).unwrap(),
            expect
        );
    }

    #[test]
    fn every_event_comes_back_as_it_was() {
        for event in every_event() {
            let entry = Entry {
                actor: Actor::System,
                undoes: None,
                ..entry(vec![event])
            };
            let payload = encode(&entry).unwrap();
            assert_eq!(
                decode(1, &payload).unwrap(),
                entry,
                "{}",
                String::from_utf8_lossy(&payload)
            );
        }
    }

    #[test]
    fn the_forms_of_events_are_the_documented_ones() {
        let events = every_event();
        let payload = String::from_utf8(encode(&entry(events)).unwrap()).unwrap();
        for part in GOLDEN {
            assert!(payload.contains(part), "{part} is not in {payload}");
        }
    }

    /// One of each kind; they may not change once 0.1.0 is tagged.
    const GOLDEN: &[&str] = &[
        r#"{"user_registered":{"user":{"id":1,"name":"me","uid":1000}}}"#,
        r#"{"library_added":{"library":{"id":1,"owner":{"user":1},"name":"photos","root":{"b64":"L21udC9iYWT/L3Bob3Rvcw=="},"timezone":"Europe/Berlin","state":"offline"}}}"#,
        r#"{"library_state_changed":{"library":1,"state":"online"}}"#,
        r#"{"folders_seen":{"folders":[{"id":2,"library":1,"parent":1,"name":{"b64":"Y2Fm6SAieCIK"}}]}}"#,
        r#""size":12,"mtime":"2020-09-13T12:26:40.123456789Z","ino":77,"added":"2023-11-14T22:13:20Z"},"#,
        r#""name":"IMG_1","size":12,"mtime":"2020-09-13T12:26:40.123456789Z","ino":77,"added":"2023-11-14T22:13:20Z","kind":"video"}]}}"#,
        r#"{"files_changed":{"files":[{"id":9,"size":18446744073709551615,"mtime":"1969-12-31T23:59:59.999999995Z","ino":9223372036854775808}],"evidence":[[9,{"taken":{"time":"2024-06-15T10:30:05.123+02:00","source":"exif:DateTimeOriginal"},"make":"Canon","model":"R5 \"x\"","document":"xmp.did:1","image":"0303030303030303030303030303030303030303030303030303030303030303"}]]}}"#,
        r#"{"files_judged":{"kept":"9","replaced":"1-2,70000","parted":[[3,10]]}}"#,
        r#"{"assets_merged":{"merges":[{"into":1,"from":9,"clashes":[{"key":"title","kept":{"text":"a \"title\""},"dropped":{"text":"a \"title\""}},"#,
        r#",{"into":2,"from":70000}],"tags":[{"asset":1,"tag":3,"given":true}]}}"#,
        r#"{"assets_forgotten":{"assets":"1,9"}}"#,
        r#"{"files_moved":{"files":[{"id":9,"folder":1,"name":"b.jpg","shot":8}]}}"#,
        r#"{"files_gone":{"files":"9"}}"#,
        r#"{"facts_recorded":{"assets":"1-3,9,70000"}}"#,
        r#"{"checksums_recorded":{"checksums":[[9,"0707070707070707070707070707070707070707070707070707070707070707"]]}}"#,
        r#"{"tag_created":{"tag":3,"owner":{"user":1},"parent":1,"name":"itály/2"}}"#,
        r#"{"tag_unassigned":{"tag":3,"removed":"1","suppressed":"4294967295"}}"#,
        r#"{"tag_placed":{"tag":3,"before":{"parent":null,"name":"old","fate":"live"},"after":{"parent":1,"name":"neu","fate":{"merged":7}}}}"#,
        r#"{"tag_worded":{"owner":{"user":1},"parent":1,"name":"old","before":null,"after":3}}"#,
        r#"{"album_placed":{"album":5,"before":{"parent":null,"name":"Rom"},"after":{"parent":1,"name":"Rome"}}}"#,
        r#"{"album_filled":{"album":5,"assets":"1-3"}}"#,
        r#"{"album_excluded":{"album":5,"excluded":"1-2","readmitted":"4294967295"}}"#,
        r#"{"album_set":{"album":5,"setting":{"rule":{"before":null,"after":{"folder":2}}}}}"#,
        r#""after":{"query":"beach \"two words\""}"#,
        r#""after":{"collection":2}"#,
        r#"{"album_set":{"album":5,"setting":{"cover":{"before":1,"after":null}}}}"#,
        r#"{"album_set":{"album":5,"setting":{"order":{"before":{"by":"rating"},"after":{"by":"manual","reverse":true,"placed":[70000,1,4294967295]}}}}}"#,
        r#"{"collection_set":{"before":null,"after":{"id":2,"owner":{"user":1},"name":"Itály","query":"rating:4+ OR \"x\""}}}"#,
        r#""scope":{"collection":2}"#,
        r#"{"names_claimed":{"claims":[{"dir":{"album":5},"shot":8},{"dir":{"tag":3},"shot":8},{"dir":{"date":"2024-06"},"shot":8},{"dir":"undated","shot":8},{"dir":{"folder":2},"shot":8}]}}"#,
        r#"{"share_created":{"share":{"id":1,"owner":{"user":1},"name":"Itály","scope":{"album":5}}}}"#,
        r#"{"share_revoked":{"share":{"id":2,"owner":{"user":1},"name":"Itály","scope":{"tag":3}}}}"#,
        r#""scope":{"library":1}"#,
        r#""scope":{"folder":2}"#,
        r#""scope":{"query":"beach \"two words\""}"#,
        r#""scope":{"assets":"1-2,70000"}"#,
        r#"{"job_enqueued":{"job":{"id":4,"kind":"metadata","library":1,"enqueued":"2023-11-14T22:13:20Z","state":"pending","priority":"normal","asked":"daemon"}}}"#,
        r#"{"job_updated":{"job":{"id":5,"kind":"metadata","library":1,"enqueued":"2023-11-14T22:13:20Z","state":"paused","priority":"high","asked":"person","attempts":2,"not_before":"2023-11-14T22:18:20Z","trouble":"disk gone","settled":"2023-11-14T22:13:20Z"}}}"#,
        r#"{"jobs_forgotten":{"jobs":[1,3]}}"#,
        r#"{"sidecars_seen":{"folder":2,"seen":[{"name":{"b64":"SU1HIP8uanBnLnhtcA=="},"size":4711,"mtime":"2020-09-13T12:26:40.123456789Z"}],"gone":["a.XMP"]}}"#,
        r#"{"facts_doubted":{"assets":"1-2,9"}}"#,
        r#"{"job_settled":{"job":4,"state":{"failed":{"reason":"disk gone"}}}}"#,
        r#"{"job_settled":{"job":4,"state":"cancelled"}}"#,
        r#"{"field_edited":{"key":"title","after":{"text":"a \"title\""},"before":[[null,"1"],[{"text":"a \"title\""},"2-3"]]}}"#,
        r#"{"field_edited":{"key":{"favorite":1},"after":{"flag":true},"#,
        r#""after":{"location":{"lat_e7":-335000000,"lon_e7":1512500000,"alt_cm":1250}}"#,
        r#""after":{"location":null}"#,
        r#""after":{"taken":{"time":"1974-06","source":"exif:DateTimeOriginal"}}"#,
        r#"{"dates_edited":{"dates":[[4,[null,{"time":"2024-06-15T10:30:05+02:00","source":"exif:DateTimeOriginal"}]],[70000,[{"time":"1974-06-15T10:30","#,
        r#"{"field_edited":{"key":"taken","after":null,"before":[[null,"4"]]}}"#,
    ];

    #[test]
    fn what_is_not_known_is_refused_and_the_line_is_named() {
        let good = String::from_utf8(encode(&entry(every_event())).unwrap()).unwrap();
        let check = |from: &str, to: &str, says: &str| {
            assert!(good.contains(from), "{from}");
            let text = decode(4711, good.replacen(from, to, 1).as_bytes())
                .unwrap_err()
                .to_string();
            assert!(text.contains("revision 4711") && text.contains(says), "{text}");
        };
        check(r#"{"at""#, r#"{"more":1,"at""#, "unknown field `more`");
        check(
            r#""name":"me","#,
            r#""name":"me","age":3,"#,
            "unknown field `age`",
        );
        check("tag_assigned", "tag_painted", "unknown variant `tag_painted`");
        check(
            r#""tag":3,"added""#,
            r#""tag":3,"by":1,"added""#,
            "unknown field `by`",
        );
        check(r#""kind":"edit""#, r#""kind":"edict""#, "edict");
        check(r#""1-3,9,70000""#, r#""1-3,3,70000""#, "ascending");
        check(r#""2026-11-22T"#, r#""2026-31-22T"#, "time");
        check("0707", "07g7", "checksum");
        check(r#""lat_e7""#, r#""lat_e8""#, "lat_e8");
        check(r#""undoes":17,"#, r#""undoes":17,"undoes":18,"#, "duplicate");
        assert!(decode(1, &[good.as_bytes(), b" x"].concat()).is_err());
        assert!(decode(1, b"{}").is_err());
    }

    #[test]
    fn a_time_beyond_the_calendar_is_not_written() {
        let far = Entry {
            at_ms: i64::MAX,
            ..entry(Vec::new())
        };
        assert!(matches!(encode(&far), Err(RecordError::Unwritable { .. })));
        let stamp = FileStamp {
            id: FileId::new(1),
            size: 0,
            mtime_ns: i64::MIN,
            ino: 0,
        };
        let ends = entry(vec![Event::FilesChanged {
            evidence: Vec::new(),
            files: vec![
                stamp,
                FileStamp {
                    mtime_ns: i64::MAX,
                    ..stamp
                },
            ],
        }]);
        assert_eq!(
            decode(1, &encode(&ends).unwrap()).unwrap(),
            ends,
            "every mtime is a time"
        );
    }
}
